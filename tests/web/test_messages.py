"""Both languages are complete: every sentence of a room is translated, none is fuzzy, and the compiled file is the fresh one."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted((ROOT / "kaimen").glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))
SENTENCE = re.compile(r"""{%\s*(?:trans|translate)\s+(?P<quote>["'])(?P<text>.*?)(?P=quote)""")


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "kaimen").parts[0]


@pytest.mark.parametrize("path", CATALOGUES, ids=room_of)
def test_no_sentence_is_missing_or_fuzzy(path: Path) -> None:
    catalogue = read_po(io.BytesIO(path.read_bytes()), locale="zh_Hans")
    assert not [message.id for message in catalogue if message.id and (not message.string or message.fuzzy)]


@pytest.mark.parametrize("path", CATALOGUES, ids=room_of)
def test_the_compiled_file_is_fresh(path: Path) -> None:
    written = {
        message.id: message.string
        for message in read_po(io.BytesIO(path.read_bytes()), locale="zh_Hans")
        if message.id and isinstance(message.id, str)
    }
    compiled = {
        message.id: message.string
        for message in read_mo(io.BytesIO(path.with_suffix(".mo").read_bytes()))
        if message.id and isinstance(message.id, str)
    }
    assert compiled == written


@pytest.mark.parametrize("path", CATALOGUES, ids=room_of)
def test_facts_of_a_sentence_stand_in_its_translation(path: Path) -> None:
    catalogue = read_po(io.BytesIO(path.read_bytes()), locale="zh_Hans")
    wrong = [
        message.id
        for message in catalogue
        if isinstance(message.id, str)
        and set(re.findall(r"%\((\w+)\)", message.id)) != set(re.findall(r"%\((\w+)\)", str(message.string)))
    ]
    assert not wrong


def test_every_sentence_of_a_template_is_in_some_catalogue() -> None:
    known = {
        message.id for path in CATALOGUES for message in read_po(io.BytesIO(path.read_bytes()), locale="zh_Hans")
    }  # fmt: skip
    missing = [
        f"{path.relative_to(ROOT)}: {found['text']}"
        for path in (ROOT / "kaimen").glob("*/templates/**/*.html")
        for found in SENTENCE.finditer(path.read_text("utf-8"))
        if found["text"] not in known
    ]
    assert not missing


def sentences_of(path: Path) -> set[str]:
    """What a module hands to gettext as plain text."""
    calls = {"gettext", "gettext_lazy", "_", "trans"}
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in calls
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_sentence_of_the_code_is_in_some_catalogue() -> None:
    known = {
        message.id for path in CATALOGUES for message in read_po(io.BytesIO(path.read_bytes()), locale="zh_Hans")
    }  # fmt: skip
    missing = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in (ROOT / "kaimen").rglob("*.py")
        if "gettext" in path.read_text("utf-8")
        for text in sorted(sentences_of(path) - known)
    ]
    assert not missing


def test_no_chinese_is_written_into_a_template_outside_of_a_language_branch() -> None:
    """A template may hold Chinese only where it also holds the English of it: in `{% if english %}…{% else %}…{% endif %}`."""
    loose = []
    for path in (ROOT / "kaimen").glob("*/templates/**/*.html"):
        text = re.sub(r"{%\s*if english\s*%}.*?{%\s*endif\s*%}", "", path.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r"<[^>]*lang=\"zh-Hans\"[^>]*>[^<]*<", "<", text)
        if found := re.findall(r"[㐀-鿿]+", text):
            loose.append(f"{path.relative_to(ROOT)}: {found[:3]}")
    assert not loose
