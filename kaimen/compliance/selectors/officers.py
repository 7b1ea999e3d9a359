"""Who answers for data: every public body with its posts, who holds them as published, and where nobody does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kaimen.accounts import selectors as accounts
from kaimen.compliance.models import Officer
from kaimen.office.selectors import rules

POSTS = ("department_head", "office_head", "security_officer", "protection_officer", "cdo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post of a body. `holder`: as published; `held`: somebody is in office, published or not. `nature`: what a vacancy means."""

    code: str
    nature: str
    held: bool
    holder: Officer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPosts:
    """A body with its posts, in the order of `POSTS`, without those that such a body cannot have."""

    slug: str
    name_zh: str
    name_en: str
    posts: tuple[Post, ...]


def officers(*, at: datetime) -> list[BodyPosts]:
    """The register, by body. Who left, or whose time is over, is not in it from that moment on."""
    held = accounts.in_office(POSTS, at=at)
    published = {one.appointment: one for one in Officer.objects.exclude(published_at=None)}
    filled: dict[tuple[str, str], Officer | None] = {}
    for appointment, place in held.items():
        filled[place] = filled.get(place) or published.get(appointment)
    found: list[BodyPosts] = []
    for body in accounts.institutions(at=at):
        if body.body_kind not in accounts.PUBLIC_BODIES:
            continue
        posts = tuple(
            Post(
                code=code,
                nature=accounts.role(code).nature,
                held=(str(body.pk), code) in filled,
                holder=filled.get((str(body.pk), code)),
            )
            for code in POSTS
            if (kinds := accounts.role(code).bodies) is None or body.body_kind in kinds
        )
        found.append(BodyPosts(slug=body.slug, name_zh=body.name_zh, name_en=body.name_en, posts=posts))
    return found


def history(institution: str) -> Sequence[Officer]:
    """Every office of a body that was ever published, the newest first; names are for its own and the authority's officers."""
    return list(Officer.objects.filter(institution=institution).exclude(published_at=None).order_by("-since", "-case"))


def present(rows: Sequence[Officer], *, at: datetime) -> Mapping[str, bool]:
    """Which of these are held now or begin on a later day, by case; the others are over."""
    held, today = accounts.in_office(POSTS, at=at), rules().calendar.day(at)
    return {row.case: row.appointment in held or (row.since > today and row.ended_at is None) for row in rows}
