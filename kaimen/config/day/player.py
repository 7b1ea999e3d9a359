"""Plays the story against a running demo city: HTTP on the loopback, tokens of its people, and the clock of the demo, moved day by day."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from kaimen.config.day.story import Step, Story, StoryError, at, filled

ROOT = Path(__file__).resolve().parents[3]
ZONE = ZoneInfo("Asia/Shanghai")
OFFICE_OPENS = time_of_day(9, 30)
TICK_S = 1.3
"""The clocks of the worker tick each second: each day is seen by them before anybody acts on it."""
PATIENCE_S = 40
LOADING_S = 300
_BY = {"terms": "rule", "controls": "id"}
"""Lists of answers that the story names by a key instead of a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What came of a step: the case that it belongs to, where that stands now, the entry of the log."""

    step: Step
    on: date
    number: str = ""
    workflow: str = ""
    verb: str = ""
    state: str = ""
    code: str = ""
    receipt: str = ""


@dataclass(frozen=True, kw_only=True)
class City:
    """A demo city that is being served: its address, and the home folder in which its tokens and its clock are."""

    address: str
    home: Path

    @cached_property
    def people(self) -> dict[str, dict[str, Any]]:
        """Code of a person -> who they are, with their token."""
        told = json.loads((self.home / "demo" / "tokens.json").read_text("utf-8"))
        return {one["person"]: one for one in told}

    @property
    def clock(self) -> Path:
        """By how many seconds the city runs ahead; not there while it does not."""
        return self.home / "demo" / "clock"

    def now(self) -> datetime:
        """The city's time."""
        ahead = int(self.clock.read_text("ascii")) if self.clock.exists() else 0
        return _real() + timedelta(seconds=ahead)

    def move_to(self, moment: datetime) -> None:
        """Set the clock ahead. Raises `StoryError` for a moment that has been."""
        if moment < self.now():
            raise StoryError(f"the clock of the city is at {self.now():%Y-%m-%d %H:%M} already; it never goes back")
        part = self.clock.with_suffix(".part")
        part.write_text(str(ceil((moment - _real()).total_seconds())), "ascii")
        part.replace(self.clock)


