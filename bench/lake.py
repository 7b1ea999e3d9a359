"""`bench lake`: what checking costs on the way from a CSV to a published table, and how much memory a large file needs.

Loading: the house's own path (parse, strict formats, code list, range, required, books balanced, faulty rows addressed and sealed into
quarantine, one Delta commit) against DuckDB copying the same CSV into the same typed Parquet with no checks, no quarantine, no log:
same types, codec, row groups and threads, CPU of both in turn in one process, median of the paired ratios. Both start from the file
on disk; hashing, counting and proving the encoding of a new file is the figure of its own, `landing`.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figures import Figure, cpu_of, paired
from kaimen.core.quality.contract import CodeList, Column, Contract, Length, Range, Type
from kaimen.core.quality.expressions import literal, type_of

DISTRICTS = ("东城区", "西城区", "朝阳区", "丰台区", "石景山区", "海淀区", "门头沟区", "房山区", "通州区", "顺义区")
CONTRACT = Contract(
    columns=(
        Column(name="record_no", type=Type.TEXT, required=True, rules=(Length(most=16),)),
        Column(name="line_code", type=Type.TEXT, rules=(Length(most=8),)),
        Column(name="stop_name", type=Type.TEXT, rules=(Length(most=40),)),
        Column(name="district", type=Type.TEXT, rules=(CodeList(codes=DISTRICTS),)),
        Column(name="service_day", type=Type.DATE, required=True),
        Column(name="boarded_at", type=Type.TIMESTAMP, required=True),
        Column(name="passengers", type=Type.INTEGER, rules=(Range(low="0", high="100000"),)),
        Column(name="fare_yuan", type=Type.DECIMAL, digits=12, scale=2),
        Column(name="card_kind", type=Type.TEXT, rules=(Length(most=12),)),
        Column(name="note", type=Type.TEXT, rules=(Length(most=120),)),
    )
)
FAULTS = 40
GIB = 1 << 30


def lines(rows: int, *, seed: int, faults: int) -> Iterator[str]:
    """A table of bus rides, about 105 bytes a row; `faults` rows hold a fraction where a whole number belongs."""
    rng = random.Random(seed)
    wrong = set(rng.sample(range(rows), faults))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    yield ",".join(column.name for column in CONTRACT.columns) + "\n"
    for number in range(rows):
        moment = start + timedelta(seconds=rng.randrange(300 * 86400))
        count = rng.randrange(5000)
        yield (
            f"R{number:09d},{rng.randrange(1000):04d},{rng.choice(DISTRICTS)}站{rng.randrange(900)},{rng.choice(DISTRICTS)},{moment:%Y-%m-%d},"
            f"{moment:%Y-%m-%d %H:%M:%S},{f'{count}.7' if number in wrong else count},{rng.randrange(100000) / 100:.2f},"
            f"K{rng.randrange(6)},进站口{rng.randrange(9)} 检查通过{rng.randrange(100000)}\n"
        )


def write_csv(path: Path, rows: int, *, seed: int = 7, faults: int = FAULTS) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines(rows, seed=seed, faults=faults))


def grow(source: Path, target: Path, size: int) -> int:
    """A file of at least `size` bytes with the rows of `source` over and over; returns the number of rows."""
    body = source.read_bytes()
    header, _, rest = body.partition(b"\n")
    count = rest.count(b"\n")
    with target.open("wb") as file:
        file.write(header + b"\n")
        rounds = -(-size // len(rest))
        for _ in range(rounds):
            file.write(rest)
    return rounds * count


def loaded(csv: Path, folder: Path, *, look: bool = False) -> dict[str, int]:
    """The house's path from a landed file to a Delta version, as `lake.services` takes it."""
    from kaimen.core.quality.contract import resolve
    from kaimen.engines import delta, detecting, landing, parsing
    from kaimen.lake.models import Feed, Load
    from kaimen.lake.services import quarantine

    text = TEXTS.get(csv) or TEXTS.setdefault(
        csv, landing.read_text(csv, encoding=None, multiline=False, quote='"', sha256="bench")
    )
    header = parsing.header_of(text, delimiter=",", quote='"')
    reading = parsing.Delimited(text=text, header=header, delimiter=",", quote='"', multiline=False)
    contract = resolve(CONTRACT, header)
    load = Load(id="0" * 26, feed=Feed(id="bench"), seq=1)
    table = folder / "table"
    shutil.rmtree(table, ignore_errors=True)
    parsed = parsing.check_and_write(
        reading, contract, table, stem="load-1",
        quarantine=quarantine.writer(load, reading, contract, now=datetime(2026, 11, 22, tzinfo=UTC)),
    )  # fmt: skip
    if look:
        columns = [column.name for column in contract.columns]
        assert not detecting.identifiers_in([table / one.name for one in parsed.files], columns, table)
    delta.create(table, contract, statistics=["service_day"])
    delta.commit(
        table, contract, parsed.files, feed="bench", seq=1, fence=1, replace=True,
        still_holds=lambda: True, pause=lambda _: None,
    )  # fmt: skip
    assert parsed.accepted + parsed.quarantined == text.records
    return {"accepted": parsed.accepted, "faulty": parsed.faulty}


