"""From what selectors found about registers to what templates draw: words in the reader's language, addresses, tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from kaimen.accounts.selectors import person_names
from kaimen.core.policy.party import Actor, PersonId
from kaimen.monitor import selectors
from kaimen.monitor.figures import computed, differs, district, district_name, index, indicator, overview
from kaimen.monitor.forms import RecordForm, SheetForm
from kaimen.monitor.models import Record, Sheet
from kaimen.monitor.registers import Field, FieldType, Register
from kaimen.monitor.services import COMPILES, Rehearsal
from kaimen.monitor.words import VERBS, WAYS, english, fault, joined, said
from kaimen.web.parts import Column, Pager, Proof, Table

__all__ = [
    "computed",
    "differs",
    "district",
    "form",
    "heads",
    "index",
    "indicator",
    "overview",
    "record",
    "register",
    "send",
    "sheet",
]

SHOWN = 50
FAULTS_SHOWN = 200
GAPS_SHOWN = 100


def heads(found: Register) -> list[str]:
    """The heads of a template: names of the fields in the reader's language."""
    return [said(one.words) for one in found.fields]


def shown(field: Field, value: str) -> str:
    """A value as people read it."""
    if field.type is FieldType.CODE:
        return said(field.codes[value]) if value in field.codes else value
    if field.type is FieldType.YES_NO:
        return _("yes") if value == "true" else _("no")
    unit = said(field.unit)
    return f"{value} {unit}" if unit else value


