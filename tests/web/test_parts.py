"""Parts of pages: what they refuse to be without, and that no value of data becomes markup."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from kaimen.web.gallery import gallery
from kaimen.web.parts import Column, Gate, Pager, Reason, Sign, Table, Verdict, draw_table, page_asked, text_of
from kaimen.web.templatetags import kaimen as tags

COLUMNS = [Column(label="编码", technical="code", mono=True), Column(label="在住", numeric=True, reason=1, suppressed_under=10), Column(label="姓名", reason=2)]  # fmt: skip


def table(*rows: list[object], columns: list[Column] = COLUMNS) -> Table:
    return Table(name="n", caption="c", columns=columns, rows=list(rows))


def test_a_strip_always_has_words() -> None:
    with pytest.raises(ValueError, match="words"):
        Verdict(gate=Gate.OPEN, say="")


def test_a_covered_column_always_has_its_reason() -> None:
    with pytest.raises(ValueError, match="姓名"):
        Verdict(gate=Gate.AJAR, say="x", table=table(), behind=[Reason(number=1, what="x")])
    assert Verdict(
        gate=Gate.AJAR, say="x", table=table(), behind=[Reason(number=1, what="x"), Reason(number=2, what="y")]
    )


def test_four_signs_of_a_missing_value_differ() -> None:
    columns = [Column(label="n", numeric=True, reason=1, suppressed_under=10)]
    drawn = {
        sign: re.search(r"<td[^>]*>.*?</td>", str(draw_table(table([sign], columns=columns), english=True))).group()  # type: ignore[union-attr]
        for sign in Sign
    }
    assert len(set(drawn.values())) == 4
    assert 'class="masked' in drawn[Sign.UNDER_TEN]
    assert "masked" not in drawn[Sign.MISSING]


def test_an_empty_cell_of_a_suppressed_column_is_a_small_number_and_zero_is_zero() -> None:
    with translation.override("en"):
        drawn = str(draw_table(table(["a", None, "王**"], ["b", 0, "李*"])))
    assert '<td class="masked n"><span>under 10</span></td>' in drawn
    assert '<td class="n">0</td>' in drawn


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_value_becomes_markup(value: str, label: str, caption: str) -> None:
    drawn = str(
        draw_table(
            Table(
                name=caption, caption=caption, columns=[Column(label=label, technical=value, reason=1)], rows=[[value]]
            ),
            english=False,
        )
    )
    read = _Tags()
    read.feed(drawn)
    assert set(read.seen) <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "span"}
    assert read.seen.count("td") == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2026, "2026"), (18204, "18204"), (1.5, "1.5"), (Decimal("3.50"), "3.5"), (Decimal(7), "7"), (date(2026, 11, 3), "2026-11-03"),
        (datetime(2026, 11, 3, 4, 5, tzinfo=UTC), "2026-11-03 04:05:00+00:00"), ("007", "007"), ([1, "a"], "1, a"), (b"\x01", "01"),
    ],
)  # fmt: skip
def test_values_are_shown_as_they_are(value: object, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (1, 1, [1]),
        (1, 9, [1, 2, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
        (2, 3, [1, 2, 3]),
    ],
)
def test_a_pager_shows_ends_and_neighbours(page: int, pages: int, shown: list[int | None]) -> None:
    assert Pager(page=page, pages=pages).shown == shown


@pytest.mark.parametrize(
    ("asked", "page"), [("3", 3), ("0", 1), ("-1", 1), ("abc", 1), ("", 1), ("1.5", 1), ("٣", 1), ("9" * 400, 1)]
)
def test_an_address_that_names_no_page_means_the_first(asked: str, page: int) -> None:
    assert page_asked({"page": asked}) == page
    assert page_asked({}) == 1


def test_the_pager_keeps_the_other_parameters() -> None:
    request = RequestFactory().get("/data?q=停车&page=3")
    drawn = Template("{% load kaimen %}{% page_url 'page' 4 %}").render(Context({"request": request}))
    assert drawn == "?q=%E5%81%9C%E8%BD%A6&amp;page=4"


def test_days_and_numbers_follow_the_language() -> None:
    this_year = datetime(tags.now().year, 3, 4, 20, 5, 6, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert tags.day(this_year) == "03-05"
        assert tags.day(date(2019, 3, 4)) == "2019-03-04"
        assert tags.weekday(date(2026, 11, 23)) == "星期一"
    with translation.override("en"):
        assert tags.day(this_year) == "5 Mar"
        assert tags.day(date(2019, 3, 4)) == "4 Mar 2019"
        assert tags.weekday(date(2026, 11, 23)) == "Monday"
    assert tags.moment(this_year) == f"{this_year.year}-03-05 04:05:06"
    assert (tags.num(18204), tags.num(None), tags.num(35.44, 1), tags.num(0)) == ("18,204", "—", "35.4", "0")
    assert (tags.volume(999), tags.volume(1400), tags.volume(132_000), tags.volume(None)) == (
        "999 B",
        "1.4 kB",
        "132 kB",
        "—",
    )


def test_text_of_the_other_language_is_marked_and_escaped() -> None:
    with translation.override("en"):
        assert tags.local("<养老>", "") == '<span lang="zh-Hans">&lt;养老&gt;</span>'
        assert tags.local("养老", "care") == "care"
        assert tags.own_language("王**") == '<span lang="zh-Hans">王**</span>'
    with translation.override("zh-hans"):
        assert tags.local("", "<care>") == '<span lang="en">&lt;care&gt;</span>'
        assert tags.own_language("王**") == "王**"


def test_a_sentence_marks_the_chinese_that_it_quotes() -> None:
    with translation.override("en"):
        told = tags.own_languages("特种设备 has <most>, 3; Fengtai has least.")
    assert told == '<span lang="zh-Hans">特种设备</span> has &lt;most&gt;, 3; Fengtai has least.'
    with translation.override("zh-hans"):
        assert tags.own_languages("特种设备最多") == "特种设备最多"


@given(st.text("ab<&停车", max_size=20), st.lists(st.text("ab<&停车", max_size=3), max_size=4))
def test_marks_change_nothing_but_add_marks(text: str, hits: list[str]) -> None:
    drawn = str(tags.marked(text, hits))
    plain = drawn.replace("<mark>", "").replace("</mark>", "")
    assert plain == str(tags.escape(text))


def test_each_part_of_the_gallery_can_be_drawn_in_both_languages(client: Client, db: None) -> None:
    for address, language in (("/design", "zh-Hans"), ("/en/design", "en")):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Language"] == language
    assert gallery(None)["verdicts"]


@pytest.mark.parametrize(("query", "cookie", "view", "scheme"), [
    ("", {}, None, "auto"), ("?view=elder", {}, "elder", "auto"), ("", {"kaimen_view": "elder"}, "elder", "auto"),
    ("?view=normal", {"kaimen_view": "elder"}, None, "auto"), ("?scheme=dark", {}, None, "dark"), ("?scheme=pink&view=huge", {}, None, "auto"),
])  # fmt: skip
def test_appearance_comes_from_the_address_then_from_the_cookie(
    client: Client, db: None, query: str, cookie: dict[str, str], view: str | None, scheme: str
) -> None:
    client.cookies.load(cookie)
    answer = client.get(f"/design{query}")
    text = answer.content.decode()
    assert ('data-view="elder"' in text) == (view == "elder")
    assert f'data-color-scheme="{scheme}"' in text
    assert "Cookie" in answer.headers["Vary"]


def test_an_appearance_that_was_asked_for_is_remembered(client: Client, db: None) -> None:
    client.get("/design?view=elder&scheme=dark")
    assert {name: morsel.value for name, morsel in client.cookies.items() if name.startswith("kaimen_")} == {
        "kaimen_view": "elder",
        "kaimen_scheme": "dark",
    }
    assert 'data-view="elder"' in client.get("/en/design").content.decode()


class TwoFields(forms.Form):
    name = forms.CharField(label="Name of it", error_messages={"required": "Fill this in."})
    day = forms.DateField(label="Day", error_messages={"required": "Say which Day."})


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Name of it: Fill this in."), ("zh-hans", "Name of it：Fill this in.")]
)
def test_the_summary_of_errors_names_each_field_and_leads_to_it(language: str, told: str) -> None:
    with translation.override(language):
        page = Template("{% load kaimen %}{% error_summary form %}").render(Context({"form": TwoFields({})}))
    assert f'<a href="#id_name">{told}</a>' in page
    assert '<a href="#id_day">Say which Day.</a>' in page  # names it already
