"""An installation without the statutory review: a library, a company. What is handed in is published at once, and says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from kaimen.catalogue import controls, selectors, services
from kaimen.catalogue.models import Entry, EntryVersion, IndexFeed
from kaimen.core.errors import Invalid, Refused
from kaimen.core.metadata.entry import Body, Kind, PiClass, Text, Visibility
from kaimen.office.models import DeskItem
from tests.catalogue.city import ASSESSED, NO_PI, NOW, PARKING, City, actor, an_item, published

BARE = Body(kind=Kind.DATASET, title=Text(zh="借阅记录统计"), open_type=1, visibility=Visibility.PUBLIC)


@pytest.fixture
def off(settings: object) -> None:
    settings.KAIMEN_REVIEW = "off"  # type: ignore[attr-defined]


def test_under_the_law_a_text_that_is_handed_in_waits(city: City) -> None:
    put = services.put(PARKING, by=city.steward, now=NOW)
    assert put.version is None
    assert Entry.objects.get(pk=put.entry).state == "draft"


def test_under_the_law_a_published_entry_is_taken_up_again_for_a_reason(city: City) -> None:
    entry = published(city)
    text = replace(PARKING, keywords_zh=("停车", "泊位"))
    with pytest.raises(Invalid) as invalid:
        services.put(text, by=city.steward, now=NOW, entry_id=entry)
    assert invalid.value.code == "reason_needed"
    assert services.put(text, by=city.steward, now=NOW, entry_id=entry, reason="改关键词").version is None
    assert selectors.published(entry).body.keywords_zh == PARKING.keywords_zh
    assert Entry.objects.get(pk=entry).state == "draft"


def test_without_review_it_is_published_at_once_and_says_so(city: City, off: None) -> None:
    put = services.put(BARE, by=city.steward, now=NOW, slug="loans")
    found = selectors.published("loans")
    assert (put.version, found.version, found.reviewed) == (1, 1, False)
    assert found.code == "300000/000001"
    assert IndexFeed.objects.filter(entry_id=put.entry).exists()
    assert any(part.failing for part in controls.reviewed(NOW))


def test_without_review_a_second_text_is_a_second_version(city: City, off: None) -> None:
    put = services.put(BARE, by=city.steward, now=NOW)
    text = replace(BARE, title=Text(zh="借阅记录月报"))
    again = services.put(text, by=city.steward, now=NOW, entry_id=put.entry, reason="改名")
    assert again.version == 2
    assert list(EntryVersion.objects.order_by("n").values_list("n", "reviewed")) == [(1, False), (2, False)]


def test_submitting_by_hand_publishes_too(city: City, off: None) -> None:
    entry = services.draft(PARKING, by=city.steward, now=NOW)
    services.check(entry, by=city.steward, now=NOW)
    services.assess(entry, confidentiality=ASSESSED, pi=NO_PI, by=city.steward, now=NOW)
    services.head_approve(entry, by=city.head, now=NOW)
    services.submit(entry, by=city.steward, now=NOW)
    assert selectors.published(entry).reviewed is False
    assert not DeskItem.objects.filter(closed_at=None).exists()


def test_whoever_goes_the_whole_way_all_the_same_was_reviewed(city: City, settings: object) -> None:
    entry = services.draft(PARKING, by=city.steward, now=NOW)
    services.check(entry, by=city.steward, now=NOW)
    services.assess(entry, confidentiality=ASSESSED, pi=NO_PI, by=city.steward, now=NOW)
    services.head_approve(entry, by=city.head, now=NOW)
    services.submit(entry, by=city.steward, now=NOW)
    settings.KAIMEN_REVIEW = "off"  # type: ignore[attr-defined]  # in the middle of a review
    services.decide(entry, "approve", by=city.reviewer, now=NOW)
    assert selectors.published(entry).reviewed is True


def test_the_authoritys_publication_is_no_way_around_the_steward(city: City, off: None) -> None:
    entry = services.draft(PARKING, by=actor("steward", city.authority), now=NOW)
    with pytest.raises(Refused) as refused:
        services.publish(entry, by=city.reviewer, now=NOW)
    assert refused.value.code == "lifecycle"


def test_an_id_from_elsewhere_is_kept_once(city: City, off: None) -> None:
    wanted = "01J9ZC4TWQ8Y5V2K7M3N6P0RSA"
    assert services.put(BARE, by=city.steward, now=NOW, wanted_id=wanted).entry == wanted
    for taken in (wanted, "no-ulid"):
        with pytest.raises(Invalid) as invalid:
            services.put(replace(BARE, title=Text(zh="另一个")), by=city.steward, now=NOW, wanted_id=taken)
        assert invalid.value.code == "catalogue.id_taken"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            replace(
                BARE, items=(an_item("reader", "读者", "Reader", pi_class=PiClass.GENERAL, identifier_kind="direct"),)
            ),
            "V21",
        ),
        (replace(BARE, update_frequency="often"), "V30"),
        (replace(BARE, items=(an_item("a", "甲", "A"), an_item("a", "乙", "B"))), "V29"),
        (replace(BARE, title=Text()), "V01"),
    ],
)
def test_what_no_installation_waives_stops_it_and_nothing_is_written(
    city: City, off: None, text: Body, rule: str
) -> None:
    with pytest.raises(Invalid) as invalid:
        services.put(text, by=city.steward, now=NOW)
    assert rule in invalid.value.details["rules"]
    assert not Entry.objects.exists()


def test_nobody_but_a_steward_hands_in(city: City, off: None) -> None:
    with pytest.raises(Refused):
        services.put(BARE, by=city.citizen, now=NOW)


@pytest.mark.parametrize(("prefix", "told"), [("", "未经审核"), ("/en", "not reviewed")])
def test_its_page_says_so(city: City, off: None, client: Client, prefix: str, told: str) -> None:
    services.put(BARE, by=city.steward, now=NOW, slug="loans")
    assert told in client.get(f"{prefix}/data/loans").content.decode()


def test_a_reviewed_one_says_nothing_of_it(city: City, client: Client) -> None:
    published(city)
    page = client.get("/en/data/public-car-parks")
    assert page.status_code == 200
    assert "not reviewed" not in page.content.decode()
