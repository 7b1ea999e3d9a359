"""What the pages of schedules show, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaimen.office.selectors import Planned, RunState
from kaimen.office.words import STATES, job_in_words, length_in_words, missed_in_words, rhythm_in_words, what_it_does
from kaimen.web.errors import words
from kaimen.web.names import people_names


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """A run in a table. `why` says in a sentence why it did not work out; `mark` colours its state."""

    run: RunState
    name: str
    state: str
    mark: str
    why: str
    took: str
    missed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A schedule in a table."""

    planned: Planned
    name: str
    rhythm: str
    last: RunLine | None


def run_line(run: RunState) -> RunLine:
    """A run as a person reads it."""
    said = words(run.error_code, {}) if run.error_code else None
    return RunLine(
        run=run,
        name=job_in_words(run.job, run.arguments),
        state=str(STATES[run.state]),
        mark={"done": "pass", "failed": "late", "lost": "due"}.get(run.state, ""),
        why=said.what if said else "",
        took=length_in_words(run.took),
        missed=missed_in_words(run.missed),
    )


def line(planned: Planned) -> Line:
    """A schedule as a person reads it."""
    return Line(
        planned=planned,
        name=job_in_words(planned.row.job, planned.row.arguments),
        rhythm=rhythm_in_words(planned.rhythm),
        last=run_line(planned.last) if planned.last else None,
    )


def schedules(found: Iterable[Planned], others: Iterable[RunState]) -> dict[str, object]:
    """All of them, and the runs that none of them asked for."""
    lines = [line(one) for one in found]
    failed = [one for one in lines if one.last and one.last.run.state == "failed"]
    return {
        "lines": lines,
        "failed": len(failed),
        "paused": sum(one.planned.row.paused_at is not None for one in lines),
        "others": [run_line(one) for one in others],
    }


def schedule(found: Planned, runs: Iterable[RunState]) -> dict[str, object]:
    """One of them with its runs."""
    row = found.row
    names: Mapping[str, str] = people_names([row.paused_by, row.changed_by])
    lines = [run_line(one) for one in runs]
    return {
        "line": line(found),
        "row": row,
        "does": what_it_does(row.job),
        "coming": found.coming,
        "paused_by": names.get(row.paused_by, ""),
        "changed_by": names.get(row.changed_by, ""),
        "runs": lines,
        "busy": any(one.run.ended_at is None for one in lines),
    }
