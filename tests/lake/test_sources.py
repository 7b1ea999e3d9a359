from __future__ import annotations

import re
import sqlite3
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import translation

from kaimen.core.errors import Unavailable
from kaimen.engines.sources import excel
from kaimen.lake import selectors, services
from kaimen.web.errors import words
from kaimen.web.sentences.form import TERMS
from tests.lake.bureau import GOOD, ROWS, Bureau
from tests.lake.test_loading import rows_of

pytestmark = pytest.mark.django_db(transaction=True)


def workbook(path: Path, rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path.read_bytes()


def test_a_workbook_loads_and_text_cells_keep_their_zeros(bureau: Bureau, tmp_path: Path) -> None:
    rows = [
        ["车站", "区", "日期", "客流", "票价"],
        ["001", "110101", date(2026, 11, 1), 1200, 3.5],
        ["002", "110105", datetime(2026, 11, 2), 5, 4],  # noqa: DTZ001 - a workbook has no zones
    ]
    load = bureau.load(workbook(tmp_path / "a.xlsx", rows), name="a.xlsx")
    assert load.state == "published", (load.code, load.facts)
    assert [row[:4] for row in rows_of(selectors.snapshot(bureau.entry))] == [
        ("001", "110101", date(2026, 11, 1), 1200),
        ("002", "110105", date(2026, 11, 2), 5),
    ]


def test_a_zip_bomb_is_not_opened(bureau: Bureau, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    load = bureau.load(path.read_bytes(), name="bomb.xlsx")
    assert (load.state, load.code) == ("refused", "archive_unsafe")
    for language, word in (("en", "more than 200 times"), ("zh-hans", "200 倍以上")):
        with translation.override(language):
            why = words(load.code, load.facts).why
        assert word in why
        assert "ratio" not in why


def test_every_reason_not_to_open_a_workbook_has_its_words() -> None:
    found = set(re.findall(r'"archive_unsafe", what="(\w+)"', Path(excel.__file__).read_text("utf-8")))
    assert found == {"ratio", "size", "members", "names"}
    assert found <= TERMS.keys()
    assert str(excel.MOST_RATIO) in TERMS["ratio"][0]
    assert f"{excel.MOST_MEMBERS:,}" in TERMS["members"][0]


def test_a_locked_workbook_is_named_as_such(bureau: Bureau) -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    load = bureau.load(container, name="locked.xlsx")
    assert (load.state, load.code) == ("refused", "file_locked")


def test_something_else_named_xlsx_is_refused(bureau: Bureau) -> None:
    load = bureau.load(b"<html>error 500</html>", name="a.xlsx")
    assert (load.state, load.code) == ("refused", "file_format")


def test_parquet_loads_through_the_same_rules(bureau: Bureau, tmp_path: Path) -> None:
    table = pa.table({
        "station": ["001", "002", "003"], "district": ["110101", "999999", None], "day": [date(2026, 11, 1)] * 3,
        "passengers": pa.array([1, 2, None], pa.int32()), "fare": pa.array([1.5, 2.25, 3.0]),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "a.parquet")
    feed = bureau.feed(tolerance_per_mille=500)
    load = bureau.load((tmp_path / "a.parquet").read_bytes(), name="a.parquet", feed=feed)
    assert (load.state, load.accepted, load.faulty) == ("published", 2, 1)


def a_database(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("create table flow (station text, district text, day text, passengers integer, fare real)")
    connection.executemany("insert into flow values (?, ?, ?, ?, ?)", [row.split(",") for row in ROWS])
    connection.commit()
    return connection


def a_feed_of(bureau: Bureau, kind: str, **settings: object) -> str:
    source = services.create_source(
        institution=str(bureau.city.transport),
        name=kind,
        kind=kind,
        settings=settings,
        by=bureau.steward,
        now=bureau.now,
    )
    form = services.FeedForm(entry=bureau.entry, name=f"from-{kind}", source=source.pk, settings={"table": "flow"})
    return services.create_feed(form, by=bureau.steward, now=bureau.now).pk


def test_a_table_of_sqlite_loads(bureau: Bureau, tmp_path: Path) -> None:
    a_database(tmp_path / "s.sqlite3").close()
    feed = a_feed_of(bureau, "sqlite", path=str(tmp_path / "s.sqlite3"))
    load = services.advance(services.plan_load(feed, by=bureau.steward, now=bureau.now).pk, now=bureau.now)
    assert load.state == "published", (load.code, load.facts)
    assert rows_of(selectors.snapshot(bureau.entry))[0][0] == "001"


def test_a_table_that_is_gone_is_said_and_the_last_version_stands(bureau: Bureau, tmp_path: Path) -> None:
    connection = a_database(tmp_path / "s.sqlite3")
    feed = a_feed_of(bureau, "sqlite", path=str(tmp_path / "s.sqlite3"))
    services.advance(services.plan_load(feed, by=bureau.steward, now=bureau.now).pk, now=bureau.now)
    connection.execute("drop table flow")
    connection.commit()
    connection.close()
    load = services.advance(services.plan_load(feed, by=bureau.steward, now=bureau.now).pk, now=bureau.now)
    assert (load.state, load.code, load.facts) == ("refused", "source_changed", {"table": "flow"})
    assert selectors.snapshot(bureau.entry).rows == 3


def test_a_source_that_does_not_answer_is_told_until_it_does(bureau: Bureau, tmp_path: Path) -> None:
    """The load stands and is tried again; meanwhile its page, its feed and the API say why it waits."""
    path = tmp_path / "s.sqlite3"
    feed = a_feed_of(bureau, "sqlite", path=str(path))
    load = services.plan_load(feed, by=bureau.steward, now=bureau.now)
    with pytest.raises(Unavailable, match="source_unreachable"):
        services.advance(load.pk, now=bureau.now)
    told = selectors.progress(load.pk, now=bureau.now)
    assert (told.state, told.code) == ("planned", "source_unreachable")
    a_database(path).close()
    done = services.advance(load.pk, now=bureau.now)
    assert (done.state, done.code) == ("published", "")


def test_utf16_and_gb18030_and_utf8_are_told_apart(bureau: Bureau) -> None:
    chinese = GOOD.replace("station,district,day,passengers,fare", "车站,区,日期,客流,票价")
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        load = bureau.load(chinese.encode(encoding), name="a.csv")
        assert load.state == "published", (encoding, load.code, load.facts)
