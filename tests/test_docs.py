"""Docs are tested: what exists has its heading, what has a heading exists."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import get_commands

from kaimen.config.api import api
from kaimen.config.options import SETTINGS
from kaimen.core.tlog.kinds import KINDS, Kind
from kaimen.web import events, sentences

DOCS = Path(__file__).parents[1] / "docs"


def headings(name: str) -> set[str]:
    """The words in backticks of every heading of a reference page."""
    text = (DOCS / "reference" / name).read_text("utf-8")
    return {word for line in text.splitlines() if line.startswith("#") for word in re.findall(r"`([^`]+)`", line)}


def test_every_setting_has_its_heading() -> None:
    assert headings("settings.md") == {setting.name for setting in SETTINGS}


def test_every_error_code_has_its_heading() -> None:
    assert headings("errors.md") == set(sentences.codes())


def test_every_kind_of_event_has_its_heading() -> None:
    assert headings("events.md") == {kind.value for kind in Kind}


def test_every_kind_of_event_is_called_in_the_reference_what_pages_call_it() -> None:
    assert set(events.WORDS) == set(Kind)
    text = (DOCS / "reference" / "events.md").read_text("utf-8")
    found = {line for line in text.splitlines() if line.startswith("## ")}
    assert found == {f"## `{kind}`: {english}, {chinese}" for kind, (english, chinese) in events.WORDS.items()}


def test_every_result_of_an_event_has_its_words_in_the_reference() -> None:
    assert set(events.OUTCOMES) == set().union(*(spec.out for spec in KINDS.values()))
    text = (DOCS / "reference" / "events.md").read_text("utf-8")
    told = {line for line in text.splitlines() if line.startswith("| `")}
    assert told == {f"| `{code}` | {english} | {chinese} |" for code, (english, chinese) in events.OUTCOMES.items()}


def test_every_command_has_its_heading() -> None:
    ours = {name for name, app in get_commands().items() if app.startswith("kaimen")} | {"verify", "witness", "serve"}
    assert headings("commands.md") == ours


def test_every_operation_of_the_api_has_its_heading() -> None:
    operations = {
        f"{method.upper()} {path}"
        for path, item in api.get_openapi_schema()["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert headings("api.md") == operations


def test_decision_records_have_their_four_headings() -> None:
    for record in sorted((DOCS / "adr").glob("*.md")):
        text = record.read_text("utf-8")
        missing = [
            word for word in ("Decision.", "Why.", "What it costs.", "What we tried.") if f"**{word}**" not in text
        ]
        assert re.match(r"\d{4}-\d\d-\d\d-[a-z0-9-]+\.md", record.name), record.name
        assert not missing, f"{record.name}: {missing}"


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in [*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.name} -> {target}")
    assert not broken, broken
