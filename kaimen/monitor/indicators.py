"""Indicators and the evaluation index: their definitions, as data of the pack, and the arithmetic. Pure but for the pack.

Nothing here is a binary fraction: counts are whole numbers, measures are decimals, scores are exact fractions that are rounded once, at
the end, half to even. So the order of a sum changes no digit, and anybody gets the same figures from the published values.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import cast

import rfc8785

from kaimen.core.lifecycle.rules import Words
from kaimen.engines.packs import Pack, PackError, load
from kaimen.monitor.registers import NAME, plain, registers, words

WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)
PLACES = 2
"""Of a score."""
DRAWS = 2000
MEASURES, ABSENT, COUNTS, DIRECTIONS = (
    ("sum", "ratio"),
    ("zero", "missing"),
    ("core", "efficiency", "other"),
    ("up", "down"),
)
EFFICIENCY = "efficiency"
"""Class 05 of the industries. INVARIANT: it is no part of a core figure and no part of the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """An indicator. `sql` gives (district, numerator, denominator); `inputs` are the short names of the datasets it reads.

    `least` and `most` (decimal text, empty: no bound) are what a value can be at all; what lies outside is left out, and told.
    """

    code: str
    words: Words
    method: Words
    unit: Words
    places: int
    direction: str
    measure: str
    times: int
    absent: str
    counts: str
    clause: str
    inputs: tuple[str, ...]
    sql: str
    least: str = ""
    most: str = ""
    unit_one: str = ""
    """The unit in English beside 1, where it is another word."""

    @property
    def recipe(self) -> dict[str, object]:
        """What decides a value; kept with each computation, so that it can be repeated under a later pack."""
        return {
            "code": self.code,
            "sql": self.sql,
            "measure": self.measure,
            "times": self.times,
            "absent": self.absent,
            "places": self.places,
            "inputs": list(self.inputs),
            "least": self.least,
            "most": self.most,
        }

    @property
    def digest(self) -> str:
        """Of the recipe."""
        return digest_of(self.recipe)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An indicator in the index: its weight within its dimension, and the goalposts between which it is scored."""

    code: str
    weight: Fraction
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A part of the index."""

    code: str
    words: Words
    weight: Fraction
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The evaluation index of an edition."""

    edition: str
    words: Words
    clause: str
    period_days: int
    """The longest time between two computations that is promised."""
    reason: Words
    dimensions: tuple[Dimension, ...]
    digest: str

    @property
    def elements(self) -> tuple[Element, ...]:
        """Every indicator in it."""
        return tuple(one for dimension in self.dimensions for one in dimension.elements)


def digest_of(document: object) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()  # type: ignore[arg-type]  # JSON, by whoever calls


# ---- values ------------------------------------------------------------------------------------------------------------------

Line = dict[str, str]


def value_of(recipe: Mapping[str, object], numerator: Decimal | None, denominator: Decimal | None) -> str:
    """The value in decimal text; empty where it is missing: nothing above, or nothing below the line."""
    if numerator is None:
        return ""
    places = Decimal(1).scaleb(-cast("int", recipe["places"]))
    if recipe["measure"] == "sum":
        return f"{WIDE.quantize(numerator, places):f}"
    if not denominator:
        return ""
    return _decimal(
        Fraction(numerator) / Fraction(denominator) * cast("int", recipe["times"]), cast("int", recipe["places"])
    )


def lines_of(
    recipe: Mapping[str, object], rows: Iterable[Sequence[object]], *, city: str, districts: Sequence[str]
) -> list[Line]:
    """A line for the city and each district. `rows` are (district, numerator[, denominator]) as the engine gave them.

    A district whose value cannot be has none: the line keeps the numbers that were given and says `outside`; the city is without it.
    Raises ValueError for a number that is not exact or a district that the city does not have, or that comes twice.
    """
    given: dict[str, tuple[Decimal | None, Decimal | None]] = {}
    for district, *numbers in rows:
        if district not in districts or district in given:
            raise ValueError(f"district {district}")
        numerator, denominator = [*map(_exact, numbers), None][:2]
        given[str(district)] = numerator, denominator
    nothing = (Decimal(0), None) if recipe["absent"] == "zero" else (None, None)
    found = {district: given.get(district, nothing) for district in districts}
    outside = {district for district, numbers in found.items() if _outside(recipe, value_of(recipe, *numbers))}
    known = [one for district, one in found.items() if one[0] is not None and district not in outside]
    whole = (
        (
            sum((one[0] for one in known if one[0] is not None), Decimal(0)),
            sum((one[1] for one in known if one[1] is not None), Decimal(0)),
        )
        if known
        else (None, None)
    )
    return [
        _line(recipe, city, whole),
        *(_line(recipe, district, found[district], left_out=district in outside) for district in districts),
    ]


def _outside(recipe: Mapping[str, object], value: str) -> bool:
    """Can a value not be? A recipe from before there were bounds has none."""
    least, most = str(recipe.get("least", "")), str(recipe.get("most", ""))
    return bool(value) and bool(
        (least and Decimal(value) < Decimal(least)) or (most and Decimal(value) > Decimal(most))
    )


def _line(
    recipe: Mapping[str, object],
    district: str,
    numbers: tuple[Decimal | None, Decimal | None],
    *,
    left_out: bool = False,
) -> Line:
    numerator, denominator = numbers
    ratio, value = recipe["measure"] == "ratio", value_of(recipe, numerator, denominator)
    line = {
        "district": district,
        "numerator": "" if numerator is None else plain(numerator),
        "denominator": plain(denominator) if ratio and denominator is not None else "",
        "value": "" if left_out else value,
    }
    return line | {"outside": value} if left_out else line


def _exact(number: object) -> Decimal | None:
    match number:
        case None:
            return None
        case bool():
            raise ValueError("not a number")
        case int() | Decimal():
            return Decimal(number)
        case _:
            raise ValueError(f"not exact: {type(number).__name__}")


def _decimal(number: Fraction, places: int) -> str:
    """Rounded once, half to even, which `round` of a fraction does."""
    whole = round(number * 10**places)
    return f"{WIDE.scaleb(Decimal(whole), -places):f}"


# ---- the index ---------------------------------------------------------------------------------------------------------------


def score(element: Element, value: str, *, direction: str) -> Fraction:
    """0 to 100 between the goalposts."""
    share = (Fraction(value) - element.low) / (element.high - element.low)
    held = 100 * min(Fraction(1), max(Fraction(0), share))
    return 100 - held if direction == "down" else held


def evaluate(
    index: Index, values: Mapping[str, Mapping[str, str]], *, directions: Mapping[str, str], districts: Sequence[str]
) -> list[dict[str, object]]:
    """A line for each district: its scores, its rank and the band in which its rank lies under other weights.

    `values` are {indicator: {district: value}}. Where one is missing the dimension and the index have no score, and `missing` names it.
    """
    scored = {district: _scores(index, values, directions, district) for district in districts}
    rated = {district: found for district, found in scored.items() if len(found) == len(index.elements)}
    total = {district: _total(index, found) for district, found in rated.items()}
    bands = _bands(index, rated)
    return [
        {
            "district": district,
            "score": _decimal(total[district], PLACES) if district in total else "",
            "rank": 1 + sum(other > total[district] for other in total.values()) if district in total else 0,
            "band": list(bands[district]) if district in bands else [],
            "dimensions": {one.code: _dimension_text(one, scored[district]) for one in index.dimensions},
            "indicators": {code: _decimal(found, PLACES) for code, found in scored[district].items()},
            "missing": [one.code for one in index.elements if one.code not in scored[district]],
        }
        for district in districts
    ]


def _scores(
    index: Index, values: Mapping[str, Mapping[str, str]], directions: Mapping[str, str], district: str
) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for one in index.elements:
        value = values.get(one.code, {}).get(district, "")
        if value:
            found[one.code] = score(one, value, direction=directions[one.code])
    return found


def _dimension(dimension: Dimension, scores: Mapping[str, Fraction]) -> Fraction:
    return sum((one.weight * scores[one.code] for one in dimension.elements), Fraction(0))


def _dimension_text(dimension: Dimension, scores: Mapping[str, Fraction]) -> str:
    whole = all(one.code in scores for one in dimension.elements)
    return _decimal(_dimension(dimension, scores), PLACES) if whole else ""


def _total(index: Index, scores: Mapping[str, Fraction]) -> Fraction:
    return sum((one.weight * _dimension(one, scores) for one in index.dimensions), Fraction(0))


def _bands(index: Index, rated: Mapping[str, Mapping[str, Fraction]]) -> dict[str, tuple[int, int]]:
    """The ranks between the 5th and the 95th of a hundred draws, each weight moved between half and one and a half times.

    A draw is SHA-256 of `edition/draw/indicator`, not a generator's: anybody repeats it in any language.
    """
    districts = list(rated)
    weights = {one.code: dimension.weight * one.weight for dimension in index.dimensions for one in dimension.elements}
    parts = {
        code: [round(weight * rated[district][code] * 10**6) for district in districts]
        for code, weight in weights.items()
    }
    ranks: dict[str, list[int]] = {district: [] for district in districts}
    for draw in range(DRAWS):
        sums = [0] * len(districts)
        for code, row in parts.items():
            drawn = hashlib.sha256(f"{index.edition}/{draw}/{code}".encode()).digest()
            factor = 2**63 + int.from_bytes(drawn[:8])
            for place, part in enumerate(row):
                sums[place] += factor * part
        order = sorted(sums, reverse=True)
        for place, district in enumerate(districts):
            ranks[district].append(1 + order.index(sums[place]))
    least, most = DRAWS * 5 // 100, DRAWS * 95 // 100 - 1
    return {district: (sorted(found)[least], sorted(found)[most]) for district, found in ranks.items()}


# ---- from the pack -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """The city as equal tiles."""

    city: str
    places: Mapping[str, tuple[int, int]]
    """Division code to (column, row)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What the pack measures. A pack without this folder measures nothing."""

    indicators: Mapping[str, Definition]
    index: Index | None
    tiles: Tiles


@lru_cache(maxsize=4)
def measures(pack: str) -> Measures:
    """The indicators, the index and the tiles of the pack of that name. Raises `PackError`."""
    found = load(pack)
    return measures_of(found, frozenset(one.slug for one in registers(pack).values()))


def measures_of(pack: Pack, datasets: frozenset[str]) -> Measures:
    """Of a pack that was read; `datasets` are those that may be asked. Raises `PackError`: the file and what is wrong."""
    files = pack.documents("monitor")
    where = "tiles"
    try:
        tiles = _tiles(files.get("tiles", {"city": "", "tiles": {}}), pack)
        where = "indicators"
        told = cast("list[Mapping[str, object]]", files.get("indicators", {"indicators": []})["indicators"])
        indicators = _definitions(told, datasets)
        where = "index"
        index = _index(files["index"], indicators) if "index" in files else None
    except (KeyError, TypeError, ValueError, InvalidOperation) as fault:
        raise PackError(f"{pack.id}: monitor/{where}", "cannot be read: {fault}", fault=fault) from None
    return Measures(indicators=MappingProxyType(indicators), index=index, tiles=tiles)


def _tiles(told: Mapping[str, object], pack: Pack) -> Tiles:
    places = {
        str(code): (int(place[0]), int(place[1]))
        for code, place in cast("Mapping[str, list[int]]", told["tiles"]).items()
    }
    if len(set(places.values())) < len(places):
        raise ValueError("two districts on one place")
    if strange := {*places} - {*pack.spec.list_of("area").codes}:
        raise ValueError(f"no districts: {sorted(strange)}")
    return Tiles(city=str(told["city"]), places=MappingProxyType(places))


def _one_of(told: Mapping[str, object], key: str, allowed: Sequence[str]) -> str:
    found = str(told[key])
    if found not in allowed:
        raise ValueError(f"{told['code']}: {key} is one of {allowed}")
    return found


def _definitions(told: Sequence[Mapping[str, object]], datasets: frozenset[str]) -> dict[str, Definition]:
    found = {str(one["code"]): _definition(one, datasets) for one in told}
    if len(found) < len(told):
        raise ValueError("two indicators have one code")
    return found


def _definition(told: Mapping[str, object], datasets: frozenset[str]) -> Definition:
    code, inputs = str(told["code"]), tuple(cast("list[str]", told["inputs"]))
    if not NAME.fullmatch(code):
        raise ValueError(f"no code: {code}")
    if not inputs or not set(inputs) <= datasets:
        raise ValueError(f"{code}: its inputs are registers")
    sql = " ".join(str(told["sql"]).split())
    if set(re.findall(r"\bregister_[a-z_]+", sql)) != set(inputs):
        raise ValueError(f"{code}: the question reads other datasets than it names")
    return Definition(
        code=code,
        words=words(told["names"]),
        method=words(told["method"]),
        unit=words(told["unit"]),
        places=int(str(told["places"])),
        direction=_one_of(told, "direction", DIRECTIONS),
        measure=_one_of(told, "measure", MEASURES),
        times=int(str(told.get("times", 1))),
        absent=_one_of(told, "absent", ABSENT),
        counts=_one_of(told, "counts", COUNTS),
        clause=str(told["clause"]),
        inputs=inputs,
        sql=sql,
        least=_bound(told, "least"),
        most=_bound(told, "most"),
        unit_one=str(told.get("unit_one", "")),
    )


def _bound(told: Mapping[str, object], name: str) -> str:
    return plain(Decimal(str(told[name]))) if name in told else ""


def _index(told: Mapping[str, object], indicators: Mapping[str, Definition]) -> Index:
    dimensions = tuple(
        Dimension(
            code=str(one["code"]),
            words=words(one["names"]),
            weight=Fraction(str(one["weight"])),
            elements=tuple(
                _element(each, indicators) for each in cast("list[Mapping[str, object]]", one["indicators"])
            ),
        )
        for one in cast("list[Mapping[str, object]]", told["dimensions"])
    )
    for weights in (
        [one.weight for one in dimensions],
        *([each.weight for each in one.elements] for one in dimensions),
    ):
        if sum(weights, Fraction(0)) != 1 or any(weight <= 0 for weight in weights):
            raise ValueError("weights are positive and sum to exactly 1")
    elements = [each.code for one in dimensions for each in one.elements]
    if len(set(elements)) < len(elements):
        raise ValueError("an indicator counts once")
    return Index(
        edition=str(told["edition"]),
        words=words(told["names"]),
        clause=str(told["clause"]),
        period_days=int(str(told["period_days"])),
        reason=words(told["reason"]),
        dimensions=dimensions,
        digest=digest_of(
            {"edition": str(told["edition"]), "dimensions": told["dimensions"]}
            | {"recipes": {code: indicators[code].recipe for code in elements}}
        ),
    )


def _element(told: Mapping[str, object], indicators: Mapping[str, Definition]) -> Element:
    code = str(told["code"])
    if indicators[code].counts == EFFICIENCY:
        raise ValueError(f"{code}: class 05 is efficiency and no part of the index")
    low, high = Fraction(str(told["low"])), Fraction(str(told["high"]))
    if low >= high:
        raise ValueError(f"{code}: low is below high")
    return Element(code=code, weight=Fraction(str(told["weight"])), low=low, high=high)
