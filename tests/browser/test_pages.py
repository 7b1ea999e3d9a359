"""Every kind of page, in both languages, in usual and larger text, light and dark: nothing for axe to find, nothing too wide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, StorageState

from tests.browser.conftest import Reader, reader_in
from tests.browser.looks import SMALL_TARGETS, SMALLER_THAN, WINDOW, too_wide

LANGUAGES = ("", "/en")
LOOKS = (("normal", "light"), ("elder", "light"), ("normal", "dark"))
STEWARD = "市交通委 数据专员"
AUTHORITY_STEWARD = "市数据局 数据专员"
HELPER = "市政务服务局 窗口代办员"
AUDITOR = "市审计局 审计员"
REVIEWER = "市数据局 数据主管部门审核员"
OPERATOR = "市数据局 平台运行人员"
PROTECTOR = "市民政局 个人信息保护负责人"
ANALYST = "养老数据公司 专区分析员"
LEAD = "养老数据公司 专区运营人员"
TRADER = "市机场集团 交易员"
EXCHANGE = "市数据交易所 交易所审核员"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A page: its address, or the links that lead to it from there; who reads it; what is done on it."""

    address: str
    who: str = ""
    by: tuple[str, ...] = ()
    unfold: str = ""
    """What is opened before the last link is clicked."""
    send_empty: bool = False
    unlike: str = ""
    """A choice that is set to another value before the form is sent: what is offered beforehand is right."""
    status: int = 200


