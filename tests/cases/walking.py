"""A walk through one workflow: random people, right and wrong answers, days that pass; after each try every promise is looked at.

What is legal is read here from the file itself, as plain YAML: the reader and the machine of the product have no say in it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import yaml

from kaimen.cases import selectors, services
from kaimen.cases.models import Act, Begun, Case, Party, Sealed, Sequence
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.workflow import Act as Step
from kaimen.core.policy.party import ANYBODY, Actor, InstitutionId, Principal, Role, Via
from kaimen.core.tlog.encoding import unb64url
from kaimen.engines import packs
from kaimen.evidence.models import Entry
from kaimen.office import services as office
from kaimen.office.models import Clock, DeskItem, Outbox
from tests.cases.answers import answers
from tests.cases.conftest import Hall
from tests.catalogue.city import a_person, actor

NEW, PUBLIC, SYSTEM = "new", "public", "system"
ROBOT = Actor(via=Via.JOB)
PACK = packs.load("cn_beijing")


@cache
def file_of(code: str) -> dict[str, Any]:
    """The workflow as it stands in the pack."""
    return yaml.safe_load((PACK.folder / "workflows" / f"{code}.yaml").read_text("utf-8"))


@dataclass
class Walk:
    """One case and what we ourselves saw being done in it."""

    hall: Hall
    code: str
    chance: random.Random
    now: datetime
    case: Case
    people: dict[str, Actor] = field(default_factory=dict)
    done: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """Steps that were taken, in this case or in one before it: others are tried first."""
    lingering: int = 0
    """Tries in a case that is over."""
    refused: set[str] = field(default_factory=set)

    # ---- what the file says
    @property
    def acts(self) -> dict[str, dict[str, Any]]:
        return {one["verb"]: one for one in file_of(self.code)["acts"]}

    def ends(self, state: str) -> bool:
        return bool(file_of(self.code)["states"][state].get("end"))

    def kept_apart(self, verb: str) -> frozenset[str]:
        """Everybody who took a step from which this one must be kept apart."""
        apart = self.acts[verb].get("apart", ())
        return frozenset(person for earlier, persons in self.done if earlier in apart for person in persons)

    # ---- who comes
    def double(self, role: str, body: InstitutionId | None) -> Actor:
        """The one person of a body who holds every role of it."""
        if role == PUBLIC:
            return self.hall.city.citizen
        known = self.people.setdefault(str(body), actor(role, body, a_person()))
        return actor(role, body, known.person)

    def somebody(self) -> Actor:
        """Whoever, from wherever."""
        city = self.hall.city
        body = self.chance.choice([city.transport, city.civil, city.authority])
        roles = sorted({role for one in self.acts.values() for role in one["by"]} - {SYSTEM, PUBLIC})
        helper = actor("helper", body)
        helping = Actor(
            person=helper.person, institution=body, role=Role("helper"), on_behalf=Principal(person=city.citizen.person)
        )
        officers = [self.hall.officer(self.chance.choice(roles), body)] * 4 if roles else []
        return self.chance.choice([city.citizen, ANYBODY, helping, ROBOT, *officers])

    def fitting(self, step: Step) -> Actor:
        """Somebody who may well take this step: often a person who has been here before in another role."""
        role = sorted(step.roles)[self.chance.randrange(len(step.roles))]
        if role == SYSTEM:
            return ROBOT
        party = next((one for one in self.case.parties.all() if one.side in step.sides), None)
        body = InstitutionId(party.institution) if party and party.institution else self.hall.city.authority
        return self.double(role, body) if self.chance.random() < 0.5 else self.hall.officer(role, body)

    # ---- one try
    def go(self) -> None:
        """Let some time pass, then try a step."""
        self.wait()
        step = self.next_step()
        by = self.somebody() if self.chance.random() < 0.15 else self.fitting(step)
        told = self.told(step, by)
        wrong = self.spoil(step, told) if self.chance.random() < 0.1 else False
        before, state = everything(), self.case.state
        given, refused = None, ""
        try:
            given = services.act(self.case.number, step.verb, told, by=by, now=self.now)
        except KaimenError as error:
            refused = error.code
        if given is None:
            self.refused.add(refused)
            assert everything() == before, f"{step.verb} was refused ({refused}) and changed something"
            return
        assert not wrong, f"{step.verb} was taken with answers that it does not ask for"
        self.case = Case.objects.get(pk=self.case.pk)
        self.check_step(step.verb, by, state)
        if self.chance.random() < 0.2:
            self.again(step.verb, told, by, given.receipt)

    def seat_the_rest(self) -> None:
        """Sides that a window would name when the case begins: the health commission's."""
        filled = set(Party.objects.filter(case=self.case).values_list("side", flat=True))
        for side in set(file_of(self.code)["sides"]) - filled:
            Party.objects.create(case=self.case, side=side, institution=self.hall.health)
            self.case = Case.objects.get(pk=self.case.pk)

    def next_step(self) -> Step:
        """Mostly one that the state allows, and rather one that was never taken and does not end the case."""
        steps = list(selectors.workflow(self.code).acts.values())
        ways = [one for one in steps if self.case.state in one.sources]
        if not ways or self.chance.random() < 0.15:
            return self.chance.choice(steps)
        weights = [
            (1 if one.verb in self.seen else 4) * (1 if any(self.ends(to) for to in one.leads_to) else 5)
            for one in ways
        ]
        return self.chance.choices(ways, weights)[0]

    def wait(self) -> None:
        """Time alone decides nothing."""
        self.now += timedelta(hours=self.chance.choice([0, 0, 1, 20, 90]))
        if self.chance.random() < 0.25:
            before = case_alone(self.case)
            office.tick(self.now)
            assert case_alone(self.case) == before

    def again(self, verb: str, told: dict[str, object], by: Actor, receipt: str) -> None:
        """Sent twice it is done once; somebody else who comes too late is refused."""
        before = everything()
        for who in (by, self.somebody()):
            try:
                given = services.act(self.case.number, verb, told, by=who, now=self.now, expected=self.case.n - 1)
            except KaimenError:
                pass
            else:
                assert given.receipt == receipt
                assert who.person == by.person
            assert everything() == before, f"{verb} sent twice"

    def told(self, step: Step, by: Actor) -> dict[str, object]:
        return an_answer(self.hall, step, self.chance, by=by, now=self.now, body="health")

    def spoil(self, step: Step, told: dict[str, object]) -> bool:
        """Make the answers wrong."""
        needed = [ask.field.name for ask in step.asks if ask.needed and ask.field.name in told]
        if needed and self.chance.random() < 0.6:
            name = self.chance.choice(needed)
            told[name] = self.chance.choice(["", None, [], {"a": 1}])
        else:
            told["nobody_asked_for_this"] = "x"
        return True

    # ---- what must hold
    def check_step(self, verb: str, by: Actor, before: str) -> None:
        """The step that was taken just now."""
        told = self.acts[verb]
        assert before in told["from"] and NEW not in told["from"]
        allowed = {told.get("to", before), *(way["to"] for way in told.get("ways", ()))}
        assert self.case.state in allowed, f"{verb} led from {before} to {self.case.state}"
        mine = frozenset(str(one) for one in (by.person, by.on_behalf.person if by.on_behalf else None) if one)
        assert not mine & self.kept_apart(verb), f"{verb}: the same eyes"
        if by.via is Via.JOB:
            assert SYSTEM in told["by"]
        else:
            hat = PUBLIC if by.on_behalf else str(by.role)
            assert hat in told["by"] or PUBLIC in told["by"], f"{verb} was taken by {hat}"
        self.done.append((verb, mine))
        self.seen.add(verb)
        row = Act.objects.get(case=self.case, n=self.case.n)
        assert (row.verb, row.before, row.after, row.person) == (verb, before, self.case.state, str(by.person or ""))
        assert set(mine) <= set(row.behind)
        assert Entry.objects.filter(entry=unb64url(row.receipt)).count() == 1
        self.check()

    def check(self) -> None:
        """The case as it stands."""
        case, end = self.case, self.ends(self.case.state)
        assert case.n == len(self.done) == Act.objects.filter(case=case).count()
        assert (case.closed_at is not None) == end
        running = Clock.objects.filter(case_kind="case", case=case.pk, ended_at=None)
        rules = {start["rule"] for one in self.acts.values() for start in one.get("starts", ())}
        assert set(running.values_list("rule", flat=True)) <= rules
        waiting = DeskItem.objects.filter(closed_at=None, url=f"/cases/{case.number}")
        if end:
            assert not running.exists(), "a term runs in a case that is over"
            assert not waiting.exists(), "a case that is over lies on a desk"
            return
        seats = {party.side: party for party in case.parties.all()}
        for desk in file_of(self.code)["states"][case.state].get("waits", ()):
            party = seats.get(desk["side"])
            if party is not None and party.institution:
                assert waiting.filter(institution=party.institution, role=desk["role"]).exists() or (
                    running.filter(
                        institution=party.institution, role=desk["role"], waits=True, state="running"
                    ).exists()
                ), (case.state, desk)

    def check_story(self) -> None:
        """The whole of it, at the end: nothing is lost, each step has its own entry in the log, and no entry has no step."""
        story = list(Act.objects.filter(case=self.case).order_by("n"))
        assert [one.n for one in story] == list(range(1, len(self.done) + 1))
        assert [one.verb for one in story] == [verb for verb, _ in self.done]
        assert [one.before for one in story[1:]] == [one.after for one in story[:-1]]
        mark = f'case.{self.code}"'.encode()
        leaves = sum(mark in bytes(leaf) for leaf in Entry.objects.values_list("leaf", flat=True))
        assert leaves == Act.objects.filter(case__workflow=self.code).count()
        assert len(set(Act.objects.values_list("receipt", flat=True))) == Act.objects.count()
        check_numbers()


