"""Roles and their constraints: data of the rule pack (`packs/<pack>/roles.yaml`), read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from django.conf import settings

from kaimen.core.errors import Invalid
from kaimen.core.policy.party import Assurance, Role

PACKS = Path(__file__).resolve().parents[1] / "packs"
APPLICANT = Role("applicant")
Where = Literal["same_body", "elsewhere", "anywhere"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """May not be held together with `role` (`*`: anything that acts)."""

    role: str
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """What the pack says of one role."""

    code: Role
    name_zh: str
    name_en: str
    nature: str
    rule: str | None
    bodies: frozenset[str] | None
    authority: bool
    nominate: frozenset[str]
    approve: frozenset[str]
    apart: tuple[Apart, ...]
    most: int | None
    delegable: bool
    acting_days: int | None
    assurance: Assurance
    reach_everywhere: bool
    open: bool

    def name(self, language: str) -> str:
        """In the reader's language."""
        return self.name_en if language.startswith("en") else self.name_zh


def _rule(entry: Mapping[str, object]) -> RoleRule:
    match entry:
        case {
            "code": str(code),
            "name": {"zh": str(zh), "en": str(en)},
            "nature": str(nature),
            "assurance": str(assurance),
        }:
            bodies, appoints = entry.get("bodies", "any"), entry.get("appoints", {})
            apart, most, days, rule = (
                entry.get("apart", []),
                entry.get("most"),
                entry.get("acting_days"),
                entry.get("rule"),
            )
            assert isinstance(appoints, dict)  # noqa: S101 - the shape of our own file, tested
            assert isinstance(apart, list)  # noqa: S101
            return RoleRule(
                code=Role(code),
                name_zh=zh,
                name_en=en,
                nature=nature,
                rule=str(rule) if rule else None,
                bodies=frozenset(bodies) if isinstance(bodies, list) else None,
                authority=bool(entry.get("authority", False)),
                nominate=frozenset(appoints.get("nominate", [])),
                approve=frozenset(appoints.get("approve", [])),
                apart=tuple(Apart(role=item["role"], where=item["where"]) for item in apart),
                most=int(str(most)) if most is not None else None,
                delegable=bool(entry.get("delegable", False)),
                acting_days=int(str(days)) if days is not None else None,
                assurance=Assurance(assurance),
                reach_everywhere=entry.get("reach") == "everywhere",
                open=bool(entry.get("open", False)),
            )
        case _:
            raise ValueError(f"roles.yaml: cannot read {entry}")


@lru_cache(maxsize=4)
def of_pack(pack: str) -> Mapping[str, RoleRule]:
    """Every role of a pack by its code."""
    content = yaml.safe_load((PACKS / pack / "roles.yaml").read_text("utf-8"))
    rules = [_rule(entry) for entry in content["roles"]]
    return {rule.code: rule for rule in rules}


def roles() -> Mapping[str, RoleRule]:
    """Every role of the pack in use."""
    return of_pack(settings.KAIMEN_PACK)


def role(code: str) -> RoleRule:
    """One role. Raises `Invalid("role")` when the pack does not know it."""
    try:
        return roles()[code]
    except KeyError:
        raise Invalid("role", role=code) from None


def forbidden_together(code: str, other: str, *, same_body: bool) -> bool:
    """The pack keeps these two apart, whichever of them says so."""
    return any(
        (apart.role == held or (apart.role == "*" and not role(held).open))
        and (apart.where == "anywhere" or (apart.where == "same_body") == same_body)
        for new, held in ((code, other), (other, code))
        for apart in role(new).apart
        if not (apart.role == "*" and new == held)
    )
