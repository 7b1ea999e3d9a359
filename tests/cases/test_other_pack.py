"""A workflow that only Riverton has: other sides, steps and terms, its own week; pages, API, clock, desk and record are the same code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from kaimen.cases import selectors, services
from kaimen.cases.models import Act, Case
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.evidence.models import Entry
from kaimen.office.models import Clock, DeskItem
from tests.catalogue.city import City, a_city, actor

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 11, 26, 2, tzinfo=UTC)
ASKED = {"subject": "渡口时刻", "wish": "hearing"}


@pytest.fixture
def riverton(home: object, settings) -> City:
    del home
    settings.KAIMEN_PACK = "tiny"
    return a_city()


def lodged(by: Actor = ANYBODY) -> services.Done:
    return services.begin("demand", ASKED, by=by, now=THURSDAY)


def test_only_what_the_pack_has_can_be_begun(riverton: City) -> None:
    assert list(selectors.workflows()) == ["demand"]
    assert [flow.code for flow, _ in selectors.beginnings(riverton.citizen)] == ["demand"]
    with pytest.raises(Missing, match="workflow_unknown"):
        services.begin("sharing_request", {}, by=riverton.steward, now=THURSDAY)


def test_its_own_steps_terms_week_and_years(riverton: City) -> None:
    done = lodged()
    number = done.case.number
    assert number.startswith("RV-2026-")
    clock = Clock.objects.get(case=done.case.pk)
    assert (clock.rule, clock.pack_version) == ("RV-ANSWER", "tiny/1")
    # Friday and Saturday are no days of work there: Sunday to Wednesday are four
    assert clock.due_at == datetime(2026, 12, 2, 15, 59, 59, tzinfo=UTC)
    assert DeskItem.objects.filter(closed_at=None, role="authority_reviewer").count() == 1
    with pytest.raises(Refused, match="case_step"):
        services.act(number, "doubt", {"doubt": "?"}, by=ANYBODY, now=THURSDAY, key=done.key)
    services.act(number, "answer", {"answer": "夏季每小时一班"}, by=riverton.reviewer, now=THURSDAY)
    assert Clock.objects.get(pk=clock.pk).state == "met"
    services.act(number, "doubt", {"doubt": "冬季呢"}, by=ANYBODY, now=THURSDAY, key=done.key)
    again = actor("department_head", riverton.authority)
    services.act(number, "answer_again", {"answer": "冬季停航"}, by=again, now=THURSDAY)
    closed = services.act(number, "close", {}, by=ANYBODY, now=THURSDAY, key=done.key).case
    assert closed.keep_until == datetime(2028, 11, 26, 15, 59, 59, tzinfo=UTC)
    assert Act.objects.filter(case=closed).exclude(receipt="").count() == 5 <= Entry.objects.count()


def test_the_words_of_the_first_city_are_unknown_there(riverton: City) -> None:
    with pytest.raises(Invalid, match="case_facts"):
        services.begin("demand", {"subject": "x", "what": "y"}, by=ANYBODY, now=THURSDAY)
    with pytest.raises(Refused, match="not_your_role"):
        services.begin("demand", ASKED, by=ANYBODY, now=THURSDAY, verb="submit")


@pytest.mark.parametrize("language", ["", "/en"], ids=["zh", "en"])
def test_its_pages_and_its_api(riverton: City, language: str) -> None:
    browser = Client()
    page = browser.get(f"{language}/cases/new").content.decode()
    assert ("Say which data you want" if language else "说明您要什么数据") in page
    form = browser.get(f"{language}/cases/new/demand").content.decode()
    assert ("in a hearing" if language else "当面") in form
    sent = browser.post("/api/v1/cases", {"workflow": "demand", "facts": ASKED}, content_type="application/json")
    assert sent.status_code == 201, sent.content
    told = sent.json()
    case = Case.objects.get()
    shown = browser.get(f"/api/v1/cases/{case.number}", headers={"Kaimen-Case-Key": told["key"]}).json()
    assert (shown["state"], [term["rule"] for term in shown["terms"]], shown["may"]) == (
        "lodged",
        ["RV-ANSWER"],
        ["withdraw"],
    )
