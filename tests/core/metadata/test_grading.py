"""Levels that labels and names speak for: never lower than what a column is marked as."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.metadata.entry import Body, ImportantData, Item, NationalLevel, PiClass
from kaimen.core.metadata.grading import Why, basis, suggest

OPEN, SHARED = Body(open_type=1, share_type=1), Body(open_type=3, share_type=2)
ITEMS = st.builds(
    Item, column=st.sampled_from(["a", "phone", "id_number", "开放时间", "姓名"]), pi_class=st.sampled_from(PiClass),
    pi_kind=st.sampled_from(["", "health"]), identifier_kind=st.sampled_from(["", "direct", "quasi", "sensitive", "other"]),
)  # fmt: skip
BODIES = st.builds(
    Body, open_type=st.sampled_from([1, 2, 3]), share_type=st.sampled_from([1, 2, 3]),
    important_data=st.sampled_from(ImportantData), national_level=st.sampled_from(NationalLevel),
)  # fmt: skip


@pytest.mark.parametrize(
    ("item", "body", "level", "why"),
    [
        (Item(column="places", name_zh="车位数"), OPEN, 1, Why.OPEN),
        (Item(column="places"), SHARED, 2, Why.NOT_OPEN),
        (Item(column="name", pi_class=PiClass.GENERAL, identifier_kind="direct"), SHARED, 3, Why.DIRECT),
        (Item(column="street", pi_class=PiClass.GENERAL, identifier_kind="quasi"), SHARED, 3, Why.PERSONAL),
        (Item(column="illness", pi_class=PiClass.SENSITIVE, pi_kind="health"), SHARED, 4, Why.SENSITIVE),
        (Item(column="pupil", pi_class=PiClass.MINOR), SHARED, 4, Why.SENSITIVE),
        (Item(column="id_number"), SHARED, 4, Why.IDENTITY_NUMBER),
        (Item(column="zjhm", name_zh="证件号码"), SHARED, 4, Why.IDENTITY_NUMBER),
        (Item(column="phone", name_zh="手机号"), OPEN, 3, Why.LOOKS_PERSONAL),
        (Item(column="phone", name_zh="咨询电话"), OPEN, 1, Why.OPEN),
        (Item(column="age_group", identifier_kind="quasi"), OPEN, 2, Why.QUASI),
        (Item(column="places"), replace(SHARED, share_type=3), 3, Why.NOT_SHARED),
        (Item(column="flow"), replace(SHARED, important_data=ImportantData.SUSPECTED), 4, Why.IMPORTANT),
    ],
)
def test_what_speaks_for_which_level(item: Item, body: Body, level: int, why: Why) -> None:
    found = suggest(item, body)
    assert found.level == level and why in found.why


@given(ITEMS, BODIES)
def test_a_mark_never_lowers_a_level(item: Item, body: Body) -> None:
    found = suggest(item, body)
    assert 1 <= found.level <= 4 and found.why
    if item.pi_class is PiClass.NONE and not item.pi_kind:
        assert suggest(replace(item, pi_class=PiClass.SENSITIVE), body).level >= found.level
    else:
        assert found.level >= 3


def test_texts_may_change_under_a_confirmed_level_and_marks_may_not() -> None:
    item = Item(column="name", name_zh="姓名", level=3, pi_class=PiClass.GENERAL)
    assert basis(replace(item, name_zh="名字", unit="x")) == basis(item)
    for changed in ({"level": 2}, {"pi_class": PiClass.NONE}, {"identifier_kind": "direct"}, {"data_type": "I"}):
        assert basis(replace(item, **changed)) != basis(item)
