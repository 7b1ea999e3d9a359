"""A small city with one object behind every kind of address, and a visitor for every role of the pack at two bodies of each kind.

What is made here belongs to the transport commission, to civil affairs or to companies; "others" are bodies that stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.test import Client

from kaimen.accounts import services as accounts
from kaimen.accounts.models import Institution
from kaimen.accounts.roles import roles
from kaimen.accounts.scopes import Scope
from kaimen.accounts.selectors import MANDATE
from kaimen.cases import services as cases
from kaimen.cases import subscribing
from kaimen.cases.models import Act as CaseAct
from kaimen.cases.models import Case
from kaimen.catalogue import selectors as catalogue
from kaimen.catalogue import services as entries
from kaimen.core.policy.party import Actor, Via
from kaimen.lake import services as lake
from kaimen.lake.models import Load
from kaimen.monitor import services as monitor
from kaimen.office import services as office
from kaimen.sharing.models import Agreement
from kaimen.trading.models import Asset
from tests.accounts.people import Officer, officer, person, signed_in
from tests.catalogue.city import ALLOWANCES, ASSESSED, NO_PI, PARKING, actor, an_institution, name_everybody, published
from tests.gate.assessed import assess
from tests.monitor.registrars import CENTRE, competent
from tests.sharing.conftest import ASKED, PLEDGED
from tests.trading.market import ASSET, USE, Market, a_side, an_exchange, name_operator
from tests.zones.floor import Floor, a_floor

OF_A_DEPARTMENT = (
    "steward", "office_head", "department_head", "cdo", "security_officer", "protection_officer", "helper",
)  # fmt: skip
OF_A_COMPANY = ("zone_operator", "zone_analyst", "trader")
OVERSEEING = ("operator", "auditor", "government", "security_admin")
PASSKEY = {"method": "mfa", "type": "webauthn"}
PASSWORD = {"method": "password"}
NEVER = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
"""An id in the right form that nothing has."""


@dataclass
class Visitor:
    """Somebody at the door: what they are called in a failure, in which role, of which body."""

    name: str
    role: str
    body: str
    browser: Client
    officer: Officer | None = None
    helped: bool = False

    @property
    def signed_in(self) -> bool:
        return self.role != "public"


@dataclass
class World:
    """The objects by the names that permissions.yaml uses, whose they are, and who comes."""

    now: datetime
    objects: dict[str, dict[str, str]] = field(default_factory=dict)
    bodies: dict[str, set[str]] = field(default_factory=dict)
    persons: dict[str, str] = field(default_factory=dict)
    visitors: list[Visitor] = field(default_factory=list)

    def put(self, name: str, /, *, of: set[str] | None = None, holder: str = "", **values: str) -> None:
        """An object: what stands in its address, whose body's or person's it is."""
        self.objects[name] = values
        self.bodies[name] = {str(one) for one in of or set()}
        self.persons[name] = holder

    def owns(self, who: Visitor, name: str) -> bool:
        """Is it an object of this visitor's body, or their own?"""
        if who.helped:
            return False
        mine = str(who.officer.person) if who.officer else "-"
        return who.body in self.bodies[name] or mine == self.persons[name]

    def someone(self, role: str, body: str = "") -> Visitor:
        """The first visitor in a role (of a body)."""
        return next(one for one in self.visitors if one.role == role and not one.helped and body in {"", one.body})


def a_world() -> World:
    """Everything; needs a home with a pool that serves it."""
    floor = a_floor()
    world = World(now=floor.now)
    health = an_institution("health", "示范市卫生健康委员会", "Health Commission")
    other = an_institution("other-data", "示范另一数据公司", "Other Data", kind="enterprise")
    market = _market(floor)
    Institution.objects.update(standing="document_seen")
    _visitors(world, floor, market, str(health), str(other))
    _catalogue(world, floor)
    _sharing(world, floor)
    _lake(world, floor)
    _exchange(world, market)
    _zone(world, floor)
    _monitor(world)
    _personal(world)
    world.put("word", text="kmi_AAAAAAAA_nothing", uidb36="1", key="set-password")
    world.put(
        "law",
        number="21",
        rule_id="SHR-03",
        article="21",
        year="2026",
        code="110108",
        workflow="sharing_request",
        control_id="BJ-06",
        document="catalog",
    )
    world.put("workflow", code="sharing_request")
    office.settle_schedules(now=floor.now)
    world.put("schedule", code="controls", verb="resume")
    world.put("log", entry_id=CaseAct.objects.latest("pk").receipt, path="0/000", size="1", receipt=NEVER)
    name_everybody()
    return world


