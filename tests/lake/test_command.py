"""`kaimen load`: what it says, in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kaimen.catalogue import services as catalogue
from kaimen.core.metadata.entry import Text
from kaimen.engines.terminal import of_terminal
from kaimen.lake import places
from kaimen.lake.models import Load
from tests.catalogue.city import PARKING
from tests.lake.bureau import GOOD, HEADER, ROWS, Bureau

pytestmark = pytest.mark.django_db(transaction=True)
LOCALES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LOCALES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "good.csv"
    path.write_text(GOOD)
    return str(path)


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("load", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        said(*arguments)
    return str(error.value)


def test_a_file_is_loaded_and_the_books_are_told(bureau: Bureau, good: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "3 records: 3 good, 0 would stay behind" in said("--entry", bureau.entry, "--file", good, "--dry-run")
    assert (
        said("--entry", bureau.entry, "--file", good) == "Published as version 1. 3 records: 3 good, 0 stayed behind.\n"
    )
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert said("--entry", bureau.entry, "--file", good) == "已发布第 2 版。共 3 条：3 条通过，0 条没通过。\n"


def test_a_dry_run_foretells_what_would_hold_the_load(bureau: Bureau, tmp_path: Path) -> None:
    file = tmp_path / "twice.csv"
    file.write_text("\n".join((HEADER, *ROWS, ROWS[0])) + "\n", "utf-8")
    told = said("--entry", bureau.entry, "--file", str(file), "--dry-run")
    assert "It would be held until a person has looked. The same key stands in several rows." in told
    file.write_text("\n".join((HEADER, *ROWS[1:])) + "\n", "utf-8")
    assert "held" not in said("--entry", bureau.entry, "--file", str(file), "--dry-run")
    assert not Load.objects.exists()


def test_a_dry_run_of_an_append_looks_at_what_is_there(bureau: Bureau, good: str) -> None:
    feed = bureau.feed("append")
    bureau.load(GOOD, feed=feed)
    told = said(feed.name, "--file", good, "--dry-run")
    assert "Keys that are there more than once: 3." in told
    assert not list((places.root() / "rehearsals").iterdir())


def test_what_is_missing_is_said(bureau: Bureau, good: str, tmp_path: Path) -> None:
    assert "(load_unnamed)" in refused("--file", good)
    nobody = refused("--entry", "nosuch", "--file", good)
    assert nobody.startswith("There is no catalogue entry “nosuch”.")
    assert "(load_entry_missing)" in nobody
    assert "(load_file_missing)" in refused("--entry", bureau.entry)
    assert refused("--entry", bureau.entry, "--file", str(tmp_path)).startswith(f"“{tmp_path}” is a folder.")
    assert "(file_not_there)" in refused("--entry", bureau.entry, "--file", str(tmp_path / "none.csv"))
    assert not Load.objects.exists()


def test_an_entry_that_is_there_and_not_approved_is_told_as_such(bureau: Bureau, good: str) -> None:
    entry = catalogue.draft(replace(PARKING, title=Text(zh="另一份", en="Another")), by=bureau.steward, now=bureau.now)
    assert "has not been approved" in refused("--entry", entry, "--file", good)


def test_a_load_that_is_held_says_what_it_waits_for_and_where_to_go(bureau: Bureau, tmp_path: Path, good: str) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(f"{HEADER}\n001,110101,never,1,1\n")
    held = refused("--entry", bureau.entry, "--file", str(bad))
    load = Load.objects.get()
    assert "somebody must decide" in held
    assert "Too many rows stayed behind" in held
    assert f"/en/lake/loads/{load.pk}." in held
    behind = refused("--entry", bureau.entry, "--file", good)
    assert "(load_waits)" in behind
    assert f"/en/lake/loads/{load.pk}." in behind


def test_the_readers_language_is_that_of_the_terminal(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, good: str
) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert refused("--entry", "nosuch", "--file", good).startswith("没有目录条目“nosuch”。")
    assert of_terminal({}) == of_terminal({"LANG": "C"}) == of_terminal({"LC_ALL": "en_US", "LANG": "zh_CN"}) == "en"
    assert of_terminal({"LC_ALL": "", "LANG": "zh_CN"}) == "zh-hans"
