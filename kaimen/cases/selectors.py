"""Questions about cases: which workflows there are, whose case it is, what somebody may do in it, what was done."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from django.conf import settings
from django.db.models import Max, Q, QuerySet

from kaimen.accounts import selectors as accounts
from kaimen.cases.models import Act as Taken
from kaimen.cases.models import Begun, Case, Party, Sealed
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Missing
from kaimen.core.lifecycle import workflow as core
from kaimen.core.lifecycle.workflow import PUBLIC, SYSTEM, Act, Facts, FieldKind, SideKind, Workflow
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Via
from kaimen.core.tlog.commitment import SALT_SIZE
from kaimen.engines import packs
from kaimen.engines.keys import Place, Ring
from kaimen.office import selectors as office
from kaimen.office.selectors import Clock

PAGE = 20
_NUMBER = re.compile(r"([A-Z]{2,6})([0-9]{4})([0-9]{1,6})")
HELPER = "helper"
MANY = 5_000
"""How many ids one question names."""
OVERSEERS = frozenset({"authority_reviewer", "auditor"})
"""Roles that read every case between bodies; cases of persons only where they are a party."""


# ---- workflows ---------------------------------------------------------------------------------------------------------------
def workflows() -> Mapping[str, Workflow]:
    """All workflows of the pack in force, by code."""
    return packs.workflows(settings.KAIMEN_PACK, settings.TIME_ZONE)


def workflow(code: str) -> Workflow:
    """One workflow. Raises `Missing("workflow_unknown")`."""
    found = workflows().get(code)
    if found is None:
        raise Missing("workflow_unknown")
    return found


def lists() -> Mapping[str, frozenset[str]]:
    """Codes of every list of the pack."""
    return {name: frozenset(found.codes) for name, found in catalogue.spec().lists.items()}


def hat(by: Actor) -> str:
    """The role that counts: a helper who files for somebody does it as anybody would."""
    return PUBLIC if by.on_behalf is not None else str(by.role)


def may_begin(by: Actor, flow: Workflow) -> Act | None:
    """The step by which this actor may begin a case, if any."""
    return next((act for act in flow.opening if wears(by, act)), None)


def written_at_first(flow: Workflow) -> frozenset[str]:
    """Answers that stand in a later form already: what began the case, when it is mended.

    What people vouch for they tick anew, and reasons and notes are those of whoever took the step.
    """
    return frozenset(ask.field.name for act in flow.opening for ask in act.asks if ask.field.kind is not FieldKind.TICK)


def beginnings(by: Actor) -> list[tuple[Workflow, Act]]:
    """What this actor may begin, in the pack's order."""
    return [(flow, act) for flow in workflows().values() if (act := may_begin(by, flow)) is not None]


def wears(by: Actor, act: Act) -> bool:
    """Does this actor wear a hat that the step asks for? A job of ours wears none but its own."""
    if by.via is Via.JOB:
        return SYSTEM in act.roles
    return hat(by) in act.roles or PUBLIC in act.roles


# ---- whose case it is --------------------------------------------------------------------------------------------------------
def key_matches(case: Case, key: str | None, by: Actor | None = None) -> bool:
    """Is this the word that was told to somebody without an account?

    A helper may have seen it on a receipt: it serves them only while they act for somebody, on an authority that holds.
    """
    if by is not None and by.role == HELPER and by.on_behalf is None:
        return False
    return bool(key) and bool(case.key_hash) and hmac.compare_digest(hash_of(word_of(str(key))), case.key_hash)


def number_of(told: str) -> str:
    """A number as it stands on the receipt, however it was typed or read out: small letters, spaces, no hyphens, no leading noughts."""
    plain = _plain(told)
    found = _NUMBER.fullmatch(plain)
    return f"{found[1]}-{found[2]}-{int(found[3]):06d}" if found else told.strip()[:40].upper()


def word_of(told: str) -> str:
    """A word as it stands on the receipt, however it was typed or read out."""
    plain = _plain(told)
    return "-".join(plain[place : place + 5] for place in range(0, 20, 5)) if len(plain) == 20 else told.strip()


