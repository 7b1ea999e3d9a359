"""An agreement is written and read back whole; what the gate cannot hold is never ignored."""

from __future__ import annotations

import copy
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.errors import Invalid
from kaimen.core.policy.odrl import Terms, digest, frozen, read, write

names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
TERMS = Terms(
    uid="urn:kaimen:agreement:GX-2026-000001", dataset="d", assigner="a", assignee="b", purposes=("duty",), columns=("c",),
    rows=(("district", ("110101",)),), since=date(2026, 1, 1), until=date(2027, 1, 1), basis="依据",
)  # fmt: skip


@given(
    st.lists(names, min_size=1, unique=True),
    st.lists(names, unique=True),
    st.lists(names, unique=True, max_size=3),
    days,
    days,
    names,
)
def test_written_and_read_back_it_says_the_same(purposes, columns, rows, one, other, basis) -> None:
    terms = Terms(
        uid="u", dataset="d", assigner="a", assignee="b", purposes=tuple(purposes), columns=tuple(columns),
        rows=tuple((column, ("x",)) for column in rows), since=min(one, other), until=max(one, other), basis=basis,
        scope=basis, scenario=basis[::-1], method="query", entry_version=len(columns),
    )  # fmt: skip
    assert read(write(terms)) == terms
    assert digest(write(terms)) == digest(write(terms))
    assert frozen(write(terms)).decode("utf-8")


def _each_place(value: object, way: tuple = ()):
    yield way
    if isinstance(value, dict):
        for key in value:
            yield from _each_place(value[key], (*way, key))
    if isinstance(value, list):
        for place in range(len(value)):
            yield from _each_place(value[place], (*way, place))


PLACES = [way for way in _each_place(write(TERMS)) if way and way[0] not in {"@context", "km:basis"}]


@pytest.mark.parametrize("way", PLACES, ids=str)
def test_a_part_more_or_less_is_refused_or_is_other_terms(way) -> None:
    for change in ("drop", "more"):
        document: object = copy.deepcopy(write(TERMS))
        place = document
        for key in way[:-1]:
            place = place[key]  # type: ignore[index]
        if change == "drop":
            del place[way[-1]]  # type: ignore[attr-defined]
        elif isinstance(place[way[-1]], dict):  # type: ignore[index]
            place[way[-1]]["km:new"] = "x"  # type: ignore[index]
        elif isinstance(place[way[-1]], list):  # type: ignore[index]
            place[way[-1]].append({"action": "sell"})  # type: ignore[index]
        else:
            continue
        try:
            found = read(document)  # type: ignore[arg-type]
        except Invalid:
            continue
        assert found != TERMS


def test_what_was_not_told_does_not_stand_in_it() -> None:
    document = write(TERMS)
    assert not {"km:scope", "km:scenario", "km:method", "km:entryVersion"} & document.keys()
    for wrong in ("1", True, 0):
        with pytest.raises(Invalid, match="odrl_operand"):
            read(document | {"km:entryVersion": wrong})
