"""What the control board asks of compliance itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kaimen.compliance.selectors import inventory
from kaimen.core.lifecycle.controls import Part, Ref, part_of
from kaimen.core.lifecycle.rules import Words


def declared_against_seen(now: datetime) -> Iterable[Part]:
    """BJ-46: what the gate gave of personal information in the last thirty days is declared: purpose, recipient, columns."""
    found = {one.entry.id: one.entry for one in inventory.findings(now=now)}
    told = {one.entry.id: one.entry for one in inventory.records()} | found
    yield part_of(
        Words(
            zh="个人信息的实际使用都在登记之内（目的、接收方、数据项）",
            en="Personal information is used as it is declared: purpose, recipient, columns",
        ),
        [(entry.id not in found, Ref(name=entry.slug, url="/processing/work")) for entry in told.values()],
        evidence=[Ref(name="/processing", url="/processing")],
    )