def _plain(told: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", told[:200]).upper() if sign.isalnum())


def hash_of(key: str) -> str:
    """A word of full entropy as it is stored."""
    return hashlib.sha256(key.encode()).hexdigest()


def sides_of(case: Case, by: Actor, *, key: str | None = None, flow: Workflow | None = None) -> frozenset[str]:
    """The sides on which this actor stands."""
    flow = flow or workflow(case.workflow)
    mine = {str(person) for person in _themselves(by) if person}
    found = {party.side for party in _parties(case) if _stands_for(party, by, mine)}
    if key_matches(case, key, by):
        found |= openers(flow)
    if any(side.kind is SideKind.AUTHORITY for side in flow.sides.values()) and _is_of_authority(by):
        found |= {side.code for side in flow.sides.values() if side.kind is SideKind.AUTHORITY}
    state = flow.states.get(case.state)
    return frozenset(side for side in found if state is None or state.shown_to(side))


def _themselves(by: Actor) -> tuple[PersonId | None, ...]:
    """Whose own matters these are: the helped person's while somebody is helped, never the helper's."""
    return (by.person,) if by.on_behalf is None else (by.on_behalf.person,)


def openers(flow: Workflow) -> frozenset[str]:
    """The sides of whoever opens a case."""
    return frozenset(side.code for side in flow.sides.values() if side.kind is SideKind.OPENER)


def helped_here(flow: Workflow, step: Act, by: Actor, done: Iterable[Taken]) -> bool:
    """Has this person filed here for somebody, and would now act for the other side? They do not, in whatever role."""
    if by.via is Via.JOB or by.on_behalf is not None or step.sides & openers(flow):
        return False
    before = {person for one in done if one.on_behalf for person in one.behind}
    return bool(before) and bool(before & {str(person) for person in accounts.persons_behind(by)})


def _parties(case: Case) -> Sequence[Party]:
    return list(case.parties.all())


def _stands_for(party: Party, by: Actor, mine: set[str]) -> bool:
    if by.on_behalf is not None:
        if party.described_as:
            same = party.described_as == (by.on_behalf.described_as or "")
            return same and party.through == str(by.institution or "") and party.mandate == by.on_behalf.mandate
        return bool(party.person) and party.person in mine
    if party.institution:
        return party.institution == str(by.institution or "")
    return bool(party.person) and party.person in mine


def _is_of_authority(by: Actor) -> bool:
    return by.on_behalf is None and accounts.is_of_authority(by)


def visible(by: Actor) -> QuerySet[Case]:
    """Cases that this actor may know of: those of their body or person; overseers all between bodies."""
    if by.via in {Via.JOB, Via.CLI}:
        return Case.objects.all()
    mine = Q(pk__in=[])
    persons = [str(one) for one in _themselves(by) if one]
    if persons:
        mine |= Q(pk__in=Party.objects.filter(person__in=persons).values("case"))
    if by.institution is not None and by.on_behalf is None and by.role != PUBLIC:
        seats = Party.objects.filter(institution=str(by.institution))
        mine |= Q(pk__in=seats.values("case")) & ~_not_for_all()
        for code, state in _kept_back():
            mine |= Q(workflow=code, state=state.code, pk__in=seats.filter(side__in=state.only_for).values("case"))
        if by.role in OVERSEERS:
            overseen = [
                code
                for code, flow in workflows().items()
                if any(side.kind is SideKind.AUTHORITY for side in flow.sides.values())
            ]
            mine |= Q(workflow__in=overseen) & ~_not_for_all()
    if by.on_behalf is not None and by.on_behalf.described_as and by.institution is not None:
        mine |= Q(
            pk__in=Party.objects.filter(
                described_as=by.on_behalf.described_as, through=str(by.institution), mandate=by.on_behalf.mandate
            ).values("case")
        )
    return Case.objects.filter(mine)


def _kept_back() -> list[tuple[str, core.State]]:
    """States in which a case is for some of its sides only, with their workflow."""
    return [(code, state) for code, flow in workflows().items() for state in flow.states.values() if state.only_for]


def _not_for_all() -> Q:
    found = Q(pk__in=[])
    for code, state in _kept_back():
        found |= Q(workflow=code, state=state.code)
    return found


def case_for(by: Actor, number: str, *, key: str | None = None) -> Case:
    """One case by its number. Raises `Missing("case_unknown")`, also where it is not for this actor to know of."""
    found = Case.objects.filter(number=number_of(number)).prefetch_related("parties").first()
    if found is None or not (key_matches(found, key, by) or visible(by).filter(pk=found.pk).exists()):
        raise Missing("case_unknown")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """One page of a list of cases."""

    cases: Sequence[Case]
    total: int
    page: int
    pages: int


def seat_in(number: str, side: str) -> Party | None:
    """Who sits on a side of a case; for hooks, which have checked that the actor may know of it."""
    case = Case.objects.filter(number=number).first()
    return case.seat(side) if case else None


def dataset_of(number: str) -> str:
    """The entry that a case is about; empty where there is none. For hooks, as `seat_in`."""
    return Case.objects.filter(number=number).values_list("dataset", flat=True).first() or ""


def cases(
    by: Actor, *, flow: str | None = None, state: str | None = None, open_only: bool = False, page: int = 1
) -> CasePage:
    """The cases of this actor, the newest change first."""
    rows = visible(by)
    if flow:
        rows = rows.filter(workflow=flow)
    if state:
        rows = rows.filter(state=state)
    if open_only:
        rows = rows.filter(closed_at__isnull=True)
    total = rows.count()
    pages = max(-(-total // PAGE), 1)
    page = min(max(page, 1), pages)
    found = rows.order_by("-changed_at", "-id").prefetch_related("parties")[(page - 1) * PAGE : page * PAGE]
    return CasePage(cases=list(found), total=total, page=page, pages=pages)


# ---- what may be done --------------------------------------------------------------------------------------------------------
def taken(case: Case) -> list[Taken]:
    """What was done, the first step first."""
    return list(Taken.objects.filter(case=case).order_by("n"))


def acts_for(case: Case, by: Actor, *, key: str | None = None) -> list[Act]:
    """The steps that this actor may take now; whether the facts suffice, the step itself says."""
    flow = workflow(case.workflow)
    done = taken(case)
    sides = sides_of(case, by, key=key, flow=flow)
    return [
        act
        for act in core.open_acts(flow, case.state, cast("Facts", case.facts), (one.verb for one in done))
        if act.roles != frozenset({SYSTEM})
        and may_take(act, by, sides)
        and not _same_eyes(act, by, done)
        and not helped_here(flow, act, by, done)
    ]


def may_take(act: Act, by: Actor, sides: frozenset[str]) -> bool:
    """The hat and the side; a step of any side asks for one of them at least."""
    if by.via is Via.JOB:
        return SYSTEM in act.roles
    wears = hat(by) in act.roles or (PUBLIC in act.roles)
    return wears and bool(act.sides & sides)


def _same_eyes(act: Act, by: Actor, done: Iterable[Taken]) -> bool:
    if not act.apart:
        return False
    before = {person for one in done if one.verb in act.apart for person in one.behind}
    return bool(before) and bool(before & {str(person) for person in accounts.persons_behind(by)})


def waited_for(flow: Workflow, state: str) -> frozenset[str]:
    """Rules whose time a case waits out in this state: it came here by the step that began them."""
    return frozenset(start.rule for act in flow.acts.values() if state in act.leads_to for start in act.starts)


def clocks(case: Case) -> list[Clock]:
    """The terms of a case, those that run first."""
    return office.clocks_of(case_kind="case", case=case.pk)


SEALED = "sealed:"
"""How the fact begins that stands in the place of a sealed answer."""
PURPOSE = "cases.sealed"


def ring() -> Ring:
    """The ring of this installation."""
    return Ring.of_file(Path(settings.KAIMEN_HOME) / "keys" / "kek")


def place(commitment: str) -> Place:
    """Where the text behind a commitment is sealed to."""
    return Place("cases_sealed.box", commitment)


def is_token(text: str) -> bool:
    """What stands in a case for a sealed answer: it says nothing, so it is no answer itself."""
    return text.startswith(SEALED)


def unsealed(case: Case, facts: Mapping[str, object]) -> dict[str, object]:
    """Facts with the text of sealed answers; empty where it was destroyed. For those who may see the case."""
    names = {name: value for name, value in facts.items() if isinstance(value, str) and is_token(value)}
    if not names:
        return dict(facts)
    boxes = {row.commitment: bytes(row.box) for row in Sealed.objects.filter(case=case)}
    told = {
        name: ring().open(boxes[value], purpose=PURPOSE, place=place(value))[SALT_SIZE:].decode()
        if value in boxes
        else ""
        for name, value in names.items()
    }
    return {**facts, **told}


def opened(case: Case, facts: Mapping[str, object], by: Actor, *, key: str | None = None) -> dict[str, object]:
    """Facts as this reader may know them: sealed answers open for those who gave them or have a step to take on their side, else absent.

    That somebody is of the same body is no reason to read an identity number or an account at a bank.
    """
    flow = workflow(case.workflow)
    sides = sides_of(case, by, key=key, flow=flow)
    if by.via is Via.JOB or any(act.sides & sides and wears(by, act) for act in flow.acts.values()):
        return unsealed(case, facts)
    return without_sealed(facts)


def without_sealed(facts: Mapping[str, object]) -> dict[str, object]:
    """Facts without sealed answers: for a reader whose business they are not, and for paper, which goes from hand to hand."""
    return {name: value for name, value in facts.items() if not (isinstance(value, str) and is_token(value))}


def drawer(by: Actor) -> str:
    """Where begun forms lie: with the person, or with the authority on which somebody is helped, never with the helper."""
    return (by.on_behalf.mandate or "-") if by.on_behalf is not None else str(by.person or "-")


MOST_BEGUN = 50
"""How many begun forms lie in one drawer."""


def begun(by: Actor, *, case: str, verb: str) -> Begun | None:
    """The form of a step of a case that this person began."""
    if by.person is None:
        return None
    return Begun.objects.filter(person=drawer(by), case=case, verb=verb).first()


def begun_by_number(by: Actor, number: int, *, flow: str, verb: str) -> Begun:
    """A form of a first step that this person began, by its number. Raises `Missing("begun_unknown")`."""
    found = Begun.objects.filter(pk=number, person=drawer(by), workflow=flow, case="", verb=verb).first()
    if by.person is None or found is None:
        raise Missing("begun_unknown")
    return found


def all_begun(by: Actor, *, flow: str = "") -> list[Begun]:
    """Every form that this person began and can go on with, the newest first: none of a step that its case has left behind.

    `flow`: only first steps of this workflow.
    """
    if by.person is None:
        return []
    rows = Begun.objects.filter(person=drawer(by))
    found = list((rows.filter(workflow=flow, case="") if flow else rows).order_by("-saved_at")[: 2 * MOST_BEGUN])
    stand = {case.pk: case for case in Case.objects.filter(pk__in=[one.case for one in found if one.case])}
    return [one for one in found if not one.case or (one.case in stand and _still_open(stand[one.case], one.verb))]


def _still_open(case: Case, verb: str) -> bool:
    flow = workflows().get(case.workflow)
    return flow is not None and any(
        act.verb == verb for act in core.open_acts(flow, case.state, cast("Facts", case.facts))
    )


def alike(case: Case, first: Taken) -> list[str]:
    """Numbers of other open cases that the same opener began with the same answers: perhaps it was filed twice."""
    sides = openers(workflow(case.workflow))
    seat = next((party for party in _parties(case) if party.side in sides), None)
    if seat is None or not (seat.institution or seat.person):
        return []
    same = Taken.objects.filter(n=1, digest=first.digest, case__workflow=case.workflow, case__closed_at__isnull=True)
    found = same.filter(
        case__parties__side=seat.side, case__parties__institution=seat.institution, case__parties__person=seat.person
    )
    return list(found.exclude(case=case.pk).order_by("pk").values_list("case__number", flat=True)[:5])


# ---- names -------------------------------------------------------------------------------------------------------------------
def names_of(cases_: Iterable[Case], acts: Iterable[Taken] = ()) -> tuple[Mapping[str, object], Mapping[str, str]]:
    """Names of the bodies and of the persons that stand in these cases and steps."""
    bodies = {party.institution for case in cases_ for party in _parties(case) if party.institution}
    persons = {party.person for case in cases_ for party in _parties(case) if party.person}
    for act in acts:
        bodies |= {act.institution} - {""}
        persons |= {act.person} - {""}
    named = accounts.institution_names(InstitutionId(one) for one in bodies)
    called = accounts.person_names(PersonId(one) for one in persons)
    return {str(key): name for key, name in named.items()}, {str(key): name for key, name in called.items()}


def in_states(workflow_code: str, states: Iterable[str]) -> list[Case]:
    """All cases of a workflow that stand in one of these states, with their parties. For the board and for windows."""
    return list(
        Case.objects.filter(workflow=workflow_code, state__in=list(states)).order_by("pk").prefetch_related("parties")
    )


def running(workflow_code: str, *, dataset: str | None = None, states: Iterable[str]) -> QuerySet[Case]:
    """Cases of a workflow (about a dataset) that stand in one of these states. For rooms that must know of them."""
    found = Case.objects.filter(workflow=workflow_code, state__in=list(states))
    return found if dataset is None else found.filter(dataset=dataset)


def opened_without_account(workflow_code: str, side: str, *, since: datetime) -> QuerySet[Case]:
    """Cases begun after a moment by somebody without an account and without a helper, who sits on this side."""
    nobody = Party.objects.filter(side=side, person="", institution="", described_as="")
    return Case.objects.filter(workflow=workflow_code, opened_at__gt=since, pk__in=nobody.values("case"))


def states(workflow_code: str) -> frozenset[str]:
    """The states of a workflow; none where the pack has no such workflow."""
    flow = workflows().get(workflow_code)
    return frozenset(flow.states) if flow else frozenset()


def standing(workflow_code: str, states: Iterable[str]) -> list[Case]:
    """Cases of a workflow that stand in one of these states, the newest change first. For registers that rooms show to the public."""
    rows = Case.objects.filter(workflow=workflow_code, state__in=list(states))
    return list(rows.order_by("-changed_at", "-id").prefetch_related("parties")[:500])


def late(at: datetime) -> frozenset[str]:
    """The ids of cases in which a term ran out and has not been met."""
    return office.cases_late("case", at=at)


def cases_by_id(ids: Iterable[str]) -> dict[str, Case]:
    """Cases by their id, for windows that list what grew out of them."""
    return {case.pk: case for case in Case.objects.filter(pk__in=list(ids))}


def states_of(ids: Iterable[str]) -> dict[str, str]:
    """Where cases stand, by their id."""
    return dict(Case.objects.filter(pk__in=list(ids)).values_list("pk", "state"))


def known_numbers(numbers: Iterable[str]) -> set[str]:
    """Which of these are numbers of cases."""
    return set(Case.objects.filter(number__in=list(numbers)).values_list("number", flat=True))


def newest_steps() -> list[Taken]:
    """The newest step in each workflow that has any."""
    newest = Taken.objects.values("case__workflow").annotate(last=Max("pk")).values("last")
    return list(Taken.objects.filter(pk__in=newest).select_related("case").order_by("pk"))


def steps_of(case: str) -> list[Taken]:
    """What was done in a case of which a window knows the id, the first step first. Persons and answers are for its parties only."""
    return list(Taken.objects.filter(case=case).order_by("n"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A case as figures name it."""

    number: str
    workflow: str


def told(ids: Iterable[str]) -> dict[str, Told]:
    """Number and workflow of cases, by their id."""
    asked, found = sorted(set(ids)), dict[str, Told]()
    for place in range(0, len(asked), MANY):
        rows = Case.objects.filter(pk__in=asked[place : place + MANY]).values_list("pk", "number", "workflow")
        found |= {key: Told(number=number, workflow=flow) for key, number, flow in rows}
    return found


def ids_of(numbers: Iterable[str]) -> dict[str, str]:
    """The ids of cases, by their number."""
    return dict(Case.objects.filter(number__in=list(numbers)).values_list("number", "pk"))


def seen_among(by: Actor, ids: Iterable[str]) -> set[str]:
    """Those of these cases that the actor may know of."""
    return set(visible(by).filter(pk__in=list(ids)).values_list("pk", flat=True))


def opened_by_persons() -> frozenset[str]:
    """Workflows that anybody may begin: small counts of their cases may point at a person."""
    return frozenset(code for code, flow in workflows().items() if any(PUBLIC in act.roles for act in flow.opening))


def last_of(
    workflow_code: str, verbs: Iterable[str], *, side: str, begin: datetime, end: datetime
) -> list[tuple[str, str, str]]:
    """(case, body on that side, verb) of the last of these steps in each case, among those taken in [begin, end)."""
    steps = Taken.objects.filter(
        case__workflow=workflow_code, verb__in=list(verbs), at__gte=begin, at__lt=end
    ).order_by("at", "pk")
    last = dict(steps.values_list("case", "verb"))
    bodies = dict(
        Party.objects.filter(case__in=list(last), side=side).exclude(institution="").values_list("case", "institution")
    )
    return [(case, bodies[case], verb) for case, verb in last.items() if case in bodies]
