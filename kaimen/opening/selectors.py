"""Questions the public window answers: what stands on the home page, what stands on the page of an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kaimen.accounts import selectors as accounts
from kaimen.accounts.selectors import InstitutionName
from kaimen.cases import selectors as cases
from kaimen.catalogue import selectors as catalogue
from kaimen.catalogue.selectors import FacetCode
from kaimen.core.errors import Missing
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.party import Actor
from kaimen.gate import selectors as gate
from kaimen.gate.selectors import Shut
from kaimen.lake import selectors as lake
from kaimen.lake.selectors import Snapshot, SnapshotLine

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from kaimen.cases.models import Case

NEWEST = 6
HISTORY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """When the data came last, how often they should, and by how much they are late."""

    at: datetime | None
    frequency: str
    due: datetime | None = None
    late_by: timedelta | None = None

    @property
    def late(self) -> bool:
        """Past the limit of their frequency."""
        return self.late_by is not None


def freshness(entry: PublishedEntry, at: datetime | None, *, now: datetime) -> Freshness:
    """By the limit that the rule pack gives to the entry's update frequency."""
    known = catalogue.spec().list_of("update_frequency").codes.get(entry.update_frequency)
    limit = known.number("timely_s") if known else None
    if at is None or limit is None:
        return Freshness(at=at, frequency=entry.update_frequency)
    due = at + timedelta(seconds=limit)
    return Freshness(at=at, frequency=entry.update_frequency, due=due, late_by=now - due if now > due else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry in a list, with who provides it and how fresh it is."""

    entry: PublishedEntry
    provider: InstitutionName | None
    snapshot: Snapshot | None
    fresh: Freshness


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The home page. Counts are of what this reader may see."""

    total: int
    providers: int
    themes: Sequence[FacetCode]
    by_gate: Mapping[str, int] | None
    """Number of entries by open type; None while the index that counts them is being built."""
    newest: Sequence[Line]
    words: Sequence[tuple[str, str]]
    """Words of the newest entries, in both languages, to try in the search."""
    building: bool


def lines(entries: Sequence[PublishedEntry], *, now: datetime) -> list[Line]:
    """Entries with provider and freshness: two questions for the whole list."""
    names: Mapping[str, InstitutionName] = dict(accounts.institution_names([entry.provider for entry in entries]))  # type: ignore[arg-type]
    found = lake.snapshots_of([entry.id for entry in entries])
    return [
        Line(
            entry=entry,
            provider=names.get(entry.provider),
            snapshot=found.get(entry.id),
            fresh=freshness(entry, found[entry.id].published_at if entry.id in found else None, now=now),
        )
        for entry in entries
    ]


def home(by: Actor, *, now: datetime) -> Home:
    """Everything on the home page. One search gives the counts and the newest entries together."""
    found = catalogue.find_or_newest("", by=by, sort="updated", size=NEWEST, facets=("theme", "provider", "open"))
    words = [
        (entry.body.keywords_zh[0], entry.body.keywords_en[0])
        for entry in found.entries
        if entry.body.keywords_zh and entry.body.keywords_en
    ]
    return Home(
        total=found.total,
        providers=_providers(by) if found.building else len(found.facets["provider"]),
        themes=found.facets.get("theme", ()),
        by_gate=None if found.building else {one.code: one.count for one in found.facets["open"]},
        newest=lines(found.entries, now=now),
        words=list(dict.fromkeys(words))[:5],
        building=found.building,
    )


def _providers(by: Actor) -> int:
    """How many bodies provide what this reader may see, counted by the database."""
    return catalogue.visible(by).values("provider").distinct().count()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """An entry as its page shows it to this reader."""

    entry: PublishedEntry
    provider: InstitutionName | None
    snapshot: Snapshot | None
    fresh: Freshness
    history: Sequence[SnapshotLine]
    scores: Mapping[str, Sequence[int]]
    """What the checks of the load in use found: good and all, by group."""
    shut: Shut | None = None
    """Since when and why nobody is given these data, where they are offline."""

    @property
    def open_now(self) -> bool:
        """Open to everybody, there are data, and they are not offline."""
        return self.entry.open_type == 1 and self.snapshot is not None and self.shut is None


def entry_page(by: Actor, id_or_slug: str, *, now: datetime) -> EntryPage:
    """Raises `Missing("entry_unknown")`: also for entries that are not for this reader."""
    entry = catalogue.entry_for(by, id_or_slug)
    try:
        snapshot = lake.snapshot(entry.id)
    except Missing:
        snapshot = None
    names = accounts.institution_names([entry.provider])
    history = lake.snapshots(entry.id, limit=HISTORY) if snapshot else []
    in_use = next((line for line in history if snapshot and line.number == snapshot.number), None)
    return EntryPage(
        entry=entry,
        provider=names.get(entry.provider),
        snapshot=snapshot,
        fresh=freshness(entry, snapshot.published_at if snapshot else None, now=now),
        history=history,
        scores=in_use.scores if in_use else {},
        shut=gate.shut(entry.id),
    )


ANSWERED = ("disclosed", "partly", "refused", "not_existing", "transferred", "already_public", "special")
"""Ends of a request for information with an answer in substance: only of such a one can another be a repetition."""


def answered_before(case: Case) -> QuerySet[Case]:
    """Requests of the same applicant to the same body that were answered in substance, the newest first.

    The same applicant is the same account or body; of people without an account, the same name and way to reach them.
    """
    seat = case.seat("applicant")
    earlier = cases.running(case.workflow, states=ANSWERED).exclude(pk=case.pk).filter(facts__body=case.facts["body"])
    if seat is not None and seat.institution:
        earlier = earlier.filter(parties__side="applicant", parties__institution=seat.institution)
    elif seat is not None and seat.person:
        earlier = earlier.filter(parties__side="applicant", parties__person=seat.person)
    else:
        earlier = earlier.filter(
            parties__side="applicant", parties__institution="", parties__person="", facts__contact=case.facts["contact"]
        )
    return earlier.distinct().order_by("-closed_at")
