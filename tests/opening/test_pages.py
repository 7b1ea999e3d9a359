"""The home page and the pages of entries, as different readers get them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from kaimen.catalogue.services import index_tick
from kaimen.core.errors import Missing
from kaimen.core.metadata.entry import Kind, Text
from kaimen.core.policy.party import ANYBODY
from kaimen.opening import selectors
from kaimen.web.now import now
from tests.catalogue.city import PARKING, published
from tests.opening.town import Town, a_town


def test_the_home_page_counts_what_the_public_may_see(client: Client, town: Town) -> None:
    page = selectors.home(ANYBODY, now=now())
    assert (page.total, page.providers) == (3, 2)
    assert {line.entry.slug for line in page.newest} == {
        "care-homes-and-beds",
        "public-car-parks",
        "register-of-car-parks",
    }
    text = client.get("/").content.decode()
    assert "3个数据集" in text.replace(" ", "")
    assert "高龄津贴" not in text


def test_while_the_index_is_being_built_the_database_counts_or_nothing_is_said(
    client: Client, transactional_db: None, home: Path
) -> None:
    a_town(now=now(), indexed=False)
    page = selectors.home(ANYBODY, now=now())
    assert page.building
    assert (page.total, page.providers, page.by_gate) == (3, 2, None)
    text = client.get("/en/").content.decode()
    assert "3 sets of data from 2 public bodies" in text
    assert "Open to everybody</dt>" not in text


def test_a_unit_without_an_english_name_is_left_out_of_english_pages(client: Client, town: Town) -> None:
    assert "张" in client.get("/data/care-homes-and-beds").content.decode().split('id="columns"')[1]
    assert "张" not in client.get("/en/data/care-homes-and-beds").content.decode().split('id="columns"')[1]


def test_an_entry_is_found_by_id_and_by_its_short_name_in_both_languages(client: Client, town: Town) -> None:
    for address in (f"/data/{town.care_homes}", "/data/care-homes-and-beds"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Language"] == "zh-Hans"
        assert "<h1>养老机构与床位</h1>" in answer.content.decode()
    assert "<h1>Care homes and beds</h1>" in client.get("/en/data/care-homes-and-beds").content.decode()


@pytest.mark.parametrize("name", ["no-such-entry", "01AAAAAAAAAAAAAAAAAAAAAAAA"])
def test_an_unknown_entry_and_one_that_is_not_for_you_answer_alike(client: Client, town: Town, name: str) -> None:
    unknown, hidden = client.get(f"/data/{name}"), client.get(f"/data/{town.allowances}")
    assert unknown.status_code == hidden.status_code == 404
    assert unknown.content.decode().replace(name, "") == hidden.content.decode().replace(town.allowances, "")


def test_the_table_of_columns_says_what_the_public_gets(client: Client, town: Town) -> None:
    text = client.get("/en/data/care-homes-and-beds").content.decode()
    assert "no numbers under 10" in text
    assert "first character only" in text
    assert text.count("as it is") == 4


def test_an_entry_on_conditions_tells_how_to_ask_and_offers_no_download(client: Client, town: Town) -> None:
    text = client.get("/en/data/register-of-car-parks").content.decode()
    assert "strip--shut" in text
    assert "Say what for; not for advertising." in text
    assert "download.csv" not in text
    assert "as it is" not in text
    assert "<td>on conditions</td>" in text


def test_an_officer_sees_the_entry_that_the_public_does_not(town: Town) -> None:
    with pytest.raises(Missing, match="entry_unknown"):
        selectors.entry_page(ANYBODY, town.allowances, now=now())
    assert selectors.entry_page(town.officer, town.allowances, now=now()).entry.title_zh == "高龄津贴发放名单"


SCENARIO = replace(
    PARKING,
    kind=Kind.SCENARIO,
    scenario_field="smart-parking",
    title=Text(zh="智慧停车", en="Smart parking"),
    items=(),
)


@pytest.mark.parametrize(
    ("prefix", "own", "later"),
    [
        ("", "应用场景，本身没有数据", "还没有数据，计划有条件开放，要申请"),
        ("/en", "Scenario, no data of its own", "No data yet; planned: open on conditions, on request"),
    ],
)
def test_an_entry_without_data_says_so_in_one_statement(
    client: Client, town: Town, prefix: str, own: str, later: str
) -> None:
    published(town.city, SCENARIO, now=now())
    index_tick()
    slugs = {"smart-parking": own, "register-of-car-parks": later}
    said = r'<li class="gatetag"><svg.*?</svg><b>(.*?)</b></li>'
    for slug, words in slugs.items():
        page = client.get(f"{prefix}/data/{slug}").content.decode()
        assert re.findall(said, page) == [words]
        assert not re.search("Open to everybody|无条件开放|no data loaded|没有入湖", page)
    found = client.get(f"{prefix}/data", {"q": "停车"}).content.decode().split('<section class="c9"', 1)[1]
    shown = dict(re.findall(rf'<a href="{prefix}/data/([\w-]+)".*?{said}', found))
    assert {slug: shown[slug] for slug in slugs} == slugs
    assert next(iter(shown)) == "public-car-parks"
    home = client.get(f"{prefix}/").content.decode()
    assert all(f"<b>{words}</b>" in home for words in slugs.values())


def test_data_become_late_by_the_limit_of_their_frequency(town: Town) -> None:
    moment = now()
    assert not selectors.entry_page(ANYBODY, town.care_homes, now=moment).fresh.late
    later = selectors.entry_page(ANYBODY, town.care_homes, now=moment + timedelta(days=12)).fresh
    assert later.late_by is not None
    assert later.late_by.days == 3


def test_pages_ask_few_questions_of_the_database(
    client: Client, town: Town, django_assert_max_num_queries: object
) -> None:
    client.get("/data/care-homes-and-beds")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/data/care-homes-and-beds")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/")
