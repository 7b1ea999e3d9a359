"""Signing in as people do: by keyboard, with second factor and passkey, in both languages, under the policy, with nothing for axe."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ROOT, Reader, answers, free_port, reader_in
from tests.browser.hands import enter

PASSWORD = "three quiet lanterns"
MAKE = """
import django; django.setup()
from tests.accounts.people import PASSWORD, body, officer
from kaimen.accounts import services
bureau = body("transport", name_zh="示范市交通委员会", name_en="Transport Commission")
authority = body("data", name_zh="示范市数据局", name_en="Data Office", is_authority=True)
for role, where in (("steward", bureau), ("department_head", bureau), ("operator", authority), ("helper", bureau), ("cdo", bureau), ("security_officer", bureau)):
    print(role, officer(role, where, password=PASSWORD).account.email)
"""
LINKS = """
import django; django.setup()
from kaimen.accounts import services
from kaimen.accounts.models import Appointment
from kaimen.accounts.services import MACHINE
from kaimen.web.now import now
made = services.register_person(name="x", email="new@example.org", by=MACHINE, now=now(), email_verified=True)
print("invitation", services.invite(str(made.pk), by=MACHINE, now=now()))
held = Appointment.objects.get(role="steward")
services.open_activation(contact=str(held.pk), name="x", scopes=("catalogue:read",), by=MACHINE, now=now())
"""


@dataclass(frozen=True)
class House:
    """A program of its own without a demo, and the addresses of its officers."""

    site: str
    email: dict[str, str]
    home: Path
    environment: dict[str, str]

    def run(self, program: str) -> dict[str, str]:
        """What a program in this house prints: a word and what belongs to it, line by line."""
        made = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )  # fmt: skip
        assert made.returncode == 0, made.stderr[-2000:]
        return dict(line.split() for line in made.stdout.splitlines())  # type: ignore[misc]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home, port = tmp_path_factory.mktemp("house"), free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("KAIMEN_", "DJANGO_"))},
        "KAIMEN_HOME": str(home), "KAIMEN_HOST": f"localhost:{port}",
    }  # fmt: skip
    log = (home / "serve.log").open("wb")
    program = subprocess.Popen(
        [sys.executable, "-m", "kaimen.config", "serve", "--no-demo", "--port", str(port)],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        answers(f"http://127.0.0.1:{port}", b"", time.monotonic() + 240, lambda: program.poll() is None)
        inside = environment | {"DJANGO_SETTINGS_MODULE": "kaimen.config.settings"}
        found = House(f"http://localhost:{port}", {}, home, inside)
        found.email.update(found.run(MAKE))
        yield found
    finally:
        program.send_signal(signal.SIGTERM)
        try:
            program.wait(40)
        except subprocess.TimeoutExpired:
            program.kill()
        log.close()


@pytest.fixture
def visitor(browser: Browser, house: House) -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    one = reader_in(context, house.site)
    yield one
    policy = one.page.evaluate("window.__policy || []")
    context.close()
    assert not one.told
    assert not policy


def type_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """By keyboard only."""
    page.focus("#id_login")
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    enter(page)


def no_faults(reader: Reader, name: str) -> None:
    assert not reader.faults(), name
    assert reader.width() <= reader.page.viewport_size["width"], name  # type: ignore[index]


@pytest.mark.parametrize("language", ["", "/en"], ids=["zh", "en"])
def test_the_whole_way_in_with_an_app_and_a_recovery_code(visitor: Reader, house: House, language: str) -> None:
    page, email = visitor.page, house.email["steward" if not language else "cdo"]
    visitor.open(f"{language}/accounts/login")
    no_faults(visitor, "login")
    type_in(page, email, "wrong wrong wrong")
    assert page.get_by_role("alert").is_visible()
    no_faults(visitor, "failed")
    page.fill("#id_login", "")
    type_in(page, email)
    assert page.url == f"{house.site}{language}/desk"
    no_faults(visitor, "desk without factor")
    visitor.open(f"{language}/accounts/factors")
    no_faults(visitor, "factors")
    visitor.open(f"{language}/accounts/factors/app")
    if "/accounts/confirm" in page.url:
        page.fill("#id_password", PASSWORD)
        enter(page)
    no_faults(visitor, "add app")
    secret = page.locator("main code").inner_text().strip()
    assert page.locator("main img").get_attribute("alt")
    counter = next(iter(yield_hotp_counters_from_time()))
    page.fill("#id_code", format_hotp_value(hotp_value(secret, counter)))
    enter(page)
    codes = re.findall(r"\b[0-9a-z]{8}\b", page.locator("#recovery_codes").inner_text())
    assert len(codes) >= 8
    no_faults(visitor, "recovery codes")
    page.context.clear_cookies()
    visitor.open(f"{language}/accounts/login")
    type_in(page, email)
    assert page.url.endswith("/accounts/code")
    no_faults(visitor, "code")
    page.fill("#id_code", codes[0])
    enter(page)
    assert page.url == f"{house.site}{language}/desk"
    assert ("数据专员" if not language else "Chief data officer") in page.locator("main").inner_text()
    for address in (
        "/desk",
        "/desk/account",
        "/accounts/devices",
        "/accounts/password",
        "/accounts/logout",
        "/org/transport",
    ):
        no_faults(visitor.open(language + address), address)


def with_key(page: Page, *, verified: bool) -> None:
    """A virtual authenticator inside the device, with resident keys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": verified, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip


