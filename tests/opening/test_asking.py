"""What the public sees of promises and demands, and which way to ask; without scripts, accounts or names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from kaimen.core.policy.party import ANYBODY
from kaimen.opening import services
from kaimen.opening.models import PlanComment
from tests.opening.test_plan import consulted, published, triaged

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_which_way_is_meant(counter, prefix) -> None:
    page = Client().get(f"{prefix}/apply").content.decode()
    for code in ("open_application", "information_request", "demand", "objection", "data_subject_request"):
        assert f'href="{prefix}/cases/new/{code}"' in page, code
    assert f'href="{prefix}/plan"' in page
    assert "sharing_request" not in page


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_plan_shows_promises_and_what_is_late(counter, prefix, monkeypatch) -> None:
    empty = Client().get(f"{prefix}/plan")
    assert empty.status_code == 200
    assert ("No open plan is public yet" if prefix else "还没有公开的开放计划") in empty.content.decode()
    published(counter, {}, {"item_title": "井盖位置", "item_title_en": "Manhole covers", "planned_on": "2027-01-31"})
    monkeypatch.setattr("kaimen.opening.views.now", lambda: counter.now + timedelta(days=100))
    page = Client().get(f"{prefix}/plan").content.decode()
    assert ("Open plan 2027: 2 promises, 1 late" if prefix else "2027 年开放计划：2 项，逾期 1 项") in page
    assert ("Manhole covers" if prefix else "井盖位置") in page
    told = Client().get("/api/v1/plans/2027").json()
    assert [item["title"]["en"] for item in told["items"]] == ["Places for shared bicycles", "Manhole covers"]
    assert Client().get("/api/v1/plans").json() == [2027]
    assert Client().get("/api/v1/plans/1999").status_code == 404
    assert Client().get(f"{prefix}/plan?year=1999").status_code == 404


def test_anybody_comments_on_a_draft_and_nobody_is_named(counter, monkeypatch) -> None:
    consulted(counter)
    monkeypatch.setattr("kaimen.opening.views.now", lambda: counter.now)
    client = Client()
    assert "对草案提意见" in client.get("/plan").content.decode()
    assert client.post("/plan?year=2027", {"text": "  "}).status_code == 422
    sent = client.post("/plan?year=2027", {"text": "<b>请加上公交站</b>"})
    assert sent.status_code == 302
    assert PlanComment.objects.get().text == "<b>请加上公交站</b>"
    assert "请加上公交站" not in client.get("/plan").content.decode(), "it appears with its answer"


def test_a_draft_that_is_over_takes_no_comment(counter, monkeypatch) -> None:
    published(counter)
    monkeypatch.setattr("kaimen.opening.views.now", lambda: counter.now)
    refused = Client().post("/plan?year=2027", {"text": "晚了"})
    assert refused.status_code == 403
    assert not PlanComment.objects.exists()
    assert "对草案提意见" not in Client().get("/plan").content.decode()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_demands_are_listed_without_persons(counter, prefix) -> None:
    number = triaged(counter)
    page = Client().get(f"{prefix}/demands").content.decode()
    assert number in page
    assert "共享单车停放区" in page
    assert "13800000000" not in page
    assert "王某" not in page
    (told,) = Client().get("/api/v1/demands").json()["demands"]
    assert (told["number"], told["state"], told["institution"]) == (number, "triaged", "transport")
    assert Client().get(f"{prefix}/demands?page=abc").status_code == 200


def test_an_answered_comment_is_shown(counter, monkeypatch) -> None:
    number = consulted(counter)
    monkeypatch.setattr("kaimen.opening.views.now", lambda: counter.now)
    services.comment(2027, "加上公交站", by=ANYBODY, now=counter.now)
    counter.take(number, "answer_comment", counter.reviewer, comment=1, answer="明年考虑")
    page = Client().get("/plan").content.decode()
    assert "加上公交站" in page
    assert "明年考虑" in page


def test_an_entry_on_conditions_leads_to_its_application(counter) -> None:
    from kaimen.catalogue import selectors as catalogue

    slug = catalogue.published(counter.town.register).slug
    page = Client().get(f"/data/{slug}").content.decode()
    assert f"/cases/new/open_application?dataset={slug}" in page
    assert f"/cases/new/objection?dataset={slug}" in page
