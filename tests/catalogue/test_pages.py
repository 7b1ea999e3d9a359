from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from django.test import Client

from kaimen.catalogue import selectors, services
from kaimen.core.metadata.canonical import to_json
from kaimen.core.metadata.entry import Text
from tests.accounts.people import Officer, body, officer, signed_in
from tests.catalogue.city import ALLOWANCES, ASSESSED, NO_PI, NOW, PARKING, City, actor


@dataclass
class Office:
    steward: Officer
    head: Officer
    reviewer: Officer
    stranger: Officer
    city: City

    def browser(self, who: Officer) -> Client:
        return signed_in(who.account, hat=who.appointment)


@pytest.fixture
def office(transactional_db: None, home: object) -> Office:
    del transactional_db, home
    services.forget_indexer()
    transport, civil, authority = body("transport"), body("civil"), body("authority", is_authority=True)
    steward, head, reviewer, stranger = (
        officer("steward", transport), officer("department_head", transport), officer("authority_reviewer", authority), officer("steward", civil),
    )  # fmt: skip
    city = City(
        transport=steward.actor.institution, civil=stranger.actor.institution, authority=reviewer.actor.institution, steward=steward.actor,
        head=head.actor, reviewer=reviewer.actor, civil_steward=stranger.actor, civil_head=head.actor, citizen=actor("applicant", None),
    )  # type: ignore[arg-type]  # fmt: skip
    return Office(steward, head, reviewer, stranger, city)


def test_a_stranger_finds_a_published_entry_by_two_characters_and_by_an_english_word(office: Office) -> None:
    from tests.catalogue.city import published

    published(office.city)
    published(office.city, ALLOWANCES)
    services.index_tick()
    page = Client().get("/data", {"q": "停车"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "公共<mark>停车</mark>场基本信息" in text
    assert "/data/public-car-parks" in text
    assert "津贴" not in text
    english = Client().get("/en/data", {"q": "parking", "open": "1"}).content.decode()
    assert "Public car parks" in english
    assert 'value="1" checked' in english
    nothing = Client().get("/data", {"q": "津贴"})
    assert (nothing.status_code, "高龄津贴发放名单" in nothing.content.decode()) == (200, False)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("sort=luck", 422),
        ("q=" + "停" * 300, 422),
        ("utm_source=x", 200),
    ],
)
def test_bad_search_addresses_are_told(office: Office, query: str, status: int) -> None:
    services.index_tick()
    assert Client().get(f"/data?{query}").status_code == status


@pytest.mark.parametrize("page", ["0", "-1", "abc", "", "1.5", "9", "99999", "9" * 400, "٣"])
def test_an_address_that_names_no_page_shows_one_that_is_there(office: Office, page: str) -> None:
    from tests.catalogue.city import published

    published(office.city)
    services.index_tick()
    shown = Client().get("/data", {"page": page})
    assert shown.status_code == 200
    assert "/data/public-car-parks" in shown.content.decode()


