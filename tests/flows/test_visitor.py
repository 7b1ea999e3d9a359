"""A visitor's environment holds the base lock and nothing of the developers'."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.flows.visitor import interpreter


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return interpreter(tmp_path_factory.mktemp("visitor") / "venv")


@pytest.mark.parametrize("name", ["pytest", "hypothesis", "pandas", "playwright", "babel", "ruff"])
def test_what_only_developers_have_cannot_be_imported(python: Path, name: str) -> None:
    assert subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("name", ["django", "duckdb", "deltalake", "numpy", "tantivy", "granian"])
def test_what_the_base_lock_names_can_be_imported(python: Path, name: str) -> None:
    done = subprocess.run([python, "-c", f"import {name}"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
