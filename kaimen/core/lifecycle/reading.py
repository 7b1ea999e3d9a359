"""From the decoded YAML of a pack to a `RuleBook`, with nothing passed through that is not understood.

Every fault is a `Fault(where, why)`: the operator sees the file and the key. Refused: an unknown key, kind or unit; two values for
one day; a hole between values; a source that is not listed; a text that a declared language lacks; an id twice; a control without
its article; a day of the calendar twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.calendar import Calendar, Year, check_year
from kaimen.core.lifecycle.rules import (
    TERM_UNITS,
    UNITS,
    VALUED,
    Clause,
    Control,
    Extension,
    Rule,
    RuleBook,
    RuleKind,
    Rung,
    Source,
    Value,
    Verified,
    Words,
)
from kaimen.core.lifecycle.terms import Amount, StopKind, Unit

Document = Mapping[str, object]
FORCES = frozenset({"must", "ban", "support", "info"})
RUNGS = frozenset({"half", "four_fifths", "due_morning", "overdue"})
_RULE = frozenset(
    [
        "id",
        "kind",
        "source",
        "article",
        "verified",
        "workflow",
        "responsible",
        "trigger",
        "text",
        "values",
        "extension",
        "stops",
        "fields",
        "note",
        "waits",
    ]
)
_CLAUSE = frozenset(["article", "chapter", "force", "obliged", "functions", "topic", "text", "control", "note"])
_CONTROL = frozenset(
    [
        "id",
        "article",
        "group",
        "kinds",
        "rooms",
        "passes",
        "evidence",
        "advice",
        "covers",
        "carried",
        "attests",
        "each_release",
    ]
)
T = TypeVar("T")
K = TypeVar("K", int, str)


class Fault(ValueError):
    """Where in a pack something is wrong, and why: an English sentence in which `{name}` stands for a fact."""

    def __init__(self, where: str, why: str, **facts: object) -> None:
        self.where, self.why, self.facts = where, why, facts
        super().__init__(f"{where}: {why.format_map(facts)}")


def read_book(
    *,
    id: str,  # noqa: A002 - the pack's own word
    version: str,
    digest: str,
    zone: str,
    counting: Document,
    years: Mapping[str, Document],
    sources: Document,
    rules: Mapping[str, Document],
    clauses: Document,
    controls: Document,
    roles: frozenset[str],
) -> RuleBook:
    """All documents of a pack together. Raises `Fault`."""
    known = _each(sources, "sources", "sources", _source, lambda source: source.id)
    found: dict[str, Rule] = {}
    for name, document in sorted(rules.items()):
        if set(document) != {"family", "rules"} or document["family"] != name:
            raise Fault(f"rules/{name}", "family and rules are expected, with the file's own name")
        for rule in _each(
            document, "rules", f"rules/{name}", lambda row: _rule(row, roles), lambda rule: rule.id
        ).values():
            if rule.id in found:
                raise Fault(f"rules/{name}", "{id} stands twice", id=rule.id)
            if rule.source not in known:
                raise Fault(f"rules/{name}", "{id} cites {source}, which is no source", id=rule.id, source=rule.source)
            found[rule.id] = rule
    law = _text(clauses, "source", "clauses")
    if law not in known:
        raise Fault("clauses", "{source} is no source", source=law)
    articles = _each(clauses, "clauses", "clauses", _clause, lambda clause: clause.article)
    chapters = {_int(row, "n", "chapters"): _words(row, "chapters") for row in _rows(clauses, "chapters", "clauses")}
    checks = _each(controls, "controls", "controls", _control, lambda control: control.id)
    _agree(articles, chapters, checks)
    return RuleBook(
        id=id,
        version=version,
        digest=digest,
        law=law,
        sources=known,
        rules=found,
        clauses=articles,
        chapters=chapters,
        controls=checks,
        calendar=_calendar(zone, counting, years),
        ladder=_ladder(counting, roles),
    )


def _agree(articles: Mapping[int, Clause], chapters: Mapping[int, Words], checks: Mapping[str, Control]) -> None:
    for clause in articles.values():
        if clause.chapter not in chapters:
            raise Fault(
                "clauses",
                "article {article} stands in chapter {chapter}, which is not listed",
                article=clause.article,
                chapter=clause.chapter,
            )
        if clause.control is not None and (
            clause.control not in checks or checks[clause.control].article != clause.article
        ):
            raise Fault(
                "clauses",
                "article {article} names {control}, which is not its control",
                article=clause.article,
                control=clause.control,
            )
    named = {clause.control for clause in articles.values()}
    for control in checks.values():
        if control.id not in named:
            raise Fault("controls", "{id} belongs to no article", id=control.id)


def _source(row: Document) -> Source:
    _keys(row, "sources", needed={"id", "zh", "en", "in_force", "verified"})
    since = row["in_force"]
    if since is not None and not isinstance(since, date):
        raise Fault(f"sources: {row['id']}", "in_force is no date")
    return Source(
        id=_text(row, "id", "sources"), names=_words(row, "sources"), in_force=since, verified=_verified(row, "sources")
    )


def _rule(row: Document, roles: frozenset[str]) -> Rule:
    where = f"rule {row.get('id')}"
    _keys(
        row,
        where,
        needed={"id", "kind", "source", "article", "verified", "workflow", "responsible", "trigger", "text"},
        allowed=_RULE,
    )
    try:
        kind = RuleKind(cast("str", row["kind"]))
        stops = frozenset(StopKind(stop) for stop in _texts(row, "stops", where))
    except ValueError as fault:
        raise Fault(where, "cannot be read: {fault}", fault=fault) from None
    values = tuple(_value(one, where) for one in _rows(row, "values", where)) if "values" in row else ()
    if bool(values) != (kind in VALUED):
        raise Fault(where, "a {kind} needs values" if kind in VALUED else "a {kind} has no values", kind=kind.value)
    if kind is RuleKind.TIMER and any(value.unit not in TERM_UNITS or len(value.numbers) != 1 for value in values):
        raise Fault(where, "a timer counts {units}", units=", ".join(sorted(TERM_UNITS)))
    if (stops or "extension" in row) and kind is not RuleKind.TIMER:
        raise Fault(where, "only a timer is stopped or extended")
    waits = row.get("waits", False)
    if not isinstance(waits, bool) or (waits and (kind is not RuleKind.TIMER or stops or "extension" in row)):
        raise Fault(where, "only a timer that is neither stopped nor extended waits")
    _in_order(values, where)
    return Rule(
        id=_text(row, "id", where),
        kind=kind,
        source=_text(row, "source", where),
        article=_text(row, "article", where),
        verified=_verified(row, where),
        workflow=_text(row, "workflow", where),
        responsible=_text(row, "responsible", where),
        trigger=_words(_sub(row, "trigger", where), where),
        text=_words(_sub(row, "text", where), where),
        values=values,
        extension=_extension(_sub(row, "extension", where), where, roles) if "extension" in row else None,
        stops=stops,
        fields=_texts(row, "fields", where),
        note=_words(_sub(row, "note", where), where) if "note" in row else None,
        waits=waits,
    )


def _value(row: Document, where: str) -> Value:
    units = set(row) & UNITS
    if len(units) != 1 or set(row) - UNITS - {"from", "until"} or not isinstance(row.get("from"), date):
        raise Fault(where, "a value has from, perhaps until, and one unit of {units}", units=", ".join(sorted(UNITS)))
    until = row.get("until")
    if until is not None and not isinstance(until, date):
        raise Fault(where, "until is no date")
    (unit,) = units
    return Value(
        since=cast("date", row["from"]), until=until, unit=unit, numbers=_numbers(row[unit], unit=unit, where=where)
    )


def _numbers(given: object, *, unit: str, where: str) -> tuple[int, ...]:
    if unit == "month_day":
        try:
            day = date.fromisoformat(f"2024-{given}")
        except ValueError:
            raise Fault(where, "{day} is no day of a year", day=given) from None
        return (day.month, day.day)
    numbers = cast("list[object]", given) if isinstance(given, list) else [given]
    if not numbers or not all(
        isinstance(number, int) and not isinstance(number, bool) and number > 0 for number in numbers
    ):
        raise Fault(where, "{unit} are whole numbers above nought", unit=unit)
    return tuple(cast("list[int]", numbers))


def _in_order(values: tuple[Value, ...], where: str) -> None:
    for earlier, later in pairwise(values):
        if later.since <= earlier.since or (earlier.until is not None and later.since <= earlier.until):
            raise Fault(where, "two values hold on {since}", since=later.since)
        if earlier.until is not None and later.since > earlier.until + timedelta(days=1):
            raise Fault(where, "nothing holds between {until} and {since}", until=earlier.until, since=later.since)


def _extension(row: Document, where: str, roles: frozenset[str]) -> Extension:
    units = set(row) & TERM_UNITS
    if len(units) != 1 or set(row) - units - {"by", "notify"}:
        raise Fault(where, "an extension has one unit, by and perhaps notify")
    (unit,) = units
    by = _text(row, "by", where)
    if by not in roles:
        raise Fault(where, "{role} is no role", role=by)
    (n,) = _numbers(row[unit], unit=unit, where=where)
    return Extension(amount=Amount(n=n, unit=Unit(unit)), by=by, notify=str(row.get("notify", "")))


def _clause(row: Document) -> Clause:
    where = f"clause {row.get('article')}"
    _keys(
        row,
        where,
        needed={"article", "chapter", "force", "obliged", "functions", "topic", "text"},
        allowed=_CLAUSE,
    )
    if row["force"] not in FORCES:
        raise Fault(where, "force is one of {choices}", choices=", ".join(sorted(FORCES)))
    return Clause(
        article=_int(row, "article", where),
        chapter=_int(row, "chapter", where),
        force=cast("str", row["force"]),
        obliged=_texts(row, "obliged", where),
        functions=_texts(row, "functions", where),
        topic=_words(_sub(row, "topic", where), where),
        text=_words(_sub(row, "text", where), where),
        control=_text(row, "control", where) if "control" in row else None,
        note=_words(_sub(row, "note", where), where) if "note" in row else None,
    )


def _control(row: Document) -> Control:
    where = f"control {row.get('id')}"
    _keys(row, where, needed={"id", "article", "group", "kinds", "rooms", "passes", "evidence"}, allowed=_CONTROL)
    kinds = _texts(row, "kinds", where)
    if not kinds or set(kinds) - {"query", "probe", "attestation"}:
        raise Fault(where, "kinds are query, probe, attestation")
    if ("attestation" in kinds) != ("attests" in row):
        raise Fault(where, "an attestation says what is attested")
    return Control(
        id=_text(row, "id", where),
        article=_int(row, "article", where),
        group=_int(row, "group", where),
        kinds=kinds,
        rooms=_texts(row, "rooms", where),
        passes=_words(_sub(row, "passes", where), where),
        evidence=_words(_sub(row, "evidence", where), where),
        advice=row.get("advice") is True,
        covers=_texts(row, "covers", where),
        carried=_texts(row, "carried", where),
        attests=_words(_sub(row, "attests", where), where) if "attests" in row else None,
        each_release=row.get("each_release") is True,
    )


def _calendar(zone: str, base: Document, years: Mapping[str, Document]) -> Calendar:
    _keys(base, "clocks", needed={"weekend", "feasts", "ladder"})
    try:
        weekend = frozenset(cast("list[int]", base["weekend"]))
        announced = {
            year.year: check_year(year, weekend=weekend)
            for year in (_year(name, document) for name, document in years.items())
        }
        feasts = frozenset(
            (day.month, day.day)
            for day in (date.fromisoformat(f"2024-{feast}") for feast in _texts(base, "feasts", "clocks"))
        )
        return Calendar(zone=ZoneInfo(zone), years=announced, weekend=weekend, feasts=feasts)
    except (ValueError, TypeError, KaimenError) as fault:
        raise Fault("calendar", "cannot be read: {fault}", fault=fault) from None


def _year(name: str, document: Document) -> Year:
    year = read_year(document, where=f"calendar/{name}")
    if str(year.year) != name:
        raise Fault(f"calendar/{name}", "speaks of {year}", year=year.year)
    return year


def read_year(document: Document, *, where: str) -> Year:
    """A year in the form of a pack's calendar; whether it contradicts itself `check_year` says. Raises `Fault`."""
    _keys(document, where, needed={"year", "notice", "holidays", "makeup"})
    return Year(
        year=_int(document, "year", where),
        notice=_text(document, "notice", where),
        holidays=_days(document, "holidays", where),
        makeup=_days(document, "makeup", where),
    )


