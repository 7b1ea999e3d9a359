from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from kaimen.catalogue import selectors, services
from kaimen.catalogue.models import IndexFeed
from kaimen.core.errors import Invalid, Unavailable
from kaimen.core.metadata.entry import Text, Visibility
from kaimen.core.policy.party import ANYBODY
from kaimen.engines.search.index import Cursor, Face, Indexer, IndexerBusy, cursor_of, documents_of, live_folder
from tests.catalogue.city import ALLOWANCES, NOW, PARKING, City, a_city, onwards, published
from tests.search.conftest import asking, built
from tests.search.texts import documents

ROOT = Path(__file__).parents[2]


@pytest.fixture
def city(transactional_db: None, home: Path) -> City:
    """Committed rows: the feed is read by what has ended."""
    del transactional_db, home
    services.forget_indexer()
    return a_city()


def titles(text: str, by: object = ANYBODY, **more: object) -> list[str]:
    selectors.reader(_home()).refresh()
    return [entry.title_zh for entry in selectors.find(text, by=by, **more).entries]  # type: ignore[arg-type]


def _home() -> Path:
    from django.conf import settings

    return settings.KAIMEN_HOME


def test_a_published_entry_is_found_after_the_next_tick(city: City) -> None:
    services.index_tick()
    published(city)
    assert services.index_tick()
    assert titles("车位") == [PARKING.title.zh]
    assert services.index_tick() == 0


def test_three_changes_leave_one_document(city: City) -> None:
    entry = published(city)
    services.index_tick()
    for number in range(3):
        body = replace(PARKING, title=Text(zh=f"公共停车场第{number}次", en="Car parks"))
        services.change(entry, reason="改名", by=city.steward, now=NOW)
        services.draft(body, entry_id=entry, by=city.steward, now=NOW)
        onwards(city, entry, body, steward=city.steward, head=city.head)
        services.index_tick()
    folder = live_folder(_home())
    assert folder
    services.forget_indexer()
    assert {face: documents_of(folder, face) for face in Face} == {Face.PUBLIC: 1, Face.GOV: 1}
    assert titles("停车场") == ["公共停车场第2次"]
    assert titles("基本信息") == []


def test_what_is_withdrawn_from_the_public_is_gone_from_its_index(city: City) -> None:
    entry = published(city)
    services.index_tick()
    body = replace(PARKING, visibility=Visibility.GOVERNMENT)
    services.change(entry, reason="收回", by=city.steward, now=NOW)
    services.draft(body, entry_id=entry, by=city.steward, now=NOW)
    onwards(city, entry, body, steward=city.steward, head=city.head)
    assert selectors.find("停车", by=ANYBODY).entries == ()  # the index is stale, the row already refuses
    services.index_tick()
    assert titles("停车") == []
    assert titles("停车", by=city.civil_steward) == [PARKING.title.zh]
    services.retire(entry, reason="停办", by=city.steward, now=NOW)
    services.end(entry, by=city.reviewer, now=NOW)
    services.index_tick()
    assert titles("停车", by=city.civil_steward) == []


def test_a_closed_entry_is_in_no_count_and_no_suggestion_of_the_public(city: City) -> None:
    published(city)
    published(city, ALLOWANCES, steward=city.civil_steward, head=city.civil_head)
    services.index_tick()
    open_page, all_page = (selectors.find("", by=by) for by in (ANYBODY, city.steward))
    assert (open_page.total, all_page.total) == (1, 2)
    assert [one.code for one in open_page.facets["theme"]] == ["transport"]
    assert {one.code for one in all_page.facets["theme"]} == {"transport", "welfare"}
    assert [one.zh for one in open_page.facets["provider"]] == ["示范市交通委员会"]
    for text in ("津贴", "jintie", "高龄", "身份证"):
        assert selectors.find(text, by=ANYBODY).total == 0
        assert selectors.suggest(text, by=ANYBODY) == []
    assert [one.title_zh for one in selectors.suggest("津贴", by=city.steward)] == [ALLOWANCES.title.zh]
    assert [one.title_zh for one in selectors.suggest("gonggongting", by=ANYBODY)] == [PARKING.title.zh]


def test_column_names_that_are_not_open_do_not_betray_themselves(city: City) -> None:
    items = (
        *PARKING.items,
        replace(PARKING.items[0], column="secret_code", name_zh="内部口令", name_en="Secret", open_type_override=3),
    )
    published(city, replace(PARKING, items=items))
    services.index_tick()
    for text in ("内部口令", "secret", "secret_code"):
        assert titles(text) == []
        assert titles(text, by=city.steward) == [PARKING.title.zh]


