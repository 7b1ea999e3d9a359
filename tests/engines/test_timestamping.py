"""A time-stamp authority is asked, and its tokens are checked by its certificates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kaimen.core.errors import Invalid, Unavailable
from kaimen.core.tlog import timestamp_text
from kaimen.engines.timestamping import ask, authority, stamped_at
from tests.engines.authority import Authority, running

MESSAGE = b"city.example/log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_a_token_says_when_the_message_was_there(tmp_path: Path) -> None:
    with running(tmp_path) as tsa:
        token, at = ask(tsa.url, MESSAGE)
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=2)  # noqa: TID251 - openssl stamps by the real clock
    for trusted in (tsa.root.read_bytes(), tsa.root.read_bytes() + tsa.own.read_bytes()):
        assert stamped_at(token, MESSAGE, by=authority(trusted)) == at


def test_a_token_over_something_else_or_by_somebody_else_is_refused(tmp_path: Path) -> None:
    with running(tmp_path) as tsa:
        token, _ = ask(tsa.url, MESSAGE)
    other = Authority(tmp_path / "other")
    cases = [
        (token, MESSAGE + b"x", tsa.root.read_bytes()),
        (token, MESSAGE, other.root.read_bytes()),
        (token, MESSAGE, tsa.root.read_bytes() + other.own.read_bytes()),
        (token[:-1], MESSAGE, tsa.root.read_bytes()),
        (b"", MESSAGE, tsa.root.read_bytes()),
        (token.replace(b"\x18\x0f20", b"\x18\x0f19"), MESSAGE, tsa.root.read_bytes()),  # another century
    ]
    for shown, message, trusted in cases:
        with pytest.raises(Invalid) as refusal:
            stamped_at(shown, message, by=authority(trusted))
        assert refusal.value.code == "timestamp"


def test_a_file_without_the_root_is_not_an_authority(tmp_path: Path) -> None:
    tsa = Authority(tmp_path)
    for pem in (b"", b"nothing", tsa.own.read_bytes()):
        with pytest.raises(Invalid):
            authority(pem)


def test_who_asks_takes_only_an_answer_to_this_question(tmp_path: Path) -> None:
    with running(tmp_path) as tsa:
        good, _ = ask(tsa.url, MESSAGE)
        refused = bytes.fromhex("30053003020102")  # status 2, rejection
        for status, content in ((500, good), (200, b"no"), (200, good), (200, refused), (200, good * 100)):
            tsa.answers = lambda question, status=status, content=content: (status, content)
            with pytest.raises((Invalid, Unavailable)):  # the good one answers an older question
                ask(tsa.url, MESSAGE)
    for nowhere in (tsa.url, "not an address"):
        with pytest.raises(Unavailable) as refusal:
            ask(nowhere, MESSAGE)
        assert refusal.value.code == "timestamp_unreachable"


def test_the_text_of_a_time_stamp_gives_back_what_went_in() -> None:
    stamp = timestamp_text.Timestamp(token=b"\0token", note="city.example/log\n0\n\n\u2014 a YWFhYWE=\n")
    assert timestamp_text.parse(stamp.text()) == stamp
    for part, other in (("v1", "v2"), ("token ", "Token "), ("token ", "token A"), ("\n\n", "\n")):
        with pytest.raises(Invalid):
            timestamp_text.parse(stamp.text().replace(part, other))