def _days(document: Document, key: str, where: str) -> frozenset[date]:
    days = document[key]
    if not isinstance(days, list) or not all(isinstance(day, date) for day in cast("list[object]", days)):
        raise Fault(where, "{key} is a list of days", key=key)
    if len(set(cast("list[date]", days))) != len(cast("list[date]", days)):
        raise Fault(where, "a day stands twice among {key}", key=key)
    return frozenset(cast("list[date]", days))


def _ladder(base: Document, roles: frozenset[str]) -> tuple[Rung, ...]:
    rungs: list[Rung] = []
    for row in _rows(base, "ladder", "clocks"):
        _keys(row, "ladder", needed={"at", "role"}, allowed={"at", "role", "everywhere"})
        rung = Rung(
            at=_text(row, "at", "ladder"), role=_text(row, "role", "ladder"), everywhere=row.get("everywhere") is True
        )
        if rung.at not in RUNGS or (rung.role != "owner" and rung.role not in roles):
            raise Fault("ladder", "{at} to {role} is not known", at=rung.at, role=rung.role)
        rungs.append(rung)
    return tuple(rungs)


# ------------------------------------------------------------------------------------------------------------- small readers
def _each(document: Document, key: str, where: str, read: Callable[[Document], T], by: Callable[[T], K]) -> dict[K, T]:
    found: dict[K, T] = {}
    for row in _rows(document, key, where):
        one = read(row)
        if by(one) in found:
            raise Fault(where, "{key} stands twice", key=by(one))
        found[by(one)] = one
    return found


