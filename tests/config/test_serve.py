"""What is typed behind `serve` is looked at before anything begins."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("port", ["99999", "-1", "http", "８０"])
def test_a_port_that_is_none_is_refused_with_a_sentence(port: str, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "kaimen.config", "serve", "--no-demo", f"--port={port}", "--home", str(tmp_path / "x")],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert told.returncode == 2
    assert "a port is a number from 0 to 65535" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_home_that_is_no_folder_is_told_with_a_sentence(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("x")
    told = subprocess.run(
        [sys.executable, "-m", "kaimen.config", "serve", "--no-demo", "--port=0", "--home", str(home)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert told.returncode == 1
    assert "cannot be the home folder" in told.stderr
    assert "Traceback" not in told.stderr
