"""The process that `test_crashes` kills: `setup`, `work`, `finish` on a home of its own."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaimen.config.settings")
ROWS = 40_000


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def content(seed: int) -> bytes:
    rows = (f"{seed:03d},110101,2026-11-{1 + n % 28:02d},{n},1.{n % 100:02d}\n" for n in range(ROWS))
    return ("station,district,day,passengers,fare\n" + "".join(rows)).encode()


def set_up() -> None:
    from django.core.management import call_command

    from kaimen.lake import services
    from tests.catalogue.city import NOW, a_city, published
    from tests.lake.bureau import body

    call_command("migrate", verbosity=0)
    city = a_city()
    entry = published(city, body(key=False))
    feed = services.create_feed(services.FeedForm(entry=entry, name="killed", mode="append"), by=city.steward, now=NOW)
    say(feed.pk)


def work(feed_id: str, first: int) -> None:
    """Load after load until killed; what is told is promised."""
    from kaimen.core.policy.party import Actor, Via
    from kaimen.lake import services
    from kaimen.lake.models import Feed, Load
    from kaimen.web.now import now

    by = Actor(via=Via.CLI)
    feed = Feed.objects.get(pk=feed_id)
    say("ready")
    for load in Load.objects.filter(state__in=Load.OPEN).order_by("seq"):
        services.advance(load.pk, now=now())
    for number in range(first, first + 50):
        delivery = services.receive(feed, [content(number)], name="a.csv")
        load = services.plan_load(feed.pk, delivery=delivery, by=by, now=now())
        say("planned", load.pk)
        services.advance(load.pk, now=now())
        say("published", load.pk)


def finish() -> None:
    """Go on where the dead left off, then tell what is there."""
    import duckdb
    from django.db import connection

    from kaimen.lake import selectors, services
    from kaimen.lake.models import Load, Snapshot, Table
    from kaimen.web.now import now

    for load in Load.objects.filter(state__in=Load.OPEN).order_by("seq"):
        services.advance(load.pk, now=now())
    entry = Table.objects.get().pk
    snapshot = selectors.snapshot(entry)
    found = (
        duckdb.connect()
        .execute(
            f"select count(*), count(distinct station) from read_parquet({list(snapshot.files)}, hive_partitioning=false)"
        )
        .fetchone()
    )
    with connection.cursor() as cursor:
        cursor.execute("select leaf from evidence")
        leaves = [bytes(row[0]).decode() for row in cursor.fetchall()]
    say(
        json.dumps({
            "vendor": connection.vendor,
            "states": dict.fromkeys(Load.objects.values_list("state", flat=True), 1),
            "seqs": sorted(Load.objects.values_list("seq", flat=True)),
            "published": sorted(Load.objects.filter(state="published").values_list("pk", flat=True)),
            "numbers": sorted(Snapshot.objects.values_list("number", flat=True)),
            "rows": snapshot.rows,
            "found": found,
            "evidence": sum('"load.published' in leaf for leaf in leaves),
            "orphans": len({path.name for path in Path(snapshot.uri).glob("*.parquet")} - {Path(file).name for file in snapshot.files}),
        })
    )  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    match sys.argv[1:]:
        case ["setup"]:
            set_up()
        case ["work", feed, first]:
            work(feed, int(first))
        case _:
            finish()
