"""What bureaus really send: refused with a code, the last good version untouched, nothing half loaded, no path or engine text told."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from kaimen.catalogue import services as catalogue
from kaimen.core.errors import Invalid, Refused, Unavailable
from kaimen.core.metadata.entry import Kind, Text
from kaimen.engines import landing, locating, storage
from kaimen.lake import selectors, services
from kaimen.lake.models import Lease, Load
from kaimen.web.errors import words
from tests.catalogue.city import PARKING, published
from tests.lake.bureau import GOOD, HEADER, ROWS, Bureau
from tests.lake.test_loading import rows_of

pytestmark = pytest.mark.django_db(transaction=True)


def refused(bureau: Bureau, content: bytes | str, **feed: object) -> Load:
    """The content is refused after a good version was published; that one stands, and what is said names no path."""
    chosen = bureau.feed(**feed)  # type: ignore[arg-type]
    good = bureau.load(GOOD, feed=chosen)
    assert good.state == "published"
    load = bureau.load(content, feed=chosen)
    assert load.state == "refused", load.state
    assert selectors.snapshot(bureau.entry).number == 1
    sentence = words(load.code, load.facts)
    said = json.dumps(load.facts) + sentence.what + sentence.why + sentence.todo
    assert str(bureau.home) not in said and "duckdb" not in said.lower() and "Error" not in json.dumps(load.facts)
    assert not list((bureau.home / "lake").rglob(".part-*"))
    return load


def test_broken_letters_are_refused_and_not_dropped(bureau: Bureau) -> None:
    broken = GOOD.replace("001,", "车站,").encode("gb18030") + b"\x81"
    assert refused(bureau, broken).code == "file_encoding"


@pytest.mark.parametrize(
    ("content", "byte", "line", "expected"),
    [
        (GOOD.replace("002", "东").encode().replace("东".encode(), b"\xff"), GOOD.index("002"), 3, ["UTF-8", "GB18030"]),
        (GOOD.replace("001", "车站").encode("gb18030") + b"\x81", len(GOOD) + 1, 5, ["UTF-8", "GB18030"]),
        (GOOD.encode().replace(b"001", "东车".encode()) + b"\xe4\xb8 \n" + "东".encode() * 9, len(GOOD) + 3, 5, ["UTF-8", "GB18030"]),
        (b"\xef\xbb\xbf" + GOOD.encode() + "东".encode() * 100_000 + b"\xff", 3 + len(GOOD) + 300_000, 5, ["UTF-8"]),
        (b"\xff\xfe" + GOOD.encode("utf-16-le") + b"\x00\xdc", 2 + 2 * len(GOOD), 5, ["UTF-16"]),
    ],
)  # fmt: skip
def test_the_place_of_the_first_bad_byte_is_told(
    bureau: Bureau, content: bytes, byte: int, line: int, expected: list[str]
) -> None:
    load = refused(bureau, content)
    assert (load.code, load.facts) == ("file_encoding", {"expected": expected, "line": line, "byte": byte})
    assert f"第 {line} 行" in words(load.code, load.facts).why and "[" not in words(load.code, load.facts).why


@pytest.mark.parametrize(
    "content", [b"a\0b\0c\0" * 10, b"%PDF-1.7\n1 0 obj\n", b"\x89PNG\r\n\x1a\n\0\0", GOOD.encode() + b"\0" * 40]
)
def test_another_kind_of_file_is_told_as_no_table(bureau: Bureau, content: bytes) -> None:
    load = refused(bureau, content)
    assert (load.code, load.facts) == ("file_format", {"what": "no_table"})
    assert "不是表格" in words(load.code, load.facts).why


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_zero_byte_in_a_table_is_told_with_its_place(bureau: Bureau, encoding: str) -> None:
    content = GOOD.replace("002,", "车\0,").encode(encoding)
    load = refused(bureau, content)
    assert (load.code, load.facts) == ("file_zero_byte", {"byte": content.index(b"\0"), "line": 3})
    assert "第 3 行" in words(load.code, load.facts).why


def test_lists_in_sentences_are_joined_as_people_write_them(bureau: Bureau) -> None:
    load = bureau.load(GOOD.replace("fare", "price").replace("day", "when"))
    assert words(load.code, load.facts).why.startswith("缺：day、fare。没登记：when、price。重复：无。")
    with translation.override("en"):
        assert words(load.code, load.facts).why.startswith("Missing: day, fare. Not listed: when, price. Twice: none.")


def test_utf8_with_a_few_bad_bytes_is_refused_and_not_loaded_as_other_letters(bureau: Bureau) -> None:
    """The bytes mean something in GB18030, so a strict reading alone would load a file of nonsense."""
    chinese = GOOD.replace("station", "车站").replace("001", "东直门外").replace("002", "西直门外大街")
    content = chinese.encode().replace(b"003,", b"\xc4\xea003,")
    content.decode("gb18030")
    load = refused(bureau, content)
    assert load.code == "file_encoding"
    assert load.facts == {"expected": ["UTF-8"], "line": 4, "byte": content.index(b"\xc4\xea")}


def test_the_contracts_encoding_is_not_guessed_over(bureau: Bureau) -> None:
    load = bureau.load(GOOD.replace("001", "东").encode("gb18030"), feed=bureau.feed(encoding="utf-8"))
    assert load.code == "file_encoding"


def test_an_unclosed_quote_never_swallows_rows(bureau: Bureau) -> None:
    load = refused(bureau, "\n".join((HEADER, *ROWS[:1], '002,"110105,2026-11-01,980,4.00', *ROWS[1:])) + "\n")
    assert (load.code, load.facts["line"]) == ("records_unaccounted", 3)


def test_two_quotes_rows_apart_swallow_nothing_either(bureau: Bureau) -> None:
    rows = [f"{n:03d},110101,2026-11-{1 + n % 28:02d},{n},1.00" for n in range(200)]
    rows[20] = rows[20].replace(",110101", ',"110101')
    rows[120] = rows[120].replace(",110101", ',110101"')
    assert refused(bureau, "\n".join((HEADER, *rows)) + "\n").code == "records_unaccounted"


def test_ragged_rows_are_addressed_exactly(bureau: Bureau) -> None:
    text = (
        "\n".join(
            (HEADER, ROWS[0], "002,110105", ROWS[2], "004,110101,2026-11-01,1,1.00,9,9", "005,110101,2026-11-01,x,1.00")
        )
        + "\n"
    )
    load = bureau.load(text, feed=bureau.feed(tolerance_per_mille=900))
    assert (load.state, load.accepted, load.faulty, load.broken) == ("published", 2, 1, 2)
    lines = list(selectors.quarantine(load.pk))
    assert [(one.line, one.column, one.code) for one in lines] == [
        (3, "", "missing_columns"), (5, "", "too_many_columns"), (6, "passengers", "format"),
    ]  # fmt: skip
    at = lines[2]
    assert text.encode()[at.byte or 0 :][: at.byte_length] == b"x"


def test_other_columns_than_listed_are_refused_with_the_difference(bureau: Bureau) -> None:
    load = refused(bureau, GOOD.replace("fare", "price"))
    assert (load.code, load.facts["missing"], load.facts["unknown"]) == ("header_mismatch", ["fare"], ["price"])


def test_mixed_line_ends_are_refused(bureau: Bureau) -> None:
    assert refused(bureau, GOOD.replace("3.50\n", "3.50\r\n")).code == "file_format"


@pytest.mark.parametrize("settings_of_feed", [{}, {"multiline": True}], ids=["plain", "quoted"])
def test_lines_that_end_with_a_carriage_return_alone_are_told_as_such(
    bureau: Bureau, settings_of_feed: dict[str, bool]
) -> None:
    load = refused(bureau, GOOD.replace("\n", "\r"), **settings_of_feed)
    assert (load.code, load.facts) == ("file_format", {"what": "carriage_returns"})


def test_cells_with_line_breaks_load_where_the_contract_says_so(bureau: Bureau) -> None:
    text = (
        HEADER
        + '\r\n001,110101,2026-11-01,1,1.00\r\n"0\n2",110101,2026-11-02,2,1.00\r\n003,110101,2026-11-03,x,1.00\r\n'
    )
    load = bureau.load(text, feed=bureau.feed(multiline=True, tolerance_per_mille=900))
    assert load.state == "published", (load.code, load.facts)
    assert [row[0] for row in rows_of(selectors.snapshot(bureau.entry))] == ["001", "0\n2"]
    assert [(one.record, one.line) for one in selectors.quarantine(load.pk)] == [(4, 5)]


def test_an_empty_delivery_does_not_empty_the_dataset(bureau: Bureau) -> None:
    bureau.load(GOOD)
    load = bureau.load(HEADER + "\n")
    assert (load.state, load.findings) == ("held", ["empty_delivery"])
    assert selectors.snapshot(bureau.entry).rows == 3


def test_the_same_key_twice_holds_the_load(bureau: Bureau) -> None:
    load = bureau.load(GOOD + ROWS[0] + "\n", feed=bureau.feed(tolerance_per_mille=900))
    assert (load.state, load.findings) == ("held", ["key_not_unique"])


def test_a_later_load_waits_for_a_held_one(bureau: Bureau) -> None:
    held = bureau.load(HEADER + "\n")
    later = bureau.plan(GOOD)
    with pytest.raises(Refused, match="load_waits"):
        services.advance(later.pk, now=bureau.now)
    services.refuse(held.pk, reason="empty", by=bureau.steward, now=bureau.now)
    assert services.advance(later.pk, now=bureau.now).state == "published"


def test_an_entry_that_is_not_published_cannot_be_loaded(bureau: Bureau) -> None:
    other = replace(PARKING, title=Text(zh="没有发布的条目"))
    draft = catalogue.draft(other, by=bureau.steward, now=bureau.now)
    with pytest.raises(Refused, match="dataset_not_loadable"):
        services.create_feed(services.FeedForm(entry=draft, name="x"), by=bureau.steward, now=bureau.now)


def test_an_entry_of_another_kind_says_so(bureau: Bureau) -> None:
    service = replace(
        PARKING,
        kind=Kind.SERVICE,
        title=Text(zh="提问接口", en="Question interface"),
        items=(),
        endpoint="/api/v1/query",
    )
    with pytest.raises(Refused) as told:
        services.feed_for_file(published(bureau.city, service), by=bureau.steward, now=bureau.now)
    assert (told.value.code, told.value.details) == ("dataset_not_loadable", {"reason": "not_a_dataset"})
    said = words(told.value.code, told.value.details)
    assert "不是数据集" in said.why and "批准" not in said.why


def test_a_stranger_makes_no_feed(bureau: Bureau) -> None:
    with pytest.raises(Refused, match="not_your_role"):
        services.create_feed(services.FeedForm(entry=bureau.entry, name="x"), by=bureau.city.citizen, now=bureau.now)


def test_a_load_waits_while_another_process_writes(bureau: Bureau) -> None:
    load = bureau.plan(GOOD)
    Lease.objects.create(table=load.feed.table, holder="elsewhere-1", token=7, expires_at=bureau.now.replace(year=2099))
    with pytest.raises(Unavailable, match="table_busy"):
        services.advance(load.pk, now=bureau.now)
    Lease.objects.update(expires_at=bureau.now)
    assert services.advance(load.pk, now=bureau.now).state == "published"
    assert Lease.objects.get().token == 8


def test_a_disk_that_is_full_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    """Files may not grow beyond 1 MB here, which the kernel refuses like a full disk."""
    program = """
