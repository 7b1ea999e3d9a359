"""The story as it is written: who does what on which working day, and what must come of it. Read whole and checked before it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

import demo

STORY = Path(demo.__file__).parent / "day.yaml"
KINDS = ("begin", "act", "ask", "send", "look", "see", "run")
REFERENCE = re.compile(r"\{(?P<name>[a-z_]+)(?P<path>(?:\.[\w-]+)*)(?P<days>[+-]\d+)?\}")
_KEYS = {
    *KINDS,
    *("of", "who", "as", "then", "refused", "again", "zh", "en"),
    *("facts", "body", "purpose", "agreement", "shows"),
}


class StoryError(Exception):
    """The story is not sound, or did not go as it is written. The text says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What belongs together: told under these articles of the regulations, with a sentence in each language."""

    code: str
    articles: tuple[int, ...]
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act of one person. `what` is a workflow, `case.verb`, SQL, `METHOD path`, a case or a page, by its kind."""

    day: int
    place: int
    thread: Thread
    who: str
    kind: str
    what: str
    name: str = ""
    then: Mapping[str, Any] = field(default_factory=dict[str, Any])
    refused: str = ""
    again: str = ""
    zh: str = ""
    en: str = ""
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def where(self) -> str:
        """For people who read the story beside it."""
        return f"day {self.day}, step {self.place} ({self.who}: {self.kind} {self.what})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that happens, in its order."""

    days: int
    needs: tuple[str, ...]
    """Tables that must be loaded before it begins."""
    steps: tuple[Step, ...]

    def of_day(self, day: int) -> list[Step]:
        """What happens on one day."""
        return [step for step in self.steps if step.day == day]

    @property
    def articles(self) -> list[int]:
        """The articles that it touches."""
        return sorted({article for step in self.steps for article in step.thread.articles})


def read(path: Path = STORY) -> Story:
    """Raises `StoryError` for unknown words, a step of two kinds or none, names that nothing carries, days out of order."""
    told = yaml.safe_load(path.read_text("utf-8"))
    threads = {
        code: Thread(code=code, articles=tuple(one["articles"]), zh=one["zh"], en=one["en"])
        for code, one in told["threads"].items()
    }
    steps, known, last = list[Step](), set[str](), 0
    for day, rows in told["story"].items():
        if day <= last or day > told["days"]:
            raise StoryError(f"day {day} comes after day {last}, of {told['days']}")
        last = day
        for place, row in enumerate(rows, 1):
            step = _step(row, day=day, place=place, threads=threads)
            if missing := _names(step) - known:
                raise StoryError(f"{step.where}: nothing is called {', '.join(sorted(missing))} yet")
            known |= {step.name} - {""}
            steps.append(step)
    return Story(days=told["days"], needs=tuple(told["needs"]), steps=tuple(steps))


def filled(value: Any, known: Mapping[str, Any], *, today: date) -> Any:
    """References in texts replaced: `{today+20}` a day, `{name.path}` what an earlier step brought; alone it keeps its type.

    Raises `StoryError` where the path leads nowhere.
    """
    match value:
        case str():
            whole = REFERENCE.fullmatch(value)
            if whole:
                return _found(whole, known, today=today)
            return REFERENCE.sub(lambda one: str(_found(one, known, today=today)), value)
        case list():
            return [filled(one, known, today=today) for one in value]
        case dict():
            return {key: filled(one, known, today=today) for key, one in value.items()}
        case _:
            return value


def at(value: Any, path: str) -> Any:
    """What lies at `a.b.0.c` in an answer. Raises `StoryError` where nothing does."""
    for part in path.split("."):
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, IndexError, TypeError, ValueError):
            raise StoryError(f"there is no {path} in the answer") from None
    return value


def _found(reference: re.Match[str], known: Mapping[str, Any], *, today: date) -> Any:
    name, path, days = reference["name"], reference["path"], int(reference["days"] or 0)
    if name == "today":
        return (today + timedelta(days=days)).isoformat()
    return at(known[name], path.removeprefix(".")) if path else known[name]


def _step(row: Mapping[str, Any], *, day: int, place: int, threads: Mapping[str, Thread]) -> Step:
    where = f"day {day}, step {place}"
    kinds = [kind for kind in KINDS if kind in row]
    if len(kinds) != 1:
        raise StoryError(f"{where}: one of {', '.join(KINDS)} is needed, and one only")
    if unknown := set(row) - _KEYS:
        raise StoryError(f"{where}: {', '.join(sorted(unknown))} means nothing here")
    if row.get("of") not in threads:
        raise StoryError(f"{where}: of which thread? {row.get('of')} is none")
    kind, then = kinds[0], row.get("then", {})
    if kind not in {"begin", "act"} and not (row.get("zh") and row.get("en")):
        raise StoryError(f"{where}: what happens is told in both languages")
    if not then and not row.get("refused") and kind not in {"see", "run"}:
        raise StoryError(f"{where}: what must come of it?")
    return Step(
        day=day,
        place=place,
        thread=threads[row["of"]],
        who=row.get("who", ""),
        kind=kind,
        what=str(row[kind]),
        name=row.get("as", ""),
        then=then if isinstance(then, dict) else {"state": then},
        refused=row.get("refused", ""),
        again=row.get("again", ""),
        zh=row.get("zh", ""),
        en=row.get("en", ""),
        given={key: row[key] for key in ("facts", "body", "purpose", "agreement", "shows") if key in row},
    )


def _names(step: Step) -> set[str]:
    """What a step takes from earlier ones."""
    texts = [step.what, *_texts(step.given), *_texts(step.then)]
    names = {found["name"] for text in texts for found in REFERENCE.finditer(text)} - {"today", "now"}
    return names | ({step.what.partition(".")[0]} if step.kind in {"act", "look"} else set())


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for one in value:
                yield from _texts(one)
        case dict():
            for one in value.values():
                yield from _texts(one)
        case _:
            return
