"""What the control board asks of this room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.cases import services as machine
from kaimen.compliance import selectors
from kaimen.compliance.selectors import inventory
from kaimen.compliance.selectors import officers as register
from kaimen.compliance.selectors import vendors as contracts
from kaimen.core.lifecycle.controls import Part, Ref, part_of, unseen
from kaimen.core.lifecycle.exports import Route
from kaimen.core.lifecycle.rules import Control, Words
from kaimen.core.lifecycle.terms import due
from kaimen.core.policy.party import Actor, InstitutionId, Role
from kaimen.gate import selectors as gate
from kaimen.lake import selectors as lake
from kaimen.office import selectors as office
from kaimen.office import services as trying

if TYPE_CHECKING:
    from kaimen.cases.models import Case

_CII, _OTHERS = "INC-01", "INC-03"
_EMERGENCY = "emergency"
_HOURS, _REVIEW = "POL-EMG-HOURS", "POL-EMG-REVIEW"
_WARRANTY_MONTHS = 24
"""Beijing 43: at least two years after acceptance."""


def attested(asked: Control, now: datetime) -> Iterator[Part]:
    """A named person's word that counts today. Without one the control fails: it is asked for because nothing else can tell."""
    word = selectors.last_word(asked.id)
    fault = selectors.fault_of(word, asked, now=now) if word else "missing"
    yield part_of(
        Words(
            zh="有具名确认，内容没有变过，还在有效期内",
            en="A named person has given their word, on this very sentence, and it has not run out",
        ),
        [(not fault, Ref(name=f"{asked.id} {fault}".strip(), url=f"/law/{asked.article}#word"))],
        evidence=[Ref(name="确认的存证", en="Proof of the word", url=f"/log/{word.receipt}")] if word else [],
    )


def _case(one: Case) -> Ref:
    return Ref(name=one.number, url=f"/cases/{one.number}")


# ---- emergencies and incidents -----------------------------------------------------------------------------------------------
def emergencies(now: datetime) -> Iterator[Part]:
    """BJ-40: an emergency grant names its event, is as short as the rule says, and is reviewed in time."""
    held = gate.grants_exempt(_EMERGENCY)
    files = {case.number: case for case in cases.in_states("emergency_access", cases.states("emergency_access"))}
    book = office.rules()

    def short(since: datetime, until: datetime) -> bool:
        end = due(since, book.value(_HOURS, book.calendar.day(since)).amount(), (), book.calendar)
        return end is not None and until <= end.at

    yield part_of(
        Words(
            zh="紧急授权写明事件和依据，时长不超过上限",
            en="Emergency grants name event and authority and are no longer than allowed",
        ),
        [
            (
                one.code in files
                and all(files[one.code].facts.get(name) for name in ("event", "authority"))
                and short(one.not_before, one.not_after),
                Ref(name=one.code, url=f"/cases/{one.code}"),
            )
            for one in held
        ],
    )
    over = [
        files[one.code]
        for one in held
        if one.code in files and (one.not_after <= now or files[one.code].state != "granted")  # or it was ended early
    ]
    yield part_of(
        Words(zh="用过的紧急授权在期限内复核", en="Emergency grants that are over are reviewed within the term"),
        [(not _late(case, {_HOURS, _REVIEW}, now), _case(case)) for case in over],
    )


def _late(case: Case, rules: set[str], now: datetime) -> bool:
    """Does a term of the case run past its day, or did it end after it?"""
    return any(
        clock.due_at is not None and (clock.ended_at or now) > clock.due_at
        for clock in cases.clocks(case)
        if clock.rule in rules
    )


def critical(now: datetime) -> Iterator[Part]:
    """BJ-47: an incident of critical infrastructure has the shorter term; both were begun and undone."""
    book, held, known = office.rules(), accounts.authority(), now.replace(second=0, microsecond=0)
    found: dict[str, datetime | None] = {}

    def begin(*, ciio: bool) -> None:
        assert held is not None  # noqa: S101 - asked before
        told = {
            "drill": "real",
            "kind": "outage",
            "known_at": known.isoformat(),
            "system": "-",
            "what": "-",
            "ciio": ciio,
        }
        by = Actor(institution=InstitutionId(str(held.pk)), role=Role("security_officer"))
        case = machine.begin("incident", told, by=by, now=now).case
        found.update({clock.rule: clock.due_at for clock in cases.clocks(case)})

    def well(rule: str, *, ciio: bool) -> bool:
        found.clear()
        refused = trying.refusal_of(lambda: begin(ciio=ciio))
        end = due(known, book.value(rule, book.calendar.day(now)).amount(), (), book.calendar)
        return refused is None and end is not None and found == {rule: end.at}

    tries = (
        (("关键信息基础设施", "Critical infrastructure", _CII, True), ("其他系统", "Other systems", _OTHERS, False))
        if held and cases.states("incident")
        else ()
    )
    yield part_of(
        Words(
            zh="试着登记事件：标为关键信息基础设施的按更短的时限计时",
            en="Incidents were tried: one of critical infrastructure runs by the shorter term",
        ),
        [(well(rule, ciio=ciio), Ref(name=name, en=en, url=f"/law/rules/{rule}")) for name, en, rule, ciio in tries],
    )
    bodies = {str(one.pk) for one in accounts.institutions(at=now) if one.ciio}
    yield part_of(
        Words(
            zh="关键信息基础设施运营者获准的出境都走了安全评估",
            en="What operators of critical infrastructure may send abroad went through the security assessment",
        ),
        [
            (case.facts.get("route") == Route.SECURITY_ASSESSMENT, _case(case))
            for case in cases.in_states("export_assessment", {"approved", "expired"})
            if (party := case.seat("provider")) is not None and party.institution in bodies
        ],
    )


