from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kaimen.accounts import demo, services, tokens
from kaimen.accounts.models import Account, ApiToken
from kaimen.core.errors import Invalid
from kaimen.web.now import now
from tests.accounts.people import Officer, body, officer, person

pytestmark = pytest.mark.django_db
CLOSED = ["account_change_password", "mfa_index", "usersessions_list", "mfa_list_webauthn"]


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


@pytest.mark.parametrize(
    ("prefix", "office", "who"),
    [
        ("", "市交通委　数据专员", "陈立"),
        ("/en", "Transport, Data steward", '<span lang="zh-Hans">陈立</span>'),
    ],
)
def test_a_card_keeps_body_role_and_person_apart(city: Officer, prefix: str, office: str, who: str) -> None:
    page = Client().get(f"{prefix}{reverse('account_login')}").content.decode()
    assert f"<b>{office}</b> <span>{who}</span> <span" in page


def test_a_name_in_chinese_is_marked_as_such_wherever_an_english_page_says_it(city: Officer) -> None:
    browser = visitor()
    for name in ("desk", "account"):
        page = browser.get(f"/en{reverse(name)}").content.decode()
        assert page.count("陈立") == page.count('<span lang="zh-Hans">陈立</span>') > 2  # twice in the header
        assert 'lang="zh-Hans">陈立' not in browser.get(reverse(name)).content.decode()


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


def visitor(role: str = "steward") -> Client:
    browser = Client()
    browser.post(reverse("demo_become"), {"role": role})
    return browser


def mint(browser: Client, **more: object) -> HttpResponse:
    form = {"name": "try it", "scopes": ["gate:query"], "days": "3", "ip_ranges": ""} | more
    return browser.post(reverse("mint_token"), form)


def text_of(answer: HttpResponse) -> str:
    (found,) = {one.text for one in tokens.find(answer.content.decode())}
    return found


def test_a_visitor_makes_a_token_that_is_shown_once_and_ends_soon(city: Officer) -> None:
    browser = visitor()
    page = browser.get("/en" + reverse("account")).content.decode()
    assert "This is a demo account" in page
    assert "at the latest" in page
    assert reverse("account_change_password") not in page
    answer = mint(browser)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "演示账号" in answer.content.decode()
    text = text_of(answer)
    listed = browser.get(reverse("account")).content.decode()
    assert f"kmt_{text[4:12]}_" in listed
    assert text not in listed
    kept = ApiToken.objects.get()
    assert kept.scopes == ["gate:query"]
    assert kept.appointment_id == city.appointment.pk
    assert kept.expires_at <= now() + timedelta(days=3)
    me = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
    assert (me.status_code, me.json()["role"]) == (200, "steward")


def test_a_token_of_a_demo_ends_after_seven_days_at_the_latest(city: Officer) -> None:
    browser = visitor()
    assert 'max="7"' in browser.get(reverse("account")).content.decode()
    assert mint(browser, days="8").status_code == 422
    with pytest.raises(Invalid):
        services.mint_token(name="x", scopes=["log:read"], days=8, by=city.actor, now=now())
    assert not ApiToken.objects.exists()


def test_a_visitor_neither_sees_nor_ends_the_tokens_of_another(city: Officer) -> None:
    one, two = visitor(), visitor()
    text = text_of(mint(one, name="only mine"))
    token_id = text[4:12]
    assert "only mine" not in two.get(reverse("account")).content.decode()
    assert two.get("/api/v1/tokens").json() == []
    for verb in ("rotate_token", "revoke_token"):
        assert two.post(reverse(verb, args=[token_id])).status_code == 404
    mine = Client().get("/api/v1/tokens", headers={"Authorization": f"Bearer {text}"}).json()
    assert [listed["id"] for listed in mine] == [token_id]
    rotated = text_of(one.post(reverse("rotate_token", args=[token_id])))
    one.post(reverse("demo_become"), {"role": "steward"})  # out and in again: still the same visitor
    assert one.post(reverse("revoke_token", args=[rotated[4:12]]), {"both": "1"}).status_code == 302
    assert not ApiToken.objects.filter(revoked_at=None).exists()


def test_a_person_of_the_demo_has_nothing_to_confirm_a_sign_in_with_and_need_not(city: Officer) -> None:
    browser = visitor()
    session = browser.session
    session["account_authentication_methods"] = [{"method": "demo", "at": 0}]
    session.save()
    assert mint(browser).status_code == 200


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
