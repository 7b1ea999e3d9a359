"""What the register of assets does at the steps of a registration; objections; expiry.

The machine of cases (`kaimen.cases`) has checked hat, side, state, answers and four eyes before any hook runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction

from kaimen.cases import selectors as case_selectors
from kaimen.cases import services as cases
from kaimen.cases.services import Done, Hook, Step
from kaimen.core.errors import Invalid, Refused
from kaimen.core.lifecycle.terms import due
from kaimen.core.policy.party import Actor, Via
from kaimen.office import selectors as office
from kaimen.trading import selectors
from kaimen.trading.models import Asset, CodeSeries
from kaimen.trading.services.common import months_after, today

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{3,59}")


def object_to(number: str, *, name: str, contact: str, text: str, by: Actor, now: datetime) -> Done:
    """An objection to a notice, with its name: a case of its own, which the objector follows.

    Raises `Refused("sign_in_needed")`, `Missing("notice_unknown")`, `Invalid("case_facts")`, `Refused("case_step")`.
    """
    if by.person is None or by.on_behalf is not None:
        raise Refused("sign_in_needed")
    given = {"registration": number, "name": name, "contact": contact, "text": text}
    with transaction.atomic():
        done = cases.begin("asset_objection", given, by=Actor(via=Via.JOB), now=now)
        cases.seat_person(done.case, "objector", str(by.person))
    return done


def _object(step: Step) -> None:
    """The registration stands still. Its registrant learns who objects and to what, not how to reach them."""
    found = selectors.notice(step.text("registration"))
    step.facts["registration"] = found.number
    given = {"objector": step.text("name"), "objection": step.text("text"), "objection_case": step.case.number}
    cases.act(found.number, "object", given, by=Actor(via=Via.JOB), now=step.now)


def _resolve(step: Step) -> None:
    _answer(step, "goes_on", step.text("answer_to_objection"))


def _refuse(step: Step) -> None:
    _answer(step, "not_registered", step.text("reason"))


def _answer(step: Step, result: str, text: str) -> None:
    """The objector is told in their own case."""
    for one in case_selectors.in_states("asset_objection", {"raised"}):
        if one.facts["registration"] == step.case.number:
            cases.act(one.number, "answer", {"result": result, "answer": text}, by=Actor(via=Via.JOB), now=step.now)


def sweep(*, now: datetime) -> int:
    """Registrations whose last day is over expire. Returns how many."""
    day, ended = office.rules().calendar.day(now), 0
    for asset in Asset.objects.filter(state="valid", valid_until__lt=day).order_by("code")[:100]:
        cases.act(asset.number, "expire", {}, by=Actor(via=Via.JOB), now=now)
        ended += 1
    return ended


def _open(step: Step) -> None:
    _digest(step, "fingerprint")
    book = office.rules()
    began = datetime.combine(date.fromisoformat(step.text("operation_since")), time(12), tzinfo=book.calendar.zone)
    rule = book.rule("REG-03")
    if rule.holds(book.calendar.day(began)):
        end = due(began, book.value("REG-03", book.calendar.day(began)).amount(), (), book.calendar)
        step.facts["apply_by"] = book.calendar.day(end.at).isoformat() if end else None


def _apply(step: Step) -> None:
    """A late application is still taken; that it was late is recorded."""
    step.facts["alike"] = ", ".join(selectors.registered_as(step.text("fingerprint")))[:300] or None
    if step.text("apply_by"):
        step.facts["applied_in_time"] = today(step).isoformat() <= step.text("apply_by")


def _give_code(step: Step) -> None:
    _end_notice(step)
    outer = step.text("code_from") == "outer"
    code = step.text("outer_code") if outer else _next_code(today(step).year)
    if not _CODE.fullmatch(code):
        raise Invalid("case_facts", fields=["outer_code"], faults=["needed"])
    if Asset.objects.filter(code=code).exists():
        raise Refused("asset_code_taken")
    until = _until(step)
    step.facts |= {"code": code, "valid_until": until.isoformat()}
    seat = step.case.seat("registrant")
    rights = step.fact("rights")
    Asset.objects.create(
        code=code, case=step.case.pk, number=step.case.number, institution=seat.institution if seat else "",
        title=step.text("title"), source=step.text("source"), rights=rights if isinstance(rights, list) else [],
        fingerprint=step.text("fingerprint"), outer=outer, state="coded", coded_at=step.now, valid_until=until,
    )  # fmt: skip


def _end_notice(step: Step) -> None:
    """No code before the days of the notice are over."""
    notice = next((one for one in case_selectors.clocks(step.case) if one.rule == "REG-05" and not one.ended_at), None)
    if notice is None or notice.due_at is None:
        return
    if step.now < notice.due_at:
        raise Refused("public_notice_running", until=office.rules().calendar.day(notice.due_at).isoformat())


def _enter(step: Step) -> None:
    _move(step, "valid")


def _ask_change(step: Step) -> None:
    if not {"new_title", "new_fingerprint"} & set(step.facts):
        raise Invalid("case_facts", fields=["new_title"], faults=["needed"])
    if "new_fingerprint" in step.facts:
        _digest(step, "new_fingerprint")


def _grant_change(step: Step) -> None:
    """Only what the last application asked for."""
    asked = next(one.facts for one in reversed(case_selectors.taken(step.case)) if one.verb == "ask_change")
    asset = _asset(step)
    asset.title = asked.get("new_title") or asset.title
    asset.fingerprint = asked.get("new_fingerprint") or asset.fingerprint
    asset.version += 1
    asset.save(update_fields=["title", "fingerprint", "version"])
    step.facts |= {"title": asset.title, "fingerprint": asset.fingerprint}


def _ask_renewal(step: Step) -> None:
    asset, day = _asset(step), today(step)
    window = timedelta(days=office.rules().value("POL-REG-REMIND", day).amount().n)
    if not asset.valid_until - window <= day <= asset.valid_until:
        raise Refused(
            "renewal_window", since=(asset.valid_until - window).isoformat(), until=asset.valid_until.isoformat()
        )


def _renew(step: Step) -> None:
    """Three years more from the old end, or until the agreement beneath ends."""
    asset = _asset(step)
    asked = next(one.facts for one in reversed(case_selectors.taken(step.case)) if one.verb == "ask_renewal")
    years = office.rules().value("REG-06", today(step)).amount().n
    until, agreed = months_after(asset.valid_until, 12 * years), asked.get("agreement_until")
    asset.valid_until = min(until, date.fromisoformat(str(agreed))) if agreed else until
    asset.version += 1
    asset.save(update_fields=["valid_until", "version"])
    step.facts["valid_until"] = asset.valid_until.isoformat()


def _expire(step: Step) -> None:
    asset = _asset(step)
    if today(step) <= asset.valid_until:
        raise Refused("asset_still_valid", until=asset.valid_until.isoformat())
    _move(step, "expired")


def _cancel(step: Step) -> None:
    _move(step, "cancelled")


def _asset(step: Step) -> Asset:
    return Asset.objects.select_for_update().get(case=step.case.pk)


def _move(step: Step, state: str) -> None:
    Asset.objects.filter(case=step.case.pk).update(state=state)


def _until(step: Step) -> date:
    day = today(step)
    until = months_after(day, 12 * office.rules().value("REG-06", day).amount().n)
    agreed = step.text("agreement_until")
    return min(until, date.fromisoformat(agreed)) if agreed else until


def _digest(step: Step, name: str) -> None:
    found = step.text(name).lower()
    if not _DIGEST.fullmatch(found):
        raise Invalid("case_facts", fields=[name], faults=["not_a_digest"])
    step.facts[name] = found


def _next_code(year: int) -> str:
    row, _ = CodeSeries.objects.select_for_update().get_or_create(series=f"DA-{year}", defaults={"last": 0})
    row.last += 1
    row.save(update_fields=["last"])
    return f"{row.series}-{row.last:06d}"


OBJECTION: Mapping[str, Hook] = {"open": _object}
HOOKS: Mapping[str, Hook] = {
    "resolve": _resolve,
    "refuse": _refuse,
    "open": _open,
    "amend": _open,
    "apply": _apply,
    "give_code": _give_code,
    "enter": _enter,
    "ask_change": _ask_change,
    "grant_change": _grant_change,
    "ask_renewal": _ask_renewal,
    "renew": _renew,
    "expire": _expire,
    "cancel": _cancel,
}
