"""Questions about the law: its articles with their controls, the duties with their values, the days that are worked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kaimen.core.errors import Invalid, Missing
from kaimen.core.lifecycle.reading import FORCES
from kaimen.core.lifecycle.rules import Clause, Control, Rule, RuleBook, Words
from kaimen.office.selectors import rules

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The law as it was asked for: the whole book, and the articles that the filters leave."""

    book: RuleBook
    found: frozenset[int]
    force: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article with what hangs on it. `before` and `after` are its neighbours' numbers."""

    book: RuleBook
    clause: Clause
    control: Control | None
    duties: tuple[Rule, ...]
    before: int | None
    after: int | None


def law(*, force: str = "", text: str = "") -> Law:
    """All articles, or those of a force that hold every word of a text, in either language.

    Raises `Invalid("code_unknown" | "question_too_long")`.
    """
    if force and force not in FORCES:
        raise Invalid("code_unknown", value=force[:40], list="force")
    book, wanted = rules(), _wanted(text)
    found = frozenset(
        clause.article
        for clause in book.clauses.values()
        if force in {"", clause.force} and _holds(wanted, _words_of(clause, book))
    )
    return Law(book=book, found=found, force=force, text=text.strip())


def article(number: int) -> Article:
    """Raises `Missing("article_unknown")`."""
    book = rules()
    clause = book.clauses.get(number)
    if clause is None:
        raise Missing("article_unknown", article=number)
    numbers = sorted(book.clauses)
    place = numbers.index(number)
    return Article(
        book=book,
        clause=clause,
        control=book.controls.get(clause.control or ""),
        duties=tuple(rule for rule in book.rules.values() if rule.source == book.law and cites(rule, number)),
        before=numbers[place - 1] if place else None,
        after=numbers[place + 1] if place + 1 < len(numbers) else None,
    )


def cites(rule: Rule, number: int) -> bool:
    """Does the rule name that article of its source? `20-21` names both."""
    return any(
        int(first) <= number <= int(last or first)
        for first, last in re.findall(r"(\d+)(?:\s*-\s*(\d+))?", rule.article)
    )


def _wanted(text: str) -> list[str]:
    if len(text) > LONGEST_TEXT:
        raise Invalid("question_too_long", most=LONGEST_TEXT)
    return text.casefold().split()


def _holds(wanted: Iterable[str], written: str) -> bool:
    return all(word in written for word in wanted)


def _words_of(clause: Clause, book: RuleBook) -> str:
    texts = [clause.topic, clause.text, clause.note, book.chapters[clause.chapter]]
    if control := book.controls.get(clause.control or ""):
        texts.append(control.passes)
    return _folded(str(clause.article), clause.control or "", *texts)


def _folded(*texts: str | Words | None) -> str:
    parts = (f"{text.zh}\n{text.en}" if isinstance(text, Words) else text or "" for text in texts)
    return "\n".join(parts).casefold()
