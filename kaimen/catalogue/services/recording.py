"""What every step of an entry shares: who may take it, what stops it, the state, the evidence, the act, desk and term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kaimen.accounts import selectors as accounts
from kaimen.catalogue import selectors
from kaimen.catalogue.lifecycle import APART, LIFECYCLE, WHO
from kaimen.catalogue.models import Act, Entry
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.lifecycle import four_eyes, step
from kaimen.core.metadata.canonical import Json, canonical, digest
from kaimen.core.metadata.entry import Body
from kaimen.core.metadata.rules import Finding
from kaimen.core.policy.party import Actor, Via
from kaimen.core.tlog.kinds import KINDS
from kaimen.evidence import services as evidence
from kaimen.evidence.services import Kind
from kaimen.office import selectors as office_selectors
from kaimen.office import services as office

State = Entry.State


DESK_HEAD, DESK_RETURNED, DESK_SUBMIT = "entry.head", "entry.returned", "entry.submit"


CASE = "entry"


FIRST_REVIEW, CHANGE, UPDATE_REVIEW = "CAT-06P", "CAT-07", "CAT-08"
"""Rules of the pack: how long the authority may review a first compilation and an update, and a body may take for a change."""


EVIDENCE: dict[str, Kind] = {
    "save": Kind.ENTRY_DRAFTED,
    "check": Kind.ENTRY_CHECKED,
    "assess": Kind.ENTRY_ASSESSED,
    "head_approve": Kind.ENTRY_HEAD_APPROVED,
    "head_decline": Kind.ENTRY_RETURNED,
    "submit": Kind.ENTRY_SUBMITTED,
    "return": Kind.ENTRY_RETURNED,
    "approve": Kind.ENTRY_APPROVED,
    "publish": Kind.ENTRY_PUBLISHED,
    "change": Kind.ENTRY_REOPENED,
    "keep": Kind.ENTRY_KEPT,
    "retire": Kind.ENTRY_RETIRING,
    "end": Kind.ENTRY_RETIRED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A reason of a return: a code of `review_fault`, and the field it speaks of."""

    code: str
    path: str = ""


def check_role(by: Actor, verb: str) -> None:
    """Is the step for this role? Raises `Refused("not_your_role")`."""
    if by.via is Via.JOB and verb == "publish":
        return
    if by.role not in WHO[verb]:
        raise Refused("not_your_role", needed=sorted(WHO[verb]))


def locked(entry_id: str, *, by: Actor, verb: str) -> Entry:
    """The entry, its row locked, for somebody who may know of its working copy and take this step. The role is asked first."""
    check_role(by, verb)
    entry = Entry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None or not (by.via is Via.JOB or selectors.workable(by).filter(pk=entry_id).exists()):
        raise Missing("entry_unknown")
    mine = entry.provider == str(by.institution)
    if not mine and by.role != "authority_reviewer" and by.via is not Via.JOB:
        raise Missing("entry_unknown")
    return entry


def working_copy(entry: Entry) -> Body:
    """The body that is being worked on."""
    kept = selectors.draft_of(entry)
    return selectors.parsed(kept.digest, kept.body)


def stop_at(findings: Sequence[Finding]) -> None:
    """Nothing is found, or the step stops. Raises `Invalid("catalogue.findings")`."""
    if findings:
        raise Invalid(
            "catalogue.findings",
            count=len(findings),
            rules=list(dict.fromkeys(one.rule for one in findings)),
            fields=[one.path for one in findings],
        )


def round_of(entry: Entry) -> int:
    """The number of the version that is being prepared, or that stands when nothing is."""
    current = entry.current.n if entry.current else 0
    return current if entry.state in {State.RETIRING, State.RETIRED} else current + 1


def go(
    entry: Entry,
    verb: str,
    *,
    body: Body,
    by: Actor,
    now: datetime,
    reason: str = "",
    faults: Sequence[Fault] = (),
    advised: int = 0,
) -> None:
    """The state moves on; the step is recorded."""
    before, entry.state, entry.changed_at = entry.state, step(LIFECYCLE, entry.state, verb), now
    entry.save()
    record(entry, verb, before=before, body=body, by=by, now=now, reason=reason, faults=faults, advised=advised)


