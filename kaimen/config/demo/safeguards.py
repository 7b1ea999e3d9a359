"""Safeguards of the demo city: officers on record, a vendor, a record of processing, two exports, levels confirmed, a commitment. All synthetic.

Each part is there whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from demo.plan import City
from kaimen.accounts import selectors as accounts
from kaimen.cases import services as cases
from kaimen.cases.models import Case
from kaimen.catalogue import selectors as catalogue
from kaimen.compliance import services
from kaimen.compliance.models import Grade
from kaimen.config.demo.people import People, Someone
from kaimen.core.metadata import grading
from kaimen.core.policy.party import Actor, Assurance, PersonId, Role, Via

_SHA = "0" * 63 + "1"
"""Stands for the digest of a paper that nobody wrote."""
_POSTS = (
    ("civil", "department_head"),
    ("civil", "protection_officer"),
    ("transport", "department_head"),
    ("transport", "protection_officer"),
    ("health", "protection_officer"),
    ("hotline", "protection_officer"),
    ("authority", "cdo"),
)
"""Offices that were held before the register began, and were entered into it."""
_SECURITY = ("钟澜", "zhong-lan@demo.example")
_VENDOR_PEOPLE = "程远（合成）, cheng-yuan@vendor.demo.example\n陆遥（合成）, lu-yao@vendor.demo.example"


def guard(plan: City, people: People, *, now: datetime) -> None:
    """What is not there yet."""
    parts = (
        ("officer", _officers),
        ("vendor", _vendor),
        ("processing", _processing),
        ("export_assessment", _exports),
        ("sharing_request", _share),
    )
    for workflow, part in parts:
        if not Case.objects.filter(workflow=workflow).exists():
            with transaction.atomic():
                part(plan, people, now)
    if not Grade.objects.exists():
        _grade(plan, people, now)


def _begin(workflow: str, by: Actor, at: datetime, **facts: object) -> str:
    return cases.begin(workflow, facts, by=by, now=at).case.number


def _take(number: str, verb: str, by: Actor, at: datetime, **facts: object) -> None:
    cases.act(number, verb, facts, by=by, now=at)


def _officers(plan: City, people: People, now: datetime) -> None:
    begun = now - timedelta(days=60)
    for place, (body, post) in enumerate(_POSTS):
        held = people.holder(plan, body, post)
        named = next(one for one in plan.people if people.someone[one.code] == held)
        address = f"{named.code.replace('_', '-')}@demo.example"
        _appoint(
            plan, people, body, post, named.name.zh, address, at=begun + timedelta(hours=place), since=400, now=now
        )
    _appoint(plan, people, "civil", "security_officer", *_SECURITY, at=begun + timedelta(days=3), since=55, now=now)


def _appoint(
    plan: City,
    people: People,
    body: str,
    post: str,
    name: str,
    address: str,
    *,
    at: datetime,
    since: int,
    now: datetime,
) -> None:
    by_steward = post in {"protection_officer", "security_officer"}
    nominator = people.holder(plan, body, "steward") if by_steward else people.holder(plan, "authority", "operator")
    head = post == "department_head"
    approver = (
        people.holder(plan, "authority", "authority_reviewer") if head else people.holder(plan, body, "department_head")
    )
    facts = {"body": body.replace("_", "-"), "post": post, "way": "regular", "name": name, "address": address}
    number = _begin("officer", nominator.acting(at), at, **facts)
    _take(number, "approve_head" if head else "approve", approver.acting(at), at + timedelta(days=1))
    day = (now - timedelta(days=since)).date().isoformat()
    _take(
        number,
        "appoint",
        nominator.acting(at),
        at + timedelta(days=2),
        letter_no=f"示任〔1〕{number[-3:]}号（合成）",
        since=day,
    )
    _take(number, "publish", nominator.acting(at), at + timedelta(days=2, hours=1), contact="010-0000-0000")
    if post == "protection_officer":
        own = people.holder(plan, body, post).acting(at)
        _take(number, "file", own, at + timedelta(days=9), filed_no=f"示报{number[-3:]}（合成）")


def _security(people: People, at: datetime) -> Actor:
    person = accounts.person_at(_SECURITY[1])
    return Actor(
        person=PersonId(str(person)), institution=people.institutions["civil"], role=Role("security_officer"),
        via=Via.SESSION, assurance=Assurance.TWO_FACTOR, signed_in_at=at,
    )  # fmt: skip


def _vendor(plan: City, people: People, now: datetime) -> None:
    at = now - timedelta(days=40)
    facts = {
        "vendor": "care-lab", "project": "津贴发放系统运维（合成）", "system": "津贴发放系统", "approval_no": "示信〔1〕1号", "contract_no": "示合-1",
        "since": at.date().isoformat(), "until": (now + timedelta(days=300)).date().isoformat(), "people": _VENDOR_PEOPLE,
        "norms": "只在授权的时间和范围内操作；操作留痕；不导出数据。",
    }  # fmt: skip
    number = _begin("vendor", people.holder(plan, "civil", "steward").acting(at), at, **facts)
    cleared = at + timedelta(days=2)
    _take(number, "clear", _security(people, cleared), cleared, commitment=True, commitment_digest=_SHA)


def _processing(plan: City, people: People, now: datetime) -> None:
    at = now - timedelta(days=30)
    facts = {
        "dataset": "elder_allowances", "activity": "高龄津贴的审核和发放（合成）", "purposes": ["service-delivery", "audit", "duty"],
        "basis": "duty", "statute": "老年人权益保障法第三十三条", "persons_band": "10k-100k", "source": "subject",
        "recipients": "haidian-health\naudit\ncare-lab", "months": 36, "months_basis": "会计档案管理办法", "notice": "rules",
        "notice_at": "本站“个人信息处理登记”页", "storage": "domestic", "automated": False,
    }  # fmt: skip
    number = _begin("processing", people.holder(plan, "civil", "steward").acting(at), at, **facts)
    _take(number, "endorse", people.holder(plan, "civil", "protection_officer").acting(at), at + timedelta(days=1))


def _exports(plan: City, people: People, now: datetime) -> None:
    """One goes to the state's assessment, because a state organ has named persons in it; one is exempt and counted by the gate."""
    at = now - timedelta(days=20)
    common = {"country": "新加坡", "manner": "transfer", "secret": False, "judicial": False, "exception": "none"}
    steward, guard_, head, office = _hands(plan, people, "transport")
    first = _begin(
        "export_assessment", steward.acting(at), at, dataset="parking_operators", columns=["contact_name", "contact_phone"],
        purposes=["research"], recipient="示范停车研究所（合成）", persons=1200, **common,
    )  # fmt: skip
    _take(first, "screen", guard_.acting(at), at + timedelta(days=1))
    told = {"self_assessment": "只给研究必需的两项。（合成）", "notice": "已逐一书面告知联系人。（合成）"}
    _take(first, "prepare", steward.acting(at), at + timedelta(days=4), consent="duty", **told)
    filed = at + timedelta(days=6)
    _take(
        first,
        "file",
        (office or head).acting(filed),
        filed,
        filed_no="示网申-1（合成）",
        filed_on=filed.date().isoformat(),
    )
    _counted(plan, people, common, told, at=at, now=now)


