"""The board looks at sharing: a request that waits beyond its term fails BJ-17 until somebody answers, and no other does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kaimen.core.lifecycle.controls import Outcome, Part
from kaimen.sharing import controls

pytestmark = pytest.mark.django_db


def looked(now: datetime) -> Part:
    (part,) = controls.in_time(now)
    return part


def test_without_requests_nothing_is_said(bureaus) -> None:
    assert looked(bureaus.now).outcome is Outcome.NOT_APPLICABLE


def test_a_request_is_late_from_the_end_of_its_term_until_it_is_answered(bureaus) -> None:
    late, withdrawn = bureaus.filed(), bureaus.filed()
    assert looked(bureaus.now).outcome is Outcome.PASS
    bureaus.now += timedelta(days=30)
    bureaus.take(withdrawn, "withdraw", bureaus.asks_head, reason="不需要了")
    found = looked(bureaus.now)
    assert (found.outcome, found.counted, [ref.name for ref in found.failing]) == (Outcome.FAIL, 1, [late])
    bureaus.take(late, "agree", bureaus.gives_head)
    found = looked(bureaus.now)
    assert (found.outcome, found.counted) == (Outcome.PASS, 1)
