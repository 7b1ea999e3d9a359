from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from kaimen.core.errors import Invalid
from kaimen.core.policy.party import ANYBODY
from kaimen.core.tlog import leaf, notes, receipt
from kaimen.core.tlog.encoding import unb64url
from kaimen.core.tlog.hashing import leaf_hash
from kaimen.evidence import keys
from kaimen.evidence import services as evidence
from kaimen.evidence.models import Entry, Private
from kaimen.evidence.services import Kind

NOW = datetime(2026, 11, 23, 2, 21, 7, 500_000, tzinfo=UTC)
PRIVATE = {"load": "L1", "reason": "three districts are missing", **evidence.who(ANYBODY)}
PUBLIC = {"inst": "11110000000000000X", "ds": "01JD0000000000000000000000", "out": "refused"}


@pytest.mark.django_db
def test_an_entry_is_written_with_its_private_record_and_a_receipt() -> None:
    with transaction.atomic():
        given = evidence.record(Kind.LOAD_REFUSED, at=NOW, public=PUBLIC, private=PRIVATE)
    row = Entry.objects.get()
    said = leaf.parse(bytes(row.leaf))
    assert (said.kind, said.id, said.n, said.t) == (Kind.LOAD_REFUSED, given.entry, 1, 1795400467500)
    assert said.public == PUBLIC
    assert bytes(row.entry) == unb64url(given.entry)
    assert b"three districts" not in bytes(row.leaf) + bytes(Private.objects.get().sealed)
    note = notes.parse(given.text)
    assert notes.verified_by(note, [keys.receipts().verifier])
    assert receipt.parse(note.text).leaf_hash == leaf_hash(bytes(row.leaf))


@pytest.mark.django_db(transaction=True)
def test_record_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        evidence.record(Kind.LOAD_REFUSED, at=NOW, public=PUBLIC, private=PRIVATE)
    assert not Entry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("public", "private", "field"),
    [
        ({**PUBLIC, "title": "secret"}, PRIVATE, "title"),
        ({**PUBLIC, "out": "maybe"}, PRIVATE, "out"),
        ({**PUBLIC, "ds": "a title with blanks"}, PRIVATE, "ds"),
        ({**PUBLIC, "pol": "A" * 43}, PRIVATE, "pol"),
        ({"inst": "x", "out": "refused"}, PRIVATE, "ds"),
        (PUBLIC, {**PRIVATE, "extra": 1}, "extra"),
        (PUBLIC, {name: value for name, value in PRIVATE.items() if name != "reason"}, "reason"),
    ],
)
def test_an_unknown_or_missing_field_is_refused(public: dict, private: dict, field: str) -> None:
    with transaction.atomic(), pytest.raises(Invalid) as refusal:
        evidence.record(Kind.LOAD_REFUSED, at=NOW, public=public, private=private)
    assert refusal.value.code == "leaf_field"
    assert refusal.value.details["field"] == field
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_record_takes_few_statements(django_assert_max_num_queries: object) -> None:
    with transaction.atomic():
        evidence.record(Kind.LOAD_REFUSED, at=NOW, public=PUBLIC, private=PRIVATE)
        with django_assert_max_num_queries(2 if connection.vendor == "postgresql" else 3):  # type: ignore[operator]
            evidence.record(Kind.LOAD_REFUSED, at=NOW, public=PUBLIC, private=PRIVATE)
    assert [row.n for row in Entry.objects.order_by("id")] == [1, 2]


@pytest.mark.django_db
def test_a_rolled_back_entry_leaves_no_gap() -> None:
    with transaction.atomic():
        evidence.record(Kind.LOAD_REFUSED, at=NOW, public=PUBLIC, private=PRIVATE)
        transaction.set_rollback(True)
    with transaction.atomic():
        evidence.record(Kind.LOAD_REFUSED, at=NOW, public=PUBLIC, private=PRIVATE)
    assert Entry.objects.get().n == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_tests_that_commit_find_an_empty_log_and_leave_one(round_: int) -> None:
    with transaction.atomic():
        evidence.record(Kind.LOAD_REFUSED, at=NOW, public=PUBLIC, private=PRIVATE)
    assert Entry.objects.get().n == 1