@dataclass(kw_only=True)
class Player:
    """One play. `told` gets the day, of how many, and what is happening."""

    city: City
    story: Story
    told: Callable[[int, int, str], None]
    happened: list[Happened] = field(default_factory=list[Happened])
    known: dict[str, Any] = field(default_factory=dict[str, Any])

    def play(self) -> list[Happened]:
        """Everything, in order. Raises `StoryError` at the first step that does not come out as it is written."""
        with httpx.Client(base_url=self.city.address, timeout=60) as self._http:
            self._all_here()
            days = self._working_days()
            for number, day in enumerate(days, 1):
                self.told(number - 1, len(days), day.isoformat())
                self.city.move_to(datetime.combine(day, OFFICE_OPENS, ZONE))
                time.sleep(TICK_S)
                for step in self.story.of_day(number):
                    self.happened.append(self._take(step, day))
            self.told(len(days), len(days), "")
        return self.happened

    def _all_here(self) -> None:
        """The people of the story are in the city, and the tables that it needs are loaded. Raises `StoryError`."""
        if strangers := {step.who for step in self.story.steps} - {*self.city.people, ""}:
            raise StoryError(f"nobody in this city is {', '.join(sorted(strangers))}")
        deadline = time.monotonic() + LOADING_S
        for table in self.story.needs:
            while not self._loaded(table):
                if time.monotonic() > deadline:
                    raise StoryError(f"{table} was not loaded within {LOADING_S} s")
                self.told(0, self.story.days, table)
                time.sleep(1)

    def _loaded(self, table: str) -> bool:
        """The page of a dataset, for one of the people who may see it, says how many rows it has."""
        reader = self._headers("authority.authority_reviewer")
        page = self._http.get(f"/en/data/{table}", headers=reader, follow_redirects=True)
        return page.status_code == 200 and "Rows" in page.text

    def _working_days(self) -> list[date]:
        """The days after today, by the calendar of the city."""
        today = self.city.now().astimezone(ZONE).date()
        answer = self._http.get(f"/api/v1/compliance/due?start={today}&days={self.story.days}")
        return [date.fromisoformat(day) for day in answer.raise_for_status().json()["counted"]]

    def _take(self, step: Step, day: date) -> Happened:
        known = {**self.known, "now": self.city.now().isoformat(timespec="seconds")}
        try:
            self._fetch_facts(step, known)
            what, given = (filled(part, known, today=day) for part in (step.what, dict(step.given)))
            then = filled(dict(step.then), known, today=day)
            return self._until(step, what, given, then, day=day)
        except (StoryError, httpx.HTTPError) as error:
            raise StoryError(f"{step.where}: {error}") from error

    def _until(self, step: Step, what: str, given: dict[str, Any], then: dict[str, Any], *, day: date) -> Happened:
        """What only waits for a clock or a worker is asked again for a while; anything else must be so at once."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            answer = self._do(step, what, given)
            fault = _fault(step, answer, given, then)
            if not fault:
                break
            waits = step.kind in {"look", "see"} or (step.again and answer.get("code") == step.again)
            if not waits or time.monotonic() > deadline:
                raise StoryError(fault)
            time.sleep(0.5)
        if step.name:
            self.known[step.name] = answer.get("list", {**answer, "_who": step.who})
        case = answer if step.kind in {"begin", "act"} else {}
        return Happened(
            step=step,
            on=day,
            number=str(case.get("number") or self._number(step)),
            workflow=step.what if step.kind == "begin" else self._workflow(step),
            verb=str(case.get("verb") or (step.what.partition(".")[2] if step.kind == "act" else "")),
            state="" if step.refused else str(case.get("state", "")),
            code=str(answer.get("code", "")) if step.refused else "",
            receipt=_receipt(answer),
        )

    # ---- one kind of step each ---------------------------------------------------------------------------------------------

    def _do(self, step: Step, what: str, given: Mapping[str, Any]) -> dict[str, Any]:
        match step.kind:
            case "begin":
                answer = self._call(
                    step.who, "POST", "/api/v1/cases", {"workflow": what, "facts": given.get("facts", {})}
                )
                return {**answer, "workflow": what}
            case "act":
                name, _, verb = what.partition(".")
                path = f"/api/v1/cases/{self.known[name]['number']}/acts"
                return self._call(step.who, "POST", path, {"verb": verb, "facts": given.get("facts", {})})
            case "look":
                return self._call(step.who, "GET", f"/api/v1/cases/{self.known[what]['number']}")
            case "ask":
                body = {"sql": what} | {key: given[key] for key in ("purpose", "agreement") if key in given}
                return self._call(step.who, "POST", "/api/v1/query", body)
            case "send":
                method, _, path = what.partition(" ")
                return self._call(step.who, method, path, given.get("body"))
            case "see":
                page = self._http.get(what, headers=self._headers(step.who), follow_redirects=True)
                return {"status": page.status_code, "page": page.text}
            case _:
                return self._run(what)

    def _call(self, who: str, method: str, path: str, body: object = None) -> dict[str, Any]:
        answer = self._http.request(method, path, json=body, headers=self._headers(who))
        receipt = answer.headers.get("Kaimen-Receipt", "")
        told: Any = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
        if isinstance(told, list):
            return {"status": answer.status_code, "list": told}
        for name, key in _BY.items():
            if isinstance(told.get(name), list):
                told[name] = {row[key]: row for row in told[name]}
        return {"receipt_header": receipt, **told, "status": answer.status_code}

    def _headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.city.people[who]['token']}"} if who else {}

    def _run(self, command: str) -> dict[str, Any]:
        """A command of the operator on the machine of the city."""
        done = subprocess.run(
            [sys.executable, "-m", "kaimen.config", *command.split()],
            cwd=ROOT, env={**os.environ, "KAIMEN_HOME": str(self.city.home), "KAIMEN_DEMO": "1"},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        found = [line.rpartition("/log/proof/")[2] for line in done.stdout.splitlines() if "/log/proof/" in line]
        return {"status": 200 if found else 500, "receipt": found[-1] if found else "", "detail": done.stderr[-500:]}

    def _fetch_facts(self, step: Step, known: dict[str, Any]) -> None:
        """Where a step refers to the facts of a case, the case is asked for them, by who began it."""
        texts = json.dumps([step.what, dict(step.given), dict(step.then)], ensure_ascii=False, default=str)
        for name, one in self.known.items():
            if f"{{{name}.facts." in texts:
                known[name] = self._call(one["_who"], "GET", f"/api/v1/cases/{one['number']}")

    def _number(self, step: Step) -> str:
        """The case that a step without a case in its answer belongs to."""
        name = step.what.partition(".")[0]
        return str(self.known[name]["number"]) if step.kind in {"act", "look"} else ""

    def _workflow(self, step: Step) -> str:
        name = step.what.partition(".")[0]
        return str(self.known[name]["workflow"]) if step.kind in {"act", "look"} else ""


def _fault(step: Step, answer: Mapping[str, Any], given: Mapping[str, Any], then: Mapping[str, Any]) -> str:
    """Why this is not what the story says; empty where it is."""
    failed, code = answer["status"] >= 400, answer.get("code", "")
    if step.refused:
        return "" if failed and code == step.refused else f"{step.refused} was expected, and it was {code or 'done'}"
    if failed:
        return f"{answer['status']} {code} {answer.get('detail', '')} {_faults(answer)}".strip()
    if step.kind == "see":
        return "" if given["shows"] in answer["page"] else f"the page does not show {given['shows']}"
    for path, expected in then.items():
        value = at(answer["list"] if path[0].isdigit() else answer, path)
        if value != expected:
            return f"{path} was expected to be {expected}, and it is {value}"
    return ""


def _faults(answer: Mapping[str, Any]) -> str:
    return json.dumps(answer.get("facts", {}), ensure_ascii=False)


def _receipt(answer: Mapping[str, Any]) -> str:
    """The id of the entry in the log, however an answer tells it."""
    told = answer.get("receipt") or answer.get("receipt_header") or ""
    return str(told["entry"] if isinstance(told, Mapping) else told).rpartition("/")[2]


def _real() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the offset of the demo's clock is counted from it
