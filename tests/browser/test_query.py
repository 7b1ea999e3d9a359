"""The page of a question in a real browser: an answer with masks, a chart, a refusal; by keyboard, on a telephone, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Reader, reader_in

MASKED = "SELECT * FROM care_homes LIMIT 20"
TOTALS = "SELECT district, sum(beds) AS beds FROM care_homes GROUP BY district ORDER BY beds DESC"
ELSEWHERE = "SELECT name FROM nowhere_at_all"
MIXED = "SELECT * FROM (VALUES (1), ('x')) AS v(a)"
CONTRAST_OF_BARS = """() => {
  const lit = c => { const p = c / 255; return p <= 0.04045 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4; };
  const root = getComputedStyle(document.documentElement);
  const shade = name => {
    const probe = document.createElement("canvas").getContext("2d");
    probe.fillStyle = root.getPropertyValue(name).trim();
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
    return 0.2126 * lit(r) + 0.7152 * lit(g) + 0.0722 * lit(b);
  };
  const [ink, page] = [shade(`--km-${JSON.parse(document.querySelector("script[type='application/json']").textContent).series[0].ink}`), shade("--km-page")];
  return (Math.max(ink, page) + 0.05) / (Math.min(ink, page) + 0.05);
}"""


def ask(page: Page, sql: str, *, chart: str = "table", purpose: str = "public-use") -> None:
    page.fill("#sql", sql)
    page.select_option("#purpose", purpose)
    page.locator(f"input[name=chart][value={chart}]").check(force=True)
    with page.expect_navigation(wait_until="load"):
        page.locator("main form button[type=submit]:not([name])").first.click()


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("view", ["normal", "elder"])
@pytest.mark.parametrize("width", [1280, 320])
def test_form_answer_chart_and_refusal_have_no_fault_and_fit(
    browser: Browser, site: str, language: str, view: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    reader = reader_in(context, site)
    address = f"{language}/query?dataset=care_homes&view={view}"

    def is_fine() -> None:
        assert reader.faults() == []
        assert reader.width() <= width

    reader.open(address)
    is_fine()
    ask(reader.page, MASKED)
    assert reader.page.locator("section.answer tbody tr").count() == 20
    assert "**" in reader.page.locator("section.answer table").first.inner_text()
    assert reader.page.locator(".aside .cols li").count() > 3, "what may be asked stays in sight"
    is_fine()
    reader.open(address)
    ask(reader.page, TOTALS, chart="bar")
    assert reader.page.locator("section.answer .figure").count() == 1
    is_fine()
    reader.open(address)
    ask(reader.page, MASKED, purpose="research")
    assert reader.page.locator("section.answer tbody tr").count() == 20, "open data are open for every purpose"
    reader.open(address)
    ask(reader.page, ELSEWHERE, purpose="research")
    refused = reader.page.locator("main").inner_text()
    assert reader.page.locator("main textarea").count() == 0
    assert "nowhere_at_all" in refused
    assert ("Research" if language else "研究") in refused
    is_fine()
    policy = reader.page.evaluate("window.__policy || []")
    context.close()
    assert not policy
    assert all("404" in each for each in reader.told), "only the refusal itself is told by its status"


def test_bars_stand_out_from_the_page(reader: Reader) -> None:
    reader.open("/en/query?dataset=care_homes")
    ask(reader.page, TOTALS, chart="bar")
    assert reader.page.evaluate(CONTRAST_OF_BARS) >= 3


def test_asking_and_taking_home_by_keyboard_alone(reader: Reader) -> None:
    page = reader.open("/en/query?dataset=care_homes").page

    def press_until(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(selector)

    press_until("#sql")
    page.keyboard.press("Control+A")
    page.keyboard.type(MASKED)
    press_until("main form button[type=submit]:not([name])")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    assert page.locator("section.answer tbody tr").count() == 20
    press_until("button[name=as][value=csv]")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert taken.value.path().read_text("utf-8-sig").count("\n") == 21
    reader.told[:] = [
        each for each in reader.told if "/query" not in each
    ]  # a form that becomes a download counts as failed


def test_without_scripts_the_answer_and_its_table_stand(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/en/query?dataset=care_homes")
    ask(page, TOTALS, chart="bar")
    assert page.locator("section.answer tbody tr").count() >= 16
    ask(page, MIXED)
    assert page.locator("[role=alert]").inner_text().startswith("Values of different types meet")
    assert page.locator("#sql").input_value() == MIXED
    context.close()
