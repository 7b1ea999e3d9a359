"""A zone is authorised, begins, is suspended and ends: what is done at the steps of `zone_authorisation`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime

import rfc8785

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as case_selectors
from kaimen.cases import services as cases
from kaimen.cases.services import Hook, Step
from kaimen.core.errors import Invalid, Refused
from kaimen.core.policy.party import Actor, Via
from kaimen.office import selectors as office
from kaimen.zones.models import Admission, Project, Zone

NOTICE, LONGEST = "POL-ZON-NOTICE", "ZON-02"
OPERATORS = frozenset({"enterprise", "public_utility", "public_institution"})
"""Kinds of bodies that may run a zone: those in which its roles can be held."""
_BEFORE_IT_IS = ("plan_drafted", "expert_review", "approved", "publicity", "signing")
"""States of a plan whose zone does not exist yet, but whose short name is spoken for."""
_SLUG = re.compile(r"[a-z0-9](?:-?[a-z0-9]){1,38}")
_AGREED = (
    "slug", "name_zh", "name_en", "kind", "plan", "scope", "products", "decision_no", "decided_on", "operator", "selection",
    "selection_no", "since", "until", "duties", "security", "price", "ending",
)  # fmt: skip


def _open(step: Step) -> None:
    slug = step.text("slug").lower()
    if not _SLUG.fullmatch(slug):
        raise Invalid("case_facts", fields=["slug"], faults=["not_a_short_name"])
    drafted = case_selectors.in_states("zone_authorisation", _BEFORE_IT_IS)
    if Zone.objects.filter(slug=slug).exists() or slug in {one.facts.get("slug") for one in drafted}:
        raise Refused("zone_name_taken", zone=slug)
    step.facts["slug"] = slug
    _amend(step)


def _amend(step: Step) -> None:
    if not products_of(step.text("products")):
        raise Invalid("case_facts", fields=["products"], faults=["needed"])


def _approve(step: Step) -> None:
    """Nobody decided on a plan before it was drafted here."""
    if date.fromisoformat(step.text("decided_on")) < office.rules().calendar.day(step.case.opened_at):
        raise Invalid("case_facts", fields=["decided_on"], faults=["before_itself"])


def _select(step: Step) -> None:
    """A body that can hold the roles of a zone, and not the implementing one itself."""
    chosen = accounts.institution(step.text("operator"))
    if chosen.body_kind not in OPERATORS or str(chosen.pk) == step.party("implementing"):
        raise Invalid("case_facts", fields=["operator"], faults=["not_an_operator"])


def _sign_implementing(step: Step) -> None:
    """After the notice, for a term that is not longer than the rule says."""
    due = step.due(NOTICE)
    if due is not None and step.now < due:
        raise Refused("zone_notice_running", until=office.rules().calendar.day(due).isoformat())
    since, until = date.fromisoformat(step.text("since")), date.fromisoformat(step.text("until"))
    years = office.rules().value(LONGEST, office.rules().calendar.day(step.now)).amount().n
    if until < since:
        raise Invalid("case_facts", fields=["until"], faults=["too_small"])
    if until >= years_after(since, years):
        raise Refused("zone_term_too_long", years=years)


def _sign_operator(step: Step) -> None:
    """Both have signed: the text is frozen, and the zone exists; nothing can be done in it yet."""
    until = date.fromisoformat(step.text("until"))
    if until < office.rules().calendar.day(step.now):
        raise Refused("agreement_term_over", until=until.isoformat())
    if Zone.objects.filter(slug=step.text("slug")).exists():
        raise Refused("zone_name_taken", zone=step.text("slug"))
    agreed = {name: step.fact(name) for name in _AGREED}
    text = rfc8785.dumps(agreed)
    Zone.objects.create(
        slug=step.text("slug"), case=step.case.pk, number=step.case.number, name_zh=step.text("name_zh"),
        name_en=step.text("name_en"), kind=step.text("kind"), implementing=step.party("implementing"),
        operator=step.party("operator"), products=products_of(step.text("products")),
        since=date.fromisoformat(step.text("since")), until=until, state=Zone.State.SIGNED, agreement=text.decode(),
        digest=hashlib.sha256(text).hexdigest(), signed_at=step.now,
    )  # fmt: skip


def _start(step: Step) -> None:
    zone, today = _zone(step), office.rules().calendar.day(step.now)
    if not zone.since <= today <= zone.until:
        raise Refused("zone_not_its_time", since=zone.since.isoformat(), until=zone.until.isoformat())
    _move(zone, Zone.State.OPERATING)


def _cancel(step: Step) -> None:
    Zone.objects.filter(case=step.case.pk).update(state=Zone.State.CLOSED)


def _suspend(step: Step) -> None:
    _move(_zone(step), Zone.State.SUSPENDED)


def _lift(step: Step) -> None:
    zone = _zone(step)
    if zone.until < office.rules().calendar.day(step.now):
        raise Refused("zone_not_its_time", since=zone.since.isoformat(), until=zone.until.isoformat())
    _move(zone, Zone.State.OPERATING)


def _end(step: Step) -> None:
    _move(_zone(step), Zone.State.EXITING)


def _expire(step: Step) -> None:
    zone = _zone(step)
    if office.rules().calendar.day(step.now) <= zone.until:
        raise Refused("zone_still_in_force", until=zone.until.isoformat())
    _move(zone, Zone.State.EXITING)


def _close(step: Step) -> None:
    """Every admission is withdrawn with its grant and the key of its pseudonyms; projects end."""
    zone = _zone(step)
    _move(zone, Zone.State.CLOSED)
    for admission in Admission.objects.filter(zone=zone, withdrawn_at=None).order_by("pk"):
        cases.act(admission.code, "withdraw", {"reason": step.act.words.zh}, by=Actor(via=Via.JOB), now=step.now)
    Project.objects.filter(zone=zone, closed_at=None).update(closed_at=step.now)


def _zone(step: Step) -> Zone:
    """Locked."""
    return Zone.objects.select_for_update().get(case=step.case.pk)


def _move(zone: Zone, state: Zone.State) -> None:
    zone.state = state
    zone.save(update_fields=["state"])


def products_of(text: str) -> list[str]:
    """One a line, each once."""
    return list(dict.fromkeys(line.strip()[:200] for line in text.splitlines() if line.strip()))


def years_after(day: date, years: int) -> date:
    """The same day so many years on; 28 February for the day that only leap years have."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def expire(*, now: datetime) -> int:
    """Zones whose last day is over end. How many."""
    today = office.rules().calendar.day(now)
    over = Zone.objects.filter(state__in=[Zone.State.OPERATING, Zone.State.SUSPENDED], until__lt=today)
    numbers = list(over.order_by("pk").values_list("number", flat=True)[:100])
    for number in numbers:
        cases.act(number, "expire", {}, by=Actor(via=Via.JOB), now=now)
    return len(numbers)


HOOKS: Mapping[str, Hook] = {
    "open": _open,
    "amend": _amend,
    "approve": _approve,
    "select": _select,
    "sign_implementing": _sign_implementing,
    "sign_operator": _sign_operator,
    "start": _start,
    "cancel": _cancel,
    "suspend": _suspend,
    "lift": _lift,
    "give_notice": _end,
    "expire": _expire,
    "close": _close,
}
"""What is done at which step of `zone_authorisation`."""
