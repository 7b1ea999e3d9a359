"""Who stands on which side of a case."""

from __future__ import annotations

from collections.abc import Mapping

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors
from kaimen.cases.hooks import Step, seated
from kaimen.cases.models import Case, Party
from kaimen.core.errors import Refused
from kaimen.core.lifecycle.workflow import (
    Act,
    Plain,
    SideKind,
    Workflow,
)
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.party import Actor, Via


def take_seat(step: Step, side: str, person: str) -> None:
    """Somebody who filed without an account has one now, and showed the word of the case: the side is theirs from here on."""
    seat_person(step.case, side, person)


def seat_person(case: Case, side: str, person: str) -> None:
    """A side on which nobody with an account sits yet is this person's from here on."""
    Party.objects.filter(case=case, side=side, institution="", person="").update(
        person=person, described_as="", through="", mandate=""
    )
    case.reseated()


def seat(
    case: Case, flow: Workflow, facts: Mapping[str, Plain], entry: PublishedEntry | None, first: Act, *, by: Actor
) -> None:
    """Who stands on which side. Raises `Refused("case_own_body")` when both sides would be the same body."""
    bodies: dict[str, str] = {}
    for side in flow.sides.values():
        match side.kind:
            case SideKind.OPENER:
                bodies[side.code] = _seat_opener(case, side.code, first, by)
            case SideKind.PROVIDER:
                bodies[side.code] = str(entry.provider) if entry is not None else ""
            case SideKind.NAMED:
                named = facts.get(side.of)
                bodies[side.code] = str(accounts.institution(str(named)).pk) if named else ""
            case SideKind.AUTHORITY:
                bodies[side.code] = str(accounts.authority_id() or "")
            case SideKind.APPOINTED:
                bodies[side.code] = seated(flow.code, side.code, facts)
        if side.kind is not SideKind.OPENER and bodies[side.code]:
            Party.objects.create(case=case, side=side.code, institution=bodies[side.code])
    opener = next((bodies[side.code] for side in flow.sides.values() if side.kind is SideKind.OPENER), "")
    others = {bodies[side.code] for side in flow.sides.values() if side.kind in {SideKind.PROVIDER, SideKind.NAMED}} - {
        ""
    }
    if opener and opener in others and flow.regime:
        raise Refused("case_own_body")


def stand_on_a_side(case: Case, flow: Workflow, first: Act, *, by: Actor) -> None:
    """Whoever opens a case takes a side by it, unless the first step belongs to a side that the facts name: then they must be of it.

    A job of ours stands on none: what it opens is for the side that is named.
    """
    if by.via is Via.JOB or any(flow.sides[side].kind is SideKind.OPENER for side in first.sides):
        return
    if not selectors.sides_of(case, by, flow=flow) & first.sides:
        raise Refused("case_side", sides=sorted(first.sides))


def _seat_opener(case: Case, side: str, first: Act, by: Actor) -> str:
    """A body where its officer opens, else the person: an officer who asks for themselves asks as anybody."""
    if by.on_behalf is not None:
        person = str(by.on_behalf.person or "")
        Party.objects.create(
            case=case,
            side=side,
            person=person,
            described_as="" if person else str(by.on_behalf.described_as or "")[:200],
            through=str(by.institution or ""),
            mandate=by.on_behalf.mandate,
        )
        return ""
    if by.institution is not None and str(by.role) in first.roles:
        Party.objects.create(case=case, side=side, institution=str(by.institution))
        return str(by.institution)
    Party.objects.create(case=case, side=side, person=str(by.person or ""))
    return ""


def seat_follower(case: Case, first: Act, follows: Case) -> None:
    """Whoever stands there in the case before stands here too, and opens it with the same word."""
    case.key_hash = follows.key_hash
    (side,) = first.sides
    before = follows.parties.get(side=side)
    case.parties.filter(side=side).delete()
    Party.objects.create(
        case=case, side=side, institution=before.institution, person=before.person,
        described_as=before.described_as, through=before.through, mandate=before.mandate,
    )  # fmt: skip


def seat_named(case: Case, flow: Workflow, facts: Mapping[str, Plain]) -> None:
    """A body that a later step names, or the window at the first one, takes its side then; one named anew takes it over."""
    for side in flow.sides.values():
        if case.n == 1 and case.seat(side.code) is not None:
            continue
        if side.kind is SideKind.NAMED and facts.get(side.of):
            body = str(accounts.institution(str(facts[side.of])).pk)
            Party.objects.update_or_create(case=case, side=side.code, defaults={"institution": body})
            case.reseated()
