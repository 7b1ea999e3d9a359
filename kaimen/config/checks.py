"""Checks of what is made by machines: locks, front-end assets, translations."""

from __future__ import annotations

import filecmp
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
REQUIREMENTS = ROOT / "requirements"
DIST = ROOT / "kaimen" / "web" / "static" / "web" / "dist"
MADE = datetime(2026, 1, 1, tzinfo=UTC)
PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.\-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, str]:
    """Package -> version of a lock."""
    return {match["name"].lower(): match["version"] for match in PIN.finditer(lock.read_text("utf-8"))}


def lock_faults() -> list[str]:
    """What is wrong with the locks: an address, an entry without hash, base that is not part of dev."""
    faults = []
    for lock in sorted(REQUIREMENTS.glob("*.txt")):
        text = lock.read_text("utf-8")
        if "://" in text:
            faults.append(f"{lock.name}: holds an address")
        faults += [
            f"{lock.name}: {entry.split()[0]} has no hash"
            for entry in re.split(r"\n(?=\S)", text)
            if PIN.match(entry) and "--hash=sha256:" not in entry
        ]
    base, dev = pins(REQUIREMENTS / "base.txt"), pins(REQUIREMENTS / "dev.txt")
    faults += [
        f"dev.txt: {name} {base[name]} of base is missing or differs" for name in base if dev.get(name) != base[name]
    ]
    return faults


def locks_clean() -> int:
    """0 when `lock_faults` finds none."""
    return _told(lock_faults())


def assets_fresh() -> int:
    """Build the front end into a new folder and compare it with what is committed. Needs node."""
    if shutil.which("npm") is None:
        print("assets: not checked here, node is missing")
        return 1 if os.environ.get("CI") == "true" else 0
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "dist"
        copy = Path(folder) / "frontend"
        shutil.copytree(ROOT / "frontend", copy, ignore=shutil.ignore_patterns("node_modules"))
        for command in (
            ["npm", "ci", "--silent", "--no-audit", "--no-fund"],
            ["node", "build.mjs", "--out", str(built)],
        ):
            done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
            if done.returncode:
                return _told([f"assets: {' '.join(command[:2])} failed", done.stderr[-2000:]])
        names = sorted({path.name for folder in (built, DIST) for path in folder.iterdir()})
        _, differing, missing = filecmp.cmpfiles(built, DIST, names, shallow=False)
        return _told([f"assets: {name} is not what the sources build" for name in differing + missing])


def catalogs() -> list[Path]:
    """Every room's translations, and argparse's words."""
    return sorted(ROOT.glob("kaimen/*/locale/zh*/LC_MESSAGES/*.po"))


def _compiled(po: Path) -> tuple[bytes, list[str]]:
    """The bytes of the .mo, and what is missing or fuzzy."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as file:
        catalog = read_po(file, locale="zh_Hans")
    catalog.creation_date = catalog.revision_date = MADE  # else the hour of compiling would stand in the file
    faults = [
        f"{po.relative_to(ROOT)}: “{message.id}” is {'fuzzy' if message.fuzzy else 'not translated'}"
        for message in catalog
        if message.id
        and (message.fuzzy or not (all(message.string) if isinstance(message.string, tuple | list) else message.string))
    ]
    bytes_ = io.BytesIO()
    write_mo(bytes_, catalog)
    return bytes_.getvalue(), faults


def compile_messages() -> int:
    """Write every .mo beside its .po."""
    faults: list[str] = []
    for po in catalogs():
        compiled, found = _compiled(po)
        po.with_suffix(".mo").write_bytes(compiled)
        faults += found
    return _told(faults)


def _said_twice() -> list[str]:
    """One English text with two Chinese ones: the catalogs of all rooms are merged, so one of them would stand on both pages."""
    from babel.messages.pofile import read_po

    seen: dict[tuple[object, object], dict[object, str]] = {}
    for po in catalogs():
        with po.open("rb") as file:
            for message in read_po(file, locale="zh_Hans"):
                if message.id and message.string:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    said = message.string if isinstance(message.string, str) else message.string[0]
                    seen.setdefault((message.context, key), {}).setdefault(said, po.relative_to(ROOT).parts[1])
    return [
        f"“{key}” is said in two ways: " + ", ".join(f"{said} ({room})" for said, room in words.items())
        for (_, key), words in seen.items()
        if len(words) > 1
    ]


def message_faults() -> list[str]:
    """Missing or fuzzy translations, texts said in two ways, and .mo that are not what their .po compile to."""
    faults: list[str] = _said_twice()
    for po in catalogs():
        compiled, found = _compiled(po)
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.read_bytes() != compiled:
            found.append(f"{mo.relative_to(ROOT)}: not what its .po compiles to")
        faults += found
    return faults


def messages_fresh() -> int:
    """0 when `message_faults` finds none."""
    return _told(message_faults())


def extract_messages(room: str) -> None:
    """Bring a room's .po up to date with its templates and code (GNU gettext is needed)."""
    folder = ROOT / "kaimen" / room
    (folder / "locale").mkdir(exist_ok=True)
    subprocess.run(
        [
            sys.executable, "-P", "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap", "--no-obsolete",
        ],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    po = folder / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    if po.exists():
        text = re.sub(r'"(POT-Creation-Date|PO-Revision-Date): [^"]*\\n"\n', "", po.read_text("utf-8"))
        po.write_text(text, "utf-8")


def _told(faults: list[str]) -> int:
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def run_command(*command: str) -> int:
    """Run a command in the checkout, telling it first; its exit code."""
    print("$", " ".join(Path(part).name if part.startswith("/") else part for part in command), flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def run_tool(name: str, *arguments: str) -> int:
    """Run a tool of the environment."""
    return run_command(str(BIN / name), *arguments)


def check(rest: Sequence[str]) -> int:
    """Format, lint, types, contracts, migrations, templates, spelling, locks, assets, messages: all, then the worst result."""
    del rest
    steps: tuple[tuple[str, Callable[[], int]], ...] = (
        ("format", lambda: run_tool("ruff", "format", "--check", "-q", ".")),
        ("lint", lambda: run_tool("ruff", "check", "-q", ".")),
        ("types", lambda: run_tool("pyright")),
        ("contracts", lambda: run_tool("lint-imports", "--no-cache")),
        (
            "migrations",
            lambda: run_command(sys.executable, "-m", "kaimen.config", "makemigrations", "--check", "--dry-run"),
        ),
        ("templates", lambda: run_tool("djlint", "--lint", "--quiet", "kaimen")),
        ("spelling", lambda: run_tool("codespell", "kaimen", "tests", "docs", "bench", "demo", "README.md")),
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
