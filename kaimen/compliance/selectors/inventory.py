"""The inventory of personal information: what is declared, what waits to be declared, what the gate gave that nobody declared.

An answer tells its columns by the names that it gave them; a column that was renamed in the question is not recognised. Purposes and
recipients always are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.catalogue import selectors as catalogue
from kaimen.compliance.selectors.reach import concerns
from kaimen.core.metadata.entry import PiClass, PublishedEntry
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.gate import selectors as gate

WORKFLOW = "processing"
LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of processing as it is in force. `facts` are its answers by the names of its form."""

    number: str
    provider: str
    entry: PublishedEntry
    facts: Mapping[str, object]

    def many(self, name: str) -> frozenset[str]:
        """A list of codes or columns."""
        value = self.facts.get(name)
        return frozenset(str(one) for one in value) if isinstance(value, list) else frozenset()

    @property
    def recipients(self) -> frozenset[str]:
        """Short names of the bodies that it names."""
        return frozenset(str(self.facts.get("recipients") or "").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something the gate gave that no record names. `kind`: record (there is none), purpose, recipient, column; `what` is its code or name."""

    kind: str
    what: str
    entry: PublishedEntry
    institution: str
    answers: int
    receipts: tuple[str, ...]


def records() -> list[Record]:
    """Every record in force whose entry is published."""
    found = cases.in_states(WORKFLOW, ["in_force"])
    entries = catalogue.published_many([case.dataset for case in found])
    return [
        Record(
            number=case.number,
            provider=str(entries[case.dataset].provider),
            entry=entries[case.dataset],
            facts=case.facts,
        )
        for case in found
        if case.dataset in entries
    ]


def undeclared(by: Actor) -> list[PublishedEntry]:
    """Entries of the reader's body with columns that tell of persons, and no record in force; of all bodies for those who oversee."""
    declared = {record.entry.id for record in records()}
    return [
        entry
        for entry in _of_persons(catalogue.published_many(catalogue.published_ids(after="", limit=100_000)).values())
        if entry.id not in declared and concerns(entry, by)
    ]


def findings(*, now: datetime) -> list[Finding]:
    """What bodies were given in the last thirty days and no record names, by dataset."""
    used = gate.used_by_bodies(since=now - LOOKED_BACK)
    personal = {one.id: one for one in _of_persons(catalogue.published_many({one.dataset for one in used}).values())}
    declared: dict[str, list[Record]] = {}
    for record in records():
        declared.setdefault(record.entry.id, []).append(record)
    slugs = {key: name.slug for key, name in accounts.institution_names(_bodies(used)).items()}
    return [
        Finding(
            kind=kind, what=what, entry=personal[one.dataset], institution=one.institution, answers=one.answers,
            receipts=tuple(one.receipts),
        )
        for one in used
        if one.dataset in personal
        for kind, what in _beyond(one, personal[one.dataset], declared.get(one.dataset, ()), slugs)
    ]  # fmt: skip


def findings_for(by: Actor, *, now: datetime) -> list[Finding]:
    """Those of the reader's own data; all for those who oversee."""
    return [one for one in findings(now=now) if concerns(one.entry, by)]


def _bodies(used: Iterable[gate.Used]) -> list[InstitutionId]:
    return [InstitutionId(one.institution) for one in used]


def _beyond(
    one: gate.Used, entry: PublishedEntry, declared: Sequence[Record], slugs: Mapping[InstitutionId, str]
) -> Iterator[tuple[str, str]]:
    labelled = {item.column for item in entry.items if item.pi_class is not PiClass.NONE}
    if not labelled & one.columns:
        return  # totals and columns that tell of nobody
    if not declared:
        yield "record", entry.slug
        return
    if one.purpose not in frozenset().union(*(record.many("purposes") for record in declared)):
        yield "purpose", one.purpose
    slug = slugs.get(InstitutionId(one.institution), one.institution)
    if one.institution != str(entry.provider) and slug not in frozenset().union(*(r.recipients for r in declared)):
        yield "recipient", slug
    named = frozenset[str]().union(*(record.many("columns") for record in declared))
    for column in sorted((labelled & one.columns) - named):
        yield "column", column


def _of_persons(entries: Iterable[PublishedEntry]) -> list[PublishedEntry]:
    return [entry for entry in entries if entry.body.pi_class is not PiClass.NONE]
