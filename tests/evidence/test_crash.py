"""kill -9 of writers, integrator and publisher, again and again: nothing acknowledged is lost, no two histories, nothing half done.

`KAIMEN_CRASH_ROUNDS` asks for more rounds than the few that every run makes.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kaimen.core.tlog import notes, proofs, tiles
from kaimen.core.tlog.hashing import leaf_hash
from kaimen.engines.publishing import Folder
from kaimen.engines.verifying import main as verify
from tests.crashes import DATABASE, ROOT, of_their_own

ROUNDS = int(os.environ.get("KAIMEN_CRASH_ROUNDS", "3"))


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A home and a database that nobody else uses."""
    with of_their_own(tmp_path) as chosen:
        yield chosen | {"KAIMEN_SQLITE_SYNCHRONOUS": "FULL"}


def start(environment: dict[str, str], *what: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.evidence.crash_child", *what], env=environment, cwd=ROOT)


def rows(environment: dict[str, str], statement: str) -> list[tuple]:
    """Look at what is left, with nothing of ours in between."""
    if DATABASE:
        with psycopg.connect(environment["KAIMEN_DATABASE"]) as database:
            return database.execute(statement).fetchall()
    import sqlite3

    database = sqlite3.connect(Path(environment["KAIMEN_HOME"]) / "kaimen.sqlite3")
    try:
        return database.execute(statement).fetchall()
    finally:
        database.close()


@pytest.mark.timeout(120 + 15 * ROUNDS)
def test_nothing_acknowledged_is_lost_and_nothing_shown_is_taken_back(
    environment: dict[str, str], tmp_path: Path
) -> None:
    assert start(environment, "prepare").wait(60) == 0
    folder, chance, seen = Folder(tmp_path / "log"), random.Random(7), list[notes.Checkpoint]()
    children = {
        "writer-1": ("writer", str(tmp_path / "acknowledged-1")),
        "writer-2": ("writer", str(tmp_path / "acknowledged-2")),
        "worker": ("worker",),
    }
    alive = {name: start(environment, *what) for name, what in children.items()}
    try:
        for turn in range(ROUNDS):
            under_way(folder, seen, tmp_path)
            watched(folder, seen, seconds=chance.random() / 2)
            for name in ("worker", *chance.sample(["writer-1", "writer-2"], chance.randint(0, 2))):
                assert alive[name].poll() is None, f"{name} ended by itself"
                alive[name].send_signal(signal.SIGKILL)
                alive[name].wait()
                if turn < ROUNDS - 1:
                    alive[name] = start(environment, *children[name])
    finally:
        for child in alive.values():
            child.kill()
            child.wait()
    worker = start(environment, "worker")  # recovery is what every start does
    try:
        deadline = time.monotonic() + 60
        while rows(environment, "select count(*) from evidence")[0][0] != (head.size if (head := folder.head()) else 0):
            assert time.monotonic() < deadline
            watched(folder, seen, seconds=0.2)
    finally:
        worker.kill()
        worker.wait()
    check(environment, tmp_path, folder, seen)


def under_way(folder: Folder, seen: list[notes.Checkpoint], home: Path) -> None:
    """Until both writers and the worker have done something since they were started."""

    def done() -> tuple[int, ...]:
        acknowledged = [
            path.stat().st_size // 23 if (path := home / f"acknowledged-{n}").exists() else 0 for n in (1, 2)
        ]
        return (*acknowledged, head.size if (head := folder.head()) else 0)

    before, deadline = done(), time.monotonic() + 60
    while any(now < then + 10 for now, then in zip(done(), before, strict=True)):
        assert time.monotonic() < deadline, "nothing moves"
        watched(folder, seen, seconds=0.05)


def watched(folder: Folder, seen: list[notes.Checkpoint], *, seconds: float) -> None:
    """What the world is shown meanwhile."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        head = folder.head()
        if head is not None and (not seen or seen[-1] != head):
            seen.append(head)
        time.sleep(0.01)


def check(environment: dict[str, str], home: Path, folder: Folder, seen: list[notes.Checkpoint]) -> None:
    places = rows(
        environment,
        "select s.leaf_index, e.leaf from evidence_seq s join evidence e on e.id = s.evidence_id order by 1",
    )
    leaves = [bytes(data) for _, data in places]
    ids = {json.loads(data)["id"] for data in leaves}
    acknowledged = {line for path in home.glob("acknowledged-*") for line in path.read_text().split("\n")[:-1]}
    assert len(acknowledged) > 20
    assert acknowledged <= ids
    assert {entry for (entry,) in rows(environment, "select entry from business")} == ids
    assert [index for index, _ in places] == list(range(len(ids)))
    growth = tiles.integrate(0, (), [leaf_hash(data) for data in leaves])
    kept = {(tile.level, tile.n): tile.data for tile in growth.tiles}
    node = proofs.nodes(lambda level, n: kept.get((level, n), b""))
    signed = [(size, bytes(root)) for size, root in rows(environment, "select size, root from evidence_checkpoint")]
    for size, root in {*signed, *((head.size, head.root) for head in seen)}:
        assert proofs.root(size, node) == root
    assert len(seen) > ROUNDS
    (folder.path / "keys").write_text((home / "keys" / "log.vkey").read_text())
    assert verify([str(folder.path), "--full"]) == 0