def check_numbers() -> None:
    """In each series one, two, three: none left out, none twice."""
    for row in Sequence.objects.all():
        numbers = sorted(
            int(one.rpartition("-")[2])
            for one in Case.objects.filter(number__startswith=f"{row.series}-").values_list("number", flat=True)
        )
        assert numbers == list(range(1, row.last + 1)), row.series


def everything() -> tuple[object, ...]:
    """All that a step can change."""
    return (
        list(
            Case.objects.order_by("pk").values_list(
                "pk", "state", "n", "facts", "changed_at", "closed_at", "keep_until"
            )
        ),
        [kind.objects.count() for kind in (Act, Entry, Sealed, Outbox, Begun)],
        list(Party.objects.order_by("pk").values_list("pk", "institution", "person")),
        list(Clock.objects.order_by("pk").values_list("pk", "state", "due_at", "ended_at", "rung")),
        list(DeskItem.objects.order_by("pk").values_list("pk", "closed_at", "due")),
        list(Sequence.objects.order_by("pk").values_list("series", "last")),
    )


def case_alone(case: Case) -> tuple[object, ...]:
    return (Case.objects.filter(pk=case.pk).values_list("state", "n", "facts", "closed_at")[0], Act.objects.count())


# ---- beginning ---------------------------------------------------------------------------------------------------------------
def walked(hall: Hall, code: str, chance: random.Random, tries: int, *, alone: bool = False) -> Walk | None:
    """Case after case, so many tries in all; the last walk, or None where no case began. `alone`: without windows, whose sides we fill."""
    walk = begun(hall, code, chance)
    for _ in range(tries):
        if walk is None or walk.lingering > 2:
            if walk is not None:
                walk.check_story()
            walk = begun(hall, code, chance, after=walk) or walk
        if walk is not None:
            if alone:
                walk.seat_the_rest()
            walk.go()
            walk.lingering += walk.ends(walk.case.state)
    if walk is not None:
        walk.check_story()
    return walk


def begun(hall: Hall, code: str, chance: random.Random, *, after: Walk | None = None) -> Walk | None:
    """A walk whose first step is taken; None where the window did not want the case that chance made up. Others tried before, in vain."""
    flow = selectors.workflow(code)
    by, first = opener(hall, code, chance)
    walk = Walk(hall=hall, code=code, chance=chance, now=hall.now, case=Case())
    if after is not None:
        walk.people, walk.seen, walk.refused = after.people, after.seen, after.refused
    for other in (walk.somebody(), hall.officer("auditor", hall.city.civil)):
        told = an_answer(hall, first, chance, by=other, now=hall.now, body="civil-affairs")
        told["nobody_asked_for_this"] = "x"
        before = everything()
        refuse(lambda who=other, given=told: services.begin(code, given, by=who, now=hall.now, verb=first.verb))
        assert everything() == before, "what was refused changed something"
    try:
        told = an_answer(hall, first, chance, by=by, now=hall.now, body="civil-affairs")
        walk.case = services.begin(flow.code, told, by=by, now=hall.now, verb=first.verb).case
    except KaimenError:
        check_numbers()
        return None
    walk.case = Case.objects.get(pk=walk.case.pk)
    walk.done.append((first.verb, frozenset({str(by.person)} if by.person else ())))
    return walk


def refuse(ask: Callable[[], object]) -> None:
    try:
        ask()
    except KaimenError:
        return
    raise AssertionError("a case began with an answer that nobody asked for")


def opener(hall: Hall, code: str, chance: random.Random) -> tuple[Actor, Step]:
    """Somebody who may begin, and how."""
    first = chance.choice(selectors.workflow(code).opening)
    if PUBLIC in first.roles:
        return hall.city.citizen, first
    if SYSTEM in first.roles:
        return ROBOT, first
    bodies = {"authority": hall.city.authority, "provider": hall.city.civil}
    body = next((bodies[side] for side in sorted(first.sides) if side in bodies), hall.city.transport)
    return hall.officer(min(first.roles), body), first


def an_answer(
    hall: Hall, step: Step, chance: random.Random, *, by: Actor, now: datetime, body: str
) -> dict[str, object]:
    """Answers that fit; where another case is asked for, one that the same body began."""

    def another(code: str) -> str | None:
        who, first = opener(hall, code, chance)
        if who.institution != by.institution:
            return None
        told = an_answer(hall, first, chance, by=who, now=now, body="civil-affairs")
        try:
            return services.begin(
                code, told, by=by if who.institution is None else who, now=now, verb=first.verb
            ).case.number
        except KaimenError:
            return None

    return answers(step, chance, entry=hall.slug, columns=hall.columns, body=body, case=another)
