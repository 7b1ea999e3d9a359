"""Whether a term was kept, judged as of a moment: for figures that count what is open and late beside what was answered late.

A term that ran out stays late whatever happens after: met, paused, begun anew or fallen away with its case. What was lawfully stopped
before it ran out is not late.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kaimen.core.lifecycle.calendar import Calendar
from kaimen.core.lifecycle.terms import Amount, Stop, due, helping


class Standing(StrEnum):
    """How a term stands."""

    KEPT = "kept"
    LATE = "late"
    """It ran out before it was met, or before its case fell away."""
    OPEN_LATE = "open_late"
    """It ran out and is still owed."""
    RUNNING = "running"
    """Neither met nor run out: running, or lawfully stopped."""
    FELL_AWAY = "fell_away"
    """The case ended before the term ran out: nobody was late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term with everything that happened to it. `due` is the recorded end, where no stop and no later extension moved it."""

    started: datetime
    amount: Amount
    stops: tuple[Stop, ...] = ()
    extended: datetime | None = None
    extra: int = 0
    ended: datetime | None = None
    met: bool = False
    """It ended by being met; else its case fell away."""
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A term as of a moment: how it stood, when it had run out, when it had ended."""

    standing: Standing
    ran_out: datetime | None
    ended: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Terms, counted. `of` is what a rate is taken of: kept and late ones, those that are still open and late among them."""

    kept: int = 0
    late: int = 0
    open_late: int = 0
    running: int = 0

    @property
    def of(self) -> int:
        """The denominator."""
        return self.kept + self.late + self.open_late

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            kept=self.kept + other.kept,
            late=self.late + other.late,
            open_late=self.open_late + other.open_late,
            running=self.running + other.running,
        )


def known_at(term: Term, at: datetime) -> Term:
    """The term as it was known at a moment: without what happened after it."""
    stops = tuple(
        replace(stop, end=None) if stop.end is not None and stop.end > at else stop
        for stop in term.stops
        if stop.begin <= at
    )
    extended = term.extended is not None and term.extended <= at
    ended = term.ended is not None and term.ended <= at
    same = stops == term.stops and extended == (term.extended is not None)
    return replace(
        term,
        stops=stops,
        extended=term.extended if extended else None,
        extra=term.extra if extended else 0,
        ended=term.ended if ended else None,
        met=term.met and ended,
        due=term.due if same else None,
    )


def judge(term: Term, at: datetime, calendar: Calendar) -> Judged:
    """How a term stood at a moment."""
    term = known_at(term, at)
    ran_out = _ran_out(term, term.ended or at, calendar)
    if term.ended is None:
        standing = Standing.OPEN_LATE if ran_out else Standing.RUNNING
    elif ran_out:
        standing = Standing.LATE
    else:
        standing = Standing.KEPT if term.met else Standing.FELL_AWAY
    return Judged(standing=standing, ran_out=ran_out, ended=term.ended)


def belongs(judged: Judged, begin: datetime, end: datetime) -> bool:
    """Does a term count in [begin, end): in the period in which it was kept, and in every period in which it stood late?"""
    match judged.standing:
        case Standing.KEPT | Standing.FELL_AWAY:
            return judged.ended is not None and begin <= judged.ended < end
        case Standing.LATE | Standing.OPEN_LATE:
            late_from = judged.ran_out is not None and judged.ran_out < end
            return late_from and (judged.ended is None or judged.ended >= begin)
        case _:
            return True


def tally(standings: Iterable[Standing]) -> Tally:
    """How many of each; what fell away in time is not counted."""
    found = list(standings)
    return Tally(
        kept=found.count(Standing.KEPT),
        late=found.count(Standing.LATE),
        open_late=found.count(Standing.OPEN_LATE),
        running=found.count(Standing.RUNNING),
    )


def _ran_out(term: Term, until: datetime, calendar: Calendar) -> datetime | None:
    """When the term ran out, if it did before `until`: also before a stop that came too late to help."""
    amount = replace(term.amount, n=term.amount.n + term.extra)
    last = term.due if not term.stops else None
    if last is None:
        end = due(term.started, amount, helping(term.started, amount, term.stops, calendar), calendar)
        last = end.at if end else None
    return last if last is not None and last < until else None
