"""At the door: sessions, tokens, hats, freshness, and how many questions it costs to know who asks."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kaimen.accounts import selectors, services
from kaimen.accounts.models import ApiToken, Appointment
from kaimen.accounts.services import MACHINE
from kaimen.core.policy.party import Actor
from kaimen.evidence.models import Entry, Private
from tests.accounts.people import NOW, Officer, body, officer, person, signed_in

pytestmark = pytest.mark.django_db
ME = "/api/v1/me"


def minted(holder: Officer, *scopes: str, **more: object) -> tuple[ApiToken, str]:
    return services.mint_token(
        name="test",
        scopes=scopes or ("account:read",),
        appointment_id=str(holder.appointment.pk),
        by=holder.actor,
        now=NOW,
        **more,
    )  # type: ignore[arg-type]


def bearer(text: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


# ---- tokens


def test_a_token_acts_in_its_hat_and_costs_one_question() -> None:
    holder = officer("steward", body())
    _, text = minted(holder)
    Client().get(ME, **bearer(text))  # writes the day
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = Client().get(ME, **bearer(text))
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert said["role"] == "steward"
    assert said["institution"] == str(holder.appointment.institution_id)
    assert said["via"] == "token"
    reads = [query["sql"] for query in asked.captured_queries if query["sql"].startswith("SELECT")]
    assert len(reads) == 1, reads


def test_every_flipped_character_makes_a_token_void() -> None:
    _, text = minted(officer("steward", body()))
    for place in range(len(text)):
        wrong = text[:place] + ("a" if text[place] != "a" else "b") + text[place + 1 :]
        answer = Client().get(ME, **bearer(wrong))
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_of_the_right_form_but_another_secret_is_void() -> None:
    kept, text = minted(officer("steward", body()))
    from kaimen.accounts import tokens

    other = tokens.Token(kind="kmt", id=kept.pk, secret="A" * 43)
    assert Client().get(ME, **bearer(other.text)).status_code == 401
    assert Client().get(ME, **bearer(text)).status_code == 200


@pytest.mark.parametrize("end", ["expired", "revoked", "appointment", "account", "institution", "rotated"])
def test_a_token_dies_with_whatever_it_hangs_on(end: str) -> None:
    bureau = body()
    holder = officer("steward", bureau)
    kept, text = minted(holder)
    assert Client().get(ME, **bearer(text)).status_code == 200
    match end:
        case "expired":
            ApiToken.objects.filter(pk=kept.pk).update(
                created_at=NOW - timedelta(days=9), expires_at=NOW - timedelta(seconds=1)
            )
        case "revoked":
            services.revoke_token(kept.pk, by=holder.actor, now=NOW)
        case "appointment":
            services.end_appointment(str(holder.appointment.pk), reason="moved", by=holder.actor, now=NOW)
        case "account":
            services.suspend_account(str(holder.account.pk), reason="lost", by=MACHINE, now=NOW)
        case "institution":
            bureau.until = (NOW - timedelta(days=1)).date()
            bureau.save()
        case _:
            services.rotate_token(kept.pk, by=holder.actor, now=NOW, grace_days=0)
    assert Client().get(ME, **bearer(text)).status_code == 401


def test_a_token_works_only_from_its_addresses() -> None:
    _, text = minted(officer("steward", body()), ip_ranges=["10.1.0.0/16"])
    assert Client().get(ME, REMOTE_ADDR="10.1.2.3", **bearer(text)).status_code == 200
    assert Client().get(ME, REMOTE_ADDR="10.2.2.3", **bearer(text)).status_code == 401


def test_a_token_in_an_address_is_refused_and_void_from_then_on(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    kept, text = minted(officer("steward", body()))
    answer = Client().get(f"/api/v1/institutions?key={text}")
    assert answer.status_code == 401
    assert text not in answer.content.decode()
    kept.refresh_from_db()
    assert kept.revoked_why == "leaked"
    assert Client().get(ME, **bearer(text)).status_code == 401


def test_a_token_stands_in_no_log_no_evidence_and_no_table(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _, text = minted(officer("steward", body()))
    Client().get(ME, **bearer(text))
    Client().get(ME, **bearer(text[:-1] + "_"))
    secret = text.split("_")[2]
    assert secret not in caplog.text
    for row in [*Entry.objects.values_list("leaf", flat=True), *Private.objects.values_list("sealed", flat=True)]:
        assert secret.encode() not in bytes(row)
    for row in ApiToken.objects.values():
        assert secret not in str(row)


def test_a_scope_narrows_and_is_named_when_it_is_missing() -> None:
    _, text = minted(officer("operator", body("data", is_authority=True)), "log:read")
    answer = Client().delete("/api/v1/tokens/abcdefgh", **bearer(text))
    assert answer.status_code == 403
    assert answer.json()["code"] == "insufficient_scope"
    assert "insufficient_scope" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("address", ["/api/v1/tokens", "/api/v1/appointments", "/api/v1/institutions"])
def test_a_token_never_binds_others(address: str) -> None:
    _, text = minted(officer("operator", body("data", is_authority=True)), "entries:write", "gate:query")
    answer = Client().post(address, json.dumps({}), content_type="application/json", **bearer(text))
    assert answer.status_code == 403


def test_session_and_token_together_are_neither() -> None:
    holder = officer("steward", body())
    _, text = minted(holder)
    answer = signed_in(holder.account).get(ME, **bearer(text))
    assert answer.status_code == 400
    assert answer.json()["code"] == "two_credentials"


def test_a_found_token_can_be_handed_in_by_anybody() -> None:
    kept, text = minted(officer("steward", body()))
    same = [
        Client().post("/api/v1/tokens/leaked", json.dumps({"token": one}), content_type="application/json")
        for one in ("kmt_x", text)
    ]
    assert [answer.status_code for answer in same] == [200, 200]
    assert same[0].content == same[1].content
    kept.refresh_from_db()
    assert kept.revoked_at is not None


# ---- sessions


def test_a_session_costs_two_questions() -> None:
    holder = officer("steward", body())
    services.appoint(
        holder.person, role_code="cdo", institution_id=holder.actor.institution, since=NOW, by=MACHINE, now=NOW
    )  # type: ignore[arg-type]
    browser = signed_in(holder.account, hat=holder.appointment)
    browser.get(ME)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(ME)
    assert answer.json()["role"] == "steward"
    assert len(answer.json()["hats"]) == 2
    assert len(asked) == 2, asked.captured_queries


def test_nobody_costs_no_question() -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get(ME)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert len(asked) == 0


def test_an_appointment_that_ended_yesterday_gives_nothing_today() -> None:
    holder = officer("steward", body())
    Appointment.objects.filter(pk=holder.appointment.pk).update(
        since=NOW - timedelta(days=9), until=NOW - timedelta(days=1)
    )
    said = signed_in(holder.account, hat=holder.appointment).get(ME).json()
    assert said["role"] == "applicant"
    assert said["institution"] is None
    assert said["hats"] == []


def test_an_office_needs_its_second_factor() -> None:
    holder = officer("operator", body("data", is_authority=True))
    alone = signed_in(holder.account, {"method": "password"})
    assert alone.get(ME).json()["role"] == "applicant"
    refused = alone.get("/api/v1/people")
    assert refused.status_code == 403
    assert refused.json()["code"] == "second_factor_needed"
    both = signed_in(holder.account, {"method": "password"}, {"method": "mfa", "type": "totp"})
    assert both.get(ME).json()["role"] == "operator"
    assert both.get("/api/v1/people").status_code == 200


def test_of_two_hats_one_is_worn_and_none_until_it_is_chosen() -> None:
    holder = officer("steward", body("one"))
    second = officer("steward", body("two"), account=holder.account)
    browser = signed_in(holder.account)
    assert browser.get(ME).json()["role"] == "applicant"
    browser.post(reverse("put_on_hat"), {"put_on": str(second.appointment.pk)})
    assert browser.get(ME).json()["institution"] == str(second.appointment.institution_id)
    assert (
        browser.post(reverse("put_on_hat"), {"put_on": str(officer("cdo", body("three")).appointment.pk)}).status_code
        == 403
    )


def test_a_form_that_was_drawn_for_another_hat_is_not_taken() -> None:
    holder = officer("steward", body("one"))
    officer("steward", body("two"), account=holder.account)
    browser = signed_in(holder.account, hat=holder.appointment)
    page = browser.get(reverse("account")).content.decode()
    assert f'name="hat" value="{holder.appointment.pk}"' in page
    browser.post(reverse("put_on_hat"), {"put_on": "self"})
    form = {"hat": str(holder.appointment.pk), "name": "x", "scopes": ["log:read"], "days": "3", "ip_ranges": ""}
    answer = browser.post(reverse("mint_token"), form)
    assert answer.status_code == 409
    assert not ApiToken.objects.exists()


def test_what_binds_others_asks_for_a_fresh_sign_in() -> None:
    holder = officer("steward", body())
    form = {"name": "x", "scopes": ["log:read"], "days": "3", "ip_ranges": ""}
    old = signed_in(holder.account, seconds_ago=901)
    assert (
        old.post(
            "/api/v1/tokens", json.dumps({"name": "x", "scopes": ["log:read"]}), content_type="application/json"
        ).json()["code"]
        == "fresh_sign_in_needed"
    )
    sent = old.post(reverse("mint_token"), form)
    assert sent.status_code == 302
    assert sent.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert signed_in(holder.account, seconds_ago=10).post(reverse("mint_token"), form).status_code == 200


def test_a_session_on_the_api_needs_the_csrf_header() -> None:
    holder = officer("steward", body())
    kept, _ = minted(holder)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(holder.account).cookies
    assert strict.delete(f"/api/v1/tokens/{kept.pk}").status_code == 403
    page = strict.get(reverse("account"))
    key = page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert strict.delete(f"/api/v1/tokens/{kept.pk}", HTTP_X_CSRFTOKEN=key).status_code == 204


def test_a_suspended_account_is_nobody_at_the_next_click() -> None:
    holder = officer("steward", body())
    browser = signed_in(holder.account)
    assert browser.get(ME).status_code == 200
    services.suspend_account(str(holder.account.pk), reason="lost", by=MACHINE, now=NOW)
    assert browser.get(ME).status_code == 401


@pytest.mark.parametrize(
    ("key", "ago", "over"), [("seen", 29, False), ("seen", 31, True), ("began", 12 * 60 + 1, True)]
)
def test_a_session_ends_by_itself(key: str, ago: int, *, over: bool) -> None:
    from kaimen.web.now import now

    holder = officer("steward", body())
    browser = signed_in(holder.account)
    session = browser.session
    session[key] = now().timestamp() - ago * 60
    session.save()
    assert (browser.get(ME).status_code == 401) is over


def test_signing_out_by_reading_does_nothing() -> None:
    browser = signed_in(person())
    browser.get(reverse("account_logout"))
    assert browser.get(ME).status_code == 200
    browser.post(reverse("account_logout"))
    assert browser.get(ME).status_code == 401


@pytest.mark.parametrize("after", ["//evil.example", "https://evil.example/x", "https://evil\\@host"])
def test_nobody_is_sent_to_another_host(after: str) -> None:
    holder = person(password="three quiet lanterns")
    answer = Client().post(
        reverse("account_login"), {"login": holder.email, "password": "three quiet lanterns", "next": after}
    )
    assert "evil" not in answer.headers.get("Location", "")


def test_a_request_without_our_middleware_is_nobody() -> None:
    assert selectors.actor(RequestFactory().get("/")) == Actor()
