"""What imports alone cannot tell: rooms are entered by their doors, keys point down, every room has its six files."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import grimp
import pytest
from django.apps import apps

ROOT = Path(__file__).parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
FLOORS = next(contract["layers"] for contract in CONTRACTS if contract.get("containers") == ["kaimen"])
HEIGHT = {room.strip(): -depth for depth, floor in enumerate(FLOORS) for room in floor.split("|")}
ROOMS = HEIGHT.keys() - {"config", "web", "engines", "core"}
DOORS = {"services", "selectors"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(
        "kaimen", exclude_type_checking_imports=True, cache_dir=None
    )  # naming a type is not entering


def room_and_part(module: str) -> tuple[str | None, str]:
    """`kaimen.gate.services.review` -> ("gate", "services"); outside the rooms -> (None, ...)."""
    _, room, part, *_ = [*module.split("."), "", ""]
    return (room if room in ROOMS else None), part


def test_a_room_is_entered_by_its_services_or_selectors(graph: grimp.ImportGraph) -> None:
    trespasses = [
        f"{visitor} imports {door}"
        for visitor in graph.modules
        for door in graph.find_modules_directly_imported_by(visitor)
        for (own, _), (other, part) in [(room_and_part(visitor), room_and_part(door))]
        if own and other and own != other and part not in DOORS
    ]
    assert not trespasses, trespasses


def test_keys_point_down() -> None:
    """Also those written as strings, which no import shows; a generic key points anywhere, so it is refused."""
    rising = [
        f"{model._meta.label}.{field.name} -> {other or 'anything'}"
        for model in apps.get_models()
        if (own := model._meta.app_label) in HEIGHT
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created
        for other in [field.related_model._meta.app_label if field.related_model else None]
        if other is None or (other in HEIGHT and other != own and HEIGHT[other] >= HEIGHT[own])
    ]
    assert not rising, rising


def test_every_room_has_its_six_files(graph: grimp.ImportGraph) -> None:
    parts = ("models", "selectors", "services", "api", "views", "urls")
    missing = [f"{room}.{part}" for room in ROOMS for part in parts if f"kaimen.{room}.{part}" not in graph.modules]
    assert not missing, missing


def test_the_floors_in_the_plan_are_those_of_the_contract() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    block = re.search(r"```floors\n(.*?)```", text, re.DOTALL)
    assert block, "ARCHITECTURE.md has no block of floors"
    drawn = [line.split("  ")[0].strip() for line in block[1].splitlines() if line.strip()]
    assert drawn == FLOORS
