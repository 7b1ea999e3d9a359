"""The receipt of an answer is verified by somebody who has the receipt and the public log, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path

from tests.flows.conftest import Server
from tests.flows.test_log import copy_of_log

WITHIN_S = 60


def test_a_receipt_verifies_and_after_a_byte_of_the_log_is_changed_it_does_not(server: Server, tmp_path: Path) -> None:
    answer = server.ask("SELECT count(*) AS n FROM museums").json()
    receipt = tmp_path / "receipt.txt"
    receipt.write_text(answer["receipt"]["note"], "utf-8")
    deadline = time.monotonic() + WITHIN_S
    while (found := server.verify(str(receipt), "--log", f"{server.address}/log")).returncode != 0:
        assert time.monotonic() < deadline, found.stderr
        time.sleep(1)
    assert found.stdout.startswith("verified")

    copy = copy_of_log(server, tmp_path / "log")
    policy = tmp_path / "policy.txt"
    policy.write_text(server.get("/log/policy.txt").text, "utf-8")
    assert server.verify(str(receipt), "--log", str(copy), "--policy", str(policy)).returncode == 0
    lowest = sorted((copy / "tile" / "0").rglob("*"))
    for tile in [path for path in lowest if path.is_file()]:
        content = bytearray(tile.read_bytes())
        content[-1] ^= 1
        tile.write_bytes(bytes(content))
    changed = server.verify(str(receipt), "--log", str(copy), "--policy", str(policy))
    assert changed.returncode == 1, changed.stdout + changed.stderr
    assert "DOES NOT VERIFY" in changed.stderr


def test_a_receipt_with_another_entry_does_not_verify(server: Server, tmp_path: Path) -> None:
    notes = [
        server.ask(f"SELECT count(*) AS n FROM {name}").json()["receipt"]["note"] for name in ("museums", "libraries")
    ]
    first, second = (note.split("\n") for note in notes)
    forged = next(place for place, (one, other) in enumerate(zip(first, second, strict=True)) if one != other)
    receipt = tmp_path / "receipt.txt"
    receipt.write_text("\n".join([*first[:forged], second[forged], *first[forged + 1 :]]), "utf-8")
    assert server.verify(str(receipt), "--log", f"{server.address}/log").returncode == 1


def test_a_refusal_is_in_the_log_too(server: Server) -> None:
    before = server.get("/api/v1/log/status").json()
    assert server.ask("SELECT * FROM nothing_of_that_name").status_code == 404
    deadline = time.monotonic() + WITHIN_S
    while server.get("/api/v1/log/status").json()["size"] <= before["size"]:
        assert time.monotonic() < deadline
        time.sleep(0.5)
