"""The way from a signed agreement to a token: on its page and by the API, for the demand side only, ending with the agreement."""

from __future__ import annotations

import json
import re

import pytest
from django.core import mail
from django.test import Client

from kaimen.accounts import services as accounts
from kaimen.accounts import tasks
from kaimen.accounts.models import Activation, ApiToken, Appointment, Institution
from kaimen.core.errors import KaimenError
from kaimen.office import services as office
from kaimen.sharing import services
from tests.accounts.people import Officer, officer, signed_in
from tests.sharing.conftest import Bureaus

pytestmark = pytest.mark.django_db


def of(role: str, body: str) -> Officer:
    """Somebody with an account who holds an office in a body of the city."""
    return officer(role, Institution.objects.get(pk=body))


def contact_of(bureaus: Bureaus) -> str:
    """An appointment of a colleague of the demand side."""
    return str(of("steward", bureaus.city.transport).appointment.pk)


def test_contact_makes_the_token_and_it_ends_with_the_agreement(bureaus: Bureaus) -> None:
    number = bureaus.in_use()
    services.send_link(
        number, contact=contact_of(bureaus), name="nightly", scopes=["gate:query"], days=90, by=bureaus.asks_head, now=bureaus.now,
    )  # fmt: skip
    mail.outbox.clear()
    office.deliver(tasks.RECEIVERS, now=bureaus.now)
    text = next(found[1] for one in mail.outbox if (found := re.search(r"/activate/(kma_\w+)", str(one.body))))
    made, _ = accounts.use_activation(text, now=bureaus.now)
    assert made.ground == number
    bureaus.take(number, "finish", bureaus.asks, effect="核对完成")
    made.refresh_from_db()
    assert made.revoked_why == "agreement_ended"
    with pytest.raises(KaimenError, match="activation_ended"):
        services.send_link(
            number, contact=contact_of(bureaus), name="x", scopes=["gate:query"], days=9, by=bureaus.asks_head, now=bureaus.now,
        )  # fmt: skip


def test_a_link_that_waits_ends_with_the_agreement_too(bureaus: Bureaus) -> None:
    number = bureaus.in_use()
    services.send_link(
        number, contact=contact_of(bureaus), name="x", scopes=["gate:query"], days=90, by=bureaus.asks_head, now=bureaus.now,
    )  # fmt: skip
    bureaus.take(number, "finish", bureaus.asks, effect="核对完成")
    assert Activation.objects.get().ended_why == "agreement_ended"


def test_before_both_have_signed_there_is_nothing_to_send(bureaus: Bureaus) -> None:
    number = bureaus.agreed()
    with pytest.raises(KaimenError, match="agreement_unknown"):
        services.send_link(
            number, contact=contact_of(bureaus), name="x", scopes=["gate:query"], days=9, by=bureaus.asks_head, now=bureaus.now,
        )  # fmt: skip


def test_the_provider_and_others_get_none(bureaus: Bureaus) -> None:
    number = bureaus.in_use()
    for by, code in ((bureaus.gives_head, "agreement_not_yours"), (bureaus.reviewer, "agreement_not_yours")):
        with pytest.raises(KaimenError, match=code):
            services.send_link(
                number, contact=contact_of(bureaus), name="x", scopes=["gate:query"], days=9, by=by, now=bureaus.now
            )
    assert not Activation.objects.exists()


def test_the_page_leads_to_it_and_shows_what_was_sent(bureaus: Bureaus) -> None:
    number = bureaus.in_use()
    head = of("office_head", bureaus.city.transport)
    contact = contact_of(bureaus)
    browser = signed_in(head.account)
    page = browser.get(f"/agreements/{number}").content.decode()
    assert "给贵单位系统的令牌" in page and contact in page and f'<option value="{head.appointment.pk}"' not in page
    sent = browser.post(
        f"/agreements/{number}/links", {"contact": contact, "name": "夜间取数", "days": "30"}, follow=True
    )
    assert "链接已发给技术联系人" in sent.content.decode() and "已发出，未使用" in sent.content.decode()
    assert "kma_" not in sent.content.decode()
    wrong = browser.post(f"/agreements/{number}/links", {"contact": str(head.appointment.pk), "name": "", "days": "0"})
    assert wrong.status_code == 422
    kept = Activation.objects.get()
    gone = browser.post(f"/agreements/{number}/links/{kept.pk}/end", follow=True).content.decode()
    assert "链接已停用" in gone
    assert browser.post(f"/agreements/{number}/links/nothing/end").status_code == 404
    giver = signed_in(of("office_head", bureaus.city.civil).account)
    assert "给贵单位系统的令牌" not in giver.get(f"/agreements/{number}").content.decode()
    assert giver.post(f"/agreements/{number}/links", {"contact": contact, "name": "x", "days": "9"}).status_code == 403
    assert giver.post(f"/agreements/{number}/links/{kept.pk}/end").status_code == 403


def test_a_program_sends_and_takes_back_a_link_and_never_sees_it(bureaus: Bureaus) -> None:
    number = bureaus.in_use()
    head = of("office_head", bureaus.city.transport)
    contact_of(bureaus)
    _, token = accounts.mint_token(
        name="ops", scopes=["cases:read", "cases:act"], by=head.actor, now=head.appointment.since,
        appointment_id=str(head.appointment.pk),
    )  # fmt: skip
    client = Client(headers={"Authorization": f"Bearer {token}"})
    contacts = client.get(f"/api/v1/agreements/{number}/contacts").json()
    assert {one["contact"] for one in contacts} <= {
        str(one) for one in Appointment.objects.values_list("pk", flat=True)
    }

    def send(**more: object) -> tuple[int, dict[str, object]]:
        told = {"contact": contacts[0]["contact"], "name": "nightly"} | more
        answer = client.post(f"/api/v1/agreements/{number}/links", json.dumps(told), content_type="application/json")
        return answer.status_code, answer.json()

    assert send(scopes=["lake:load"])[1]["code"] == "scope"
    assert send(contact="nobody")[1]["code"] == "activation_contact"
    status, sent = send()
    assert (status, sent["state"], sent["token"]) == (201, "waiting", None)
    assert "kma_" not in json.dumps(sent)
    assert client.delete(f"/api/v1/agreements/{number}/links/{sent['id']}").status_code == 204
    assert [one["state"] for one in client.get(f"/api/v1/agreements/{number}/links").json()] == ["ended"]
    assert not ApiToken.objects.exclude(name="ops").exists()
