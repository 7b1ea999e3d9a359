"""The grading desk: what waits, what is suggested, and levels that an officer of the body confirms."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from kaimen.accounts.models import Institution
from kaimen.catalogue import services as catalogue
from kaimen.compliance import services
from kaimen.compliance.models import Grade
from kaimen.compliance.selectors import grading
from kaimen.core.errors import KaimenError
from kaimen.core.metadata.entry import PiClass
from kaimen.evidence.models import Entry
from tests.accounts.people import officer, signed_in
from tests.catalogue.city import ALLOWANCES, onwards
from tests.compliance.bodies import Bodies

pytestmark = pytest.mark.django_db
AS_SUGGESTED = {"id_number": 4, "name": 3, "amount": 2}


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def confirm(bodies: Bodies, levels: dict[str, int] | None = None, *, reason: str = "", by=None) -> list[Grade]:
    by = by or bodies.gives("security_officer")
    return services.confirm(
        bodies.entry, AS_SUGGESTED if levels is None else levels, reason=reason, by=by, now=bodies.now
    )


def waiting(bodies: Bodies) -> list[str]:
    desk = grading.desk(bodies.gives("security_officer"), bodies.slug)
    return [one.item.column for one in desk.columns if one.grade is None]


def test_a_person_confirms_what_is_suggested(bodies) -> None:
    assert waiting(bodies) == ["id_number", "name", "amount"]
    assert [one.entry.slug for one in grading.desks(bodies.gives("steward"))] == [bodies.slug]
    before = Entry.objects.count()
    rows = confirm(bodies)
    assert Entry.objects.count() == before + 1 and {row.version for row in rows} == {1}
    assert waiting(bodies) == [] and grading.desks(bodies.gives("steward")) == []


def test_another_level_needs_a_reason_and_asks_for_a_new_version(bodies) -> None:
    with refused("grade_reason"):
        confirm(bodies, {"amount": 3})
    confirm(bodies, {"amount": 3}, reason="金额可以推断本人情况")
    desk = grading.desk(bodies.gives("security_officer"), bodies.slug)
    (column,) = [one for one in desk.columns if one.grade]
    assert column.differs and column.grade.reason and (desk.waiting, desk.differing) == (2, 1)


@pytest.mark.parametrize(
    ("levels", "code"),
    [
        ({}, "grade_column"),
        ({"nothing": 1}, "grade_column"),
        ({"amount": 5}, "grade_level"),
        ({"amount": 0}, "grade_level"),
    ],
)
def test_what_is_wrong_is_refused(bodies, levels: dict, code: str) -> None:
    with refused(code):
        confirm(bodies, levels, reason="x")
    assert not Grade.objects.exists()


def test_only_its_officers_confirm(bodies) -> None:
    for by in (bodies.gives("steward"), bodies.asks("security_officer"), bodies.rules("authority_reviewer")):
        with refused("role_missing"):
            confirm(bodies, by=by)
    with refused("entry_unknown"):
        grading.desk(bodies.asks("security_officer"), bodies.slug)
    assert grading.desk(bodies.rules("authority_reviewer"), bodies.slug).waiting == 3


def test_a_new_version_keeps_what_did_not_change(bodies) -> None:
    confirm(bodies)
    items = tuple(
        replace(item, name_en="Sum", unit="CNY")
        if item.column == "amount"
        else replace(item, pi_class=PiClass.SENSITIVE)
        if item.column == "name"
        else item
        for item in ALLOWANCES.items
    )
    body = replace(ALLOWANCES, items=items)
    steward, head = bodies.city.civil_steward, bodies.city.civil_head
    catalogue.change(bodies.entry, reason="标注更正", by=steward, now=bodies.now)
    catalogue.draft(body, entry_id=bodies.entry, by=steward, now=bodies.now)
    onwards(bodies.city, bodies.entry, body, steward=steward, head=head, now=bodies.now)
    assert waiting(bodies) == ["name"]


def test_on_the_page_and_by_program(bodies) -> None:
    security = officer("security_officer", Institution.objects.get(pk=bodies.city.civil))
    browser = signed_in(security.account, hat=security.appointment)
    assert bodies.slug in browser.get("/en/grading").content.decode()
    page = browser.get(f"/en/grading/{bodies.slug}").content.decode()
    assert "identifies a person directly" in page
    told = browser.post(f"/en/grading/{bodies.slug}", {"level_0": "4", "level_1": "2", "level_2": "", "reason": ""})
    assert told.status_code == 422 and not Grade.objects.exists()
    told = browser.post(f"/en/grading/{bodies.slug}", {"level_0": "4", "level_1": "2", "reason": "已遮盖"})
    assert told.status_code == 302 and Grade.objects.count() == 2
    lines = {one["column"]: one for one in browser.get(f"/api/v1/compliance/grading/{bodies.slug}").json()}
    assert (lines["name"]["confirmed"], lines["name"]["suggested"], lines["amount"]["confirmed"]) == (2, 3, None)
    steward = officer("steward", Institution.objects.get(pk=bodies.city.civil))
    theirs = signed_in(steward.account, hat=steward.appointment)
    posted = theirs.post(
        f"/api/v1/compliance/grading/{bodies.slug}", {"levels": {"amount": 2}}, content_type="application/json"
    )
    assert posted.status_code == 403
    assert "<select" not in theirs.get(f"/grading/{bodies.slug}").content.decode().split("</header>")[-1]
    assert Client().get("/grading").status_code == 302
