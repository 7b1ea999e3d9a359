"""The scorecard of bodies: periods, what is counted, and the lines of a scorecard as of a moment.

Nothing here is reported by the bodies: terms come from the clocks of cases, the rest from the catalogue, the lake, cases and the last
run of the control board. All of it is read as it stood at a moment, so that the same question has the same answer later.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TypedDict

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.catalogue import selectors as catalogue
from kaimen.compliance import selectors as compliance
from kaimen.core.errors import Invalid
from kaimen.core.lifecycle.calendar import Calendar
from kaimen.core.lifecycle.timeliness import Standing, Tally
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.lake import selectors as lake
from kaimen.monitor import selectors
from kaimen.monitor.models import Record
from kaimen.office import selectors as office
from kaimen.office.selectors import Owed

LEAST = 10
"""Under so many a share says nothing: only the counts are told; and where they are matters of persons the public is told nothing."""
PREVIEW_DAYS = 5
"""Working days for which bodies see what is fixed before the public does."""
REVIEWS = "entry"
"""Terms of the catalogue's own reviews, beside the workflows."""
MEASURES = ("languages", "supplied", "fresh", "loads", "rows", "corrections", "open", "shared")
OF_PERSONS = frozenset({"corrections"})
"""Measures that count what persons brought."""
OPEN_TYPES, SHARE_TYPES = frozenset({1, 2}), frozenset({1, 2})
"""Open and shared: without or on conditions."""
QUARTERS, MONTHS = 4, 3
_CODE = re.compile(r"(?P<year>20\d\d)(?:Q(?P<quarter>[1-4]))?", re.ASCII)


class Line(TypedDict):
    """A body: [kept, late, open and late, running] by workflow, [numerator, denominator] by measure, controls that name it."""

    institution: str
    terms: dict[str, list[int]]
    measures: dict[str, list[int]]
    controls: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A quarter or a year of the city's calendar: [begin, end)."""

    code: str
    year: int
    quarter: int | None
    begin: datetime
    end: datetime
    last: date

    def release_day(self, calendar: Calendar) -> date:
        """The day on which the public sees what was fixed of it."""
        return calendar.nth_after(self.last, PREVIEW_DAYS)


def period(code: str) -> Period:
    """`2026Q3` or `2026`. Raises `Invalid("period_unknown")`."""
    found = _CODE.fullmatch(code)
    if found is None:
        raise Invalid("period_unknown")
    year, quarter = int(found["year"]), int(found["quarter"]) if found["quarter"] else None
    first = date(year, MONTHS * (quarter - 1) + 1 if quarter else 1, 1)
    after = date(year + 1, 1, 1) if quarter in {None, QUARTERS} else date(year, MONTHS * (quarter or 0) + 1, 1)
    zone = selectors.zone()
    return Period(
        code=code,
        year=year,
        quarter=quarter,
        begin=datetime(first.year, first.month, 1, tzinfo=zone),
        end=datetime(after.year, after.month, 1, tzinfo=zone),
        last=after - timedelta(days=1),
    )


def quarter_of(at: datetime) -> Period:
    """The quarter in which a moment lies."""
    day = at.astimezone(selectors.zone()).date()
    return period(f"{day.year}Q{(day.month - 1) // MONTHS + 1}")


def before(one: Period) -> Period:
    """The quarter or the year before."""
    if one.quarter is None:
        return period(str(one.year - 1))
    return period(f"{one.year}Q{one.quarter - 1}" if one.quarter > 1 else f"{one.year - 1}Q{QUARTERS}")