# ---- who comes ---------------------------------------------------------------------------------------------------------------
def _visitors(world: World, floor: Floor, market: Market, health: str, other: str) -> None:
    city = floor.city
    world.visitors.append(Visitor("anybody", "public", "", Client()))
    citizen = person("钱多")
    world.visitors.append(Visitor("a citizen", "applicant", "", signed_in(citizen)))
    for body in (str(city.transport), health):
        for role in OF_A_DEPARTMENT:
            _add(world, role, body)
    _add(world, "steward", str(city.civil))
    for role in ("authority_reviewer", *OVERSEEING):
        _add(world, role, str(city.authority))
    for role in OVERSEEING:
        _add(world, role, health)
    for known in (floor.lead, floor.analyst):
        _put(world, known)
    _add(world, "trader", str(market.buyer.body))
    for role in OF_A_COMPANY:
        _add(world, role, other)
    _add(world, "exchange_staff", str(market.exchange))
    _add(world, "exchange_staff", other)
    helper = officer("helper", Institution.objects.get(pk=str(city.transport)))
    mandate = accounts.open_mandate(
        channel="counter", ground="present", identified_by="identity-card", read_back=True, consent=True, described_as="王奶奶", by=helper.actor, now=world.now
    )  # fmt: skip
    _put(world, helper, helped=True)
    session = world.visitors[-1].browser.session
    session[MANDATE] = str(mandate.pk)
    session.save()
    alone = world.someone("helper")
    assert alone.officer is not None
    given = accounts.open_mandate(
        channel="counter", ground="written", identified_by="passport", read_back=True, consent=True, described_as="李爷爷",
        by=alone.officer.actor, now=world.now,
    )  # fmt: skip
    world.put("mandate", holder=str(alone.officer.person), mandate_id=str(given.pk))
    missing = set(roles()) - {one.role for one in world.visitors}
    assert not missing, f"nobody comes in these roles: {missing}"


def _add(world: World, role: str, body: str) -> None:
    _put(world, officer(role, Institution.objects.get(pk=body)))


def _put(world: World, who: Officer, *, helped: bool = False) -> None:
    ways = (PASSKEY,) if who.appointment.role == "security_admin" else (PASSWORD, {"method": "mfa", "type": "totp"})
    body = Institution.objects.get(pk=who.appointment.institution_id)
    world.visitors.append(
        Visitor(
            name=f"{who.appointment.role} of {body.slug}" + (" for somebody" if helped else ""),
            role=who.appointment.role,
            body=str(body.pk),
            browser=signed_in(who.account, *ways, hat=who.appointment),
            officer=who,
            helped=helped,
        )
    )


def stale(who: Visitor) -> Client:
    """The same person, who signed in an hour and a half ago."""
    assert who.officer is not None
    return signed_in(who.officer.account, seconds_ago=5400, hat=who.officer.appointment)


def token(who: Visitor, *scopes: str, now: datetime) -> str:
    """A token of an officer, for all scopes where none are named."""
    assert who.officer is not None
    return accounts.mint_token(
        name="matrix", scopes=scopes or tuple(Scope), appointment_id=str(who.officer.appointment.pk), by=who.officer.actor, now=now
    )[1]  # fmt: skip


