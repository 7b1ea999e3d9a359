"""A stranger does not trust the city and checks its log, with nothing but the address."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.flows.conftest import Server


def copy_of_log(server: Server, into: Path) -> Path:
    """The published folder as it stood at one checkpoint: the log goes on growing while we copy."""
    log, head = server.home / "log", b""
    while head != (log / "checkpoint").read_bytes():
        head = (log / "checkpoint").read_bytes()
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(log, into)
    return into


def test_the_log_of_the_city_verifies_to_the_last_entry(server: Server) -> None:
    found = server.verify(f"{server.address}/log", "--full")
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("verified")


def test_a_changed_byte_of_the_log_does_not_verify(server: Server, tmp_path: Path) -> None:
    copy = copy_of_log(server, tmp_path / "log")
    policy = tmp_path / "policy.txt"
    policy.write_text(server.get("/log/policy.txt").text, "utf-8")
    assert server.verify(str(copy), "--full", "--policy", str(policy)).returncode == 0

    bundle = next(path for path in sorted((copy / "tile" / "entries").rglob("*")) if path.is_file())
    content = bytearray(bundle.read_bytes())
    content[len(content) // 2] ^= 1
    bundle.write_bytes(bytes(content))
    changed = server.verify(str(copy), "--full", "--policy", str(policy))
    assert changed.returncode == 1
    assert "DOES NOT VERIFY" in changed.stderr
