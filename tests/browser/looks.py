"""What must hold of every page in larger text and on a small telephone."""

from __future__ import annotations

from playwright.sync_api import ViewportSize

from tests.browser.conftest import Reader

WINDOW: ViewportSize = {"width": 1280, "height": 900}
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


def too_wide(reader: Reader, width: int = 320) -> int:
    """By how much the page is wider than its window, once its drawings have taken their new size."""
    for _ in range(20):
        if reader.width() <= width:
            break
        reader.page.wait_for_timeout(100)
    return max(0, reader.width() - width)
