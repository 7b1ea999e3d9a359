"""Every kind of page, in both languages, in usual and larger text, light and dark: nothing for axe to find, nothing too wide."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Reader, reader_in

PAGES = (
    "/", "/data?q=停车", "/data?q=qqqq", "/data/care_homes", "/data/parking_operators", "/query?dataset=care_homes", "/accounts/login", "/design",
    "/nothing-here",
)  # fmt: skip
LANGUAGES = ("", "/en")
VIEWS = ("normal", "elder")
SCHEMES = ("light", "dark")
LOOKS = list(itertools.product(LANGUAGES, VIEWS, SCHEMES))
SMALLER_THAN = """
(least) => [...document.querySelectorAll("body *")].filter(e =>
  e.checkVisibility() && !e.closest("svg") && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
  && parseFloat(getComputedStyle(e).fontSize) < least - 0.1).map(e => `${e.className || e.tagName} ${getComputedStyle(e).fontSize}: ${e.textContent.trim().slice(0, 30)}`)
"""
SMALL_TARGETS = """
(least) => [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")].filter(e => {
  if (!e.checkVisibility() || e.closest("p, .chart, pre") || e.matches(".ds-skip-link")) return false;
  const box = (e.closest("label, .choice") || e).getBoundingClientRect();
  return box.height < least - 0.5;
}).map(e => `${e.tagName} ${Math.round((e.closest("label, .choice") || e).getBoundingClientRect().height)}: ${(e.textContent || e.name).trim().slice(0, 30)}`)
"""


def address(page: str, language: str, view: str, scheme: str) -> str:
    return f"{language}{page}{'&' if '?' in page else '?'}view={view}&scheme={scheme}"


def expect_status(reader: Reader, page: str) -> None:
    """A page that does not exist says so on the console, by design of the browser."""
    if page == "/nothing-here":
        reader.told = [line for line in reader.told if "404" not in line]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("language", "view", "scheme"), LOOKS, ids=lambda part: part or "zh")
def test_axe_finds_nothing(reader: Reader, page: str, language: str, view: str, scheme: str) -> None:
    reader.open(address(page, language, view, scheme))
    expect_status(reader, page)
    assert not reader.faults()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda part: part or "zh")
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_wider_than_a_small_telephone(
    browser: Browser, site: str, page: str, language: str, view: str
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    reader = reader_in(context, site).open(address(page, language, view, "light"))
    width = reader.width()
    context.close()
    assert width <= 320


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda part: part or "zh")
def test_a_page_may_be_magnified_four_times(browser: Browser, site: str, page: str, language: str) -> None:
    """400 % in a window of 1280 pixels leaves 320 by 256."""
    context = browser.new_context(
        viewport={"width": 320, "height": 256}, device_scale_factor=4, reduced_motion="reduce"
    )
    reader = reader_in(context, site).open(address(page, language, "normal", "light"))
    width = reader.width()
    context.close()
    assert width <= 320


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda part: part or "zh")
def test_larger_text_is_larger_everywhere(reader: Reader, page: str, language: str) -> None:
    reader.open(address(page, language, "elder", "light"))
    expect_status(reader, page)
    assert not reader.page.evaluate(SMALLER_THAN, 24)
    assert not reader.page.evaluate(SMALL_TARGETS, 44)


@pytest.mark.parametrize("page", PAGES)
def test_text_is_nowhere_smaller_than_the_smallest_step(reader: Reader, page: str) -> None:
    reader.open(address(page, "", "normal", "light"))
    expect_status(reader, page)
    assert not reader.page.evaluate(SMALLER_THAN, 13)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda part: part or "zh")
def test_a_page_says_all_without_scripts(browser: Browser, site: str, page: str, language: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page_ = context.new_page()
    page_.goto(f"{site}{language}{page}")
    assert page_.locator("h1").count() == 1
    assert page_.locator("details.table:not([open])").count() == 0
    assert page_.locator("[hidden]").count() == 0
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
    assert reader.page.url.endswith("/en/design")
    assert reader.page.locator("html").get_attribute("lang") == "en"


def test_on_a_telephone_the_menu_opens_and_closes_by_keyboard(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site}/en/design", wait_until="networkidle")
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
    reader.page.wait_for_load_state("networkidle")
    assert reader.page.evaluate("document.activeElement.classList.contains('ds-error-summary')")
    reader.page.locator("form").filter(has=reader.page.locator("#plain-until")).get_by_role(
        "link", name="Write it like 2027-06-30."
    ).click()
    assert reader.page.evaluate("document.activeElement.id") == "plain-until"