PLACES = {
    "home": Place(address="/"),
    "found": Place(address="/data?q=停车"),
    "not found": Place(address="/data?q=qqqq"),
    "entry": Place(address="/data/care_homes"),
    "entry on conditions": Place(address="/data/parking_operators"),
    "question": Place(address="/query?dataset=care_homes"),
    "log": Place(address="/log"),
    "law": Place(address="/law"),
    "law narrowed": Place(address="/law?force=ban"),
    "article": Place(address="/law/16"),
    "control board": Place(address="/law/board"),
    "article with a word": Place(address="/law/54"),
    "word with errors": Place(address="/law/54", who=REVIEWER, send_empty=True, status=422),
    "duties": Place(address="/law/rules"),
    "duty": Place(address="/law/rules/SHR-03"),
    "working days": Place(address="/law/calendar?year=2026&start=2026-09-28&days=10"),
    "value with errors": Place(address="/law/rules/SHR-03", who=REVIEWER, send_empty=True, status=422),
    "schedules": Place(address="/schedules", who=OPERATOR),
    "schedule": Place(address="/schedules/controls", who=OPERATOR),
    "new schedule": Place(address="/schedules/new", who=OPERATOR),
    "monitor": Place(address="/monitor"),
    "register": Place(address="/monitor/registers/computing"),
    "record": Place(address="/monitor/registers/computing", by=("#records ~ .tbox th a",)),
    "record with errors": Place(address="/monitor/registers/computing/new", who=AUTHORITY_STEWARD, send_empty=True, status=422),
    "sheet with errors": Place(address="/monitor/registers/park/sheet", who=STEWARD, send_empty=True, status=422),
    "indicator": Place(address="/monitor/indicators/pue"),
    "index": Place(address="/monitor/index", who=STEWARD),
    "scorecard": Place(address="/monitor/districts/110108"),
    "scorecard of bodies": Place(address="/monitor/institutions", who=STEWARD),
    "scorecard of a body": Place(address="/monitor/institutions", who=STEWARD, by=("#terms ~ .tbox th a",)),
    "receipt": Place(address="/data/care_homes", by=(".receipt a",)),
    "channels": Place(address="/service/channels"),
    "file for somebody": Place(address="/desk/behalf", who=HELPER),
    "file for somebody with errors": Place(address="/desk/behalf", who=HELPER, send_empty=True, status=422),
    "sign in": Place(address="/accounts/login"),
    "gallery": Place(address="/design"),
    "no such page": Place(address="/nothing-here", status=404),
    "desk": Place(address="/desk", who=STEWARD),
    "people": Place(address="/desk/people", who=STEWARD),
    "account": Place(address="/desk/account", who=STEWARD),
    "plan of openings": Place(address="/plan"),
    "ways to ask": Place(address="/apply"),
    "demands": Place(address="/demands"),
    "demand with errors": Place(address="/cases/new/demand", send_empty=True, status=422),
    "request for information with errors": Place(address="/cases/new/information_request", send_empty=True, status=422),
    "request of a person with errors": Place(address="/cases/new/data_subject_request", send_empty=True, status=422),
    "objection with errors": Place(address="/cases/new/objection?dataset=care_homes", send_empty=True, status=422),
    "application with errors": Place(
        address="/cases/new/open_application?dataset=parking_operators", who=TRADER, send_empty=True, status=422
    ),
    "a body": Place(address="/org/civil"),
    "forgotten password": Place(address="/accounts/password/forgotten"),
    "begun forms": Place(address="/cases/begun", who=STEWARD),
    "case": Place(address="/cases?state=all", who=STEWARD, by=("main tbody a[href*='/cases/']",)),
    "webhooks": Place(address="/cases/webhooks", who=STEWARD),
    "project in a zone": Place(address="/zones/projects", who=ANALYST, by=("main .lines a",)),
    "record to change": Place(
        address="/monitor/registers/computing", who=AUTHORITY_STEWARD, by=("#records ~ .tbox th a", "main a[href$='/edit']")
    ),
    "entry at work": Place(address="/catalogue", who=STEWARD, by=("tbody th a",)),
    "cases": Place(address="/cases?state=all", who=STEWARD),
    "begin": Place(address="/cases/new", who=STEWARD),
    "begin_form": Place(address="/cases/new/sharing_request?dataset=parking_lots", who=STEWARD),
    "agreements": Place(address="/agreements", who=STEWARD),
    "zones": Place(address="/zones"),
    "zone": Place(address="/zones/elder-care", who=LEAD),
    "projects in zones": Place(address="/zones/projects", who=ANALYST),
    "answer in a zone": Place(address="/zones/projects", who=ANALYST, by=("main .lines a", "form[action$='/run'] button")),
    "frozen result": Place(
        address="/zones/projects", who=ANALYST, by=("main .lines a", "form[action$='/freeze'] button"), unfold="main .lines details summary",
    ),
    "exchange": Place(address="/exchange", who=EXCHANGE),
    "exchange for its authority": Place(address="/exchange", who=REVIEWER),
    "notices of registrations": Place(address="/exchange/notices"),
    "products": Place(address="/exchange/products"),
    "product": Place(address="/exchange/products", who=TRADER, by=("main .lead-row a",)),
    "order form with errors": Place(
        address="/exchange/products", who=TRADER, by=("main .lead-row a", "main a.ds-button"), send_empty=True, status=422
    ),
    "orders": Place(address="/exchange/orders", who=TRADER),
    "order": Place(address="/exchange/orders", who=TRADER, by=("tbody th a",)),
    "alerts of the exchange": Place(address="/exchange/alerts", who=EXCHANGE),
    "journal of the exchange": Place(address="/exchange/journal", who=EXCHANGE),
    "admission form": Place(address="/cases/new/trade_party", who=TRADER),
    "officers": Place(address="/officers"),
    "officers of a body": Place(address="/officers/civil", who=AUDITOR),
    "commitments": Place(address="/commitments", who=REVIEWER),
    "commitment": Place(address="/commitments/text"),
    "exports": Place(address="/exports", who=REVIEWER),
    "vendors": Place(address="/vendors", who=REVIEWER),
    "processing": Place(address="/processing"),
    "declared against seen": Place(address="/processing/work", who=REVIEWER),
    "levels": Place(address="/grading", who=PROTECTOR),
    "levels with errors": Place(address="/grading", who=PROTECTOR, by=("tbody th a",), send_empty=True, unlike="main select[name^=level_]", status=422),
    "feeds": Place(address="/lake", who=STEWARD),
    "feed": Place(address="/lake", who=STEWARD, by=("tr:has-text('metro_riders_hourly') th a",)),
    "load with quarantine": Place(
        address="/lake", who=STEWARD, by=("tr:has-text('metro_riders_hourly') th a", "#loads ~ .tbox th a")
    ),
    "held load": Place(address="/lake", who=AUDITOR, by=("tr:has-text('public_events') td a.late",)),
    "catalogue work": Place(address="/catalogue", who=STEWARD),
    "form with errors": Place(address="/catalogue/new", who=STEWARD, send_empty=True, status=422),
    "columns of a draft": Place(
        address="/catalogue?state=draft", who=STEWARD, by=("tbody th a", "main a[href$='/edit/columns']")
    ),
}  # fmt: skip