# ---- what there is -----------------------------------------------------------------------------------------------------------
def _catalogue(world: World, floor: Floor) -> None:
    city = floor.city
    draft = entries.draft(
        replace(PARKING, title=replace(PARKING.title, zh="拟编目录", en="To be listed")), by=city.steward, now=floor.now
    )
    world.put("draft", of={str(city.transport)}, entry_id=draft, section="about", verb="check")
    body = replace(PARKING, title=replace(PARKING.title, zh="待审目录", en="Handed in"))
    handed = entries.draft(body, by=city.steward, now=floor.now)
    entries.check(handed, by=city.steward, now=floor.now)
    entries.assess(handed, confidentiality=ASSESSED, pi=NO_PI, by=city.steward, now=floor.now)
    entries.head_approve(handed, by=city.head, now=floor.now)
    entries.submit(handed, by=city.steward, now=floor.now)
    world.put("handed in", of={str(city.transport), str(city.authority)}, entry_id=handed)
    public = published(
        city, replace(PARKING, title=replace(PARKING.title, zh="公交站点", en="Bus stops")), now=floor.now
    )
    slug = catalogue.published(public).slug
    world.put("open entry", name=slug, form="csv")
    world.put("levels", of={str(city.transport)}, name=slug, dataset=slug)


def _sharing(world: World, floor: Floor) -> None:
    city, now = floor.city, floor.now
    entry = published(
        city,
        replace(ALLOWANCES, title=replace(ALLOWANCES.title, zh="津贴二")),
        steward=city.civil_steward,
        head=city.civil_head,
        now=now,
    )
    slug = catalogue.published(entry).slug
    facts = ASKED | {"dataset": slug, "columns": ["amount"]}
    assess(slug, purposes=["duty"], institution=str(city.transport), columns=["amount"], now=now, code="PG-W")
    number = cases.begin("sharing_request", facts, by=city.steward, now=now).case.number
    heads = actor("office_head", city.transport), actor("office_head", city.civil)
    for verb, by, more in (
        ("consent_demand", heads[0], {}),
        ("agree", heads[1], {}),
        ("sign_demand", heads[0], PLEDGED),
        ("sign_provider", heads[1], {}),
    ):
        cases.act(number, verb, more, by=by, now=now)
    between = {str(city.transport), str(city.civil), str(city.authority)}
    world.put("agreement", of=between, code=Agreement.objects.get(case=Case.objects.get(number=number).pk).pk)
    code = world.objects["agreement"]["code"]
    contact, sender = (world.someone(role, str(city.transport)).officer for role in ("steward", "office_head"))
    assert contact is not None and sender is not None
    link = accounts.open_activation(
        contact=str(contact.appointment.pk), name="x", scopes=["gate:query"], ground=code, by=sender.actor, now=now
    )
    world.put("link", of=between, code=code, link=link.pk)
    again = cases.begin("sharing_request", facts, by=city.steward, now=now).case.number
    world.put("case", of=between, number=again, verb="consent_demand")


def _lake(world: World, floor: Floor) -> None:
    city, now = floor.city, floor.now
    entry = published(city, replace(PARKING, title=replace(PARKING.title, zh="渡口", en="Ferries")), now=now)
    feed = lake.create_feed(lake.FeedForm(entry=entry, name="ferries", mode="replace"), by=city.steward, now=now)
    content = b"park_id,name,places\np1,a,3\np2,b,many\n"
    planned = lake.plan_load(feed.pk, delivery=lake.receive(feed, [content], name="f.csv"), by=city.steward, now=now)
    lake.advance(planned.pk, now=now)
    load = Load.objects.get(pk=planned.pk)
    world.put("feed", of={str(city.transport)}, feed_id=feed.pk)
    world.put("load", of={str(city.transport)}, load_id=load.pk)


def _market(floor: Floor) -> Market:
    city, now = floor.city, floor.now
    exchange = an_exchange(now)
    seller, buyer = a_side("water", 1), a_side("airport", 2)
    entry = published(city, USE, steward=seller.steward, head=seller.head, now=now)
    name_operator(city, now)
    return Market(
        city=city, exchange=exchange, staff=actor("exchange_staff", exchange), colleague=actor("exchange_staff", exchange),
        seller=seller, buyer=buyer, entry=entry, now=now,
    )  # fmt: skip


