"""Bodies for properties: a good one, and any other that hypothesis can think of."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from kaimen.core.metadata.codes import Spec
from kaimen.core.metadata.entry import Body
from kaimen.engines.packs import load
from tests.catalogue.city import ALLOWANCES, ASSESSED, NO_PI, PARKING

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SPEC: Spec = load("cn_beijing").spec
OPEN = dataclasses.replace(PARKING, provider="p", confidentiality_assessment=ASSESSED, pi_assessment=NO_PI)
CLOSED = dataclasses.replace(ALLOWANCES, provider="p", confidentiality_assessment=ASSESSED, pi_assessment=ASSESSED)

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def any_of(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) in {Union, UnionType}:
        return st.none() | any_of(next(one for one in get_args(hint) if one is not NoneType))
    if get_origin(hint) is tuple:
        return st.lists(any_of(get_args(hint)[0]), max_size=3).map(tuple)
    if dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{field.name: any_of(hints[field.name]) for field in dataclasses.fields(hint)})
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    return {
        str: TEXTS,
        int: st.integers(-9, 9999),
        bool: st.booleans(),
        date: st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    }[hint]


BODIES: st.SearchStrategy[Body] = any_of(Body)
