"""Two bureaus and their officers, and data of persons of one of them behind the gate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kaimen.cases import services as cases
from kaimen.cases.models import Case
from kaimen.catalogue import selectors as catalogue
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.office.models import Clock
from tests.catalogue.city import ALLOWANCES, NOW, City, a_city, actor, published
from tests.opening.town import load


@dataclass
class Bodies:
    """Transport asks; civil affairs has the list of allowances."""

    city: City
    entry: str
    slug: str
    now: datetime = NOW
    known: dict[tuple[str, str], Actor] = field(default_factory=dict)

    def officer(self, role: str, institution: InstitutionId) -> Actor:
        key = (role, str(institution))
        if key not in self.known:
            self.known[key] = actor(role, institution)
        return self.known[key]

    def asks(self, role: str) -> Actor:
        return self.officer(role, self.city.transport)

    def gives(self, role: str) -> Actor:
        return self.officer(role, self.city.civil)

    def rules(self, role: str) -> Actor:
        return self.officer(role, self.city.authority)

    def begin(self, workflow: str, by: Actor, **facts) -> str:
        return cases.begin(workflow, facts, by=by, now=self.now).case.number

    def take(self, number: str, verb: str, by: Actor, **facts) -> Case:
        return cases.act(number, verb, facts, by=by, now=self.now).case

    def later(self, **of) -> None:
        self.now += timedelta(**of)


def a_case(number: str) -> Case:
    return Case.objects.get(number=number)


def running(number: str) -> set[str]:
    return set(Clock.objects.filter(case=a_case(number).pk, ended_at=None).values_list("rule", flat=True))


def two_bodies() -> Bodies:
    city = a_city()
    entry = published(city, ALLOWANCES, steward=city.civil_steward, head=city.civil_head)
    load(entry, "id_number,name,amount\n110101193605061234,李四,700.00\n", by=city.civil_steward, now=NOW)
    return Bodies(city=city, entry=entry, slug=catalogue.published(entry).slug)
