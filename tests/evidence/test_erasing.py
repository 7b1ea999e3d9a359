from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from kaimen.core.errors import Missing, Refused
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Role
from kaimen.core.tlog import commitment, notes, proof_text
from kaimen.core.tlog.hashing import leaf_hash
from kaimen.core.tlog.verify import includes
from kaimen.evidence import selectors
from kaimen.evidence import services as evidence
from kaimen.evidence.models import Private, SubjectKey
from kaimen.evidence.services import SubjectId
from tests.evidence.conftest import NOW, record

pytestmark = pytest.mark.django_db(transaction=True)
OFFICER = Actor(
    person=PersonId("p-officer"), institution=InstitutionId("11110000000000000X"), role=Role("protection_officer")
)
SUBJECT = SubjectId("person:p-7")


def test_after_erasing_every_proof_verifies_and_no_opening_does() -> None:
    theirs = [record(subject=SUBJECT, reason=f"reason {number}") for number in range(3)]
    other = record(subject="person:p-8")
    evidence.tick(NOW)
    before = selectors.opening(theirs[0].entry, fields=["reason"], reader=OFFICER)
    assert commitment.opens(before, selectors.entry(theirs[0].entry).leaf.c)
    receipt = evidence.erase(SUBJECT, floor=None, officer=None, case="C-1", by=OFFICER, now=NOW)
    evidence.tick(NOW)
    for given in (*theirs, other, receipt):
        proved = selectors.proved(given.entry, reader=OFFICER)
        proof = proof_text.parse(proved.proof.text())
        head = notes.parse_checkpoint(notes.parse(proof.note).text)
        assert includes(head.root, head.size, leaf=leaf_hash(proof.extra), index=proof.index, path=proof.path)
    for given in theirs:
        with pytest.raises(Missing) as refusal:
            selectors.opening(given.entry, fields=["reason"], reader=OFFICER)
        assert refusal.value.code == "record_erased"
    assert selectors.opening(other.entry, fields=["reason"], reader=OFFICER)
    assert not Private.objects.filter(subject=SUBJECT).exists()


def test_a_backup_of_the_private_records_is_worth_nothing_without_the_key() -> None:
    given = record(subject=SUBJECT)
    backup = Private.objects.get(subject=SUBJECT)
    evidence.erase(SUBJECT, floor=None, officer=None, case="C-1", by=OFFICER, now=NOW)
    record(subject=SUBJECT)  # the person comes again and has a new key
    backup.save()
    with pytest.raises(Missing):
        selectors.opening(given.entry, fields=["reason"], reader=OFFICER)


def test_nothing_of_the_subject_stays_behind() -> None:
    record(subject=SUBJECT)
    evidence.erase(SUBJECT, floor=None, officer=None, case="C-1", by=OFFICER, now=NOW)
    tables = [table for table in connection.introspection.table_names() if table.startswith("evidence")]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"select * from {table}")
            assert "p-7" not in str(cursor.fetchall())


def test_below_the_floor_it_is_closed_instead_and_opens_for_the_officer_alone() -> None:
    given = record(subject=SUBJECT)
    with pytest.raises(Refused) as refusal:
        evidence.erase(
            SUBJECT, floor=NOW + timedelta(days=30), officer=PersonId("p-officer"), case="C-1", by=OFFICER, now=NOW
        )
    assert (refusal.value.code, refusal.value.details) == ("retention_floor", {"until": "2026-12-23"})
    assert selectors.opening(given.entry, fields=["reason"], reader=OFFICER)
    for stranger in (Actor(person=PersonId("p-1")), Actor()):
        with pytest.raises(Refused) as closed:
            selectors.opening(given.entry, fields=["reason"], reader=stranger)
        assert closed.value.code == "record_restricted"
    assert SubjectKey.objects.get(id=SUBJECT).restricted_until
    assert selectors.latest(1, reader=OFFICER) == []
    evidence.tick(NOW)
    assert selectors.latest(1, reader=OFFICER)[0].leaf.kind == "subject.restricted"
    evidence.erase(
        SUBJECT, floor=NOW + timedelta(days=30), officer=None, case="C-2", by=OFFICER, now=NOW + timedelta(days=31)
    )


def test_there_must_be_something_to_erase() -> None:
    with pytest.raises(Missing):
        evidence.erase(SUBJECT, floor=None, officer=None, case="C-1", by=OFFICER, now=NOW)


def test_a_field_that_is_opened_reveals_no_other() -> None:
    given = record(subject=SUBJECT, reason="the reason")
    opening = selectors.opening(given.entry, fields=["load"], reader=OFFICER)
    assert b"the reason" not in opening.text()
    assert set(opening.shown) == {"load"}
    salt = opening.shown["load"][1]
    guess = commitment.Opening(entry=given.entry, digests=opening.digests, shown={"reason": ("the reason", salt)})
    assert not commitment.opens(guess, selectors.entry(given.entry).leaf.c)
