"""A new log key takes over: for 30 days readers of either key accept the log, and its name stays."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from kaimen.core.policy.party import ANYBODY, Actor, Via
from kaimen.core.tlog import notes
from kaimen.core.tlog.encoding import b64url
from kaimen.core.tlog.notes import Verifier
from kaimen.engines.verifying import DOES_NOT_VERIFY, VERIFIED
from kaimen.engines.verifying import main as verify
from kaimen.evidence import keys, outside, selectors
from kaimen.evidence import services as evidence
from kaimen.evidence.models import Head, KeyRotation
from kaimen.evidence.services import Kind
from tests.evidence.conftest import NOW, record
from tests.evidence.test_witnesses import shown, trust, witness

pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = Actor(via=Via.CLI)
DAY = timedelta(days=1)


def accepted_by(key: Verifier, folder: Path) -> bool:
    """Whether a reader who has only this key from elsewhere accepts the published log, every entry read."""
    policy = folder / "of-a-reader.txt"
    policy.write_text(f"log {key.vkey()}\nquorum none\n")
    code = verify([str(outside.folder().path), "--full", "--policy", str(policy)])
    assert code in {VERIFIED, DOES_NOT_VERIFY}
    return code == VERIFIED


def test_for_30_days_readers_of_either_key_accept_the_log_and_after_that_those_of_the_new_one(home: Path) -> None:
    record()
    evidence.tick(NOW)
    old, origin = keys.log().verifier, keys.origin()
    new = evidence.rotate(by=OPERATOR, now=NOW).verifier
    assert (new.name, keys.origin(), keys.log().verifier) == (origin, origin, new)
    assert new.public != old.public
    for day in (0, 1, 29):
        record()
        evidence.tick(NOW + day * DAY)
        assert [line.key_id for line in shown().signatures] == [new.id, old.id]
        assert notes.parse_checkpoint(shown().text).origin == origin
        assert accepted_by(old, home)
        assert accepted_by(new, home)
        assert {new.vkey(), old.vkey()} <= set(selectors.key_lines().splitlines())
    record()
    evidence.tick(NOW + 30 * DAY)
    assert [line.key_id for line in shown().signatures] == [new.id]
    assert accepted_by(new, home)
    assert not accepted_by(old, home)
    lines = selectors.key_lines().splitlines()
    assert new.vkey() in lines
    assert (old.vkey() in lines, f"# retired {old.vkey()}" in lines) == (False, True)
    assert verify([str(outside.folder().path), "--full"]) == VERIFIED


def test_a_rotation_is_an_entry_with_the_digest_of_the_new_key() -> None:
    record()
    evidence.tick(NOW)
    old = keys.log().verifier
    new = evidence.rotate(by=OPERATOR, now=NOW).verifier
    evidence.tick(NOW)
    (told,) = (one for one in selectors.latest(5, reader=ANYBODY) if one.leaf.kind is Kind.KEY_ROTATED)
    assert told.leaf.public == {"d": b64url(sha256(f"{new.vkey()}\n".encode()).digest()), "out": "done"}
    said, _ = selectors.private_record(told.id, reader=OPERATOR)
    assert (said["old"], said["new"], said["via"]) == (old.vkey(), new.vkey(), "cli")
    assert KeyRotation.objects.get().entry == told.id


def test_after_a_crash_between_key_and_entry_the_worker_writes_the_entry_once() -> None:
    record()
    evidence.tick(NOW)
    new = keys.succeed(NOW)
    for _ in range(2):
        evidence.tick(NOW)
    assert KeyRotation.objects.get().vkey == new.verifier.vkey()
    assert Head.objects.get().size == 2


def test_a_head_from_before_is_still_ours_while_the_next_is_not_signed(client: Client) -> None:
    given = record()
    evidence.tick(NOW)
    evidence.rotate(by=OPERATOR, now=NOW)
    assert client.get(f"/log/proof/{given.entry}").status_code == 200
    assert len([line for line in client.get("/log/keys").text.splitlines() if f"{keys.origin()}+" in line]) == 2


def test_no_key_is_dropped_before_the_world_has_seen_the_line_of_the_new_one(home: Path) -> None:
    record()
    evidence.tick(NOW)
    old = keys.log().verifier
    evidence.rotate(by=OPERATOR, now=NOW)
    evidence.settle_keys(now=NOW + 40 * DAY)  # the worker stood still all the time
    assert old in keys.log_verifiers()
    evidence.tick(NOW + 40 * DAY)
    evidence.settle_keys(now=NOW + 40 * DAY)
    assert old not in keys.log_verifiers()
    assert sorted(path.name for path in (home / "keys").glob("retired-*")) == ["retired-log.key", "retired-log.vkey"]


def test_keys_may_rotate_again_before_the_30_days_are_over() -> None:
    record()
    evidence.tick(NOW)
    first = keys.log().verifier
    second = evidence.rotate(by=OPERATOR, now=NOW + DAY).verifier
    third = evidence.rotate(by=OPERATOR, now=NOW + 2 * DAY).verifier
    evidence.tick(NOW + 2 * DAY)
    assert [line.key_id for line in shown().signatures] == [third.id, second.id, first.id]
    assert [key.until for key in keys.log_keys()] == [NOW + 31 * DAY, NOW + 32 * DAY, None]
    record()
    evidence.tick(NOW + 31 * DAY)
    assert [line.key_id for line in shown().signatures] == [third.id, second.id]
    assert KeyRotation.objects.count() == 2


def test_a_witness_that_knows_the_old_key_signs_until_it_is_dropped(tmp_path: Path, settings: object) -> None:
    record()
    evidence.tick(NOW)
    with witness(tmp_path / "a", "audit.example/w1") as a:  # it trusts the key of this moment
        trust(tmp_path, settings, "a", a=a)
        evidence.rotate(by=OPERATOR, now=NOW)
        evidence.tick(NOW)
        assert notes.parse_vkey(a[0]).id in {line.key_id for line in shown().signatures}


def test_the_operator_is_told_what_to_do(home: Path) -> None:
    record()
    evidence.tick(NOW)
    old, out = keys.log().verifier, StringIO()
    call_command("log", "rotate", stdout=out)
    new = keys.log().verifier
    assert f"new key    {new.vkey()}" in out.getvalue()
    assert f"old key    {old.vkey()}" in out.getvalue()
    out = StringIO()
    call_command("log", "status", stdout=out)
    assert f"key        {old.id.hex()}, signs until" in out.getvalue()
