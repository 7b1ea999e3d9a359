"""Entries below a minimum index are refused, under a written policy and not before six years; nothing else changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from kaimen.core.errors import Invalid, Refused
from kaimen.core.policy.party import ANYBODY, Actor, Role, Via
from kaimen.core.tlog import proof_text, pruning
from kaimen.core.tlog.encoding import b64, b64url
from kaimen.engines.verifying import NOT_CHECKED, VERIFIED
from kaimen.engines.verifying import main as verify
from kaimen.evidence import outside, selectors
from kaimen.evidence import services as evidence
from kaimen.evidence.models import Entry, Pruned, Sequenced
from kaimen.evidence.services import Kind, Receipt
from tests.evidence.conftest import NOW, record

pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = Actor(via=Via.CLI)
POLICY = "Entries are readable for six years.\n\nBy order of the council, 2026-11-23.\n"
LATER = NOW.replace(year=2032)  # to the day six years


def grown(*counts: int, day: int = 0) -> list[Receipt]:
    """So many entries, each count under a head of its own, a day apart."""
    given = list[Receipt]()
    for number, count in enumerate(counts):
        at = NOW + timedelta(days=day + number)
        given += [record(at=at) for _ in range(count)]
        evidence.tick(at)
    return given


def prune(before: int | datetime, *, now: datetime = LATER, policy: str = POLICY) -> pruning.Pruning:
    said = evidence.prune(before, policy=policy, by=OPERATOR, now=now)
    evidence.tick(now)
    return said


def test_bundles_below_the_minimum_are_refused_and_all_else_is_served(client: Client) -> None:
    given = grown(600)
    prune(530)
    answers = {path: client.get(f"/log/tile/{path}") for path in ("entries/000", "entries/001", "entries/002.p/89")}
    assert [answer.status_code for answer in answers.values()] == [404, 404, 200]
    assert answers["entries/000"].json()["code"] == "entries_pruned"
    for path in ("0/000", "0/001", "0/002.p/89", "1/000.p/2"):
        assert client.get(f"/log/tile/{path}").status_code == 200
    assert client.get("/log/checkpoint").status_code == 200
    assert client.get(f"/log/{given[511].entry}").status_code == 404
    assert client.get(f"/api/v1/log/entries/{given[0].entry}").json()["code"] == "entries_pruned"
    assert client.get(f"/log/{given[512].entry}").status_code == 200
    auditor = Actor(role=Role("auditor"))
    assert all(one.index is not None and one.index >= 512 for one in selectors.latest(1000, reader=auditor))
    assert Entry.objects.count() == Sequenced.objects.count() == 601  # nothing is deleted


def test_a_proof_of_a_pruned_entry_carries_the_digest_only_and_still_verifies(
    live_server: LiveServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = grown(300)
    address = f"{live_server.url}/log"
    kept = proof_text.parse(httpx.get(f"{address}/proof/{given[7].entry}").text)
    prune(256)
    file, leaf, receipt = tmp_path / "a.tlog-proof", tmp_path / "leaf", tmp_path / "receipt.txt"
    file.write_text(httpx.get(f"{address}/proof/{given[7].entry}").text)
    leaf.write_bytes(kept.extra)
    receipt.write_text(given[7].text)
    assert proof_text.parse(file.read_text()).extra == b""
    assert verify([str(file), "--log", address]) == NOT_CHECKED
    for asked in ([str(file), "--log", address, "--leaf", str(leaf)], [str(receipt), "--log", address]):
        capsys.readouterr()
        assert verify(asked) == VERIFIED
        assert "entries below 256 are pruned" in capsys.readouterr().out


def test_the_verifier_says_from_which_entry_on_it_could_read(
    live_server: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    grown(300, 300)
    said = prune(512, now=LATER + timedelta(days=2))
    capsys.readouterr()
    assert verify([f"{live_server.url}/log", "--full"]) == VERIFIED
    told = capsys.readouterr().out
    assert "every tile and 89 entries from 512 on compared" in told
    assert f"entries below 512 are pruned, under the policy with digest {b64(said.digest)}" in told
    assert verify([str(outside.folder().path), "--full"]) == VERIFIED  # the folder still has them: all are read
    assert "601 entries compared" in capsys.readouterr().out


def test_the_policy_is_published_and_its_digest_logged(client: Client) -> None:
    grown(300)
    assert client.get("/log/pruning").status_code == 404
    prune(256)
    text = client.get("/log/pruning").content.decode()
    assert pruning.parse(text) == pruning.Pruning(minimum=256, policy=POLICY)
    assert (outside.folder().path / "pruning").read_bytes().decode() == text
    (told,) = (one for one in selectors.latest(5, reader=ANYBODY) if one.leaf.kind is Kind.LOG_PRUNED)
    assert told.leaf.public == {"d": b64url(sha256(POLICY.encode()).digest()), "out": "done"}
    said, _ = selectors.private_record(told.id, reader=OPERATOR)
    assert (said["minimum"], said["size"], said["via"]) == (256, 300, "cli")
    assert Pruned.objects.get().entry == told.id
    assert "Can be read from" in client.get("/en/log").text
    assert "从这一条起可读" in client.get("/log").text


@pytest.mark.parametrize("early", [timedelta(seconds=1), timedelta(days=300), timedelta(days=6 * 365 + 1)])
def test_nothing_younger_than_six_years_is_pruned(early: timedelta) -> None:
    grown(260)
    for before in (256, 1, NOW + timedelta(seconds=1)):
        with pytest.raises(Refused) as refusal:
            evidence.prune(before, policy=POLICY, by=OPERATOR, now=LATER - early)
        assert (refusal.value.code, refusal.value.details) == ("retention_floor", {"until": "2032-11-23"})
    assert not Pruned.objects.exists()
    assert prune(256).minimum == 256


def test_the_floor_counts_for_the_youngest_entry_below() -> None:
    grown(256, 256)
    with pytest.raises(Refused):
        evidence.prune(257, policy=POLICY, by=OPERATOR, now=LATER)
    assert prune(256).minimum == 256
    assert prune(512, now=LATER + timedelta(days=1)).minimum == 512


def test_six_years_after_a_29_february_end_on_the_1_march() -> None:
    record()
    evidence.tick(datetime.fromisoformat("2028-02-29T12:00:00+00:00"))
    with pytest.raises(Refused) as refusal:
        evidence.prune(1, policy=POLICY, by=OPERATOR, now=datetime.fromisoformat("2034-02-28T23:00:00+00:00"))
    assert refusal.value.details == {"until": "2034-03-01"}


def test_a_day_means_the_heads_signed_before_it() -> None:
    grown(100, 100, 100)
    assert prune(NOW + timedelta(days=1, hours=1), now=LATER + timedelta(days=3)).minimum == 200
    assert prune(NOW, now=LATER).minimum == 0


def test_a_minimum_beyond_what_is_published_or_without_a_policy_is_refused() -> None:
    grown(3)
    record()
    for before, policy, code in ((4, POLICY, "prune_before"), (-1, POLICY, "prune_before"), (1, " \n", "pruning")):
        with pytest.raises(Invalid) as refusal:
            evidence.prune(before, policy=policy, by=OPERATOR, now=LATER)
        assert refusal.value.code == code


def test_a_minimum_may_be_taken_back(client: Client) -> None:
    given = grown(300)
    prune(256)
    assert client.get(f"/log/{given[0].entry}").status_code == 404
    prune(0)
    assert client.get(f"/log/{given[0].entry}").status_code == 200
    assert client.get("/log/tile/entries/000").status_code == 200


def test_the_operators_command(tmp_path: Path) -> None:
    grown(300)
    policy = tmp_path / "policy-of-pruning.txt"
    policy.write_text(POLICY)
    out = StringIO()
    call_command("log", "prune", "--before", "2026-11-01", "--policy", str(policy), stdout=out)
    assert "minimum    0" in out.getvalue()
    for before, file, code in (
        ("256", policy, "retention_floor"),
        ("yesterday", policy, "prune_before"),
        ("0", tmp_path / "missing.txt", "file_not_there"),
    ):
        with pytest.raises(CommandError, match=code):
            call_command("log", "prune", "--before", before, "--policy", str(file))
    with pytest.raises(CommandError, match="--policy"):
        call_command("log", "prune", "--before", "0")
