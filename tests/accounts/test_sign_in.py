"""Signing in: one sentence for every failure, limits that hold across processes, hashes that do not eat the server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from kaimen.accounts import hashing, services
from kaimen.accounts.models import Account
from kaimen.accounts.services import MACHINE
from kaimen.config.handlers import receivers
from kaimen.core.errors import Unavailable
from kaimen.office import services as office
from kaimen.office.models import Outbox
from tests.accounts.people import NOW, PASSWORD, body, officer, person, signed_in

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
SENTENCE = "邮箱和口令对不上，或这个账号现在不能登录。"


@pytest.fixture(autouse=True)
def _no_limits_from_before() -> None:
    cache.clear()


def sign_in(email: str, password: str, client: Client | None = None, **more: str):
    return (client or Client()).post(reverse("account_login"), {"login": email, "password": password}, **more)


def said(answer: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())  # type: ignore[attr-defined]


def test_a_password_opens_the_desk() -> None:
    one = person(password=PASSWORD)
    browser = Client()
    answer = sign_in(one.email, PASSWORD, browser)
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("desk")
    assert browser.get(reverse("desk")).status_code == 200


def test_every_failure_says_the_same() -> None:
    known = person(password=PASSWORD)
    suspended, service, none = person(password=PASSWORD), person(password=PASSWORD, kind="service"), person()
    services.suspend_account(str(suspended.pk), reason="lost", by=MACHINE, now=NOW)
    answers = [
        sign_in(known.email, "wrong wrong wrong"),
        sign_in("nobody@example.org", PASSWORD),
        sign_in(none.email, PASSWORD),
        sign_in(suspended.email, "wrong wrong wrong"),
        sign_in(service.email, PASSWORD),
        sign_in(suspended.email, PASSWORD),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert SENTENCE in answer.content.decode(), said(answer)


TRIES = """
import sys, django; django.setup()
from django.test import Client
from django.urls import reverse
for _ in range(6):
    answer = Client().post(reverse("account_login"), {"login": sys.argv[1], "password": "wrong wrong wrong"}, HTTP_HOST="localhost")
    said = answer.content.decode()
    print("LIMIT" if "试得太多" in said else "WRONG" if "邮箱和口令对不上" in said else answer.status_code, flush=True)
