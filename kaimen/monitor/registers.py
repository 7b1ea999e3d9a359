"""Registers as data of the pack: their fields, what a cell becomes, and what a record must say once it is so far.

Pure but for the pack: no table is read here. Facts of a record are text in canonical form: numbers without needless zeros, days in
ISO 8601, codes of their list, `true` and `false`; what is empty is absent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import cast

from kaimen.core.lifecycle.rules import Words
from kaimen.core.metadata.codes import Spec
from kaimen.core.metadata.identifiers import SLUG, credit_code_holds
from kaimen.engines.packs import Pack, PackError, load

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,9})?", re.ASCII)
OURS = frozenset({"state", "changed_on"})
"""Columns of the open dataset that no field may be called."""
YES_NO: Mapping[str, Words] = {"true": Words(zh="是", en="yes"), "false": Words(zh="否", en="no")}
YES, NO = frozenset({"true", "yes", "是", "1"}), frozenset({"false", "no", "否", "0"})
MOST_TEXT = 1000
MOST_PLACES = 3
"""Fifteen digits before the point and these after it fill the decimals of the lake."""

Facts = dict[str, str]


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    DAY = "day"
    YES_NO = "yes_no"
    CODE = "code"
    CREDIT_CODE = "credit_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a register. `codes` are the values that a code may be; `least` and `most` bound a number, `most` a text's length."""

    name: str
    words: Words
    type: FieldType
    key: bool = False
    needed: bool = False
    public: bool = True
    unit: Words | None = None
    code_list: str = ""
    codes: Mapping[str, Words] = made(default_factory=dict[str, Words])
    least: Decimal | None = None
    most: Decimal | None = None
    places: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a record must say. `when`: only where each of these fields is one of these values."""

    code: str
    words: Words
    needs: tuple[str, ...] = ()
    field: str = ""
    at_most: Decimal | None = None
    at_least: Decimal | None = None
    when: Mapping[str, frozenset[str]] = made(default_factory=dict[str, frozenset[str]])

    def concerns(self, facts: Mapping[str, str]) -> bool:
        """Is a record so far that this is asked of it?"""
        return all(facts.get(name, "") in values for name, values in self.when.items())

    def lacks(self, facts: Mapping[str, str]) -> tuple[str, ...]:
        """The fields that keep a record from meeting this; none where it is met or not asked. An unknown number breaks no limit."""
        if not self.concerns(facts):
            return ()
        lacking = tuple(name for name in self.needs if name not in facts)
        given = facts.get(self.field)
        if given is None:
            return lacking
        number = Decimal(given)
        beyond = (self.at_most is not None and number > self.at_most) or (
            self.at_least is not None and number < self.at_least
        )
        return (*lacking, self.field) if beyond else lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a cell: the field and a code of `words.FAULTS`; `other`: the field against which it was held, if any."""

    field: str
    code: str
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What cannot be otherwise, whatever a record says: fields that do not fall, days that are over, a quotient that comes out.

    `order`: each is as large or as late as the one before it, and, where `times` says so, at most so many times as large. `past`: none is after today. `quotient`: the first is the second divided by
    the third, give or take `within`. `when`: only where each of these fields is one of these values. What is absent breaks nothing.
    """

    code: str
    words: Words
    order: tuple[str, ...] = ()
    times: Decimal | None = None
    past: tuple[str, ...] = ()
    quotient: tuple[str, str, str] | None = None
    within: Decimal = Decimal(0)
    when: Mapping[str, frozenset[str]] = made(default_factory=dict[str, frozenset[str]])

    def faults(self, facts: Mapping[str, str], *, today: date) -> tuple[Fault, ...]:
        """What cannot be, field by field; none where the record is not so far."""
        if not all(facts.get(name, "") in values for name, values in self.when.items()):
            return ()
        found = [Fault(field=name, code="in_future") for name in self.past if facts.get(name, "") > today.isoformat()]
        told = [name for name in self.order if name in facts]
        found += [
            Fault(field=later, code="out_of_order", other=earlier)
            for earlier, later in pairwise(told)
            if _ordered(facts[later]) < _ordered(facts[earlier])
        ]
        if self.times is not None:
            found += [
                Fault(field=later, code="out_of_proportion", other=earlier)
                for earlier, later in pairwise(told)
                if _ordered(facts[later]) > _ordered(facts[earlier]) * self.times
            ]
        if self.quotient and all(name in facts for name in self.quotient):
            value, above, below = (Decimal(facts[name]) for name in self.quotient)
            if not below or abs(value - above / below) > self.within:
                found.append(Fault(field=self.quotient[0], code="not_the_quotient"))
        return tuple(found)

    def lacks(self, facts: Mapping[str, str]) -> tuple[str, ...]:
        """The fields of a record that was entered before this was asked and cannot be. Days are judged when a record is written."""
        return tuple(one.field for one in self.faults(facts, today=date.max))


def _ordered(text: str) -> Decimal:
    """A number as it is, a day by its place among all days."""
    return Decimal(text) if NUMBER.fullmatch(text) else Decimal(date.fromisoformat(text).toordinal())


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One register: where it is published, who may write in it, its fields, what it asks and what cannot be.

    `matter`: the body that writes is competent for it, or is the data authority; empty where any body writes.
    """

    kind: str
    slug: str
    clause: str
    words: Words
    about: Words
    writers: frozenset[str]
    fields: tuple[Field, ...]
    requires: tuple[Requirement, ...]
    checks: tuple[Check, ...] = ()
    matter: str = ""

    @property
    def key(self) -> Field:
        """The field by which a record is known."""
        return next(one for one in self.fields if one.key)

    @property
    def public_fields(self) -> tuple[Field, ...]:
        """What enters the open dataset."""
        return tuple(one for one in self.fields if one.public)

    def field(self, name: str) -> Field:
        """Raises KeyError."""
        return next((one for one in self.fields if one.name == name), None) or _raise(name)

    @property
    def asked(self) -> tuple[Requirement | Check, ...]:
        """All that a record is held against."""
        return (*self.requires, *self.checks)

    def exceptions(self, facts: Mapping[str, str]) -> tuple[tuple[Requirement | Check, tuple[str, ...]], ...]:
        """What is missing against what is asked, and what cannot be: (requirement, fields)."""
        found = ((one, one.lacks(facts)) for one in self.asked)
        return tuple((one, lacking) for one, lacking in found if lacking)


