from __future__ import annotations

import pytest

from kaimen.accounts.models import BodyKind
from kaimen.accounts.roles import forbidden_together, role, roles
from kaimen.core.errors import Invalid
from kaimen.core.policy.party import Assurance

WANTED = (
    "steward office_head department_head cdo security_officer protection_officer authority_reviewer operator helper auditor government "
    "applicant zone_operator zone_analyst trader exchange_staff security_admin public"
)


def test_the_pack_knows_every_role_in_both_languages() -> None:
    assert set(roles()) == set(WANTED.split())
    for rule in roles().values():
        assert rule.name_zh
        assert rule.name_en.isascii()


def test_what_the_pack_names_exists() -> None:
    for rule in roles().values():
        assert rule.nominate | rule.approve <= set(roles()), rule.code
        assert {apart.role for apart in rule.apart} <= {*roles(), "*"}
        assert {apart.where for apart in rule.apart} <= {"same_body", "elsewhere", "anywhere"}
        assert rule.bodies is None or rule.bodies <= set(BodyKind.values)
        assert rule.open or (rule.nominate and rule.approve), f"{rule.code} could never be given"


def test_officers_need_two_factors_and_the_last_resort_the_strongest() -> None:
    assert {rule.assurance for rule in roles().values() if not rule.open} == {
        Assurance.TWO_FACTOR,
        Assurance.PHISHING_RESISTANT,
    }
    assert role("security_admin").assurance is Assurance.PHISHING_RESISTANT


def test_a_head_of_department_is_one_and_stays_responsible() -> None:
    head = role("department_head")
    assert (head.most, head.delegable, head.acting_days) == (1, False, 90)


@pytest.mark.parametrize(
    ("one", "other", "same", "apart"),
    [
        ("operator", "security_admin", False, True),
        ("security_admin", "operator", True, True),
        ("office_head", "office_head", False, True),
        ("office_head", "office_head", True, False),
        ("auditor", "steward", False, True),
        ("steward", "auditor", True, True),
        ("auditor", "auditor", False, False),
        ("zone_operator", "trader", True, True),
        ("zone_operator", "trader", False, False),
        ("steward", "cdo", True, False),
    ],
)
def test_what_is_kept_apart_is_so_from_both_sides(one: str, other: str, *, same: bool, apart: bool) -> None:
    assert forbidden_together(one, other, same_body=same) is apart


def test_a_role_that_the_pack_does_not_know_is_refused() -> None:
    with pytest.raises(Invalid):
        role("king")