def test_only_one_process_indexes(city: City, tmp_path: Path) -> None:
    with Indexer(_home()):
        published(city)
        other = subprocess.run(
            [sys.executable, "-c", "import sys;from pathlib import Path;from kaimen.engines.search.index import Indexer;Indexer(Path(sys.argv[1])).take()", str(_home())],
            capture_output=True, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
        assert "IndexerBusy" in other.stderr
        with pytest.raises(IndexerBusy):
            Indexer(_home()).take()
        assert services.index_tick() == 0
        assert services.rebuild_index() is None
    assert services.index_tick() == 2
    assert titles("停车") == [PARKING.title.zh]


def test_an_index_that_was_left_behind_is_built_anew(city: City) -> None:
    first = published(city)
    services.index_tick()
    services.forget_indexer()
    before = live_folder(_home())
    published(city, ALLOWANCES)
    IndexFeed.objects.all().delete()
    services.index_tick()
    assert live_folder(_home()) != before
    assert {entry.id for entry in selectors.find("", by=city.steward).entries} >= {first}
    assert selectors.find("", by=city.steward).total == 2


def test_a_change_that_begins_first_and_ends_last_is_not_lost(city: City) -> None:
    """On PostgreSQL its row has the lower number and appears later; SQLite lets one writer in at a time, so there it cannot happen."""
    published(city)
    services.index_tick()
    began, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            services.feed(["SLOW"], now=NOW)
            began.set()
            may_end.wait(60)

    if connection.vendor == "postgresql":
        writer = threading.Thread(target=lambda: (slow(), connection.close()))
        writer.start()
        assert began.wait(60)
        services.feed(["QUICK"], now=NOW)
        seen = services.index_tick()
        may_end.set()
        writer.join()
    else:
        may_end.set()
        slow()
        services.feed(["QUICK"], now=NOW)
        seen = 0
    while waiting := services.index_tick():
        seen += waiting
    assert seen == 2


def test_a_week_old_rows_of_the_feed_are_dropped(city: City) -> None:
    published(city)
    published(city, ALLOWANCES)
    services.index_tick()
    assert services.prune_feed(now=NOW + services.FEED_KEPT) == 0
    assert services.prune_feed(now=NOW + 2 * services.FEED_KEPT) == 1
    assert services.index_tick() == 0  # the newest row stays: the index knows its place


def test_while_the_index_is_being_built_the_newest_are_shown(city: City) -> None:
    published(city)
    with pytest.raises(Unavailable):
        selectors.find("停车", by=ANYBODY)
    page = selectors.find_or_newest("停车", by=ANYBODY)
    assert page.building
    assert [entry.title_zh for entry in page.entries] == [PARKING.title.zh]
    published(city, replace(PARKING, title=Text(zh="路侧停车", en="Roadside bays")))
    pages = [selectors.find_or_newest("", by=ANYBODY, page=n, size=1) for n in (1, 2)]
    assert [page.total for page in pages] == [2, 2]
    assert {page.entries[0].title_zh for page in pages} == {PARKING.title.zh, "路侧停车"}


def test_unknown_filters_and_orders_are_named(city: City) -> None:
    published(city)
    services.index_tick()
    for asked, code in (
        ({"filters": {"visible_to": ["gov"]}}, "filter_unknown"),
        ({"sort": "luck"}, "sort_unknown"),
        ({"page": 0}, "page_too_deep"),
        ({"page": 600}, "page_too_deep"),
    ):
        with pytest.raises(Invalid) as invalid:
            selectors.find("停车", by=ANYBODY, **asked)  # type: ignore[arg-type]
        assert invalid.value.code == code


def test_the_command_tells_rebuilds_and_explains(city: City) -> None:
    published(city)
    published(city, ALLOWANCES)

    def said(*arguments: str) -> str:
        out = StringIO()
        call_command("search", *arguments, stdout=out)
        return out.getvalue()

    assert "none yet" in said("status")
    assert said("rebuild").strip() == "3 documents"
    assert "public     1 entries" in said("status")
    assert "gov        2 entries" in said("status")
    assert "1. public-car-parks" in said("explain", "停车")
    assert "found      0" in said("explain", "津贴")
    assert "found      1" in said("explain", "津贴", "--as", "government")


def test_a_search_page_asks_the_same_number_of_questions_whatever_it_finds(
    city: City, django_assert_num_queries: object
) -> None:
    for number in range(4):
        published(city, replace(PARKING, title=Text(zh=f"停车场 {number}", en=f"Car parks {number}")))
    services.index_tick()
    for text in ("停车场", "停车场 3"):
        with django_assert_num_queries(2):  # type: ignore[operator] - the entries, and the names of their providers
            selectors.find(text, by=ANYBODY)
    with django_assert_num_queries(3):  # type: ignore[operator] - and the reader's own body
        selectors.find("停车场", by=city.steward)


WRITE = """
import sys
from pathlib import Path
from kaimen.engines.search.index import Cursor, Face, Indexer
from tests.search.texts import documents
entries = documents(400)
with Indexer(Path(sys.argv[1])) as indexer:
    writers = indexer.writers()
    start = writers[Face.PUBLIC].place.id
    print("ready", flush=True)
    for batch in range(start, start + 1000):
        writers[Face.PUBLIC].add([entries[batch % 400]], gone=[entries[(batch + 200) % 400].key])
        writers[Face.PUBLIC].commit(Cursor(id=batch + 1))
"""


def test_a_killed_indexer_leaves_whole_batches_and_a_free_lock(tmp_path: Path) -> None:
    """kill -9 in a loop: the index opens, holds what its own cursor says, and the next one writes on."""
    entries = documents(400)
    reader = built(tmp_path, entries[200:])
    place = 0
    for turn in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE, str(tmp_path)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert writer.stdout
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(0.15 + 0.13 * turn)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        folder = live_folder(tmp_path)
        assert folder
        found = cursor_of(folder, Face.PUBLIC)
        assert found
        assert found.id >= place
        place = found.id
        assert _keys(reader) == _after(place)
    assert place > 6
    with Indexer(tmp_path) as indexer:
        writers = indexer.writers()
        assert writers
        writers[Face.PUBLIC].add([entries[0]])
        writers[Face.PUBLIC].commit(Cursor(id=place + 1))


def _keys(reader: object) -> set[str]:
    reader.refresh()  # type: ignore[attr-defined]
    return set(asking(reader)("").ids)  # type: ignore[arg-type]


def _after(place: int) -> set[str]:
    """What the script's batches from 1 (where the first build stood) to `place` leave of the first build."""
    entries = documents(400)
    held = {entry.key for entry in entries[200:]}
    for batch in range(1, place):
        held.discard(entries[(batch + 200) % 400].key)
        held.add(entries[batch % 400].key)
    return held
