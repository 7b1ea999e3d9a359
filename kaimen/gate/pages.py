"""What stands on the page of a question: its answer with the gate strip, or its refusal with the ways on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import KaimenError, Missing
from kaimen.core.policy import mask
from kaimen.core.policy.obligations import Deny
from kaimen.core.policy.party import Actor
from kaimen.core.sql.govern import governed_columns, visible
from kaimen.evidence.services import Receipt
from kaimen.gate import encoders, words
from kaimen.gate.services import Answer, Decided, Seen
from kaimen.web.errors import words as sentence
from kaimen.web.parts import Column, Figure, Gate, Link, Proof, Reason, Table, Verdict

SHOWN_ROWS = 200
CHARTS = ("table", "bar", "line")
MOST_POINTS = 200


@dataclass(slots=True, kw_only=True)
class Asked:
    """What the reader wrote; kept whatever comes of it."""

    sql: str = ""
    purpose: str = "public-use"
    agreement: str = ""
    chart: str = "table"
    rows: list[list[object]] = field(default_factory=list)


def read(answer: Answer) -> tuple[list[list[Any]], bool]:
    """The first rows, and whether there are more. Closes the answer."""
    rows: list[list[Any]] = []
    try:
        for batch in answer.batches:
            columns = [encoders.values(column) for column in batch.columns]
            rows += [list(row) for row in zip(*columns, strict=True)] if columns else []
    finally:
        answer.batches.close()
    return rows[:SHOWN_ROWS], len(rows) > SHOWN_ROWS


def verdict(answer: Answer, rows: list[list[Any]], *, more: bool, elapsed_s: float, by: Actor) -> Verdict:
    """The answer with its strip, the two lists and the receipt."""
    behind = _behind(answer, by)
    known = {reason.number for reason in behind}
    count = len(behind)
    say = (
        ngettext("Let through, with %(n)s condition", "Let through, with %(n)s conditions", count) % {"n": count}
        if count
        else _("Let through")
    )
    shown = ngettext("%(n)s row", "%(n)s rows", len(rows)) % {"n": len(rows)}
    snapshots = answer.decided.snapshots.values()
    versions = ", ".join(str(snapshot.number) for snapshot in snapshots)
    return Verdict(
        gate=Gate.AJAR if count else Gate.OPEN,
        say=say,
        notes=[
            _("the first %(rows)s") % {"rows": shown} if more else shown,
            _("%(s)s s") % {"s": f"{max(elapsed_s, 0.1):.1f}"},
            *([_("version %(versions)s") % {"versions": versions}] if versions else []),
        ],
        table=_table(answer, rows, known),
        got=_got(answer.columns),
        got_note=_("Filters, joins and orders saw the covered values too.")
        if any(seen.mark for seen in answer.columns)
        else "",
        behind=behind,
        proof=proof(answer.receipt, answer.at),
    )


def proof(receipt: Receipt, at: Any) -> Proof:
    """The receipt line."""
    return Proof(number=receipt.entry, at=at, url=reverse("log-entry", args=[receipt.entry]))


def _behind(answer: Answer, by: Actor) -> list[Reason]:
    """Numbered as on the columns. A column that does not exist for the asker is named only where the catalogue names it to them."""
    entries = answer.decided.entries
    denied = {dataset for dataset, duty in answer.reasons if isinstance(duty, Deny)}
    told = (
        {entry.id: {item.column for item in entry.items} for entry in catalogue.entries_for(by, denied)}
        if denied
        else {}
    )
    return [
        words.reason(number, duty, entries[dataset])
        for number, (dataset, duty) in enumerate(answer.reasons, start=1)
        if not isinstance(duty, Deny) or duty.column in told.get(dataset, ())
    ]


def _origin(answer: Answer, place: int) -> tuple[str, str] | None:
    """Dataset and column that a column of the answer plainly is."""
    outputs = answer.decided.outputs or ()
    if place >= len(outputs) or not outputs[place].is_plain or len(outputs[place].origins) != 1:
        return None
    return next(iter(outputs[place].origins))


def _table(answer: Answer, rows: list[list[Any]], known: set[int]) -> Table:
    entries = answer.decided.entries
    columns: list[Column] = []
    for place, (seen, arrow) in enumerate(zip(answer.columns, answer.schema, strict=True)):
        origin = _origin(answer, place)
        label = words.column_name(entries[origin[0]], origin[1]) if origin else seen.name
        least = next((duty.how.least for _, duty in seen.masks if isinstance(duty.how, mask.Minimum)), None)
        columns.append(
            Column(
                label=label,
                technical=seen.name if label != seen.name else "",
                numeric=_is_number(arrow.type),
                mono=any(isinstance(duty.how, mask.Pseudonym) for _, duty in seen.masks),
                reason=seen.mark if seen.mark in known else None,
                suppressed_under=least if seen.treatment == "masked" else None,
                may_be_missing=least is not None,
            )
        )
    return Table(
        name=_("Result"), caption=_("Result, the first %(n)s rows") % {"n": len(rows)}, columns=columns, rows=rows
    )


def _got(columns: tuple[Seen, ...]) -> list[str]:
    glue = _(", ")
    clear = [seen.name for seen in columns if seen.treatment == "clear"]
    masked = [seen.name for seen in columns if seen.treatment == "masked"]
    computed = [seen.name for seen in columns if seen.treatment == "computed"]
    return [
        *([_("%(names)s: as they are") % {"names": glue.join(clear)}] if clear else []),
        *([_("%(names)s: covered") % {"names": glue.join(masked)}] if masked else []),
        *([_("%(names)s: worked out from covered values") % {"names": glue.join(computed)}] if computed else []),
    ]


def _is_number(type_: pa.DataType) -> bool:
    return pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)


def figure(answer: Answer, rows: list[list[Any]], kind: str, shown: Verdict) -> Figure | None:
    """The result drawn: the first column that is no number along the bottom, up to three numbers as series."""
    schema = answer.schema
    numbers = [place for place, arrow in enumerate(schema) if _is_number(arrow.type)]
    labels = [place for place, arrow in enumerate(schema) if not _is_number(arrow.type)]
    if kind not in {"bar", "line"} or not rows or not numbers or shown.table is None:
        return None
    if not labels:
        labels, numbers = numbers[:1], numbers[1:]
    if not numbers:
        return None
    part = rows[:MOST_POINTS]
    heads = shown.table.columns
    series = [
        {"type": kind, "name": heads[place].label, "ink": f"c{rank}", "data": [_plotted(row[place]) for row in part]}
        for rank, place in enumerate(numbers[:3], start=1)
    ]
    first = heads[labels[0]].label
    finding = _("%(what)s by %(by)s, %(n)s values") % {
        "what": _(", ").join(str(one["name"]) for one in series),
        "by": first,
        "n": len(part),
    }
    return Figure(
        id="drawn",
        title=_("Drawn"),
        finding=finding,
        chart={
            "x": {"type": "category", "data": [_named(answer, labels[0], row[labels[0]]) for row in part]},
            "y": {"type": "value"},
            "series": series,
            "says": finding,
        },
        table=None,
        source=_("From the answer above; covered values stay covered."),
        heading=3,
    )


def _named(answer: Answer, place: int, value: object) -> str:
    """A value along the bottom in the reader's language, where its column has a list of names."""
    origin = _origin(answer, place)
    return words.value_name(answer.decided.entries[origin[0]], origin[1], value) if origin else str(value)


