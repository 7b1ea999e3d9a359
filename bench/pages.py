"""CPU of whole requests in the process, median over warm requests: the page of an entry and a page of search results, real data.

The process is the one that serves: middlewares, selectors, template. What the engine's workers burn is theirs and is measured by
`bench gate`; the answer behind a preview is remembered by its plan (`gate.md` 6), so a warm page asks for the decision only.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import Figure

ENTRY_MS, SEARCH_MS = 15, 20
ROUNDS, QUICK = 200, 40


def run(*, quick: bool) -> list[Figure]:
    """Figures of pages."""
    home = Path(tempfile.mkdtemp(prefix="kaimen-bench-pages-"))
    os.environ.update(KAIMEN_HOME=str(home), KAIMEN_DEBUG="0", DJANGO_SETTINGS_MODULE="kaimen.config.settings")
    os.environ.setdefault("KAIMEN_SQLITE_SYNCHRONOUS", "NORMAL")
    try:
        return _measure(QUICK if quick else ROUNDS)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _measure(rounds: int) -> list[Figure]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from kaimen.engines import pool
    from kaimen.web.now import now
    from tests.opening.town import a_town

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    a_town(now=now(), rows=2000)
    with pool.serving(settings.KAIMEN_HOME, readable=[settings.KAIMEN_HOME], workers=1, time_zone="Asia/Shanghai"):
        return _pages(rounds)


def _pages(rounds: int) -> list[Figure]:
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    pages = [
        ("entry page, Chinese", "/data/care-homes-and-beds", ENTRY_MS),
        ("entry page, English", "/en/data/care-homes-and-beds", ENTRY_MS),
        ("search page, one word", "/data?q=停车", SEARCH_MS),
        ("search page, all entries", "/en/data", SEARCH_MS),
        ("home page", "/", None),
    ]
    return [_page(client, name, address, asked, rounds) for name, address, asked in pages]


def _page(client: object, name: str, address: str, asked: int | None, rounds: int) -> Figure:
    spent = []
    size = 0
    for n in range(rounds + 10):
        before = time.process_time()
        answer = client.get(address)  # type: ignore[attr-defined]
        took = time.process_time() - before
        if answer.status_code != 200:
            print(f"{address}: {answer.status_code}", file=sys.stderr)
            return Figure(
                figure=name,
                value=float("inf"),
                unit="CPU-ms",
                asked=f"<= {asked}" if asked else "",
                note=f"status {answer.status_code}",
            )
        size = len(answer.content)
        if n >= 10:
            spent.append(took * 1000)
    return Figure(
        figure=name,
        value=statistics.median(spent),
        unit="CPU-ms",
        asked=f"<= {asked}" if asked else "",
        note=f"{rounds} requests, {size / 1000:.0f} kB",
    )
