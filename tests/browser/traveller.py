"""A person of the demo city who gets something done: from the sign-in card to the proof, in one of three ways of reading.

What is wrong with pages on the way is gathered and told at the end; what stops the way fails at once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from playwright.sync_api import Browser, Locator, Page

from tests.browser.conftest import ROOT, Reader, reader_in
from tests.browser.hands import Hand, Keyboard, Pointer, round_trip
from tests.browser.looks import SMALL_TARGETS, SMALLER_THAN, WINDOW, too_wide

WORKFLOWS = ROOT / "kaimen" / "packs" / "cn_beijing" / "workflows"
ZONE = ZoneInfo("Asia/Shanghai")


class Way(StrEnum):
    """How a reader reads."""

    POINTER = "pointer"
    """In Chinese, with a mouse."""
    KEYBOARD = "keyboard"
    """In English, without a mouse."""
    ELDER = "elder"
    """In Chinese, in larger text; looked at on a telephone, too."""


WRITTEN: set[str] = set()
"""What people on the way write in English: it stays English on Chinese pages, too."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text that the person writes, in the language they read."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        WRITTEN.add(self.en)


@dataclass(frozen=True, slots=True)
class InDays:
    """A day so many days from now."""

    days: int


@dataclass(frozen=True, slots=True)
class Now:
    """When the journey began, to the minute."""


Answer = str | bool | Said | InDays | Now | list[str]

Written = str | bool | list[str]

UNREADABLE = r"""
(english) => {
  const found = [], quiet = "code, pre, .mono, .answer, svg, script, style, noscript, textarea, select, [hidden], .sr";
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const text = node.textContent.trim(), place = node.parentElement;
    if (!text || place.closest(quiet) || !place.checkVisibility()) continue;
    const plain = text.replace(/\([a-z][a-z0-9_]*\)/g, "");
    if (/\b[a-z]+_[a-z0-9_]+\b|^None$|\bundefined\b|\{\{|%\(/.test(plain)) found.push(`code: ${text.slice(0, 90)}`);
    if (english && /[\u3400-\u9fff]/.test(text) && !place.closest("[lang^='zh']")) found.push(`Chinese, not marked: ${text.slice(0, 60)}`);
    if (!english && /[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}/.test(text) && !place.closest("[lang^='en']")) found.push(`English: ${text.slice(0, 60)}`);
  }
  return found;
}
"""
EMPTY = r"""
() => [
  ...[...document.querySelectorAll("main section, main .panel, main fieldset")].filter(e => {
    if (!e.checkVisibility()) return false;
    const head = e.querySelector("h2, h3, legend");
    return e.innerText.trim() === (head ? head.innerText.trim() : "") && !e.querySelector("input, svg, img, button");
  }),
  ...[...document.querySelectorAll("main ul, main ol, main dl, main tbody")].filter(e => e.checkVisibility() && !e.children.length),
].map(e => e.outerHTML.slice(0, 160))
"""
DEAD = r"""
() => [...document.querySelectorAll(".ds-error-summary:not([data-still] *) li")].filter(line => {
  const link = line.querySelector("a[href^='#']");
  return !link || !document.getElementById(link.getAttribute("href").slice(1));
}).map(line => line.innerText)
"""


@cache
def workflow(code: str) -> dict[str, Any]:
    """As the pack tells it."""
    return yaml.safe_load((WORKFLOWS / f"{code}.yaml").read_text("utf-8"))


def called(code: str, verb: str, *, english: bool) -> str:
    """What a step is called."""
    names = next(one["names"] for one in workflow(code)["acts"] if one["verb"] == verb)
    return str(names["en" if english else "zh"])


def moment() -> datetime:
    """The time at the place of the city."""
    return datetime.fromtimestamp(time.time(), ZONE)


