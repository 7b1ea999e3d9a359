from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.accounts import codes
from kaimen.core.errors import Invalid

REAL = "91110000600037341L"
ALPHABET = codes.ALPHABET


def made(head: str, region: str, eight: str) -> str:
    from stdnum.cn import uscc

    before = head + region + eight + codes.organisation_check(eight)
    return before + uscc.calc_check_digit(before)


heads = st.sampled_from(sorted({a + b for a, kinds in codes.KINDS.items() for b in kinds}))
regions = st.integers(110000, 659004).map(str)
eights = st.text(ALPHABET, min_size=8, max_size=8)
valid = st.builds(made, heads, regions, eights)


@pytest.mark.parametrize(
    "typed",
    [REAL, REAL.lower(), "91 1100 0060 0037 341L", "９１１１００００６０００３７３４１Ｌ", " 9111-0000-6000-3734-1L "],
)
def test_what_is_stored_is_the_clean_form(typed: str) -> None:
    assert codes.uscc(typed).code == REAL


@pytest.mark.parametrize("head", ["N1", "N2", "N3", "N9", "Y1", "A1", "A9"])
def test_leading_letters_are_codes_too(head: str) -> None:
    code = made(head, "110105", "MA01ABCD")
    assert codes.uscc(code).code == code


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "length"),
        ("9111000060003734", "length"),
        (REAL + "0", "length"),
        ("91110000600037341I", "characters"),
        ("B1110000600037341L", "authority"),
        ("94110000600037341L", "authority"),
        ("9111A000600037341L", "region"),
        ("911100006000373412", "check"),
    ],
)
def test_what_cannot_be_a_code_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        codes.uscc(typed)
    assert refused.value.details["reason"] == reason


def test_a_wrong_inner_check_digit_is_only_a_warning() -> None:
    from stdnum.cn import uscc

    eight = "60003734"
    wrong = "0" if codes.organisation_check(eight) != "0" else "1"
    before = "91110000" + eight + wrong
    assert codes.uscc(before + uscc.calc_check_digit(before)).warnings == ("organisation_check",)
    assert codes.uscc(made("91", "110000", eight)).warnings == ()


def test_the_self_employed_are_persons() -> None:
    assert codes.uscc(made("92", "110105", "MA01ABCD")).names_a_person
    assert not codes.uscc(REAL).names_a_person


@given(valid, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    if changed == code:
        assert codes.uscc(changed).code == code
        return
    with pytest.raises(Invalid):
        codes.uscc(changed)


@given(valid, st.integers(0, 16))
def test_every_swap_of_neighbours_is_caught(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped == code:
        return
    with pytest.raises(Invalid):
        codes.uscc(swapped)


@pytest.mark.parametrize("typed", ["110105", "110105001", "110105001001", "１１０１０５"])
def test_division_codes_have_six_nine_or_twelve_digits(typed: str) -> None:
    assert codes.division(typed).startswith("110105")


@pytest.mark.parametrize("typed", ["", "11", "1101051", "010105", "910105", "11010a"])
def test_what_is_no_division_code_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        codes.division(typed)
    assert refused.value.code == "region"


def test_a_district_lies_in_its_city_and_not_in_its_neighbour() -> None:
    assert codes.within("110105", "110000")
    assert codes.within("110105001", "110105")
    assert not codes.within("110105", "110106")
    assert not codes.within("120105", "110000")
