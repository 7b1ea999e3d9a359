"""A fault of ours is never told as a bad file, and a bad file never as a fault of ours."""

from __future__ import annotations

import logging
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kaimen.config.handlers import jobs
from kaimen.core.errors import Invalid
from kaimen.core.quality.contract import Column, Contract, Type
from kaimen.engines import parsing
from kaimen.lake import selectors, services
from kaimen.office import selectors as runs
from kaimen.office import services as office
from kaimen.web.now import now
from tests.lake.bureau import GOOD, Bureau

CONTRACT = Contract(columns=(Column(name="a", type=Type.TEXT),))


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_ours_ends_the_run_as_broken_and_does_not_refuse_the_load(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(parsing.check_and_write, "__kwdefaults__", {"codec": "no_such_codec", "progress": None})
    feed = bureau.feed()
    delivery = services.receive(feed, BytesIO(GOOD.encode()), name="a.csv")
    load = services.start(feed.pk, delivery=delivery, by=bureau.steward, now=now())
    with caplog.at_level(logging.ERROR):
        while office.work_once(jobs(), holder="test", clock=now):
            pass
    run = runs.runs("lake.load", keys=[load.pk], now=now())[load.pk]
    assert (run.state, run.error_code) == ("failed", "broken")
    assert "BinderException" in caplog.text
    assert (selectors.progress(load.pk, now=now()).state, load.code) == ("landed", "")


def test_a_library_that_is_missing_is_not_told_as_a_bad_file(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from kaimen.core.quality.contract import Column, Contract, Type
from kaimen.engines import landing, parsing
folder = Path(sys.argv[1])
(folder / "a.csv").write_text("a\\n1\\n")
text = landing.read_text(folder / "a.csv", encoding=None, multiline=False, quote='"', sha256="x")
reading = parsing.Delimited(text=text, header=("a",), delimiter=",", quote='"', multiline=False)
sys.modules["numpy"] = None
try:
    parsing.check_and_write(
        reading, Contract(columns=(Column(name="a", type=Type.TEXT),)), folder / "t", stem="x", quarantine=lambda *_: None
    )
except Exception as error:
    print(type(error).__module__, type(error).__name__)
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["_duckdb", "InvalidInputException"], done.stderr[-2000:]


def test_what_python_raises_below_the_engine_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(side: object, ordinals: object, positions: object, cells: object) -> None:
        raise LookupError("ours")

    monkeypatch.setattr(parsing._Side, "keep", fails)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": ["x" * 30]}), path)
    contract = Contract(columns=(Column(name="a", type=Type.INTEGER),))
    with pytest.raises(duckdb.Error, match="ours"):
        check(path, contract, tmp_path / "t")


def test_broken_pages_of_a_parquet_file_are_its_senders(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": [str(n) * 3 for n in range(5000)]}), path, compression="zstd")
    whole = path.read_bytes()
    for at in (5, 40, len(whole) // 2):
        path.write_bytes(whole[:at] + b"\xff" * 24 + whole[at + 24 :])
        with pytest.raises(Invalid, match="file_format"):
            check(path, CONTRACT, tmp_path / "t")


def test_a_file_that_went_away_is_ours(tmp_path: Path) -> None:
    with pytest.raises(duckdb.IOException):
        check(tmp_path / "none.parquet", CONTRACT, tmp_path / "t")


def check(path: Path, contract: Contract, target: Path) -> None:
    reading = parsing.Parts(paths=(path,), names=("a",), records=1)
    parsing.check_and_write(reading, contract, target, stem="x", quarantine=lambda faults, broken: None)
