from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.errors import Invalid
from kaimen.core.metadata.identifiers import RESOURCE_CODE, SLUG, credit_code_holds, resource_code, slug_of
from kaimen.core.metadata.masks import Deny, Generalise, Keep, Minimum, Null, Pseudonym, parse_mask


@pytest.mark.parametrize(
    ("rule", "mask"),
    [
        ("null", Null()),
        ("deny", Deny()),
        ("keep:1,0", Keep(first=1, last=0)),
        ("keep:0,4", Keep(first=0, last=4)),
        ("pseudonym:person", Pseudonym(domain="person")),
        ("generalise:date:month", Generalise(hierarchy="date", level="month")),
        ("generalise:division:district", Generalise(hierarchy="division", level="district")),
        ("generalise:number:5", Generalise(hierarchy="number", level="5")),
        ("minimum:10", Minimum(least=10)),
    ],
)
def test_the_grammar_of_masks(rule: str, mask: object) -> None:
    assert parse_mask(rule) == mask


@pytest.mark.parametrize(
    "rule",
    ["", "NULL", "null:", "keep", "keep:1", "keep:-1,0", "keep:1,0,", "keep:１,0", "pseudonym:", "pseudonym:A b", "generalise:date:day",
     "generalise:number:0", "generalise:number:x", "generalise:place:district", "minimum:0", "minimum:1e3", "deny ", "sql:drop"],
)  # fmt: skip
def test_everything_else_is_no_mask(rule: str) -> None:
    with pytest.raises(Invalid):
        parse_mask(rule)


@given(st.text(max_size=150), st.integers(0, 3))
def test_any_title_gives_an_address_that_is_free(title: str, taken: int) -> None:
    before = [slug_of(title, taken=())]
    for _ in range(taken):
        before.append(slug_of(title, taken=before))
    assert len(set(before)) == len(before)
    assert all(SLUG.fullmatch(slug) for slug in before)


@given(st.integers(1, 3), st.integers(0, 99), st.integers(0, 999), st.integers(1, 10**9))
def test_resource_codes_follow_the_grammar(class_: int, item: int, sub: int, sequence: int) -> None:
    assert RESOURCE_CODE.fullmatch(resource_code(f"{class_}{item:02d}{sub:03d}", sequence))


def test_a_resource_code_outside_the_grammar_is_a_fault() -> None:
    for path, sequence in (("401001", 1), ("2", 1), ("213001", 0)):
        with pytest.raises(ValueError, match="/"):
            resource_code(path, sequence)


def test_the_check_character_catches_every_single_slip() -> None:
    good = "91350100M000100Y43"  # the example of the standard
    assert credit_code_holds(good)
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    wrong = [good[:place] + sign + good[place + 1 :] for place in range(18) for sign in alphabet if sign != good[place]]
    assert not any(credit_code_holds(code) for code in wrong)
    assert not credit_code_holds(good.lower())
    assert not credit_code_holds(good[:-1])
