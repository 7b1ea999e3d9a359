"""Due days in a calendar program: under an address that shows no title, ends when told to, and says nothing to anybody else."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from kaimen.accounts import services
from kaimen.accounts.models import ApiToken, DeskFeed
from kaimen.core.errors import Refused
from kaimen.core.policy.party import Actor, Via
from kaimen.office import services as office
from tests.accounts.people import NOW, Officer, body, officer, person, signed_in

pytestmark = pytest.mark.django_db
SECRET_TITLE = "对张三的调查"


def put(holder: Officer, *, due: datetime | None) -> None:
    office.open_desk_item(
        kind="t", ref="1", url="/desk", institution=str(holder.appointment.institution_id), role=holder.appointment.role, title_zh=SECRET_TITLE,
        title_en="An inquiry", due=due, now=NOW,
    )  # fmt: skip


def subscribed(browser: Client) -> str:
    answer = browser.post("/desk/calendar")
    assert answer.status_code == 200, answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r"http://testserver(/desk/calendar/kmc_\w+\.ics)", answer.content.decode())
    assert found
    return found[1]


def read(address: str) -> list[object]:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert SECRET_TITLE not in answer.content.decode()
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_program_reads_due_days_without_titles() -> None:
    holder = officer("office_head", body())
    put(holder, due=NOW + timedelta(days=3))
    put(holder, due=None)
    put(officer("office_head", body("other")), due=NOW + timedelta(days=1))
    address = subscribed(signed_in(holder.account))
    (event,) = read(address)
    assert re.fullmatch(r"第 \d+ 号待办到期", str(event["SUMMARY"]))  # type: ignore[index]
    assert "is due" in Client().get(f"/en{address}").content.decode()


def test_a_case_is_named_by_its_number_and_the_event_leads_to_it() -> None:
    holder = officer("office_head", body())
    office.open_desk_item(
        kind="t", ref="2", url="/cases/GX-2026-000001", institution=str(holder.appointment.institution_id),
        role=holder.appointment.role, title_zh=SECRET_TITLE, title_en="An inquiry", due=NOW + timedelta(days=3), now=NOW,
    )  # fmt: skip
    (event,) = read(subscribed(signed_in(holder.account)))
    assert str(event["SUMMARY"]) == "GX-2026-000001 号案件到期"  # type: ignore[index]
    assert str(event["URL"]) == "http://testserver/cases/GX-2026-000001"  # type: ignore[index]


def test_a_refresh_makes_no_second_address_and_no_second_token() -> None:
    browser = signed_in(officer("office_head", body()).account)
    mark = re.search(r'name="form_mark" value="([^"]+)"', browser.get("/desk").content.decode())
    assert mark
    assert [browser.post("/desk/calendar", {"form_mark": mark[1]}).status_code for _ in range(2)] == [200, 302]
    assert DeskFeed.objects.count() == 1
    asked = {"name": "n", "scopes": ["account:read"], "days": "7", "form_mark": "one-drawing-of-it"}
    assert [browser.post("/desk/tokens", asked).status_code for _ in range(2)] == [200, 302]
    assert ApiToken.objects.count() == 1


def test_an_event_keeps_its_identity_when_its_due_day_moves() -> None:
    holder = officer("office_head", body())
    put(holder, due=NOW + timedelta(days=3))
    address = subscribed(signed_in(holder.account))
    (before,) = read(address)
    from kaimen.office.models import DeskItem

    DeskItem.objects.update(due=NOW + timedelta(days=9))
    (after,) = read(address)
    assert before["UID"] == after["UID"]  # type: ignore[index]
    assert before["DTSTART"].dt < after["DTSTART"].dt  # type: ignore[index]


def test_an_address_that_was_ended_or_has_run_out_or_is_mistyped_says_the_same_nothing() -> None:
    holder = officer("office_head", body())
    browser = signed_in(holder.account)
    ended, over, gone = (subscribed(browser) for _ in range(3))
    feeds = list(DeskFeed.objects.order_by("created_at", "pk"))
    id_of = {address: re.search(r"kmc_(\w{8})_", address)[1] for address in (ended, over, gone)}  # type: ignore[index]
    assert {feed.pk for feed in feeds} == set(id_of.values())
    assert browser.post(f"/desk/calendar/{id_of[ended]}/end").status_code == 302
    DeskFeed.objects.filter(pk=id_of[over]).update(
        expires_at=NOW + timedelta(seconds=1), created_at=NOW - timedelta(days=9)
    )
    DeskFeed.objects.filter(pk=id_of[over]).update(expires_at=NOW - timedelta(seconds=1))
    services.end_appointment(
        str(holder.appointment.pk),
        reason="moved",
        by=officer("operator", body("data", is_authority=True)).actor,
        now=NOW,
    )
    answers = {
        Client().get(address).status_code for address in (ended, over, gone, "/desk/calendar/kmc_12345678_x.ics")
    }
    assert answers == {404}


def test_nobody_ends_somebody_elses_and_a_token_makes_none() -> None:
    address = subscribed(signed_in(officer("office_head", body()).account))
    feed = DeskFeed.objects.get()
    assert signed_in(person()).post(f"/desk/calendar/{feed.pk}/end").status_code == 404
    assert read(address) == []
    with pytest.raises(Refused, match="fresh_sign_in_needed"):
        services.subscribe(by=Actor(via=Via.TOKEN), appointment_id=None, now=NOW)


def test_what_is_kept_is_no_address() -> None:
    address = subscribed(signed_in(officer("office_head", body()).account))
    feed = DeskFeed.objects.get()
    assert len(bytes(feed.digest)) == 32
    assert address[-49:-4].encode() not in bytes(feed.digest)
    page = signed_in(feed.account).get("/desk").content.decode()
    assert feed.pk in page
    assert address not in page
