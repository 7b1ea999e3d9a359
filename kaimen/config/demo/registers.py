"""The registers of the digital economy in the demo city: described in the catalogue, filled in three deliveries, computed after each."""

from __future__ import annotations

import csv
import io
import logging
from dataclasses import replace
from datetime import datetime, timedelta

from demo.plan import SYNTHETIC, City
from demo.registers import BATCHES, KINDS, WRITERS, rows
from kaimen.catalogue import selectors as catalogue
from kaimen.catalogue import services
from kaimen.config.demo.bodies import SYNTHETIC_NOTE
from kaimen.config.demo.people import People
from kaimen.core.errors import Unavailable
from kaimen.core.metadata.entry import Assessment, Body, Declaration, Text
from kaimen.gate.selectors import pool_answers
from kaimen.monitor import selectors
from kaimen.monitor import services as monitor
from kaimen.monitor.registers import Register
from kaimen.office import services as office

log = logging.getLogger("kaimen.demo")
AUTHORITY = "authority"
DESCRIBED_BEFORE = timedelta(days=240)
BEFORE = (timedelta(days=200), timedelta(days=100), timedelta(0))
"""How long ago the deliveries came; the last one comes now."""


def describe(plan: City, people: People, *, now: datetime) -> None:
    """The entries of the registers, each through the whole way of the catalogue; those that are published stay as they are."""
    for register in selectors.all_registers().values():
        _describe(register, plan, people, at=now - DESCRIBED_BEFORE)


def _describe(register: Register, plan: City, people: People, *, at: datetime) -> None:
    steward = people.holder(plan, AUTHORITY, "steward").acting(at)
    head = people.holder(plan, AUTHORITY, "department_head").acting(at)
    reviewer = people.someone["authority.second_reviewer"].acting(at)
    entry = monitor.compile_entry(register.kind, by=steward, now=at)
    state = catalogue.state_of(steward, entry)[0]
    if state == "draft":
        body = _said_to_be_synthetic(monitor.body_of(register), at=at)
        services.draft(body, entry_id=entry, by=steward, now=at)
        services.check(entry, by=steward, now=at)
    if state in {"draft", "checked"}:
        confidentiality = Assessment(document=f"保评-{at.year}-{register.slug}", on=at.date(), result="通过")
        no_person = Assessment(no_pi_reason=Text(zh="没有关于个人的字段。", en="No column tells of a person."))
        services.assess(entry, confidentiality=confidentiality, pi=no_person, by=steward, now=at)
    if state in {"draft", "checked", "assessed"}:
        services.head_approve(entry, by=head, now=at)
    if state in {"draft", "checked", "assessed", "head_approved"}:
        services.submit(entry, by=steward, now=at)
    if state != "published":
        services.decide(entry, "approve", by=reviewer, now=at)


def _said_to_be_synthetic(body: Body, *, at: datetime) -> Body:
    return replace(
        body,
        description=Text(
            zh=f"{body.description.zh}{SYNTHETIC_NOTE.zh}", en=f"{body.description.en} {SYNTHETIC_NOTE.en}"
        ),
        keywords_zh=(*body.keywords_zh, *SYNTHETIC[:1]),
        keywords_en=(*body.keywords_en, *SYNTHETIC[1:]),
        synthetic=True,
        secrecy_declaration=Declaration(declared=True, on=at.date()),
    )


def fill(plan: City, people: People, *, now: datetime) -> None:
    """Deliveries that are not there yet, as sheets; each is published, and the figures are computed from its versions.

    Where the query pool does not answer, the worker is asked to compute once it does.
    """
    for batch in range(len(BATCHES)):
        at = now - BEFORE[batch]
        for kind in KINDS:
            _deliver(kind, batch, plan, people, at=at)
        try:
            pool_answers()
        except Unavailable:
            log.info("the query pool does not answer; figures of the demo city come later")
            continue
        by = people.holder(plan, AUTHORITY, "operator").acting(at)
        versions = {one.slug: batch + 1 for one in selectors.all_registers().values()}
        monitor.compute(by=by, now=at, versions=versions)
    office.start_run("monitor.compute", arguments={}, key="demo", now=now)


def _deliver(kind: str, batch: int, plan: City, people: People, *, at: datetime) -> None:
    register = selectors.register(kind)
    there = selectors.offered(register, by=people.holder(plan, AUTHORITY, "steward").acting(at)).version or 0
    if there > batch:
        return
    steward = people.holder(plan, WRITERS.get(kind, AUTHORITY), "steward").acting(at)
    sheet = _sheet(rows(kind, batch))
    rehearsal = monitor.rehearse(kind, [sheet], name=f"{kind}-{batch + 1}.csv", by=steward, now=at)
    if rehearsal.sheet is None:
        raise ValueError(f"{kind}: {rehearsal.faults[:3]}")
    monitor.enter(rehearsal.sheet.pk, by=steward, now=at)
    monitor.publish(kind, now=at)


def _sheet(told: list[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(told[0]))
    writer.writeheader()
    writer.writerows(told)
    return out.getvalue().encode()
