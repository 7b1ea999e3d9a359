"""Answer a question: quota, decision row and evidence in one transaction before any byte; what was delivered in a second one."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction

from kaimen.core.errors import Invalid, KaimenError, Refused, Unavailable
from kaimen.core.policy.model import Action
from kaimen.core.policy.obligations import Caps, Deny, Filter, Mask, Quota
from kaimen.core.policy.party import Actor
from kaimen.core.sql.govern import visible
from kaimen.core.sql.lineage import everything
from kaimen.core.sql.unknown_names import unknown_name
from kaimen.core.sql.view import Source
from kaimen.core.tlog.kinds import Kind
from kaimen.engines import pool
from kaimen.evidence import services as evidence
from kaimen.evidence.services import Receipt
from kaimen.gate import selectors
from kaimen.gate.models import Decision as DecisionRow
from kaimen.gate.models import Use
from kaimen.gate.services.asking import Decided, Question, RefusedQuestion, check_extent, prepare

if TYPE_CHECKING:
    import pyarrow as pa

STREAMS = threading.BoundedSemaphore(32)
"""Half of the web's threads: a reader that stalls holds one, and pages must go on."""
WALL_S = 30.0
VISITOR_WALL_S = 10.0
"""For SQL of somebody without an account: whoever comes next waits no longer for a turn."""
ROWS_A_SECOND = 20_000
LONG_ROWS = 200_000
UNSETTLED = timedelta(minutes=15)
LOOK_EVERY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A column of the answer: passed as it is, or through a mask, and why. `mark` is the number ①②③ of its reason."""

    name: str
    type: str
    treatment: str
    """`clear`, `masked`, or `computed` where it was made of masked columns."""
    masks: tuple[tuple[str, Mask], ...] = ()
    """(dataset, mask) of every masked column behind it."""
    mark: int | None = None


@dataclass(slots=True, kw_only=True)
class Answer:
    """What came of a question. Iterate `batches` once; close it when you stop early."""

    decided: Decided
    receipt: Receipt
    columns: tuple[Seen, ...]
    reasons: tuple[tuple[str, Mask | Deny | Filter], ...]
    """(dataset, what stayed behind and why), in the order of the marks."""
    schema: pa.Schema
    at: datetime
    batches: Delivery = field(repr=False)

    @property
    def decisions(self):  # noqa: ANN201 - as in Decided
        """By dataset."""
        return self.decided.decisions


def answer(
    question: Question, *, by: Actor, now: datetime, refused_with: Callable[[Receipt], object] | None = None
) -> Answer:
    """Decide, record, run. Raises the refusal's code, which is recorded too (the receipt goes to `refused_with`).

    A late failure raises out of `batches`. Raises also `Unavailable("busy")` when too many answers are under way.
    """
    try:
        decided = prepare(question, by=by, now=now)
        _check_extent(decided)
        columns, reasons = tell(decided)
        if not STREAMS.acquire(blocking=False):
            raise Unavailable("busy", retry_after_s=5)
        try:
            since = selectors.last_revocation()
            receipt, caps = _record_answer(decided, columns, by=by, now=now)
        except BaseException:
            STREAMS.release()
            raise
    except RefusedQuestion as refused:
        receipt = _record_refusal(refused, question, by=by, now=now)
        if refused_with is not None:
            refused_with(receipt)
        raise refused.cause from None
    _let_go()
    try:
        return _run(decided, receipt, columns, reasons, caps, since, by=by, now=now)
    except KaimenError:
        if refused_with is not None:
            refused_with(receipt)
        raise


def _check_extent(decided: Decided) -> None:
    """Raises `RefusedQuestion`, which is recorded as every refusal is."""
    try:
        check_extent(decided)
    except Refused as known:
        (decision,) = decided.decisions
        raise RefusedQuestion(
            known,
            dataset=decision.dataset,
            policy_hash=decision.policy_hash,
            reasons=[[decision.policy or "", "", known.code]],
        ) from None


def tell(decided: Decided) -> tuple[tuple[Seen, ...], tuple[tuple[str, Mask | Deny | Filter], ...]]:
    """How each column of the answer was treated, and what stayed behind, numbered in the order in which it is met."""
    masks = {
        (source.dataset, duty.column): duty
        for source in decided.view.sources
        for duty in source.obligations
        if isinstance(duty, Mask)
    }
    reasons: dict[tuple[str, object], int] = {}
    columns: list[Seen] = []
    outputs = decided.outputs
    if outputs is None:
        far = everything(decided.view, decided.governed.datasets)
        columns = [Seen(name="*", type="", treatment="computed", masks=_masks_behind(far, masks))]
    for output in outputs or ():
        behind = _masks_behind(output.origins, masks)
        for dataset, mask in behind:
            reasons.setdefault((dataset, mask), len(reasons) + 1)
        treatment = "clear" if not behind else "masked" if output.is_plain else "computed"
        mark = reasons[behind[0]] if behind else None
        columns.append(Seen(name=output.name, type="", treatment=treatment, masks=behind, mark=mark))
    for source in decided.view.sources:
        for duty in (*source.obligations, *_not_named(decided, source)):
            present = {column.name for column in source.columns}
            if isinstance(duty, Filter) or (isinstance(duty, Deny) and duty.column in present):
                reasons.setdefault((source.dataset, duty), len(reasons) + 1)
    return tuple(columns), tuple((dataset, duty) for dataset, duty in reasons)  # type: ignore[misc]  # keys are what was put in


def _not_named(decided: Decided, source: Source) -> list[Deny]:
    """Columns that the agreement does not name: they stay behind as surely as those that it denies, and are told like them."""
    seen = {column.name for column, _ in visible(source)}
    denied = {duty.column for duty in source.obligations if isinstance(duty, Deny)}
    under = next((each.policy or "" for each in decided.decisions if each.dataset == source.dataset), "")
    return [Deny(each.name, "not_named", under) for each in source.columns if each.name not in seen | denied]


def _masks_behind(
    origins: frozenset[tuple[str, str]], masks: dict[tuple[str, str], Mask]
) -> tuple[tuple[str, Mask], ...]:
    return tuple((origin[0], masks[origin]) for origin in sorted(origins) if origin in masks)


# --- before any byte ---------------------------------------------------------------------------------------------

Reserved = list[tuple[str, str, str, str, int]]
"""[(grant, what, window, period, amount)]."""


def _reserve_for(decided: Decided, *, now: datetime) -> tuple[Reserved, Caps]:
    """The caps of the answer: those agreed, and what is left of the quotas of rows and bytes. Raises `RefusedQuestion`."""
    duties = [(decision.policy or "", duty) for decision in decided.decisions for duty in decision.obligations]
    caps = [duty for _, duty in duties if isinstance(duty, Caps)]
    most = Caps(
        min((each.rows for each in caps), default=1_000_000),
        min((each.bytes for each in caps), default=256 * 1024 * 1024),
    )
    quotas = [(grant, duty) for grant, duty in duties if isinstance(duty, Quota)]
    try:
        return _reserve(quotas, decided.question, most, now=now)
    except Refused as spent:
        first = decided.decisions[0]
        raise RefusedQuestion(
            spent, dataset=first.dataset, policy_hash=first.policy_hash, reasons=[[first.policy or "", "", spent.code]]
        ) from None


def _reserve(
    quotas: Sequence[tuple[str, Quota]], question: Question, caps: Caps, *, now: datetime
) -> tuple[Reserved, Caps]:
    """Take from each quota what this answer may use at most; the rest goes back when it is over. Rows are locked in one order."""
    reserved: Reserved = []
    rows = caps.rows if question.limit is None else min(caps.rows, max(question.limit, 1))
    size = caps.bytes
    ordered = sorted(quotas, key=lambda each: (each[0], each[1].what, each[1].window))
    left: dict[tuple[str, str, str], int] = {}
    for grant, quota in ordered:
        use, _ = Use.objects.get_or_create(
            grant_id=grant, what=quota.what, window=quota.window, period=selectors.period(quota.window, now)
        )
        use = Use.objects.select_for_update().get(pk=use.pk)
        remaining = quota.limit - use.used
        if remaining <= 0:
            raise Refused("quota_spent", what=quota.what, window=quota.window, limit=quota.limit)
        left[grant, quota.what, quota.window] = remaining
        if quota.what == "rows":
            rows = min(rows, remaining)
        elif quota.what == "bytes":
            size = min(size, remaining)
    for grant, quota in ordered:
        amount = {"calls": 1, "rows": rows, "bytes": size}[quota.what]
        period = selectors.period(quota.window, now)
        Use.objects.filter(grant_id=grant, what=quota.what, window=quota.window, period=period).update(
            used=_plus(amount)
        )
        reserved.append((grant, quota.what, quota.window, period, amount))
    return reserved, Caps(rows if question.limit is None else caps.rows, size)


def _plus(amount: int):  # noqa: ANN202 - an expression of the database
    from django.db.models import F

    return F("used") + amount


def _give_back(reserved: Reserved, *, rows: int = 0, size: int = 0, calls: int = 0) -> None:
    """What was reserved and not used."""
    for grant, what, window, period, amount in reserved:
        unused = amount - {"calls": calls, "rows": rows, "bytes": size}[what]
        if unused > 0:
            Use.objects.filter(grant_id=grant, what=what, window=window, period=period).update(used=_plus(-unused))


@transaction.atomic
def _record_answer(decided: Decided, columns: Sequence[Seen], *, by: Actor, now: datetime) -> tuple[Receipt, Caps]:
    """Quota, decision row and evidence: all or none, and before any byte."""
    reserved, caps = _reserve_for(decided, now=now)
    question = decided.question
    datasets = [decision.dataset for decision in decided.decisions]
    policy_hash = joint_hash([decision.policy_hash for decision in decided.decisions])
    told = [{"name": column.name, "treatment": column.treatment} for column in columns]
    receipt = evidence.record(
        Kind.GATE_ANSWERED,
        at=now,
        public={
            "inst": institution_of(by),
            "ds": datasets[0] if len(datasets) == 1 else None,
            "pol": b64url_of(policy_hash),
            "out": "permit.masked" if any(column.treatment != "clear" for column in columns) else "permit",
        },
        private=evidence.who(by)
        | {
            "question": question.sql,
            "purpose": question.purpose,
            "agreement": question.agreement,
            "datasets": [
                [decision.dataset, decided.snapshots[decision.dataset].number, decision.policy]
                for decision in decided.decisions
            ],
            "columns": told,
            "channel": question.channel.value,
            "limits": [list(each) for each in reserved],
        },
    )
    DecisionRow.objects.create(
        receipt=receipt.entry,
        at=now,
        account=str(by.account or ""),
        person=str(by.person or ""),
        institution=str(by.institution or ""),
        purpose=question.purpose,
        channel=question.channel.value,
        datasets=datasets,
        policies=list(decided.grants),
        policy_hash=policy_hash,
        columns=told,
        reserved=[list(each) for each in reserved],
    )
    return receipt, caps


_OUT = {
    "purpose_missing": "refused.purpose",
    "not_permitted": "refused.grant",
    "agreement_opens_nothing": "refused.grant",
    "dataset_unknown": "refused.grant",
    "grant_expired": "refused.expired",
    "grant_uncleared": "refused.expired",
    "grant_suspended": "refused.suspended",
    "quota_spent": "refused.quota",
    "column_unknown": "refused.column",
    "level_too_high": "refused.assurance",
    "too_many_rows": "refused.limit",
    "whole_too_large": "refused.limit",
}


@transaction.atomic
def _record_refusal(refused: RefusedQuestion, question: Question, *, by: Actor, now: datetime) -> Receipt:
    code = refused.cause.code
    first = refused.reasons[0][2] if refused.reasons else code
    out = _OUT.get(code) or ("refused.query" if refused.cause.status == 422 else "refused.other")
    out = {"purpose_not_agreed": "refused.purpose", "prohibited": "refused.prohibited"}.get(first, out)
    return evidence.record(
        Kind.GATE_REFUSED,
        at=now,
        public={
            "inst": institution_of(by),
            "ds": refused.dataset,
            "pol": b64url_of(refused.policy_hash) if refused.policy_hash else None,
            "out": out,
        },
        private=evidence.who(by)
        | {
            "question": question.sql[:100_000],
            "purpose": question.purpose,
            "agreement": question.agreement,
            "datasets": [refused.dataset] if refused.dataset else [],
            "reasons": [[code], *refused.reasons],
            "channel": question.channel.value,
        },
    )


# --- the stream --------------------------------------------------------------------------------------------------


def _run(
    decided: Decided,
    receipt: Receipt,
    columns: tuple[Seen, ...],
    reasons: tuple[tuple[str, Mask | Deny | Filter], ...],
    caps: Caps,
    since: int,
    *,
    by: Actor,
    now: datetime,
) -> Answer:
    """Start the engine; when the first batch has come, the answer begins."""
    question = decided.question
    files = tuple(file for source in decided.view.sources for file in source.files)
    begun = time.monotonic()
    try:
        stream = pool.stream(
            selectors.home(),
            pool.Question(
                sql=decided.governed.sql,
                files=files,
                parameters=question.parameters,
                policy=joint_hash([*(decision.policy_hash for decision in decided.decisions), *decided.grants]),
                level=decided.level,
                account=_in_turn(question, by),
                institution=str(by.institution or _in_turn(question, by)),
                limit=question.limit,
                most_rows=caps.rows,
                most_bytes=caps.bytes,
                wall_s=_wall_s(decided, by),
                long=_is_long(decided, by),
            ),
        )
    except BaseException as failure:
        STREAMS.release()
        outcome = DecisionRow.Outcome.CUT_OFF if _is_cap(failure) else DecisionRow.Outcome.FAILED
        delivered(receipt.entry, outcome=outcome, rows=0, size=0, digest="", now=now + _since(begun))
        if isinstance(failure, KaimenError) and failure.code == "column_unknown":
            raise _naming(decided) from None
        raise
    typed = _typed(columns, stream.schema)
    return Answer(
        decided=decided,
        receipt=receipt,
        columns=typed,
        reasons=reasons,
        schema=stream.schema,
        at=now,
        batches=Delivery(stream, decided, receipt, since, begun=begun, now=now),
    )


def _naming(decided: Decided) -> Invalid:
    """The engine says that a name is missing; which one is told from the question and from what the asker may see."""
    name = unknown_name(decided.governed, decided.view)
    return Invalid("column_unknown") if name is None else Invalid("column_unknown", name=name)


def _in_turn(question: Question, by: Actor) -> str:
    """Whose turn a question takes: an account's, a visitor's, or that of our own pages for everybody."""
    if by.account:
        return str(by.account)
    return pool.VISITOR + question.visitor if question.visitor else pool.PUBLIC


def _is_long(decided: Decided, by: Actor) -> bool:
    """A large file, and SQL of anybody, may hold a worker for long; some workers stay free of such."""
    if decided.question.visitor and not by.account:
        return True
    rows = sum(snapshot.rows for snapshot in decided.snapshots.values())
    return decided.question.action is Action.EXTRACT and rows > LONG_ROWS


def _wall_s(decided: Decided, by: Actor) -> float:
    """A whole dataset has the time that its rows need on a slow machine."""
    if decided.question.visitor and not by.account:
        return VISITOR_WALL_S
    rows = sum(snapshot.rows for snapshot in decided.snapshots.values())
    return WALL_S + (rows / ROWS_A_SECOND if decided.question.action is Action.EXTRACT else 0)


def _typed(columns: tuple[Seen, ...], schema: pa.Schema) -> tuple[Seen, ...]:
    """With the names and types of the engine; where lineage could not tell, every column counts as made of masked ones."""
    from dataclasses import replace

    if len(columns) != len(schema):
        far = columns[0].masks if columns else ()
        treatment = "computed" if far else "clear"
        return tuple(Seen(name=field.name, type=str(field.type), treatment=treatment, masks=far) for field in schema)
    return tuple(
        replace(column, name=field.name, type=str(field.type)) for column, field in zip(columns, schema, strict=True)
    )


class Delivery:
    """The batches, watched: they end when the grant ends, they are counted, and their end is recorded whatever happens."""

    def __init__(
        self, stream: pool.Stream, decided: Decided, receipt: Receipt, since: int, *, begun: float, now: datetime
    ) -> None:
        self._stream, self._decided, self._receipt, self._since = stream, decided, receipt, since
        self._begun, self._now = begun, now
        self._batches = iter(stream)
        self._digest = hashlib.sha256()
        self._looked = time.monotonic()
        self._open = True
        self.rows = self.size = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self

    def __next__(self) -> pa.RecordBatch:
        try:
            self._look()
            batch = next(self._batches)
        except StopIteration:
            self._end(DecisionRow.Outcome.COMPLETE)
            raise
        except KaimenError as refusal:
            self._end(DecisionRow.Outcome.CUT_OFF if _is_cap(refusal) else DecisionRow.Outcome.STOPPED)
            raise
        except BaseException:
            self._end(DecisionRow.Outcome.FAILED)
            raise
        self.rows += batch.num_rows
        self.size += batch.nbytes
        self._digest.update(batch.serialize())
        return batch

    def close(self) -> None:
        """The reader stops early."""
        self._end(DecisionRow.Outcome.STOPPED)

    def __del__(self) -> None:
        if self._open:
            self.close()

    def _look(self) -> None:
        if time.monotonic() - self._looked < LOOK_EVERY_S:
            return
        self._looked = time.monotonic()
        if selectors.revoked_since(self._since, grants=self._decided.grants, datasets=self._decided.entries):
            raise Refused("grant_suspended")

    def _end(self, outcome: str) -> None:
        if not self._open:
            return
        self._open = False
        STREAMS.release()
        self._stream.close()
        delivered(
            self._receipt.entry,
            outcome=outcome,
            rows=self.rows,
            size=self.size,
            digest=self._digest.hexdigest(),
            now=self._now + _since(self._begun),
        )
        _let_go()


def _let_go() -> None:
    """A stream keeps its thread long; it must not keep a connection of the database."""
    if not connection.in_atomic_block:
        connection.close()


@transaction.atomic
def delivered(receipt: str, *, outcome: str, rows: int | None, size: int | None, digest: str, now: datetime) -> None:
    """Settle the quotas and record what became of the answer; once."""
    row = DecisionRow.objects.select_for_update().get(pk=receipt)
    if row.outcome is not None:
        return
    if rows is not None and size is not None:
        _give_back([tuple(each) for each in row.reserved], rows=rows, size=size, calls=1)  # type: ignore[misc]  # as written
    row.outcome, row.rows, row.bytes, row.ended_at = outcome, rows, size, now
    row.save(update_fields=["outcome", "rows", "bytes", "ended_at"])
    evidence.record(
        Kind.GATE_DELIVERED,
        at=now,
        public={
            "inst": row.institution or "natural-person",
            "ds": row.datasets[0] if len(row.datasets) == 1 else None,
            "pol": b64url_of(row.policy_hash),
            "out": outcome,
        },
        private={"answer": receipt, "rows": rows, "bytes": size, "digest": digest},
    )


def sweep(*, now: datetime) -> int:
    """Close answers whose end was never told, because the process died. What they reserved stays used. How many there were."""
    lost = list(
        DecisionRow.objects.filter(outcome=None, at__lt=now - UNSETTLED)
        .order_by("at")
        .values_list("pk", flat=True)[:200]
    )
    for receipt in lost:
        delivered(receipt, outcome=DecisionRow.Outcome.FAILED, rows=None, size=None, digest="", now=now)
    return len(lost)


# --- small things ------------------------------------------------------------------------------------------------


def joint_hash(hashes: Sequence[str]) -> str:
    """One policy hash for a question over several datasets: that of one is its own."""
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def b64url_of(digest: str) -> str:
    """Hexadecimal to the log's form."""
    return base64.urlsafe_b64encode(bytes.fromhex(digest)).rstrip(b"=").decode()


def institution_of(by: Actor) -> str:
    """What a leaf says about who asked."""
    return str(by.institution) if by.institution else "natural-person"


def _is_cap(failure: BaseException) -> bool:
    return isinstance(failure, KaimenError) and failure.code in {"budget_rows", "budget_bytes"}


def _since(begun: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - begun)