def ready_to_add_a_passkey(visitor: Reader) -> None:
    page = visitor.page
    visitor.open("/accounts/factors/passkeys/add")
    if "/accounts/confirm" in page.url:
        page.fill("#id_password", PASSWORD)
        enter(page)
    no_faults(visitor, "add passkey")
    page.check("#id_passwordless")


def test_a_passkey_alone_opens_the_desk_of_an_office(visitor: Reader, house: House) -> None:
    page = visitor.page
    with_key(page, verified=True)
    visitor.open("/accounts/login")
    type_in(page, house.email["department_head"])
    ready_to_add_a_passkey(visitor)
    with page.expect_navigation(wait_until="load"):
        page.click("#mfa_webauthn_add")
    page.context.clear_cookies()
    visitor.open("/accounts/login")
    page.click("#passkey_login")
    page.wait_for_url(re.compile(r"/desk$"))
    assert "部门负责人" in page.locator("main").inner_text()
    said = page.evaluate("fetch('/api/v1/me').then(answer => answer.json())")
    assert (said["role"], said["assurance"]) == ("department_head", "phishing_resistant")
    visitor.open("/desk/people")
    no_faults(visitor, "people")
    visitor.open("/accounts/factors/passkeys")
    no_faults(visitor, "passkeys")


def test_a_key_that_does_not_ask_who_holds_it_is_not_taken(visitor: Reader, house: House) -> None:
    page = visitor.page
    with_key(page, verified=False)
    visitor.open("/accounts/login")
    type_in(page, house.email["security_officer"])
    page.on("dialog", lambda dialog: dialog.dismiss())
    ready_to_add_a_passkey(visitor)
    page.click("#mfa_webauthn_add")
    for _ in range(50):
        if visitor.told:
            break
        page.wait_for_timeout(200)
    assert [line.partition(":")[0] for line in visitor.told] == ["NotAllowedError"]
    visitor.told.clear()
    visitor.open("/accounts/factors/passkeys")
    assert page.locator("main .lines li b").count() == 0


def test_a_demo_card_opens_a_desk_by_keyboard(reader: Reader, tmp_path: Path) -> None:
    del tmp_path
    reader.open("/accounts/login")
    no_faults(reader, "demo login")
    reader.page.locator("button.role").first.focus()
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url(re.compile(r"/desk$"))
    no_faults(reader, "demo desk")
    reader.page.set_viewport_size({"width": 320, "height": 640})
    for address in ("/desk", "/desk?view=elder", "/accounts/login"):
        assert reader.open(address).width() <= 320, address


def test_links_of_letters_are_used_by_a_button(visitor: Reader, house: House) -> None:
    """A browser says where a form was sent from: on these pages, too, it must be let in."""
    page, found = visitor.page, house.run(LINKS)
    visitor.open(f"/invitation/{found['invitation']}")
    page.fill("input[type=password]", PASSWORD)
    with page.expect_navigation(wait_until="load"):
        page.locator("main form button[type=submit]").click()
    assert page.url.endswith("/accounts/login")
    until = time.monotonic() + 60
    while not (
        letters := [one for one in (house.home / "mail").glob("*.eml") if b"/activate/kma_" in one.read_bytes()]
    ):
        assert time.monotonic() < until, "the letter did not come"
        time.sleep(0.2)
    text = message_from_bytes(letters[0].read_bytes()).get_payload(decode=True)
    link = re.search(rb"/activate/[\w]+", text if isinstance(text, bytes) else b"")
    assert link
    visitor.open(link[0].decode())
    page.locator("main form button[type=submit]").click()
    assert "kmt_" in page.locator("main pre").first.inner_text()
