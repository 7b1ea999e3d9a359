"""A care zone of a company: allowances (of persons) and car parks (of none) are admitted, one project is open, two people work in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kaimen.accounts.models import Institution
from kaimen.cases import services as cases
from kaimen.catalogue import selectors as catalogue
from kaimen.core.metadata.entry import PiClass, Visibility
from kaimen.core.policy.party import Actor
from kaimen.web.now import now as the_moment
from kaimen.zones import services
from kaimen.zones.models import Artefact, Project, Zone
from tests.accounts.people import Officer, officer
from tests.catalogue.city import ALLOWANCES, PARKING, City, a_city, actor, an_institution, an_item, published
from tests.gate.assessed import assess
from tests.opening.town import load

PEOPLE = replace(
    ALLOWANCES,
    items=(
        *ALLOWANCES.items,
        an_item("district", "区", "District", level=2, pi_class=PiClass.GENERAL, identifier_kind="quasi"),
        an_item("note", "备注", "Note", level=3),
    ),
)
PARKS = replace(
    PARKING,
    open_type=3,
    licence="",
    visibility=Visibility.GOVERNMENT,
    items=(*PARKING.items, an_item("district", "区", "District"), an_item("keeper", "联系方式", "Contact")),
)
MOBILE = "13812345678"
BY_DISTRICT = 'SELECT district, count(*) AS persons, sum(amount) AS paid FROM "{people}" GROUP BY district'
PLACES = 'SELECT district, sum(places) AS places, count(*) AS parks FROM "{parks}" GROUP BY district'


def people() -> str:
    """Thirty in one district, twenty in another, three in a third."""
    lines = ["id_number,name,amount,district,note"]
    for n in range(53):
        district = "110105" if n < 30 else "110108" if n < 50 else "110119"
        note = MOBILE if n % 6 == 0 else f"第{n}户"  # were every fifth a number of a person, the load would be held
        lines.append(f"1101011936050{n:05d},王{n},{100 + n}.00,{district},{note}")
    return "\n".join(lines) + "\n"


def parks() -> str:
    """Twenty-four and twelve car parks, and two in a third district."""
    lines = ["park_id,name,places,district,keeper"]
    for n in range(38):
        district = "110105" if n < 24 else "110108" if n < 36 else "110119"
        lines.append(f"p{n},停车场{n},{10 * n + 1},{district},{MOBILE}")
    return "\n".join(lines) + "\n"


@dataclass
class Floor:
    city: City
    now: datetime
    people: str
    parks: str
    company: Institution
    lead: Officer
    analyst: Officer
    first: Actor
    project: str

    @property
    def second(self) -> Actor:
        return self.city.reviewer

    def sql(self, text: str) -> str:
        return text.format(people=self.people, parks=self.parks)

    def run(self, text: str = BY_DISTRICT, *, by: Actor | None = None, now: datetime | None = None) -> services.Shown:
        return services.run(self.project, self.sql(text), by=by or self.analyst.actor, now=now or self.now)

    def saved(self, text: str = PLACES, name: str = "车位", *, by: Actor | None = None) -> str:
        return services.save(self.project, name, self.sql(text), by=by or self.analyst.actor, now=self.now).pk

    def frozen(self, text: str = PLACES, *, form: str = "table", by: Actor | None = None) -> Artefact:
        kept = self.saved(text, by=by)
        return services.freeze(kept, form=form, title="各区车位", by=by or self.analyst.actor, now=self.now)

    def asked(self, artefact: Artefact, *, by: Actor | None = None, **facts: object) -> str:
        given = {"artefact": artefact.pk, "recipient": "civil-affairs", "use": "养老规划", "declared": True}
        return cases.begin("zone_egress", given | facts, by=by or self.analyst.actor, now=self.now).case.number

    def take(self, number: str, verb: str, by: Actor, *, now: datetime | None = None, **facts: object) -> cases.Done:
        return cases.act(number, verb, facts, by=by, now=now or self.now)

    def released(
        self,
        text: str = "SELECT district, sum(places) AS places FROM \"{parks}\" WHERE district <> '110119' GROUP BY district",
    ) -> str:
        number = self.asked(self.frozen(text))
        self.take(number, "pass_first", self.first, seen=True)
        self.take(number, "approve", self.second, seen=True)
        return number


def admit(floor: Floor, slug: str, columns: list[str], *, provider: object, unit: list[str]) -> str:
    """The whole way of one dataset into the zone."""
    given = {
        "zone": "care", "dataset": slug, "columns": columns, "purpose": "research", "scenario": "养老产品", "registration_no": "GZ-1",
        "stays": True,
    }  # fmt: skip
    number = cases.begin("zone_admission", given, by=floor.city.steward, now=floor.now).case.number
    floor.take(number, "consent", actor("office_head", provider), **({"unit": unit} if unit else {}))  # type: ignore[arg-type]
    floor.take(
        number, "assess", actor("security_officer", provider), risk="low", assessment_no="评-1", measures="仅汇总"
    )  # type: ignore[arg-type]
    operator = Zone.objects.get(slug="care").operator
    until = floor.now + timedelta(days=3000)
    assess(slug, purposes=["research"], institution=operator, now=floor.now, until=until, code=f"PG-{number}")
    floor.take(number, "admit", floor.city.reviewer)
    return number


def a_floor() -> Floor:
    now = the_moment()
    city = a_city()
    of_people = published(city, PEOPLE, steward=city.civil_steward, head=city.civil_head, now=now)
    load(of_people, people(), by=city.civil_steward, now=now)
    of_parks = published(city, PARKS, now=now)
    load(of_parks, parks(), by=city.steward, now=now)
    body = an_institution("care-data", "示范养老数据公司", "Care Data", kind="enterprise")
    Institution.objects.update(standing="document_seen")
    company = Institution.objects.get(pk=str(body))
    today = now.date()
    Zone.objects.create(
        slug="care", case="-", number="ZQ-1", name_zh="养老专区", name_en="Care zone", kind="domain", implementing=str(city.transport),
        operator=str(body), products=["养老规划", "停车产品"], since=today - timedelta(days=30), until=today + timedelta(days=700),
        state=Zone.State.OPERATING, agreement="{}", digest="-", signed_at=now,
    )  # fmt: skip
    floor = Floor(
        city=city,
        now=now,
        people=catalogue.published(of_people).slug,
        parks=catalogue.published(of_parks).slug,
        company=company,
        lead=officer("zone_operator", company),
        analyst=officer("zone_analyst", company),
        first=actor("office_head", city.transport),
        project="",
    )
    admit(floor, floor.people, ["id_number", "name", "amount", "district"], provider=city.civil, unit=["id_number"])
    admit(floor, floor.parks, ["park_id", "name", "places", "district", "keeper"], provider=city.transport, unit=[])
    floor.project = a_project(floor)
    return floor


def a_project(floor: Floor, *, until: date | None = None) -> str:
    """Opened by the lead, with both in the team and committed."""
    made: Project = services.open_project(
        "care", title="养老规划", product="养老规划", purpose="research", until=until or floor.now.date() + timedelta(days=90),
        by=floor.lead.actor, now=floor.now,
    )  # fmt: skip
    for one in (floor.lead, floor.analyst):
        services.add_member(made.code, str(one.person), by=floor.lead.actor, now=floor.now)
        services.commit(made.code, by=one.actor, now=floor.now)
    return made.code