import sys, resource, signal
from pathlib import Path
from kaimen.engines import landing
from kaimen.core.errors import KaimenError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    landing.land((b"x" * 65536 for _ in range(100)), Path(sys.argv[1]), suffix=".csv", most_bytes=10**9)
except KaimenError as error:
    print(error.code)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "landing")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "storage_full"
    assert list((tmp_path / "landing").iterdir()) == []


def test_a_disk_that_fills_while_checking_is_said_and_the_load_goes_on_later(tmp_path: Path) -> None:
    program = """
import sys, resource, signal, random
from pathlib import Path
from kaimen.engines import landing, parsing
from kaimen.core.errors import KaimenError
from kaimen.core.quality.contract import Column, Contract, Type
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = Path(sys.argv[1])
csv = folder / "a.csv"
csv.write_text("a\\n" + "".join(f"{random.random()}{random.random()}\\n" for _ in range(200_000)))
text = landing.read_text(csv, encoding=None, multiline=False, quote='"', sha256="x")
reading = parsing.Delimited(text=text, header=("a",), delimiter=",", quote='"', multiline=False)
contract = Contract(columns=(Column(name="a", type=Type.TEXT),))
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
try:
    parsing.check_and_write(reading, contract, folder / "table", stem="x", quarantine=lambda faults, broken: None)
except KaimenError as error:
    print(error.code)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "storage_full", done.stderr[-2000:]
    assert list((tmp_path / "table").iterdir()) == []


def test_what_comes_in_streams_passes_through_little_memory(tmp_path: Path) -> None:
    """150 MB through landing: the process grows by a few blocks, not by the file."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    block = os.urandom(1 << 20)
    landed = landing.land((block for _ in range(150)), tmp_path, suffix=".bin", most_bytes=10**9)
    assert landed.size == 150 << 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000
    with pytest.raises(Invalid, match="file_too_large"):
        landing.land((block for _ in range(3)), tmp_path, suffix=".bin", most_bytes=1 << 21)


