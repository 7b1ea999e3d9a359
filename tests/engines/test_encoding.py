"""UTF-8 with a few faults is told apart from GB18030, in which nearly all bytes mean something."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kaimen.core.errors import Invalid
from kaimen.engines import landing
from kaimen.engines.landing import Text, read_text

COMMUNITIES = Path(__file__).parents[2] / "demo" / "data" / "communities.csv"
with COMMUNITIES.open(encoding="utf-8", newline="") as _file:
    NAMES = sorted({row["name"] for row in csv.DictReader(_file)})
READABLE = [name for name in NAMES if "\ufffd" not in name.encode().decode("gb18030", "replace")]
"""Their bytes in UTF-8 mean something in GB18030 too."""
FEW_FAULTS = (b"\xb0\xa1", b"\xc4\xea", b"\xe4\xb8", b"\xad\xe6", b"\x81\x40", b"\xc3\xc3")
"""A pasted GB18030 letter, half a letter."""
SOME = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

names = st.lists(st.sampled_from(NAMES), min_size=3, max_size=40)


def read(folder: Path, content: bytes, encoding: str | None = None) -> Text:
    path = folder / "a.csv"
    path.write_bytes(content)
    return read_text(path, encoding=encoding, multiline=False, quote='"', sha256="x")


def place_of_first_fault(content: bytes) -> tuple[int, int]:
    with pytest.raises(UnicodeDecodeError) as fault:
        content.decode("utf-8")
    return fault.value.start, 1 + content[: fault.value.start].count(b"\n")


@SOME
@given(
    cells=st.lists(st.sampled_from(READABLE), min_size=3, max_size=40),
    faults=st.lists(st.tuples(st.integers(0, 39), st.sampled_from(FEW_FAULTS)), min_size=1, max_size=2),
)
def test_utf8_with_few_faults_is_refused_with_its_first_one_and_never_read_as_gb18030(
    tmp_path: Path, cells: list[str], faults: list[tuple[int, bytes]]
) -> None:
    written = [cell.encode() for cell in cells]
    for where, fault in faults:
        written[where % len(written)] += fault
    content = "代码,名称\n".encode() + b"".join(b"%d,%b\n" % (n, cell) for n, cell in enumerate(written))
    assume("\ufffd" in content.decode("utf-8", "replace"))  # two halves in one place may make a sound letter
    assert content.decode("gb18030")  # so a strict reading would take it
    byte, line = place_of_first_fault(content)
    with pytest.raises(Invalid) as refused:
        read(tmp_path, content)
    assert refused.value.code == "file_encoding"
    assert refused.value.details == {"expected": ["UTF-8"], "line": line, "byte": byte}


@SOME
@given(cells=names)
def test_a_file_in_gb18030_is_read_whole(tmp_path: Path, cells: list[str]) -> None:
    text = "\n".join(["代码,名称", *(f"{n},{cell}" for n, cell in enumerate(cells))])
    found = read(tmp_path, text.encode("gb18030"))
    assert (found.encoding, found.path.read_text("utf-8")) == ("gb18030", text)


@pytest.mark.parametrize(
    "text", ["代码\n1\n", "a,b\n1,男\n2,女\n", "臺灣國際機場與學術圖書館", "a\n喆\n堃\n镕\n", "名\n𠮷野家\n"]
)
def test_short_and_rare_signs_of_gb18030_are_read_too(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text.encode("gb18030"))
    assert (found.encoding, found.path.read_text("utf-8")) == ("gb18030", text)


@pytest.mark.parametrize("text", ["Café à côté de la forêt, élève, naïf, déjà été", "Город, где живут люди"])
def test_letters_of_two_bytes_count_as_utf8_too(tmp_path: Path, text: str) -> None:
    content = (text * 3).encode() + b" \xb0\xa1"
    content.decode("gb18030")
    with pytest.raises(Invalid) as refused:
        read(tmp_path, content)
    assert refused.value.details["expected"] == ["UTF-8"]


def test_a_fault_far_into_a_large_file_is_found_across_blocks(tmp_path: Path) -> None:
    rows = "".join(f"{n},海淀区中关村街道 {n} 号院\n" for n in range(40_000)).encode()
    content = rows + b"9,\xc4\xea\xb0\xa1\n" + rows
    assert len(rows) > 4 * landing.BLOCK
    content.decode("gb18030")
    with pytest.raises(Invalid) as refused:
        read(tmp_path, content)
    assert refused.value.details == {"expected": ["UTF-8"], "line": 40_001, "byte": len(rows) + 2}


def test_who_names_the_encoding_is_taken_by_the_word(tmp_path: Path) -> None:
    content = "海淀区中关村街道".encode() + b"\n\xb0\xa1\n"
    with pytest.raises(Invalid):
        read(tmp_path, content)
    assert read(tmp_path, content, encoding="gb18030").encoding == "gb18030"


def test_a_file_in_gb18030_that_breaks_off_is_told_by_its_own_fault(tmp_path: Path) -> None:
    """Some of its first letters can be read as UTF-8 by chance; that is not where it is wrong."""
    content = (
        "代码,名称\n".encode("gb18030")
        + b"\xc4\xab"
        + "".join(f"{n},朝阳区\n" for n in range(300)).encode("gb18030")
        + b"\x81"
    )
    with pytest.raises(Invalid) as refused:
        read(tmp_path, content)
    assert refused.value.details["byte"] == len(content) - 1
    assert refused.value.details["line"] == 302
