"""Indicators computed: asked through the gate on pinned versions of their datasets, and the index from them.

The same inputs give the computation that is there already; a value can be computed again from what it came from at any time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from ulid import ULID

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Invalid, Refused
from kaimen.core.policy.party import Actor, Via
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence
from kaimen.gate import services as gate
from kaimen.lake import selectors as lake
from kaimen.monitor import selectors
from kaimen.monitor.indicators import Definition, Line, digest_of, evaluate, lines_of
from kaimen.monitor.models import Computation, Evaluation

PURPOSE = "statistics"
Input = tuple[str, str, int]
"""Short name, entry, version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of computing everything. `waiting` are indicators whose datasets hold nothing yet."""

    computations: Mapping[str, Computation]
    evaluation: Evaluation | None
    new: int
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A computation, repeated on its own inputs. `different` are the districts whose value came out otherwise."""

    computation: Computation
    different: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    definition: Definition
    inputs: Sequence[Input]
    lines: list[Line]
    question: str


def compute(*, by: Actor, now: datetime, versions: Mapping[str, int] | None = None) -> Outcome:
    """Compute every indicator of the pack from the versions in force, and the index. What was computed of the same inputs is not asked again.

    `versions` (short name to version) takes older ones instead, for figures of the past. Raises `Refused("not_your_role")`,
    `Invalid("indicator_not_exact")`, and what the gate raises.
    """
    may_compute(by)
    found, asked, waiting = dict[str, Computation](), list[_Asked](), list[str]()
    for definition in selectors.measures().indicators.values():
        inputs = _inputs(definition, versions or {})
        if inputs is None:
            waiting.append(definition.code)
            continue
        known = _known(definition, inputs)
        if known is not None:
            found[definition.code] = known
        else:
            lines, question = _ask(definition.recipe, inputs, by=by, now=now)
            asked.append(_Asked(definition=definition, inputs=inputs, lines=lines, question=question))
    return _keep(found, asked, tuple(waiting), by=by, now=now)


def check(computation_id: str, *, by: Actor, now: datetime) -> Checked:
    """Compute a value again from the versions it came from, by the recipe it came from, and compare every digit.

    Raises `Missing("computation_unknown")`, `Refused("not_your_role")`, `Missing("snapshot_erased")` where the files had to go.
    """
    may_compute(by)
    kept = selectors.computation(computation_id)
    lines, question = _ask(kept.recipe, [tuple(one) for one in kept.inputs], by=by, now=now)
    before = {one["district"]: one for one in kept.lines}
    different = tuple(one["district"] for one in lines if before.get(one["district"]) != one)
    return Checked(computation=kept, different=different, question=question)


def may_compute(by: Actor) -> None:
    """Officers, and this machine. Raises `Refused("not_your_role")`."""
    if by.via not in {Via.JOB, Via.CLI} and by.role not in selectors.COMPUTES:
        raise Refused("not_your_role", needed=sorted(selectors.COMPUTES))


def _inputs(definition: Definition, versions: Mapping[str, int]) -> list[Input] | None:
    """The versions of its datasets; None where one has none yet."""
    entries = catalogue.by_names(definition.inputs)
    snapshots = lake.snapshots_of([one.id for one in entries.values()])
    if any(name not in entries or entries[name].id not in snapshots for name in definition.inputs):
        return None
    return [
        (name, entries[name].id, versions.get(name, snapshots[entries[name].id].number)) for name in definition.inputs
    ]


def _known(definition: Definition, inputs: Sequence[Input]) -> Computation | None:
    return Computation.objects.filter(
        indicator=definition.code, definition=definition.digest, inputs_digest=_digest(inputs)
    ).first()


def _digest(inputs: Sequence[Input]) -> str:
    return digest_of([list(one) for one in inputs])