def choices(at: datetime) -> list[Period]:
    """What can be asked for: this year and the two before, and their quarters as far as they have begun; the newest first."""
    year = quarter_of(at).year
    asked = [f"{one}{part}" for one in (year, year - 1, year - 2) for part in ("", "Q4", "Q3", "Q2", "Q1")]
    return [found for code in asked if (found := period(code)).begin <= at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The lines of a scorecard, the terms behind them, and what it was made of."""

    lines: list[Line]
    owed: list[Owed] = field(default_factory=list[Owed])
    clocks: int = 0
    run: int = 0


def workflow_of(one: Owed, told: Mapping[str, cases.Told]) -> str:
    """Of which workflow a term is; the catalogue's reviews are one of their own."""
    return told[one.case].workflow if one.case_kind == "case" and one.case in told else REVIEWS


def gather(asked: Period, *, at: datetime, clocks: int | None = None, run: int | None = None) -> Gathered:
    """What can be said of every body for a period as it stood at a moment in it.

    `clocks`, `run`: the newest clock and the run of the control board to which an earlier answer was pinned.
    """
    at = min(at, asked.end)
    upto = office.last_clock() if clocks is None else clocks
    owed = office.owed(asked.begin, asked.end, at=at, upto=upto)
    told = cases.told(one.case for one in owed if one.case_kind == "case")
    terms: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for one in owed:
        terms[one.institution][workflow_of(one, told)] += _one(one.standing)
    entries = catalogue.in_force(at)
    measures = _measures(asked, at, entries)
    looked, named = _named(at, run, owed, entries)
    bodies = {str(body.pk) for body in accounts.institutions(at=at) if _public_body(body.body_kind)}
    bodies |= set(terms) | set(measures) | set(named)
    known = accounts.public_names(bodies)
    lines = [
        Line(
            institution=body,
            terms={flow: [one.kept, one.late, one.open_late, one.running] for flow, one in sorted(terms[body].items())},
            measures={code: measures[body][code] for code in MEASURES if code in measures[body]},
            controls=sorted(named.get(body, ())),
        )
        for body in sorted(bodies & set(known))
    ]
    return Gathered(lines=lines, owed=owed, clocks=upto, run=looked)


def _one(standing: Standing) -> Tally:
    return Tally(
        kept=standing is Standing.KEPT,
        late=standing is Standing.LATE,
        open_late=standing is Standing.OPEN_LATE,
        running=standing is Standing.RUNNING,
    )


def _public_body(kind: str) -> bool:
    code = catalogue.spec().list_of("body_kind").codes.get(kind)
    return code is not None and code.attributes.get("government") is True


# ---- beside the terms --------------------------------------------------------------------------------------------------------
def _measures(asked: Period, at: datetime, entries: Iterable[PublishedEntry]) -> dict[str, dict[str, list[int]]]:
    """[numerator, denominator] by body and measure; a measure that counts nothing is left out."""
    found: dict[str, dict[str, list[int]]] = defaultdict(dict)
    _of_entries(found, at, entries)
    for one in lake.brought(asked.begin, min(at, asked.end)):
        _put(found, one.institution, "loads", one.passed, one.passed + one.refused)
        _put(found, one.institution, "rows", one.right, one.rows)
    decided: dict[str, list[bool]] = defaultdict(list)
    for _case, body, verb in cases.last_of(
        "objection", ("correct", "uphold"), side="provider", begin=asked.begin, end=min(at, asked.end)
    ):
        decided[body].append(verb == "correct")
    for body, corrected in decided.items():
        _put(found, body, "corrections", sum(corrected), len(corrected))
    return found


def _put(found: dict[str, dict[str, list[int]]], body: str, code: str, numerator: int, denominator: int) -> None:
    if denominator:
        found[body][code] = [numerator, denominator]


def _of_entries(found: dict[str, dict[str, list[int]]], at: datetime, entries: Iterable[PublishedEntry]) -> None:
    """Catalogue and openness, by the version of each entry that was in force."""
    newest, promised = lake.newest_at(at), catalogue.spec().list_of("update_frequency").codes
    by_body: dict[str, list[PublishedEntry]] = defaultdict(list)
    for entry in entries:
        by_body[str(entry.provider)].append(entry)
    for body, its in by_body.items():
        tables = [one for one in its if one.body.items]
        timely = [
            at - newest[one.id] <= timedelta(seconds=limit)
            for one in tables
            if one.id in newest
            and (code := promised.get(one.body.update_frequency)) is not None
            and (limit := code.number("timely_s"))
        ]
        whole = [bool(one.title_en and one.description_zh and one.description_en) for one in its]
        _put(found, body, "languages", sum(whole), len(whole))
        _put(found, body, "supplied", sum(one.id in newest for one in tables), len(tables))
        _put(found, body, "fresh", sum(timely), len(timely))
        _put(found, body, "open", sum(one.body.open_type in OPEN_TYPES for one in its), len(its))
        _put(found, body, "shared", sum(one.share_type in SHARE_TYPES for one in its), len(its))


def _named(
    at: datetime, run: int | None, owed: Iterable[Owed], entries: Iterable[PublishedEntry]
) -> tuple[int, dict[str, set[str]]]:
    """The run of the control board, and which failing controls name a body: by its entry, its page, its record, its late case."""
    looked, failing = compliance.failing_at(at, run=run)
    found: dict[str, set[str]] = defaultdict(set)
    whose = _Whose({url for urls in failing.values() for url in urls}, owed, entries)
    for control, urls in failing.items():
        for url in urls:
            for body in whose.of(url):
                found[body].add(control)
    return looked, found


class _Whose:
    """Which body stands behind an address that the control board names, for as many addresses as there are, in a few questions."""

    def __init__(self, urls: Collection[str], owed: Iterable[Owed], entries: Iterable[PublishedEntry]) -> None:
        self._bodies = {f"/data/{entry.slug}": {str(entry.provider)} for entry in entries}
        numbers = {url.removeprefix("/cases/") for url in urls if url.startswith("/cases/")}
        late: dict[str, set[str]] = defaultdict(set)
        for one in owed:
            if one.standing is Standing.OPEN_LATE:
                late[one.case].add(one.institution)
        for number, case in cases.ids_of(numbers).items():
            self._bodies[f"/cases/{number}"] = late.get(case, set())
        places = [url.split("/") for url in urls if url.startswith("/monitor/registers/")]
        codes = {parts[-1] for parts in places}
        for kind, code, body in Record.objects.filter(code__in=codes).values_list("register", "code", "institution"):
            self._bodies[f"/monitor/registers/{kind}/records/{code}"] = {body}
        slugs = {url.removeprefix("/org/"): url for url in urls if url.startswith("/org/")}
        for slug, body in accounts.ids_of_slugs(slugs).items():
            self._bodies[slugs[slug]] = {body}

    def of(self, url: str) -> set[str]:
        """None where the address is no body's alone."""
        return self._bodies.get(url, set())


# ---- what is told ------------------------------------------------------------------------------------------------------------
def few(numbers: Iterable[int]) -> bool:
    """So few that the public is told nothing of them, where they are matters of persons; none at all is no secret."""
    return 0 < sum(numbers) < LEAST


def for_public(lines: Iterable[Line], of_persons: Collection[str]) -> tuple[list[Line], dict[str, list[str]]]:
    """The lines without what may point at a person, and what was left out of which body. What is left out is in no sum either."""
    shown, hidden = list[Line](), dict[str, list[str]]()
    for line in lines:
        flows = [flow for flow, counts in line["terms"].items() if flow in of_persons and few(counts)]
        codes = [code for code, (_, of) in line["measures"].items() if code in OF_PERSONS and few([of])]
        shown.append(
            Line(
                institution=line["institution"],
                terms={flow: counts for flow, counts in line["terms"].items() if flow not in flows},
                measures={code: counts for code, counts in line["measures"].items() if code not in codes},
                controls=line["controls"],
            )
        )
        if flows or codes:
            hidden[line["institution"]] = flows + codes
    return shown, hidden


def terms_of(line: Line) -> Tally:
    """All terms of a body together."""
    return sum((tally_of(counts) for counts in line["terms"].values()), Tally())


def tally_of(counts: list[int]) -> Tally:
    """Counts of a line, named."""
    kept, late, open_late, running = counts
    return Tally(kept=kept, late=late, open_late=open_late, running=running)


def rate(numerator: int, denominator: int) -> str:
    """Percent with one place, half to even; nothing under so many that a share says nothing. Never 100 or 0 by rounding alone."""
    if denominator < LEAST:
        return ""
    tenths = round(Fraction(1000 * numerator, denominator))
    if numerator < denominator:
        tenths = min(tenths, 999)
    if numerator:
        tenths = max(tenths, 1)
    return f"{tenths // 10}.{tenths % 10}"


def city(lines: Iterable[Line]) -> Line:
    """All bodies together: sums, and every control that names one of them."""
    terms: dict[str, Counter[int]] = defaultdict(Counter)
    measures: dict[str, Counter[int]] = defaultdict(Counter)
    controls = set[str]()
    for line in lines:
        for flow, counts in line["terms"].items():
            terms[flow].update(dict(enumerate(counts)))
        for code, counts in line["measures"].items():
            measures[code].update(dict(enumerate(counts)))
        controls |= set(line["controls"])
    return Line(
        institution="",
        terms={flow: [counts[n] for n in range(4)] for flow, counts in sorted(terms.items())},
        measures={code: [measures[code][0], measures[code][1]] for code in MEASURES if code in measures},
        controls=sorted(controls),
    )
