"""Registers as open data: the catalogue entry that describes one, and each new state of it as a load of the lake like any other.

The entry takes the catalogue's own way: the steward of the data authority has it checked, the head consents, the authority publishes.
From then on every change leads to one more version; columns that are not public never enter the file.
"""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from kaimen.accounts import selectors as accounts
from kaimen.catalogue import services as catalogue
from kaimen.core.errors import Refused
from kaimen.core.metadata.entry import Body, Item, Kind, Text, Visibility
from kaimen.core.policy.party import Actor, InstitutionId, Via
from kaimen.lake import services as lake
from kaimen.monitor import selectors
from kaimen.monitor.models import Published, Record
from kaimen.monitor.registers import Field, FieldType, Register
from kaimen.office import services as office

if TYPE_CHECKING:
    from kaimen.lake.models import Load

TYPES = {
    FieldType.TEXT: "C",
    FieldType.CODE: "C",
    FieldType.CREDIT_CODE: "C",
    FieldType.NUMBER: "N",
    FieldType.INTEGER: "I",
    FieldType.DAY: "D",
    FieldType.YES_NO: "L",
}
"""Data types of the catalogue."""
DIGITS = 18
STATES = ("in_force", "retired")
COMPILES = "steward"


def body_of(register: Register) -> Body:
    """What the entry of a register says. The declaration and the assessments are left to the people who make them."""
    unit = accounts.authority()
    return Body(
        kind=Kind.DATASET,
        title=Text(zh=f"{register.words.zh}登记", en=f"Register: {register.words.en}"),
        description=Text(
            zh=f"{register.about.zh}由各单位登记，每次修改后更新。",
            en=f"{register.about.en} Entered by the bodies themselves and published after every change.",
        ),
        class_path="303001",
        format_class="2",
        formats=("csv",),
        items=tuple(_item(one) for one in register.public_fields) + _ours(),
        share_type=1,
        share_methods=("api", "file"),
        open_type=1,
        licence="km-open-1",
        update_frequency="8",
        category="place",
        duty=unit.name_zh if unit else "",
        themes=("science",),
        data_themes=("TECH",),
        level=1,
        visibility=Visibility.PUBLIC,
        keywords_zh=("数字经济", "登记", register.words.zh),
        keywords_en=("digital economy", "register"),
        spatial=("110000",),
        area_level="district",
    )


def _item(field: Field) -> Item:
    number = field.type is FieldType.NUMBER
    return Item(
        column=field.name,
        name_zh=field.words.zh,
        name_en=field.words.en,
        data_type=TYPES[field.type],
        length=DIGITS if number else None,
        precision=field.places if number else None,
        unit=field.unit.zh if field.unit else "",
        standard_ref="GB 32100-2015" if field.type is FieldType.CREDIT_CODE else "",
        code_list=field.code_list,
        is_key=field.key,
        nullable=not (field.key or field.needed),
        level=1,
    )


def _ours() -> tuple[Item, ...]:
    return (
        Item(column="state", name_zh="登记状态", name_en="State of the record", data_type="C", level=1, nullable=False),
        Item(column="changed_on", name_zh="修改日期", name_en="Changed on", data_type="D", level=1, nullable=False),
    )


def compile_entry(kind: str, *, by: Actor, now: datetime) -> str:
    """A draft of the register's entry, by a steward of the data authority; returns its id. One that is there already is given back.

    Raises `Refused("not_your_role")`, `Refused("not_the_authority")`.
    """
    register = selectors.register(kind)
    if by.role != COMPILES:
        raise Refused("not_your_role", needed=[COMPILES])
    if not selectors.is_authority(by):
        raise Refused("not_the_authority")
    found = selectors.entry_begun(register, by=by)
    return found or catalogue.draft(body_of(register), by=by, now=now, slug=register.slug)


def publish(kind: str, *, now: datetime) -> Load | None:
    """Give the present state of a register to the lake and take the load as far as it goes. Nothing to do gives None.

    Safe to call again after a crash: the same state is the same load.
    """
    register = selectors.register(kind)
    entry = selectors.published_entry(register)
    if entry is None:
        return None
    with transaction.atomic():
        last, rows = selectors.last_change(kind), list(Record.objects.filter(register=kind).order_by("code"))
        data = as_csv(register, rows)
    if not rows:
        return None
    machine = Actor(via=Via.JOB, institution=InstitutionId(str(entry.provider)))
    feed = lake.feed_for_file(entry.id, by=machine, now=now)
    delivery = lake.receive(feed, [data], name=f"{register.slug}.csv")
    key = f"{last}-{hashlib.sha256(data).hexdigest()[:40]}"
    load = lake.plan_load(feed.pk, delivery=delivery, key=key, by=machine, now=now)
    Published.objects.update_or_create(register=kind, defaults={"change": last, "load": load.pk, "at": now})
    return lake.advance(load.pk, now=now)


def as_csv(register: Register, records: list[Record]) -> bytes:
    """The public columns of records, as the lake takes them; the same state gives the same bytes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    names = [one.name for one in register.public_fields]
    writer.writerow([*names, "state", "changed_on"])
    for one in records:
        said = [one.facts.get(name, "") for name in names]
        writer.writerow([*said, STATES[one.retired], one.changed_at.astimezone(selectors.zone()).date().isoformat()])
    return out.getvalue().encode()


def sweep(*, now: datetime) -> int:
    """Ask for a run for every register whose entry was published, or that was written in, since it was last given out."""
    waiting = selectors.behind()
    for one in waiting:
        key = f"{one.kind}/{selectors.last_change(one.kind)}/{now:%Y%m%d%H}"
        office.start_run("monitor.publish", arguments={"register": one.kind}, key=key, now=now)
    return len(waiting)
