"""A real browser against the real program: Chromium of the system, a home folder of its own, a free port on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


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


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The program as `kaimen serve --demo` starts it, with the smallest city. Gives its address.

    `KAIMEN_TEST_SITE` names one that already runs: for looking at pages while one writes them.
    """
    if running := os.environ.get("KAIMEN_TEST_SITE"):
        yield running
        return
    home = tmp_path_factory.mktemp("home")
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("KAIMEN_", "DJANGO_"))},
        "KAIMEN_HOME": str(home), "KAIMEN_DEMO_SIZE": "tiny",
    }  # fmt: skip
    log = (home / "serve.log").open("wb")
    program = subprocess.Popen(
        [sys.executable, "-m", "kaimen.config", "serve", "--demo", "--port", str(port)],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/design", b"", program, home)
        _wait(f"{address}/api/v1/entries?q=care+homes", b"care_homes", program, home)  # the index is built
        _wait(f"{address}/en/data/care_homes", b"download.csv", program, home)  # its data are there
        _wait(f"{address}/en/data/metro_riders_hourly", b"download.csv", program, home)  # and the greatest, loaded late
        yield address
    finally:
        program.send_signal(signal.SIGTERM)
        try:
            program.wait(40)
        except subprocess.TimeoutExpired:
            program.kill()
        log.close()


def _wait(address: str, words: bytes, program: subprocess.Popen[bytes], home: Path) -> None:
    """Until the address answers with these words."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        if program.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own server
                if answer.status == 200 and words in answer.read():
                    return
        except OSError:
            pass
        time.sleep(0.3)
    raise RuntimeError((home / "serve.log").read_text("utf-8", "replace")[-3000:])


@dataclass(slots=True)
class Reader:
    """A page in the browser that remembers what went wrong on it."""

    page: Page
    site: str
    told: list[str] = field(default_factory=list)

    def open(self, address: str) -> Reader:
        self.page.goto(f"{self.site}{address}", wait_until="networkidle")
        return self

    def faults(self) -> list[str]:
        """Violations of axe on the page as it stands."""
        found = Axe().run(
            self.page, options={"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]}
        )
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
        lambda request: None if "/download." in request.url else reader.told.append(f"failed: {request.url}"),
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
