"""A small city for tests: bodies, people in their roles, a body that passes every rule, and the whole way to publication."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from kaimen.accounts import sealing
from kaimen.accounts.models import Institution, Person
from kaimen.catalogue import services
from kaimen.core.metadata.entry import (
    Assessment,
    Body,
    Declaration,
    Instrument,
    Item,
    Kind,
    PiClass,
    Retention,
    Text,
    Visibility,
)
from kaimen.core.policy.party import Actor, Assurance, InstitutionId, PersonId, Role

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
ASSESSED = Assessment(document="保评-2026-5", on=date(2026, 5, 1), result="通过")
NO_PI = Assessment(no_pi_reason=Text(zh="不含个人信息", en="No personal information"))


def a_person() -> PersonId:
    person = Person.objects.create(name_sealed=b"-", name_key=b"-", registered_at=NOW)
    return PersonId(str(person.pk))


def an_institution(
    slug: str, zh: str, en: str, *, kind: str = "government_department", authority: bool = False
) -> InstitutionId:
    found = Institution.objects.create(
        id=uuid.uuid5(uuid.NAMESPACE_DNS, slug), slug=slug, name_zh=zh, name_en=en, body_kind=kind, level="city", region="110000",
        region_year=2025, is_authority=authority, since=date(2020, 1, 1),
    )  # fmt: skip
    return InstitutionId(str(found.pk))


def name_everybody() -> None:
    """People whom the tests of the rooms made without a name have one here: pages show it."""
    for one in Person.objects.filter(name_sealed=b"-"):
        one.name_sealed = sealing.seal("某人", column=sealing.NAME, row=one.pk)
        one.save(update_fields=["name_sealed"])


def actor(role: str, institution: InstitutionId | None, person: PersonId | None = None) -> Actor:
    return Actor(
        person=person or a_person(),
        institution=institution,
        role=Role(role),
        assurance=Assurance.TWO_FACTOR,
        signed_in_at=NOW,
    )


@dataclass
class City:
    transport: InstitutionId
    civil: InstitutionId
    authority: InstitutionId
    steward: Actor
    head: Actor
    reviewer: Actor
    civil_steward: Actor
    civil_head: Actor
    citizen: Actor


def a_city() -> City:
    transport = an_institution("transport", "示范市交通委员会", "Transport Commission")
    civil = an_institution("civil-affairs", "示范市民政局", "Civil Affairs Bureau")
    authority = an_institution("data-authority", "示范市数据局", "Data Authority", authority=True)
    return City(
        transport=transport,
        civil=civil,
        authority=authority,
        steward=actor("steward", transport),
        head=actor("department_head", transport),
        reviewer=actor("authority_reviewer", authority),
        civil_steward=actor("steward", civil),
        civil_head=actor("department_head", civil),
        citizen=actor("applicant", None),
    )


def an_item(column: str, zh: str, en: str, **changes: object) -> Item:
    return replace(Item(column=column, name_zh=zh, name_en=en, data_type="C", level=1), **changes)


PARKING = Body(
    kind=Kind.DATASET,
    title=Text(zh="公共停车场基本信息", en="Public car parks"),
    description=Text(
        zh="全市公共停车场的位置、车位数和收费，含无障碍车位和充电车位。", en="Where the city's public car parks are, how many places they have and what they cost."
    ),
    class_path="213001",
    format_class="2",
    formats=("csv",),
    items=(
        an_item("park_id", "停车场编号", "Car park number", is_key=True, nullable=False),
        an_item("name", "停车场名称", "Name"),
        an_item("places", "车位数", "Places", data_type="I"),
    ),
    share_type=1,
    share_methods=("api", "file", "query"),
    open_type=1,
    licence="km-open-1",
    update_frequency="4",
    category="place",
    themes=("transport",),
    data_themes=("TRAN",),
    level=1,
    visibility=Visibility.PUBLIC,
    keywords_zh=("停车", "车位"),
    keywords_en=("parking",),
    spatial=("110000",),
    area_level="point",
    secrecy_declaration=Declaration(declared=True, on=date(2026, 11, 1)),
)  # fmt: skip

ALLOWANCES = replace(
    PARKING,
    title=Text(zh="高龄津贴发放名单", en="Old-age allowances paid"),
    description=Text(zh="按月向八十岁以上老人发放的津贴，含姓名和身份证号。", en="Allowances paid monthly to residents over eighty."),
    class_path="203001",
    items=(
        an_item("id_number", "身份证号", "Identity number", level=4, pi_class=PiClass.GENERAL, identifier_kind="direct", mask_rule="pseudonym:person"),
        an_item("name", "姓名", "Name", level=3, pi_class=PiClass.GENERAL, identifier_kind="direct", mask_rule="keep:1,0"),
        an_item("amount", "金额", "Amount", data_type="Y", level=2),
    ),
    share_type=2,
    share_conditions=replace(PARKING.share_conditions, bodies=("government_department",), purposes=("duty",)),
    open_type=3,
    licence="",
    level=4,
    themes=("welfare",),
    visibility=Visibility.GOVERNMENT,
    keywords_zh=("津贴", "高龄"),
    duty_basis=(Instrument(kind="law", title="老年人权益保障法", article="33"),),
    pi_count_band="10k-100k",
    retention=Retention(duration="P3Y", basis="会计档案管理办法"),
)  # fmt: skip


def published(
    city: City, body: Body = PARKING, *, steward: Actor | None = None, head: Actor | None = None, now: datetime = NOW
) -> str:
    """The whole way, each step by the one who may."""
    steward, head = steward or city.steward, head or city.head
    entry = services.draft(body, by=steward, now=now)
    onwards(city, entry, body, steward=steward, head=head, now=now)
    return entry


def onwards(city: City, entry: str, body: Body, *, steward: Actor, head: Actor, now: datetime = NOW) -> None:
    """From a saved draft to publication."""
    services.check(entry, by=steward, now=now)
    pi = NO_PI if body.pi_class is PiClass.NONE else ASSESSED
    services.assess(entry, confidentiality=ASSESSED, pi=pi, by=steward, now=now)
    services.head_approve(entry, by=head, now=now)
    services.submit(entry, by=steward, now=now)
    services.decide(entry, "approve", by=city.reviewer, now=now)
