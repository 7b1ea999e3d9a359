"""What things are called on more than one floor: institutions and persons, of whom `accounts` says the names when it is ready; masks that keep a part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _

Namer = Callable[[Iterable[str]], Mapping[str, str]]
_namers: list[Namer] = []
_people: list[Namer] = []


def names_come_from(namer: Namer) -> None:
    """`namer` gives the names, in the reader's language, of those identifiers whose bodies have a public name."""
    _namers[:] = [namer]


def institution_names(ids: Iterable[str]) -> Mapping[str, str]:
    """Names by identifier; who has no public name is absent."""
    wanted = {one for one in ids if one}
    return _namers[0](wanted) if _namers and wanted else {}


def people_come_from(namer: Namer) -> None:
    """`namer` gives the names of persons. Only pages and answers for officers of the authority may ask."""
    _people[:] = [namer]


def people_names(ids: Iterable[str]) -> Mapping[str, str]:
    """Names of persons by identifier; who is not known is absent."""
    wanted = {one for one in ids if one}
    return _people[0](wanted) if _people and wanted else {}


def kept(first: int, last: int) -> str:
    """A mask that shows the ends of a value, in a few words for a chip."""
    if first and last:
        return _("first %(first)s and last %(last)s characters") % {"first": first, "last": last}
    if first:
        return _("first character only") if first == 1 else _("first %(n)s characters only") % {"n": first}
    return _("last character only") if last == 1 else _("last %(n)s characters only") % {"n": last}
