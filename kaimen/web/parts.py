"""What the shared parts of pages are made of. A view fills these; `web/parts/*.html` and `{% load kaimen %}` draw them.

The words are already in the reader's language. What a part must always have (a masked column its numbered reason, a strip
its words, a verdict its receipt) is checked here, so a page cannot be drawn without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

Cell = object
"""A value as the engine gave it; `Sign` where there is no value to show."""


class Sign(StrEnum):
    """Four different reasons why a cell shows no value: people must be able to tell them apart."""

    UNDER_TEN = "under_ten"
    """Suppressed: a small number would point at people."""
    COVERED = "covered"
    """Masked as a whole."""
    MISSING = "missing"
    """Not reported."""
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a column: what people call it, what the database calls it, and the number of the reason that covers it."""

    label: str
    technical: str = ""
    numeric: bool = False
    mono: bool = False
    reason: int | None = None
    suppressed_under: int | None = None
    """Cells without a value were suppressed because the number was smaller than this."""
    may_be_missing: bool = False
    """A cell without a value may also be one that was not reported: the engine cannot tell, so the words must not either."""

    @property
    def covered(self) -> bool:
        """Every value of the column was changed; where only small numbers were, single cells are hatched instead."""
        return self.reason is not None and self.suppressed_under is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of data. `name` names its scroll box, `caption` says what it holds."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    show_caption: bool = False
    row_heads: bool = False
    """The first cell of a row names the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What stayed behind, and why: the number that also stands on the column, the plain reason, then its ground in law."""

    number: int
    what: str
    why: str = ""
    ground: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The receipt line: where the decision stands in the public log."""

    number: str
    at: datetime
    url: str = ""
    words: str = ""
    replay_url: str = ""

    @property
    def short(self) -> str:
        """The first letters, as people quote it."""
        return self.number[:8]


class Gate(StrEnum):
    """How far the gate opened."""

    OPEN = "open"
    AJAR = "ajar"
    SHUT = "shut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An answer of the gate as people see it. INVARIANT: it has words, and every covered column has a numbered reason."""

    gate: Gate
    say: str
    notes: Sequence[str] = ()
    link: str = ""
    link_words: str = ""
    table: Table | None = None
    got: Sequence[str] = ()
    got_note: str = ""
    behind: Sequence[Reason] = ()
    more_link: str = ""
    more_words: str = ""
    proof: Proof | None = None
    brief: bool = False
    """Only the numbered reasons below the table, as in a preview."""

    def __post_init__(self) -> None:
        if not self.say:
            raise ValueError("a strip always has words")
        numbers = {reason.number for reason in self.behind}
        unexplained = [
            column.label
            for column in (self.table.columns if self.table else ())
            if column.reason and column.reason not in numbers
        ]
        if unexplained:
            raise ValueError(f"covered without a reason: {unexplained}")

    @property
    def shut(self) -> bool:
        """Nothing was let through."""
        return self.gate is Gate.SHUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words and where they lead."""

    words: str
    url: str


class Stage(StrEnum):
    """Where a step of a timeline stands."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One point of a timeline: newest above."""

    stage: Stage
    when: str
    title: str
    text: str = ""
    who: str = ""
    links: Sequence[Link] = ()
    answers: Sequence[tuple[str, str]] = ()
    """What was given with it and stands nowhere else on the page: label and value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value of a facet, with the number of results it would leave."""

    value: str
    label: str
    count: int
    chosen: bool = False
    gate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A group of filters."""

    name: str
    legend: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Which of how many pages; the links keep all other parameters of the address."""

    page: int
    pages: int
    parameter: str = "page"

    @property
    def before(self) -> int:
        """The page before this one."""
        return self.page - 1

    @property
    def after(self) -> int:
        """The page after this one."""
        return self.page + 1

    @property
    def shown(self) -> list[int | None]:
        """Page numbers, None for a gap: the first, the last and the neighbours of this one."""
        near = [n for n in range(1, self.pages + 1) if n in {1, self.pages} or abs(n - self.page) <= 1]
        result: list[int | None] = []
        for n in near:
            if result and result[-1] is not None and n - result[-1] > 1:
                result.append(None)
            result.append(n)
        return result