def test_an_entry_is_compiled_reviewed_and_published_on_pages(office: Office) -> None:
    steward, head, reviewer = (office.browser(who) for who in (office.steward, office.head, office.reviewer))
    about = {
        "kind": "dataset", "title_zh": "公共停车场", "title_en": "Car parks", "description_zh": "全市公共停车场的位置、车位数和收费，含无障碍车位。",
        "description_en": "Car parks of the city", "keywords_zh": "停车，车位", "keywords_en": "parking", "themes": ["transport"],
    }  # fmt: skip
    made = steward.post("/catalogue/new", about)
    assert made.status_code == 302
    entry = made.url.split("/")[2]
    place = f"/catalogue/{entry}"
    page = steward.get(f"{place}/edit/columns").content.decode()
    assert "Take the columns" in page or "从文件" in page
    with_head = _file("编号,name,places\n007,甲,12\n008,乙,30\n".encode("gb18030"))
    assert steward.post(f"{place}/columns", {"file": with_head}).status_code == 302
    items = selectors.working(office.steward.actor, entry, now=NOW).body.items
    assert [(item.column, item.data_type) for item in items] == [("编号", "C"), ("name", "C"), ("places", "I")]
    rows = {
        "items-TOTAL_FORMS": "3",
        "items-INITIAL_FORMS": "3",
        "items-MIN_NUM_FORMS": "0",
        "items-MAX_NUM_FORMS": "500",
    }
    for place_, (item, english) in enumerate(zip(items, ("Number", "Name", "Places"), strict=True)):
        rows |= {
            f"items-{place_}-column": item.column, f"items-{place_}-name_zh": item.name_zh or item.column, f"items-{place_}-name_en": english,
            f"items-{place_}-data_type": item.data_type, f"items-{place_}-level": "1", f"items-{place_}-pi_class": "none",
        }  # fmt: skip
    assert steward.post(f"{place}/edit/columns", rows).url.endswith("/edit/facts")
    facts = {
        "item_class": "213", "sub_item": "001", "category": "place", "format_class": "2", "formats": ["csv"], "update_frequency": "4",
        "spatial": ["110000"],
    }  # fmt: skip
    assert steward.post(f"{place}/edit/facts", facts).url.endswith("/edit/terms")
    assert steward.post(f"{place}/do/check").status_code == 302
    assert selectors.state_of(office.steward.actor, entry)[0] == "draft"  # the terms are missing
    terms = {
        "share_type": "1",
        "share_methods": ["api"],
        "open_type": "1",
        "licence": "km-open-1",
        "visibility": "public",
        "level": "1",
    }
    assert steward.post(f"{place}/edit/terms", terms).url.endswith("/edit/duties")
    assert steward.post(f"{place}/edit/duties", {"secrecy": "on", "secrecy_on": "2026-11-01"}).url == place
    assert steward.post(f"{place}/do/check").status_code == 302
    assessed = {"document": "保评-1", "on": "2026-11-01", "result": "通过", "no_pi_zh": "没有个人信息"}
    assert steward.post(f"{place}/do/assess", {}).status_code == 422
    assert steward.post(f"{place}/do/assess", assessed).status_code == 302
    assert head.post(f"{place}/do/head_approve").status_code == 302
    assert steward.post(f"{place}/do/submit").status_code == 302
    assert (
        reviewer.post(f"{place}/do/decide", {"verdict": "return"}).status_code == 302
    )  # no fault named: told, nothing done
    assert selectors.state_of(office.steward.actor, entry)[0] == "submitted"
    assert reviewer.get(place).status_code == 200
    assert reviewer.post(f"{place}/do/decide", {"verdict": "approve"}).status_code == 302
    assert selectors.published(entry).title_en == "Car parks"
    for client in (steward, head, reviewer):
        shown = client.get(place)
        assert shown.status_code == 200
        assert "Car parks" in shown.content.decode()
    assert entry in steward.get("/catalogue").content.decode()


def test_pages_of_the_working_side_are_for_those_who_work_there(office: Office) -> None:
    entry = services.draft(PARKING, by=office.steward.actor, now=NOW)
    stranger = office.browser(office.stranger)
    unknown = "01JD000000000000000000000X"
    for path in ("", "/edit/about", "/diff?before=1&after=1"):
        theirs, none = (stranger.get(f"/catalogue/{one}{path}") for one in (entry, unknown))
        assert theirs.status_code == none.status_code == 404
        assert theirs.content.decode().replace(entry, "") == none.content.decode().replace(unknown, "")
        assert Client().get(f"/catalogue/{entry}{path}").status_code in {302, 401, 403}
    assert stranger.post(f"/catalogue/{entry}/do/check").status_code == 404
    assert office.browser(office.head).get("/catalogue/new").status_code == 403


def test_four_eyes_hold_on_pages_too(office: Office) -> None:
    entry = services.draft(PARKING, by=office.steward.actor, now=NOW)
    services.check(entry, by=office.steward.actor, now=NOW)
    services.assess(entry, confidentiality=ASSESSED, pi=NO_PI, by=office.steward.actor, now=NOW)
    services.head_approve(entry, by=office.head.actor, now=NOW)
    services.submit(entry, by=office.steward.actor, now=NOW)
    second_hat = officer("authority_reviewer", office.reviewer.appointment.institution, account=office.steward.account)
    browser = signed_in(office.steward.account, hat=second_hat.appointment)
    assert browser.get(f"/catalogue/{entry}").status_code == 200
    assert browser.post(f"/catalogue/{entry}/do/decide", {"verdict": "approve"}).status_code == 403
    assert selectors.state_of(office.steward.actor, entry)[0] == "submitted"


