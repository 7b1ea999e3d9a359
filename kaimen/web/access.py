"""Who may knock: each view and each API operation carries a tag; a middleware of `accounts` enforces it, closed when absent.

The tag says which roles may ask; whether *this* object is theirs, the service says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])

PUBLIC = "public"
"""Anybody, also without signing in."""
SIGNED_IN = "signed_in"
"""Any person who has signed in, in whatever role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The tag. `scope` is what a token must have been given; `fresh_s` the greatest age of the sign-in in seconds."""

    roles: frozenset[str]
    scope: str | None = None
    fresh_s: int | None = None

    @property
    def open_to_all(self) -> bool:
        """No sign-in is needed."""
        return PUBLIC in self.roles


def access(*roles: str, scope: str | None = None, fresh_s: int | None = None) -> Callable[[View], View]:
    """Tag a view or an API operation. On ninja operations it stands directly above the function, below `@router.…`."""
    tag = Access(roles=frozenset(roles), scope=scope, fresh_s=fresh_s)

    def put(view: View) -> View:
        view.access = tag  # type: ignore[attr-defined]
        return view

    return put


def access_of(view: object) -> Access | None:
    """The tag of a view, seen through decorators that keep `__dict__`; None where there is none."""
    return getattr(view, "access", None)
