from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.people import PASSWORD, body, officer, person, signed_in

pytestmark = pytest.mark.django_db

ENTRANCES = ["account_login", "account_logout", "account_reset_password", "account_reset_password_done", "account_reset_password_from_key_done", "account_inactive"]  # fmt: skip
OWN = ["desk", "account", "account_change_password", "mfa_index", "mfa_list_webauthn", "usersessions_list", "account_reauthenticate"]  # fmt: skip


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("name", ENTRANCES)
def test_an_entrance_opens_without_an_account(name: str, language: str) -> None:
    answer = Client().get(language + reverse(name))
    assert answer.status_code in {200, 302}
    if answer.status_code == 200:
        assert b'<main id="main"' in answer.content
        assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("name", OWN)
def test_an_own_page_opens_for_its_holder_and_sends_others_to_the_entrance(name: str, language: str) -> None:
    address = language + reverse(name)
    holder = officer("steward", body(), password=PASSWORD)
    mine = signed_in(holder.account)
    answer = mine.get(address)
    assert answer.status_code == 200, answer.headers
    assert "林晓" in answer.content.decode()
    turned = Client().get(address)
    assert turned.status_code == 302
    assert turned.headers["Location"].startswith(language + reverse("account_login"))


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"])
def test_changing_a_factor_asks_for_a_fresh_sign_in(name: str) -> None:
    holder = person(password=PASSWORD)
    assert signed_in(holder, seconds_ago=1000).get(reverse(name)).status_code == 302
    fresh = signed_in(holder, {"method": "password", "reauthenticated": True})
    assert fresh.get(reverse(name)).status_code in {200, 302}


def test_a_body_has_a_public_card() -> None:
    card = body("water")
    assert "示范市water" in Client().get(reverse("institution", args=[card.slug])).content.decode()
    assert "Demo water" in Client().get("/en" + reverse("institution", args=[card.slug])).content.decode()
    assert Client().get(reverse("institution", args=["nobody"])).status_code == 404
