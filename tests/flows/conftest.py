"""The real program with the tiny city and the base lock, as a visitor's `./run` starts it: one for all stories, with a home of its own, ended by its pid.

Its records lie in a PostgreSQL of the tests where `KAIMEN_TEST_DATABASE` says so.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx
import pytest

from demo.plan import city
from tests.environment import DATABASE
from tests.flows.visitor import interpreter

ROOT = Path(__file__).parents[2]
PATIENCE_S = 300


@dataclass(frozen=True)
class Server:
    """A running city."""

    address: str
    home: Path
    program: subprocess.Popen[bytes]

    @cached_property
    def tokens(self) -> dict[str, str]:
        """Person -> API token, as the visitor finds them."""
        told = json.loads((self.home / "demo" / "tokens.json").read_text("utf-8"))
        return {one["person"]: one["token"] for one in told}

    def ask(
        self, sql: str, *, purpose: str = "public-use", person: str | None = None, agreement: str | None = None, accept: str = "application/json"
    ) -> httpx.Response:  # fmt: skip
        """`POST /api/v1/query`, as anybody or as a person of the city."""
        return self.post("/api/v1/query", sql, purpose=purpose, person=person, agreement=agreement, accept=accept)

    def would(
        self, sql: str, *, purpose: str = "public-use", person: str | None = None, agreement: str | None = None
    ) -> httpx.Response:
        """`POST /api/v1/decide`: what would I get, and why?"""
        return self.post("/api/v1/decide", sql, purpose=purpose, person=person, agreement=agreement)

    def post(
        self, path: str, sql: str, *, purpose: str, person: str | None, agreement: str | None, accept: str = "application/json"
    ) -> httpx.Response:  # fmt: skip
        """A question in the body, the person's token in the header."""
        body = {"sql": sql, "purpose": purpose} | ({"agreement": agreement} if agreement else {})
        headers = {"Accept": accept} | ({"Authorization": f"Bearer {self.tokens[person]}"} if person else {})
        return httpx.post(f"{self.address}{path}", json=body, headers=headers, timeout=60)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A page or a file, as anybody."""
        return httpx.get(f"{self.address}{path}", headers=headers, timeout=60, follow_redirects=True)

    def verify(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`kaimen verify …`, in a process that knows no database and no Django."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("KAIMEN_", "DJANGO_"))}
        return subprocess.run(
            [sys.executable, "-m", "kaimen.config", "verify", *arguments],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The city with every table loaded."""
    home = tmp_path_factory.mktemp("city")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("KAIMEN_", "DJANGO_"))},
        "KAIMEN_DEMO_SIZE": "tiny",
        "PYTHONUNBUFFERED": "1",
        **({"KAIMEN_DATABASE": os.environ["KAIMEN_DATABASE"]} if DATABASE == "postgres" else {}),
    }
    log = home.parent / f"{home.name}.log"
    python = interpreter(home.parent / "visitor")
    with log.open("wb") as output:
        program = subprocess.Popen(
            [str(python), "-m", "kaimen.config", "serve", "--demo", "--port", "0", "--home", str(home)],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        running = Server(_address(program, log), home, program)
        _until_loaded(running, log)
        yield running
    finally:
        program.send_signal(signal.SIGTERM)
        try:
            program.wait(40)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def _address(program: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and program.poll() is None:
        if found := re.search(r"^Kaimen: (http://127\.0\.0\.1:\d+)", _said(log), re.MULTILINE):
            return found[1]
        time.sleep(0.2)
    raise RuntimeError(f"the city did not come up:\n{_said(log)[-3000:]}")


def _until_loaded(server: Server, log: Path) -> None:
    """The big tables come last; the page of the last of them says how many rows it has when everything is there."""
    last = [entry.slug for entry in sorted(city().datasets, key=lambda entry: entry.big)][-1]
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and server.program.poll() is None:
        page = server.get(f"/en/data/{last}")
        if page.status_code == 200 and re.search(r"Rows\s*</dt>", page.text):
            return
        time.sleep(1)
    raise RuntimeError(f"{last} never came:\n{_said(log)[-3000:]}")


def _said(log: Path) -> str:
    return log.read_text("utf-8", "replace")
