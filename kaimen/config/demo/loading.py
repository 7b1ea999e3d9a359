"""In which order the city comes: first what is small, then by the worker what is big."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from demo.generate import SCALES, SEED
from demo.plan import city
from kaimen.accounts.roles import role
from kaimen.config.demo import counters, entries, exchange, grants, promises, registers, safeguards, tables, zones
from kaimen.config.demo.people import hand_out_tokens, settle
from kaimen.config.words import say
from kaimen.evidence import services as evidence
from kaimen.evidence.services import Kind
from kaimen.office import services as office
from kaimen.office.services import Job, RunHandle
from kaimen.web.now import now as this_moment

Told = Callable[[int, int, str], None]
VERSION = "2"
BIG = "demo.load"
FEATURED = (
    "civil.steward",
    "transport.office_head",
    "haidian_health.steward",
    "authority.authority_reviewer",
    "audit.auditor",
)


def home() -> Path:
    """Everything of the demo below the home folder."""
    return Path(settings.KAIMEN_HOME) / "demo"


def size() -> str:
    """`KAIMEN_DEMO_SIZE`: full, or tiny for tests."""
    chosen = settings.KAIMEN_DEMO_SIZE
    if chosen not in SCALES:
        raise SystemExit(say("demo_size", sizes=", ".join(SCALES)))
    return chosen


def prepared() -> bool:
    """Is the small part there, whole?"""
    return (home() / "tokens.json").exists()


def prepare(*, told: Told) -> None:
    """The small part, where it is not there yet."""
    if not prepared():
        load_small(this_moment(), told=told)


def ensure() -> None:
    """The small part now, the big part by a run of the worker. Quick when both are there."""
    chosen = size()
    prepare(told=bar(say("demo_city")))
    office.start_run(BIG, arguments={"size": chosen}, key=f"{VERSION}-{SEED}-{chosen}", now=this_moment())


def load_small(now: datetime, *, told: Told | None = None) -> None:
    """Bodies, people, entries, grants, zones, tokens: all that a visitor can look at before the first table is there."""
    plan = city()
    home().mkdir(mode=0o700, parents=True, exist_ok=True)
    people = settle(plan, now=now)
    counters.open_counters(now=now)
    entries.compile_all(plan, people, now=now, told=told or _silent)
    registers.describe(plan, people, now=now)
    grants.agree(plan, people, now=now)
    zones.authorise(plan, people, now=now)
    exchange.open_market(plan, people, now=now)
    safeguards.guard(plan, people, now=now)
    promises.promise(plan, people, now=now)
    with transaction.atomic():
        evidence.record(Kind.DEMO_LOADED, at=now, public={"out": "done"}, private={"seed": SEED, "version": VERSION})
    hand_out_tokens(plan, people, home() / "tokens.json", now=now)  # last: this file says that the small part is whole


def load_big(now: datetime, progress: Told, *, chosen: str | None = None) -> None:
    """Generate the source systems once, then load every table from them. Goes on where an earlier call stopped."""
    plan = city()
    people = settle(plan, now=now)
    registers.fill(plan, people, now=now)
    tables.load_all(plan, people, home() / "sources", size=chosen or size(), now=now, told=progress)


def who_can_sign_in() -> str:
    """A few lines for the terminal: into whom one can step, and where the tokens are."""
    plan = city()
    lines = ["", say("step_in")]
    for code in FEATURED:
        person, where = plan.person(code), plan.bodies[code.partition(".")[0]].short
        rule = role(person.role)
        lines.append(f"  {person.name.zh} {where.zh}{rule.name_zh}  {person.name.en}, {rule.name_en}, {where.en}")
    lines.append(say("demo_tokens", count=len(plan.people), file=home() / "tokens.json"))
    return "\n".join(lines)


def bar(name: str) -> Told:
    """A progress bar on a terminal, a line at the beginning and the end elsewhere."""
    if not sys.stderr.isatty():
        return _lines(name)

    def told(done: int, total: int, what: str) -> None:
        width = 30
        filled = width * done // max(total, 1)
        end = "\n" if done >= total else ""
        sys.stderr.write(f"\r\x1b[K{name} [{'█' * filled}{'·' * (width - filled)}] {done}/{total} {what}{end}")
        sys.stderr.flush()

    return told


def _lines(name: str) -> Told:
    def told(done: int, total: int, what: str) -> None:
        del what
        if done in {0, total}:
            print(f"{name}: {done}/{total}", file=sys.stderr, flush=True)

    return told


def _silent(done: int, total: int, what: str) -> None:
    del done, total, what


def _big_job(run: RunHandle, arguments: Mapping[str, object]) -> None:
    def told(done: int, total: int, what: str) -> None:
        del what
        run.progress(done, total, "tables")

    load_big(this_moment(), told, chosen=str(arguments["size"]))


JOBS: dict[str, Job] = {BIG: _big_job}
