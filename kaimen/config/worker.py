"""The worker process: the integrator of the log, the post, the search index, long jobs. Nothing is held in memory only.

What runs at an hour of the day or on a day of the month stands in no tick but in `office.Schedule`, where operators see and change it.
Short ticks run in one thread each second; long jobs in one other thread: one bulk writer for a database that has one writer.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

import django

log = logging.getLogger("kaimen.worker")


def ticks() -> tuple[tuple[str, float, Callable[[], object]], ...]:
    """(name, seconds between two, what is done)."""
    from kaimen.catalogue import services as catalogue
    from kaimen.config.handlers import receivers
    from kaimen.evidence import services as evidence
    from kaimen.gate import services as gate
    from kaimen.lake import services as lake
    from kaimen.monitor import services as monitor
    from kaimen.office import services as office
    from kaimen.opening import services as opening
    from kaimen.trading import services as trading
    from kaimen.web.now import now
    from kaimen.zones import services as zones

    received = receivers()
    return (
        ("log", 1.0, lambda: evidence.tick(now())),
        ("timestamp", 300.0, lambda: evidence.timestamp(now=now())),
        ("heartbeat", 60.0, lambda: evidence.heartbeat(now())),
        ("post", 0.5, lambda: office.deliver(received, now=now())),
        ("clocks", 1.0, lambda: office.tick(now())),
        ("search", 0.5, catalogue.index_tick),
        ("feed", 3600.0, lambda: catalogue.prune_feed(now=now())),
        ("gate", 30.0, lambda: gate.sweep(now=now())),
        ("lake", 30.0, lambda: lake.sweep(now=now())),
        ("zones", 600.0, lambda: zones.sweep(now=now())),
        ("registers", 60.0, lambda: monitor.sweep(now=now())),
        ("scorecards", 600.0, lambda: monitor.fix_ended(now=now())),
        ("register", 600.0, lambda: trading.sweep(now=now())),
        ("warnings", 600.0, lambda: trading.look(now=now())),
        ("schedules", 1.0, lambda: office.begin_due(now())),
        ("applications", 600.0, lambda: opening.expire_tick(now())),
    )


def keep(name: str, every_s: float, tick: Callable[[], object], stop: threading.Event) -> None:
    """Call `tick` until told to stop; a failure is said once a minute and tried again, later and later."""
    from django.db import connection

    wait, failures = every_s, 0
    while not stop.wait(wait):
        try:
            tick()
        except Exception as error:
            failures += 1
            wait = min(30.0, every_s * 2 ** min(failures, 6))
            if failures == 1 or failures % 20 == 0:
                log.warning("tick %s failed (%s), try %s", name, type(error).__name__, failures, exc_info=failures == 1)
            connection.close()
        else:
            wait, failures = every_s, 0
    connection.close()


def keep_working(stop: threading.Event) -> None:
    """Long jobs, one after the other."""
    from django.db import connection

    from kaimen.config.handlers import jobs
    from kaimen.office import services as office
    from kaimen.web.now import now

    holder = f"{socket.gethostname()}-{os.getpid()}"[:64]
    known = jobs()
    while not stop.is_set():
        try:
            worked = office.work_once(known, holder=holder, clock=now)
        except Exception:
            log.exception("taking up a run failed")
            connection.close()
            worked = False
        if not worked:
            stop.wait(0.5)
    connection.close()


def main() -> int:
    """Run until SIGTERM; a batch that is under way ends first (the supervisor waits 30 s)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaimen.config.settings")
    django.setup()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [threading.Thread(target=keep, args=(*tick, stop), name=tick[0], daemon=True) for tick in ticks()] + [
        threading.Thread(target=keep_working, args=(stop,), name="jobs", daemon=True)
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(1):
        if os.getppid() == 1 and "--alone" not in sys.argv:
            log.warning("the supervisor is gone")
            stop.set()
    for thread in threads:
        thread.join(timeout=25)
    return 0


if __name__ == "__main__":
    sys.exit(main())
