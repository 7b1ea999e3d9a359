"""Every workflow of the pack, walked at random by everybody: nothing illegal happens, nothing is lost, four eyes are kept."""

from __future__ import annotations

import random

import pytest

from kaimen.cases import hooks, selectors, services
from kaimen.cases.models import Act, Case
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.workflow import NEW, PUBLIC, SYSTEM, Workflow
from kaimen.core.lifecycle.workflow import Act as Step
from kaimen.core.policy.party import ANYBODY, Actor, InstitutionId, Via
from kaimen.engines import packs
from kaimen.evidence.models import Entry
from kaimen.office.models import Clock, DeskItem
from tests.cases.answers import answers

pytestmark = pytest.mark.django_db
FLOWS = sorted(packs.workflows("cn_beijing", "Asia/Shanghai"))


@pytest.fixture
def bare(monkeypatch) -> None:
    """The machine alone: what windows add has tests of its own."""
    monkeypatch.setattr(services, "hook_of", lambda *_: None)


def test_hooks_hang_on_steps_that_exist() -> None:
    flows = packs.workflows("cn_beijing", "Asia/Shanghai")
    for code, verbs in hooks.attended().items():
        assert verbs <= set(flows[code].acts), code


@pytest.mark.parametrize("code", FLOWS)
@pytest.mark.parametrize("seed", range(4))
def test_a_random_walk_keeps_every_promise(hall, bare, code, seed) -> None:
    chance, flow = random.Random(f"{code}{seed}"), selectors.workflow(code)
    bodies = [hall.city.transport, hall.city.civil, hall.city.authority]
    roles = sorted({role for act in flow.acts.values() for role in act.roles} - {SYSTEM, PUBLIC})
    everybody = [hall.city.citizen, hall.anybody, *(hall.officer(role, body) for role in roles for body in bodies)]
    opener, first = _opener(hall, flow, chance)
    case = _begun(hall, flow, first, chance, by=opener)
    count, taken = Entry.objects.count(), 1
    for _ in range(60):
        by = chance.choice(everybody) if chance.random() < 0.4 else _fitting(hall, case, flow, chance)
        act = chance.choice(list(flow.acts.values()))
        if chance.random() < 0.7:
            ways = [one for one in flow.acts.values() if case.state in one.sources]
            act = chance.choice(ways) if ways else act
        before = Case.objects.get(pk=case.pk)
        try:
            services.act(
                case.number,
                act.verb,
                _told(hall, act, chance, by=by, body="health"),
                by=by,
                now=hall.now,
            )
        except KaimenError:
            case = Case.objects.get(pk=case.pk)
            assert (case.state, case.n, case.facts) == (before.state, before.n, before.facts)
        else:
            taken += 1
            case = Case.objects.get(pk=case.pk)
            assert before.state in act.sources and case.state == (act.to or before.state)
            assert NEW not in act.sources
            assert not set(_persons(by)) & _of_those(case, act.apart)
            assert by.via is Via.JOB or str(by.role) in act.roles or PUBLIC in act.roles
        assert case.n == taken == Act.objects.filter(case=case).count()
        assert Entry.objects.count() >= count + taken - 1
        _check(case, flow)
    story = list(Act.objects.filter(case=case).order_by("n"))
    assert [one.before for one in story[1:]] == [one.after for one in story[:-1]]
    assert len({one.receipt for one in story}) == len(story)


def _opener(hall, flow: Workflow, chance: random.Random) -> tuple[Actor, Step]:
    first = chance.choice(flow.opening)
    if PUBLIC in first.roles:
        return hall.city.citizen, first
    if SYSTEM in first.roles:
        return Actor(via=Via.JOB), first
    bodies = {"authority": hall.city.authority, "provider": hall.city.civil}
    body = next((bodies[side] for side in sorted(first.sides) if side in bodies), hall.city.transport)
    return hall.officer(min(first.roles), body), first


def test_a_first_step_that_belongs_to_a_side_is_taken_by_that_side_only(hall) -> None:
    flow = selectors.workflow("open_plan")
    (first,) = flow.opening
    told = _told(hall, first, random.Random(1), by=ANYBODY, body="health")
    with pytest.raises(KaimenError, match="case_side"):
        services.begin("open_plan", told, by=hall.officer(min(first.roles), hall.city.transport), now=hall.now)
    assert not Case.objects.exists()


def _begun(hall, flow: Workflow, first: Step, chance: random.Random, *, by: Actor) -> Case:
    told = _told(hall, first, chance, by=by, body="civil-affairs")
    return services.begin(flow.code, told, by=by, now=hall.now, verb=first.verb).case


def _told(hall, act: Step, chance: random.Random, *, by: Actor, body: str) -> dict[str, object]:
    """Answers; where another case is asked for, one that the same body began."""

    def another(code: str) -> str | None:
        flow = selectors.workflow(code)
        opener, first = _opener(hall, flow, chance)
        if opener.institution != by.institution:
            return None
        return _begun(hall, flow, first, chance, by=by if opener.institution is None else opener).number

    return answers(act, chance, entry=hall.slug, columns=hall.columns, body=body, case=another)


def _check(case: Case, flow) -> None:
    state = flow.states[case.state]
    running = Clock.objects.filter(case_kind="case", case=case.pk, ended_at=None)
    assert (case.closed_at is not None) == state.end
    assert not state.end or not running.exists()
    waiting = DeskItem.objects.filter(closed_at=None, url=f"/cases/{case.number}")
    assert not state.end or not waiting.exists()
    seats = {party.side: party for party in case.parties.all()}
    for desk in state.waits:
        party = seats.get(desk.side)
        if party is not None and party.institution:
            found = waiting.filter(institution=party.institution, role=desk.role)
            assert found.exists(), (case.state, desk)


def _fitting(hall, case: Case, flow, chance: random.Random) -> Actor:
    """Somebody who may well take a step from here."""
    ways = [act for act in flow.acts.values() if case.state in act.sources]
    if not ways:
        return hall.city.citizen
    act = chance.choice(ways)
    role = sorted(act.roles)[chance.randrange(len(act.roles))]
    if role == SYSTEM:
        return Actor(via=Via.JOB)
    party = next((one for one in case.parties.all() if one.side in act.sides), None) or case.parties.first()
    return hall.officer(role, InstitutionId(party.institution) if party and party.institution else hall.city.authority)


def _persons(by: Actor) -> list[str]:
    return [str(by.person)] if by.person else []


def _of_those(case: Case, verbs: tuple[str, ...]) -> set[str]:
    done = list(Act.objects.filter(case=case).order_by("n"))[:-1]
    return {person for one in done if one.verb in verbs for person in one.behind}
