"""What the control board asks of sharing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.catalogue import selectors as catalogue
from kaimen.compliance.selectors import commitments as committed
from kaimen.core.errors import Missing
from kaimen.core.lifecycle.controls import Part, Ref, part_of, unseen
from kaimen.core.lifecycle.rules import Words
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy import odrl
from kaimen.core.policy.obligations import Filter
from kaimen.core.policy.rows import All, Compare, Term
from kaimen.core.policy.text import obligation_from_data
from kaimen.evidence import selectors as evidence
from kaimen.gate import selectors as gate
from kaimen.sharing import selectors
from kaimen.sharing.models import Agreement

if TYPE_CHECKING:
    from kaimen.gate.models import Grant


def agreements(now: datetime) -> Iterator[Part]:
    """BJ-17: one agreement carries every way of supply: the grant in force says what was signed, and the document is as it was signed."""
    live = {case.pk for case in cases.in_states("sharing_request", {"in_use", "ending"})}
    kept = list(Agreement.objects.filter(case__in=live))
    grants = gate.grants_by_code([one.code for one in kept])

    def well(one: Agreement) -> bool:
        document = selectors.document(one)
        if odrl.digest(document) != one.digest:
            return False
        terms, grant = odrl.read(document), grants.get(one.code)
        return (
            grant is not None
            and grant.ended_at(now) is None
            and (grant.dataset, grant.institution) == (terms.dataset, terms.assignee)
            and set(grant.purposes) == set(terms.purposes)
        )

    yield part_of(
        Words(
            zh="使用中的协议和门上的授权一致，文本没有变过",
            en="Agreements in use and the grants of the gate say the same, and their text is as signed",
        ),
        [(well(one), Ref(name=one.code, url=f"/agreements/{one.code}")) for one in kept],
    )


def by_hand(now: datetime) -> Iterator[Part]:
    """BJ-17: what was opened between bodies without a case, as an agreement entered by hand; then what the article asks and nothing looks at."""
    held = _by_hand(now)
    entries = catalogue.published_many({one.dataset for one in held})
    yield part_of(
        Words(
            zh="没有走申请、手工登记的协议写明依据和用途，数据还在目录里、没有列为不予共享",
            en="Agreements that were entered by hand state basis and purposes, of data that are in the catalogue and not kept from sharing",
        ),
        [
            (
                bool(one.basis_zh and one.basis_en and one.purposes)
                and one.dataset in entries
                and entries[one.dataset].share_type != _NOT_SHARED,
                _held(one, entries),
            )
            for one in held
        ],
    )
    for words in (
        Words(
            zh="六个基础库的标记和来源部门（目录还没有这个标记，没有检查）",
            en="The marks of the six basic databases and their departments (the catalogue has no such mark yet, not looked at)",
        ),
        Words(
            zh="同一份协议分别用查询、接口、文件和代理调用取一次（没有检查）",
            en="One agreement tried by query, API, file and proxied call (not looked at)",
        ),
        Words(
            zh="区级系统的联邦接入、使用情况和质量的按期评价（没有检查）",
            en="The joining of a district's instance, and evaluations of use and quality (not looked at)",
        ),
    ):
        yield unseen(words)


_NOT_SHARED = 3


def _by_hand(now: datetime) -> list[Grant]:
    """What one body may ask of another now and no case stands behind."""
    held = [one for one in gate.grants_in_force(now) if one.institution and one.institution != one.assigner]
    known = cases.known_numbers(one.code for one in held)
    return [one for one in held if one.code not in known]


def _held(one: Grant, entries: Mapping[str, PublishedEntry]) -> Ref:
    """It has no page of its own: the page of its data."""
    return Ref(name=one.code, url=f"/data/{entries[one.dataset].slug}" if one.dataset in entries else "")


def in_time(now: datetime) -> Iterator[Part]:
    """BJ-17: no open request waits for somebody whose term is over."""
    late = cases.late(now)
    yield part_of(
        Words(
            zh="没有共享申请超过期限还在等",
            en="No request for sharing waits beyond its term",
        ),
        [
            (case.pk not in late, Ref(name=case.number, url=f"/cases/{case.number}"))
            for case in cases.in_states("sharing_request", cases.states("sharing_request"))
            if case.closed_at is None
        ],
    )


def regions(now: datetime) -> Iterator[Part]:
    """BJ-08: both sides of an agreement across regions have region and level on record."""
    del now
    things: list[tuple[bool, Ref]] = []
    for one in Agreement.objects.all():
        sides = [accounts.institution(one.provider), accounts.institution(one.demand)]
        if sides[0].region != sides[1].region or sides[0].level != sides[1].level:
            things.append(
                (all(side.region and side.level for side in sides), Ref(name=one.code, url=f"/agreements/{one.code}"))
            )
    yield part_of(
        Words(
            zh="跨地区、跨层级的协议写明双方的地区和层级",
            en="Agreements across regions or levels state region and level of both sides",
        ),
        things,
    )


def commitments(now: datetime) -> Iterator[Part]:
    """BJ-48: whoever uses data by an agreement has signed the data-use commitment, also where the agreement was entered by hand."""
    live, held = cases.in_states("sharing_request", {"in_use", "ending"}), _by_hand(now)
    entries = catalogue.published_many({one.dataset for one in held})
    signed = committed.committed([*(case.number for case in live), *(one.code for one in held)])
    yield part_of(
        Words(
            zh="使用中的共享都有签署的数据使用承诺",
            en="Whoever uses shared data has signed the data-use commitment",
        ),
        [
            *((case.number in signed, Ref(name=case.number, url=f"/cases/{case.number}")) for case in live),
            *((one.code in signed, _held(one, entries)) for one in held),
        ],
        evidence=[Ref(name="承诺书文本", en="Text of the commitment", url="/commitments/text")],
    )


def enterprises(now: datetime) -> Iterator[Part]:
    """BJ-26: an agreement with an enterprise states purpose, term and what it rests on."""
    kinds = {str(one.pk): one.body_kind for one in accounts.institutions(at=now)}
    things: list[tuple[bool, Ref]] = []
    for one in Agreement.objects.order_by("code"):
        if "enterprise" in {kinds.get(one.provider), kinds.get(one.demand)}:
            terms = odrl.read(selectors.document(one))
            things.append((bool(terms.purposes and terms.basis), Ref(name=one.code, url=f"/agreements/{one.code}")))
    yield part_of(
        Words(
            zh="和企业的共享协议写明用途、期限和依据",
            en="Agreements of sharing with enterprises state purpose, term and basis",
        ),
        things,
    )


def links(now: datetime) -> Iterator[Part]:
    """BJ-37: whatever passes between bodies rests on something that was agreed: a case, or a basis in writing."""
    held = [one for one in gate.grants_in_force(now) if one.institution]
    known = cases.known_numbers(one.code for one in held)
    yield part_of(
        Words(
            zh="机构之间的每个通道都有协议、案件或书面依据",
            en="Each way between bodies rests on an agreement, a case or a basis in writing",
        ),
        [
            (
                one.code in known or bool(one.basis_zh or one.basis_en),
                Ref(name=one.code, url=f"/cases/{one.code}" if one.code in known else ""),
            )
            for one in held
        ],
    )


def returned(now: datetime) -> Iterator[Part]:
    """BJ-41: a body of a district that gets data of persons or places from the city gets the rows of its own area and no others."""
    bodies = {str(one.pk): one for one in accounts.institutions(at=now)}
    held = [
        one
        for one in gate.grants_in_force(now)
        if one.institution in bodies and bodies[one.institution].level in _LOWER
    ]
    entries = catalogue.published_many({one.dataset for one in held})
    areas, known = catalogue.spec().list_of("area").codes, cases.known_numbers(one.code for one in held)
    things: list[tuple[bool, Ref]] = []
    for one in held:
        columns = _area_columns(entries[one.dataset]) if one.dataset in entries else set[str]()
        if not columns or one.assigner == one.institution:
            continue
        region = bodies[one.institution].region
        own = {region, areas[region].zh} if region in areas else {region}
        rows = [
            term
            for duty in map(obligation_from_data, one.duties)
            if isinstance(duty, Filter)
            for term in _compared(duty.term)
            if term.column in columns
        ]
        limited = any(bool(term.values) and set(map(str, term.values)) <= own for term in rows if term.op in _NAMES)
        things.append((limited, Ref(name=one.code, url=f"/cases/{one.code}" if one.code in known else "")))
    yield part_of(
        Words(
            zh="给下级机构的回流数据按区域代码逐行限定在本区域",
            en="What flows back to a lower level is limited, row by row, to its own area",
        ),
        things,
    )


_LOWER = frozenset({"district", "street"})
_NAMES = frozenset({"in", "eq"})
"""Comparisons that leave the named values and no others."""


def _area_columns(entry: PublishedEntry) -> set[str]:
    return {item.column for item in entry.items if item.code_list == "area" or item.column == "district"}


def _compared(term: Term) -> Iterator[Compare]:
    match term:
        case Compare():
            yield term
        case All():
            for each in term.terms:
                yield from _compared(each)
        case _:
            return


def archived(now: datetime) -> Iterator[Part]:
    """BJ-39: what was signed can be filed away: the text has its digest, and every step of its case stands in the log."""
    del now
    yield part_of(
        Words(
            zh="签过的协议可以归档核对：文本和摘要一致，每一步都有存证",
            en="What was signed can be filed and checked: text and digest agree, and every step stands in the log",
        ),
        [
            (
                odrl.digest(selectors.document(one)) == one.digest
                and bool(steps := cases.steps_of(one.case))
                and all(_logged(step.receipt) for step in steps),
                Ref(name=one.code, url=f"/agreements/{one.code}"),
            )
            for one in Agreement.objects.order_by("code")
        ],
    )


def _logged(receipt: str) -> bool:
    try:
        evidence.entry(receipt)
    except Missing:
        return False
    return True