def incidents(now: datetime) -> Iterator[Part]:
    """BJ-48: real incidents kept their terms; a drill was carried through, which is advice."""
    held = cases.in_states("incident", cases.states("incident"))
    terms = {rule for rule in office.rules().rules if rule.startswith("INC-")}
    yield part_of(
        Words(
            zh="事件的处置、告知、上报没有超过时限", en="Incidents were contained, told and reported within their terms"
        ),
        [(not _late(case, terms, now), _case(case)) for case in held if case.facts.get("drill") == "real"],
    )
    yield part_of(
        Words(zh="演练走完了全程（建议）", en="A drill was carried through to its end (advice)"),
        [(case.closed_at is not None, _case(case)) for case in held if case.facts.get("drill") == "drill"],
        advice=True,
    )


# ---- exports and vendors -----------------------------------------------------------------------------------------------------
def exports(now: datetime) -> Iterator[Part]:
    """BJ-29: what was approved to leave names country and recipient; whoever holds a grant has a place in the country on record."""
    yield part_of(
        Words(zh="获准出境的都写明目的地国家和接收方", en="What may leave names the country and the recipient"),
        [
            (bool(case.facts.get("country") and case.facts.get("recipient")), _case(case))
            for case in cases.in_states("export_assessment", {"approved", "expired"})
        ],
    )
    bodies = {str(one.pk): one for one in accounts.institutions(at=now)}
    yield part_of(
        Words(
            zh="持有授权的机构都登记了境内的行政区划",
            en="Each body that holds a grant has its place in the country on record",
        ),
        [
            (
                one.institution in bodies and bodies[one.institution].region.isdecimal(),
                Ref(
                    name=one.code,
                    url=f"/org/{bodies[one.institution].slug}" if one.institution in bodies else "",
                ),
            )
            for one in gate.grants_in_force(now)
            if one.institution
        ],
    )
    yield unseen(
        Words(
            zh="个人申请人所在的国家（申请表还没有这一栏，没有检查）",
            en="The country of persons who apply for themselves (the form does not ask for it yet, not looked at)",
        )
    )


def export_grounds(now: datetime) -> Iterator[Part]:
    """BJ-56: an export that rests on a treaty, a pilot or a negative list says which."""
    del now
    told = cases.in_states("export_assessment", {"approved", "expired"})
    yield part_of(
        Words(
            zh="用到条约、试点或负面清单的出境评估写明是哪一个",
            en="Export assessments that rest on a treaty, a pilot or a negative list say which",
        ),
        [
            (case.facts.get("exception") == "none" or bool(case.facts.get("exception_named")), _case(case))
            for case in told
        ],
    )


def vendors(now: datetime) -> Iterator[Part]:
    """BJ-43: a vendor's contract has approval, end and commitment; the warranty is long enough; what is closed was handed over and destroyed."""
    del now
    served = cases.in_states("vendor", {"active", "warranty", "handing_over", "handed_over", "destroyed", "closed"})
    yield part_of(
        Words(
            zh="供应商合同写明项目审批、到期日和数据承诺",
            en="Contracts of vendors state the project's approval, their end and the commitment",
        ),
        [
            (
                all(case.facts.get(name) for name in ("approval_no", "contract_no", "until", "commitment_digest")),
                _case(case),
            )
            for case in served
        ],
    )
    yield part_of(
        Words(
            zh="验收后的保修不少于 24 个月",
            en="The warranty lasts at least 24 months from acceptance",
        ),
        [
            (_warranted(case.facts), _case(case))
            for case in served
            if case.facts.get("accepted_on") or case.state in contracts.ACCEPTED
        ],
    )
    yield part_of(
        Words(
            zh="办结的合同有移交清单和销毁证明",
            en="Contracts that are closed have their hand-over list and attested destruction",
        ),
        [
            (all(case.facts.get(name) for name in ("list_digest", "attestation_no")), _case(case))
            for case in served
            if case.state == "closed"
        ],
    )
    yield unseen(
        Words(
            zh="每个来源系统的项目分阶段批准（还没有登记，没有检查）",
            en="Approvals by stage of the project behind each source system (not on record yet, not looked at)",
        )
    )


