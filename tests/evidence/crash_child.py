"""What the crash test kills: `writer FILE` writes and acknowledges, `worker` integrates and publishes, both as fast as they can."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django


def prepare() -> None:
    """The tables of the log and one business table."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", "evidence", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("create table business (entry varchar(22) primary key)")


def write(acknowledged: Path) -> None:
    """Business row and entry together; after commit one line is appended to the file."""
    from django.db import connection, transaction

    from kaimen.evidence import services as evidence
    from kaimen.web.now import now

    file = os.open(acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            receipt = evidence.record(
                evidence.Kind.HEARTBEAT, at=now(), public={"out": "done"}, private={"version": "1", "process": "crash"}
            )
            cursor.execute("insert into business (entry) values (%s)", [receipt.entry])
        os.write(file, f"{receipt.entry}\n".encode())


def work() -> None:
    """Integrate and publish."""
    from kaimen.evidence import services as evidence
    from kaimen.web.now import now

    while True:
        evidence.tick(now())


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "kaimen.config.settings"
    django.setup()
    match sys.argv[1:]:
        case ["prepare"]:
            prepare()
        case ["writer", path]:
            write(Path(path))
        case _:
            work()