def _plotted(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


def may_ask(found: Decided | None) -> dict[str, Any] | None:
    """The columns of the dataset that the page was opened for, as this asker would see them."""
    if found is None:
        return None
    (source,) = found.view.sources
    entry = found.entries[source.dataset]
    masks = {column.name: how for column, how in visible(source)}
    return {
        "slug": entry.slug,
        "title_zh": entry.title_zh,
        "title_en": entry.title_en,
        "url": reverse("entry", args=[entry.slug]),
        "columns": [
            {
                "name": column.name,
                "label": words.column_name(entry, column.name),
                "chip": words.short(how) if (how := masks[column.name]) else "",
            }
            for column in governed_columns(source)
        ],
    }


def refusal(error: KaimenError, asked: Asked, receipt: Receipt | None, at: Any, *, by: Actor) -> dict[str, Any]:
    """Why, what was asked, and three ways on; the last one leads to the page of the dataset where the asker may see it."""
    purposes = dict(words.purposes())
    said = sentence(error.code, _for_people(error.details, purposes))
    dataset = str(error.details.get("dataset") or error.details.get("name") or "")
    shut = Verdict(
        gate=Gate.SHUT,
        say=_("Not let through"),
        notes=[_("nothing was read")],
        proof=proof(receipt, at) if receipt else None,
    )
    return {
        "said": said,
        "code": error.code,
        "verdict": shut,
        "asked": asked,
        "purpose_name": purposes.get(asked.purpose, asked.purpose),
        "data_url": reverse("data"),
        "dataset": dataset,
        "entry_url": _entry_url(dataset, by),
    }


def _entry_url(dataset: str, by: Actor) -> str:
    """The page of a dataset; empty where there is none or it is not for this asker, which look the same."""
    try:
        return reverse("entry", args=[catalogue.entry_for(by, dataset).slug])
    except Missing:
        return ""


def _for_people(facts: Mapping[str, object], purposes: Mapping[str, str]) -> dict[str, object]:
    """Purposes by their names; what is open has no number that anybody knows."""
    told = dict(facts)
    if "purpose" in told:
        told["purpose"] = purposes.get(str(told["purpose"]), told["purpose"])
    if str(told.get("agreement")).startswith("open/"):
        told["agreement"] = _("“open to everybody”")
    return told


def downloads() -> list[Link]:
    """Forms in which the same question can be taken home."""
    return [
        Link(words=name, url=form)
        for name, form in (("CSV", "csv"), ("Parquet", "parquet"), ("JSON", "json"), ("Arrow", "arrow"))
        if form in encoders.FORMS
    ]
