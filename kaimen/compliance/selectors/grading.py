"""The grading desk: columns whose level nobody has confirmed as they stand now, with what their labels speak for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaimen.catalogue import selectors as catalogue
from kaimen.compliance.models import Grade
from kaimen.compliance.selectors.reach import concerns
from kaimen.core.errors import Missing
from kaimen.core.metadata.entry import Item, PublishedEntry
from kaimen.core.metadata.grading import Suggestion, basis, suggest
from kaimen.core.policy.party import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column on the desk. `grade`: the confirmed level that still stands; None where a person must look."""

    item: Item
    suggestion: Suggestion
    grade: Grade | None

    @property
    def differs(self) -> bool:
        """A person confirmed another level than the one that is published, by which the gate goes."""
        return self.grade is not None and self.grade.level != self.item.level


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An entry with its columns."""

    entry: PublishedEntry
    columns: tuple[Column, ...]

    @property
    def waiting(self) -> int:
        """How many columns a person must look at."""
        return sum(column.grade is None for column in self.columns)

    @property
    def differing(self) -> int:
        """For how many the entry must be changed."""
        return sum(column.differs for column in self.columns)


def desks(by: Actor) -> list[Desk]:
    """Entries of the reader's body (of all for overseers) with columns that wait or differ, those with the most first."""
    entries = [
        entry
        for entry in catalogue.published_many(catalogue.published_ids(after="", limit=100_000)).values()
        if entry.items and concerns(entry, by)
    ]
    grades = _grades(entry.id for entry in entries)
    found = [_desk(entry, grades) for entry in entries]
    return sorted(
        (desk for desk in found if desk.waiting or desk.differing), key=lambda desk: (-desk.waiting, desk.entry.slug)
    )


def desk(by: Actor, dataset: str) -> Desk:
    """One entry's desk. Raises `Missing("entry_unknown")`, also for those of other bodies."""
    entry = catalogue.published(dataset)
    if not concerns(entry, by):
        raise Missing("entry_unknown")
    return _desk(entry, _grades([entry.id]))


def _desk(entry: PublishedEntry, grades: Mapping[tuple[str, str], Grade]) -> Desk:
    columns: list[Column] = []
    for item in entry.items:
        grade = grades.get((entry.id, item.column))
        stands = grade is not None and grade.basis == basis(item)
        columns.append(Column(item=item, suggestion=suggest(item, entry.body), grade=grade if stands else None))
    return Desk(entry=entry, columns=tuple(columns))


def _grades(datasets: Iterable[str]) -> dict[tuple[str, str], Grade]:
    rows = Grade.objects.filter(dataset__in=list(datasets)).order_by("pk")
    return {(row.dataset, row.column): row for row in rows}  # the newest of a column stays