def _raise(name: str) -> Field:
    raise KeyError(name)


# ---- cells -------------------------------------------------------------------------------------------------------------------


def read_facts(register: Register, given: Mapping[str, str], *, today: date) -> tuple[Facts, list[Fault]]:
    """A record from what was typed or delivered, by field name, and everything that is wrong with it, also of fields beside one another."""
    facts, faults = Facts(), list[Fault]()
    known = {one.name for one in register.fields}
    faults += [Fault(field=name[:80], code="unknown_field") for name in given if name not in known]
    for one in register.fields:
        text = _clean(given.get(one.name, ""))
        if not text:
            if one.key or one.needed:
                faults.append(Fault(field=one.name, code="needed"))
            continue
        value, fault = _cell(one, text)
        if fault:
            faults.append(Fault(field=one.name, code=fault))
        else:
            facts[one.name] = value
    beside = dict.fromkeys(fault for one in register.checks for fault in one.faults(facts, today=today))
    return facts, [*faults, *beside]


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _cell(field: Field, text: str) -> tuple[str, str]:
    """(value, "") or ("", fault)."""
    match field.type:
        case FieldType.TEXT:
            return _text(field, text)
        case FieldType.CREDIT_CODE:
            code = text.upper()
            return (code, "") if credit_code_holds(code) else ("", "not_a_credit_code")
        case FieldType.CODE:
            return _code(field, text)
        case FieldType.YES_NO:
            low = text.casefold()
            return ("true", "") if low in YES else ("false", "") if low in NO else ("", "not_yes_or_no")
        case FieldType.DAY:
            try:
                return date.fromisoformat(text if len(text) == len("2026-01-01") else "-").isoformat(), ""
            except ValueError:
                return "", "not_a_date"
        case FieldType.NUMBER | FieldType.INTEGER:
            return _number(field, text)


def _text(field: Field, text: str) -> tuple[str, str]:
    if any(unicodedata.category(sign)[0] == "C" for sign in text.replace("\n", " ")):
        return "", "not_text"
    if len(text) > (field.most or MOST_TEXT):
        return "", "too_long"
    if field.key and not KEY.fullmatch(text):
        return "", "not_a_key"
    if text[0] in "=@":  # office programs would run it when they open the open dataset
        return "", "looks_like_a_formula"
    return text, ""


def _code(field: Field, text: str) -> tuple[str, str]:
    """The code, or its name in either language where one code alone is called so."""
    if text in field.codes:
        return text, ""
    named = [code for code, words in field.codes.items() if text in (words.zh, words.en)]
    return (named[0], "") if len(named) == 1 else ("", "not_a_choice")


def _number(field: Field, text: str) -> tuple[str, str]:
    try:
        number = Decimal(text) if NUMBER.fullmatch(text) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_nan():
        return "", "not_a_number"
    if field.least is not None and number < field.least:
        return "", "too_small"
    if field.most is not None and number > field.most:
        return "", "too_large"
    if number != round(number, field.places):
        return "", "too_many_places" if field.places else "not_whole"
    return plain(number), ""


