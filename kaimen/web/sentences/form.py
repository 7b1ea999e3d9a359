"""The form of a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

TERMS: dict[str, tuple[str, str]] = {"system": ("the platform itself", "平台自动办理")}
"""What a fact says in a code, in English and Chinese, for sentences that show it as `{fact:term}`; rooms add theirs."""


def _english() -> bool:
    return get_language() == "en"


class _Shown(str):
    """A fact as it stands in a sentence."""

    __slots__ = ()

    def __format__(self, form: str) -> str:
        return term(str(self)) if form == "term" else str(self)


def term(code: str) -> str:
    """A code in the reader's words; one that nobody named, as it is."""
    english, chinese = TERMS.get(code, (code, code))
    return english if _english() else chinese


class _ShownList(_Shown):
    """Several facts beside one another, as people write them."""

    names: tuple[str, ...]

    def __format__(self, form: str) -> str:
        return str(_listed([term(name) for name in self.names])) if form == "term" else str(self)


def _listed(names: list[str]) -> _ShownList:
    found = _ShownList((", " if _english() else "、").join(names) or ("none" if _english() else "无"))
    found.names = tuple(names)
    return found


def _readable(text: str) -> str:
    """What was sent may hold signs that no page can show; each stands as the one for what cannot be read."""
    return "".join(sign if sign.isprintable() or sign.isspace() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _shown(value: object) -> object:
    """Names of a list stand beside one another, as people write them; a bare number keeps its own form."""
    match value:
        case list() | tuple():
            return _listed([_readable(str(one)) for one in value])  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # facts are open
        case str():
            return _Shown(_readable(value))
        case None:
            return _Shown("…")
        case _:
            return value


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return _Shown("…")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What happened; why; what to do. `{name}` stands for a fact of the error."""

    what: str
    why: str = ""
    todo: str = ""

    def filled(self, facts: Mapping[str, object]) -> Words:
        """The same words with the facts put in; a fact that is not there shows as `…`."""
        known = _Facts({name: _shown(value) for name, value in facts.items()})
        return Words(what=self.what.format_map(known), why=self.why.format_map(known), todo=self.todo.format_map(known))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The same in both languages."""

    en: Words
    zh: Words
