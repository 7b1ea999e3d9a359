"""The permission matrix as it is: every address with its tag, found by walking the resolver and, for the API, its operations.

The callback of a ninja address is a wrapper without the tag; the operations behind it have one each. docs/reference/permissions.md
is printed from the same walk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.openapi.views import default_home, openapi_json
from ninja.operation import PathView

from kaimen.web.access import PUBLIC, Access, access_of

View = TypeVar("View", bound=Callable[..., object])

OPEN = Access(roles=frozenset({PUBLIC}))
FOREIGN: dict[object, Access] = {openapi_json: OPEN, default_home: OPEN}
"""Views that are not ours and not wrapped by ours: the description of the API, and its root, which is a 404."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address and method, and who may knock."""

    path: str
    methods: tuple[str, ...]
    view: str
    tag: Access | None


def not_for_demo(view: View) -> View:
    """Closed to the shared accounts of a demo: one visitor could lock out or watch another."""
    view.closed_to_demo = True  # type: ignore[attr-defined]
    return view


def closed_to_demo(view: object, method: str) -> bool:
    """Was it marked so?"""
    return bool(getattr(_behind(view, method), "closed_to_demo", False))


def _behind(view: object, method: str) -> object:
    """The function that would run: of a ninja address the operation's, None where it knows no such method."""
    behind = operations_behind(view)
    if behind is None:
        return view
    return next((one.view_func for one in behind.operations if method in one.methods), None)


def operations_behind(view: object) -> PathView | None:
    """The operations of a ninja address; None for any other view."""
    for cell in getattr(view, "__closure__", None) or ():
        if isinstance(cell.cell_contents, PathView):
            return cell.cell_contents
    return None


def tag_of(view: object, method: str) -> Access | Literal["no_such_method"] | None:
    """The tag of the view, or of the operation that this method would run; None when there is none."""
    function = _behind(view, method)
    if function is None:
        return "no_such_method"
    return access_of(function) or FOREIGN.get(function.func if isinstance(function, partial) else function)


def walk() -> list[Address]:
    """Every address of the house, by path; ninja lists one with two methods twice."""
    return sorted(set(_walk(get_resolver().url_patterns, "")), key=lambda one: (one.path, one.methods))


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Address]:
    for pattern in patterns:
        path = before + _readable(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        elif (behind := operations_behind(pattern.callback)) is not None:
            for operation in behind.operations:
                function = operation.view_func
                yield Address(
                    path=path,
                    methods=tuple(operation.methods),
                    view=f"{function.__module__}.{function.__name__}",
                    tag=access_of(function),
                )
        else:
            view = pattern.callback.func if isinstance(pattern.callback, partial) else pattern.callback
            yield Address(
                path=path,
                methods=(),
                view=f"{view.__module__}.{getattr(view, '__name__', type(view).__name__)}",
                tag=access_of(pattern.callback) or FOREIGN.get(view),
            )


def _readable(pattern: str) -> str:
    return pattern.removeprefix("^").removesuffix("$")
