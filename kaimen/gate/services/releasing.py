"""Bytes that left a zone by decision: kept as they were approved, given to their one recipient, and to nobody after their day.

The same two functions as for every answer: `core.policy.decide` says whether, and this file carries it out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from kaimen.accounts import selectors as accounts
from kaimen.core.errors import KaimenError, Missing, Refused
from kaimen.core.policy.decide import decide
from kaimen.core.policy.model import Action, Assignee, Channel, Facts, Policy, PolicyKind, Request, Rule
from kaimen.core.policy.obligations import Delivery, Level
from kaimen.core.policy.party import Actor, InstitutionId, Via
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence
from kaimen.evidence.services import Receipt
from kaimen.gate.models import Decision as DecisionRow
from kaimen.gate.models import Release
from kaimen.gate.services import answering
from kaimen.gate.services.asking import Question, RefusedQuestion

RELEASED_BY = "authority_reviewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseForm:
    """What is released, to whom, until when. `sha256`: of the bytes as they were reviewed."""

    code: str
    institution: InstitutionId
    purpose: str
    datasets: Sequence[str]
    level: int
    content: bytes
    sha256: str
    media_type: str
    file_name: str
    not_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The bytes, with the receipt of this one delivery."""

    content: bytes
    media_type: str
    file_name: str
    sha256: str
    receipt: Receipt


