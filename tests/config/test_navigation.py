"""The desk leads to where an officer works, and to nothing that would be shut."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kaimen.config.navigation import work_of
from kaimen.core.policy.party import ANYBODY
from tests.accounts.people import body, officer, person, signed_in

pytestmark = pytest.mark.django_db


DUTIES = ("commitments", "vendors", "exports")
"""What every one of these roles looks after besides."""


@pytest.mark.parametrize(
    ("role", "places", "tasks"),
    [
        ("steward", {"lake", "catalogue", *DUTIES, "grading", "processing_work"}, {"lake", "catalogue_new"}),
        ("office_head", {"lake", "catalogue", *DUTIES}, {"lake"}),
        ("auditor", {"lake", "catalogue", "schedules", *DUTIES, "grading", "processing_work"}, set()),
        ("protection_officer", {"lake", "catalogue", *DUTIES, "grading", "processing_work"}, set()),
        ("helper", set(), set()),
    ],
)
def test_the_desk_leads_to_the_places_of_a_role(role: str, places: set[str], tasks: set[str]) -> None:
    holder = officer(role, body())
    found = work_of(holder.actor)
    assert {place["url"] for place in found["places"]} == {reverse(name) for name in places}
    assert {task["url"] for task in found["tasks"]} == {reverse(name) for name in tasks}
    browser = signed_in(holder.account)
    page = browser.get("/en/desk").content.decode()
    for name in ("lake", "catalogue", "catalogue_new"):
        assert (f'href="/en{reverse(name)}"' in page) == (name in places | tasks)
        assert (browser.get(reverse(name)).status_code == 200) == (name in places | tasks)


def test_who_acts_for_nobody_has_no_place_of_work() -> None:
    assert work_of(ANYBODY) == {"places": [], "tasks": []}
    assert 'href="/lake"' not in signed_in(person()).get(reverse("desk")).content.decode()
