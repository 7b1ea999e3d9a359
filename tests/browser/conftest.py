"""A real browser against the real program: Chromium of the system, a home folder of its own, a free port on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: tests/needs.sh installs it")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """The program as `kaimen serve --demo` starts it, with the smallest city."""

    def __init__(self, home: Path) -> None:
        self.home, port = home, free_port()
        self.address = f"http://127.0.0.1:{port}"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("KAIMEN_", "DJANGO_"))},
            "KAIMEN_HOME": str(home), "KAIMEN_DEMO_SIZE": "tiny",
        }  # fmt: skip
        self.log = (home / "serve.log").open("wb")
        self.program = subprocess.Popen(
            [sys.executable, "-m", "kaimen.config", "serve", "--demo", "--port", str(port)],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def stop(self) -> None:
        self.program.send_signal(signal.SIGTERM)
        try:
            self.program.wait(40)
        except subprocess.TimeoutExpired:
            self.program.kill()
        self.log.close()


_shared: list[Site] = []
"""Where several processes test, the one that hands out the tests starts the program, and they share it."""


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    if not _shared and "KAIMEN_TEST_SITE" not in os.environ:
        _shared.append(Site(Path(tempfile.mkdtemp(prefix="kaimen-site-"))))
    node.workerinput["site"] = _shared[0].address if _shared else ""


def pytest_sessionfinish() -> None:
    for one in _shared:
        one.stop()
        shutil.rmtree(one.home, ignore_errors=True)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the running program.

    `KAIMEN_TEST_SITE` names one that already runs: for looking at pages while one writes them.
    """
    if running := os.environ.get("KAIMEN_TEST_SITE"):
        yield running
    elif shared := getattr(request.config, "workerinput", {}).get("site"):
        wait(shared, lambda: True)
        yield shared
    else:
        mine = Site(tmp_path_factory.mktemp("home"))
        try:
            wait(mine.address, lambda: mine.program.poll() is None)
            yield mine.address
        finally:
            mine.stop()


READY = (
    ("/design", b""),
    ("/api/v1/entries?q=care+homes", b"care_homes"),  # the index is built
    ("/en/data/care_homes", b"download.csv"),  # its data are there
    ("/en/data/metro_riders_hourly", b"download.csv"),  # and the greatest, loaded late
)


def wait(address: str, alive: Callable[[], bool]) -> None:
    """Until these pages answer with these words. Raises `RuntimeError` after four minutes, or when the program is gone."""
    deadline = time.monotonic() + 240
    for path, words in READY:
        answers(f"{address}{path}", words, deadline, alive)


def answers(address: str, words: bytes, deadline: float, alive: Callable[[], bool]) -> None:
    """Wait for a page with these words. Raises `RuntimeError`."""
    while not _says(address, words):
        if time.monotonic() > deadline or not alive():
            raise RuntimeError(f"{address} does not answer")
        time.sleep(0.3)


def _says(address: str, words: bytes) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200 and words in answer.read())
    except OSError:
        return False


@dataclass(slots=True)
class Reader:
    """A page in the browser that remembers what went wrong on it."""

    page: Page
    site: str
    told: list[str] = field(default_factory=list)

    def open(self, address: str) -> Reader:
        """Open a page and wait for its pictures, letters and scripts: no page of ours asks for more after that."""
        self.page.goto(f"{self.site}{address}", wait_until="load")
        return self

    def faults(self, *, colours_only: bool = False) -> list[str]:
        """Violations of axe on the page as it stands; those of colours only where nothing else can have changed."""
        only = {"type": "rule", "values": COLOURS} if colours_only else {"type": "tag", "values": STANDARDS}
        found = Axe().run(self.page, options={"runOnly": only, "resultTypes": ["violations"]})
        return [
            f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for violation in found.response["violations"]
            for node in violation["nodes"][:3]
        ]

    def width(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth"))


LISTEN = """
window.__policy = [];
document.addEventListener("securitypolicyviolation", e => window.__policy.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""


def left(request: Request) -> bool:
    """A picture or a script that nobody waited for: the reader was on the next page already."""
    return "/static/" in request.url and request.failure == "net::ERR_ABORTED"


def reader_in(context: BrowserContext, site: str) -> Reader:
    context.add_init_script(LISTEN)
    page = context.new_page()
    reader = Reader(page, site)
    page.on(
        "console", lambda message: reader.told.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: reader.told.append(str(error)))
    page.on(  # a navigation that becomes a download counts as failed
        "requestfailed",
        lambda request: (
            None
            if "/download." in request.url or request.url.endswith("/file") or left(request)
            else reader.told.append(f"failed: {request.url}")
        ),
    )
    page.on(
        "request",
        lambda request: (
            reader.told.append(f"foreign: {request.url}") if not request.url.startswith((site, "data:")) else None
        ),
    )
    return reader


@pytest.fixture
def reader(browser: Browser, site: str) -> Iterator[Reader]:
    """A reader with a usual window. At the end nothing may have been said on the console or against the policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    one = reader_in(context, site)
    yield one
    policy = one.page.evaluate("window.__policy || []")
    context.close()
    assert not one.told
    assert not policy
