"""`bench workflows`: what a step of a case, a desk and the ticking of clocks cost. CPU of the process, medians; SQLite.

The step is one of the catalogue through its real services: a change is announced and given up again, each with lifecycle, statutory
clock, desk item, evidence and act. The desk is the page of an officer among a hundred thousand open cases. Ticking is measured on
the same clocks with and without a million closed ones beside them, in turn, in one database. The control board runs over a demo city of
its own, in processes of its own; its seconds are those of the clock.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bench.figures import Figure, cpu_of

STEP_MS, DESK_MS, TICK_RATIO, BOARD_S = 12, 20, 1.5, 30
_CITY: list[object] = []


def run(*, quick: bool) -> list[Figure]:
    home = Path(tempfile.mkdtemp(prefix="kaimen-bench-workflows-"))
    os.environ.update(KAIMEN_HOME=str(home), DJANGO_SETTINGS_MODULE="kaimen.config.settings")
    os.environ.setdefault("KAIMEN_SQLITE_SYNCHRONOUS", "FULL")
    os.environ.pop("KAIMEN_DATABASE", None)
    try:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        return [
            *_step(rounds=30 if quick else 200),
            *_case(rounds=10 if quick else 60),
            *_desk(rounds=20 if quick else 100),
            *_ticking(quick=quick),
            *_board(quick=quick),
        ]
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _step(*, rounds: int) -> Iterator[Figure]:
    from kaimen.catalogue import services
    from kaimen.web.now import now
    from tests.catalogue.city import a_city, published

    city = a_city()
    _CITY.append(city)
    entry = published(city)

    def once() -> None:
        services.change(entry, reason="a law changed", by=city.steward, now=now())
        services.keep(entry, by=city.steward, now=now())

    once()
    cost = statistics.median(cpu_of(once) for _ in range(rounds)) / 2 * 1000
    yield Figure(
        figure="a transition with clock, evidence and desk", value=cost, unit="CPU-ms", asked=f"<= {STEP_MS}",
        note=f"catalogue: change and keep, {rounds} rounds, SQLite that syncs",
    )  # fmt: skip


def _case(*, rounds: int) -> Iterator[Figure]:
    """A request for sharing is withdrawn from four states of its way: every step that most cases see."""
    from kaimen.cases import services
    from kaimen.catalogue import selectors
    from kaimen.web.now import now
    from tests.catalogue.city import ALLOWANCES, City, actor, published
    from tests.sharing.conftest import ASKED

    city: City = _CITY[0]  # the city of the steps before
    slug = selectors.published(published(city, ALLOWANCES, steward=city.civil_steward, head=city.civil_head)).slug
    head, gives = actor("office_head", city.transport), actor("office_head", city.civil)
    facts = ASKED | {"dataset": slug, "use_until": "2199-06-30"}

    def once() -> None:
        number = services.begin("sharing_request", facts, by=city.steward, now=now()).case.number
        services.act(number, "consent_demand", {}, by=head, now=now())
        services.act(number, "ask_supplement", {"missing": "x"}, by=gives, now=now())
        services.act(number, "complete", {"answer_to_missing": "x"}, by=city.steward, now=now())
        services.act(number, "agree", {}, by=gives, now=now())

    once()
    cost = statistics.median(cpu_of(once) for _ in range(rounds)) / 5 * 1000
    yield Figure(
        figure="a step of a case: draft, consent, supplement, answer, agree", value=cost, unit="CPU-ms", asked=f"<= {STEP_MS}",
        note=f"sharing request, mean of its five steps, {rounds} rounds, SQLite that syncs",
    )  # fmt: skip


def _desk(*, rounds: int) -> Iterator[Figure]:
    from kaimen.office.models import DeskItem
    from kaimen.web.now import now
    from tests.accounts.people import body, officer, signed_in

    holder, moment = officer("office_head", body("water")), now()
    mine, others = str(holder.appointment.institution_id), ["other-1", "other-2", "other-3", "other-4"]
    DeskItem.objects.bulk_create(
        (
            DeskItem(
                institution=mine if number % 5 == 0 else others[number % 4], role="office_head", kind="bench", ref=str(number), url="/desk",
                title_zh=f"事项 {number}", title_en=f"Case {number}", opened_at=moment, due=moment + timedelta(hours=number % 2000 - 200),
            )
            for number in range(100_000)
        ),
        batch_size=2000,
    )  # fmt: skip
    browser = signed_in(holder.account)

    def once() -> None:
        assert browser.get("/desk", headers={"host": "localhost"}, secure=True).status_code == 200

    once()
    cost = statistics.median(cpu_of(once) for _ in range(rounds)) * 1000
    yield Figure(
        figure="a desk among 100,000 open cases", value=cost, unit="CPU-ms", asked=f"<= {DESK_MS}",
        note="20,000 of them the officer's own; the most urgent are shown",
    )  # fmt: skip


def _ticking(*, quick: bool) -> Iterator[Figure]:
    from kaimen.office import services as office
    from kaimen.office.models import Clock
    from kaimen.web.now import now

    opened, closed, rounds = (1_000, 100_000, 3) if quick else (10_000, 1_000_000, 5)
    moment = now()

    def clock(number: int, **more: object) -> Clock:
        return Clock(
            rule="SHR-03", case_kind="bench", case=str(number), title_zh="事项", title_en="Case", url="/desk", institution="water",
            role="office_head", started_at=moment, unit="working_days", n=10, pack_version="b", pack_digest="b",
            due_at=moment + timedelta(days=14), **more,
        )  # fmt: skip

    Clock.objects.bulk_create((clock(number, next_at=moment) for number in range(opened)), batch_size=2000)

    def again(at: datetime) -> Callable[[], object]:
        Clock.objects.filter(ended_at__isnull=True).update(next_at=at, rung=0, state="running")
        return lambda: office.tick(at)

    def ticked(number: int) -> float:
        work = again(moment + timedelta(minutes=number))
        return cpu_of(work)

    ticked(0)
    alone = [ticked(number) for number in range(1, rounds + 1)]
    Clock.objects.bulk_create(
        (clock(opened + number, state="met", ended_at=moment) for number in range(closed)), batch_size=5000
    )
    beside = [ticked(100 + number) for number in range(rounds)]
    ratio = statistics.median(beside) / statistics.median(alone)
    yield Figure(
        figure=f"ticking with {closed:,} closed clocks ÷ {opened:,} open alone", value=ratio, unit="CPU ratio", asked=f"<= {TICK_RATIO}",
        note=f"{statistics.median(beside) / opened * 1e6:.0f} µs a rung with notice, desk item and evidence",
    )  # fmt: skip
    idle = statistics.median(cpu_of(lambda: office.tick(moment - timedelta(days=1))) for _ in range(50)) * 1000
    yield Figure(figure="a tick when nothing is due", value=idle, unit="CPU-ms", note="once a second in the worker")


def _board(*, quick: bool) -> Iterator[Figure]:
    """All controls over the demo city; each run looks at everything anew, the fastest of the runs would flatter, so the median stands."""
    home = Path(tempfile.mkdtemp(prefix="kaimen-bench-board-"))
    size, rounds = ("tiny", 1) if quick else ("full", 5)

    def kaimen(*words: str) -> str:
        told = {**os.environ, "KAIMEN_HOME": str(home), "KAIMEN_DEMO": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "kaimen.config", *words], env=told, capture_output=True, text=True, check=False
        )
        assert done.returncode <= 1, done.stderr  # the run of the board ends with 1 while a control fails
        return done.stdout

    try:
        kaimen("demo", "load", "--size", size)
        said = [kaimen("controls", "run") for _ in range(rounds)]
    finally:
        shutil.rmtree(home, ignore_errors=True)
    seconds = [
        float(found.group(1)) for text in said if (found := re.search(r"^([\d.]+) s, proof", text, re.MULTILINE))
    ]
    looked = sum(int(number) for number in re.findall(r"(\d+) looked at", said[-1]))
    yield Figure(
        figure="all controls over the demo city", value=statistics.median(seconds), unit="s", asked=f"<= {BOARD_S}",
        note=f"{len(re.findall('looked at', said[-1]))} controls, {looked:,} things looked at, {len(seconds)} runs, city of size {size}",
    )  # fmt: skip
