from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from kaimen.accounts import demo
from kaimen.accounts.models import Account
from kaimen.web.now import now
from tests.accounts.people import Officer, body, officer, person

pytestmark = pytest.mark.django_db
CLOSED = ["account", "account_change_password", "mfa_index", "usersessions_list", "mfa_list_webauthn"]


@pytest.fixture
def city(home: Path, settings: object) -> Officer:
    settings.KAIMEN_DEMO = True  # type: ignore[attr-defined]
    (home / "demo").mkdir()
    return officer(
        "steward",
        body("transport", short_zh="市交通委", short_en="Transport"),
        account=person("陈立", kind=Account.Kind.DEMO),
    )


def test_a_visitor_steps_into_a_person_and_out_into_another(city: Officer) -> None:
    other = officer(
        "authority_reviewer", body("data", is_authority=True), account=person("周岚", kind=Account.Kind.DEMO)
    )
    browser = Client()
    page = browser.get(reverse("account_login")).content.decode()
    assert "陈立" in page
    assert "市交通委" in page
    assert "周岚" in page
    answer = browser.post(reverse("demo_become"), {"role": str(city.appointment.pk)})
    assert answer.headers["Location"] == reverse("desk")
    assert browser.get("/api/v1/me").json()["role"] == "steward"
    browser.post(reverse("demo_become"), {"role": "authority_reviewer"})
    said = browser.get("/api/v1/me").json()
    assert said["role"] == "authority_reviewer"
    assert said["person"] == other.person
    assert "周岚" in browser.get(reverse("desk")).content.decode()


def test_two_visitors_of_one_person_do_not_meet(city: Officer) -> None:
    one, two = Client(), Client()
    for browser in (one, two):
        browser.post(reverse("demo_become"), {"role": "steward"})
    one.post(reverse("account_logout"))
    assert one.get("/api/v1/me").status_code == 401
    assert two.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize("name", CLOSED)
def test_what_would_lock_others_out_is_closed(city: Officer, name: str) -> None:
    browser = Client()
    browser.post(reverse("demo_become"), {"role": "steward"})
    answer = browser.get(reverse(name))
    assert answer.status_code == 403
    assert "演示里不开放" in answer.content.decode()
    assert browser.post("/api/v1/tokens", "{}", content_type="application/json").status_code == 403


@pytest.mark.parametrize("lacking", ["setting", "folder", "kind"])
def test_outside_a_demo_nobody_becomes_anybody(city: Officer, home: Path, settings: object, lacking: str) -> None:
    match lacking:
        case "setting":
            settings.KAIMEN_DEMO = False  # type: ignore[attr-defined]
        case "folder":
            (home / "demo").rmdir()
        case _:
            Account.objects.update(kind=Account.Kind.PERSONAL)
    assert Client().post(reverse("demo_become"), {"role": "steward"}).status_code == 404
    assert demo.cards(at=now()) == []
    assert "陈立" not in Client().get(reverse("account_login")).content.decode()


def test_becoming_needs_the_form_of_this_site(city: Officer) -> None:
    assert Client(enforce_csrf_checks=True).post(reverse("demo_become"), {"role": "steward"}).status_code == 403
    assert Client().get(reverse("demo_become")).status_code == 405
