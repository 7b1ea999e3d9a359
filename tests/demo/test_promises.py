"""The board of the demo city has something to look at: a plan of this year, posts that are filled, commitments that were signed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from kaimen.accounts.models import Appointment
from kaimen.compliance import controls as duties
from kaimen.compliance.models import Commitment
from kaimen.config.controls import CONTROLS
from kaimen.opening import controls as opening
from kaimen.opening import planning
from kaimen.sharing import controls as sharing
from tests.demo.conftest import NOW


@pytest.fixture
def built(small_city: Path, db: None) -> Path:
    return small_city / "demo"


def test_the_plan_of_this_year_is_published_and_names_each_body_that_opens_data(built: Path) -> None:
    found = planning.plan(None, now=NOW)
    assert (found.year, found.state, found.waiting) == (planning.office.rules().calendar.day(NOW).year, "published", 0)
    out, listed, whole, _opened = opening.plan(NOW)
    assert [(part.outcome.value, part.failed) for part in (out, listed, whole)] == [("pass", 0)] * 3
    assert listed.counted > 10


def test_every_post_that_must_be_filled_is_filled(built: Path) -> None:
    part, _seen = duties.posts(NOW)
    assert (part.outcome.value, part.failing) == ("pass", ())
    assert Appointment.objects.filter(role="office_head", institution__slug__in=["water", "airport"]).count() == 2


def test_agreements_that_were_entered_by_hand_have_their_commitment(built: Path) -> None:
    part, *_ = sharing.by_hand(NOW)
    assert (part.outcome.value, part.counted) == ("pass", 5)
    (signed,) = sharing.commitments(NOW)
    assert (signed.outcome.value, signed.counted) == ("pass", 5)
    assert Commitment.objects.get(code="AG-2026-0066").ended_at is not None


def test_everything_that_the_board_leads_to_has_a_page(built: Path) -> None:
    """Failing things and proofs alike, in both languages: no address of the board is one that nothing answers."""
    refs = {
        ref.url.partition("#")[0].partition("?")[0]
        for looks in CONTROLS.values()
        for look in looks
        for part in look(NOW)
        for ref in (*part.failing, *part.looked, *part.evidence)
        if ref.url
    }
    assert len(refs) > 50
    assert {url for url in refs if not answered(url)} == set()
    bodies = {url for url in refs if url.startswith("/org/")}
    assert bodies and all(Client().get(url).status_code == 200 for url in bodies)


def answered(url: str) -> bool:
    try:
        resolve(url)
    except Resolver404:
        return False
    return True