"""
MAKE = """
import sys, django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.accounts.people import PASSWORD, person
print(person(password=PASSWORD).email)
"""


@pytest.mark.django_db(transaction=True)
def test_five_tries_and_no_more_whatever_the_process(tmp_path: Path) -> None:
    """Two processes share the limit, because it stands in the database."""
    name = (
        str(connection.settings_dict["NAME"]) if connection.vendor == "postgresql" else str(tmp_path / "shared.sqlite3")
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.accounts.on_test_database", "KAIMEN_TEST_NAME": name, "PYTHONPATH": str(ROOT)}  # fmt: skip

    def python(program: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    made = python(MAKE)
    address, errors = made.communicate(timeout=120)
    assert made.returncode == 0, errors
    running = [python(TRIES, address.strip()) for _ in range(2)]
    told = [process.communicate(timeout=100) for process in running]
    assert all(process.returncode == 0 for process in running), told
    lines = [line for out, _ in told for line in out.split()]
    assert (lines.count("WRONG"), lines.count("LIMIT")) == (5, 7), lines


def test_a_second_factor_is_asked_for_and_its_code_works_once() -> None:
    holder = officer("steward", body(), password=PASSWORD)
    secret = generate_totp_secret()
    TOTP.activate(holder.account, secret)
    stored = Authenticator.objects.get(user=holder.account).data["secret"]
    assert secret not in stored
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    browser = Client()
    first = sign_in(holder.account.email, PASSWORD, browser)
    assert first.headers["Location"] == reverse("mfa_authenticate")
    assert browser.get(reverse("desk")).status_code == 302
    assert browser.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert browser.get("/api/v1/me").json()["role"] == "steward"
    again = Client()
    sign_in(holder.account.email, PASSWORD, again)
    assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_the_session_is_another_one_after_sign_in() -> None:
    one = person(password=PASSWORD)
    browser = Client()
    sign_in("nobody@example.org", "x", browser)
    session = browser.session
    session["planted"] = True
    session.save()
    before = session.session_key
    sign_in(one.email, PASSWORD, browser)
    assert browser.session.session_key != before


def test_a_forgotten_password_is_one_row_known_or_not_and_the_link_works_once(tmp_path: Path, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    from django.core import mail

    one = person(password=PASSWORD)
    for address in (one.email, "nobody@example.org"):
        answer = Client().post(reverse("account_reset_password"), {"email": address})
        assert answer.headers["Location"] == reverse("account_reset_password_done")
    rows = Outbox.objects.filter(kind="accounts.reset")
    assert rows.count() == 2
    assert one.email not in str(list(rows.values_list("body", flat=True)))
    office.deliver(receivers(), now=NOW.replace(year=NOW.year + 1))
    assert [letter.to for letter in mail.outbox] == [[one.email]]
    link = re.search(r"https?://[^/]+(/\S+)", str(mail.outbox[0].body))
    assert link is not None
    browser = Client()
    form = browser.get(link[1], follow=True)
    assert form.status_code == 200
    saved = browser.post(
        form.request["PATH_INFO"], {"password1": "four green lanterns", "password2": "four green lanterns"}
    )
    assert saved.headers["Location"] == reverse("account_reset_password_from_key_done")
    assert Account.objects.get(pk=one.pk).check_password("four green lanterns")
    assert "这个链接用过了" in Client().get(link[1], follow=True).content.decode()


def test_an_invitation_is_shown_by_reading_and_taken_by_sending() -> None:
    account = person()
    text = services.invite(str(account.pk), by=MACHINE, now=NOW)
    address = reverse("invitation", args=[text])
    shown = Client().get(address)
    assert shown.status_code == 200
    assert shown.headers["Referrer-Policy"] == "strict-origin"
    assert not Account.objects.get(pk=account.pk).has_usable_password()
    assert Client().post(address, {"password": "short"}).status_code == 422
    assert Client().post(address, {"password": PASSWORD}).status_code == 302
    assert sign_in(account.email, PASSWORD).status_code == 302


def test_passwords_are_hashed_small_and_four_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = hashing.Argon2()
    encoded = hasher.encode(PASSWORD, "saltsaltsalt")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify(PASSWORD, encoded)
    inside, most, lock = 0, 0, threading.Lock()
    original = hashing.Argon2PasswordHasher.encode

    def counted(self: object, password: str, salt: str) -> str:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.02)
        try:
            return original(self, password, salt)  # type: ignore[arg-type]
        finally:
            with lock:
                inside -= 1

    monkeypatch.setattr(hashing.Argon2PasswordHasher, "encode", counted)
    threads = [threading.Thread(target=hashing.Argon2().encode, args=(PASSWORD, "saltsaltsalt")) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == hashing.AT_ONCE


def test_a_crowd_at_the_door_is_asked_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "WAIT_S", 0.01)
    monkeypatch.setattr(hashing, "_places", threading.BoundedSemaphore(1))
    with hashing._place(), pytest.raises(Unavailable):
        hashing.Argon2().encode(PASSWORD, "saltsaltsalt")
    assert hashing.Argon2().encode(PASSWORD, "saltsaltsalt")


def test_the_other_devices_can_be_signed_out() -> None:
    one = person(password=PASSWORD)
    here, there = Client(), Client()
    for browser in (here, there):
        sign_in(one.email, PASSWORD, browser)
    assert here.get(reverse("usersessions_list")).status_code == 200
    here.post(reverse("usersessions_list"))
    assert here.get(reverse("desk")).status_code == 200
    assert there.get(reverse("desk")).status_code == 302


def test_a_page_of_the_entrance_speaks_both_languages() -> None:
    assert "忘了口令" in Client().get(reverse("account_login")).content.decode()
    english = Client().get("/en" + reverse("account_login")).content.decode()
    assert "I forgot my password" in english
    assert escape("Or be somebody") not in english


def test_a_token_page_is_shown_once_and_stored_nowhere() -> None:
    holder = officer("steward", body())
    form = {"name": "nightly", "scopes": ["lake:load"], "days": "30", "ip_ranges": ""}
    answer = signed_in(holder.account).post(reverse("mint_token"), form)
    assert "no-store" in answer.headers["Cache-Control"]
    found = re.search(r"kmt_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}", answer.content.decode())
    assert found is not None
    listed = signed_in(holder.account).get(reverse("account")).content.decode()
    assert found[0] not in listed
    assert found[0][:12] in listed


def test_pages_that_send_to_where_nothing_is_send_to_what_there_is() -> None:
    without = signed_in(person(), {"method": "mfa", "type": "webauthn"})
    assert without.get("/accounts/password").headers["Location"].endswith("/accounts/password/forgotten")
    assert signed_in(person(password=PASSWORD)).get("/accounts/password").status_code == 200
    assert without.get("/accounts/verify").headers["Location"].endswith("/desk")
    assert Client().get("/accounts/verify").headers["Location"].endswith("/accounts/login")
