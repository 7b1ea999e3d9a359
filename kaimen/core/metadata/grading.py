"""Which level a column is likely to need, and why: a suggestion for a person to confirm, never a grade by itself.

Levels as in DB11/T 1918 (1 for everybody, 2 on conditions or masked, 3 shared on conditions and masked, 4 case by case); kinds of information
as in PIPL 28 and the data security law. Each rule that applies gives a level and its code; the highest counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kaimen.core.metadata.entry import Body, ImportantData, Item, NationalLevel, PiClass


class Why(StrEnum):
    """Why a level is suggested."""

    SENSITIVE = "sensitive"
    IDENTITY_NUMBER = "identity_number"
    IMPORTANT = "important"
    DIRECT = "direct"
    PERSONAL = "personal"
    LOOKS_PERSONAL = "looks_personal"
    NOT_SHARED = "not_shared"
    QUASI = "quasi"
    NOT_OPEN = "not_open"
    OPEN = "open"


_NUMBER = re.compile(
    r"身份证|证件号|护照|银行卡|社会保障号|id_?(card|number|no)\b|passport|bank_?(card|account)", re.IGNORECASE
)
_PERSON = re.compile(
    r"姓名|手机|电话|住址|家庭地址|邮箱|出生日期|车牌|\b(full_?name|person_?name|phone|mobile|e_?mail|birth(_?date|day)?|home_?address)\b",
    re.IGNORECASE,
)
CONTACT_OF_AN_OFFICE = re.compile(r"单位|机构|咨询|投诉|服务|值班|热线|office|hotline|service|contact", re.IGNORECASE)
"""A telephone of an office tells of nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A level from 1 to 4, and the codes of the rules that gave it."""

    level: int
    why: tuple[Why, ...]


def suggest(item: Item, body: Body) -> Suggestion:
    """What the labels and the name of a column speak for, in an entry that is shared and opened so."""
    found = list(_rules(item, body))
    highest = max(level for level, _ in found)
    return Suggestion(level=highest, why=tuple(why for level, why in found if level == highest))


def _rules(item: Item, body: Body) -> Iterator[tuple[int, Why]]:
    words = _words(item)
    personal = item.pi_class is not PiClass.NONE
    if item.pi_class in {PiClass.SENSITIVE, PiClass.MINOR} or item.pi_kind:
        yield 4, Why.SENSITIVE
    if _NUMBER.search(words):
        yield 4, Why.IDENTITY_NUMBER
    if body.important_data is not ImportantData.NONE or body.national_level is not NationalLevel.GENERAL:
        yield 4, Why.IMPORTANT
    if personal:
        yield 3, Why.DIRECT if item.identifier_kind == "direct" else Why.PERSONAL
    elif _PERSON.search(words) and not CONTACT_OF_AN_OFFICE.search(words):
        yield 3, Why.LOOKS_PERSONAL
    if body.share_type == 3:
        yield 3, Why.NOT_SHARED
    if item.identifier_kind in {"quasi", "sensitive"}:
        yield 2, Why.QUASI
    if body.open_type == 1:
        yield 1, Why.OPEN
    else:
        yield 2, Why.NOT_OPEN


def speaks_of_a_person(item: Item) -> bool:
    """Its name and words are those of a person's number, name or address, though it is not marked so."""
    words = _words(item)
    unmarked = item.pi_class is PiClass.NONE
    return unmarked and bool(
        _NUMBER.search(words) or (_PERSON.search(words) and not CONTACT_OF_AN_OFFICE.search(words))
    )


def lowered(before: Body, after: Body) -> tuple[str, ...]:
    """Columns of both whose marks got weaker: class and kind of information, identifier, level, mask; or that opened wider."""
    old = {item.column: item for item in before.items}
    return tuple(
        item.column for item in after.items if item.column in old and _weaker(old[item.column], item, before, after)
    )


def stripped(before: Body, after: Body) -> tuple[str, ...]:
    """Columns of both that told of persons and are said to tell of nobody now."""
    told = {item.column for item in before.items if item.pi_class is not PiClass.NONE}
    return tuple(item.column for item in after.items if item.column in told and item.pi_class is PiClass.NONE)


_SURE = ("", "other", "quasi", "sensitive", "direct")
"""Kinds of identifiers, the surest last."""


def _weaker(old: Item, new: Item, before: Body, after: Body) -> bool:
    personal = old.pi_class is not PiClass.NONE
    return (
        new.pi_class.rank < old.pi_class.rank
        or (bool(old.pi_kind) and not new.pi_kind)
        or _SURE.index(new.identifier_kind or "") < _SURE.index(old.identifier_kind or "")
        or (new.level or 0) < (old.level or 0)
        or (personal and old.mask_rule is not None and new.mask_rule is None)
        or (personal and _opened(new, after) < _opened(old, before))
    )


def _opened(item: Item, body: Body) -> int:
    return max(item.open_type_override or 1, body.open_type or 3)


def _words(item: Item) -> str:
    return f"{item.column} {item.name_zh} {item.name_en.replace(' ', '_')}"


def basis(item: Item) -> str:
    """What a confirmed level stands on. When one of these changes, a person looks again; texts and units may change."""
    return "|".join(
        [item.column, item.data_type, str(item.level or ""), item.pi_class.value, item.pi_kind, item.identifier_kind]
    )
