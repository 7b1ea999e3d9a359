"""Whole stories, by keyboard only and without scripts: find, look, download, ask."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Reader, reader_in
from tests.browser.hands import enter, tab_to


@pytest.mark.parametrize(
    ("home", "word", "title"), [("/", "养老", "养老机构与床位"), ("/en/", "care homes", "Care homes and their beds")]
)
def test_by_keyboard_from_search_to_download_and_question(
    browser: Browser, site: str, tmp_path: Path, home: str, word: str, title: str
) -> None:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce", accept_downloads=True
    )
    reader = reader_in(context, site).open(home)
    page = reader.page
    tab_to(page, page.locator("#q"))
    page.keyboard.type(word)
    enter(page)
    tab_to(page, page.get_by_role("link", name=title, exact=True))
    enter(page)
    assert page.locator("h1").inner_text() == title
    assert page.locator(".strip__open").count() == 1
    assert page.locator("td.masked").count() > 0

    tab_to(page, page.locator('.files a[href$="download.parquet"]'))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    file = tmp_path / "homes.parquet"
    download.value.save_as(file)
    table = pq.read_table(io.BytesIO(file.read_bytes()))
    assert table.num_rows > 0
    assert all(name.endswith("**") for name in table["legal_rep"].to_pylist())

    page.reload(wait_until="load")
    tab_to(page, page.locator('.actions a[href*="/query"]'))
    enter(page)
    sql = page.locator("textarea.sql")
    tab_to(page, sql)
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT district, count(*) AS homes FROM care_homes GROUP BY district ORDER BY 2 DESC")
    tab_to(page, page.locator("form button.ds-button:not([data-variant])").first)
    page.keyboard.press("Enter")
    page.wait_for_selector(".strip__open")
    assert page.locator(".ds-table tbody tr").count() == 16
    assert page.locator(".receipt").count() == 1
    policy, told = page.evaluate("window.__policy"), reader.told
    context.close()
    assert not policy
    assert not told


def test_the_same_story_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/")
    page.locator("#q").fill("养老")
    page.locator("#q").press("Enter")
    page.get_by_role("link", name="养老机构与床位", exact=True).click()
    page.wait_for_url("**/data/care_homes")  # to its end: counting does not wait
    assert page.locator("td.masked").count() > 0
    assert page.locator("details.table[open] table").count() == 1
    assert page.locator(".chart").is_hidden()
    page.locator(".actions a[href*='/query']").click()
    page.locator("textarea.sql").fill("SELECT count(*) AS n FROM care_homes")
    page.locator("form button.ds-button:not([data-variant])").first.click()
    page.wait_for_selector(".strip__open")
    assert page.locator(".ds-table tbody td").inner_text() == "574"
    context.close()


def test_the_figure_is_drawn_and_its_table_folds(reader: Reader) -> None:
    reader.open("/data/care_homes")
    assert reader.page.locator("#chart-chart svg").count() == 1
    assert reader.page.locator("#chart details.table").get_attribute("open") is None
    reader.page.locator("#chart-chart svg").hover()
    reader.page.wait_for_timeout(300)


def test_a_choice_of_language_shows_its_example(reader: Reader) -> None:
    reader.open("/en/data/care_homes")
    shown = reader.page.locator(".picked pre:visible")
    assert "pandas" in shown.inner_text()
    reader.page.get_by_label("R", exact=True).check()
    assert "readr" in reader.page.locator(".picked pre:visible").inner_text()


def test_printing_keeps_frames_and_opens_what_is_folded(reader: Reader) -> None:
    reader.open("/data/care_homes")
    reader.page.emulate_media(media="print")
    assert reader.page.locator(".bar .nav").first.is_hidden()
    assert reader.page.locator("#chart details.table table").is_visible()
    assert "2px" in reader.page.locator(".strip").first.evaluate("e => getComputedStyle(e).borderTopWidth")
