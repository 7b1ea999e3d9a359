"""Somebody's rows go: from the published version, older ones, deliveries, quarantine. A kill in the middle leaves a whole table."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from deltalake import DeltaTable

from kaimen.core.errors import Invalid, Missing, Unavailable
from kaimen.core.policy.party import Actor, Via
from kaimen.engines import erasing as engine
from kaimen.evidence.models import Entry
from kaimen.lake import controls, places, selectors, services
from kaimen.lake.models import Erasure, LandedFile, Load
from kaimen.lake.services import erasing
from tests.catalogue.city import a_person, actor
from tests.lake import bureau as house
from tests.lake.bureau import HEADER, Bureau
from tests.lake.test_loading import rows_of

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor(via=Via.CLI)
OTHERS = ["001", "003"]
GONE = "002zyx"  # no number, so that no time, length or name of a file holds it by chance
ROWS = tuple(row.replace("002,", f"{GONE},") for row in house.ROWS)
GOOD = house.GOOD.replace("002,", f"{GONE},")


def erase(bureau: Bureau, *values: str, column: str = "station") -> Erasure:
    return services.erase_rows(bureau.entry, column, values or (GONE,), case="GR-1", by=BY, now=bureau.now)


def stations(bureau: Bureau, number: int | None = None) -> list[object]:
    return [row[0] for row in rows_of(selectors.snapshot(bureau.entry, number))]


def bytes_that_hold(text: str) -> list[Path]:
    """Files of the lake in which the text still stands, in clear or as a value of a table."""
    return [
        path
        for path in places.root().rglob("*")
        if path.is_file()
        and (
            text.encode() in path.read_bytes()
            or (path.suffix == ".parquet" and "quarantine" not in path.parts and engine.rows_with(path, [text]))
        )
    ]


def test_the_rows_are_nowhere_and_the_others_are_all_there(bureau: Bureau) -> None:
    bureau.load(GOOD)
    done = erase(bureau)
    assert (done.state, done.box) == ("done", None)
    assert stations(bureau) == OTHERS
    assert selectors.snapshot(bureau.entry).number == 2
    assert bytes_that_hold(GONE) == []
    assert done.places == [
        {"place": "published", "files": 1, "rows": 1},
        {"place": "older_versions", "files": 1, "rows": 1},
        {"place": "landing", "files": 1, "rows": 1},
        {"place": "quarantine", "files": 0, "rows": 0},
    ]


def test_no_way_leads_back_in_time(bureau: Bureau) -> None:
    bureau.load(GOOD)
    before = selectors.snapshot(bureau.entry, 1)
    erase(bureau)
    with pytest.raises(Missing, match="snapshot_erased"):
        selectors.snapshot(bureau.entry, 1)
    assert not any(Path(one).exists() for one in before.files)
    old = DeltaTable(before.uri, version=before.delta_version)
    with pytest.raises(Exception, match=r"(?i)not found|no such file|No files found"):
        duckdb.sql(f"select * from read_parquet({old.file_uris()})").fetchall()
    assert stations(bureau) == OTHERS


def test_versions_without_the_rows_stay_readable(bureau: Bureau) -> None:
    bureau.load("\n".join((HEADER, ROWS[0])) + "\n")
    bureau.load(GOOD)
    erase(bureau)
    assert stations(bureau, 1) == ["001"]
    assert stations(bureau) == OTHERS
    assert LandedFile.objects.filter(parsed__has_key="erased").count() == 1


def test_a_table_that_grows_piece_by_piece_keeps_its_other_pieces(bureau: Bureau) -> None:
    feed = bureau.feed("append")
    for row in ROWS:
        bureau.load(f"{HEADER}\n{row}" + "\n", feed=feed)
    erase(bureau)
    assert sorted(map(str, stations(bureau))) == OTHERS
    assert selectors.snapshot(bureau.entry).rows == 2
    bureau.load("\n".join((HEADER, ROWS[1].replace(GONE, "009"))) + "\n", feed=feed)
    assert sorted(map(str, stations(bureau))) == [*OTHERS, "009"]
    assert selectors.snapshot(bureau.entry).rows == 3


def test_rows_that_only_older_versions_hold_go_from_them(bureau: Bureau) -> None:
    bureau.load(GOOD)
    bureau.load("\n".join((HEADER, ROWS[0])) + "\n")
    erase(bureau)
    assert selectors.snapshot(bureau.entry).number == 2
    with pytest.raises(Missing, match="snapshot_erased"):
        selectors.snapshot(bureau.entry, 1)
    assert bytes_that_hold(GONE) == []


def test_what_stayed_behind_goes_too(bureau: Bureau) -> None:
    feed = bureau.feed("replace", tolerance_per_mille=900)
    load = bureau.load(GOOD + "777,110101,2026-11-09,many,1.00\n", feed=feed)
    assert load.quarantine
    done = erase(bureau, "777")
    assert {one["place"]: one["rows"] for one in done.places} == {"older_versions": 0, "landing": 1, "quarantine": 1}
    assert not (places.root() / load.quarantine).exists()
    assert list(selectors.quarantine(load.pk)) == []


def test_a_chinese_encoding_hides_nothing(bureau: Bureau) -> None:
    bureau.load(
        "车站,区,日期,客流,票价\n东站,110101,2026-11-01,5,1.00\n西站,110105,2026-11-01,5,1.00\n".encode("gb18030")
    )
    erase(bureau, "东站")
    assert stations(bureau) == ["西站"]
    assert not [path for path in bytes_that_hold("东站") if "quarantine" not in path.parts]
    assert not list((places.root() / "landing").rglob("*.csv"))


def test_evidence_holds_a_commitment_and_not_the_value(bureau: Bureau) -> None:
    bureau.load("\n".join((HEADER, *ROWS)) + "\n")
    count = Entry.objects.count()
    done = erase(bureau)
    leaves = [bytes(leaf) for leaf in Entry.objects.values_list("leaf", flat=True)[count:]]
    assert [b"rows.erased" in leaf for leaf in leaves].count(True) == 1
    assert len(done.commitment) == 43
    assert selectors.erasures("GR-1")[0].done


@pytest.mark.parametrize("place", ["without", "advance", "_destroy", "_landing", "_quarantine", "_mark_versions"])
def test_a_kill_in_the_middle_leaves_a_whole_table_and_is_gone_on_with(bureau: Bureau, monkeypatch, place) -> None:
    class Killed(BaseException):
        pass

    def killed(*args: object, **more: object) -> None:
        raise Killed

    bureau.load(GOOD)
    planned = services.plan_erasure(bureau.entry, "station", [GONE], case="", by=BY, now=bureau.now)
    owner = {"without": engine, "advance": erasing.advancing}.get(place, erasing)
    with monkeypatch.context() as patch:
        patch.setattr(owner, place, killed)
        with pytest.raises(Killed):
            services.erase(planned.pk, now=bureau.now)
    assert stations(bureau) in ([*OTHERS[:1], GONE, *OTHERS[1:]], OTHERS)  # a whole version, old or new
    assert services.erase(planned.pk, now=bureau.now).state == "done"
    assert stations(bureau) == OTHERS
    assert bytes_that_hold(GONE) == []
    assert services.erase(planned.pk, now=bureau.now).state == "done"
    assert selectors.snapshot(bureau.entry).number == 2


def test_another_version_in_between_is_not_undone(bureau: Bureau, monkeypatch) -> None:
    bureau.load(GOOD)
    planned = services.plan_erasure(bureau.entry, "station", [GONE], case="", by=BY, now=bureau.now)
    with monkeypatch.context() as patch:
        patch.setattr(erasing.advancing, "advance", lambda *_, **__: (_ for _ in ()).throw(Unavailable("table_busy")))
        with pytest.raises(Unavailable):
            services.erase(planned.pk, now=bureau.now)
    other = bureau.feed("append")
    late = bureau.plan("\n".join((HEADER, ROWS[0].replace("001", "005"))) + "\n", feed=other)
    services.advance(late.pk, now=bureau.now)
    services.erase(planned.pk, now=bureau.now)
    assert sorted(map(str, stations(bureau))) == ["001", "003", "005"]
    assert Load.objects.filter(state="refused", code="load_base_moved").count() == 1


def test_it_waits_for_open_loads(bureau: Bureau) -> None:
    bureau.load(GOOD)
    bureau.plan(GOOD)
    with pytest.raises(Unavailable, match="table_busy"):
        erase(bureau)
    assert stations(bureau) == ["001", GONE, "003"]


def test_only_their_own_body_and_columns_that_are_there(bureau: Bureau) -> None:
    bureau.load(GOOD)
    stranger = actor("protection_officer", bureau.city.civil, a_person())
    with pytest.raises(Missing, match="snapshot_missing"):
        services.plan_erasure(bureau.entry, "station", [GONE], case="", by=stranger, now=bureau.now)
    with pytest.raises(Invalid, match="erasure_column"):
        services.plan_erasure(bureau.entry, "nothing", [GONE], case="", by=BY, now=bureau.now)
    with pytest.raises(Invalid, match="erasure_values"):
        services.plan_erasure(bureau.entry, "station", [" "], case="", by=BY, now=bureau.now)
    assert not Erasure.objects.exists()


def test_a_lawful_erasure_is_no_fault_on_the_board(bureau: Bureau) -> None:
    bureau.load(GOOD)
    erase(bureau)
    parts = list(controls.convergence(bureau.now))
    assert [ref.name for part in parts[1:2] for ref in part.failing] == []
