"""Once an hour an authority puts its time to the head; the log never waits for it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from kaimen.core.tlog import notes, timestamp_text
from kaimen.engines.timestamping import ask
from kaimen.engines.verifying import DOES_NOT_VERIFY, NOT_CHECKED, VERIFIED
from kaimen.engines.verifying import main as verify
from kaimen.evidence import outside
from kaimen.evidence import services as evidence
from kaimen.evidence.models import CheckpointToken
from tests.engines.authority import Authority, running
from tests.evidence.conftest import NOW, record

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def test_without_the_setting_nobody_is_asked() -> None:
    record()
    evidence.tick(NOW)
    assert not evidence.timestamp(now=NOW)
    assert not CheckpointToken.objects.exists()


def test_one_token_an_hour_over_the_head_that_the_world_is_shown(settings: object, tmp_path: Path) -> None:
    with running(tmp_path / "tsa") as tsa:
        settings.KAIMEN_EVIDENCE_TSA = tsa.url  # type: ignore[attr-defined]
        assert not evidence.timestamp(now=NOW)  # no head yet
        record()
        evidence.tick(NOW)
        assert evidence.timestamp(now=NOW)
        record()
        evidence.tick(NOW)
        assert not evidence.timestamp(now=NOW + HOUR - timedelta(seconds=1))
        assert evidence.timestamp(now=NOW + HOUR)
        assert not evidence.timestamp(now=NOW + 3 * HOUR)  # nothing new to stamp
        assert tsa.asked == 2
    assert list(CheckpointToken.objects.order_by("size").values_list("size", flat=True)) == [1, 2]


def test_a_stranger_checks_the_time_by_the_authoritys_certificate(
    live_server: LiveServer, settings: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address, folder, saved = f"{live_server.url}/log", str(outside.folder().path), tmp_path / "timestamp.txt"
    with running(tmp_path / "tsa") as tsa:
        settings.KAIMEN_EVIDENCE_TSA = tsa.url  # type: ignore[attr-defined]
        record()
        evidence.tick(NOW)
        certificate = ["--tsa-certificate", str(tsa.root)]
        assert verify([folder, *certificate]) == NOT_CHECKED  # there is none yet
        evidence.timestamp(now=NOW)
    for _ in range(300):
        record()
    evidence.tick(NOW)
    for place in (folder, address):
        capsys.readouterr()
        assert verify([place, "--json", *certificate]) == VERIFIED
        said = json.loads(capsys.readouterr().out)
        assert (said["size"], said["stamped_size"]) == (301, 1)
        assert said["stamped"].endswith("Z")
    saved.write_text((outside.folder().path / "timestamp").read_text())
    assert verify([str(saved), "--log", address, *certificate]) == VERIFIED
    assert verify([str(saved), "--policy", f"{folder}/policy.txt", *certificate]) == VERIFIED
    assert verify([str(saved), "--log", address]) == NOT_CHECKED
    other = Authority(tmp_path / "other")
    for wrong, code in ((other.root, DOES_NOT_VERIFY), (other.own, NOT_CHECKED), (saved, NOT_CHECKED)):
        assert verify([address, "--tsa-certificate", str(wrong)]) == code


def test_a_time_stamp_over_a_head_that_the_log_does_not_continue_does_not_verify(
    settings: object, tmp_path: Path
) -> None:
    with running(tmp_path / "tsa") as tsa:
        settings.KAIMEN_EVIDENCE_TSA = tsa.url  # type: ignore[attr-defined]
        record()
        evidence.tick(NOW)
        file, certificate = outside.folder().path / "timestamp", ["--tsa-certificate", str(tsa.root)]
        for origin in ("localhost/log", "other.example/log"):
            text = notes.Checkpoint(origin=origin, size=1, root=b"\1" * 32).text()
            token, _ = ask(tsa.url, text.encode())
            line = outside.folder().note().signatures[0]  # type: ignore[union-attr]
            file.write_text(timestamp_text.Timestamp(token=token, note=notes.Note(text, (line,)).format()).text())
            assert verify([str(outside.folder().path), *certificate]) == DOES_NOT_VERIFY
            assert verify([str(file), "--log", str(outside.folder().path), *certificate]) == DOES_NOT_VERIFY


def test_an_authority_that_fails_never_stops_the_log(settings: object, tmp_path: Path) -> None:
    with running(tmp_path / "tsa") as tsa:
        settings.KAIMEN_EVIDENCE_TSA = tsa.url  # type: ignore[attr-defined]
        tsa.answers = lambda question: (500, b"")
        record()
        evidence.tick(NOW)
        assert not evidence.timestamp(now=NOW)
    assert not evidence.timestamp(now=NOW)  # not there at all
    record()
    assert evidence.tick(NOW) == 1
    assert not CheckpointToken.objects.exists()


def test_the_page_and_the_files_show_the_token(client: Client, settings: object, tmp_path: Path) -> None:
    record()
    evidence.tick(NOW)
    assert client.get("/log/timestamp").status_code == 404
    assert "another clock" not in client.get("/en/log").text
    with running(tmp_path / "tsa") as tsa:
        settings.KAIMEN_EVIDENCE_TSA = tsa.url  # type: ignore[attr-defined]
        evidence.timestamp(now=NOW)
        record()
        evidence.tick(NOW)
        evidence.timestamp(now=NOW + HOUR)
    sizes = {"timestamp": 2, "timestamps/0": 1, "timestamps/1": 1, "timestamps/2": 2}
    for path, size in sizes.items():
        answer = client.get(f"/log/{path}")
        assert notes.parse_checkpoint(notes.parse(timestamp_text.parse(answer.text).note).text).size == size
    assert client.get("/log/timestamps/3").status_code == 404
    assert "the first 2 entries were there" in client.get("/en/log").text
    assert "前 2 条在这一刻已经在了" in client.get("/log").text
