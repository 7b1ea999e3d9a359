from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaimen.core.errors import Invalid, Unavailable
from kaimen.engines.search import analysis
from kaimen.engines.search.index import Document, Face
from kaimen.engines.search.question import Relaxed
from kaimen.engines.search.reading import Reader, Sort, suggest
from tests.search.conftest import Find, asking, built
from tests.search.texts import chinese_cuts, documents, scan

DEMO_SIZE = 64
Build = Callable[..., Find]


def one(key: str, title: str, **more: object) -> Document:
    blank = Document(key=key, visible_to=("public",), facets={}, updated=1, title_zh=title, title_en="")
    return replace(blank, **more)


def test_every_piece_of_two_to_five_characters_finds_what_a_substring_scan_finds(build: Build) -> None:
    """Recall is one and nothing else is found; every single piece of a catalogue of the demo's size."""
    entries = documents(DEMO_SIZE)
    find = build(entries)
    pieces = chinese_cuts(entries)
    assert len(pieces) > 1500
    wrong = {}
    for piece in pieces:
        found = find(piece)
        if set(found.ids) != scan(entries, piece) or found.total != len(found.ids) or found.relaxed is not Relaxed.NONE:
            wrong[piece] = found
    assert not wrong


def test_one_character_is_a_substring_too(build: Build) -> None:
    entries = documents(DEMO_SIZE)
    find = build(entries)
    for sign in "停车区馆的":
        assert set(find(sign).ids) == scan(entries, sign)


def test_runs_that_do_not_touch_are_no_word(build: Build) -> None:
    find = build(
        [one("a", "甲乙，乙丙"), one("b", "甲乙丙"), one("c", "甲乙5乙丙"), one("d", "甲乙", texts_zh=("乙丙",))]
    )
    assert find("甲乙丙").ids == ("b",)


def test_terms_are_all_required_across_languages(build: Build) -> None:
    find = build([one("a", "公共停车场", title_en="Public car parks"), one("b", "公共停车场", title_en="Bus stops")])
    assert find("停车 park").ids == ("a",)
    assert set(find("停车").ids) == {"a", "b"}
    assert find("停车 -bus").ids == ("a",)
    assert find('"car parks"').ids == ("a",)
    assert find('"parks car"').ids == ()


def test_traditional_full_width_and_pinyin_find_the_same(build: Build) -> None:
    find = build([one("a", "养老机构基本信息 PM2.5"), one("b", "空气质量")])
    for asked in ("養老機構", "养老", "ＰＭ２.５", "pm2.5", "yanglao", "yljg", "yanglaojigou"):
        assert find(asked).ids == ("a",), asked
    assert find("yanglao").relaxed is Relaxed.TYPO


def test_english_is_stemmed_and_forgives_one_slip(build: Build) -> None:
    find = build([one("a", "图书馆", title_en="Public libraries and their opening hours", texts_zh=("opening_hours",))])
    for asked in ("library", "LIBRARIES", "opening hour", "opening_hours", "hours"):
        assert find(asked).ids == ("a",), asked
    assert find("openning").ids == ("a",)
    assert find("lbraries").relaxed is Relaxed.TYPO


def test_what_is_not_found_as_written_is_found_by_its_words_and_their_synonyms(build: Build) -> None:
    find = build([one("a", "海淀区公共停车场"), one("b", "朝阳区公共停车场"), one("c", "海淀区车位")])
    together = find("海淀停车场")
    assert (together.ids, together.relaxed) == (("a",), Relaxed.WORDS)
    other = find("海淀泊位", synonyms={"泊位": ("车位",)})
    assert (other.ids, other.relaxed) == (("c",), Relaxed.WORDS)
    assert find("停车场").relaxed is Relaxed.NONE


def test_the_title_stands_before_the_text(build: Build) -> None:
    find = build(
        [
            one("text", "别的东西", texts_zh=("说明里提到停车场",)),
            one("title", "停车场"),
            one("word", "停车场边的别的东西", updated=2),
        ]
    )
    assert find("停车场").ids[-1] == "text"
    assert find("停车场").ids[0] == "title"


def test_of_equal_hits_those_with_data_stand_first(build: Build) -> None:
    find = build([one("empty", "停车场", has_data=False, updated=1_800_000_000_000_000), one("full", "停车场的余位")])
    assert find("停车场").ids == ("full", "empty")
    find = build([one("empty", "停车场", has_data=False), one("full", "别的东西", texts_zh=("说明里提到停车场",))])
    assert find("停车场").ids == ("empty", "full"), "a hit in the title still comes before one in the text"


def test_the_empty_question_gives_all_newest_first(build: Build) -> None:
    find = build([one(key, key, updated=when) for key, when in (("a", 1), ("b", 3), ("c", 2))])
    assert find("").ids == ("b", "c", "a")
    assert find(" ，!? ").ids == ("b", "c", "a")
    assert find("", sort=Sort.TITLE).ids == find("", sort=Sort.TITLE_EN).ids == ("a", "b", "c")


def test_pages_join_without_gap_or_repetition(build: Build) -> None:
    entries = documents(300)
    find = build(entries)
    for sort in Sort:
        seen = [key for offset in range(0, 320, 20) for key in find("区", offset=offset, limit=20, sort=sort).ids]
        assert len(seen) == len(set(seen)) == 300


