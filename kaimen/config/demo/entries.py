"""Entries on their way: each step by the person whose step it is, each from wherever the entry stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from demo.plan import City, Entry
from kaimen.catalogue import selectors, services
from kaimen.config.demo.bodies import assessments, body_of, text
from kaimen.config.demo.people import People
from kaimen.core.policy.party import Actor


def compile_all(plan: City, people: People, *, now: datetime, told: Callable[[int, int, str], None]) -> dict[str, str]:
    """Bring every entry of the plan as far as the plan says. Returns the ids by the plan's short names."""
    ids: dict[str, str] = {}
    entries = sorted(plan.entries.values(), key=lambda entry: -_age_days(entry))
    for number, entry in enumerate(entries, 1):
        told(number - 1, len(entries), entry.title.zh)
        began = now - timedelta(days=_age_days(entry), minutes=13 * number % 480)
        ids[entry.slug] = _advance(entry, plan, people, number=number, began=began, now=now)
    told(len(entries), len(entries), "")
    return ids


def _age_days(entry: Entry) -> int:
    """How long ago the steward began: spread over the last ten months, what waits on a desk within the last days."""
    spread = int.from_bytes(sha256(entry.slug.encode()).digest()[:4])
    return 40 + spread % 260 if entry.state in {"published", "retired"} else 3 + spread % 4


def _advance(entry: Entry, plan: City, people: People, *, number: int, began: datetime, now: datetime) -> str:
    steward = people.holder(plan, entry.body, "steward")
    officer = people.holder(plan, entry.body, "protection_officer", "steward")
    head = people.holder(plan, entry.body, "department_head")
    reviewer = people.someone["authority.second_reviewer" if number % 3 == 0 else "authority.authority_reviewer"]
    row = selectors.workable(steward.acting(now)).filter(slug=entry.slug).first()
    entry_id, state = (row.pk, str(row.state)) if row else ("", "")
    at = began
    while state != entry.state:
        at += timedelta(hours=5)
        match state:
            case "":
                providers = {code: str(one) for code, one in people.institutions.items()}
                body = body_of(entry, plan, selectors.spec(), providers=providers, today=at.date())
                entry_id = services.draft(body, by=steward.acting(at), now=at, slug=entry.slug)
                state = "draft"
            case "draft":
                services.check(entry_id, by=steward.acting(at), now=at)
                state = "checked"
            case "checked":
                confidentiality, personal = assessments(entry, number=number, today=at.date())
                services.assess(entry_id, confidentiality=confidentiality, pi=personal, by=officer.acting(at), now=at)
                state = "assessed"
            case "assessed":
                services.head_approve(entry_id, by=head.acting(at), now=at)
                state = "head_approved"
            case "head_approved":
                services.submit(entry_id, by=steward.acting(at), now=at)
                state = "submitted"
            case "submitted":
                state = _decide(entry, entry_id, by=reviewer.acting(at), now=at)
            case "published" if entry.state == "retired" and entry.retire_reason:
                services.retire(entry_id, reason=entry.retire_reason.zh, by=steward.acting(at), now=at)
                state = "retiring"
            case "retiring":
                services.end(entry_id, by=reviewer.acting(at), now=at)
                state = "retired"
            case _:
                raise ValueError(f"{entry.slug}: no way from {state} to {entry.state}")
    return entry_id


def _decide(entry: Entry, entry_id: str, *, by: Actor, now: datetime) -> str:
    if entry.state == "returned" and entry.fault_note:
        fault = services.Fault(code="items-incomplete", path="items")
        services.decide(entry_id, "return", by=by, now=now, faults=[fault], note=text(entry.fault_note).zh)
        return "returned"
    services.decide(entry_id, "approve", by=by, now=now)
    return "published"