@transaction.atomic
def release(form: ReleaseForm, *, by: Actor, now: datetime) -> Release:
    """Keep reviewed bytes for their recipient. Raises `Refused("release_not_yours" | "release_changed" | "grant_exists")`."""
    _must_release(by)
    if hashlib.sha256(form.content).hexdigest() != form.sha256:
        raise Refused("release_changed")
    try:
        with transaction.atomic():
            row = Release.objects.create(
                code=form.code, institution=str(form.institution), purpose=form.purpose, datasets=list(form.datasets),
                level=form.level, content=form.content, sha256=form.sha256, size=len(form.content),
                media_type=form.media_type, file_name=form.file_name, released_at=now, not_after=form.not_after,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("grant_exists", grant=form.code) from None
    evidence.record(
        Kind.RELEASE_OPENED,
        at=now,
        public=_public(row, by, "done"),
        private=evidence.who(by)
        | {
            "release": row.code,
            "recipient": row.institution,
            "purpose": row.purpose,
            "datasets": list(row.datasets),
            "sha256": row.sha256,
            "bytes": row.size,
            "not_after": row.not_after.isoformat(),
        },
    )
    return row


@transaction.atomic
def end_release(code: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Give it to nobody any more; its bytes are destroyed. Raises `Missing("release_unknown")`, `Refused("lifecycle")`."""
    row = Release.objects.select_for_update().filter(pk=code).first()
    if row is None:
        raise Missing("release_unknown")
    if row.ended_at is not None:
        raise Refused("lifecycle", state="ended", verb="end")
    row.ended_at, row.content = now, None
    row.save(update_fields=["ended_at", "content"])
    evidence.record(
        Kind.RELEASE_ENDED,
        at=now,
        public=_public(row, by, "done"),
        private=evidence.who(by) | {"release": row.code, "recipient": row.institution, "reason": reason},
    )


def take(code: str, *, by: Actor, now: datetime, barred: str = "") -> Taken:
    """The bytes, for their recipient. Decided, counted and recorded before they are handed over.

    `barred`: the code of why the window that released it lets nothing out now. Raises `Missing("release_unknown")` also for everybody
    else; `Refused("grant_expired" | "release_recalled" | "release_changed")` or what is barred, which is recorded.
    """
    found = Release.objects.filter(pk=code[:40]).first()
    if found is None or by.institution is None or str(by.institution) != found.institution:
        raise Missing("release_unknown")
    question = Question(
        sql=f"release {found.code}",
        purpose=found.purpose,
        agreement=found.code,
        channel=Channel.FILE,
        action=Action.EXTRACT,
    )
    try:
        return _give(found.code, question, by=by, now=now, barred=barred)
    except RefusedQuestion as refused:
        answering._record_refusal(refused, question, by=by, now=now)  # noqa: SLF001 - one record for every refusal of the gate
        raise refused.cause from None


@transaction.atomic
def _give(code: str, question: Question, *, by: Actor, now: datetime, barred: str) -> Taken:
    row = Release.objects.select_for_update().get(pk=code)
    request = Request(
        assignee=by,
        purpose=row.purpose,
        action=Action.EXTRACT,
        dataset=row.code,
        channel=Channel.FILE,
        agreement=row.code,
    )
    decision = decide(request, [_policy(row)], Facts(level=row.level), now=now)
    content = bytes(row.content or b"")
    code = decision.code if not decision.permitted else barred
    if row.ended_at is not None and row.ended_at < row.not_after:
        code = "release_recalled"  # for good, not for now: its bytes are destroyed
    if not code and hashlib.sha256(content).hexdigest() != row.sha256:
        code = "release_changed"
    if code:
        known: KaimenError = Refused(code, agreement=row.code, purpose=row.purpose, reason=code)
        raise RefusedQuestion(
            known, dataset=_dataset(row), policy_hash=decision.policy_hash, reasons=[[row.code, "release", code]]
        )
    row.taken += 1
    row.save(update_fields=["taken"])
    receipt = evidence.record(
        Kind.GATE_ANSWERED,
        at=now,
        public={
            "inst": answering.institution_of(by),
            "ds": _dataset(row),
            "pol": answering.b64url_of(decision.policy_hash),
            "out": "permit",
        },
        private=evidence.who(by)
        | {
            "question": question.sql,
            "purpose": row.purpose,
            "agreement": row.code,
            "datasets": [[one, None, row.code] for one in row.datasets],
            "columns": [],
            "channel": question.channel.value,
            "limits": [],
        },
    )
    DecisionRow.objects.create(
        receipt=receipt.entry, at=now, account=str(by.account or ""), person=str(by.person or ""),
        institution=str(by.institution or ""), purpose=row.purpose, channel=question.channel.value,
        datasets=list(row.datasets), policies=[row.code], policy_hash=decision.policy_hash, columns=[],
    )  # fmt: skip
    answering.delivered(
        receipt.entry, outcome=DecisionRow.Outcome.COMPLETE, rows=0, size=len(content), digest=row.sha256, now=now
    )
    return Taken(
        content=content, media_type=row.media_type, file_name=row.file_name, sha256=row.sha256, receipt=receipt
    )


def _policy(row: Release) -> Policy:
    """The decision of the reviewers as the gate reads it: this recipient, these bytes, this purpose, until that day."""
    return Policy(
        uid=row.code,
        kind=PolicyKind.AGREEMENT,
        target=row.code,
        assignee=Assignee(institution=InstitutionId(row.institution)),
        permissions=(Rule(uid="release", actions=(Action.EXTRACT.value,), purposes=(row.purpose,)),),
        duties=(Delivery((Channel.FILE.value,)), Level(row.level)),
        not_before=row.released_at,
        not_after=row.not_after,
        suspended=row.ended_at is not None and row.ended_at < row.not_after,
        clause=row.code,
    )


def _must_release(by: Actor) -> None:
    """A reviewer of the authority."""
    if by.role != RELEASED_BY or by.via is Via.JOB or not accounts.is_of_authority(by):
        raise Refused("release_not_yours")


def _dataset(row: Release) -> str | None:
    return row.datasets[0] if len(row.datasets) == 1 else None


def _public(row: Release, by: Actor, out: str) -> dict[str, str | None]:
    public: dict[str, str | None] = {"inst": answering.institution_of(by), "out": out}
    if _dataset(row):
        public["ds"] = _dataset(row)
    return public
