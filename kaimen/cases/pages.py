"""From cases to what templates draw: words in the reader's language, the story as a timeline, terms as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kaimen.accounts import selectors as accounts
from kaimen.accounts.selectors import role_name
from kaimen.cases import selectors, ways
from kaimen.cases.forms import english, said
from kaimen.cases.hooks import papers_of, sheets_of
from kaimen.cases.models import Act as Taken
from kaimen.cases.models import Begun, Case
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Missing
from kaimen.core.lifecycle.rules import Words
from kaimen.core.lifecycle.workflow import NEW, PUBLIC, Act, Desk, Facts, Field, FieldKind, SideKind, Workflow, holds
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.office.selectors import Clock as Term
from kaimen.office.selectors import rules
from kaimen.web.parts import Clock, Link, Pager, Stage, Step
from kaimen.web.templatetags.kaimen import full_day, moment

_SAID_WITH_THE_STEP = ("reason", "note", "missing", "answer_to_missing")
"""Answers that many steps ask for: the newest alone would hide why the others were taken."""
REGIMES = {
    "gds": gettext_lazy("The statute's terms bind this body."),
    "by_reference": gettext_lazy("The statute holds by reference: the same terms, as a setting."),
    "public_data": gettext_lazy("No statutory term binds this body; the terms are a setting."),
    "none": gettext_lazy("No statutory term binds this body; the terms are a setting."),
}


def word(words: Words) -> str:
    """In the reader's language."""
    return words.in_("en" if english() else "zh")


def state_word(flow: Workflow, code: str) -> str:
    """What a state is called."""
    return word(flow.states[code].words) if code in flow.states else _("not begun")


