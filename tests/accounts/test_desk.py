from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import Settings
from django.test import Client
from django.urls import reverse

from kaimen.accounts import selectors, services
from kaimen.accounts.models import Appointment
from kaimen.core.policy.party import InstitutionId
from kaimen.office import services as office
from kaimen.office.models import Outbox
from tests.accounts.people import NOW, Officer, body, officer, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def noon(home: Path, settings: Settings) -> datetime:
    """The city's clock, set to its next noon: a desk sorts by days, and the tests may run at midnight."""
    here = NOW.astimezone(ZoneInfo(settings.TIME_ZONE))
    moment = datetime.combine(here.date() + timedelta(days=here.hour >= 12), time(12), here.tzinfo)
    settings.KAIMEN_DEMO = True
    (home / "demo").mkdir()
    (home / "demo" / "clock").write_text(str(int((moment - NOW).total_seconds())), "ascii")
    return moment


def put(title: str, holder: Officer, *, days: int | None, now: datetime = NOW, apart: tuple[str, ...] = ()) -> None:
    office.open_desk_item(
        kind="test", ref=title, url="/desk", institution=str(holder.appointment.institution_id), role=holder.appointment.role, title_zh=title,
        title_en=title.upper(), due=None if days is None else now + timedelta(days=days), now=now - timedelta(days=5),
        apart=apart,
    )  # fmt: skip


def test_the_desk_says_what_is_late_today_and_coming(noon: datetime) -> None:
    holder = officer("office_head", body())
    for title, days in (("甲", -2), ("乙", 0), ("丙", 6), ("丁", None)):
        put(title, holder, days=days, now=noon)
    put("别人的", officer("office_head", body("other")), days=0, now=noon)
    page = signed_in(holder.account).get(reverse("desk")).content.decode()
    assert "林晓，今天有 1 件到期，1 件晚了" in page
    assert page.index("晚 2 天") < page.index("今天到期") < page.index("还有 6 天") < page.index("没有期限")
    assert "别人的" not in page
    english = signed_in(holder.account).get("/en/desk").content.decode()
    assert "1 due today, 1 late" in english
    assert "2 days late" in english


def test_a_clear_desk_says_so() -> None:
    page = signed_in(person()).get(reverse("desk")).content.decode()
    assert "没有等您办的事" in page


def test_another_hat_shows_another_desk() -> None:
    holder = officer("office_head", body("one"))
    second = officer("steward", body("two"), account=holder.account)
    put("甲", holder, days=1)
    browser = signed_in(holder.account, hat=second.appointment)
    assert "甲" not in browser.get(reverse("desk")).content.decode()
    browser.post(reverse("put_on_hat"), {"put_on": str(holder.appointment.pk)})
    assert "甲" in browser.get(reverse("desk")).content.decode()


def test_operators_see_what_could_not_be_delivered() -> None:
    Outbox.objects.create(kind="mail", key="x", body={}, posted_at=NOW, due_at=NOW, dead_at=NOW, tries=10)
    operator = officer("operator", body("data", is_authority=True))
    assert "没送到" in signed_in(operator.account).get(reverse("desk")).content.decode()
    assert "没送到" not in signed_in(officer("steward", body()).account).get(reverse("desk")).content.decode()


def test_naming_and_approving_over_the_pages() -> None:
    bureau = body()
    steward, head = officer("steward", bureau), officer("department_head", bureau)
    namer, approver = signed_in(steward.account), signed_in(head.account)
    form = {
        "name": "王宁",
        "email": "wang@example.org",
        "role": "office_head",
        "since": "2026-01-01",
        "until": "",
        "hat": str(steward.appointment.pk),
    }
    assert namer.post(reverse("nominate"), form).status_code == 302
    named = Appointment.objects.get(role="office_head")
    approve = reverse("act_on_appointment", args=[named.pk, "approve"])
    assert namer.post(approve, {}).status_code == 403
    page = approver.get(reverse("people")).content.decode()
    assert "有 1 个任命待批" in page
    assert "王宁" in page
    assert approve in page
    assert approve not in namer.get(reverse("people")).content.decode()
    assert "任命待批" in approver.get(reverse("desk")).content.decode()
    assert approver.post(approve, {}).status_code == 302
    assert selectors.holders("office_head", InstitutionId(str(bureau.pk)), at=NOW) == [str(named.person_id)]
    end = reverse("act_on_appointment", args=[named.pk, "end"])
    assert approver.post(end, {"reason": "moved"}).status_code == 302
    assert not selectors.holders("office_head", InstitutionId(str(bureau.pk)), at=NOW)


