"""Which of the forms that we write does an `Accept` header ask for (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kaimen.core.errors import NotAcceptable

_PARTS = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*"?)+')
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\Z")
ASKED_SHOWN = 100


@dataclass(frozen=True, slots=True)
class _Range:
    """A media range of the header: `text/csv`, `text/*` or `*/*`, its weight and its place."""

    type: str
    weight: float
    place: int

    @property
    def specificity(self) -> int:
        return 0 if self.type == "*/*" else 1 if self.type.endswith("/*") else 2

    def holds(self, offer: str) -> bool:
        return self.type in {"*/*", offer, offer.partition("/")[0] + "/*"}


def preferred(accept: str, offers: Sequence[str]) -> str:
    """The media type among `offers` that the header prefers; the first where it does not care or says nothing.

    For each offer the most specific range counts, so `text/csv;q=0, */*` asks for anything but CSV. Among equals a type that was
    named goes before one that a wildcard lets in, then the order of the header. Raises `NotAcceptable("form_unknown")`.
    """
    ranges = [_range(part, place) for place, part in enumerate(_PARTS.findall(accept)) if part.strip()]
    if not ranges:
        return offers[0]
    best: tuple[float, int, int] | None = None
    chosen = ""
    for offer in offers:
        fitting = [one for one in ranges if one.holds(offer)]
        if not fitting:
            continue
        one = max(fitting, key=lambda each: (each.specificity, each.weight, -each.place))
        rank = (one.weight, one.specificity, -one.place)
        if one.weight > 0 and (best is None or rank > best):
            best, chosen = rank, offer
    if best is None:
        raise NotAcceptable("form_unknown", asked=accept[:ASKED_SHOWN], known=list(offers))
    return chosen


def _range(part: str, place: int) -> _Range:
    """Parameters other than the weight choose nothing here; a weight that is none is 0."""
    name, *parameters = part.split(";")
    weight = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            weight = float(value) if _WEIGHT.match(value := value.strip()) else 0.0
            break
    return _Range(name.strip().lower(), weight, place)