def _exchange(world: World, market: Market) -> None:
    market.admitted(market.seller)
    market.admitted(market.buyer)
    product = market.listed()
    asset = Asset.objects.get().pk
    order = market.signed(product)
    both = {str(market.buyer.body), str(market.seller.body)}
    world.put("order", of={*both, str(market.exchange), str(market.city.authority)}, number=order)
    world.put("product", code=product)
    world.put("asset", code=asset)
    number = market.begin(
        "asset_registration", market.seller.trader, **(ASSET | {"title": "另一资产", "fingerprint": "c" * 64})
    )
    market.take(number, "apply", market.seller.trader, declared=True)
    for verb, told in (("accept", {}), ("begin_review", {}), ("pass_review", {"checked_form": True})):
        market.take(number, verb, market.city.reviewer, **told)
    world.put("notice", number=number)


def _zone(world: World, floor: Floor) -> None:
    company = {str(floor.company.pk), str(floor.city.transport), str(floor.city.authority)}
    text = "SELECT district, sum(places) AS places FROM \"{parks}\" WHERE district <> '110119' GROUP BY district"
    artefact = floor.frozen(text)
    number = floor.asked(artefact)
    floor.take(number, "pass_first", floor.first, seen=True)
    floor.take(number, "approve", floor.second, seen=True)
    world.put("zone", of=company, slug="care")
    world.put("project", of=company, code=floor.project, person=str(floor.analyst.person))
    world.put("analysis", of=company, code=floor.saved(text, name="再算"))
    world.put("artefact", of=company, code=artefact.pk)
    world.put("release", of={*company, str(floor.city.civil)}, number=number)
    world.put("released file", of={str(floor.city.civil)}, number=number)


def _monitor(world: World) -> None:
    steward = world.someone("steward")
    actor_ = steward.officer.actor if steward.officer else None
    assert actor_ is not None
    competent(*(str(one) for one in Institution.objects.values_list("pk", flat=True)))
    monitor.put("computing", CENTRE, by=actor_, now=world.now)
    heads = ",".join(CENTRE)
    line = ",".join(str({**CENTRE, "code": "AI-9"}[name]) for name in CENTRE)
    found = monitor.rehearse("computing", [f"{heads}\n{line}\n".encode()], name="s.csv", by=actor_, now=world.now)
    assert found.sheet is not None, found.faults
    own = {steward.body}
    world.put("record", of=own, kind="computing", code=CENTRE["code"])
    world.put("register", kind="computing", computation_id=NEVER, code="pue")
    world.put("sheet", of=own, sheet_id=found.sheet.pk)
    world.put("scorecard", scorecard_id=monitor.fix("2026Q3", by=Actor(via=Via.JOB), now=world.now).pk)


def _personal(world: World) -> None:
    """What belongs to one person or hangs on one appointment."""
    steward = world.someone("steward")
    assert steward.officer is not None
    own, now = steward.officer, world.now
    mine = str(own.person)
    kept, _ = accounts.mint_token(
        name="mine", scopes=["account:read"], appointment_id=str(own.appointment.pk), by=own.actor, now=now
    )
    world.put("token", holder=mine, token_id=kept.pk)
    feed = accounts.subscribe(by=own.actor, appointment_id=str(own.appointment.pk), now=now)
    world.put("calendar feed", holder=mine, feed_id=feed.split("_")[1], text=feed)
    world.put("appointment", of={steward.body}, appointment_id=str(own.appointment.pk), verb="suspend")
    made, _ = subscribing.subscribe("https://127.0.0.1/hook", by=own.actor, now=now)
    world.put("webhook", of={steward.body}, subscription=made)
    begun = cases.save("sharing_request", "open", {"use_basis": "-"}, by=own.actor, now=now)
    world.put("begun form", holder=mine, pk=str(begun))
    other = world.visitors[[who.name for who in world.visitors].index("steward of civil-affairs")].officer
    assert other is not None
    passkey = Authenticator.objects.create(user=other.account, type="webauthn", data={"name": "mine"})
    world.put("passkey", holder=str(other.person), pk=str(passkey.pk))
    world.put("institution", slug="transport", institution="transport")
