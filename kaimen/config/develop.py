"""Developers' verbs of ./run: check, fmt, test, bench, mutants, assets, messages, locks, map. Not part of the installed promise."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
LOCKS = ("uv", "base", "dev")


def _run(*command: str, env: dict[str, str] | None = None) -> int:
    print("$", " ".join(Path(part).name if part.startswith("/") else part for part in command), flush=True)
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **(env or {})}, check=False).returncode


def _tool(name: str, *arguments: str) -> int:
    return _run(str(BIN / name), *arguments)


def check(rest: Sequence[str]) -> int:
    """Format, lint, types, contracts, migrations, templates, spelling, locks, assets, messages: all, then the worst result."""
    del rest
    from kaimen.config.checks import assets_fresh, locks_clean, messages_fresh

    steps: tuple[tuple[str, Callable[[], int]], ...] = (
        ("format", lambda: _tool("ruff", "format", "--check", "-q", ".")),
        ("lint", lambda: _tool("ruff", "check", "-q", ".")),
        ("types", lambda: _tool("pyright")),
        ("contracts", lambda: _tool("lint-imports", "--no-cache")),
        ("migrations", lambda: _run(sys.executable, "-m", "kaimen.config", "makemigrations", "--check", "--dry-run")),
        ("templates", lambda: _tool("djlint", "--lint", "--quiet", "kaimen")),
        ("spelling", lambda: _tool("codespell", "kaimen", "tests", "docs", "bench", "demo", "README.md")),
        ("locks", locks_clean),
        ("assets", assets_fresh),
        ("messages", messages_fresh),
    )
    failed = []
    for name, step in steps:
        began = time.monotonic()
        bad = step()
        print(f"{'FAILED' if bad else 'ok':7}{name}  {time.monotonic() - began:.1f} s", flush=True)
        if bad:
            failed.append(name)
    print(
        f"check: {len(steps) - len(failed)} of {len(steps)} ok" + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


def fmt(rest: Sequence[str]) -> int:
    """Put the code into the house's form."""
    del rest
    return _tool("ruff", "format", ".") or _tool("ruff", "check", "--fix-only", "-q", ".")


def test(rest: Sequence[str]) -> int:
    """The whole suite in its order, or pytest with what was asked for."""
    from kaimen.config.suite import run_suite

    return _run(sys.executable, "-m", "pytest", *rest) if rest else run_suite()


def bench(rest: Sequence[str]) -> int:
    """One benchmark: prints a table and writes bench/results/NAME.json."""
    return _run(sys.executable, "-m", "bench", *rest)


def mutants(rest: Sequence[str]) -> int:
    """Break the pure core in many small ways: each broken copy must fail a test."""
    from kaimen.config.mutants import main as break_things

    return break_things(rest)


def assets(rest: Sequence[str]) -> int:
    """Build the front-end assets into kaimen/web/static/web/dist."""
    del rest
    return _run("sh", "-c", "cd frontend && npm ci --no-audit --no-fund && node build.mjs")


def messages(rest: Sequence[str]) -> int:
    """Extract the sentences of templates and code of each room (or the named rooms) and compile their translations."""
    from kaimen.config.checks import compile_messages, extract_messages

    rooms = list(rest) or sorted(path.parent.name for path in ROOT.glob("kaimen/*/locale"))
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
        _tool("uv", "pip", "compile", "-q", *flags, f"requirements/{name}.in", "-o", f"requirements/{name}.txt")
        for name in LOCKS
    )


def docs(rest: Sequence[str]) -> int:
    """Write the pages of docs/reference that are printed from the code."""
    del rest
    return _run(sys.executable, "-m", "kaimen.config.reference")


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