def address(page: str, language: str, view: str, scheme: str) -> str:
    return f"{language}{page}{'&' if '?' in page else '?'}view={view}&scheme={scheme}"


Become = Callable[[str], StorageState | None]


@pytest.fixture(scope="session")
def become(browser: Browser, site: str) -> Become:
    """The cookies of a person of the demo; each signs in once."""
    known: dict[str, StorageState] = {}

    def cookies(who: str) -> StorageState | None:
        if who and who not in known:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{site}/accounts/login", wait_until="load")
            page.locator("button.role").filter(has_text=who).first.click()
            page.wait_for_url("**/desk")
            known[who] = context.storage_state()
            context.close()
        return known.get(who)

    return cookies


def go(reader: Reader, place: Place, language: str, view: str, scheme: str) -> None:
    """Open the page in this look; it answers with its status."""
    page = reader.page
    reader.open(address(place.address, language, view, scheme))
    for link in place.by:
        if place.unfold and link == place.by[-1]:
            page.locator(place.unfold).first.click()
        with page.expect_navigation(wait_until="load"):
            page.locator(link).first.click()
    if place.unlike:
        page.locator(place.unlike).first.select_option(
            "1" if page.locator(place.unlike).first.input_value() != "1" else "4"
        )
    if place.send_empty:
        with page.expect_navigation(wait_until="load"):
            page.locator("main form button.ds-button:not([name=show])").first.click()
        assert page.locator(".ds-error-summary").count() == 1
    assert page.locator("html").get_attribute("data-view") == ("elder" if view == "elder" else None)
    assert page.locator("html").get_attribute("data-color-scheme") == scheme
    if place.status != 200:  # the browser says so on the console, by design
        reader.told = [line for line in reader.told if str(place.status) not in line]


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("language", LANGUAGES, ids=["zh", "en"])
def test_a_page_in_all_its_looks(browser: Browser, site: str, become: Become, name: str, language: str) -> None:
    """In usual and larger text, light and dark: nothing for axe to find, nothing too small, nothing too wide for a small telephone
    or for a window that is magnified four times, which leaves 320 by 256, nothing said on the console or against the policy.
    Dark colours are the same in both languages and in larger text, and are looked at in one look."""
    place, wrong = PLACES[name], dict[str, object]()
    context = browser.new_context(viewport=WINDOW, reduced_motion="reduce", storage_state=become(place.who))
    reader = reader_in(context, site)
    for view, scheme in LOOKS if not language else LOOKS[:-1]:
        go(reader, place, language, view, scheme)
        wrong[f"axe {view} {scheme}"] = reader.faults(colours_only=scheme == "dark")
        if scheme == "light":
            wrong[f"small text {view}"] = reader.page.evaluate(SMALLER_THAN, 24 if view == "elder" else 13)
            reader.page.set_viewport_size({"width": 320, "height": 256})
            wrong[f"width {view}"] = too_wide(reader)
            reader.page.set_viewport_size(WINDOW)
        if (view, scheme) == ("elder", "light"):
            wrong["small targets"] = reader.page.evaluate(SMALL_TARGETS, 44)
    wrong["policy"] = reader.page.evaluate("window.__policy || []")
    wrong["told"] = reader.told
    context.close()
    assert not {what: found for what, found in wrong.items() if found}


@pytest.mark.parametrize("name", [name for name, place in PLACES.items() if not place.by and not place.send_empty])
def test_a_page_says_all_without_scripts(browser: Browser, site: str, become: Become, name: str) -> None:
    """In one language for each page, in turn: what scripts do has nothing to do with words."""
    place, language = PLACES[name], LANGUAGES[list(PLACES).index(name) % 2]
    context = browser.new_context(java_script_enabled=False, storage_state=become(place.who))
    page = context.new_page()
    page.goto(f"{site}{language}{place.address}")
    assert page.locator("h1").count() == 1
    assert page.locator("details.table:not([open])").count() == 0
    assert page.locator("[hidden]").count() == 0
    context.close()


