"""The duties on their pages: every one with its place, value and sureness; an officer of the authority sets another value, openly."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from kaimen.compliance import selectors
from kaimen.compliance.words import value_in_words
from kaimen.core.policy.party import ANYBODY
from kaimen.evidence.models import Entry
from kaimen.office import services as clocks
from kaimen.office.models import RuleSetting
from kaimen.office.selectors import rules
from kaimen.web.now import now
from tests.compliance.conftest import Office
from tests.compliance.test_law import HAN, main_of

pytestmark = pytest.mark.django_db
WHY = "The answer is promised in eight days."


def today() -> str:
    return rules().calendar.day(now()).isoformat()


def form(**more: str) -> dict[str, str]:
    return {"numbers": "8", "since": today(), "reason": WHY} | more


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_duty_stands_in_its_workflow(client: Client, prefix: str) -> None:
    page = main_of(client.get(f"{prefix}/law/rules").text)
    law = rules()
    assert set(re.findall(r'href="(?:/en)?/law/rules/([A-Z0-9-]+)"', page)) == law.rules.keys()
    assert page.count('<h2 id="w-') == len({rule.workflow for rule in law.rules.values()})


def test_a_duty_says_value_place_and_how_sure_we_are(client: Client) -> None:
    english = main_of(client.get("/en/law/rules/SHR-03").text)
    for words in (
        "10 working days",
        "Government Data Sharing Regulations art. 21",
        "read in the text itself",
        "can be extended once, up to 10 working days",
        "pauses while papers are completed",
        "providing body",
    ):
        assert words in english, words
    assert not HAN.search(english)
    assert "10 个工作日" in client.get("/law/rules/SHR-03").text
    assert "《政务数据共享条例》第21条" in client.get("/law/rules/SHR-03").text


def test_english_lists_hold_no_chinese(client: Client) -> None:
    assert not HAN.search(main_of(client.get("/en/law/rules").text))


@pytest.mark.parametrize(
    ("unit", "numbers", "english", "chinese"),
    [
        ("working_days", (1,), "1 working day", "1 个工作日"),
        ("working_days", (10,), "10 working days", "10 个工作日"),
        ("month_day", (3, 31), "31 March", "3 月 31 日"),
        ("persons", (1_000_000, 10_000), "1,000,000 or 10,000 persons", "100 万、1 万人"),
        ("years", (3,), "3 years", "3 年"),
        ("hours", (1,), "1 hour", "1 小时"),
    ],
)
def test_values_are_written_as_people_write_them(
    unit: str, numbers: tuple[int, ...], english: str, chinese: str
) -> None:
    with translation.override("en"):
        assert value_in_words(unit, numbers) == english
    with translation.override("zh-hans"):
        assert value_in_words(unit, numbers) == chinese


def test_filters_narrow_the_list() -> None:
    every = selectors.duties(now=now())
    assert len(every.found) == 195
    sharing = selectors.duties(workflow="sharing_request", kind="timer", sure="text_read", now=now())
    assert {rule.id for rule in sharing.found} >= {"SHR-02", "SHR-03"}
    assert {rule.workflow for rule in sharing.found} == {"sharing_request"}
    assert {rule.id for rule in selectors.duties(text="shr-03", now=now()).found} == {"SHR-03"}
    assert selectors.duties(text="sharing REGULATIONS art. 21 supplied", now=now()).found == ()


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/en/law/rules/SHR-99", 404, "There is no such rule"),
        ("/en/law/rules/SHR 03", 404, "no such page"),
        ("/en/law/rules?workflow=nothing", 422, "is not in the list"),
        ("/en/law/rules?kind=nothing", 422, "is not in the list"),
        ("/en/law/rules?sure=very", 422, "is not in the list"),
        ("/en/law/rules?q=" + "a" * 201, 422, "too long"),
    ],
)
def test_bad_input_is_told(client: Client, address: str, status: int, words: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, words in answer.text) == (status, True)


def test_the_lists_ask_the_database_for_little(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/law/rules")
    with django_assert_num_queries(2):
        client.get("/law/rules?kind=timer")
    with django_assert_num_queries(4):
        client.get("/law/rules/SHR-03")


def test_a_reviewer_sets_a_tighter_value_and_everybody_reads_it(office: Office, client: Client) -> None:
    reviewer = office.browser(office.reviewer)
    assert "Set another value" in reviewer.get("/en/law/rules/SHR-03").text
    assert "Set another value" not in client.get("/en/law/rules/SHR-03").text
    assert "Set another value" not in office.browser(office.head).get("/en/law/rules/SHR-03").text
    entries = Entry.objects.count()
    saved = reviewer.post("/en/law/rules/SHR-03/set", form(), follow=True)
    assert saved.redirect_chain == [("/en/law/rules/SHR-03", 302)]
    assert "<h1>8 working days" in saved.text
    assert Entry.objects.count() == entries + 1
    public = main_of(client.get("/en/law/rules/SHR-03").text)
    assert "an internal target" in public
    assert WHY in public
    name = office.reviewer.account.person
    shown = selectors.duty("SHR-03", by=office.reviewer.actor, now=now()).own[0].person
    assert shown
    assert shown not in client.get("/law/rules/SHR-03").text
    assert shown not in main_of(office.browser(office.head).get("/law/rules/SHR-03").text)
    assert shown in reviewer.get("/law/rules/SHR-03").text
    assert str(name.pk) == RuleSetting.objects.get().person


@pytest.mark.parametrize(
    ("rule", "sent", "status", "words"),
    [
        ("SHR-03", {"numbers": "11"}, 403, "not made longer here"),
        ("SHR-03", {"reason": " "}, 422, "This field is required"),
        ("SHR-03", {"since": "2020-01-01"}, 422, "from today on"),
        ("SHR-03", {"since": "soon"}, 422, "Write the day like"),
        ("SHR-03", {"numbers": "ten"}, 422, "Write whole numbers"),
        ("SHR-03", {"numbers": "0"}, 422, "cannot hold that value"),
        ("SHR-03", {"numbers": "3, 4"}, 422, "counted otherwise"),
        ("OPN-11", {"numbers": "02-31"}, 422, "cannot hold that value"),
        ("SHR-01", {}, 422, "cannot hold that value"),
        ("SHR-99", {}, 404, "no such rule"),
    ],
)
def test_what_is_refused_stays_beside_its_field(
    office: Office, rule: str, sent: dict[str, str], status: int, words: str
) -> None:
    answer = office.browser(office.reviewer).post(f"/en/law/rules/{rule}/set", form(**sent))
    assert (answer.status_code, words in answer.text) == (status, True)
    assert ("ds-error-summary" in answer.text) == (status != 404)
    assert not RuleSetting.objects.exists()


def test_two_values_from_one_day_are_refused(office: Office) -> None:
    browser = office.browser(office.reviewer)
    assert browser.post("/en/law/rules/SHR-03/set", form()).status_code == 302
    again = browser.post("/en/law/rules/SHR-03/set", form(numbers="7"))
    assert (again.status_code, "a value from that day already" in again.text) == (422, True)


def test_other_roles_set_nothing(office: Office, client: Client) -> None:
    assert office.browser(office.head).post("/law/rules/SHR-03/set", form()).status_code == 403
    assert client.post("/law/rules/SHR-03/set", form()).status_code == 302  # to the sign-in
    assert office.browser(office.reviewer).get("/law/rules/SHR-03/set").status_code == 405
    assert not RuleSetting.objects.exists()


def test_clocks_are_shown_as_a_number(client: Client) -> None:
    at = now() - timedelta(hours=1)
    for case in ("R1", "R2"):
        with transaction.atomic():
            clocks.start_clock(
                "SHR-03", case_kind="sharing_request", case=case, title_zh="答复", title_en="Answer", url="/desk",
                institution="water", role="office_head", at=at, now=at,
            )  # fmt: skip
    assert selectors.duty("SHR-03", by=ANYBODY, now=now()).clocks == 2
    assert 'Clocks running by it</dt><dd class="num">2</dd>' in client.get("/en/law/rules/SHR-03").text


def test_another_pack_fills_the_same_pages(client: Client, office: Office, settings: Settings) -> None:
    settings.KAIMEN_PACK = "tiny"
    page = main_of(client.get("/en/law/rules").text)
    assert "SHR-03" in page
    assert "GDS" not in page
    assert not HAN.search(page)
    assert client.get("/law/rules/CAT-01").status_code == 404
    saved = office.browser(office.reviewer).post("/en/law/rules/SHR-03/set", form(numbers="40"))
    assert saved.status_code == 302, "what is a choice of the pack is free"
