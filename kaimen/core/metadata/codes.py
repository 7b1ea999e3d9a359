"""Code lists and the specification: dated data of a rule pack, frozen. Whoever checks an entry names the specification it used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kaimen.core.errors import Invalid

Attribute = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One value of a list with its names; `attributes` hold what behaviour hangs on (a limit, an EU code)."""

    code: str
    zh: str
    en: str
    parent: str | None = None
    until: date | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict[str, Attribute])

    def name(self, language: str) -> str:
        """The name in `en`, else in Chinese."""
        return self.en if language == "en" else self.zh

    def number(self, key: str) -> int | None:
        """A whole number among the attributes; None where the code has none."""
        value = self.attributes.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def text(self, key: str) -> str | None:
        """A text among the attributes; None where the code has none."""
        value = self.attributes.get(key)
        return value if isinstance(value, str) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts among the attributes."""
        value = self.attributes.get(key)
        return value if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """A list with its version and the day from which it holds. The order of `codes` is the order on pages."""

    name: str
    version: int
    since: date
    zh: str
    en: str
    source: str
    verified: str
    codes: Mapping[str, Code]

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def name_of(self, code: str, language: str) -> str:
        """The name of a code; the code itself where the list does not know it (an old version under a newer list)."""
        known = self.codes.get(code)
        return known.name(language) if known else code

    def name_of_value(self, value: str, language: str) -> str:
        """The name of what stands in data, where providers write a code or its Chinese name; else what stands there."""
        if value in self.codes:
            return self.codes[value].name(language)
        same = [code for code in self.codes.values() if code.zh == value]
        return same[0].name(language) if len(same) == 1 else value

    def get(self, code: str) -> Code:
        """Raises `Invalid("code_unknown")`."""
        try:
            return self.codes[code]
        except KeyError:
            raise Invalid("code_unknown", list=self.name, value=code) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A compile specification: a version, its code lists, its parameters (days, lengths)."""

    version: str
    since: date
    lists: Mapping[str, CodeList]
    parameters: Mapping[str, int]

    def list_of(self, name: str) -> CodeList:
        """Raises KeyError for a list that the pack does not have: a fault of the pack, not of a reader."""
        return self.lists[name]
