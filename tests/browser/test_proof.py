"""A proof is checked in the reader's own browser, with our script and WebCrypto; a page that lies is caught."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def an_entry(page: Page, site: str) -> str:
    """The address of an entry that has proof."""
    page.goto(f"{site}/en/log")
    return site + str(page.locator("table a.mono").first.get_attribute("href"))


def states(page: Page) -> dict[str, str]:
    page.wait_for_selector("[data-check=witnesses][data-state]")
    return {
        name: page.get_attribute(f"[data-check={name}]", "data-state") or ""
        for name in ("leaf", "path", "signature", "witnesses")
    }


def test_a_proof_is_checked_in_the_browser(page: Page, site: str) -> None:
    page.goto(an_entry(page, site))
    assert states(page) == {"leaf": "yes", "path": "yes", "signature": "yes", "witnesses": "unknown"}
    assert page.inner_text("h1") == "Verified: this happened, and the record is unchanged"


@pytest.mark.parametrize(
    ("part", "failing"), [("data-leaf", "leaf"), ("data-path", "path"), ("data-note", "signature")]
)
def test_a_page_that_lies_is_caught(page: Page, site: str, part: str, failing: str) -> None:
    address = an_entry(page, site)

    def lie(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        begin = text.index(f'{part}="') + len(part) + 2
        value = text[begin : text.index('"', begin)]
        changed = (
            value.replace("/log", "/lag", 1)
            if part == "data-note"
            else value[:8] + ("A" if value[8] != "A" else "B") + value[9:]
        )
        route.fulfill(response=answer, body=text[:begin] + changed + text[begin + len(value) :])

    page.route(address, lie)
    page.goto(address)
    assert states(page)[failing] == "no"
    assert page.inner_text("h1") == "It does not verify: this record is not what was signed"


def test_a_published_entry_that_was_changed_is_caught(page: Page, site: str) -> None:
    address = an_entry(page, site)

    def change(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.body().replace(b'"kind":"', b'"kinb":"'))

    page.route("**/log/tile/entries/**", change)
    page.goto(address)
    assert states(page)["leaf"] == "no"
    assert page.inner_text("[data-check=leaf] p") == "The published file holds another text under this number"
    assert page.inner_text("h1") == "It does not verify: this record is not what was signed"