TEXTS: dict[Path, object] = {}


def bare(csv: Path, folder: Path) -> None:
    """DuckDB alone: the same types, codec, row groups, threads and zone."""
    from kaimen.engines import parsing

    connection = parsing.connect(folder, zone=CONTRACT.zone)
    connection.execute("RESET disabled_optimizers")
    columns = ", ".join(f"{literal(column.name)}: {literal(type_of(column))}" for column in CONTRACT.columns)
    connection.execute(
        f"COPY (SELECT * FROM read_csv({literal(str(csv))}, columns = {{{columns}}}, auto_detect = false, header = true, delim = ',',"
        f" quote = '\"', escape = '\"', new_line = '\\n')) TO {literal(str(folder / 'bare.parquet'))}"
        f" (FORMAT parquet, COMPRESSION {parsing.CODEC}, ROW_GROUP_SIZE {parsing.ROWS_A_GROUP})"
    )
    connection.close()


def run(*, quick: bool) -> list[Figure]:
    """Loading at 0.8 of bare copying or better, landing beside it, and the peak of memory."""
    folder = Path(tempfile.mkdtemp(prefix="bench-lake-"))
    try:
        _set_up(folder)
        return [*_speed(folder, quick=quick), _memory(folder, quick=quick)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _set_up(folder: Path) -> None:
    os.environ["KAIMEN_HOME"] = str(folder / "home")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaimen.config.settings")
    import django

    django.setup()


def _speed(folder: Path, *, quick: bool) -> Iterator[Figure]:
    rows, rounds = (700_000, 5) if quick else (2_000_000, 7)
    csv = folder / "rides.csv"
    write_csv(csv, rows)
    found = loaded(csv, folder)
    assert found == {"accepted": rows - FAULTS, "faulty": FAULTS}, found
    bare(csv, folder)
    own, other, cost = paired(lambda: loaded(csv, folder), lambda: bare(csv, folder), rounds=rounds)
    size = csv.stat().st_size
    yield Figure(
        figure="checked, typed, quarantined Delta ÷ bare DuckDB Parquet",
        value=1 / cost,
        unit="of its speed",
        asked=">= 0.8",
        note=f"CPU {own:.2f} s against {other:.2f} s; {rows:,} rows, {size / 1e6:.0f} MB, {FAULTS} faulty; median of {rounds} pairs",
    )
    own, other, cost = paired(lambda: loaded(csv, folder, look=True), lambda: bare(csv, folder), rounds=rounds)
    yield Figure(
        figure="the same, all ten columns looked through for identifiers of persons",
        value=1 / cost,
        unit="of its speed",
        note=f"CPU {own:.2f} s against {other:.2f} s; marked columns are not looked through",
    )
    landing = sorted(cpu_of(lambda: _landed(csv, folder)) for _ in range(3))[1]
    yield Figure(
        figure="landing: copy, hash, encoding, count ÷ bare copying",
        value=landing / other,
        unit="of its CPU",
        note=f"CPU {landing:.2f} s; once for each new file",
    )


def _landed(csv: Path, folder: Path) -> None:
    from kaimen.engines import landing

    kept = landing.land(landing.blocks(csv), folder / "landing", suffix=".csv", most_bytes=10**12)
    landing.read_text(kept.path, encoding=None, multiline=False, quote='"', sha256=kept.sha256)


def _memory(folder: Path, *, quick: bool) -> Figure:
    """The peak of a process that lands and loads one large file, libraries and all."""
    size = 200_000_000 if quick else 2_000_000_000
    seed, large = folder / "seed.csv", folder / "large.csv"
    write_csv(seed, 200_000, faults=4)
    rows = grow(seed, large, size)
    taken = large.stat().st_size
    program = f"from bench import lake; lake.alone({str(large)!r}, {str(folder)!r}, {rows})"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=900)
    peak = int(done.stdout.split()[-1])
    note = f"{taken / 1e9:.2f} GB of CSV, landed, checked, committed"
    if quick:
        note += "; a smaller file under the same bound, so it shows less than the full run: the full one takes 2 GB"
    return Figure(figure="peak memory of a load", value=peak / GIB, unit="GiB", asked="<= 1", note=note)


def alone(csv: str, folder: str, rows: int) -> None:
    """In a process of its own: land, load, tell the peak."""
    _set_up(Path(folder))
    from kaimen.engines import landing

    kept = landing.land(landing.blocks(Path(csv)), Path(folder) / "landing", suffix=".csv", most_bytes=10**12)
    Path(csv).unlink()
    found = loaded(kept.path, Path(folder))
    assert found["accepted"] + found["faulty"] == rows, (found, rows)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
