"""The articles of the law on their pages: all of them, in both languages, narrowed without scripts, with no state that was not measured."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from kaimen.compliance import selectors, words
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.rules import RuleBook
from kaimen.engines.packs import book

pytestmark = pytest.mark.django_db
HAN = re.compile(r"[一-鿿]")


def main_of(page: str) -> str:
    return page.split("<main", 1)[1].split("</main", 1)[0]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_article_is_a_brick_and_a_line(client: Client, prefix: str) -> None:
    page = main_of(client.get(f"{prefix}/law").text)
    assert page.count('class="brick brick--') == 58
    assert page.count('<td class="num nowrap"><a href=') == 58
    assert page.count("<tbody>") == 9
    for control in selectors.law().book.controls:
        assert control in page


def test_the_page_says_that_nothing_was_measured(client: Client) -> None:
    assert "has not run yet" in client.get("/en/law").text
    assert "还没有运行" in client.get("/law").text
    one = client.get("/en/law/16").text
    assert "has not run yet" in one
    assert "BJ-16" in one


def test_english_pages_hold_no_chinese(client: Client) -> None:
    for path in ("law", "law/16", "law/1", "law/48"):
        assert not HAN.search(main_of(client.get(f"/en/{path}").text)), path
        assert client.get(f"/{path}").status_code == 200


def test_a_force_and_words_narrow_the_list_and_fade_the_rest_of_the_wall(client: Client) -> None:
    page = main_of(client.get("/en/law?force=ban").text)
    assert page.count("brick--out") == 56
    assert page.count('<td class="num nowrap"><a href=') == 2
    assert 'value="ban" selected' in page
    nothing = main_of(client.get("/en/law?q=zebra").text)
    assert "No article holds all of these words" in nothing
    assert selectors.law(text="目录").found == selectors.law(text=" 目录 ").found != frozenset()
    assert selectors.law(text="CATALOGUE bj-16").found <= {16}


def test_an_article_leads_to_its_neighbours(client: Client) -> None:
    page = client.get("/law/16").text
    assert 'href="/law/15"' in page
    assert 'href="/law/17"' in page
    assert 'href="/law/0"' not in client.get("/law/1").text
    assert 'href="/law/59"' not in client.get("/law/58").text


@pytest.mark.parametrize(
    ("address", "status", "words_"),
    [
        ("/en/law/59", 404, "The law has no such article"),
        ("/en/law/0", 404, "The law has no such article"),
        ("/en/law?force=soft", 422, "is not in the list"),
        ("/en/law?q=" + "a" * 201, 422, "too long"),
    ],
)
def test_bad_input_is_told(client: Client, address: str, status: int, words_: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, words_ in answer.text) == (status, True)


def test_the_pages_ask_the_database_for_little(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for path in ("/law", "/law?force=must&q=数据", "/law/16"):
        client.get(path)
        with django_assert_num_queries(3):
            assert client.get(path).status_code == 200


def test_another_pack_fills_the_same_pages(client: Client, settings: Settings) -> None:
    settings.KAIMEN_PACK = "tiny"
    page = main_of(client.get("/en/law").text)
    assert page.count('class="brick brick--') == 3
    assert "RV-01" in page
    assert "BJ-" not in page
    with pytest.raises(KaimenError) as told:
        selectors.article(16)
    assert (told.value.code, told.value.status) == ("article_unknown", 404)
    assert {rule.id for rule in selectors.article(1).duties} == {"CAT-06P", "CAT-07", "CAT-08"}
    assert "CAT-06P" in client.get("/en/law/1").text


@pytest.mark.parametrize("pack", ["cn_beijing", "tiny"])
def test_every_code_of_a_shipped_pack_has_its_words(pack: str) -> None:
    law: RuleBook = book(pack, "Asia/Shanghai")
    rules, clauses, controls = law.rules.values(), law.clauses.values(), law.controls.values()
    assert {clause.force for clause in clauses} <= words.FORCES.keys()
    assert words.FORCES.keys() == words.FORCE_ICONS.keys()
    parties = {rule.responsible for rule in rules} | {one for clause in clauses for one in clause.obliged}
    assert parties <= words.PARTIES.keys()
    parts = {one for clause in clauses for one in clause.functions} | {
        one for control in controls for one in control.rooms
    }
    assert parts <= words.PARTS.keys()
    assert {kind for control in controls for kind in control.kinds} <= words.LOOKS.keys()
    assert {rule.workflow for rule in rules} <= words.WORKFLOWS.keys()
    assert {rule.kind.value for rule in rules} <= words.KINDS.keys()
    assert {rule.verified.value for rule in rules} <= words.SURE.keys()
    assert {stop.value for rule in rules for stop in rule.stops} <= words.STOPS.keys()
    assert {value.unit for rule in rules for value in rule.values} <= words.UNITS.keys() | {"month_day"}


@pytest.mark.django_db
def test_the_duties_of_other_texts_by_which_an_article_is_carried_out_stand_with_it() -> None:
    page = Client().get("/en/law/19").text
    assert "Duties of other texts by which it is carried out" in page
    assert '<a class="nowrap" href="/en/law/rules/ZON-01">ZON-01</a>' in page
    told = Client().get("/api/v1/compliance/clauses/19").json()
    assert told["duties"] == [] and {"ZON-01", "ZON-02", "ZON-06"} <= set(told["carried"])
    assert Client().get("/api/v1/compliance/clauses/9").json()["carried"] == []


def test_what_carries_an_article_out_are_workflows_of_the_pack() -> None:
    from kaimen.cases.selectors import workflows
    from kaimen.office.selectors import rules

    assert {flow for one in rules().controls.values() for flow in one.carried} <= set(workflows())
