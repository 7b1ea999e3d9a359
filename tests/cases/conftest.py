"""A city with one published entry that everybody may see, and an officer for every role on every side."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from kaimen.catalogue import selectors as catalogue
from kaimen.core.policy.party import ANYBODY, Actor, InstitutionId
from tests.catalogue.city import ALLOWANCES, NOW, PARKING, City, a_city, actor, an_institution, published


@dataclass
class Hall:
    """Where cases are walked."""

    city: City
    slug: str
    columns: list[str]
    health: InstitutionId
    now: datetime = NOW
    known: dict[tuple[str, str], Actor] = field(default_factory=dict)

    def officer(self, role: str, institution: InstitutionId | None) -> Actor:
        if role == "public":
            return self.city.citizen
        key = (role, str(institution))
        if key not in self.known:
            self.known[key] = actor(role, institution)
        return self.known[key]

    @property
    def anybody(self) -> Actor:
        return ANYBODY


@pytest.fixture
def hall(db: None, home: object) -> Hall:
    del db, home
    city = a_city()
    health = an_institution("health", "示范市卫生健康委员会", "Health Commission")
    seen = replace(PARKING, share_type=2, share_conditions=ALLOWANCES.share_conditions)  # everybody may know of it
    entry = catalogue.published(published(city, seen, steward=city.civil_steward, head=city.civil_head))
    return Hall(city=city, slug=entry.slug, columns=[item.column for item in entry.items], health=health)