def _rows(document: Document, key: str, where: str) -> list[Document]:
    rows = document.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in cast("list[object]", rows)):
        raise Fault(where, "{key} is a list of mappings", key=key)
    return cast("list[Document]", rows)


def _sub(document: Document, key: str, where: str) -> Document:
    found = document[key]
    if not isinstance(found, dict):
        raise Fault(where, "{key} is a mapping", key=key)
    return cast("Document", found)


def _words(row: Document, where: str) -> Words:
    return Words(zh=_text(row, "zh", where), en=_text(row, "en", where))


def _text(row: Document, key: str, where: str) -> str:
    found = row.get(key)
    if not isinstance(found, str) or not found.strip():
        raise Fault(where, "{key} is a text", key=key)
    return found


def _texts(row: Document, key: str, where: str) -> tuple[str, ...]:
    found = row.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in cast("list[object]", found)):
        raise Fault(where, "{key} is a list of texts", key=key)
    return tuple(cast("list[str]", found))


def _int(row: Document, key: str, where: str) -> int:
    found = row.get(key)
    if not isinstance(found, int) or isinstance(found, bool):
        raise Fault(where, "{key} is a whole number", key=key)
    return found


def _verified(row: Document, where: str) -> Verified:
    try:
        return Verified(cast("str", row["verified"]))
    except ValueError:
        raise Fault(where, "verified is one of {choices}", choices=", ".join(Verified)) from None


def _keys(row: Document, where: str, *, needed: set[str], allowed: set[str] | frozenset[str] | None = None) -> None:
    extra, missing = set(row) - (allowed or needed), needed - set(row)
    if extra or missing:
        if not missing:
            raise Fault(where, "not known: {extra}", extra=", ".join(sorted(extra)))
        if not extra:
            raise Fault(where, "missing: {missing}", missing=", ".join(sorted(missing)))
        raise Fault(
            where,
            "not known: {extra}; missing: {missing}",
            extra=", ".join(sorted(extra)),
            missing=", ".join(sorted(missing)),
        )