def test_two_versions_are_compared(office: Office) -> None:
    from tests.catalogue.city import onwards, published

    entry = published(office.city)
    services.change(entry, reason="改名", by=office.steward.actor, now=NOW)
    renamed = replace(PARKING, title=Text(zh="停车场", en="Car parks"))
    services.draft(renamed, entry_id=entry, by=office.steward.actor, now=NOW)
    onwards(office.city, entry, renamed, steward=office.steward.actor, head=office.head.actor)
    page = office.browser(office.steward).get(f"/catalogue/{entry}/diff?before=1&after=2")
    assert page.status_code == 200
    assert "公共停车场基本信息" in page.content.decode()
    assert office.browser(office.steward).get(f"/catalogue/{entry}/diff?before=1&after=9").status_code == 404


def test_the_api_searches_reads_and_refuses_what_it_does_not_know(office: Office) -> None:
    from tests.catalogue.city import published

    entry = published(office.city, replace(PARKING, contact=replace(PARKING.contact, telephone="12345")))
    closed = published(office.city, ALLOWANCES)
    services.index_tick()
    client = Client()
    found = client.get("/api/v1/entries", {"q": "停车", "theme": "transport"}).json()
    assert (found["total"], [one["slug"] for one in found["entries"]]) == (1, ["public-car-parks"])
    assert {code["code"]: code["count"] for code in found["facets"]["open"]} == {"1": 1}
    one = client.get(f"/api/v1/entries/{entry}").json()
    assert one["body"]["title"] == {"zh": PARKING.title.zh, "en": PARKING.title.en}
    assert "secrecy_declaration" not in one["body"]
    assert client.get("/api/v1/entries/public-car-parks/versions").json()[0]["digest"] == one["digest"]
    answers = [client.get(f"/api/v1/entries/{name}") for name in (closed, "nothing-of-that-name")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    assert client.get("/api/v1/entries", {"visible_to": "gov"}).json()["code"] == "filter_unknown"
    assert client.get("/api/v1/entries/suggest", {"q": "gonggong"}).json()[0]["slug"] == "public-car-parks"


def test_an_entry_is_made_by_the_api(office: Office) -> None:
    steward = office.browser(office.steward)
    asked = {"body": to_json(PARKING), "slug": "car-parks"}
    made = steward.post("/api/v1/entries", asked, content_type="application/json")
    assert made.status_code == 201
    entry = made.json()["id"]
    wrong = steward.post("/api/v1/entries", {"body": {"colour": "red"}}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["facts"]) == (422, "entry_field", {"field": "colour"})
    saved = steward.put(
        f"/api/v1/entries/{entry}/draft", {"body": to_json(PARKING), "revision": 1}, content_type="application/json"
    )
    assert saved.json() == {"id": entry, "revision": 2}
    stale = steward.put(
        f"/api/v1/entries/{entry}/draft", {"body": to_json(PARKING), "revision": 1}, content_type="application/json"
    )
    assert stale.json()["code"] == "catalogue.stale_draft"
    assert steward.post(f"/api/v1/entries/{entry}/check", content_type="application/json").status_code == 200
    shown = steward.get(f"/api/v1/entries/{entry}/draft").json()
    assert (shown["state"], shown["verbs"]) == ("checked", ["save", "assess"])
    assert Client().post("/api/v1/entries", asked, content_type="application/json").status_code in {401, 403}
    assert office.browser(office.stranger).get(f"/api/v1/entries/{entry}/draft").status_code == 404


def test_list_pages_ask_a_fixed_number_of_questions(office: Office, django_assert_max_num_queries: object) -> None:
    from tests.catalogue.city import published

    for number in range(4):
        published(office.city, replace(PARKING, title=Text(zh=f"停车场 {number}", en=f"Car parks {number}")))
    services.index_tick()
    client = Client()
    client.get("/data?q=停车")
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        client.get("/data?q=停车")
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        client.get("/api/v1/entries?q=停车")
    browser = office.browser(office.steward)
    browser.get("/catalogue")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        browser.get("/catalogue")


def _file(content: bytes) -> object:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("a.csv", content)
