"""The plug is pulled: what is left of the program, and what is left for other users of the machine to read."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kaimen.config.serve import answers, port_free

ROOT = Path(__file__).parents[2]


def start(home: Path, port: int = 0) -> tuple[subprocess.Popen[bytes], int]:
    """The program without a city; gives it and its port once it answers."""
    log = home.parent / f"serve-{time.monotonic_ns()}.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KAIMEN_", "DJANGO_"))}
    with log.open("wb") as output:
        program = subprocess.Popen(
            [sys.executable, "-m", "kaimen.config", "serve", "--no-demo", "--port", str(port), "--home", str(home)],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    found: list[int] = []

    def told() -> bool:
        said = re.search(r"Kaimen: http://127\.0\.0\.1:(\d+)", log.read_text("utf-8", "replace"))
        found[:] = [int(said[1])] if said else []
        return bool(said) or program.poll() is not None

    wait_for(told, 120)
    assert found, log.read_text("utf-8", "replace")[-2000:]
    return program, found[0]


def wait_for(what: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.2)
    return False


def children_of(pid: int) -> set[int]:
    return {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()}


def descendants(pid: int) -> set[int]:
    children = children_of(pid)
    return children.union(*(descendants(child) for child in children)) if children else set()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_when_the_supervisor_is_killed_nothing_lives_on_and_it_starts_again_at_the_same_port(tmp_path: Path) -> None:
    home = tmp_path / "home"
    program, port = start(home)
    family = descendants(program.pid)
    assert len(family) >= 3
    program.kill()
    program.wait()
    assert wait_for(lambda: not any(map(alive, family)), 40), [pid for pid in family if alive(pid)]
    again, same = start(home, port)
    try:
        assert same == port
    finally:
        again.send_signal(signal.SIGTERM)
        again.wait(40)


def test_nobody_else_on_the_machine_reads_the_home_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    program, _ = start(home)
    program.send_signal(signal.SIGTERM)
    program.wait(40)
    open_to_others = [
        str(path.relative_to(home))
        for path in [home, *home.rglob("*")]
        if not path.is_symlink() and path.stat().st_mode & 0o077
    ]
    assert not open_to_others


def test_when_the_server_is_killed_its_own_child_goes_too_and_another_takes_the_port(tmp_path: Path) -> None:
    program, port = start(tmp_path / "home")
    try:
        (server,) = [pid for pid in children_of(program.pid) if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        below = descendants(server)
        assert below
        os.kill(server, signal.SIGKILL)
        assert wait_for(lambda: not any(map(alive, below)), 20), [pid for pid in below if alive(pid)]
        assert wait_for(lambda: answers(f"http://127.0.0.1:{port}"), 40)
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(40)
    assert wait_for(lambda: port_free("127.0.0.1", port), 10)
