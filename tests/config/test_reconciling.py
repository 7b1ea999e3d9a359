"""The nightly comparison: each day once, after it has settled; what was delivered without an entry shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from kaimen.config import reconciling
from kaimen.core.tlog.kinds import KINDS
from kaimen.evidence import selectors as log
from kaimen.evidence import services as evidence
from kaimen.gate.models import Decision

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # noon in the city
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]


def answered(receipt: str, at: datetime) -> None:
    Decision.objects.create(
        receipt=receipt, at=at, purpose="public-use", channel="sql", datasets=[], policies=[], policy_hash="0" * 64, columns=[]
    )  # fmt: skip


def test_a_day_is_compared_once_and_the_report_is_an_entry() -> None:
    assert reconciling.compare(NOON)
    assert not reconciling.compare(NOON)
    assert not reconciling.compare(NOON + timedelta(hours=6))
    evidence.tick(NOON)  # what was written has its place in the log before the next day
    assert reconciling.compare(NOON + timedelta(days=1))
    last = log.status(NOON).reconciled
    assert last is not None and last.agreed and log.entry(last.entry).leaf.kind == evidence.Kind.RECONCILE_REPORT


def test_the_day_is_not_compared_before_its_answers_have_settled() -> None:
    before_two = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)  # half past one in the night
    since, until = reconciling.due(before_two) or (None, None)
    assert until == datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
    assert since == until - timedelta(days=1)


def test_an_answer_without_an_entry_shows() -> None:
    answered("A" * 22, NOON - timedelta(days=1))
    reconciling.compare(NOON)
    last = log.status(NOON).reconciled
    assert last is not None
    assert not last.agreed
    assert last.differences == {"gate.delivered_without_entry": ["A" * 22]}


def test_an_entry_without_an_answer_shows() -> None:
    with transaction.atomic():
        receipt = evidence.record(
            evidence.Kind.GATE_ANSWERED,
            at=NOON - timedelta(days=1),
            public={"inst": "natural-person", "out": "permit", "pol": "A" * 43, "ds": None},
            private=dict.fromkeys(KINDS[evidence.Kind.GATE_ANSWERED].private),
        )
    evidence.tick(NOON)
    reconciling.compare(NOON)
    last = log.status(NOON).reconciled
    assert last is not None
    assert last.differences == {"gate.entry_without_delivery": [receipt.entry]}