def _ask(recipe: Mapping[str, object], inputs: Sequence[Input], *, by: Actor, now: datetime) -> tuple[list[Line], str]:
    """The lines of an indicator, and the receipt of the gate."""
    question = gate.Question(
        sql=str(recipe["sql"]), purpose=PURPOSE, versions={entry: version for _, entry, version in inputs}
    )
    answer = gate.answer(question, by=by, now=now)
    try:
        rows = [tuple(row.values()) for batch in answer.batches for row in batch.to_pylist()]
    finally:
        answer.batches.close()
    tiles = selectors.measures().tiles
    try:
        lines = lines_of(recipe, rows, city=tiles.city, districts=sorted(tiles.places))
    except ValueError:
        raise Invalid("indicator_not_exact", indicator=str(recipe["code"])) from None
    return lines, answer.receipt.entry


@transaction.atomic
def _keep(
    found: dict[str, Computation], asked: Sequence[_Asked], waiting: tuple[str, ...], *, by: Actor, now: datetime
) -> Outcome:
    made = list[Computation]()
    for one in asked:
        known = _known(one.definition, one.inputs)  # somebody else may have asked the same meanwhile
        if known is None:
            known = _computation(one, by=by, now=now)
            made.append(known)
        found[one.definition.code] = known
    evaluation, fresh = _evaluation(found, by=by, now=now)
    if not made and not fresh:
        return Outcome(computations=found, evaluation=evaluation, new=0, waiting=waiting)
    Computation.objects.bulk_create(made)
    whole = evaluation is not None and not any(line["missing"] for line in evaluation.lines)
    receipt = evidence.record(
        Kind.INDICATORS_COMPUTED,
        at=now,
        public={
            "inst": str(by.institution) if by.institution else None,
            "out": "done" if whole and not waiting else "incomplete",
        },
        private=evidence.who(by)
        | {
            "computations": [[one.indicator, one.pk, one.digest] for one in made],
            "evaluation": evaluation.pk if evaluation is not None and fresh else None,
            "digest": evaluation.digest if evaluation is not None and fresh else None,
        },
    ).entry
    Computation.objects.filter(pk__in=[one.pk for one in made]).update(receipt=receipt)
    if evaluation is not None and fresh:
        evaluation.receipt = receipt
        evaluation.save(force_insert=True)
    return Outcome(computations=found, evaluation=evaluation, new=len(made), waiting=waiting)


def _computation(one: _Asked, *, by: Actor, now: datetime) -> Computation:
    return Computation(
        id=str(ULID.from_datetime(now)),
        indicator=one.definition.code,
        definition=one.definition.digest,
        inputs=[list(each) for each in one.inputs],
        inputs_digest=_digest(one.inputs),
        recipe=one.definition.recipe,
        lines=one.lines,
        digest=digest_of(one.lines),
        question=one.question,
        person=str(by.person or ""),
        institution=str(by.institution or ""),
        at=now,
    )


def _evaluation(found: Mapping[str, Computation], *, by: Actor, now: datetime) -> tuple[Evaluation | None, bool]:
    """The index of these computations, and whether it is new. None where the pack has no index or nothing was computed for it."""
    measures = selectors.measures()
    index = measures.index
    if index is None:
        return None, False
    used = {one.code: found[one.code] for one in index.elements if one.code in found}
    if not used:
        return None, False
    named = {code: one.pk for code, one in sorted(used.items())}
    known = Evaluation.objects.filter(definition=index.digest, computations_digest=digest_of(named)).first()
    if known is not None:
        return known, False
    lines = evaluate(
        index,
        {code: {line["district"]: line["value"] for line in one.lines} for code, one in used.items()},
        directions={code: one.direction for code, one in measures.indicators.items()},
        districts=sorted(measures.tiles.places),
    )
    return Evaluation(
        id=str(ULID.from_datetime(now)),
        edition=index.edition,
        definition=index.digest,
        computations=named,
        computations_digest=digest_of(named),
        lines=lines,
        digest=digest_of(lines),
        person=str(by.person or ""),
        institution=str(by.institution or ""),
        at=now,
    ), True
