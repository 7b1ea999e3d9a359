"""Admission: what the exchange keeps of a body whose identity was checked, and until when."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as case_selectors
from kaimen.cases import services as cases
from kaimen.cases.services import Hook, Step
from kaimen.core.errors import Refused
from kaimen.core.policy.party import Actor, Via
from kaimen.office import selectors as office
from kaimen.trading.models import TradeParty
from kaimen.trading.services.common import all_of, fault, good_until, operating

OWNERS = "trading.owners"
"""The key of its own under which those in control are compared."""


def sweep(*, now: datetime) -> int:
    """Admissions whose last day is over expire. Returns how many."""
    day, ended = office.rules().calendar.day(now), 0
    for party in TradeParty.objects.filter(state__in=["qualified", "suspended"], valid_until__lt=day)[:100]:
        cases.act(party.number, "expire", {}, by=Actor(via=Via.JOB), now=now)
        ended += 1
    return ended


def _open(step: Step) -> None:
    operating(step)
    body = step.party("party")
    held = TradeParty.objects.select_for_update().filter(pk=body).first()
    if held is not None and held.state == "barred":
        raise Refused("party_barred")
    if held is not None and held.state != "ended":
        raise Refused("party_exists", number=held.number)
    row = TradeParty(
        institution=body, case=step.case.pk, number=step.case.number, state="applied", owner_keys=_examined(step),
        qualified_at=held.qualified_at if held else None,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=held is None)
    except IntegrityError:
        raise Refused("party_exists", number="") from None


def _complete(step: Step) -> None:
    TradeParty.objects.filter(case=step.case.pk).update(owner_keys=_examined(step))


def _ask_recheck(step: Step) -> None:
    """The admission stands until its day; who is in control counts from now on as it was told now."""
    _complete(step)


def _examined(step: Step) -> list[str]:
    """Of what was told: the code is the body's own; those in control come as keyed hashes, never as text."""
    registered = accounts.institution(step.party("party")).uscc
    typed = unicodedata.normalize("NFKC", step.text("uscc")).replace(" ", "").upper()
    if not registered or typed != registered:
        raise fault("uscc", "not_the_registered_code")
    step.facts["uscc"] = typed
    found: list[str] = []
    for line in step.text("owners").splitlines():
        name, _, number = unicodedata.normalize("NFKC", line).replace("、", ",").partition(",")
        if not name.strip() or len(number.strip()) < 6:
            raise fault("owners", "not_owners")
        plain = f"{''.join(name.split())}|{''.join(number.split()).upper()}"
        found.append(case_selectors.ring().blind(plain, purpose=OWNERS, length=32).hex())
    return sorted(set(found))


def _check(step: Step) -> None:
    all_of(step, "checks")


def _qualify(step: Step) -> None:
    until = good_until(step)
    step.facts["valid_until"] = until.isoformat()
    row = TradeParty.objects.select_for_update().get(case=step.case.pk)
    row.state, row.valid_until, row.qualified_at = "qualified", until, row.qualified_at or step.now
    row.save(update_fields=["state", "valid_until", "qualified_at"])


def _expire(step: Step) -> None:
    row = TradeParty.objects.get(case=step.case.pk)
    if row.valid_until is None or office.rules().calendar.day(step.now) <= row.valid_until:
        raise Refused("party_still_valid", until=row.valid_until.isoformat() if row.valid_until else "")
    _leave(step)


def _lift(step: Step) -> None:
    _move(step, "qualified")


def _suspend(step: Step) -> None:
    _move(step, "suspended")


def _bar(step: Step) -> None:
    _move(step, "barred")
    cases.destroy_sealed(step.case)


def _leave(step: Step) -> None:
    """The text about accounts and owners is destroyed; the keyed values stay, so that a return under another name is seen."""
    _move(step, "ended")
    cases.destroy_sealed(step.case)


def _move(step: Step, state: str) -> None:
    TradeParty.objects.filter(case=step.case.pk).update(state=state)


HOOKS: Mapping[str, Hook] = {
    "open": _open,
    "complete": _complete,
    "withdraw": _leave,
    "check_identity": _check,
    "qualify": _qualify,
    "reject": _leave,
    "ask_recheck": _ask_recheck,
    "suspend": _suspend,
    "lift": _lift,
    "bar": _bar,
    "expire": _expire,
}