def title(case: Case) -> str:
    """What a case is called."""
    return case.title_en if english() else case.title_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case in a list."""

    url: str
    number: str
    title: str
    state: str
    changed_at: datetime
    closed: bool


def listed(found: selectors.CasePage, *, flow: str, state: str) -> dict[str, Any]:
    """Context of `/cases`."""
    flows = selectors.workflows()
    return {
        "section": "cases",
        "lines": [
            Line(
                url=reverse("case", args=[case.number]),
                number=case.number,
                title=title(case),
                state=state_word(flows[case.workflow], case.state),
                changed_at=case.changed_at,
                closed=case.closed_at is not None,
            )
            for case in found.cases
            if case.workflow in flows
        ],
        "total": found.total,
        "flows": [(code, word(one.words), code == flow) for code, one in flows.items()],
        "state": state,
        "pager": Pager(page=found.page, pages=found.pages),
    }


def beginnings(by: Actor) -> list[dict[str, Any]]:
    """What may be begun, with what it is for."""
    return [
        {
            "url": reverse("case_new", args=[flow.code]),
            "name": word(flow.words),
            "first": word(act.words),
            "about": word(flow.about),
            "rules": [{"id": rule, "url": reverse("law_rule", args=[rule])} for rule in flow.rules[:3]],
        }
        for flow, act in selectors.beginnings(by)
    ]


def saved(forms_: Sequence[Begun], by: Actor) -> list[dict[str, Any]]:
    """Forms that were begun."""
    flows = selectors.workflows()
    numbers = dict(Case.objects.filter(pk__in=[one.case for one in forms_ if one.case]).values_list("pk", "number"))
    return [
        {
            "url": reverse("case_act", args=[numbers[one.case], one.verb])
            if one.case
            else f"{reverse('case_new', args=[one.workflow])}?begun={one.pk}",
            "id": one.pk,
            "about": _glimpse(flows[one.workflow], one, by),
            "name": word(flows[one.workflow].acts[one.verb].words),
            "what": word(flows[one.workflow].words),
            "number": numbers.get(one.case, ""),
            "saved_at": one.saved_at,
        }
        for one in forms_
        if one.workflow in flows and one.verb in flows[one.workflow].acts and (not one.case or one.case in numbers)
    ]


def _glimpse(flow: Workflow, one: Begun, by: Actor) -> str:
    """By what several begun forms are told apart: what would name the case, else the first answers. Never who somebody is."""
    told = [name for name in flow.title if one.given.get(name)] or [
        ask.field.name for ask in flow.acts[one.verb].asks if one.given.get(ask.field.name)
    ]
    values = [
        _named(flow.fields[name], one.given[name], by)
        for name in told
        if not flow.fields[name].private and flow.fields[name].kind not in {FieldKind.TICK, FieldKind.INSTANT}
    ]
    return (", " if english() else "，").join(values[:2])[:120]


def _named(asked: Field, value: object, by: Actor) -> str:
    """An answer in words, also of a form that nobody has checked yet: entries that the reader may see, and bodies, by their names."""
    match asked.kind:
        case FieldKind.ENTRY:
            try:
                return _told(asked, value, catalogue.entry_for(by, str(value)))
            except Missing:
                return str(value)
        case FieldKind.INSTITUTION:
            names = accounts.public_names(accounts.ids_of_slugs([str(value)]).values())
            return next(iter(names.values()), str(value))
        case _:
            return said(asked, value)


def case_page(case: Case, by: Actor, *, key: str | None, at: datetime) -> dict[str, Any]:
    """Context of `/cases/<number>`."""
    flow = selectors.workflow(case.workflow)
    done = selectors.taken(case)
    bodies, persons = selectors.names_of([case], done)
    acts = selectors.acts_for(case, by, key=key)
    terms = selectors.clocks(case)
    return {
        "section": "cases",
        "case": case,
        "flow": flow,
        "title": title(case),
        "kind": word(flow.words),
        "about": word(flow.about),
        "state": state_word(flow, case.state),
        "until": until(case, flow, terms, at),
        "ended": flow.states[case.state].end,
        "waits": _waits(case, flow, bodies),
        "vacant": _vacant(flow.states[case.state].waits, seats(case), at=at),
        "acts": [
            {
                "url": reverse("case_act", args=[case.number, act.verb]),
                "name": word(act.words),
                "help": word(act.help) if act.help else "",
                "main": place == 0 and act.outcome not in {"refused", "suspended", "ended"},
            }
            for place, act in enumerate(acts)
        ],
        "parties": [
            {"side": word(flow.sides[party.side].words), "name": _party(party, bodies, persons, by, flow)}
            for party in case.parties.all()
            if party.side in flow.sides
        ],
        "facts": _facts(case, flow, selectors.opened(case, case.facts, by, key=key)),
        "steps": _story(case, flow, done, bodies, persons, sides=selectors.sides_of(case, by, key=key, flow=flow)),
        "terms": [_term(term, at) for term in terms],
        "regime": str(REGIMES.get(case.regime, "")),
        "rules": [{"id": rule, "url": reverse("law_rule", args=[rule])} for rule in flow.rules],
        "entry_url": reverse("entry", args=[str(case.facts["dataset"])]) if case.facts.get("dataset") else "",
        "keep_until": case.keep_until,
        "may_take_back": _may_take_back(case, flow, by, key=key, at=at),
        "sheets": sheets_of(case),
        "alike": selectors.alike(case, done[0])
        if done and not flow.states[case.state].end and selectors.openers(flow) & selectors.sides_of(case, by, key=key)
        else [],
        "papers": [Link(words=words, url=url) for words, url in papers_of(case)],
    }


def _may_take_back(case: Case, flow: Workflow, by: Actor, *, key: str | None, at: datetime) -> bool:
    """Does a helper's authority for this case still hold, and is the reader the person who gave it?"""
    if by.on_behalf is not None or not selectors.openers(flow) & selectors.sides_of(case, by, key=key, flow=flow):
        return False
    held = {party.mandate for party in case.parties.all() if party.mandate}
    return any(accounts.mandate_open(one, at=at) for one in held)