def _counted(
    plan: City,
    people: People,
    common: Mapping[str, object],
    papers: Mapping[str, object],
    *,
    at: datetime,
    now: datetime,
) -> None:
    steward, guard_, head, _ = _hands(plan, people, "airport")
    columns = [item.column for item in catalogue.published("flights").items][:6]
    number = _begin(
        "export_assessment", steward.acting(at), at, dataset="flights", columns=columns, purposes=["statistics"],
        recipient="示范航空数据公司（合成）", **common,
    )  # fmt: skip
    _take(number, "screen", guard_.acting(at), at + timedelta(days=1))
    _take(number, "prepare", steward.acting(at), at + timedelta(days=2), consent="no_persons", **papers)
    until = (now + timedelta(days=300)).date().isoformat()
    basis = _begin(
        "impact_assessment", steward.acting(at), at + timedelta(days=2), dataset="flights", kind="export", export=number,
        purposes=["statistics"], columns=columns, legality="统计航班，不含个人信息。（合成）", risk="低。（合成）", measures="按上限放行。（合成）",
        grade="low", holds_until=until,
    )  # fmt: skip
    _take(basis, "review", guard_.acting(at), at + timedelta(days=3), opinion="可以。")
    _take(basis, "approve", head.acting(at), at + timedelta(days=4))
    _take(number, "decide", head.acting(at), at + timedelta(days=5), ceiling=100_000, holds_until=until)


def _hands(plan: City, people: People, body: str) -> tuple[Someone, Someone, Someone, Someone | None]:
    held = {person.role for person in plan.bodies[body].people}
    return (
        people.holder(plan, body, "steward"),
        people.holder(plan, body, "protection_officer"),
        people.holder(plan, body, "department_head"),
        people.holder(plan, body, "office_head") if "office_head" in held else None,
    )


def _share(plan: City, people: People, now: datetime) -> None:
    """A request that the demand side has signed, so its commitment stands; the provider signs next."""
    at = now - timedelta(days=6)
    asking, theirs = people.holder(plan, "civil", "steward"), people.holder(plan, "civil", "office_head")
    facts = {
        "dataset": "parking_operators", "columns": ["operator", "district", "lots"], "purpose": "service-delivery",
        "use_basis": "示范市养老服务条例（合成）", "use_scenario": "为养老机构协调停车位", "use_scope": "养老服务处", "share_method": "query",
        "use_until": (now + timedelta(days=200)).date().isoformat(), "truth_declaration": True,
    }  # fmt: skip
    number = _begin("sharing_request", asking.acting(at), at, **facts)
    _take(number, "consent_demand", theirs.acting(at), at + timedelta(hours=3))
    _take(number, "agree", people.holder(plan, "transport", "office_head").acting(at), at + timedelta(days=2))
    ticks = dict.fromkeys(("no_onward", "no_reidentify", "no_harm_public", "no_harm_others", "no_harm_ethics"), True)
    _take(number, "sign_demand", theirs.acting(at), at + timedelta(days=3), **ticks)


def _grade(plan: City, people: People, now: datetime) -> None:
    """The levels of one entry are confirmed as suggested; the others wait."""
    entry = catalogue.published("care_homes")
    levels = {item.column: grading.suggest(item, entry.body).level for item in entry.items}
    officer = people.holder(plan, "civil", "protection_officer").acting(now)
    services.confirm(entry.id, levels, reason="", by=officer, now=now - timedelta(days=5))
