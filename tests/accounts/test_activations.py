"""Activation links, rotation with a grace window, warnings: what works once, how long the old one works, who is told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from kaimen.accounts import selectors, services, tasks, tokens
from kaimen.accounts.models import Account, Activation, ApiToken
from kaimen.accounts.services import MACHINE
from kaimen.core.errors import KaimenError
from kaimen.core.policy.party import Via
from kaimen.core.tlog import leaf
from kaimen.evidence.models import Entry
from kaimen.office import services as office
from kaimen.office.models import DeskItem, Outbox
from tests import crashes
from tests.accounts.people import NOW, Officer, body, officer, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
DAY = timedelta(days=1)
ME = "/api/v1/me"


@pytest.fixture
def head() -> Officer:
    return officer("office_head", body("transport"))


@pytest.fixture
def contact(head: Officer) -> Officer:
    return officer("steward", head.appointment.institution)


def refused(code: str, act: Callable[[], object]) -> KaimenError:
    with pytest.raises(KaimenError) as told, transaction.atomic():
        act()
    assert told.value.code == code
    return told.value


def opened(head: Officer, contact: Officer, **more: object) -> Activation:
    form = {
        "contact": str(contact.appointment.pk),
        "name": "nightly",
        "scopes": ["gate:query"],
        "ground": "SR-1",
    } | more
    return services.open_activation(**form, by=head.actor, now=NOW)  # type: ignore[arg-type]


def link() -> str:
    """The text as the letter has it."""
    mail.outbox.clear()
    office.deliver(tasks.RECEIVERS, now=NOW + timedelta(seconds=1))
    found = [re.search(r"/activate/(kma_\w+)", str(one.body)) for one in mail.outbox]
    return next(one[1] for one in reversed(found) if one)


def works(text: str) -> bool:
    return Client().get(ME, HTTP_AUTHORIZATION=f"Bearer {text}").status_code == 200


def proved() -> list[str]:
    kinds = [leaf.parse(bytes(entry.leaf)).kind for entry in Entry.objects.order_by("id")]
    return [one for one in kinds if one.startswith(("activation.", "token."))]


def test_the_link_goes_to_the_contact_and_looking_at_it_makes_nothing(head: Officer, contact: Officer) -> None:
    kept = opened(head, contact)
    text = link()
    assert mail.outbox[-1].to == [contact.account.email]
    for _ in range(3):
        page = Client().get(f"/activate/{text}")
        assert page.status_code == 200 and "生成令牌并显示" in page.content.decode()
        assert "no-store" in page["Cache-Control"] and page["Referrer-Policy"] == "strict-origin"
    Client().head(f"/activate/{text}")
    assert not ApiToken.objects.exists()
    assert text not in json.dumps(list(Outbox.objects.values_list("body", flat=True)))
    assert bytes(kept.digest) != text.encode()


def test_one_click_makes_the_token_and_shows_it_once(head: Officer, contact: Officer) -> None:
    opened(head, contact)
    text = link()
    page = Client().post(f"/activate/{text}").content.decode()
    token = re.search(r"kmt_\w+", page)
    assert token is not None and works(token[0])
    made = ApiToken.objects.get()
    assert (made.account_id, made.appointment_id, made.scopes, made.ground) == (
        contact.account.pk, contact.appointment.pk, ["gate:query"], "SR-1",
    )  # fmt: skip
    again = Client().post(f"/activate/{text}")
    assert again.status_code == 403 and "用过了" in again.content.decode()
    assert Client().get(f"/activate/{text}").status_code == 403
    assert ApiToken.objects.count() == 1
    assert proved() == ["activation.opened", "token.minted"]
    mail.outbox.clear()
    office.deliver(tasks.RECEIVERS, now=NOW + DAY)
    assert "不是您生成的" in str(mail.outbox[-1].body) and token[0] not in str(mail.outbox[-1].body)


def test_a_program_uses_a_link_too(head: Officer, contact: Officer) -> None:
    opened(head, contact)
    text = link()

    def use() -> tuple[int, dict[str, object]]:
        answer = Client().post(
            "/api/v1/tokens/activate", json.dumps({"activation": text}), content_type="application/json"
        )
        return answer.status_code, answer.json()

    status, made = use()
    assert status == 201 and works(str(made["token"]))
    assert use()[1]["code"] == "activation_used"


def test_a_link_works_for_seven_days(head: Officer, contact: Officer) -> None:
    opened(head, contact)
    text = link()
    assert selectors.activation(text, at=NOW + 7 * DAY - timedelta(seconds=1))
    refused("activation_over", lambda: services.use_activation(text, now=NOW + 7 * DAY))


CHILD = """
import sys, django
django.setup()
from datetime import datetime, timedelta, UTC
from django.core.management import call_command
from kaimen.core.errors import KaimenError
now = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
if sys.argv[1] == "new":
    call_command("migrate", verbosity=0)
    from kaimen.accounts import services
    from kaimen.accounts.models import Account, ApiToken
    from tests.accounts.people import body, officer
    from kaimen.accounts.services import activations
    head = officer("office_head", body("transport"))
    contact = officer("steward", head.appointment.institution)
    said = []
    sealed = activations.sealed_text
    activations.sealed_text = lambda text: said.append(text) or sealed(text)
    now = datetime.now(UTC)
    services.open_activation(contact=str(contact.appointment.pk), name="x", scopes=["gate:query"], by=head.actor, now=now)
    print(said[0], flush=True)
