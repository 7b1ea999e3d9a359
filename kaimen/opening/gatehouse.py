"""What the pages of the public window ask the gate. No file of the lake is opened here: every value went through `gate.services`.

A preview and a figure are asked as anybody would, and recorded once for each plan: the text of the question, the version of the
data and the hash of the policy in force. For each page the decision is made anew (`standing`), so a closed dataset shows nothing from
that moment on; only the rows of an answer that stands in the log already are remembered, and only of entries open to everybody.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import KaimenError, Refused
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.decide import decide
from kaimen.core.policy.model import Action, Channel, Request
from kaimen.core.policy.obligations import Filter
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.gate import selectors as policies
from kaimen.gate import services as gate
from kaimen.gate.services import Answer, Question
from kaimen.opening import looks
from kaimen.opening.looks import Let
from kaimen.opening.selectors import EntryPage
from kaimen.web.parts import Cell, Figure

PURPOSE = "public-use"
LONGEST_CELL = 500
REMEMBERED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What makes two answers the same one."""

    entry: str
    snapshot: int
    policy_hash: str
    sql: str


class Memory:
    """The last answers of a process, the longest unused forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Plan, Let] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, plan: Plan) -> Let | None:
        """The rows that came of this plan."""
        with self._lock:
            if plan in self._held:
                self._held.move_to_end(plan)
            return self._held.get(plan)

    def put(self, plan: Plan, let: Let) -> None:
        """Remember."""
        with self._lock:
            self._held[plan] = let
            while len(self._held) > self._most:
                self._held.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._held.clear()


_memory = Memory(REMEMBERED)


def forget() -> None:
    """Forget every answer: the next page asks the gate again."""
    _memory.clear()


def standing(entry: PublishedEntry, *, now: datetime) -> str:
    """The hash of the policy under which anybody may ask this entry now. Raises `Refused` when nobody may."""
    concerned = policies.policies_of(ANYBODY, {entry.id: entry}, now)[entry.id]
    request = Request(assignee=ANYBODY, purpose=PURPOSE, action=Action.QUERY, dataset=entry.id, channel=Channel.SQL)
    facts = policies.facts_for(ANYBODY, entry, concerned, others=0, now=now)
    decision = decide(request, concerned, facts, now=now)
    if not decision.permitted:
        raise Refused(decision.code, dataset=entry.slug, purpose=PURPOSE)
    return decision.policy_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the page of an entry shows of its data: rows and a figure, or the code and facts of why not."""

    let: Let | None = None
    figure: Figure | None = None
    trouble: KaimenError | None = None


def see(page: EntryPage, *, now: datetime) -> Seen:
    """Preview and figure of an open entry. The page stands also when the engine does not."""
    if not page.open_now or page.snapshot is None:
        return Seen()
    try:
        whole = catalogue.published(page.entry.id)
        ask = _asker(whole, page.snapshot.number, standing(whole, now=now), now=now)
        let = ask(looks.preview_sql(page.entry))
    except KaimenError as trouble:
        return Seen(trouble=trouble)
    try:
        return Seen(let=let, figure=_figure(page, ask))
    except KaimenError:
        return Seen(let=let)


def _asker(entry: PublishedEntry, snapshot: int, policy_hash: str, *, now: datetime) -> Callable[[str], Let]:
    """A way to ask this version of this entry, remembering what came."""

    def ask(sql: str) -> Let:
        plan = Plan(entry=entry.id, snapshot=snapshot, policy_hash=policy_hash, sql=sql)
        let = _memory.get(plan)
        if let is None:
            answer = gate.answer(Question(sql=sql, purpose=PURPOSE), by=ANYBODY, now=now)
            let = _read(answer)
            if answer.decided.snapshots[entry.id].number == snapshot:
                _memory.put(plan, let)
        return let

    return ask


def _read(answer: Answer) -> Let:
    """A small answer, whole."""
    rows = [tuple(map(_cell, row.values())) for batch in answer.batches for row in batch.to_pylist()]
    return Let(
        names=tuple(answer.schema.names),
        rows=tuple(rows),
        receipt=answer.receipt.entry,
        at=answer.at,
        masked=frozenset(column.name for column in answer.columns if column.treatment != "clear"),
        clauses={duty.column: duty.clause for _dataset, duty in answer.reasons if not isinstance(duty, Filter)},
    )


def _cell(value: Cell) -> Cell:
    return f"{value[: LONGEST_CELL - 1]}…" if isinstance(value, str) and len(value) > LONGEST_CELL else value


def _figure(page: EntryPage, ask: Callable[[str], Let]) -> Figure | None:
    """Counts by the first column that has few enough values."""
    items = looks.groupings(page.entry)
    if not items:
        return None
    item = looks.grouping(items, ask(looks.groupings_sql(page.entry, items)))
    return looks.figure(page, item, ask(looks.figure_sql(page.entry, item))) if item else None


def _all_rows(page: EntryPage) -> Question:
    open_to_all = page.entry.open_type == 1
    return Question(
        sql=looks.whole_sql(page.entry),
        purpose=PURPOSE,
        channel=Channel.REST,
        action=Action.EXTRACT if open_to_all else Action.QUERY,
    )


def whole(page: EntryPage, *, by: Actor, now: datetime) -> Answer:
    """All rows that the gate lets through to this reader, as a stream. Raises the refusal's code.

    What is open without conditions is let through with the caps of files, so that all of it comes.
    """
    return gate.answer(_all_rows(page), by=by, now=now)


def may_take(page: EntryPage, *, by: Actor, now: datetime) -> None:
    """Raises what `whole` would be refused with; asks nothing, so nothing is recorded."""
    gate.check_extent(gate.decide(_all_rows(page), by=by, now=now))
