"""The demo day: thirty working days played through the public API. The same city as the other stories, whose clock runs ahead from here on."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest
import yaml

from kaimen.config.day import story
from kaimen.config.day.player import City, Player
from kaimen.config.day.program import play
from kaimen.config.day.report import Account, markdown
from kaimen.config.day.story import Story, StoryError
from tests.flows.conftest import Server

ENDS = {
    "sharing": "in_use",
    "applying": "access",
    "objecting": "closed",
    "zone": "released",
    "asset": "valid",
    "trade": "closed",
    "drill": "closed",
    "deletion": "filed",
    "demand": "done",
    "late": "in_use",
}
"""Thread of the story -> where its last step leaves the case."""


def silent(done: int, total: int, what: str) -> None:
    del done, total, what


@pytest.fixture(scope="module")
def played(server: Server) -> Account:
    """Played once."""
    return play(City(address=server.address, home=server.home), story.read(), told=silent)


def test_each_promised_part_happened(played: Account) -> None:
    left = {one.step.thread.code: one.state for one in played.happened if one.state and not one.code}
    assert left == ENDS
    days = [one.on for one in played.happened]
    assert days == sorted(days)
    assert (days[-1] - days[0]).days >= 40
    assert {day.weekday() for day in days} <= set(range(5))


def test_the_bureau_that_was_late_shows_everywhere_and_stays_on_record(played: Account, server: Server) -> None:
    number = next(one.number for one in played.happened if one.step.name == "overdue")
    as_authority = {"Authorization": f"Bearer {server.tokens['authority.authority_reviewer']}"}
    case = httpx.get(f"{server.address}/api/v1/cases/{number}", headers=as_authority).json()
    assert {term["rule"]: term["state"] for term in case["terms"]}["SHR-02"] == "met_late"
    looked = [
        one for one in played.happened if one.step.thread.code == "late" and one.step.kind in {"look", "see", "send"}
    ]
    assert [one.step.day for one in looked] == [8, 10, 10, 10, 10, 12]


def test_every_receipt_verifies_with_the_command_too(played: Account, server: Server) -> None:
    receipts = [one.receipt for one in played.happened if one.receipt]
    assert played.proved.receipts == len(set(receipts)) > 70
    assert played.proved.entries > len(receipts)
    for receipt in (receipts[0], receipts[-1]):
        done = server.verify(f"{server.address}/log/proof/{receipt}")
        assert (done.returncode, done.stdout.partition(" ")[0]) == (0, "verified"), done.stderr


@pytest.mark.parametrize(
    ("language", "article"), [("zh", "第 17 条 共享、互联和基础库"), ("en", "Article 17: Sharing, interconnection, basic databases")]
)  # fmt: skip
def test_the_report_names_each_article_with_its_receipts(played: Account, language: str, article: str) -> None:
    text = (played.city.home / f"demo-day.{language}.md").read_text("utf-8")
    assert text == markdown(played, language)
    assert f"--port {played.city.address.rpartition(':')[2]} --home" in text, (
        "the links lead to a city that can be brought up again"
    )
    assert f"## {article}" in text
    articles = {7, 16, 17, 18, 19, 21, 22, 45, 46, 48, 50}
    assert set(story.read().articles) == articles
    begins = "## 第 {} 条 " if language == "zh" else "## Article {}: "
    assert all(begins.format(number) in text for number in articles)
    assert all(f"/log/proof/{one.receipt})" in text for one in played.happened if one.receipt)
    proved = {article for one in played.happened if one.receipt for article in one.step.thread.articles}
    assert proved == articles


def test_pages_say_that_the_time_is_simulated(played: Account, server: Server) -> None:
    page = server.get("/en/")
    shown = re.search(r'Demo clock <time class="num" datetime="(\d{4}-\d\d-\d\d)', page.text)
    assert shown is not None
    assert date.fromisoformat(shown[1]) >= played.happened[-1].on
    assert "Simulated time" in page.text


def test_the_clock_never_goes_back(played: Account) -> None:
    with pytest.raises(StoryError, match="never goes back"):
        played.city.move_to(played.city.now().replace(year=2000))


def one_step(**change: object) -> Story:
    """A story of one day and one step: the citizen begins a demand."""
    told = story.read()
    step = next(step for step in told.steps if step.name == "wish")
    return replace(told, days=1, needs=(), steps=(replace(step, day=1, **change),))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"then": {"state": "acknowledged"}}, "state was expected to be acknowledged, and it is submitted"),
        ({"then": {}, "refused": "not_permitted"}, "not_permitted was expected, and it was done"),
        ({"given": {"facts": {"subject": "x"}}}, "case_facts"),
        ({"then": {"nothing.there": 1}}, "there is no nothing.there in the answer"),
        ({"who": "citizen.nobody"}, "nobody in this city is citizen.nobody"),
    ],
)
def test_what_does_not_come_stops_the_story_and_says_where(
    played: Account, change: dict[str, object], why: str
) -> None:
    player = Player(city=played.city, story=one_step(**change), told=silent)
    with pytest.raises(StoryError) as stopped:
        player.play()
    assert why in str(stopped.value)
    if "who" not in change:
        assert str(stopped.value).startswith("day 1, step ")
    assert player.happened == []


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"of": "t", "begin": "demand", "act": "a.b", "then": "x"}, "one of begin, act"),
        ({"of": "u", "begin": "demand", "then": "x"}, "of which thread"),
        ({"of": "t", "begin": "demand"}, "what must come of it"),
        ({"of": "t", "begin": "demand", "then": "x", "than": "y"}, "than means nothing"),
        ({"of": "t", "act": "wish.confirm", "then": "x"}, "nothing is called wish yet"),
        ({"of": "t", "begin": "demand", "facts": {"a": ["{asset.facts.code}"]}, "then": "x"}, "nothing is called asset yet"),
        ({"of": "t", "ask": "SELECT 1", "then": {"row_count": 1}}, "in both languages"),
    ],
)  # fmt: skip
def test_a_story_that_is_not_sound_is_refused_before_it_begins(
    tmp_path: Path, row: dict[str, object], why: str
) -> None:
    file = tmp_path / "day.yaml"
    written = {"days": 2, "needs": [], "threads": {"t": {"articles": [18], "zh": "甲", "en": "A"}}, "story": {1: [row]}}
    file.write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")
    with pytest.raises(StoryError, match=why):
        story.read(file)
