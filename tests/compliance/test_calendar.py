"""The calendar on its page: every day as the notice has it, in pictures and words, and a calculator that counts like the clocks."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from kaimen.compliance import selectors
from kaimen.compliance.selectors import DayKind
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.calendar import Year
from kaimen.core.policy.party import Actor, PersonId, Role
from kaimen.office import services as office_services
from tests.compliance.test_law import HAN, main_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OFFICER = Actor(person=PersonId("7"), role=Role("authority_reviewer"))


def test_every_day_is_what_the_notice_says() -> None:
    found = selectors.year_of_days(2026, now=NOW)
    kinds = found.days
    assert len(kinds) == 365
    assert kinds[date(2026, 2, 14)] is DayKind.MAKEUP
    assert kinds[date(2026, 10, 1)] is DayKind.HOLIDAY
    assert kinds[date(2026, 11, 22)] is DayKind.REST
    assert kinds[date(2026, 11, 23)] is DayKind.WORKING
    assert found.working == 248
    assert (found.announced, found.announced_until) == ((2024, 2025, 2026), date(2026, 12, 31))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_year_is_twelve_pictures_with_their_words(client: Client, prefix: str) -> None:
    page = main_of(client.get(f"{prefix}/law/calendar?year=2026").text)
    assert page.count('role="img"') == 12
    assert page.count('height="28"/>') == 365
    assert "〔2025〕7" in page
    assert "2026-02-14" in page
    assert "2026-12-31" in page


def test_an_english_page_marks_the_name_of_the_notice(client: Client) -> None:
    page = main_of(client.get("/en/law/calendar?year=2026").text)
    assert not HAN.search(re.sub(r'<[^>]*lang="zh-Hans"[^>]*>[^<]*<', "<", page))


def test_a_year_nobody_announced_is_called_provisional(client: Client) -> None:
    page = client.get("/en/law/calendar?year=2028").text
    assert "provisionally" in page
    assert "not announced yet" in page
    assert "provisionally" not in client.get("/en/law/calendar?year=2025").text


def test_a_later_notice_and_a_closure_are_shown_with_their_instruments(client: Client) -> None:
    notice = Year(
        year=2027, notice="Notice 9", holidays=frozenset({date(2027, 1, 1)}), makeup=frozenset({date(2027, 1, 3)})
    )
    office_services.announce_year(notice, by=OFFICER, now=NOW)
    office_services.close_day(date(2027, 7, 21), instrument="Flood order 3", by=OFFICER, now=NOW)
    page = main_of(client.get("/en/law/calendar?year=2027").text)
    for words in ("Notice 9", "Flood order 3", "closed here 21", "make-up day, worked 3"):
        assert words in page, words
    assert "provisionally" not in page


def test_the_calculator_counts_like_the_clocks(client: Client) -> None:
    found = selectors.term(date(2026, 9, 28), 10)
    assert (found.due, found.provisional, len(found.counted)) == (date(2026, 10, 16), False, 10)
    assert date(2026, 10, 10) in found.counted
    page = main_of(client.get("/en/law/calendar?start=2026-09-28&days=10").text)
    assert "10 working days after 2026-09-28 end on 2026-10-16, Friday." in page
    assert page.count('role="img"') == 13
    late = main_of(client.get("/en/law/calendar?start=2026-12-28&days=10").text)
    assert "Provisional: no notice speaks of that day yet" in late
    long = main_of(client.get("/en/law/calendar?start=2026-01-05&days=200").text)
    assert long.count('role="img"') == 12


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("year=1999", 404, "does not know that year"),
        ("year=soon", 404, "does not know that year"),
        ("year=２０２６", 404, "does not know that year"),
        ("start=28.9.2026&days=3", 422, "Write the day like 2027-01-04."),
        ("start=2026-02-30&days=3", 422, "Write the day like 2027-01-04."),
        ("start=2026-09-28&days=0", 422, "greater than or equal to 1"),
        ("start=2026-09-28&days=9999", 422, "less than or equal to 1000"),
        ("start=2026-09-28&days=ten", 422, "whole number"),
        ("start=2026-09-28", 422, "This field is required"),
        ("start=1990-01-01&days=3", 422, "No term can be counted so far from today"),
        ("start=9999-12-31&days=3", 422, "No term can be counted so far from today"),
    ],
)
def test_bad_input_is_told(client: Client, query: str, status: int, words: str) -> None:
    answer = client.get(f"/en/law/calendar?{query}")
    assert (answer.status_code, words in answer.text) == (status, True)
    assert ("ds-error-summary" in answer.text) == (status == 422)


@pytest.mark.parametrize("days", [0, -1, 1001])
def test_a_term_has_a_length(days: int) -> None:
    with pytest.raises(KaimenError) as told:
        selectors.term(date(2026, 9, 28), days)
    assert told.value.code == "term_length"


def test_the_page_asks_the_database_for_little(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/law/calendar")
    with django_assert_num_queries(2):
        client.get("/law/calendar")
    with django_assert_num_queries(4):
        client.get("/law/calendar?start=2026-09-28&days=10")


def test_another_pack_has_other_days(client: Client, settings: Settings) -> None:
    settings.KAIMEN_PACK = "tiny"
    page = main_of(client.get("/en/law/calendar?year=2026").text)
    assert "Riverton Gazette 2025, number 41" in page
    assert "make-up day" not in page.split("Count it")[0]
    assert client.get("/law/calendar?year=2025").status_code == 404
