"""Duties of the rule pack, and one of them with its values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from kaimen.accounts.selectors import role_name
from kaimen.compliance.selectors import Duties, Duty
from kaimen.compliance.words import (
    KINDS,
    PARTIES,
    STOPS,
    SURE,
    WORKFLOWS,
    language,
    said,
    value_in_words,
    word,
)
from kaimen.core.lifecycle.rules import Rule, RuleKind, Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """A duty in the list."""

    id: str
    url: str
    cite: str
    text: str
    trigger: str
    kind: str
    value: str
    sure: str
    sure_words: str
    more: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """The duties of one workflow."""

    code: str
    name: str
    lines: tuple[DutyLine, ...]


def duties(found: Duties) -> dict[str, object]:
    """Context of `/law/rules`."""
    book = found.book
    counts = Counter(rule.verified for rule in book.rules.values())
    present = dict.fromkeys(rule.workflow for rule in book.rules.values())
    ordered = [code for code in WORKFLOWS if code in present] + [code for code in present if code not in WORKFLOWS]
    groups = [
        Workflow(
            code=code,
            name=word(WORKFLOWS, code),
            lines=tuple(_duty_line(rule, found) for rule in found.found if rule.workflow == code),
        )
        for code in ordered
    ]
    return {
        "section": "law",
        "tab": "rules",
        "total": len(book.rules),
        "shown": len(found.found),
        "read": counts[Verified.TEXT_READ],
        "chosen": counts[Verified.POLICY],
        "groups": [group for group in groups if group.lines],
        "workflows": [(code, word(WORKFLOWS, code), code == found.workflow) for code in ordered],
        "kinds": [(kind.value, word(KINDS, kind), kind == found.kind) for kind in RuleKind],
        "sures": [(sure.value, word(SURE, sure), sure == found.sure) for sure in Verified],
        "text": found.text,
        "narrowed": bool(found.workflow or found.kind or found.sure or found.text),
    }


def _duty_line(rule: Rule, found: Duties) -> DutyLine:
    value = found.value(rule)
    return DutyLine(
        id=rule.id,
        url=reverse("law_rule", args=[rule.id]),
        cite=found.book.cite(rule.id, language()),
        text=rule.text.in_(language()),
        trigger=rule.trigger.in_(language()),
        kind=word(KINDS, rule.kind),
        value=value_in_words(value.unit, value.numbers) if value else "",
        sure=rule.verified.value,
        sure_words=word(SURE, rule.verified),
        more=tuple(part for part in (extension_in_words(rule), *_stops(rule)) if part),
    )


def extension_in_words(rule: Rule) -> str:
    """How much more, by whom, after notice to whom; empty where there is none."""
    if rule.extension is None:
        return ""
    given = rule.extension
    facts = {
        "more": value_in_words(given.amount.unit, [given.amount.n]),
        "role": role_name(given.by, language()),
        "side": word(PARTIES, given.notify) if given.notify else "",
    }
    if given.notify:
        return _("can be extended once, up to %(more)s; decided by: %(role)s; first told: %(side)s") % facts
    return _("can be extended once, up to %(more)s; decided by: %(role)s") % facts


def _stops(rule: Rule) -> list[str]:
    return [word(STOPS, stop) for stop in sorted(rule.stops)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLine:
    """A value with its days. `now`: it holds here today."""

    since: date
    until: date | None
    words: str
    now: bool
    own: bool = False
    reason: str = ""
    person: str = ""
    at: datetime | None = None


def duty(found: Duty) -> dict[str, object]:
    """Context of `/law/rules/<id>`."""
    rule, value = found.rule, found.value
    return {
        "section": "law",
        "tab": "rules",
        "id": rule.id,
        "cite": found.book.cite(rule.id, language()),
        "text": rule.text.in_(language()),
        "trigger": rule.trigger.in_(language()),
        "note": said(rule.note),
        "kind": word(KINDS, rule.kind),
        "workflow": word(WORKFLOWS, rule.workflow),
        "workflow_code": rule.workflow,
        "responsible": word(PARTIES, rule.responsible),
        "sure": rule.verified.value,
        "sure_words": word(SURE, rule.verified),
        "extension": extension_in_words(rule),
        "stops": _stops(rule),
        "value": value_in_words(value.unit, value.numbers) if value else "",
        "law_values": [
            ValueLine(since=one.since, until=one.until, words=value_in_words(one.unit, one.numbers), now=one is value)
            for one in rule.values
        ],
        "own_values": [
            ValueLine(
                since=one.value.since,
                until=None,
                words=value_in_words(one.value.unit, one.value.numbers),
                now=one.value == value,
                own=True,
                reason=one.reason,
                person=one.person,
                at=one.at,
            )
            for one in found.own
        ],
        "adjustable": rule.adjustable,
        "clocks": found.clocks if rule.kind is RuleKind.TIMER else None,
        "may_set": found.may_set,
        "today": found.today,
    }
