"""Nothing in `dist/` names another host, licences stand beside it. That it is what the sources build, `./run check` says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
DIST = ROOT / "kaimen/web/static/web/dist"
FRONTEND = ROOT / "frontend"


def test_packages_are_pinned_exactly_and_locked_without_an_address() -> None:
    package = json.loads((FRONTEND / "package.json").read_text("utf-8"))
    lock = json.loads((FRONTEND / "package-lock.json").read_text("utf-8"))
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert version[0].isdigit(), (name, version)
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]
    assert not [name for name, entry in lock["packages"].items() if name and "integrity" not in entry]


def test_each_package_that_is_shipped_has_its_licence_there() -> None:
    notices = (DIST / "THIRD_PARTY.txt").read_text("utf-8")
    for name, version in json.loads((FRONTEND / "package.json").read_text("utf-8"))["dependencies"].items():
        assert f"{name} {version}\nLicence: " in notices


def test_a_page_without_charts_is_light() -> None:
    weight = sum(len(gzip.compress((DIST / name).read_bytes(), 9)) for name in ("app.css", "app.js"))
    assert weight <= 60_000
    assert len(gzip.compress((DIST / "charts.js").read_bytes(), 9)) <= 225_000


def test_the_style_sheet_asks_nobody_else() -> None:
    sheet = (DIST / "app.css").read_text("utf-8")
    assert "@import" not in sheet
    assert "url(http" not in sheet
    assert "url(//" not in sheet