def record(
    entry: Entry,
    verb: str,
    *,
    before: str,
    body: Body,
    by: Actor,
    now: datetime,
    reason: str = "",
    faults: Sequence[Fault] = (),
    advised: int = 0,
    round_: int | None = None,
    public: str | None = None,
) -> None:
    """Four eyes, then the evidence, then the act that names its receipt."""
    number = round_ if round_ is not None else round_of(entry)
    behind = sorted(str(person) for person in accounts.persons_behind(by, at=now))
    if verb in APART:
        four_eyes(behind, selectors.persons_of(entry, verb, round_=number))
    document = digest(canonical(body))
    private = _private(
        verb, version=number, document=document, body=body, reason=reason, faults=faults, advised=advised
    )
    receipt = evidence.record(
        EVIDENCE[verb],
        at=now,
        public={
            "inst": str(by.institution) if by.institution else "natural-person",
            "ds": entry.pk,
            "out": "passed" if verb == "check" else "done",
            **({"d": public} if public else {}),
        },
        private={**private, **evidence.who(by)},
    )
    Act.objects.create(
        entry=entry,
        round=number,
        verb=verb,
        before=before,
        after=entry.state,
        at=now,
        person=str(by.person or ""),
        behind=behind,
        institution=str(by.institution or ""),
        role=by.role,
        via=by.via.value,
        on_behalf=str(by.on_behalf.person or "") if by.on_behalf else "",
        reason=reason,
        digest=document,
        spec_version=selectors.spec().version,
        faults=[{"code": fault.code, "path": fault.path} for fault in faults],
        receipt=receipt.entry,
    )


def _private(
    verb: str, *, version: int, document: str, body: Body, reason: str, faults: Sequence[Fault], advised: int
) -> Mapping[str, Json]:
    known: dict[str, Json] = {
        "version": version,
        "digest": document,
        "reason": " ".join([*[fault.code for fault in faults], reason]).strip(),
        "findings": advised,
        "assessment": f"{body.confidentiality_assessment.document} {body.pi_assessment.document}".strip(),
    }
    wanted = KINDS[EVIDENCE[verb]].private
    return {name: value for name, value in known.items() if name in wanted}


def ask(entry: Entry, kind: str, *, role: str, institution: str, body: Body, now: datetime) -> None:
    """The entry lies on the desk of whoever has the next step."""
    office.open_desk_item(
        kind=kind,
        ref=entry.pk,
        url=f"/catalogue/{entry.pk}",
        institution=institution,
        role=role,
        title_zh=f"{DESK_TITLES[kind][0]}：{body.title.zh}",
        title_en=f"{DESK_TITLES[kind][1]}: {body.title.of('en')}",
        now=now,
    )


def start(entry: Entry, rule: str, *, role: str, institution: str, body: Body, now: datetime) -> None:
    """A statutory term begins, and the case lies on that desk with its due day. Before the rule was in force there was no term."""
    book = office_selectors.rules()
    if not book.rule(rule).holds(book.calendar.day(now)):
        ask(entry, rule, role=role, institution=institution, body=body, now=now)
        return
    zh, en = DESK_TITLES[rule]
    office.start_clock(
        rule, case_kind=CASE, case=entry.pk, title_zh=f"{zh}：{body.title.zh}", title_en=f"{en}: {body.title.of('en')}",
        url=f"/catalogue/{entry.pk}", institution=institution, role=role, at=now, now=now,
    )  # fmt: skip


DESK_TITLES = {
    DESK_HEAD: ("等您审核同意", "For your consent"),
    DESK_SUBMIT: ("可以报送审核", "Ready to be submitted"),
    FIRST_REVIEW: ("等待审核", "To be reviewed"),
    UPDATE_REVIEW: ("更新等待审核", "An update to be reviewed"),
    CHANGE: ("目录要更新", "An entry to be changed"),
    DESK_RETURNED: ("已退回，请修改", "Returned, please mend"),
}