def test_facets_are_exact_and_show_what_one_could_choose_instead(build: Build) -> None:
    entries = documents(200)
    find = build(entries)
    hits = scan(entries, "停车")
    found = find("停车", facets=["theme", "open"], filters={"theme": ["transport"]})
    themes = Counter(doc.facets["theme"][0] for doc in entries if doc.key in hits)
    opened = Counter(
        doc.facets["open"][0] for doc in entries if doc.key in hits and doc.facets["theme"] == ("transport",)
    )
    assert found.facets == {"theme": dict(themes), "open": dict(opened)}
    assert found.total == themes["transport"]
    both = find("停车", filters={"theme": ["transport", "health"], "open": ["1"]})
    assert both.total == sum(
        doc.key in hits and doc.facets["theme"][0] in {"transport", "health"} and doc.facets["open"] == ("1",)
        for doc in entries
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_id_count_and_suggestion_is_explained_by_what_the_reader_may_see(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An index of everything, asked by the public, answers as one that holds nothing but what is public."""
    count = data.draw(st.integers(2, 12))
    hidden = data.draw(st.sets(st.integers(0, count - 1)))
    entries = [
        replace(doc, visible_to=("gov",) if number in hidden else ("public", "gov"))
        for number, doc in enumerate(documents(count, seed=data.draw(st.integers(0, 50))))
    ]
    allowed = [doc for number, doc in enumerate(entries) if number not in hidden]
    pieces = [*sorted(chinese_cuts(entries)), "park", "libr", "p*", "zz"]
    asked = data.draw(st.sampled_from(pieces))
    mixed, clean = built(tmp_path_factory.mktemp("mixed"), entries), built(tmp_path_factory.mktemp("clean"), allowed)
    seen, alone = (asking(reader)(asked, facets=["theme", "provider", "open"]) for reader in (mixed, clean))
    assert set(seen.ids) == set(alone.ids)
    assert (seen.total, seen.facets, seen.relaxed) == (alone.total, alone.facets, alone.relaxed)
    offered, honest = (
        set(suggest(reader.searcher(Face.PUBLIC), asked, audiences=("public",), limit=50)) for reader in (mixed, clean)
    )
    assert offered == honest


HOSTILE = (
    "visible_to:gov", "*", "((", "key:#cursor", '"', '""', "-", "--", "-停车", "a\0b", "\ud800停", "AND OR NOT", "^~[]{}", ".*", "[a-z]", "停.*",
    "\u202e停车", "/etc", "'; drop table", "<script>", "停" * 200, "😀", "a" * 200, "+停车 +场", "gov", "public",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_text(build: Build, text: str) -> None:
    entries = documents(20)
    closed = replace(one("closed", "秘密停车场"), visible_to=("gov",))
    found = build([*entries, closed])(text, facets=["theme"])
    assert "closed" not in found.ids
    assert "#cursor" not in found.ids


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_any_text_is_answered_or_too_long(text: str, reader_of_twenty: Find) -> None:
    with suppress(Invalid):  # too many terms
        assert reader_of_twenty(text, facets=["theme"]).total <= 20


@pytest.fixture(scope="module")
def reader_of_twenty(tmp_path_factory: pytest.TempPathFactory) -> Find:
    return asking(built(tmp_path_factory.mktemp("twenty"), documents(20)))


def test_what_is_too_long_or_too_deep_or_unknown_is_said(build: Build) -> None:
    find = build(documents(3))
    for call, code in (
        (lambda: find("停" * 201), "question_too_long"),
        (lambda: find(" ".join("停" * 40)), "question_too_long"),
        (lambda: find("ﷺ" * 50), "question_too_long"),
        (lambda: find("停", offset=9_990, limit=20), "page_too_deep"),
        (lambda: find("停", filters={"visible_to": ["gov"]}), "filter_unknown"),
    ):
        with pytest.raises(Invalid) as invalid:
            call()
        assert invalid.value.code == code


def test_without_an_index_it_says_that_it_is_being_built(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as unavailable:
        Reader(tmp_path).searcher(Face.PUBLIC)
    assert unavailable.value.code == "search_building"


@given(text=st.text(alphabet="停車场場的a1，（ ", max_size=30), start=st.integers(0, 29), length=st.integers(2, 5))
def test_pairs_of_a_piece_stand_in_the_pairs_of_the_text(text: str, start: int, length: int) -> None:
    piece = text[start : start + length]
    cut = analysis.runs(piece)
    if len(cut) == 1 and cut[0].script is analysis.Script.HAN and len(cut[0].text) == len(piece) > 1:
        assert " ".join(analysis.pairs(cut[0].text)) in analysis.gram_text([text])


def test_random_order_of_building_changes_nothing(tmp_path: Path) -> None:
    entries = documents(60)
    shuffled = random.Random(1).sample(entries, len(entries))
    first, second = built(tmp_path / "a", entries), built(tmp_path / "b", shuffled)
    for asked in ("停车", "区", "park", ""):
        assert asking(first)(asked, limit=20).ids == asking(second)(asked, limit=20).ids
