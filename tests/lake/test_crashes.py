"""SIGKILL at random moments of a load, again and again: nothing acknowledged is lost, nothing is half there, nothing is twice.

On SQLite and, with `KAIMEN_TEST_DATABASE=postgres`, on PostgreSQL. `KAIMEN_CRASH_ROUNDS` asks for more rounds than every run makes.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crashes import ROOT, VENDOR, of_their_own
from tests.lake.killed import ROWS

ROUNDS = int(os.environ.get("KAIMEN_CRASH_ROUNDS", "4"))


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A home and a database that nobody else uses."""
    with of_their_own(tmp_path) as chosen:
        yield chosen | {"KAIMEN_DEBUG": "1"}


def started(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.lake.killed", *arguments],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def told(environment: dict[str, str], *arguments: str) -> str:
    process = started(environment, *arguments)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.strip().splitlines()[-1]


@pytest.mark.slow
def test_killed_loads_are_finished_once_and_only_once(environment: dict[str, str]) -> None:
    feed = told(environment, "setup")
    rng, promised = random.Random(os.environ.get("KAIMEN_CRASH_SEED", "7")), Counter[str]()
    for number in range(ROUNDS):
        process = started(environment, "work", feed, str(1 + 50 * number))
        lines: list[str] = []
        reader = threading.Thread(target=lambda p=process, kept=lines: kept.extend(p.stdout or ()), daemon=True)
        reader.start()
        while "ready\n" not in lines:
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.01)
        time.sleep(rng.uniform(0.02, 1.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
        reader.join()
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
        promised.update(line.split()[1] for line in lines if line.startswith("planned"))
    found = json.loads(told(environment, "finish"))
    assert found["vendor"] == VENDOR
    assert set(found["states"]) <= {"published"}
    assert set(promised) <= set(found["published"])
    assert found["seqs"] == list(range(1, len(found["seqs"]) + 1))
    assert found["numbers"] == list(range(1, len(found["published"]) + 1))
    assert found["rows"] == found["found"][0] == ROWS * len(found["published"])
    assert found["found"][1] == len(found["published"])
    assert found["evidence"] == len(found["published"])
    assert found["orphans"] == 0