def receipt(case: Case, by: Actor, *, key: str | None, at: datetime) -> dict[str, Any]:
    """Context of `/cases/<number>/receipt`: the page of the case, and what the person can do from here on."""
    flow = selectors.workflow(case.workflow)
    sides = selectors.openers(flow)
    done = selectors.taken(case)
    first = done[:1]
    page = case_page(case, by, key=key, at=at)
    return page | {
        "key": key,
        "by_word": bool(case.key_hash),
        "facts": _facts(case, flow, selectors.without_sealed(case.facts), only=_filed(flow, first)),
        "received": _received(flow, sides, done),
        "story": page["steps"][::-1],
        "helped": _helped_by(first[0]) if first and first[0].on_behalf else None,
        "ways_on": [
            {
                "name": word(act.words),
                "when": [state_word(flow, state) for state in flow.states if state in act.sources],
            }
            for act in flow.acts.values()
            if act.sides & sides and PUBLIC in act.roles and not act.sources & {NEW}
        ],
        "service": reverse("channels"),
    }


def _filed(flow: Workflow, first: Sequence[Taken]) -> frozenset[str]:
    """What the first step told, without the bodies that stand among the parties already."""
    parties = {side.of for side in flow.sides.values() if side.kind is SideKind.NAMED}
    return frozenset(name for act in first for name in act.facts) - parties


def _received(flow: Workflow, sides: frozenset[str], done: Sequence[Taken]) -> datetime | None:
    """When it came to somebody else: a draft that still waits for its own side has not been received."""
    return next(
        (
            act.at
            for act in done
            if act.after in flow.states
            and not any(desk.side in sides and desk.role != PUBLIC for desk in flow.states[act.after].waits)
        ),
        None,
    )


def _helped_by(act: Taken) -> dict[str, str]:
    channel, authority = accounts.help_words(act.channel, act.authority)
    bodies = accounts.institution_names([InstitutionId(act.institution)]) if act.institution else {}
    return {
        "body": str(next(iter(bodies.values()), "")),
        "channel": word(channel) if channel else "",
        "authority": word(authority) if authority else "",
    }


def channels(now: datetime) -> dict[str, Any]:
    """Context of `/service/channels`."""
    found, places = ways.services(now), accounts.counters()
    return {
        "section": "cases",
        "services": [
            {
                "code": one.flow.code,
                "name": word(one.flow.words),
                "about": word(one.flow.about),
                "url": reverse("case_new", args=[one.flow.code]),
                "ways": [(way in one.ways) for way in ways.ORDER],
                "online_only": one.online_only,
            }
            for one in found
        ],
        "heads": [_("Online"), _("At a counter"), _("By telephone"), _("By letter")],
        "online_only": [word(one.flow.words) for one in found if one.online_only],
        "counters": places,
        "synthetic": any(one.synthetic for one in places),
        "authorities": [
            {"name": word(one.words), "where": [word(told) for told in one_channels]}
            for one, one_channels in accounts.authorities_shown()
        ],
    }


