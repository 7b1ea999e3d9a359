"""Contrast of every pair of roles, and the distance of the chart colours, computed from the style sheet that pages load."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

SHEET = Path(__file__).parents[2] / "kaimen/web/static/web/dist/app.css"

LIGHT, DARK = ":root,[data-color-scheme=light]", "[data-color-scheme=dark]"
ELDER, ELDER_DARK = "[data-view=elder]", "[data-view=elder][data-color-scheme=dark]"


def roles(*selectors: str) -> dict[str, str]:
    """Role -> colour, where later selectors win as they do in the browser."""
    sheet = SHEET.read_text("utf-8")
    found: dict[str, str] = {}
    for selector in selectors:
        blocks = re.findall(r"(?:^|[{}])" + re.escape(selector) + r"\{([^{}]*--km-[^{}]*)\}", sheet)
        assert blocks, selector
        for block in blocks:
            found.update(re.findall(r"--km-([a-z0-9-]+):\s*(#[0-9a-fA-F]{3,8})", block))
    return found


def rgb(colour: str) -> tuple[float, float, float]:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    red, green, blue = (int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4))
    return red, green, blue


def linear(colour: str) -> list[float]:
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(colour)]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


SCHEMES = {"light": (LIGHT,), "dark": (DARK,), "elder": (LIGHT, ELDER), "elder dark": (DARK, ELDER, ELDER_DARK)}
TEXT = ("ink", "muted", "link", "refuse", "late", "due", "note")
GROUNDS = ("page", "paper", "raised", "hover")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_can_be_read_on_every_ground(scheme: str) -> None:
    known = roles(*SCHEMES[scheme])
    least = 7.0 if "elder" in scheme else 4.5
    weak = {
        (text, ground): round(contrast(known[text], known[ground]), 2)
        for text in TEXT
        for ground in GROUNDS
        if contrast(known[text], known[ground]) < least
    }
    assert not weak


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_can_be_read_on_what_is_covered(scheme: str) -> None:
    known = roles(*SCHEMES[scheme])
    least = 7.0 if "elder" in scheme else 4.5
    for text in ("ink", "muted"):
        for ground in ("hatch", "shade"):
            assert contrast(known[text], known[ground]) >= least, (text, ground, contrast(known[text], known[ground]))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on-wall", "wall"), ("on-wall-muted", "wall"), ("on-glow", "glow"), ("on-act", "act"), ("on-act", "act-hover"),
        ("on-act", "act-active"), ("on-hero", "hero"), ("on-hero", "page"), ("on-wall", "wall-hover"), ("link", "act-tint"), ("due", "glow-soft"),
    ],
)  # fmt: skip
def test_words_on_signs_can_be_read(scheme: str, text: str, ground: str) -> None:
    known = roles(*SCHEMES[scheme])
    assert contrast(known[text], known[ground]) >= (7.0 if "elder" in scheme else 4.5)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_borders_and_signs_that_mean_something_stand_out(scheme: str) -> None:
    known = roles(*SCHEMES[scheme])
    for sign, ground in [("edge", "page"), ("edge", "paper"), ("light", "wall"), ("wall-line", "page"), ("focus", "page"), ("refuse", "page")]:  # fmt: skip
        assert contrast(known[sign], known[ground]) >= 3, (sign, ground)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_series_stand_out_from_the_page(scheme: str) -> None:
    known = roles(*SCHEMES[scheme])
    for n in range(1, 7):
        assert contrast(known[f"c{n}"], known["page"]) >= 3, n


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_class_numbers_can_be_read_in_their_tiles(scheme: str) -> None:
    known = roles(*SCHEMES[scheme])
    for n in range(1, 6):
        assert contrast(known["on-q13" if n <= 3 else "on-q45"], known[f"q{n}"]) >= 4.5, n


# Viénot, Brettel and Mollon (1999) for red and green; Brettel, Viénot and Mollon (1997) in one plane for blue.
SEEN = {
    "full colour": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no green": ((0.29275, 0.70725, -0.02234), (0.29275, 0.70725, -0.02234), (-0.02234, 0.02234, 1.0)),
    "no red": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "no blue": ((1.01277, 0.13548, -0.14826), (-0.01243, 0.86812, 0.14431), (0.07589, 0.80500, 0.11911)),
}
LEAST = {"light": 17.0, "dark": 21.0}


def lab(colour: str, seen: str) -> tuple[float, float, float]:
    parts = linear(colour)
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, parts, strict=True)))) for row in SEEN[seen])
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("seen", SEEN)
def test_no_two_series_look_alike_to_anybody(scheme: str, seen: str) -> None:
    known = roles(*SCHEMES[scheme])
    pairs = {
        (one, other): sum((a - b) ** 2 for a, b in zip(lab(known[f"c{one}"], seen), lab(known[f"c{other}"], seen), strict=True)) ** 0.5
        for one, other in itertools.combinations(range(1, 7), 2)
    }  # fmt: skip
    closest = min(pairs, key=lambda pair: pairs[pair])
    assert pairs[closest] >= LEAST[scheme], (closest, round(pairs[closest], 1))