def name_of(one: Record) -> str:
    """The name of a record in the reader's language, else in Chinese."""
    return (one.facts.get("name_en") if english() else "") or one.facts["name_zh"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record in the list."""

    code: str
    name: str
    district: str
    kind: str
    body: str
    retired: bool
    gaps: int


def register(found: Register, *, by: Actor, district: str, page: int, now: datetime) -> dict[str, object]:
    """Context of the page of a register."""
    shelf, total = selectors.shelf(found), selectors.record_count(found, district=district)
    pages = max(1, -(-total // SHOWN))
    page = min(page, pages)
    held = selectors.records(found, district=district, limit=SHOWN, offset=(page - 1) * SHOWN)
    bodies = selectors.names_of(one.institution for one in held)
    gaps = list(selectors.gaps(found))
    offered = selectors.offered(found, by=by)
    return {
        "section": "monitor",
        "register": found,
        "name": said(found.words),
        "about": said(found.about),
        "article": found.clause.rpartition("-")[2],
        "shelf": shelf,
        "rows": [_row(found, one, bodies) for one in held],
        "total": total,
        "pager": Pager(page=page, pages=pages),
        "districts": [
            (code, district_name(code), code == district) for code in sorted(selectors.measures().tiles.places)
        ],
        "district": district,
        "gaps": [_gap(found, one) for one in gaps[:GAPS_SHOWN]],
        "more_gaps": max(0, len(gaps) - GAPS_SHOWN),
        "asked": _asked(found, gaps),
        "may_write": selectors.may_write(by, found, now=now),
        "may_compile": by.role == COMPILES and offered.entry is None and selectors.is_authority(by),
        "offered": offered,
    }


def _row(found: Register, one: Record, bodies: Mapping[str, object]) -> Row:
    first = next((field for field in found.fields if field.type is FieldType.CODE and field.name != "district"), None)
    return Row(
        code=one.code,
        name=name_of(one),
        district=district_name(one.district),
        kind=shown(first, one.facts.get(first.name, "")) if first else "",
        body=str(bodies.get(one.institution, "—")),
        retired=one.retired,
        gaps=0 if one.retired else len(found.exceptions(one.facts)),
    )


def _gap(found: Register, one: selectors.Gap) -> dict[str, str]:
    return {
        "code": one.record.code,
        "name": name_of(one.record),
        "asked": said(one.requirement.words),
        "fields": joined([_told(found.field(name), one.record) for name in one.fields]),
    }


def _told(field: Field, record: Record) -> str:
    value = record.facts.get(field.name)
    return said(field.words) if value is None else f"{said(field.words)} {shown(field, value)}"


def _asked(found: Register, gaps: Sequence[selectors.Gap]) -> Table:
    """Each requirement with the records that do not meet it, counted."""
    counts = Counter(one.requirement.code for one in gaps)
    return Table(
        name=_("What is asked of a record"),
        caption=_("What is asked of a record"),
        columns=[Column(label=_("What is asked")), Column(label=_("Records that lack it"), numeric=True)],
        rows=[[said(one.words), counts[one.code]] for one in found.asked],
        row_heads=True,
    )


def record(found: Register, one: Record, *, by: Actor) -> dict[str, object]:
    """Context of the page of a record. What is not public is shown to the body that entered it."""
    own = selectors.may_change(by, one)
    seen = [field for field in found.fields if field.public or own]
    changes = selectors.changes(one)
    persons = person_names([PersonId(change.person) for change in changes if change.person]) if own else {}
    return {
        "section": "monitor",
        "register": found,
        "register_name": said(found.words),
        "record": one,
        "name": name_of(one),
        "body": str(selectors.names_of([one.institution]).get(one.institution, "—")),
        "facts": [
            (said(field.words), shown(field, one.facts[field.name]) if field.name in one.facts else "—", field.public)
            for field in seen
        ],
        "gaps": [
            (said(asked.words), joined([said(found.field(name).words) for name in lacking]))
            for asked, lacking in (() if one.retired else found.exceptions(one.facts))
        ],
        "changes": [
            {
                "n": change.n,
                "verb": VERBS[change.verb],
                "way": WAYS[change.way],
                "fields": joined(
                    [said(found.field(name).words) for name in change.fields if name in {field.name for field in seen}]
                )
                if change.verb == "changed"
                else "",
                "reason": change.reason,
                "person": persons.get(PersonId(change.person), "") if own else "",
                "proof": Proof(number=change.receipt, at=change.at, url=reverse("log-entry", args=[change.receipt])),
            }
            for change in changes
        ],
        "own": own,
    }


def form(found: Register, filled: RecordForm, *, record: Record | None = None) -> dict[str, object]:
    """Context of the form of a record."""
    return {
        "section": "monitor",
        "register": found,
        "register_name": said(found.words),
        "form": filled,
        "record": record,
        "name": name_of(record) if record else "",
        "asked": [said(one.words) for one in found.asked],
    }


def send(found: Register, filled: SheetForm, rehearsal: Rehearsal | None) -> dict[str, object]:
    """Context of the page to which a sheet is sent, with what is wrong in it."""
    faults = rehearsal.faults if rehearsal else ()
    return {
        "section": "monitor",
        "register": found,
        "register_name": said(found.words),
        "form": filled,
        "rehearsal": rehearsal,
        "faults": Table(
            name=_("What is wrong in the sheet"),
            caption=_("What is wrong in the sheet"),
            columns=[
                Column(label=_("Row"), numeric=True),
                Column(label=_("Column")),
                Column(label=_("What stands there")),
                Column(label=_("What is wrong")),
            ],
            rows=[
                [one.row, one.column, one.value or "—", fault(one.code, other=one.other)]
                for one in faults[:FAULTS_SHOWN]
            ],
        )
        if faults
        else None,
        "count": len(faults),
        "rows": len({one.row for one in faults}),
        "shown": FAULTS_SHOWN,
    }


def sheet(kept: Sheet, rehearsal: Rehearsal) -> dict[str, object]:
    """Context of the page of a checked sheet."""
    found = rehearsal.register
    return {
        "section": "monitor",
        "register": found,
        "register_name": said(found.words),
        "sheet": kept,
        "rehearsal": rehearsal,
        "changed": [
            (code, joined([said(found.field(name).words) for name in fields])) for code, fields in rehearsal.changed
        ],
        "stopped": [(one.row, one.value, fault(one.code, other=one.other)) for one in rehearsal.faults],
    }
