"""What institutions are called, for pages below the floor that knows their names: `accounts` says how when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

Namer = Callable[[Iterable[str]], Mapping[str, str]]
_namers: list[Namer] = []


def names_come_from(namer: Namer) -> None:
    """`namer` gives the names, in the reader's language, of those identifiers whose bodies have a public name."""
    _namers[:] = [namer]


def institution_names(ids: Iterable[str]) -> Mapping[str, str]:
    """Names by identifier; who has no public name is absent."""
    wanted = {one for one in ids if one}
    return _namers[0](wanted) if _namers and wanted else {}
