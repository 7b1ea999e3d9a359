"""Developers' verbs of ./run: check, fmt, test, bench, mutants, assets, messages, locks, map. Not part of the installed promise."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from kaimen.config.checks import check, run_command, run_tool

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("uv", "base", "dev")


def fmt(rest: Sequence[str]) -> int:
    """Put the code into the house's form."""
    del rest
    return run_tool("ruff", "format", ".") or run_tool("ruff", "check", "--fix-only", "-q", ".")


def test(rest: Sequence[str]) -> int:
    """The whole suite in its order, or pytest with what was asked for."""
    from kaimen.config.suite import run_suite

    return run_command(sys.executable, "-m", "pytest", *rest) if rest else run_suite()


def bench(rest: Sequence[str]) -> int:
    """One benchmark: prints a table and writes bench/results/NAME.json."""
    return run_command(sys.executable, "-m", "bench", *rest)


def mutants(rest: Sequence[str]) -> int:
    """Break the pure core in many small ways: each broken copy must fail a test."""
    from kaimen.config.mutants import main as break_things

    return break_things(rest)


def assets(rest: Sequence[str]) -> int:
    """Build the front-end assets into kaimen/web/static/web/dist."""
    del rest
    return run_command("sh", "-c", "cd frontend && npm ci --no-audit --no-fund && node build.mjs")


def messages(rest: Sequence[str]) -> int:
    """Extract the sentences of templates and code of each room (or the named rooms) and compile their translations."""
    from kaimen.config.checks import compile_messages, extract_messages

    rooms = list(rest) or sorted(path.parent.parent.name for path in ROOT.glob("kaimen/*/locale/zh_Hans"))
    for room in rooms:
        extract_messages(room)
    return compile_messages()


def locks(rest: Sequence[str]) -> int:
    """Write requirements/*.txt anew from *.in."""
    del rest
    flags = [
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
        "--no-annotate",
    ]
    return max(
        run_tool("uv", "pip", "compile", "-q", *flags, f"requirements/{name}.in", "-o", f"requirements/{name}.txt")
        for name in LOCKS
    )


def docs(rest: Sequence[str]) -> int:
    """Write the pages of docs/reference that are printed from the code."""
    del rest
    return run_command(sys.executable, "-m", "kaimen.config.reference")


def house_map(rest: Sequence[str]) -> int:
    """Floors, rooms, and address -> view -> service."""
    del rest
    from kaimen.config.house_map import print_map

    print_map()
    return 0


VERBS: dict[str, Callable[[Sequence[str]], int]] = {
    "check": check,
    "fmt": fmt,
    "test": test,
    "bench": bench,
    "mutants": mutants,
    "assets": assets,
    "messages": messages,
    "locks": locks,
    "docs": docs,
    "map": house_map,
}


def main() -> int:
    """Run one verb."""
    parser = argparse.ArgumentParser(prog="./run", description=__doc__)
    parser.add_argument("verb", choices=[*VERBS])
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    chosen = parser.parse_args()
    return VERBS[chosen.verb](chosen.rest)


if __name__ == "__main__":
    sys.exit(main())