def page_asked(query: Mapping[str, str], *, parameter: str = "page") -> int:
    """The page that an address names; the first where it names none. Lists show their last page for one behind it."""
    asked = query.get(parameter) or ""
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A term: the words first, then the date of the law, then the bar. `state`: empty, `due`, `late` or `stopped`."""

    words: str
    law: str
    done: float
    total: float
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One entry in a list of results. `hits` are marked in title and purpose."""

    url: str
    title: str
    purpose: str
    gate: str
    """State of the glyph."""
    open_words: str
    facts: Sequence[str] = ()
    late: str = ""
    hits: Sequence[str] = ()
    title_lang: str = ""
    purpose_lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing that says one thing: the finding in a sentence, the drawing, its source, and the same numbers as a table.

    `table` is None where the same table stands right above the figure.
    """

    id: str
    title: str
    finding: str
    chart: Mapping[str, object]
    table: Table | None
    source: str
    links: Sequence[Link] = ()
    size: str = ""
    heading: int = 2

    @property
    def data_id(self) -> str:
        """Id of the JSON block that the script draws."""
        return f"{self.id}-chart-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """Nothing here: what to do next."""

    title: str
    text: str
    links: Sequence[Link] = field(default_factory=tuple)


# ------------------------------------------------------------------ drawing
WIDE_HEAD, WIDE_CELL, LONG_CELL = 14, 12, 40
"""In Latin letters: from here a head may wrap, a cell gets room for half a line, a cell gets room for a line."""


def text_of(value: Cell) -> str:
    """A value as the engine gave it, in plain text: numbers as they are (a year is not 2,026), dates in ISO form."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case float() | Decimal():
            return (
                f"{value:f}".rstrip("0").rstrip(".")
                if isinstance(value, Decimal) and "." in f"{value:f}"
                else f"{value}"
            )
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case list() | tuple():
            return ", ".join(text_of(item) for item in value)
        case _:
            return str(value)


def _sign(value: Cell, column: Column) -> tuple[str, bool]:
    """Text of a cell and whether it is hatched."""
    if value is Sign.NOT_APPLICABLE:
        return "·", False
    if value is Sign.COVERED:
        return _("covered"), True
    if value is Sign.UNDER_TEN or (value is None and column.suppressed_under is not None):
        unknown = value is None and column.may_be_missing
        text = _("under %(n)s, or not reported") if unknown else _("under %(n)s")
        return text % {"n": column.suppressed_under or 10}, True
    if value is Sign.MISSING or value is None:
        return (_("covered"), True) if column.covered else ("—", False)
    return text_of(value), column.covered


def _width(text: str) -> int:
    """How much room a text takes, in Latin letters: a Han sign is as wide as two."""
    return sum(2 if sign >= "⺀" else 1 for sign in text)


def _han(text: str) -> bool:
    return any("㐀" <= sign <= "鿿" for sign in text)


def draw_table(table: Table, *, english: bool | None = None) -> SafeString:
    """The whole table as HTML. Made here, not in a template: a preview has some hundred cells and must cost next to nothing."""
    english = get_language() == "en" if english is None else english
    heads = []
    for column in table.columns:
        number = f'<span class="key">{column.reason}</span>' if column.reason else ""
        technical = f'<span class="sub">{escape(column.technical)}</span>' if column.technical else ""
        lang = ' lang="zh-Hans"' if english and _han(column.label) else ""
        kinds = [name for name, on in (("r", column.numeric), ("wrap", _width(column.label) > WIDE_HEAD)) if on]
        cls = f' class="{" ".join(kinds)}"' if kinds else ""
        heads.append(f'<th scope="col"{cls}><span{lang}>{escape(column.label)}</span>{number}{technical}</th>')
    body = [_row(row, table, english=english) for row in table.rows]
    return format_html(
        '<div class="tbox" tabindex="0" role="region" aria-label="{}"><table class="ds-table"><caption{}>{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        table.name,
        mark_safe("" if table.show_caption else ' class="sr"'),  # noqa: S308 - one of two constants
        table.caption,
        mark_safe("".join(heads)),  # noqa: S308 - every text in it was escaped above
        mark_safe("".join(body)),  # noqa: S308 - every text in it was escaped in _row
    )


def _row(row: Iterable[Cell], table: Table, *, english: bool) -> str:
    cells = []
    for n, (value, column) in enumerate(zip(row, table.columns, strict=True)):
        text, hatched = _sign(value, column)
        kinds = [
            name
            for name, on in (
                ("masked", hatched),
                ("n", column.numeric),
                ("mono", column.mono),
                ("name", WIDE_CELL < _width(text) <= LONG_CELL),
                ("long", _width(text) > LONG_CELL),
            )
            if on
        ]
        cls = f' class="{" ".join(kinds)}"' if kinds else ""
        lang = ' lang="zh-Hans"' if english and _han(text) else ""
        inner = f"<span>{escape(text)}</span>" if hatched else escape(text)
        tag, scope = ("th", ' scope="row"') if table.row_heads and n == 0 else ("td", "")
        cells.append(f"<{tag}{scope}{cls}{lang}>{inner}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>"
