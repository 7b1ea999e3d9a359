"""What a benchmark gives back: figures with what was asked of them; `ok` is computed, never typed."""

from __future__ import annotations

import json
import operator
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
COMPARE: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number. `asked` reads `<= 1.05`, `>= 0.8`, or is empty for a figure that is only reported."""

    figure: str
    value: float
    unit: str
    asked: str = ""
    note: str = ""

    @property
    def ok(self) -> bool:
        """Does the value hold what was asked?"""
        if not self.asked:
            return True
        sign, bound = self.asked.split()
        return COMPARE[sign](self.value, float(bound))


def write(name: str, figures: Sequence[Figure]) -> bool:
    """Print the table, write the JSON; True when every figure holds."""
    rows = [{**asdict(figure), "value": round(figure.value, 4), "ok": figure.ok} for figure in figures]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")
    width = max(len(figure.figure) for figure in figures)
    for figure in figures:
        mark = "ok" if figure.ok else "MISSED"
        print(
            f"{figure.figure:{width}}  {figure.value:12.4g} {figure.unit:12} {figure.asked:10} {mark:7} {figure.note}"
        )
    return all(figure.ok for figure in figures)


def cpu_s() -> float:
    """CPU seconds of this process and of its children that have ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds of one call, all threads of this process."""
    before = time.process_time()
    work()
    return time.process_time() - before


def paired(first: Callable[[], object], second: Callable[[], object], *, rounds: int) -> tuple[float, float, float]:
    """(median CPU s of first, of second, median of the ratios first/second), taken in turn so that noise meets both."""
    pairs = [(cpu_of(first), cpu_of(second)) for _ in range(rounds)]
    return (
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )
