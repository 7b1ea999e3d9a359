"""`./run mutants`: deliberately broken copies, of the pure core above all; for each, the tests named beside it must fail.

The breaks stand in `tests/broken_copies.yaml`: a file, the text that is replaced, what it becomes, the tests, and what the break
would mean in the city. `./run mutants --all` lets mutmut try every small change of `core/policy`, `core/sql` and `core/tlog`
besides; that takes hours.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("kaimen", "tests", "demo", "pyproject.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One broken copy."""

    file: str
    text: str
    becomes: str
    tests: str
    meaning: str


def breaks() -> list[Break]:
    """What stands in the list."""
    return [Break(**item) for item in yaml.safe_load((ROOT / "tests" / "broken_copies.yaml").read_text("utf-8"))]


def stale(found: Sequence[Break]) -> list[str]:
    """Breaks whose text no longer stands exactly once in its file."""
    return [
        f"{item.file}: “{item.text.strip()[:60]}” stands {count} times"
        for item in found
        if (count := (ROOT / item.file).read_text("utf-8").count(item.text)) != 1
    ]


def survives(item: Break, copy: Path) -> bool:
    """Do the tests pass although the copy is broken? Then the tests are worth nothing there."""
    path = copy / item.file
    whole = path.read_text("utf-8")
    path.write_text(whole.replace(item.text, item.becomes), "utf-8")
    try:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
            *item.tests.split(),
        ]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)}
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        if done.returncode not in {0, 1}:
            raise SystemExit(
                f"the tests could not run ({done.returncode}):\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
            )
        return done.returncode == 0
    finally:
        path.write_text(whole, "utf-8")


def main(argv: Sequence[str]) -> int:
    """Break, test, tell; 0 when no broken copy survives."""
    parser = argparse.ArgumentParser(prog="./run mutants", description=__doc__)
    parser.add_argument("--all", action="store_true", help="then mutmut, for hours")
    parser.add_argument("-k", default="", help="only breaks whose file or meaning holds this text")
    chosen = parser.parse_args(argv)
    wanted = [item for item in breaks() if chosen.k in item.file + item.meaning]
    gone = stale(wanted)
    survivors = [*gone]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
            else:
                shutil.copy(source, copy / name)
        for number, item in enumerate(wanted, 1):
            began = time.monotonic()
            alive = survives(item, copy)
            if alive:
                survivors.append(f"{item.file}: {item.meaning}")
            print(
                f"{number}/{len(wanted)} {'SURVIVES' if alive else 'caught':9}{time.monotonic() - began:5.1f} s  {item.meaning}",
                flush=True,
            )
    for line in survivors:
        print(f"not caught: {line}")
    print(f"{len(wanted) - len(survivors)} of {len(wanted)} broken copies were caught")
    if chosen.all and not survivors:
        return subprocess.run([str(Path(sys.executable).parent / "mutmut"), "run"], cwd=ROOT, check=False).returncode
    return 1 if survivors or not wanted else 0
