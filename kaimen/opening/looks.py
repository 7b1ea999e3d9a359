"""The preview and the figure of an entry, made from what the gate let through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from kaimen.core.metadata.entry import Item, PublishedEntry
from kaimen.gate import services as gate
from kaimen.opening import words
from kaimen.opening.selectors import EntryPage
from kaimen.web.parts import Cell, Column, Figure, Gate, Link, Proof, Reason, Table, Verdict
from kaimen.web.templatetags.kaimen import num

PREVIEW_ROWS = 6
MOST_BARS = 20
MOST_GROUPINGS = 6
NUMBERS = {"I", "N", "Y", "B", "F"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Let:
    """What the gate let through: names and values, and the receipt that says so."""

    names: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    receipt: str
    at: datetime
    masked: frozenset[str] = frozenset()
    """Columns that went through a mask."""
    clauses: Mapping[str, str] = field(default_factory=dict)
    """On what ground a column is covered or stays inside, as the policy names it."""


def quoted(name: str) -> str:
    """A name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'


def preview_sql(entry: PublishedEntry) -> str:
    """The question behind the preview."""
    return f"SELECT * FROM {quoted(entry.slug)} LIMIT {PREVIEW_ROWS}"  # noqa: S608 - the gate governs it, the name is ours


def whole_sql(entry: PublishedEntry) -> str:
    """The question behind a download."""
    return f"SELECT * FROM {quoted(entry.slug)}"  # noqa: S608 - the gate governs it, the name is ours


def preview(page: EntryPage, let: Let, *, ask_url: str = "") -> Verdict:
    """The first rows under their strip, each covered column with its numbered reason."""
    items = {item.column: item for item in page.entry.items}
    columns: list[Column] = []
    reasons: list[Reason] = []
    for name in let.names:
        item = items.get(name) or Item(column=name)
        treated = (words.treatment(item) or words.covered()) if name in let.masked else None
        if treated:
            reasons.append(
                Reason(number=len(reasons) + 1, what=treated.what, why=treated.why, ground=_ground(let, name))
            )
        columns.append(
            Column(
                label=item.name(words.language()),
                technical=name,
                numeric=item.data_type in NUMBERS,
                mono=item.is_key,
                reason=len(reasons) if treated else None,
                suppressed_under=treated.suppressed_under if treated else None,
                may_be_missing=item.nullable,
            )
        )
    covered = len(reasons)
    for inside in (item for item in page.entry.items if item.column not in let.names):
        what = _("“%(column)s” stays inside.") % {"column": inside.name(words.language())}
        why = _("This column is not given to the public.")
        reasons.append(Reason(number=len(reasons) + 1, what=what, why=why, ground=_ground(let, inside.column)))
    if covered > 1:
        say = _("Open, with %(n)s columns covered") % {"n": covered}
    elif covered:
        say = _("Open, with one column covered")
    else:
        say = _("Open, nothing is covered")
    notes = [
        _("first %(n)s of %(all)s rows") % {"n": len(let.rows), "all": num(page.snapshot.rows if page.snapshot else 0)}
    ]
    title = page.entry.body.title.of(words.language())
    return Verdict(
        gate=Gate.AJAR if reasons else Gate.OPEN,
        say=say,
        notes=notes,
        link=ask_url,
        link_words=_("Filter, sort") if ask_url else "",
        table=Table(
            name=_("Preview of the data"),
            caption=_("%(title)s, first %(n)s rows") % {"title": title, "n": len(let.rows)},
            columns=columns,
            rows=let.rows,
        ),
        behind=reasons,
        proof=proof(let),
        brief=True,
    )


def _ground(let: Let, column: str) -> str:
    """The clause that the policy gives, in words; empty where it gives none."""
    return gate.ground(let.clauses.get(column, ""))


def proof(let: Let) -> Proof:
    """The receipt line of a preview."""
    return Proof(
        number=let.receipt,
        at=let.at,
        url=reverse("log-entry", args=[let.receipt]),
        words=_("A preview is a decision too, receipt"),
    )


def groupings(entry: PublishedEntry) -> list[Item]:
    """Columns by which a count of rows might say something: text that is given as it is and is no key; divisions first."""
    usable = [
        item
        for item in entry.items
        if item.data_type == "C" and not item.mask_rule and not item.is_key and item.open_type_override is None
    ]
    return sorted(usable, key=lambda item: item.code_list != "area" and item.column != "district")[:MOST_GROUPINGS]


def groupings_sql(entry: PublishedEntry, items: Sequence[Item]) -> str:
    """How many different values each of these columns has."""
    counts = ", ".join(f"count(DISTINCT {quoted(item.column)}) AS n{place}" for place, item in enumerate(items))
    return f"SELECT {counts} FROM {quoted(entry.slug)}"  # noqa: S608 - the gate governs it, the names are ours


def grouping(items: Sequence[Item], let: Let) -> Item | None:
    """The first column with few enough values to be drawn."""
    counts = let.rows[0] if let.rows else ()
    return next(
        (item for item, n in zip(items, counts, strict=False) if isinstance(n, int) and 2 <= n <= MOST_BARS), None
    )


def figure_sql(entry: PublishedEntry, item: Item) -> str:
    """The question behind the figure: how many rows there are of each code."""
    column, table = quoted(item.column), quoted(entry.slug)
    return f"SELECT {column} AS code, count(*) AS n FROM {table} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_BARS + 1}"  # noqa: S608 - the gate governs it


def figure(page: EntryPage, item: Item, let: Let) -> Figure | None:
    """Bars of row counts, where there are few enough to be read; None where a drawing would say nothing."""
    known = [(str(code), int(str(n))) for code, n in let.rows if code is not None]
    if not 2 <= len(known) <= MOST_BARS or known[0][1] == known[-1][1]:
        return None
    named = [(words.name_of_value(item.code_list or "area", code), n) for code, n in known]
    (most, many), (least, few) = named[0], named[-1]
    label = item.name(words.language())
    counts = [
        {"value": n, "ink": "c1" if place in {0, len(named) - 1} else "q3"} for place, (_name, n) in enumerate(named)
    ]
    title = _("How many rows by %(column)s") % {"column": label.lower() if words.language() == "en" else label}
    return Figure(
        id="chart",
        title=title,
        finding=_("%(most)s has most, %(many)s; %(least)s has least, %(few)s.")
        % {"most": most, "many": num(many), "least": least, "few": num(few)},
        chart={
            "says": title,
            "right": 56,
            "x": {"type": "value", "min": 0},
            "y": {
                "type": "category",
                "inverse": True,
                "data": [name for name, _n in named],
                "axisLabel": {"interval": 0},
            },
            "series": [
                {
                    "type": "bar",
                    "barWidth": "62%",
                    "name": _("rows"),
                    "data": counts,
                    "label": {"show": True, "position": "right"},
                }
            ],
        },
        table=Table(
            name=_("Data of the figure"),
            caption=title,
            row_heads=True,
            columns=[Column(label=label), Column(label=_("Rows"), numeric=True)],
            rows=[[name, n] for name, n in named],
        ),
        source=_("Data version %(n)s, receipt %(receipt)s")
        % {"n": page.snapshot.number if page.snapshot else 0, "receipt": let.receipt[:8]},
        links=[Link(words=_("proof"), url=reverse("log-entry", args=[let.receipt]))],
        size="s" if len(named) <= 8 else "",
    )