def test_parts_that_nobody_writes_any_more_are_swept(tmp_path: Path) -> None:
    storage.part_of(tmp_path).write_bytes(b"x")
    assert storage.sweep_parts(tmp_path, older_than_s=0, now_s=4e9) == 1


@given(
    rows=st.lists(st.sampled_from(["1,2", "", "車,站", '"a","b"', "x" * 50 + ",y"]), min_size=1, max_size=60),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.sampled_from(["", "end"]),
    size=st.integers(1, 64),
)
@settings(max_examples=60, deadline=None)
def test_every_line_is_found_where_it_stands(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], end: str, last: str, size: int
) -> None:
    path = tmp_path_factory.mktemp("l") / "f.csv"
    data = (end.join(["h,i", *rows]) + (end if last else "")).encode()
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landing, "BLOCK", size)
        patch.setattr(locating, "BLOCK", size)
        patch.setattr(landing.blocks, "__defaults__", (size,))
        text = landing.read_text(path, encoding=None, multiline=False, quote='"', sha256="x")
        full = [row for row in rows if row]
        assert text.records == len(full)
        wanted = sorted(random.Random(size).sample(range(1, len(full) + 1), k=min(3, len(full))))
        found = list(locating.locate(text, quote='"', multiline=False, columns=2, ordinals=wanted, broken=[]))
    assert [one.raw.decode() for one in found] == [full[n - 1] for n in wanted]
    assert all(data[one.byte :].startswith(one.raw) and data[: one.byte].count(b"\n") == one.line - 1 for one in found)