def test_a_form_that_cannot_be_says_why() -> None:
    bureau = body()
    steward = officer("steward", bureau)
    officer("office_head", bureau)
    browser = signed_in(steward.account)
    form = {
        "name": "王宁",
        "email": steward.account.email,
        "role": "office_head",
        "since": "2026-01-01",
        "until": "2025-01-01",
    }
    answer = browser.post(reverse("nominate"), form)
    assert answer.status_code == 422
    assert "结束日期要晚于开始日期" in answer.content.decode()
    assert browser.post(reverse("nominate"), form | {"since": "soon"}).status_code == 422


def test_another_bodys_appointment_is_not_there() -> None:
    mine, other = officer("department_head", body("one")), officer("steward", body("two"))
    address = reverse("act_on_appointment", args=[other.appointment.pk, "end"])
    absent = reverse("act_on_appointment", args=["00000000-0000-0000-0000-000000000000", "end"])
    browser = signed_in(mine.account)
    assert (
        browser.post(address, {"reason": "x"}).status_code == browser.post(absent, {"reason": "x"}).status_code == 404
    )


def test_a_helper_files_for_somebody_and_the_page_names_both() -> None:
    helper = officer("helper", body())
    browser = signed_in(helper.account)
    assert browser.post(reverse("act_for"), {"described_as": "王奶奶"}).status_code == 422
    form = {
        "described_as": "王奶奶",
        "channel": "counter",
        "ground": "present",
        "language": "en",
        "identified_by": "identity-card",
        "read_back": "on",
        "consent": "on",
    }
    assert browser.post(reverse("act_for"), form).status_code == 302
    page = browser.get(reverse("desk")).content.decode()
    assert 'class="behalf"' in page
    assert "王奶奶" in page
    assert browser.get("/api/v1/me").json()["on_behalf"] == "王奶奶"
    browser.post(reverse("stop_acting_for"))
    assert browser.get("/api/v1/me").json()["on_behalf"] is None
    assert Client().get(reverse("act_for")).status_code == 302


def test_what_was_done_in_my_name_stands_on_my_page() -> None:
    bureau = body()
    steward = officer("steward", bureau)
    services.nominate(
        services.register_person(name="王宁", email="w@example.org", by=services.MACHINE, now=NOW).person_id, role_code="office_head",  # type: ignore[arg-type]
        institution_id=InstitutionId(str(bureau.pk)), since=NOW, by=steward.actor, now=NOW,
    )  # fmt: skip
    assert "提名：共享工作机构负责人" in signed_in(steward.account).get(reverse("account")).content.decode()


def test_a_long_desk_shows_the_most_urgent_first_and_counts_all_of_it() -> None:
    holder = officer("office_head", body())
    for number in range(45):
        put(f"{number:02}", holder, days=number - 50)
    browser = signed_in(holder.account)
    page = browser.get("/desk").content.decode()
    assert "45 件晚了" in page
    assert page.count('class="duty"') == 20
    assert ">00<" in page
    last = browser.get("/desk?page=3").content.decode()
    assert last.count('class="duty"') == 5
    assert ">44<" in last
    for strange in ("0", "99", "x", "-1"):
        assert browser.get(f"/desk?page={strange}").status_code == 200


def test_a_desk_asks_the_same_number_of_questions_however_long_it_is(django_assert_max_num_queries: object) -> None:
    holder = officer("office_head", body())
    browser = signed_in(holder.account)
    browser.get("/desk")
    for number in range(30):
        put(f"{number}", holder, days=number)
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        browser.get("/desk")


def test_what_is_kept_from_a_person_is_neither_shown_nor_counted(noon: datetime) -> None:
    holder = officer("office_head", body())
    mine, other = str(holder.account.person_id), "somebody-else"
    put("甲", holder, days=-2, now=noon, apart=(other, mine))
    put("乙", holder, days=0, now=noon, apart=(mine,))
    put("丙", holder, days=None, now=noon, apart=(mine,))
    put("丁", holder, days=-3, now=noon, apart=(other,))
    put("戊", holder, days=0, now=noon)
    page = signed_in(holder.account).get(reverse("desk")).content.decode()
    assert "今天有 1 件到期，1 件晚了" in page
    assert page.count('class="duty"') == 2
    assert all(title in page for title in ("丁", "戊"))


def test_an_english_desk_leads_to_english_pages(noon: datetime) -> None:
    holder = officer("office_head", body())
    put("甲", holder, days=1, now=noon)
    for prefix in ("", "/en"):
        page = signed_in(holder.account).get(f"{prefix}/desk").content.decode()
        assert f'<h3><a href="{prefix}/desk">' in page