else:
    from kaimen.accounts import services
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        services.use_activation(sys.argv[2], now=datetime.now(UTC))
        print("made", flush=True)
    except KaimenError as error:
        print(error.code, flush=True)
"""


def test_two_clicks_at_once_make_one_token(tmp_path: Path) -> None:
    with crashes.of_their_own(tmp_path) as environment:
        environment |= {"DJANGO_SETTINGS_MODULE": "kaimen.config.settings"}

        def child(*words: str) -> subprocess.Popen[str]:
            return subprocess.Popen(
                [sys.executable, "-c", CHILD, *words],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )

        text = child("new").communicate(timeout=150)[0].strip()
        clicks = [child("use", text) for _ in range(3)]
        for one in clicks:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in clicks:
            assert one.stdin is not None
            one.stdin.write("\n")
            one.stdin.flush()
        said = sorted(one.communicate(timeout=60)[0].strip() for one in clicks)
    assert said == ["activation_used", "activation_used", "made"]


@pytest.mark.parametrize("change", ["cut", "secret", "kind", "nonsense"])
def test_a_link_that_was_changed_is_not_known(head: Officer, contact: Officer, change: str) -> None:
    kept = opened(head, contact)
    text = link()
    other = tokens.Token(tokens.ACTIVATION, kept.pk, "x" * 43).text
    changed = {"cut": text[:-1], "secret": other, "kind": text.replace("kma", "kmi"), "nonsense": "x"}[change]
    refused("activation_unknown", lambda: services.use_activation(changed, now=NOW))
    assert Client().post(f"/activate/{changed}").status_code == 404


@pytest.mark.parametrize("end", ["appointment", "account", "institution", "withdrawn", "ground", "newer"])
def test_a_link_ends_with_whatever_it_hangs_on(head: Officer, contact: Officer, end: str) -> None:
    kept = opened(head, contact)
    text = link()
    bureau = head.appointment.institution
    match end:
        case "appointment":
            services.end_appointment(str(contact.appointment.pk), reason="moved", by=head.actor, now=NOW)
        case "account":
            services.suspend_account(str(contact.account.pk), reason="lost", by=MACHINE, now=NOW)
        case "institution":
            bureau.until = (NOW - DAY).date()
            bureau.save()
        case "withdrawn":
            services.end_activation(kept.pk, ground="SR-1", by=head.actor, now=NOW)
        case "ground":
            assert services.end_ground("SR-1", by=head.actor, now=NOW, reason="agreement_ended") == 1
        case _:
            opened(head, contact)
    refused("activation_ended", lambda: services.use_activation(text, now=NOW))
    assert not ApiToken.objects.exists()


def test_an_agreement_that_ends_takes_its_tokens_along_and_no_others(head: Officer, contact: Officer) -> None:
    opened(head, contact)
    _, ours = services.use_activation(link(), now=NOW)
    opened(head, contact, ground="SR-2")
    _, other = services.use_activation(link(), now=NOW)
    services.end_ground("SR-1", by=head.actor, now=NOW, reason="agreement_ended")
    assert (works(ours), works(other)) == (False, True)


def test_a_token_by_link_lasts_as_long_as_the_agreement_at_most(head: Officer, contact: Officer) -> None:
    until = NOW + 3 * DAY
    kept = opened(head, contact, until=until, days=90)
    assert kept.expires_at == until
    made, _ = services.use_activation(link(), now=NOW + DAY)
    assert made.expires_at == until
    fresh, _ = services.rotate_token(made.pk, by=contact.actor, now=NOW + 2 * DAY)
    assert fresh.expires_at == until
    refused("activation_ended", lambda: opened(head, contact, until=NOW))


def test_only_an_officer_of_the_body_sends_one_to_somebody_else_of_it(head: Officer, contact: Officer) -> None:
    stranger = officer("steward", body("health"))
    refused("activation_contact", lambda: opened(head, stranger))
    contact.appointment.pk, known = "nobody", contact.appointment.pk
    refused("activation_contact", lambda: opened(head, contact))
    contact.appointment.pk = known
    refused("same_person", lambda: opened(head, head))
    refused("not_your_role", lambda: opened(officer("helper", head.appointment.institution), contact))
    kept = opened(head, contact)
    refused("activation_unknown", lambda: services.end_activation(kept.pk, ground="SR-1", by=stranger.actor, now=NOW))
    refused("activation_unknown", lambda: services.end_activation(kept.pk, ground="SR-2", by=head.actor, now=NOW))


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("scope", {"scopes": ["lake:load"]}),
        ("scope", {"scopes": ["cases:act", "gate:query"]}),
        ("scope", {"scopes": []}),
        ("scope", {"scopes": ["root"]}),
        ("token_days", {"days": 0}),
        ("token_days", {"days": 366}),
        ("token_name", {"name": " "}),
    ],
)
def test_a_link_gives_only_what_a_contact_may_have(head: Officer, contact: Officer, code: str, more: dict) -> None:
    refused(code, lambda: opened(head, contact, **more))
    assert not Activation.objects.exists() and not Outbox.objects.filter(kind="accounts.activation").exists()


def test_a_link_that_was_used_cannot_be_taken_back(head: Officer, contact: Officer) -> None:
    kept = opened(head, contact)
    services.use_activation(link(), now=NOW)
    refused("activation_used", lambda: services.end_activation(kept.pk, ground="SR-1", by=head.actor, now=NOW))


# ---- rotation ----------------------------------------------------------------------------------------------------------------
def minted(who: Officer, **more: object) -> tuple[ApiToken, str]:
    return services.mint_token(
        name="x", scopes=["log:read"], days=60, appointment_id=str(who.appointment.pk), by=who.actor, now=NOW, **more
    )  # type: ignore[arg-type]


def good(kept: ApiToken, text: str, *, at: object) -> bool:
    return selectors.arrival_by_token(text, address="10.0.0.1", at=at) is not None  # type: ignore[arg-type]


def test_the_old_token_works_within_the_window_and_not_after_it(contact: Officer) -> None:
    old, before = minted(contact)
    fresh, after = services.rotate_token(old.pk, by=contact.actor, now=NOW + DAY)
    for at, old_works in ((NOW + DAY, True), (NOW + 8 * DAY - timedelta(seconds=1), True), (NOW + 8 * DAY, False)):
        assert (good(old, before, at=at), good(fresh, after, at=at)) == (old_works, True)
    assert fresh.expires_at == NOW + 61 * DAY


@pytest.mark.parametrize("days", [0, 1, 7])
def test_the_window_may_be_shorter_and_nothing_after_a_leak(contact: Officer, days: int) -> None:
    old, before = minted(contact)
    services.rotate_token(old.pk, by=contact.actor, now=NOW, grace_days=days)
    assert good(old, before, at=NOW) is (days > 0)
    assert not good(old, before, at=NOW + days * DAY)


def test_the_window_never_makes_a_token_live_longer(contact: Officer) -> None:
    old, before = minted(contact)
    services.rotate_token(old.pk, by=contact.actor, now=NOW + 58 * DAY)
    assert not good(old, before, at=NOW + 60 * DAY)


@pytest.mark.parametrize("days", [-1, 8, 10_000])
def test_a_window_beyond_the_rule_is_refused(contact: Officer, days: int) -> None:
    old, _ = minted(contact)
    refused("token_grace", lambda: services.rotate_token(old.pk, by=contact.actor, now=NOW, grace_days=days))
    assert proved() == ["token.minted"]


def test_a_token_is_replaced_once(contact: Officer) -> None:
    old, _ = minted(contact)
    fresh, _ = services.rotate_token(old.pk, by=contact.actor, now=NOW)
    refused("lifecycle", lambda: services.rotate_token(old.pk, by=contact.actor, now=NOW))
    services.rotate_token(fresh.pk, by=contact.actor, now=NOW)
    assert proved() == ["token.minted", "token.rotated", "token.rotated"]


@pytest.mark.parametrize("which", ["old", "fresh"])
def test_revoking_ends_both_if_asked_and_one_if_not(contact: Officer, which: str) -> None:
    for both in (False, True):
        old, before = minted(contact)
        fresh, after = services.rotate_token(old.pk, by=contact.actor, now=NOW)
        chosen = {"old": old, "fresh": fresh}[which]
        services.revoke_token(chosen.pk, by=contact.actor, now=NOW, with_replaced=both)
        left = [good(old, before, at=NOW), good(fresh, after, at=NOW)]
        assert left == ([False, False] if both else [which != "old", which != "fresh"])


def test_the_page_offers_the_window_and_says_until_when_the_old_one_works(contact: Officer) -> None:
    old, before = minted(contact)
    browser = signed_in(contact.account)
    assert "不再用：已泄露" in browser.get("/desk/account").content.decode()
    assert browser.post(f"/desk/tokens/{old.pk}/rotate", {"grace": "99"}).status_code == 422
    assert browser.post(f"/desk/tokens/{old.pk}/rotate", {"grace": "many"}).status_code == 422
    page = browser.post(f"/desk/tokens/{old.pk}/rotate", {"grace": "3"}).content.decode()
    assert "旧令牌可以用到" in page and works(before)
    account = browser.get("/desk/account").content.decode()
    assert "已更换，仍可用" in account and "新旧一起作废" in account
    browser.post(f"/desk/tokens/{old.pk}/revoke", {"both": "1"})
    assert not ApiToken.objects.filter(revoked_at=None).exists()


def test_a_token_cannot_send_links_for_more_than_its_scope_nor_rotate(contact: Officer) -> None:
    old, _ = minted(contact)
    by_token = replace(contact.actor, via=Via.TOKEN)
    refused("fresh_sign_in_needed", lambda: services.rotate_token(old.pk, by=by_token, now=NOW))


# ---- warnings ----------------------------------------------------------------------------------------------------------------
def test_fourteen_days_before_its_end_the_holder_is_told_once(contact: Officer) -> None:
    kept, _ = minted(contact)
    assert services.warn_of_expiry(now=NOW + 46 * DAY - timedelta(seconds=1)) == 0
    assert services.warn_of_expiry(now=NOW + 46 * DAY) == 1
    assert services.warn_of_expiry(now=NOW + 47 * DAY) == 0
    item = DeskItem.objects.get(kind=services.EXPIRING)
    assert (item.person, item.ref, item.due) == (str(contact.person), kept.pk, kept.expires_at)
    mail.outbox.clear()
    office.deliver(tasks.RECEIVERS, now=NOW + 47 * DAY)
    assert [one.to for one in mail.outbox] == [[contact.account.email]]
    assert "即将到期" in signed_in(contact.account).get("/desk/account").content.decode()


def test_letters_name_the_day_as_it_is_here(head: Officer, contact: Officer) -> None:
    soon, later = (
        (NOW + days * DAY).replace(hour=20, minute=0) for days in (3, 20)
    )  # four in the morning of the next day
    kept, _ = minted(contact)
    ApiToken.objects.filter(pk=kept.pk).update(expires_at=later)
    mail.outbox.clear()
    opened(head, contact, until=soon)
    services.warn_of_expiry(now=later - DAY)
    office.deliver(tasks.RECEIVERS, now=later - DAY)
    said = "".join(str(one.body) for one in mail.outbox)
    for end in (soon, later):
        assert (end + DAY).date().isoformat() in said
        assert end.date().isoformat() not in said


@pytest.mark.parametrize("done", ["rotated", "revoked", "over"])
def test_the_warning_leaves_the_desk_when_it_is_settled(contact: Officer, done: str) -> None:
    kept, _ = minted(contact)
    services.warn_of_expiry(now=NOW + 50 * DAY)
    match done:
        case "rotated":
            services.rotate_token(kept.pk, by=contact.actor, now=NOW + 51 * DAY)
        case "revoked":
            services.revoke_token(kept.pk, by=contact.actor, now=NOW + 51 * DAY)
        case _:
            services.warn_of_expiry(now=NOW + 60 * DAY)
    assert not DeskItem.objects.filter(kind=services.EXPIRING, closed_at=None).exists()


def test_who_needs_no_warning_gets_none(contact: Officer) -> None:
    services.mint_token(name="short", scopes=["log:read"], days=10, by=contact.actor, now=NOW)
    void, _ = minted(contact)
    services.revoke_token(void.pk, by=contact.actor, now=NOW)
    replaced, _ = services.mint_token(name="y", scopes=["log:read"], days=20, by=contact.actor, now=NOW)
    services.rotate_token(replaced.pk, by=contact.actor, now=NOW + 15 * DAY)
    assert services.warn_of_expiry(now=NOW + 16 * DAY) == 0
    suspended = officer("steward", body("water"))
    minted(suspended)
    Account.objects.filter(pk=suspended.account.pk).update(suspended_at=NOW)
    assert services.warn_of_expiry(now=NOW + 50 * DAY) == 0
