"""Templates keep the strict policy of the pages: no style, no handler, no script in them; and every icon they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "kaimen").glob("*/templates/**/*.html"))
REFUSED = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "hx-on": re.compile(r"\bhx-on\b", re.IGNORECASE),
    "js: or javascript:": re.compile(r"\b(?:js|javascript):", re.IGNORECASE),
    "a trigger filter": re.compile(r"hx-trigger=\"[^\"]*\[", re.IGNORECASE),
    "a colour": re.compile(r"(?:fill|stroke|color|background)\s*=\s*[\"']#[0-9a-f]{3,8}", re.IGNORECASE),
    "another host": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
    "safe or autoescape": re.compile(r"\|\s*safe\b|autoescape\s+off"),
}


def faults(text: str) -> list[str]:
    return [name for name, pattern in REFUSED.items() if pattern.search(text)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "kaimen")))
def test_a_template_keeps_the_policy(template: Path) -> None:
    assert not faults(template.read_text("utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        '<p style="x">', "<STYLE>", '<a onclick="x">', "<script>x</script>", '<b hx-on:click="x">', '<a href="javascript:x">',
        '<b hx-trigger="click[ctrlKey]">', '<path fill="#fff">', '<img src="//elsewhere/x">', "{{ x|safe }}",
    ],
)  # fmt: skip
def test_the_lint_finds_each_fault(text: str) -> None:
    assert faults(text)


def test_json_blocks_and_own_scripts_are_no_fault() -> None:
    assert not faults('<script src="/static/a.js" defer></script><script type="application/json" id="a">{}</script>')


def test_every_icon_that_a_template_names_exists() -> None:
    from kaimen.web.templatetags.kaimen import _drawings

    named = {
        name for path in TEMPLATES for name in re.findall(r"{%\s*icon\s+[\"']([^\"']+)[\"']", path.read_text("utf-8"))
    }
    assert named
    assert not named - _drawings().keys()


def test_no_colour_stands_outside_the_tokens() -> None:
    loose = {
        path.name: found
        for path in (ROOT / "frontend/src").rglob("*.css")
        if (found := re.findall(r"#[0-9a-fA-F]{6}\b", path.read_text("utf-8")))
    }
    assert not loose