def test_the_switch_to_larger_text_needs_no_script_and_is_remembered(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/design")
    assert page.locator("html").get_attribute("data-view") is None
    page.get_by_role("link", name="长者版", exact=True).first.click()
    assert page.locator("html").get_attribute("data-view") == "elder"
    page.goto(f"{site}/en/design")
    assert page.locator("html").get_attribute("data-view") == "elder"
    context.close()


def test_tables_of_figures_stand_open_in_larger_text(reader: Reader) -> None:
    reader.open("/design?view=elder")
    assert reader.page.locator("details.table:not([open])").count() == 0
    assert reader.page.locator(".chart svg").count() == 3
    reader.open("/design?view=normal")
    assert reader.page.locator("details.table[open]").count() == 0


def test_language_follows_the_address(reader: Reader) -> None:
    reader.open("/design")
    assert reader.page.locator("html").get_attribute("lang") == "zh-Hans"
    reader.page.get_by_role("link", name="English").first.click()
    reader.page.wait_for_url("**/en/design")
    assert reader.page.locator("html").get_attribute("lang") == "en"


def test_on_a_telephone_the_menu_opens_and_closes_by_keyboard(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site}/en/design", wait_until="load")
    menu = page.locator("details.menu")
    summary = menu.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert summary.evaluate("e => e === document.activeElement")
    context.close()


@pytest.mark.parametrize("language", LANGUAGES, ids=["zh", "en"])
def test_on_a_small_telephone_the_menu_stands_beside_the_name(browser: Browser, site: str, language: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{site}{language}/")
    name, menu = page.locator(".brand").bounding_box(), page.locator("details.menu > summary").bounding_box()
    assert name is not None
    assert menu is not None
    assert name["x"] + name["width"] <= menu["x"]
    assert name["y"] < menu["y"] + menu["height"] / 2 < name["y"] + name["height"]
    assert menu["height"] < 60
    context.close()


def test_a_table_that_is_cut_shows_it_at_its_edge_and_scrolls_by_keyboard(browser: Browser, site: str) -> None:
    """The two covers move with the table, the fades below them do not: no script takes part."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/en/data/care_homes")
    box = page.locator("#look .tbox")
    assert box.evaluate("e => e.scrollWidth > e.clientWidth")
    assert box.evaluate("e => getComputedStyle(e).backgroundAttachment") == "local, local, scroll, scroll, scroll"
    assert box.evaluate("e => getComputedStyle(e).backgroundImage").count("linear-gradient(") == 4
    ground = "e => getComputedStyle(e).backgroundColor"
    hidden = [one.evaluate(ground) for one in box.locator("td.masked").all()]
    assert hidden
    assert all(" / 0.06" in shade for shade in hidden)  # a covered cell lets the fade below it through
    box.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert box.evaluate("e => e.scrollLeft") > 0
    context.close()


def test_skip_link_is_first_and_leads_to_the_content(reader: Reader) -> None:
    reader.open("/en/")
    reader.page.keyboard.press("Tab")
    assert reader.page.evaluate("document.activeElement.className") == "ds-skip-link"
    reader.page.keyboard.press("Enter")
    assert reader.page.evaluate("document.activeElement.id") == "main"


def test_a_form_with_errors_leads_to_them(reader: Reader) -> None:
    reader.open("/en/design")
    reader.page.locator("#plain-until").fill("soon")
    reader.page.get_by_role("button", name="Save, next step").first.click()
    reader.page.wait_for_load_state("load")
    assert reader.page.evaluate("document.activeElement.classList.contains('ds-error-summary')")
    reader.page.locator("form").filter(has=reader.page.locator("#plain-until")).get_by_role(
        "link", name="Write it like 2027-06-30."
    ).click()
    assert reader.page.evaluate("document.activeElement.id") == "plain-until"
