"""`kaimen serve`: one supervised program of several processes: web, worker, and the pool of locked query workers.

It migrates, builds the static files once, loads the small part of the demo city, then serves; the big tables follow in the
worker while people already look around.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from kaimen.config.words import say
from kaimen.engines.terminal import translate_argparse

GRACE_S = 30
FAILURES = 5
"""A child that fails this often within a minute ends the program."""


def arguments(argv: list[str]) -> argparse.Namespace:
    """What `kaimen serve` understands."""
    translate_argparse()
    parser = argparse.ArgumentParser(prog="kaimen serve", description=say("serve"))
    parser.add_argument("--port", type=_port, default=8000, help=say("serve_port"))
    parser.add_argument("--home", type=Path, help=say("serve_home"))
    parser.add_argument("--demo", action=argparse.BooleanOptionalAction, help=say("serve_demo"))
    parser.add_argument("--bind", default="127.0.0.1", help=say("serve_bind"))
    return parser.parse_args(argv)


def die_with_parent() -> None:
    """Ask Linux to send SIGTERM when the parent ends. Runs in the child, before the program."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(slots=True)
class Child:
    """One process of the program; started again when it ends, later and later."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: deque[float] = field(default_factory=deque)
    start_at: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own, so that an interrupt from the keyboard reaches the supervisor alone.

        Where the kernel can, it is ended when the supervisor dies, however that died: nothing lives on as an orphan.
        """
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one call of a library that is loaded already; the supervisor has no threads
        )

    def look(self, now: float) -> bool:
        """Start it, or again, when it is time; False when it failed too often."""
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return True
        if self.process.poll() is None:
            return True
        self.process = None
        self.failures.append(now)
        while self.failures and now - self.failures[0] > 60:
            self.failures.popleft()
        self.start_at = now + min(10.0, 0.5 * 2 ** len(self.failures))
        told("child_ended", part=say(self.name))
        return len(self.failures) < FAILURES


def main(argv: list[str]) -> int:
    """Set up and serve until interrupted."""
    chosen = arguments(argv)
    os.umask(0o077)  # what lies in the home folder is for this user alone
    if chosen.home is not None:
        os.environ["KAIMEN_HOME"] = str(chosen.home.resolve())
    if chosen.demo:
        os.environ["KAIMEN_DEMO"] = "1"
    try:
        free = free_port(chosen.bind)
    except OSError:
        told("bind_unknown", bind=chosen.bind)
        return 1
    port = chosen.port or free
    os.environ.setdefault("KAIMEN_HOST", f"localhost:{port}" if port != 80 else "localhost")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaimen.config.settings")
    home = Path(os.environ.get("KAIMEN_HOME", "var")).resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
    except OSError:
        told("no_home", home=home)
        return 1
    alone = only_one(home)
    if alone is None:
        told("served_already", home=home)
        return 1
    if not port_free(chosen.bind, port):
        told("port_taken", bind=chosen.bind, port=port)
        return 1
    set_up(demo=bool(chosen.demo))
    return supervise(children(chosen.bind, port, home), f"http://{chosen.bind}:{port}", demo=bool(chosen.demo))


def told(code: str, **facts: object) -> None:
    """A line about the program itself."""
    print(f"kaimen: {say(code, **facts)}", file=sys.stderr, flush=True)


def only_one(home: Path) -> IO[str] | None:
    """A lock on the home folder that dies with the process; None when somebody holds it."""
    file = (home / "serving").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(say("port_number"))
    return int(text)


def free_port(address: str) -> int:
    """A port that nobody uses now. Raises `OSError` where the address is not one of this machine."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def port_free(address: str, port: int) -> bool:
    """Can we listen there?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True


def set_up(*, demo: bool) -> None:
    """Migrate, build static files, load the small part of the demo city: each only when it is not done yet."""
    from django import setup as django_setup

    # INVARIANT: no integrator runs yet, so nothing that a power cut may roll back has been published.
    loading = demo and not (Path(os.environ.get("KAIMEN_HOME", "var")) / "demo" / "tokens.json").exists()
    if loading:
        os.environ["KAIMEN_SQLITE_SYNCHRONOUS"] = "NORMAL"
    django_setup()
    from django.core.management import call_command
    from django.db import connection

    from kaimen.web.terminal import migrations_wait

    if migrations_wait():
        told("preparing")
        call_command("migrate", verbosity=0, interactive=False)
    static_files()
    if demo:
        from kaimen.config.demo import ensure

        ensure()
    if loading:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        del os.environ["KAIMEN_SQLITE_SYNCHRONOUS"]
    connection.close()


def static_files() -> None:
    """Collect and compress static files when what is packaged has changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            seen.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / f".{seen.hexdigest()[:16]}"
    if stamp.exists():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.touch()


def children(address: str, port: int, home: Path) -> list[Child]:
    """The processes."""
    python = sys.executable
    return [
        Child("queries", [python, "-m", "kaimen.engines.pool", "--home", str(home)]),
        Child("worker", [python, "-m", "kaimen.config.worker"]),
        Child(
            "web",
            [
                *(python, "-m", "granian", "--interface", "wsgi", "--host", address, "--port", str(port)),
                *("--workers", "1", "--blocking-threads", "64", "--backlog", "1024", "--no-ws", "--http", "1"),
                *("--respawn-failed-workers", "--log-level", "error", "kaimen.config.wsgi:application"),
            ],
        ),
    ]


def supervise(family: list[Child], address: str, *, demo: bool) -> int:
    """Keep the family alive until SIGTERM or an interrupt; then end it, children first."""
    ending = False

    def end(*_: object) -> None:
        nonlocal ending
        ending = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    code, greeted = 0, False
    try:
        while not ending:
            if not all(child.look(time.monotonic()) for child in family):
                told("part_fails")
                code = 1
                break
            if not greeted and answers(address):
                greeted = True
                greet(address, demo=demo)
            time.sleep(0.2)
    finally:
        end_all(family)
    return code


def answers(address: str) -> bool:
    """Does the web process answer yet?"""
    host, _, port = address.removeprefix("http://").rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1) as probe:
            probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return probe.recv(12).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def greet(address: str, *, demo: bool) -> None:
    """Say where it is and who can sign in as what."""
    print("\n" + say("greeting", address=address), flush=True)
    if demo:
        from kaimen.config.demo import who_can_sign_in

        print(who_can_sign_in(), flush=True)
    print(say("how_to_end"), flush=True)


def end_all(family: list[Child]) -> None:
    """SIGTERM to all, then SIGKILL to those that stay."""
    running = [child.process for child in family if child.process is not None and child.process.poll() is None]
    for process in running:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_S
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
