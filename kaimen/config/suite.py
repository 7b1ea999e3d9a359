"""The whole test suite in its order, cheap first: what CI runs and what `./run test` runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from kaimen.config.checks import check

ROOT = Path(__file__).resolve().parents[2]
COUNTS = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed)")
ROOMS = [
    "tests/web",
    "tests/config",
    "tests/evidence",
    "tests/office",
    "tests/accounts",
    "tests/catalogue",
    "tests/search",
    "tests/lake",
    "tests/gate",
    "tests/cases",
    "tests/compliance",
    "tests/sharing",
    "tests/trading",
    "tests/opening",
    "tests/zones",
    "tests/monitor",
]
NO_ROOMS = {"tests/config", "tests/web"}
"""They keep no rows of their own: commands, words, addresses, colours. Asked once, on the first database."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One pytest run: what it is called, where it looks, on which database, with how many processes."""

    name: str
    paths: tuple[str, ...]
    database: str = "sqlite"
    processes: int = 2
    left_out: tuple[str, ...] = ()
    """Files of these paths that ask the engine of the data, which is the same whatever keeps the records."""
    handed_out: str = "loadfile"
    """How tests reach the processes: whole files where a file sets something up for itself, one by one where all share one program."""


PHASES: tuple[Phase, ...] = (
    Phase(
        "house and core",
        ("tests/test_architecture.py", "tests/test_docs.py", "tests/test_house.py", "tests/core", "tests/engines"),
    ),
    Phase("rooms on SQLite", tuple(ROOMS)),
    Phase(
        "rooms on PostgreSQL",
        tuple(room for room in ROOMS if room not in NO_ROOMS),
        database="postgres",
        left_out=(
            "tests/gate/test_noninterference.py",
            "tests/gate/test_amplifiers.py",
            "tests/opening/test_cut_off.py",
        ),
    ),
    Phase("the demo city", ("tests/demo",)),
    Phase("flows", ("tests/flows",)),
    Phase(
        "flows on PostgreSQL", ("tests/flows/test_demo_day.py", "tests/flows/test_three_people.py"), database="postgres"
    ),
    Phase("browser", ("tests/browser",), handed_out="worksteal"),
)


def run_suite() -> int:
    """Checks, then every phase even when an earlier one failed. The last line is the summary of all tests."""
    began = time.monotonic()
    bad_checks = check(())
    totals: dict[str, int] = {}
    failed: list[str] = []
    for phase in PHASES:
        paths = [path for path in phase.paths if (ROOT / path).exists()]
        if not paths:
            continue
        print(f"\n== {phase.name}", flush=True)
        code, counts = _run(phase, paths)
        for word, count in counts.items():
            totals[word] = totals.get(word, 0) + count
        if code or not counts.get("passed"):
            failed.append(phase.name)
    print(
        f"\n{(time.monotonic() - began) / 60:.1f} minutes; "
        + (f"failed: {', '.join(failed)}" if failed else "every phase is green")
    )
    if bad_checks:
        print("./run check found something; see the top")
    errors = totals.get("failed", 0) + totals.get("error", 0) + totals.get("errors", 0)
    print(f"{totals.get('passed', 0)} passed, {errors} failed, {totals.get('skipped', 0)} skipped", flush=True)
    return 1 if failed or bad_checks else 0


def _run(phase: Phase, paths: list[str]) -> tuple[int, dict[str, int]]:
    command = [sys.executable, "-m", "pytest", "-q", *paths, *(f"--ignore={path}" for path in phase.left_out)]
    if phase.processes > 1:
        command += ["-n", str(phase.processes), "--dist", phase.handed_out, "--no-loadscope-reorder"]
    environment = {**os.environ, "KAIMEN_TEST_DATABASE": phase.database}
    last = ""
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line if COUNTS.search(line) else last
    return process.returncode, {word: int(count) for count, word in COUNTS.findall(last)}
