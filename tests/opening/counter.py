"""Who stands on which side of the counter, and a short way to take steps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from kaimen.cases import services as cases
from kaimen.cases.models import Case
from kaimen.catalogue import selectors as catalogue
from kaimen.core.policy.party import ANYBODY, Actor, Principal
from kaimen.office.models import Clock
from tests.catalogue.city import NOW, actor, an_institution
from tests.opening.town import Town, a_town, load

ASKED = {
    "columns": ["park_id", "name"],
    "purpose": "research",
    "use": "研究停车位分布",
    "capability": "只在本人电脑上，加密保存",
    "use_until": "2027-06-30",
}
TICKS = {"keep_purpose": True, "no_reidentify": True, "no_onward": True, "acknowledge": True}


@dataclass
class Counter:
    """The town's register of car parks is open on conditions; the transport commission provides it."""

    town: Town
    steward: Actor
    head: Actor
    reviewer: Actor
    citizen: Actor
    now: datetime = NOW
    keys: dict[str, str] = field(default_factory=dict)

    def slug(self, entry: str) -> str:
        return catalogue.published(entry).slug

    def file(self, workflow: str = "open_application", *, by: Actor | None = None, **facts) -> str:
        given = ASKED | {"dataset": self.slug(self.town.register)} | facts if workflow == "open_application" else facts
        done = cases.begin(workflow, given, by=by or self.citizen, now=self.now)
        self.keys[done.case.number] = done.key
        return done.case.number

    def ask(self, *, by: Actor | None = None, **facts) -> str:
        given = {
            "body": "transport", "information": "停车场收费批复", "form": "electronic", "contact": "王某", "channel": "internet",
        } | facts  # fmt: skip
        return self.file("information_request", by=by, **given)

    def take(self, number: str, verb: str, by: Actor, **facts) -> Case:
        key = self.keys.get(number) if by.person is None else None
        return cases.act(number, verb, facts, by=by, now=self.now, key=key).case

    def accepted(self, **facts) -> str:
        number = self.file(**facts)
        self.take(number, "accept", self.steward)
        return number

    def granted(self, **facts) -> str:
        number = self.accepted(**facts)
        self.take(number, "grant", self.head)
        return number

    def in_use(self, **facts) -> str:
        number = self.granted(**facts)
        self.take(number, "agree", facts.get("by") or self.citizen, **TICKS)
        return number

    def clock(self, number: str, rule: str) -> Clock:
        return Clock.objects.get(rule=rule, case=Case.objects.get(number=number).pk)

    def running(self, number: str) -> set[str]:
        return set(
            Clock.objects.filter(case=Case.objects.get(number=number).pk, ended_at=None).values_list("rule", flat=True)
        )

    def state(self, number: str) -> str:
        return Case.objects.get(number=number).state


def a_counter() -> Counter:
    town = a_town(now=NOW, indexed=False)
    load(town.register, "park_id,name,places\n0000001,示范停车场,30\n", by=town.city.steward, now=NOW)
    return Counter(
        town=town,
        steward=town.city.steward,
        head=actor("office_head", town.city.transport),
        reviewer=town.city.reviewer,
        citizen=town.city.citizen,
    )


def through_a_helper(described: str = "张大爷，七十八岁") -> Actor:
    """A clerk at a service centre, for somebody without an account."""
    centre = an_institution("service-centre", "示范市政务服务中心", "Service Centre", kind="public_institution")
    return replace(actor("helper", centre), on_behalf=Principal(person=None, described_as=described))


__all__ = ["ANYBODY", "ASKED", "TICKS", "Counter", "a_counter", "through_a_helper"]
