"""What is typed behind `serve` is looked at before anything begins."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kaimen.config import serve

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


@pytest.mark.parametrize("language", ["zh_CN.UTF-8", "en_US.UTF-8"])
def test_a_port_that_is_taken_and_an_address_of_another_machine_are_told(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", language)
    for name in ("KAIMEN_HOME", "KAIMEN_HOST", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # put back afterwards
    monkeypatch.setattr(os, "umask", lambda mask: mask)  # it would stay for the tests that follow
    home = ["--home", str(tmp_path)]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve.main([*home, f"--port={port}"]) == 1
    said = "已被占用" if language.startswith("zh") else "is taken"
    assert said in capsys.readouterr().err
    assert serve.main([*home, "--bind", "192.0.2.1"]) == 1
    said = "不是本机的地址" if language.startswith("zh") else "is no address of this machine"
    assert f"192.0.2.1 {said}" in capsys.readouterr().err