def then(flow: Workflow, act: Act, known: Facts, *, seats: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """What comes after a step: where the case stands then, who has the next step, which terms surely begin.

    `seats`: the body on each side that is known already. Where nobody holds the post that is next, that is said.
    """
    states = [flow.states[code] for code in sorted(act.leads_to)]
    book = rules()
    return {
        "or": " / ",
        "states": [word(state.words) for state in states],
        "who": sorted(
            {
                word(flow.sides[desk.side].words) if desk.role == PUBLIC else role_name(desk.role)
                for state in states
                for desk in state.waits
            }
        ),
        "vacant": _vacant([desk for state in states for desk in state.waits], seats, at=at),
        "terms": [
            {
                "name": book.rules[one.rule].text.in_("en" if english() else "zh"),
                "url": reverse("law_rule", args=[one.rule]),
            }
            for one in act.starts
            if one.rule in book.rules and holds(one.when, known)
        ],
    }


def seats_of_new(flow: Workflow, by: Actor) -> dict[str, str]:
    """The sides of a case to be begun whose body is known before anything is filled in."""
    sides = selectors.openers(flow) if by.institution is not None and by.on_behalf is None else frozenset[str]()
    return {side: str(by.institution) for side in sides}


def seats(case: Case) -> dict[str, str]:
    """The body on each side of a case; sides of persons are left out."""
    return {party.side: party.institution for party in case.parties.all() if party.institution}


def _vacant(desks: Sequence[Desk], seats: Mapping[str, str], *, at: datetime) -> list[str]:
    """Posts that have the next step and that nobody holds; none where somebody else can take it as well."""
    posts = {(seats[desk.side], desk.role) for desk in desks if desk.role != PUBLIC and desk.side in seats}
    held = {post for post in posts if accounts.holders(post[1], InstitutionId(post[0]), at=at)}
    served = {body for body, _role in held}
    empty = sorted(post for post in posts - held if post[0] not in served)
    names = {
        str(key): str(name)
        for key, name in accounts.institution_names([InstitutionId(body) for body, _role in empty]).items()
    }
    return [f"{names.get(body, '')}{', ' if english() else ' '}{role_name(role)}" for body, role in empty]


def _party(party: Any, bodies: Any, persons: Any, by: Actor, flow: Workflow) -> str:
    del by, flow
    if party.institution:
        return str(bodies.get(party.institution, "—"))
    if party.described_as:
        return party.described_as
    return str(persons.get(party.person, "")) or _("Somebody without an account")


def _waits(case: Case, flow: Workflow, bodies: Any) -> str:
    """Whose turn it is."""
    sides = {party.side: party for party in case.parties.all()}
    found: list[str] = []
    for desk in flow.states[case.state].waits:
        party = sides.get(desk.side)
        body = str(bodies.get(party.institution, "")) if party and party.institution else ""
        role = word(flow.sides[desk.side].words) if desk.role == PUBLIC else role_name(desk.role)
        found.append(f"{body}{', ' if english() else ' '}{role}" if body else role)
    return (", " if english() else "、").join(found)


def _facts(
    case: Case, flow: Workflow, told: Mapping[str, object], *, only: frozenset[str] | None = None
) -> list[dict[str, Any]]:
    """The answers of the case that the reader may know, in the workflow's order; `only` those of these names.

    Reasons and notes are left out: each step has its own, and the story tells them there.
    """
    entries = _entries(case, flow)
    return [
        _fact(case, asked, told[name], entries)
        for name, asked in flow.fields.items()
        if name in told and name not in _SAID_WITH_THE_STEP and (only is None or name in only)
    ]


def _fact(case: Case, asked: Field, value: object, entries: Mapping[str, PublishedEntry]) -> dict[str, Any]:
    """One answer of the case as a line of a list."""
    kept = case.facts[asked.name]
    return {
        "label": word(asked.words),
        "value": _told(asked, value, entries.get(str(case.facts.get(asked.of or asked.name)))),
        "long": asked.kind is FieldKind.TEXT,
        "lang": "en" if asked.name.endswith("_en") and not english() else "",
        "url": reverse("entry", args=[str(kept)])
        if asked.kind is FieldKind.ENTRY and kept
        else (reverse("case", args=[str(kept)]) if asked.kind is FieldKind.CASE else ""),
    }


def shown(case: Case, flow: Workflow, act: Act, by: Actor, *, key: str | None) -> list[dict[str, Any]]:
    """What stands above the form of a step, in the order of the workflow's file: answers that the reader may know, and who is on a side."""
    if not act.shows:
        return []
    told = selectors.opened(case, case.facts, by, key=key)
    entries = _entries(case, flow)
    with_sides = [case] if set(act.shows) - flow.fields.keys() else []
    bodies, persons = selectors.names_of(with_sides)
    seats_ = {party.side: party for party in case.parties.all()}
    lines: list[dict[str, Any]] = []
    for name in act.shows:
        if name in flow.fields:
            lines += [_fact(case, flow.fields[name], told[name], entries)] if name in told else []
        elif name in seats_:
            lines.append(
                {"label": word(flow.sides[name].words), "value": _party(seats_[name], bodies, persons, by, flow)}
            )
    return lines


def _entries(case: Case, flow: Workflow) -> dict[str, PublishedEntry]:
    """The entries that the case names, where they are still published."""
    return catalogue.by_names(
        {
            str(case.facts[name])
            for name, asked in flow.fields.items()
            if asked.kind is FieldKind.ENTRY and case.facts.get(name)
        }
    )


def _told(asked: Field, value: object, entry: PublishedEntry | None) -> str:
    """An answer in words: entries and columns by their names, where the entry is still published."""
    if entry is None:
        return said(asked, value)
    if asked.kind is FieldKind.ENTRY:
        return (entry.title_en if english() else "") or entry.title_zh
    if asked.kind is FieldKind.COLUMNS and isinstance(value, list):
        names = {item.column: (item.name_en if english() else item.name_zh) or item.column for item in entry.items}
        return (", " if english() else "、").join(names.get(str(one), str(one)) for one in value) or "—"
    return said(asked, value)


def _story(
    case: Case, flow: Workflow, done: Sequence[Taken], bodies: Any, persons: Any, *, sides: frozenset[str]
) -> list[Step]:
    """Newest above; each step with its receipt. `sides`: where the reader stands."""
    over = _written_over(case, flow, done, sides)
    entries = catalogue.by_names(
        {
            _behind(case, flow.fields[name], act)
            for act, answers in zip(done, over, strict=True)
            for name in answers
            if flow.fields[name].kind in {FieldKind.ENTRY, FieldKind.COLUMNS}
        }
    )
    told = [
        Step(
            stage=Stage.NOW if act.n == case.n and not flow.states[case.state].end else Stage.DONE,
            when=moment(act.at),
            title=word(flow.acts[act.verb].words) if act.verb in flow.acts else act.verb,
            text=_reason(act),
            who=_who(act, bodies, persons),
            links=[Link(words=_("proof"), url=reverse("log-entry", args=[act.receipt]))],
            answers=[
                (word(asked.words), _told(asked, value, entries.get(_behind(case, asked, act))))
                for name, value in answers.items()
                if (asked := flow.fields[name])
            ],
        )
        for act, answers in zip(done, over, strict=True)
    ]
    return told[::-1]


def _written_over(case: Case, flow: Workflow, done: Sequence[Taken], sides: frozenset[str]) -> list[dict[str, object]]:
    """For each step those of its answers that a later step wrote over: the contents of the case lost them.

    Not what the window wrote beside them, nothing of what is sealed, and nothing of a draft for whoever may not know of drafts: what was
    changed before it was filed never came to them.
    """
    return [
        {
            ask.field.name: act.facts[ask.field.name]
            for ask in flow.acts[act.verb].asks
            if ask.field.name not in _SAID_WITH_THE_STEP
            and not ask.field.sealed
            and act.facts.get(ask.field.name) not in (None, "", [])
            and act.facts[ask.field.name] != case.facts.get(ask.field.name)
        }
        if act.verb in flow.acts and (not (known_to := _draft_for(flow, act)) or known_to & sides)
        else {}
        for act in done
    ]


def _draft_for(flow: Workflow, act: Taken) -> frozenset[str]:
    """The sides that alone may know of the case as this step left it; empty: everybody."""
    return flow.states[act.after].only_for if act.after in flow.states else frozenset()


def _behind(case: Case, asked: Field, act: Taken) -> str:
    """The entry that an answer of a step names, or whose columns it names."""
    name = asked.of or asked.name
    return str(act.facts.get(name) or case.facts.get(name) or "")


def _reason(act: Taken) -> str:
    """What was said with a step."""
    return " ".join(str(act.facts[name]) for name in _SAID_WITH_THE_STEP if act.facts.get(name))


def _who(act: Taken, bodies: Any, persons: Any) -> str:
    body = str(bodies.get(act.institution, "")) if act.institution else ""
    role = role_name(act.role) if act.role not in {PUBLIC, "system"} else ""
    person = str(persons.get(act.person, "")) if act.person else ""
    parts = [part for part in (body, role, person) if part]
    if not parts:
        return _("by the platform itself") if act.role == "system" else _("without an account")
    joined = (", " if english() else " ").join(parts)
    return _helped(joined, act) if act.on_behalf else joined


def _helped(who: str, act: Taken) -> str:
    """The helper, how the helped person came, and on what authority."""
    channel, authority = accounts.help_words(act.channel, act.authority)
    if channel is None or authority is None:
        return _("%(who)s, for somebody else") % {"who": who}
    return _("%(who)s, for somebody %(channel)s (%(authority)s)") % {
        "who": who,
        "channel": word(channel),
        "authority": word(authority),
    }


def _term(term: Term, at: datetime) -> dict[str, Any]:
    book = rules()
    name = book.rules[term.rule].text.in_("en" if english() else "zh") if term.rule in book.rules else term.rule
    return {
        "name": name,
        "rule": term.rule,
        "url": reverse("law_rule", args=[term.rule]) if term.rule in book.rules else "",
        "owner": role_name(term.role),
        "clock": _clock(term, at),
        "provisional": term.provisional and term.ended_at is None,
    }


def _waiting(term: Term, due: str, at: datetime) -> Clock:
    """A time that must pass: until when, or that it is over; never late."""
    assert term.due_at is not None  # noqa: S101 - it is never stopped
    law = _("a time that must pass")
    if term.state == Term.State.MET:
        return Clock(words=_("Ended before its day"), law=law, done=1, total=1)
    if at >= term.due_at:
        return Clock(words=_("Over"), law=_("since %(day)s") % {"day": due}, done=1, total=1)
    total = max((term.due_at - term.started_at).total_seconds(), 1)
    spent = min(max((at - term.started_at).total_seconds(), 0), total)
    return Clock(words=_("Until %(day)s") % {"day": due}, law=law, done=spent, total=total)


def until(case: Case, flow: Workflow, terms: Sequence[Term], at: datetime) -> str:
    """The day until which the case only waits."""
    waited_for = selectors.waited_for(flow, case.state)
    ends = [
        term.due_at
        for term in terms
        if term.waits and term.rule in waited_for and term.ended_at is None and term.due_at and at < term.due_at
    ]
    return full_day(max(ends)) if ends else ""


def _clock(term: Term, at: datetime) -> Clock:
    book = rules()
    if term.state == Term.State.STOPPED:
        return Clock(words=_("Stands still"), law=_("waiting for the other side"), done=0, total=1, state="stopped")
    if term.state == Term.State.CANCELLED:
        return Clock(words=_("Fell away"), law="", done=1, total=1, state="stopped")
    due = full_day(term.due_at)
    if term.waits:
        return _waiting(term, due, at)
    if term.state == Term.State.MET:
        return Clock(words=_("Kept"), law=_("due %(day)s") % {"day": due}, done=1, total=1)
    if term.state == Term.State.MET_LATE:
        return Clock(words=_("Kept late"), law=_("due %(day)s") % {"day": due}, done=1, total=1, state="late")
    assert term.due_at is not None  # noqa: S101 - only stopped and cancelled terms have none
    days = (book.calendar.day(term.due_at) - book.calendar.day(at)).days
    total = max((term.due_at - term.started_at).total_seconds(), 1)
    spent = min(max((at - term.started_at).total_seconds(), 0), total)
    if at > term.due_at:
        words = ngettext("%(n)s day late", "%(n)s days late", max(-days, 1)) % {"n": max(-days, 1)}
        return Clock(words=words, law=_("due %(day)s") % {"day": due}, done=1, total=1, state="late")
    if term.unit == "hours":
        hours = int((term.due_at - at).total_seconds() // 3600)
        words = ngettext("%(n)s hour left", "%(n)s hours left", hours) % {"n": hours}
        return Clock(
            words=words, law=_("due %(day)s") % {"day": moment(term.due_at)}, done=spent, total=total, state="due"
        )
    words = _("Due today") if days == 0 else ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}
    return Clock(
        words=words, law=_("due %(day)s") % {"day": due}, done=spent, total=total, state="due" if days == 0 else ""
    )
