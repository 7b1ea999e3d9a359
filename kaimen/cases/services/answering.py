"""What a step was given: checked, what it points at looked up, what must be destroyed one day sealed apart."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from datetime import datetime

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors
from kaimen.cases.hooks import hook_of
from kaimen.cases.models import Case, Sealed
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Invalid, Missing
from kaimen.core.lifecycle.rules import RuleBook
from kaimen.core.lifecycle.workflow import (
    Act,
    Ask,
    FieldKind,
    Plain,
    Workflow,
    check_facts,
)
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.party import Actor
from kaimen.core.tlog.commitment import SALT_SIZE
from kaimen.core.tlog.encoding import b64url


def answers(
    flow: Workflow,
    step: Act,
    given: Mapping[str, object],
    *,
    by: Actor,
    book: RuleBook,
    now: datetime,
    known: Mapping[str, Plain],
) -> tuple[dict[str, Plain], PublishedEntry | None]:
    """The facts of a step as they are kept, and the entry that it is about. Raises `Invalid("case_facts")` with every fault at once."""
    facts = check_facts(step.asks, given, today=book.calendar.day(now), lists=selectors.lists())
    faults: list[tuple[str, str]] = [
        (ask.field.name, "after_now")
        for ask in step.asks
        if ask.field.kind is FieldKind.INSTANT
        and ask.field.name in facts
        and datetime.fromisoformat(str(facts[ask.field.name])) > now
    ]
    faults += [
        (name, "sealed_token") for name, value in facts.items() if isinstance(value, str) and selectors.is_token(value)
    ]
    entries = {
        ask.field.name: _entry(by, str(facts.get(ask.field.name) or known.get(ask.field.name) or ""))
        for ask in step.asks
        if ask.field.kind is FieldKind.ENTRY
    }
    for ask in step.asks:
        if ask.field.name in facts:
            _refer(ask, facts, entries, known, by=by, faults=faults)
    if faults:
        raise Invalid("case_facts", fields=[place for place, _ in faults], faults=[code for _, code in faults])
    first = next((one for one in entries.values() if one is not None), None)
    return facts, first or (_entry_of(flow, facts, known) if hook_of(flow.code, step.verb) else None)


def _refer(
    ask: Ask,
    facts: dict[str, Plain],
    entries: dict[str, PublishedEntry | None],
    known: Mapping[str, Plain],
    *,
    by: Actor,
    faults: list[tuple[str, str]],
) -> None:
    """What an answer points at must exist, for this person to know of; it is kept by its own name."""
    name, value = ask.field.name, facts[ask.field.name]
    match ask.field.kind:
        case FieldKind.ENTRY:
            entry = entries[name]
            if entry is None:
                faults.append((name, "entry_unknown"))
            else:
                facts[name] = entry.slug
        case FieldKind.COLUMNS:
            entry = entries.get(ask.field.of) or _entry(
                by, str(facts.get(ask.field.of) or known.get(ask.field.of) or "")
            )
            columns = {item.column for item in entry.items} if entry else set[str]()
            if not isinstance(value, list) or not set(value) <= columns:
                faults.append((name, "not_a_column"))
            elif ask.field.leaves and entry is not None and set(value) & set(entry.never_given):
                faults.append((name, "given_to_nobody"))
        case FieldKind.INSTITUTION:
            try:
                facts[name] = accounts.institution(str(value)).slug
            except Missing:
                faults.append((name, "institution_unknown"))
        case FieldKind.CASE:
            try:
                found = selectors.case_for(by, str(value))
            except Missing:
                found = None
            if found is None or found.workflow != ask.field.of:
                faults.append((name, "case_unknown"))
            else:
                facts[name] = found.number
        case _:
            pass


def _entry(by: Actor, name: str) -> PublishedEntry | None:
    if not name:
        return None
    try:
        return catalogue.entry_for(by, name)
    except Missing:
        return None


def _entry_of(flow: Workflow, facts: Mapping[str, Plain], known: Mapping[str, Plain]) -> PublishedEntry | None:
    """The entry that the case is about, for a step that does not name one itself."""
    for one in flow.fields.values():
        value = facts.get(one.name) or known.get(one.name)
        if one.kind is FieldKind.ENTRY and value:
            try:
                return catalogue.published(str(value))
            except Missing:
                return None
    return None


def seal(case: Case, flow: Workflow, facts: dict[str, Plain]) -> None:
    """What must be destroyed later never enters the facts: a salted commitment stands there, the text lies in a box of its own."""
    for name, value in facts.items():
        if not flow.fields[name].sealed or not isinstance(value, str):
            continue
        salt = os.urandom(SALT_SIZE)
        commitment = selectors.SEALED + b64url(hmac.digest(salt, value.encode(), hashlib.sha256))
        box = selectors.ring().seal(salt + value.encode(), purpose=selectors.PURPOSE, place=selectors.place(commitment))
        Sealed.objects.create(case=case, commitment=commitment, name=name, box=box)
        facts[name] = commitment


def destroy_sealed(case: Case, *names: str) -> int:
    """Destroy sealed answers of a case, all or those named, with their salts; what commits to them stays and says nothing."""
    rows = Sealed.objects.filter(case=case)
    return (rows.filter(name__in=names) if names else rows).delete()[0]
