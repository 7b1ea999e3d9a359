"""A body's own system is told of its cases: signed, by the post, at hosts that the operator lists, and at no other address."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from base64 import urlsafe_b64decode
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from kaimen.cases import services, subscribing, tasks
from kaimen.core.errors import Invalid, KaimenError
from kaimen.engines.webhooks import check_address
from kaimen.office import services as office
from kaimen.office.models import Outbox
from tests.accounts.people import body, officer, signed_in
from tests.sharing.conftest import ASKED

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_system():
    """A receiver on this machine that keeps what it was told; it answers with what `status` says."""
    told: list[tuple[dict[str, str], bytes]] = []
    state = {"status": 200}

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(state["status"])
            if state["status"] == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", told, state
    server.shutdown()
    server.server_close()


def filed(hall) -> str:
    facts = ASKED | {"dataset": hall.slug, "columns": hall.columns[:1]}
    number = services.begin("sharing_request", facts, by=hall.city.steward, now=hall.now).case.number
    head = hall.officer("office_head", hall.city.transport)
    services.act(number, "consent_demand", {}, by=head, now=hall.now)
    return number


def deliver(hall) -> int:
    return office.deliver(tasks.RECEIVERS, now=hall.now)


def test_both_sides_systems_are_told_and_can_check_it(hall, other_system, settings) -> None:
    url, told, _ = other_system
    settings.KAIMEN_WEBHOOK_HOSTS = "127.0.0.1"
    _, secret = subscribing.subscribe(url, by=hall.city.civil_steward, now=hall.now)
    number = filed(hall)
    assert told == [], "nothing is told before the step is written"
    assert deliver(hall) == 1
    ((headers, sent),) = told
    message = json.loads(sent)
    assert (message["case"], message["verb"], message["state"]) == (number, "consent_demand", "filed"), (
        "a draft is told to nobody else"
    )
    assert "use_basis" not in sent.decode(), "no answer of the case leaves"
    key = urlsafe_b64decode(secret + "=")
    text = f"{headers['Kaimen-Delivery']}.{headers['Kaimen-Time']}.".encode() + sent
    assert headers["Kaimen-Signature"] == "v1=" + hmac.new(key, text, hashlib.sha256).hexdigest()
    assert deliver(hall) == 0


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_failure_is_tried_again_with_the_same_number(hall, other_system, settings, status) -> None:
    url, told, state = other_system
    settings.KAIMEN_WEBHOOK_HOSTS = "127.0.0.1"
    subscribing.subscribe(url, by=hall.city.civil_steward, now=hall.now)
    filed(hall)
    state["status"] = status
    assert deliver(hall) == 0
    assert subscribing.of(hall.city.civil_steward)[0].failed_at is not None
    state["status"] = 204
    Outbox.objects.update(due_at=hall.now)
    assert deliver(hall) == 1
    assert len({headers["Kaimen-Delivery"] for headers, _ in told}) == 1


def test_an_ended_address_is_told_nothing_not_even_what_waits(hall, other_system, settings) -> None:
    url, told, _ = other_system
    settings.KAIMEN_WEBHOOK_HOSTS = "127.0.0.1"
    made, _ = subscribing.subscribe(url, by=hall.city.civil_steward, now=hall.now)
    filed(hall)
    subscribing.unsubscribe(made, by=hall.city.civil_steward, now=hall.now)
    deliver(hall)
    filed(hall)
    deliver(hall)
    assert told == []


def test_a_host_that_is_no_longer_listed_is_told_nothing(hall, other_system, settings) -> None:
    url, told, _ = other_system
    settings.KAIMEN_WEBHOOK_HOSTS = "127.0.0.1"
    subscribing.subscribe(url, by=hall.city.civil_steward, now=hall.now)
    filed(hall)
    settings.KAIMEN_WEBHOOK_HOSTS = ""
    assert deliver(hall) == 0
    assert told == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://system.example/hook", "scheme"),
        ("ftp://system.example/hook", "scheme"),
        ("https://elsewhere.example/hook", "host"),
        ("https://system.example@elsewhere.example/", "form"),
        ("https://user:word@system.example/", "form"),
        ("https://system.example.elsewhere.example/", "host"),
        ("https://169.254.169.254/latest", "host"),
        ("https://system.example:99999/", "form"),
        ("https://[::1/", "form"),
        ("https://system.example/a b", "form"),
        ("https://system.example/#x", "form"),
        ("javascript:alert(1)", "form"),
        ("", "form"),
        ("https://system.example/" + "a" * 500, "form"),
    ],
)
def test_addresses_that_are_not_told(url, reason) -> None:
    with pytest.raises(Invalid) as refused:
        check_address(url, hosts=["system.example"])
    assert refused.value.details == {"reason": reason}


def test_an_address_that_may_be_told() -> None:
    assert check_address("https://SYSTEM.example:8443/hook?x=1", hosts=[" system.example"])


def test_others_do_not_subscribe_and_there_are_not_too_many(hall, settings) -> None:
    settings.KAIMEN_WEBHOOK_HOSTS = "system.example"
    for by in (hall.city.head, hall.city.citizen, hall.anybody):
        with pytest.raises(KaimenError, match="not_your_role"):
            subscribing.subscribe("https://system.example/", by=by, now=hall.now)
    for n in range(subscribing.MOST):
        subscribing.subscribe(f"https://system.example/{n}", by=hall.city.steward, now=hall.now)
    with pytest.raises(KaimenError, match="webhooks_most"):
        subscribing.subscribe("https://system.example/more", by=hall.city.steward, now=hall.now)
    made = subscribing.of(hall.city.steward)[0].pk
    with pytest.raises(KaimenError, match="webhook_unknown"):
        subscribing.unsubscribe(made, by=hall.city.civil_steward, now=hall.now)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_on_pages_and_by_program(db, home, settings, prefix) -> None:
    settings.KAIMEN_WEBHOOK_HOSTS = "system.example"
    keeper = officer("steward", body("health"))
    client = signed_in(keeper.account, hat=keeper.appointment)
    refused = client.post(f"{prefix}/cases/webhooks", {"url": "https://elsewhere.example/"})
    assert refused.status_code == 422
    page = client.post(f"{prefix}/cases/webhooks", {"url": "https://system.example/hook"}).content.decode()
    assert ("it is shown this once" if prefix else "只显示这一次") in page
    (kept,) = client.get("/api/v1/webhooks").json()
    assert kept["url"] == "https://system.example/hook"
    made = client.post("/api/v1/webhooks", {"url": "https://system.example/2"}, content_type="application/json")
    assert made.status_code == 201
    assert client.delete(f"/api/v1/webhooks/{made.json()['id']}").status_code == 204
    assert client.post(f"{prefix}/cases/webhooks/{kept['id']}/end").status_code == 302
    assert client.get("/api/v1/webhooks").json() == []
