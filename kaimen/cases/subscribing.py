"""Subscriptions: a body's own system is told of each step of its cases, at an address that the operator allows.

What is told holds no facts of the case: its number, workflow, state and the proof. Whoever is told asks the API, with a token, for the rest.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from ulid import ULID

from kaimen.cases.models import Case, Subscription
from kaimen.core.errors import Missing, Refused
from kaimen.core.policy.party import Actor
from kaimen.core.tlog.encoding import b64url
from kaimen.core.tlog.kinds import Kind
from kaimen.engines import webhooks
from kaimen.engines.keys import Place, Ring
from kaimen.evidence import services as evidence
from kaimen.office import services as office

PURPOSE = "cases.subscription"
KEEPERS = frozenset({"steward", "operator"})
MOST = 10
OUTBOX = "case.moved"


def hosts() -> list[str]:
    """Hosts that may be told, as the operator listed them; none means that nobody is told."""
    return [one for one in str(settings.KAIMEN_WEBHOOK_HOSTS).split(",") if one.strip()]


def of(by: Actor) -> list[Subscription]:
    """The open subscriptions of the actor's body."""
    if by.institution is None or by.role not in KEEPERS:
        return []
    return list(Subscription.objects.filter(institution=str(by.institution), ended_at=None).order_by("pk"))


@transaction.atomic
def subscribe(url: str, *, by: Actor, now: datetime) -> tuple[str, str]:
    """Tell this address from now on; returns the id, and the secret of the signatures, which is shown this once.

    Raises `Refused("not_your_role" | "webhooks_most")`, `Invalid("webhook_address")`.
    """
    if by.institution is None or by.role not in KEEPERS:
        raise Refused("not_your_role", needed=sorted(KEEPERS))
    url = webhooks.check_address(url.strip(), hosts=hosts())
    if Subscription.objects.filter(institution=str(by.institution), ended_at=None).count() >= MOST:
        raise Refused("webhooks_most", most=MOST)
    made = str(ULID.from_datetime(now))
    secret = os.urandom(32)
    Subscription.objects.create(
        id=made,
        institution=str(by.institution),
        url=url,
        secret=_ring().seal(secret, purpose=PURPOSE, place=Place("cases_subscription.secret", made)),
        person=str(by.person or ""),
        created_at=now,
    )
    _tell(Kind.WEBHOOK_OPENED, made, by=by, now=now)
    return made, b64url(secret)


@transaction.atomic
def unsubscribe(subscription: str, *, by: Actor, now: datetime) -> None:
    """Nothing is told there any more, not even what waits. Raises `Missing("webhook_unknown")`."""
    found = Subscription.objects.select_for_update().filter(
        pk=subscription, institution=str(by.institution or "-"), ended_at=None
    )
    if by.role not in KEEPERS or not found.update(ended_at=now):
        raise Missing("webhook_unknown")
    _tell(Kind.WEBHOOK_ENDED, subscription, by=by, now=now)


def post_step(case: Case, *, verb: str, receipt: str, institutions: Iterable[str], now: datetime) -> None:
    """Write one outbox row for each address that is to be told. Called in the transaction of the step."""
    for one in Subscription.objects.filter(institution__in=list(institutions), ended_at=None).order_by("pk"):
        office.post(
            OUTBOX,
            key=f"{one.pk}:{receipt}",
            body={
                "subscription": one.pk,
                "message": {
                    "kind": OUTBOX, "case": case.number, "workflow": case.workflow, "verb": verb, "state": case.state, "n": case.n,
                    "at": now.isoformat(), "proof": f"/log/proof/{receipt}", "url": f"/api/v1/cases/{case.number}",
                },
            },
            now=now,
        )  # fmt: skip


def secret_of(one: Subscription) -> bytes:
    """The key of its signatures."""
    return _ring().open(bytes(one.secret), purpose=PURPOSE, place=Place("cases_subscription.secret", one.pk))


def _ring() -> Ring:
    return Ring.of_file(settings.KAIMEN_HOME / "keys" / "kek")


def _tell(kind: Kind, subscription: str, *, by: Actor, now: datetime) -> None:
    evidence.record(
        kind,
        at=now,
        public={"inst": str(by.institution), "out": "done"},
        private=evidence.who(by) | {"subscription": subscription},
    )
