"""What cannot be read is told as what it is: too large, no JSON, a strange request; a full disk is our fault and says so."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import Settings

from kaimen.core.sql.one_query import LONGEST
from kaimen.web.errors import of_exception, words

pytestmark = pytest.mark.django_db
QUERY = "/api/v1/query"


def told(client: Client, body: bytes, *, language: str = "en") -> tuple[int, dict[str, object]]:
    answer = client.post(QUERY, body, content_type="application/json", headers={"Accept-Language": language})
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    "body",
    [
        b'{"sql": "select \'\\ud800\'"}',
        b'{"parameters": ["\\uDFFF"]}',
        b"{",
        b'{"sql": "select 1"',
        '{"sql": "停车"}'.encode("gb18030"),
        b"\xff\xfe{}",
        b"sql=select+1",
    ],
)
def test_a_body_that_is_no_json(client: Client, body: bytes) -> None:
    status, problem = told(client, body)
    assert (status, problem["code"], problem["facts"]) == (400, "body_not_json", {})
    assert problem["title"] == "The body of the request could not be read."


def test_a_body_that_is_too_large(client: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
    status, problem = told(client, b'{"sql": "' + b"x" * (2 << 20) + b'"}')
    assert (status, problem["code"], problem["facts"]) == (413, "body_too_large", {"longest_mib": 2})
    assert "2 MiB" in told(client, b'{"sql": "' + b"x" * (2 << 20) + b'"}', language="zh")[1]["detail"]  # type: ignore[operator]


def test_a_question_that_is_too_long_is_told_as_such(client: Client) -> None:
    status, problem = told(client, b'{"sql": "select ' + b"1" * LONGEST + b'", "purpose": "public-use"}')
    assert (status, problem["code"]) == (422, "sql_too_long")


def test_a_form_with_too_many_fields(client: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    answer = client.post("/en/query", {f"field{n}": "1" for n in range(20)})
    assert answer.status_code == 400
    assert "It breaks a rule of form" in answer.content.decode()


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "x"), OperationalError("x")])
def test_a_full_disk_is_told_and_nothing_else(error: Exception, rf: RequestFactory) -> None:
    if isinstance(error, OperationalError):
        error.__cause__ = OSError(errno.EDQUOT, "/secret/place")
    answer = of_exception(rf.get("/api/v1/entries"), error)
    assert answer.status_code == 503
    assert b"storage_full" in answer.content
    assert b"secret" not in answer.content
    assert of_exception(rf.get("/api/v1/entries"), OSError(errno.EIO, "x")).status_code == 500


@pytest.mark.parametrize(("prefix", "said"), [("", "这个地址不做这件事"), ("/en", "This address does not do that.")])
def test_an_address_that_only_takes_a_form_says_so_on_a_page(db: None, home: Path, prefix: str, said: str) -> None:
    from tests.accounts.people import body, officer, signed_in

    who = officer("steward", body("one"))
    answered = signed_in(who.account, hat=who.appointment).get(f"{prefix}/monitor/compute")
    assert (answered.status_code, answered.headers["Allow"]) == (405, "POST")
    assert said in answered.content.decode()
    assert "Content-Security-Policy" in answered.headers


def test_signs_that_no_page_can_show_are_not_echoed() -> None:
    said = words("sheet_heads", {"strange": ["a\0b", "c"], "twice": [], "absent": []})
    assert "\0" not in said.why and "a\N{REPLACEMENT CHARACTER}b" in said.why
    assert "\x07" not in words("day_form", {"value": "a\x07"}).why


def test_the_platform_itself_is_named_in_words() -> None:
    with translation.override("en"):
        assert "the platform itself" in words("not_your_role", {"needed": ["system"]}).why
    with translation.override("zh-hans"):
        assert "平台自动办理" in words("not_your_role", {"needed": ["system"]}).why
