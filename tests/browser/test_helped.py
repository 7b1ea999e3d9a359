"""A helper at work, by keyboard alone; the receipt on the screen in both views, and on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Reader, reader_in
from tests.browser.test_pages import SMALLER_THAN, WINDOW
from tests.browser.test_stories import enter, tab_to

HELPER = "代办员"
FOURTEEN_POINTS = 14 * 96 / 72
LEAST_ON_PAPER = """
() => Math.min(...[...document.querySelectorAll(".receipt-sheet *")].filter(e => e.checkVisibility()
  && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => parseFloat(getComputedStyle(e).fontSize)))
"""


def press(page: Page, selector: str) -> None:
    """Reach a radio or a tick by keyboard and choose it."""
    target = page.locator(selector)
    tab_to(page, target)
    page.keyboard.press("Space")
    assert target.is_checked()


def first_of(page: Page, name: str, value: str) -> None:
    """Choose a radio by keyboard: Tab reaches the group, arrows the choice."""
    group = page.locator(f"input[name={name}]")
    tab_to(page, group.first)
    page.keyboard.press("Space")
    for _ in range(group.count()):
        if page.locator(f"input[name={name}][value='{value}']").is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} has no {value}")


@pytest.fixture(scope="module")
def receipt(browser: Browser, site: str) -> tuple[Reader, str]:
    """Somebody rings; a helper files a demand for them without touching a mouse."""
    context = browser.new_context(viewport=WINDOW, reduced_motion="reduce")
    reader = reader_in(context, site)
    page = reader.page
    reader.open("/accounts/login")
    page.locator("button.role").filter(has_text=HELPER).first.click()
    page.wait_for_url("**/desk")
    reader.open("/en/desk/behalf")
    first_of(page, "channel", "telephone")
    tab_to(page, page.locator("#id_described_as"))
    page.keyboard.type("王奶奶")
    first_of(page, "ground", "oral")
    first_of(page, "identified_by", "call-back")
    tab_to(page, page.locator("#id_call_back"))
    page.keyboard.type("010-65550199")
    first_of(page, "language", "en")
    press(page, "#id_read_back")
    press(page, "#id_consent")
    tab_to(page, page.locator("main form button[type=submit]").last)
    enter(page)
    tab_to(page, page.locator('main a[href$="/cases/new/demand"]'))
    enter(page)
    for name, text in (("subject", "Parking"), ("what", "Free places by the hour"), ("use", "To find one")):
        tab_to(page, page.locator(f"#id_{name}"))
        page.keyboard.type(text)
    tab_to(page, page.locator("main form button[type=submit]").first)
    enter(page)
    assert page.url.endswith("/receipt")
    return reader, page.url


def test_the_receipt_reads_well_in_both_views(receipt: tuple[Reader, str], site: str) -> None:
    reader, url = receipt
    for view, least in (("normal", 13), ("elder", 24)):
        reader.open(f"{url.removeprefix(site)}?view={view}")
        assert not reader.faults()
        assert not reader.page.evaluate(SMALLER_THAN, least)
        reader.page.set_viewport_size({"width": 320, "height": 256})
        assert reader.width() <= 320
        reader.page.set_viewport_size(WINDOW)
    reader.open(f"{url.removeprefix(site)}?view=normal")
    assert not reader.told


def test_the_receipt_prints_large_and_without_the_page_around_it(receipt: tuple[Reader, str], site: str) -> None:
    reader, url = receipt
    reader.open(f"{url.removeprefix(site)}?view=normal")
    page = reader.page
    screen = page.evaluate(LEAST_ON_PAPER)
    page.emulate_media(media="print")
    assert page.evaluate(LEAST_ON_PAPER) >= FOURTEEN_POINTS - 0.1 > screen
    for gone in (".bar .nav", ".foot", ".crumbs", ".behalf", ".receipt-sheet .ds-button", ".screen-only"):
        assert not page.locator(gone).first.is_visible(), gone
    for there in ("keep", "filed", "when", "follow", "proofs"):
        assert page.locator(f"#{there}").is_visible(), there
    assert page.pdf(format="A4")[:5] == b"%PDF-"
    page.emulate_media(media="screen")
    assert page.locator(".foot").is_visible()
