"""`kaimen demo day`: brings up a demo city of its own, plays the story in it, proves its receipts and writes the report."""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kaimen.config.day import report, story
from kaimen.config.day.player import ROOT, City, Player
from kaimen.config.day.proving import prove
from kaimen.config.day.report import Account
from kaimen.config.day.story import Story, StoryError
from kaimen.config.words import say
from kaimen.engines.terminal import of_terminal, translate_argparse

COMES_UP_WITHIN_S = 300
ENDS_WITHIN_S = 40
_ADDRESS = re.compile(r"^Kaimen: (http://127\.0\.0\.1:\d+)", re.MULTILINE)
Told = Callable[[int, int, str], None]


def main(argv: list[str]) -> int:
    """0 when everything came out as the story says and every receipt verifies, else 1."""
    translate_argparse()
    parser = argparse.ArgumentParser(prog="kaimen demo day", description=say("demo day"))
    parser.add_argument("--home", type=Path, help=say("day_home"))
    home: Path = parser.parse_args(argv).home or Path(tempfile.mkdtemp(prefix="kaimen-day-"))
    home = home.resolve()
    language = of_terminal(os.environ).partition("-")[0]
    home.mkdir(parents=True, exist_ok=True)
    if _files(home)[language].exists():
        _tell("day_again", home=home)
        return 1
    _tell("day_coming", home=home)
    log = home / "demo-day.log"
    try:
        with serving(home, log) as address:
            told = play(City(address=address, home=home), story.read(), told=_progress())
    except StoryError as error:
        _tell("day_stopped", why=error)
        _tell("day_log", log=log)
        return 1
    print(report.summary(told, language))
    print(say("day_report", file=_files(home)[language]))
    return 0


def play(city: City, written: Story, *, told: Told) -> Account:
    """Play it, prove every receipt, write the report in both languages into the home. Raises `StoryError`."""
    happened = Player(city=city, story=written, told=told).play()
    receipts = list(dict.fromkeys(one.receipt for one in happened if one.receipt))
    found = report.account(city, happened, prove(city.address, receipts))
    for language, file in _files(city.home).items():
        file.write_text(report.markdown(found, language), "utf-8")
    return found


@contextmanager
def serving(home: Path, log: Path) -> Iterator[str]:
    """The program with a small demo city in this home, on the loopback; its address. Raises `StoryError` where it does not come up."""
    with log.open("wb") as output:
        program = subprocess.Popen(
            [sys.executable, "-m", "kaimen.config", "serve", "--demo", "--port", "0", "--home", str(home)],
            cwd=ROOT, env={"KAIMEN_DEMO_SIZE": "tiny", **os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield _address(program, log)
    finally:
        program.send_signal(signal.SIGTERM)
        try:
            program.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def _address(program: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + COMES_UP_WITHIN_S
    while time.monotonic() < deadline and program.poll() is None:
        if found := _ADDRESS.search(log.read_text("utf-8", "replace")):
            return found[1]
        time.sleep(0.2)
    raise StoryError("the city did not come up")


def _progress() -> Told:
    """A line for each day, and one for each table that is waited for."""
    said = set[tuple[int, str]]()

    def told(done: int, total: int, what: str) -> None:
        if what and (done, what) not in said:
            said.add((done, what))
            if what[0].isdigit():
                _tell("day_of", day=done + 1, days=total, date=what)
            else:
                _tell("day_waits", table=what)

    return told


def _files(home: Path) -> dict[str, Path]:
    return {language: home / f"demo-day.{language}.md" for language in report.LANGUAGES}


def _tell(code: str, **facts: object) -> None:
    print(say(code, **facts), file=sys.stderr, flush=True)