@dataclass(slots=True)
class Traveller:
    """Goes through pages; remembers where they are, which case it is about, and what was wrong."""

    reader: Reader
    way: Way
    thorough: bool
    """Every form is sent wrong once and every page looked at, not only the first of its kind."""
    hand: Hand
    pictures: Path | None = None
    flow: str = ""
    number: str = ""
    since: datetime = field(default_factory=moment)
    wrong: list[str] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    @property
    def page(self) -> Page:
        return self.reader.page

    @property
    def english(self) -> bool:
        return self.way is Way.KEYBOARD

    def at(self, address: str) -> str:
        return f"/en{address}" if self.english else address

    def open(self, address: str) -> None:
        """Type an address."""
        self.reader.open(self.at(address))

    def becomes(self, name: str) -> None:
        """Sign in by the card of this person."""
        self.open("/accounts/login")
        self.hand.follow(self.page.locator("button.role").filter(has_text=name))
        assert self.page.url.endswith("/desk"), self.page.url
        self.look(f"desk of {name}", often=True)

    def leaves(self) -> None:
        """Nobody any more, in a browser that remembers nothing but how it looks."""
        kept = [one for one in self.page.context.cookies() if one["name"] not in {"sessionid", "__Host-sessionid"}]
        self.page.context.clear_cookies()
        self.page.context.add_cookies(kept)  # type: ignore[arg-type]

    # ---- looking ------------------------------------------------------------------------------------------------------------

    def look(self, place: str, *, often: bool = False) -> None:
        """Look at the page as it stands; once at each place, and at what is seen often only where all is looked at."""
        if place in self.looked_at or (often and not self.thorough):
            return
        self.looked_at.add(place)
        page, found = self.page, self.reader.faults()
        found += [
            one for one in page.evaluate(UNREADABLE, self.english) if not any(text[:50] in one for text in WRITTEN)
        ]
        found += [f"empty: {one}" for one in page.evaluate(EMPTY)]
        found += [f"leads nowhere: {one}" for one in page.evaluate(DEAD)]
        if page.locator("h1").count() != 1:
            found.append(f"{page.locator('h1').count()} headings of the first rank")
        found += self._sizes()
        if self.way is Way.KEYBOARD and self.thorough:
            found += [f"Tab never comes to {one}" for one in self._tabbed()]
        if self.pictures:
            page.screenshot(
                path=self.pictures / f"{len(self.looked_at):02} {re.sub(r'[^a-z0-9]+', '-', place)}.png", full_page=True
            )
        self.wrong += [f"{place}: {one}" for one in found]

    def _sizes(self) -> list[str]:
        page, found = self.page, list[str]()
        if self.way is not Way.ELDER:
            return [f"{self.reader.width()} wide"] if self.reader.width() > WINDOW["width"] else []
        for width, height in ((320, 640), (WINDOW["width"], WINDOW["height"])):
            page.set_viewport_size({"width": width, "height": height})
            if beyond := too_wide(self.reader, width):
                found.append(f"{beyond} too wide at {width}")
            found += [f"small text at {width}: {one}" for one in page.evaluate(SMALLER_THAN, 24)]
            found += [f"small target at {width}: {one}" for one in page.evaluate(SMALL_TARGETS, 44)]
        return found

    def _tabbed(self) -> list[str]:
        """All that Tab passes over; then back to where the focus was."""
        page = self.page
        held = page.evaluate_handle("document.activeElement")
        try:
            return round_trip(page)
        except AssertionError as fault:
            return [str(fault)]
        finally:
            held.evaluate(
                """e => {
                  const body = e === document.body;
                  (body ? document.querySelector(".ds-skip-link") : e).focus();
                  window.__focused = body ? null : e;
                }"""
            )

    # ---- forms --------------------------------------------------------------------------------------------------------------

    def said(self, answer: Answer) -> Written:
        match answer:
            case Said(zh, en):
                return en if self.english else zh
            case InDays(days):
                return (moment() + timedelta(days=days)).date().isoformat()
            case Now():
                return self.since.strftime("%Y-%m-%dT%H:%M")
            case _:
                return answer

    def fill(self, answers: Mapping[str, Answer], form: Locator | None = None) -> None:
        """Every field, in the order in which they stand on the page."""
        form = form or self.page.locator("main form:has(.field)").first
        order: list[str] = form.evaluate("e => [...new Set([...e.elements].map(one => one.name).filter(Boolean))]")
        assert not (unknown := answers.keys() - set(order)), f"not asked: {unknown}; asked: {order}"
        for name in sorted(answers, key=order.index):
            self._fill(form, name, self.said(answers[name]))

    def _fill(self, form: Locator, name: str, value: Written) -> None:
        control = form.locator(f"[name='{name}']").first
        kind = control.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
        match kind, value:
            case "checkbox", list():
                for one in form.locator(f"[name='{name}']").all():
                    self.hand.tick(one, on=one.get_attribute("value") in value)
            case "checkbox", _:
                self.hand.tick(control, on=bool(value))
            case "radio", _:
                self.hand.tick(form.locator(f"[name='{name}'][value='{value}']"))
            case "select", _:
                self.hand.choose(control, str(value))
            case (("date" | "datetime-local"), _):
                self.hand.date(control, str(value))
            case _:
                self.hand.write(control, str(value))

    def send(self, button: Locator | None = None) -> None:
        """By the first button of the form."""
        self.hand.follow(button or self.page.locator("main form:has(.field) button[type=submit]:not([name])").first)

    def sends_wrong(self, place: str, button: Locator | None = None) -> None:
        """As it stands, with nothing filled in: the summary takes the focus, names each field and leads to it."""
        self.send(button)
        page = self.page
        summary = page.locator(".ds-error-summary")
        assert summary.count() == 1, f"{place}: nothing is said of what is missing"
        assert summary.evaluate("e => e === document.activeElement"), f"{place}: the summary has not the focus"
        self.reader.told = [
            line for line in self.reader.told if "422" not in line
        ]  # the browser says so on the console, by design
        self.look(f"{place}, refused")
        link = summary.locator("a").first
        if isinstance(self.hand, Keyboard):
            page.evaluate("window.__focused = document.activeElement")
        self.hand.press(link)
        target = str(link.get_attribute("href"))[1:]
        if page.evaluate("document.activeElement.id") != target:
            self.wrong.append(f"{place}: the line of the summary does not move the focus to {target}")

    # ---- cases --------------------------------------------------------------------------------------------------------------

    def begins(
        self,
        flow: str,
        answers: Mapping[str, Answer],
        *,
        first: Mapping[str, Answer] | None = None,
        later: bool = False,
    ) -> None:
        """Fill in the first form, which is open: wrong first, and where it is to be done later, after it was put away.

        `first` are fields that must be told before the others can be shown.
        """
        self.flow = flow
        place = f"{flow}, first form"
        self.look(place)
        self.sends_wrong(place)
        if first:
            self.fill(first)
            self.send(self.page.locator("main form button[name=show]"))
            self.look(f"{place}, with what follows from {', '.join(first)}")
        if later:
            self._puts_away(answers)
        self.fill(answers)
        self.send()
        self._stands(f"{flow}, begun")

    def _puts_away(self, answers: Mapping[str, Answer]) -> None:
        """Half of the form, kept; found again with what was written."""
        half = dict(list(answers.items())[: max(1, len(answers) // 2)])
        self.fill(half)
        self.hand.follow(self.page.locator("main form button[name=save]"))
        self.look("begun forms")
        self.hand.follow(self.page.locator("main .lines a[href*='/cases/']").first)
        for name, answer in half.items():
            value, control = self.said(answer), self.page.locator(f"main form [name='{name}']")
            match value:
                case list():
                    kept = [one.get_attribute("value") for one in control.all() if one.is_checked()]
                    assert sorted(value) == sorted(kept), name
                case bool():
                    assert control.is_checked() == value, name
                case _:
                    assert (
                        control.first.input_value() == value
                        or self.page.locator(f"main form [name='{name}'][value='{value}']").is_checked()
                    ), name
        self.look(f"{self.flow}, taken up again")

    def takes(self, verb: str, answers: Mapping[str, Answer] | None = None, *, waits: bool = True) -> None:
        """Take a step of the case; found on the desk where it waits for me."""
        page = self.page
        if not re.search(rf"/cases/{self.number}(#|$)", page.url):
            self._finds(waits=waits)
        self.look(f"{self.flow}, before {verb}", often=True)
        self.hand.follow(page.locator(f"main a[href$='/cases/{self.number}/do/{verb}']"))
        place, needed = f"{self.flow}, {verb}", page.locator("main form .field:not(:has(.optional))").count()
        self.look(place, often=not needed)
        if needed and self.thorough:
            self.sends_wrong(place)
        self.fill(answers or {}, page.locator("main form.gap2").first)
        self.hand.follow(page.locator("main form.gap2 button[type=submit]:not([name])").first)
        self._stands(f"{self.flow}, after {verb}", called(self.flow, verb, english=self.english))

    def _finds(self, *, waits: bool) -> None:
        """On the desk, or where it does not wait for me, among my cases."""
        page = self.page
        if not page.url.endswith("/desk"):
            self.open("/desk")
        link = page.locator(f"main .duty a[href$='/cases/{self.number}']").first
        while waits and not link.count():
            further = page.locator("main .pager a[rel=next]")
            assert further.count(), f"{self.number} is not on the desk"
            self.hand.follow(further)
        if not waits:
            self.open("/cases?state=all")
            link = page.locator(f"main a[href$='/cases/{self.number}']").first
        self.hand.follow(link)

    def _stands(self, place: str, step: str = "") -> None:
        """The page of the case after a step: what was done is said, the story has it with its proof, what comes next stands there."""
        page = self.page
        if page.locator(".ds-error-summary").count():
            raise AssertionError(f"{place}: {page.locator('.ds-error-summary').inner_text()}")
        found = re.search(r"/cases/([A-Z]+-[0-9A-Z-]+)(/receipt)?(#|$)", page.url)
        assert found, f"{place}: {page.url}"
        self.number = found[1]
        assert page.locator("main [role=status]").count() == 1, f"{place}: nothing is said"
        if not found[2]:
            story = page.locator(".timeline li")
            if step:
                assert step in story.first.inner_text(), f"{place}: {story.first.inner_text()}"
            assert story.first.locator("a").count() == 1, f"{place}: no proof"
        self.look(place, often=bool(step))

    def proves(self) -> None:
        """The newest step of the story: its proof is worked out on the page."""
        self.look(f"{self.flow or 'entry'}, at the end")
        self.hand.follow(self.page.locator(".timeline li").first.locator("a").last)
        self.works_out()

    def works_out(self) -> None:
        """A page of the log, which is open: the browser works out the proof once the entry is in the signed log."""
        page = self.page
        for _ in range(20):
            if page.locator("[data-proof]").count():
                break
            page.wait_for_timeout(400)
            page.reload(wait_until="load")
        page.wait_for_selector("[data-check=witnesses][data-state]")
        told = {
            name: page.get_attribute(f"[data-check={name}]", "data-state") for name in ("leaf", "path", "signature")
        }
        assert told == dict.fromkeys(told, "yes"), told
        self.look("proof")


@contextmanager
def travelling(
    browser: Browser, site: str, way: Way, *, thorough: bool, pictures: Path | None = None
) -> Iterator[Traveller]:
    """Somebody on the way, with a window of their own; at the end nothing may have been wrong."""
    context = browser.new_context(viewport=WINDOW, reduced_motion="reduce")
    reader = reader_in(context, site)
    reader.page.set_default_timeout(15_000)
    hand = Keyboard(reader.page) if way is Way.KEYBOARD else Pointer(reader.page)
    one = Traveller(reader, way, thorough, hand, pictures)
    if way is Way.ELDER:
        reader.open("/?view=elder")
    try:
        yield one
        wrong = [*one.wrong, *reader.told, *reader.page.evaluate("window.__policy || []")]
    except BaseException as stopped:
        if pictures:
            reader.page.screenshot(path=pictures / "stopped.png", full_page=True)
        stopped.add_note("\n".join(one.wrong))
        raise
    finally:
        if pictures and one.wrong:
            (pictures / "wrong.txt").write_text("\n".join(one.wrong), "utf-8")
        context.close()
    assert not wrong, "\n".join(wrong)
