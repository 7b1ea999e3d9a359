"""`./run map`: floors, rooms, and every address with its view and who may knock."""

from __future__ import annotations

import inspect
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def floors() -> list[str]:
    """The floors as the first import contract has them, top to bottom."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return next(contract["layers"] for contract in contracts if contract.get("containers") == ["kaimen"])


def addresses() -> Iterator[tuple[str, object]]:
    """(address, view) of every pattern, API operations by themselves."""
    from django.urls import URLPattern, URLResolver, get_resolver

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, object]]:
        for pattern in patterns:
            here = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, here)
            else:
                yield here, pattern.callback

    yield from walk(get_resolver().url_patterns, "/")


def print_map() -> None:
    """Print it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaimen.config.settings")
    import django

    django.setup()
    print("Floors, top to bottom; each looks only down:")
    for floor in floors():
        print(f"  {floor}")
        for room in floor.split(" | "):
            folder = ROOT / "kaimen" / room
            parts = sorted(path.stem for path in folder.glob("*.py") if path.stem not in {"__init__", "apps"})
            print(f"      {room}: {', '.join(parts)}")
    print("\nAddresses:")
    for address, view in addresses():
        inner = inspect.unwrap(view) if callable(view) else view
        name = f"{getattr(inner, '__module__', '')}.{getattr(inner, '__qualname__', '')}"
        if address.startswith("/en/") or not name.startswith("kaimen."):
            continue
        tag = getattr(view, "access", None)
        print(f"  {address:48} {name:60} {', '.join(sorted(tag.roles)) if tag else ''}")
