"""How a reader works a page: with a pointer, or by keyboard alone. By keyboard every focus on the way is looked at."""

from __future__ import annotations

from typing import Any, Protocol

from playwright.sync_api import Locator, Page

FOCUS = """
(target) => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const label = e.closest("label");
  const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    || label && getComputedStyle(label).outlineStyle !== "none"
    || e.querySelector("rect") && parseFloat(getComputedStyle(e.querySelector("rect")).strokeWidth) >= 3;
  const shown = y => {
    const there = document.elementFromPoint(box.x + Math.min(4, box.width / 2), y);
    return there && (e.contains(there) || there.contains(e));
  };
  const before = window.__focused, form = e.closest("main form");
  const back = before && before !== e && form && before.closest("main form") === form && before.isConnected
    && box.top < before.getBoundingClientRect().top - Math.max(box.height, 8);
  (window.__visited ??= new Set()).add(e);
  window.__focused = e;
  return {
    ringed, covered: ![box.top + 4, box.top + box.height / 2, box.bottom - 4].some(shown), back: !!back, there: e === target,
    tag: e.outerHTML.slice(0, 120), nowhere: e === document.body,
  };
}
"""
"""What has the focus: whether one sees that, whether it is covered, whether it jumped up within its form, whether it is the target."""

PASSED_OVER = """
() => [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea, [tabindex='0']")].filter(e => {
  if (!e.checkVisibility() || e.tabIndex < 0 || e.disabled || window.__visited.has(e)) return false;
  if (e.type !== "radio") return true;
  const group = [...document.getElementsByName(e.name)].filter(one => one.form === e.form);
  return !group.some(one => window.__visited.has(one));
}).map(e => e.outerHTML.slice(0, 120))
"""
"""What one can act on and Tab has not come to; of a group of radio buttons one is enough."""


def seen(page: Page, target: Locator | None = None) -> dict[str, Any]:
    """Look at what has the focus; it must be visible and in order."""
    told = page.evaluate(FOCUS, target.element_handle() if target else None)
    if not told["nowhere"]:
        assert told["ringed"], f"no ring: {told['tag']}"
        assert not told["covered"], f"covered: {told['tag']}"
        assert not told["back"], f"jumped up: {told['tag']}"
    return told


def tab_to(page: Page, target: Locator, *, most: int = 160) -> None:
    """Press Tab until the target has the focus."""
    if target.evaluate("e => e === document.activeElement"):
        return
    handle = target.element_handle()
    for _ in range(most):
        page.keyboard.press("Tab")
        told = page.evaluate(FOCUS, handle)
        if not told["nowhere"]:
            assert told["ringed"], f"no ring: {told['tag']}"
            assert not told["covered"], f"covered: {told['tag']}"
            assert not told["back"], f"jumped up: {told['tag']}"
        if told["there"]:
            return
    raise AssertionError(f"not reached by keyboard: {target}")


def enter(page: Page) -> None:
    """Press Enter and wait for the page that it leads to."""
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")


def round_trip(page: Page, *, most: int = 400) -> list[str]:
    """Press Tab through the whole page: what it never came to. Raises where the focus is trapped."""
    page.locator(".ds-skip-link").focus()
    page.evaluate("() => { window.__visited = new Set([document.activeElement]); window.__focused = null; }")
    for _ in range(most):
        page.keyboard.press("Tab")
        if seen(page)["nowhere"]:
            return list(page.evaluate(PASSED_OVER))
    raise AssertionError(f"the focus does not leave the page: {page.url}")


class Hand(Protocol):
    """Works a page."""

    def follow(self, target: Locator) -> None:
        """Go where a link or a button leads."""

    def press(self, target: Locator) -> None:
        """A link or a button that leads to no other page."""

    def write(self, field: Locator, text: str) -> None:
        """Into a line or an area, in place of what is there."""

    def choose(self, field: Locator, value: str) -> None:
        """One of a list."""

    def tick(self, box: Locator, *, on: bool = True) -> None:
        """A box or one of a group of buttons."""

    def date(self, field: Locator, value: str) -> None:
        """`2027-06-30` or `2027-06-30T09:30`."""


class Pointer:
    """With a mouse or a finger."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def follow(self, target: Locator) -> None:
        with self.page.expect_navigation(wait_until="load"):
            target.click()

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def choose(self, field: Locator, value: str) -> None:
        field.select_option(value)

    def tick(self, box: Locator, *, on: bool = True) -> None:
        name = box.get_attribute("id")
        label = self.page.locator(f"label[for='{name}']")
        if box.is_checked() != on:
            (label.first if label.count() else box).click(position={"x": 4, "y": 4})

    def date(self, field: Locator, value: str) -> None:
        field.fill(value)


class Keyboard:
    """Tab, Enter, Space, arrows and letters; on a new page over the skip link into the content."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def _reach(self, target: Locator) -> None:
        if self.page.evaluate("!window.__focused && document.activeElement.matches('body, .ds-skip-link')"):
            if self.page.evaluate("document.activeElement === document.body"):
                self.page.keyboard.press("Tab")
            self.page.keyboard.press("Enter")
        tab_to(self.page, target)

    def follow(self, target: Locator) -> None:
        self._reach(target)
        enter(self.page)

    def press(self, target: Locator) -> None:
        self._reach(target)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, field: Locator, value: str) -> None:
        self._reach(field)
        steps = field.evaluate(
            "(e, value) => [...e.options].findIndex(one => one.value === value) - e.selectedIndex", value
        )
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        assert field.input_value() == value

    def tick(self, box: Locator, *, on: bool = True) -> None:
        if box.get_attribute("type") == "radio":
            self._radio(box)
            return
        self._reach(box)
        if box.is_checked() != on:
            self.page.keyboard.press("Space")

    def _radio(self, button: Locator) -> None:
        """Tab comes to the chosen one of the group, else to its first; arrows go on."""
        name = button.get_attribute("name")
        group = self.page.locator(f"main input[type=radio][name='{name}']")
        chosen = self.page.locator(f"main input[type=radio][name='{name}']:checked")
        self._reach(chosen if chosen.count() else group.first)
        if not chosen.count():
            self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if button.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        assert button.is_checked()

    def date(self, field: Locator, value: str) -> None:
        self._reach(field)
        day, _, clock = value.partition("T")
        year, month, of_month = day.split("-")
        self.page.keyboard.type(f"{month}{of_month}{year}")
        if clock:
            hour, minute = (int(part) for part in clock.split(":"))
            self.page.keyboard.press("ArrowRight")
            self.page.keyboard.type(f"{(hour % 12) or 12:02}{minute:02}{'PM' if hour >= 12 else 'AM'}")
        assert field.input_value() == value, f"{field.input_value()} is not {value}"