def _warranted(facts: Mapping[str, object]) -> bool:
    if not facts.get("warranty_until") or not facts.get("accepted_on"):
        return False
    begin, end = date.fromisoformat(str(facts["accepted_on"])), date.fromisoformat(str(facts["warranty_until"]))
    months = (end.year - begin.year) * 12 + end.month - begin.month
    return months > _WARRANTY_MONTHS or (months == _WARRANTY_MONTHS and end.day >= begin.day)


def posts(now: datetime) -> Iterator[Part]:
    """BJ-46: every post that a public body must fill is filled; without it nobody may answer for the body."""
    things: list[tuple[bool, Ref]] = []
    for body in register.officers(at=now):
        for post in body.posts:
            if post.nature == _MUST:
                name, en = (accounts.role_name(post.code, language) for language in ("zh", "en"))
                here = Ref(name=f"{body.name_zh} {name}", en=f"{body.name_en}, {en}", url=f"/officers/{body.slug}")
                things.append((post.held, here))
    yield part_of(
        Words(zh="每个公共机构必设的职务都有人在任", en="Every post that a public body must fill is filled"),
        things,
        evidence=[Ref(name="数据负责人公示", en="Who answers for data", url="/officers")],
    )
    yield unseen(
        Words(
            zh="监管者看本行业、本区情况的看板（没有检查）",
            en="What supervisors see of their sector or district (not looked at)",
        )
    )


_MUST = "mandatory"


def declared_against_seen(now: datetime) -> Iterator[Part]:
    """BJ-46: what the gate gave of personal information in the last thirty days is declared: purpose, recipient, columns."""
    found = {one.entry.id: one.entry for one in inventory.findings(now=now)}
    told = {one.entry.id: one.entry for one in inventory.records()} | found
    yield part_of(
        Words(
            zh="个人信息的实际使用都在登记之内（目的、接收方、数据项）",
            en="Personal information is used as it is declared: purpose, recipient, columns",
        ),
        [
            (entry.id not in found, Ref(name=entry.title_zh, en=entry.title_en, url="/processing/work"))
            for entry in told.values()
        ],
        evidence=[Ref(name="个人信息处理登记", en="Register of processing", url="/processing")],
    )


def persons(now: datetime) -> Iterator[Part]:
    """BJ-46: requests of persons kept their terms; what is said to be deleted is out of the lake, in every place."""
    held = cases.in_states("data_subject_request", cases.states("data_subject_request"))
    terms = {"PI-07P", "POL-DSR-IDENTITY", "POL-DSR-HARDSTOP", "POL-DSR-IDPROOF"}
    yield part_of(
        Words(zh="个人的请求没有超过期限", en="Requests of persons kept their terms"),
        [(not _late(case, terms, now), _case(case)) for case in held],
    )
    yield part_of(
        Words(
            zh="说已经删除的，各处都真的删了，两个人经手",
            en="What is said to be deleted is gone from every place, by two persons",
        ),
        [
            (_deleted(case), _case(case))
            for case in held
            if any(one.verb == "confirm_deletion" for one in cases.taken(case))
        ],
    )


def _deleted(case: Case) -> bool:
    done = lake.erasures(case.number)
    named, confirmed = (
        {person for one in cases.taken(case) if one.verb == verb for person in one.behind}
        for verb in ("order_deletion", "begin_deletion")
    )
    return bool(done) and all(one.done for one in done) and bool(confirmed) and not named & confirmed


def exports_assessed(now: datetime) -> Iterator[Part]:
    """BJ-29, BJ-48: every export that may leave has a ceiling, and an assessment that is in force."""
    standing = {
        str(case.facts.get("export"))
        for case in cases.in_states("impact_assessment", ["in_force"])
        if case.facts.get("kind") == "export"
    }
    yield part_of(
        Words(
            zh="放行中的出境都有上限和有效的评估",
            en="Each export that may leave has a ceiling and an assessment in force",
        ),
        [
            (
                not gate.is_open(case.number, now=now) or (bool(case.facts.get("ceiling")) and case.number in standing),
                _case(case),
            )
            for case in cases.in_states("export_assessment", ["approved"])
        ],
        evidence=[Ref(name="数据出境登记", en="Register of exports", url="/exports")],
    )


def vendors_ended(now: datetime) -> Iterator[Part]:
    """BJ-43: no account of a vendor lives beyond its contract."""
    found = contracts.all_vendors(now=now)
    today = office.rules().calendar.day(now).isoformat()
    yield part_of(
        Words(zh="合同到期或者已移交的，账号都已失效", en="No account lives beyond its contract or its hand-over"),
        [
            (one.alive == 0, Ref(name=one.number, url=f"/cases/{one.number}"))
            for one in found
            if one.accounts and (one.until < today or one.state_code in contracts.OVER)
        ],
        evidence=[Ref(name="供应商登记", en="Register of vendors", url="/vendors")],
    )