def plain(number: Decimal) -> str:
    """The one way to write a number: no exponent, no zeros that say nothing, no minus before zero."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if number == 0 else text


def columns(register: Register, heads: Sequence[str]) -> tuple[list[str], list[str]]:
    """The fields that the heads of a sheet mean, by technical name or by name in either language, and heads that mean none."""
    meant = {name: one.name for one in register.fields for name in (one.name, one.words.zh, one.words.en)}
    found = [meant.get(_clean(head), "") for head in heads]
    strange = [head for head, name in zip(heads, found, strict=True) if not name and _clean(head)]
    return found, strange


# ---- from the pack -----------------------------------------------------------------------------------------------------------

_HEAD = {"kind", "slug", "clause", "names", "about", "writers", "matter", "fields", "requires", "checks"}
_FIELD = {
    "name",
    "zh",
    "en",
    "type",
    "key",
    "needed",
    "public",
    "unit",
    "unit_en",
    "list",
    "under",
    "least",
    "most",
    "places",
}
_ASK = {"code", "zh", "en", "needs", "field", "at_most", "at_least", "when", "source"}
_CHECK = {"code", "zh", "en", "order", "times", "past", "quotient", "within", "when"}


@lru_cache(maxsize=4)
def registers(pack: str) -> Mapping[str, Register]:
    """The registers of the pack of that name, by kind, in the order of the articles that ask for them. Raises `PackError`."""
    return registers_of(load(pack))


def registers_of(pack: Pack) -> Mapping[str, Register]:
    """The registers of a pack that was read. Raises `PackError`: the register and what is wrong with it."""
    found: dict[str, Register] = {}
    for name, told in pack.documents("monitor/registers").items():
        try:
            found[name] = _register(told, pack.spec)
        except (KeyError, TypeError, ValueError, InvalidOperation) as fault:
            raise PackError(f"{pack.id}: registers/{name}", "cannot be read: {fault}", fault=fault) from None
        if found[name].kind != name:
            raise PackError(f"{pack.id}: registers/{name}", "its kind is its file's name")
    if len({one.slug for one in found.values()}) < len(found):
        raise PackError(f"{pack.id}: registers", "two have one short name")
    return MappingProxyType(
        dict(sorted(found.items(), key=lambda one: (int(one[1].clause.rpartition("-")[2]), one[0])))
    )


def words(told: object) -> Words:
    """Text in both languages. Raises KeyError, ValueError."""
    pair = cast("Mapping[str, str]", told)
    _only(pair, {"zh", "en"})
    return Words(zh=str(pair["zh"]), en=str(pair["en"]))


def _only(told: Mapping[str, object], allowed: Iterable[str]) -> None:
    if strange := set(told) - set(allowed):
        raise ValueError(f"not known here: {sorted(strange)}")


def _register(told: Mapping[str, object], spec: Spec) -> Register:
    _only(told, _HEAD)
    fields = tuple(_field(one, spec) for one in cast("list[Mapping[str, object]]", told["fields"]))
    names = [one.name for one in fields]
    if len(set(names)) < len(names) or sum(one.key for one in fields) != 1:
        raise ValueError("fields have names of their own, and one is the key")
    if not {"district", "name_zh"} <= set(names):
        raise ValueError("every register says district and name_zh")
    slug = str(told["slug"])
    if not SLUG.fullmatch(slug):
        raise ValueError(f"no short name: {slug}")
    return Register(
        kind=str(told["kind"]),
        slug=slug,
        clause=str(told["clause"]),
        words=words(told["names"]),
        about=words(told["about"]),
        writers=frozenset(cast("list[str]", told["writers"])),
        fields=fields,
        requires=tuple(
            _requirement(one, {field.name: field for field in fields})
            for one in cast("list[Mapping[str, object]]", told["requires"])
        ),
        checks=tuple(
            _check(one, {field.name: field for field in fields})
            for one in cast("list[Mapping[str, object]]", told.get("checks", []))
        ),
        matter=str(told.get("matter", "")),
    )


def _field(told: Mapping[str, object], spec: Spec) -> Field:
    _only(told, _FIELD)
    name, kind = str(told["name"]), FieldType(str(told["type"]))
    if not NAME.fullmatch(name) or name in OURS:
        raise ValueError(f"no name for a field: {name}")
    if (kind is FieldType.CODE) != ("list" in told):
        raise ValueError(f"{name}: a code has a list, nothing else has")
    key = bool(told.get("key"))
    if key and (kind not in {FieldType.TEXT, FieldType.CREDIT_CODE} or told.get("public") is False):
        raise ValueError(f"{name}: the key is a public text or a credit code")
    if not 0 <= int(str(told.get("places", 0))) <= MOST_PLACES:
        raise ValueError(f"{name}: at most {MOST_PLACES} places")
    unit = str(told["unit"]) if "unit" in told else ""
    return Field(
        name=name,
        words=Words(zh=str(told["zh"]), en=str(told["en"])),
        type=kind,
        key=key,
        needed=bool(told.get("needed")),
        public=bool(told.get("public", True)),
        unit=Words(zh=unit, en=str(told.get("unit_en", unit))) if unit else None,
        code_list=str(told.get("list", "")),
        codes=_codes(str(told["list"]), told.get("under"), spec) if kind is FieldType.CODE else MappingProxyType({}),
        least=Decimal(str(told["least"])) if "least" in told else None,
        most=Decimal(str(told["most"])) if "most" in told else None,
        places=int(str(told.get("places", 0))),
    )


def _codes(name: str, under: object, spec: Spec) -> Mapping[str, Words]:
    above = {str(one) for one in cast("list[object]", under)} if isinstance(under, list) else {str(under)}
    found = {
        code.code: Words(zh=code.zh, en=code.en)
        for code in spec.list_of(name).codes.values()
        if under is None or code.parent in above
    }
    if not found:
        raise ValueError(f"{name}: nothing under {sorted(above)}")
    return MappingProxyType(found)


def _requirement(told: Mapping[str, object], fields: Mapping[str, Field]) -> Requirement:
    _only(told, _ASK)
    needs, field = tuple(cast("list[str]", told.get("needs", []))), str(told.get("field", ""))
    when = cast("Mapping[str, list[object]]", told.get("when", {}))
    for name in (*needs, *when, *([field] if field else [])):
        if name not in fields:
            raise ValueError(f"{told['code']}: there is no field {name}")
    _only_when(told, when, fields)
    if field and fields[field].type not in {FieldType.NUMBER, FieldType.INTEGER}:
        raise ValueError(f"{told['code']}: {field} is no number")
    if not needs and not ("at_most" in told or "at_least" in told):
        raise ValueError(f"{told['code']}: it asks nothing")
    return Requirement(
        code=str(told["code"]),
        words=Words(zh=str(told["zh"]), en=str(told["en"])),
        needs=needs,
        field=field,
        at_most=Decimal(str(told["at_most"])) if "at_most" in told else None,
        at_least=Decimal(str(told["at_least"])) if "at_least" in told else None,
        when=_frozen(when),
    )


def _only_when(told: Mapping[str, object], when: Mapping[str, list[object]], fields: Mapping[str, Field]) -> None:
    for name, values in when.items():
        allowed = fields[name].codes or {"true": None, "false": None}
        if not {str(value) for value in values} <= set(allowed):
            raise ValueError(f"{told['code']}: {name} is never one of {values}")


def _frozen(when: Mapping[str, list[object]]) -> Mapping[str, frozenset[str]]:
    return MappingProxyType({name: frozenset(str(value) for value in values) for name, values in when.items()})


def _check(told: Mapping[str, object], fields: Mapping[str, Field]) -> Check:
    _only(told, _CHECK)
    order, past, parts = (tuple(cast("list[str]", told.get(name, []))) for name in ("order", "past", "quotient"))
    when = cast("Mapping[str, list[object]]", told.get("when", {}))
    for name in (*order, *past, *parts, *when):
        if name not in fields:
            raise ValueError(f"{told['code']}: there is no field {name}")
    _only_when(told, when, fields)
    numbers, days = {FieldType.NUMBER, FieldType.INTEGER}, {FieldType.DAY}
    kinds = {fields[name].type for name in order}
    if not (kinds <= numbers or kinds <= days) or not {fields[name].type for name in past} <= days:
        raise ValueError(f"{told['code']}: numbers stand in order with numbers, days with days, and days alone pass")
    if parts and (
        len(parts) != len(("value", "above", "below")) or not {fields[name].type for name in parts} <= numbers
    ):
        raise ValueError(f"{told['code']}: a quotient is a number, divided by another")
    if "times" in told and not (order and kinds <= numbers):
        raise ValueError(f"{told['code']}: numbers in order are so many times as large, nothing else")
    if len(order) == 1 or not (order or past or parts):
        raise ValueError(f"{told['code']}: it asks nothing")
    return Check(
        code=str(told["code"]),
        words=Words(zh=str(told["zh"]), en=str(told["en"])),
        order=order,
        times=Decimal(str(told["times"])) if "times" in told else None,
        past=past,
        quotient=(parts[0], parts[1], parts[2]) if parts else None,
        within=Decimal(str(told.get("within", 0))),
        when=_frozen(when),
    )
