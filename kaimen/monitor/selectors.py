"""Questions about registers: what they hold, what is missing in them, who may write, how far the open dataset is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, OuterRef, Subquery

from kaimen.accounts import selectors as accounts
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Missing
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.party import Actor, InstitutionId, Via
from kaimen.lake import selectors as lake
from kaimen.monitor.indicators import Definition, Measures
from kaimen.monitor.indicators import measures as _measures
from kaimen.monitor.models import Change, Computation, Evaluation, Published, Record, Scorecard, Sheet
from kaimen.monitor.registers import Check, Register, Requirement, registers
from kaimen.office import selectors as office


def all_registers() -> Mapping[str, Register]:
    """The registers of the pack, by kind."""
    return registers(settings.KAIMEN_PACK)


def register(kind: str) -> Register:
    """One of them. Raises `Missing("register_unknown")`."""
    found = all_registers().get(kind)
    if found is None:
        raise Missing("register_unknown")
    return found


def writes(by: Actor, asked: Register) -> bool:
    """Does this actor have a role that enters records, in a body?"""
    return by.role in asked.writers and by.institution is not None


def may_write(by: Actor, asked: Register, *, now: datetime) -> bool:
    """May this actor enter records: in a role of the register, for the data authority or a body that is competent for its matter."""
    if by.institution is None or not writes(by, asked):
        return False
    return not asked.matter or is_authority(by) or accounts.has_competence(by.institution, asked.matter, day=day(now))


def day(now: datetime) -> date:
    """The day of the platform."""
    return office.rules().calendar.day(now)


def may_change(by: Actor, record: Record) -> bool:
    """May this actor change this record: it is of their body."""
    return writes(by, register(record.register)) and str(by.institution) == record.institution


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A record that does not meet a requirement, or says what cannot be."""

    record: Record
    requirement: Requirement | Check
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """How far a register is as an open dataset."""

    entry: PublishedEntry | None
    begun: str
    """Id of an entry that is on its way and not published yet."""
    version: int | None
    rows: int | None
    behind: bool
    """Something was written since the last version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A register with its counts."""

    register: Register
    count: int
    retired: int
    exceptions: int
    districts: Mapping[str, int] = field(default_factory=dict[str, int])
    gaps_in: Mapping[str, int] = field(default_factory=dict[str, int])
    """Records by district, and those of them that do not meet what is asked."""


def shelves() -> list[Shelf]:
    """Every register of the pack with what it holds, in the order of the pack."""
    held: dict[str, list[Record]] = {kind: [] for kind in all_registers()}
    for one in Record.objects.filter(register__in=held).only("register", "facts", "district", "retired"):
        held[one.register].append(one)
    return [_shelf(all_registers()[kind], found) for kind, found in held.items()]


def _shelf(asked: Register, found: Sequence[Record]) -> Shelf:
    alive = [one for one in found if not one.retired]
    lacking = [one for one in alive if asked.exceptions(one.facts)]
    return Shelf(
        register=asked,
        count=len(alive),
        retired=len(found) - len(alive),
        exceptions=len(lacking),
        districts=Counter(one.district for one in alive),
        gaps_in=Counter(one.district for one in lacking),
    )


def shelf(asked: Register) -> Shelf:
    """One register with what it holds."""
    return _shelf(asked, list(Record.objects.filter(register=asked.kind).only("facts", "district", "retired")))


def records(asked: Register, *, district: str = "", limit: int | None = None, offset: int = 0) -> list[Record]:
    """Records of a register by key, retired ones too."""
    found = Record.objects.filter(register=asked.kind).order_by("code")
    if district:
        found = found.filter(district=district)
    return list(found[offset : None if limit is None else offset + limit])


def record_count(asked: Register, *, district: str = "") -> int:
    """How many of them."""
    found = Record.objects.filter(register=asked.kind)
    return (found.filter(district=district) if district else found).count()


def record(asked: Register, code: str) -> Record:
    """One of them. Raises `Missing("record_unknown")`."""
    found = Record.objects.filter(register=asked.kind, code=code[:80]).first()
    if found is None:
        raise Missing("record_unknown")
    return found


def changes(of: Record) -> list[Change]:
    """Its versions, the newest first."""
    return list(of.changes.order_by("-n"))  # type: ignore[attr-defined]  # Django makes the reverse name


def is_authority(by: Actor) -> bool:
    """Does the actor stand for the data authority?"""
    held = accounts.authority()
    return held is not None and str(by.institution) == str(held.pk)


def gaps(asked: Register) -> Iterator[Gap]:
    """Every record in force that does not meet what is asked, with the fields that are to blame."""
    for one in Record.objects.filter(register=asked.kind, retired=False).order_by("code"):
        for requirement, lacking in asked.exceptions(one.facts):
            yield Gap(record=one, requirement=requirement, fields=lacking)


def sheet(sheet_id: str, *, by: Actor) -> Sheet:
    """A sheet of the actor's body. Raises `Missing("sheet_unknown")`."""
    found = Sheet.objects.filter(pk=sheet_id[:26], institution=str(by.institution or "")).first()
    if found is None or not writes(by, register(found.register)):
        raise Missing("sheet_unknown")
    return found


# ---- as open data ------------------------------------------------------------------------------------------------------------


def published_entry(asked: Register) -> PublishedEntry | None:
    """The entry of its open dataset, once it is published."""
    return catalogue.by_names([asked.slug]).get(asked.slug)


def entry_begun(asked: Register, *, by: Actor) -> str:
    """Id of the entry of its open dataset, in whatever state, for those who may work on it; else empty."""
    return catalogue.workable(by).filter(slug=asked.slug).values_list("pk", flat=True).first() or ""


def zone() -> ZoneInfo:
    """The zone of the platform, in which days begin."""
    return ZoneInfo(str(settings.KAIMEN_TIME_ZONE))


def last_change(kind: str) -> int:
    """The number of the newest change of a register; 0 where nothing was ever written."""
    return Change.objects.filter(register=kind).aggregate(last=Max("id"))["last"] or 0


def offered(asked: Register, *, by: Actor) -> Offered:
    """How far it is as an open dataset; `begun` is told to those who may work on the entry."""
    newest = last_change(asked.kind)
    entry = published_entry(asked)
    if entry is None:
        return Offered(entry=None, begun=entry_begun(asked, by=by), version=None, rows=None, behind=bool(newest))
    lines = lake.snapshots(entry.id, limit=1)
    out = Published.objects.filter(register=asked.kind).first()
    there = out is not None and bool(lines) and out.change == newest and lines[0].load == out.load
    return Offered(
        entry=entry,
        begun="",
        version=lines[0].number if lines else None,
        rows=lines[0].rows if lines else None,
        behind=bool(newest) and not there,
    )


def behind() -> list[Register]:
    """Registers with a published entry that were written in since they were last given to the lake."""
    given = dict(Published.objects.values_list("register", "change"))
    newest = dict(Change.objects.values_list("register").annotate(last=Max("id")))
    waiting = [one for one in all_registers().values() if newest.get(one.kind, 0) > given.get(one.kind, 0)]
    published = catalogue.by_names([one.slug for one in waiting])
    return [one for one in waiting if one.slug in published]


def names_of(institutions: Iterable[str]) -> dict[str, accounts.InstitutionName]:
    """Names of bodies, by id."""
    found = accounts.institution_names([InstitutionId(one) for one in institutions if one])
    return {str(key): name for key, name in found.items()}


# ---- indicators --------------------------------------------------------------------------------------------------------------

COMPUTES = frozenset(
    {"steward", "office_head", "department_head", "cdo", "authority_reviewer", "operator", "auditor", "government"}
)
"""Officers who may have figures computed again."""


def measures() -> Measures:
    """The indicators, the index and the tiles of the pack."""
    return _measures(settings.KAIMEN_PACK)


def may_compute(by: Actor) -> bool:
    """May this actor have figures computed?"""
    return by.role in COMPUTES


def indicator(code: str) -> Definition:
    """One indicator. Raises `Missing("indicator_unknown")`."""
    found = measures().indicators.get(code)
    if found is None:
        raise Missing("indicator_unknown")
    return found


def computation(computation_id: str) -> Computation:
    """One computation. Raises `Missing("computation_unknown")`."""
    found = Computation.objects.filter(pk=computation_id[:26]).first()
    if found is None:
        raise Missing("computation_unknown")
    return found


def computations(code: str, *, limit: int = 60) -> list[Computation]:
    """Computations of an indicator, the newest first."""
    return list(Computation.objects.filter(indicator=code).order_by("-at", "-pk")[:limit])


def newest() -> dict[str, Computation]:
    """The newest computation of every indicator of the pack that was ever computed."""
    latest = Computation.objects.filter(indicator=OuterRef("indicator")).order_by("-at", "-pk").values("pk")[:1]
    found = Computation.objects.filter(indicator__in=list(measures().indicators), pk=Subquery(latest))
    return {one.indicator: one for one in found}


def evaluations(*, limit: int = 60) -> list[Evaluation]:
    """Computed indexes, the newest first."""
    return list(Evaluation.objects.order_by("-at", "-pk")[:limit])


def evaluation() -> Evaluation | None:
    """The newest index; None before the first."""
    return next(iter(evaluations(limit=1)), None)


def district(code: str) -> str:
    """A district of the city. Raises `Missing("district_unknown")`."""
    if code not in measures().tiles.places:
        raise Missing("district_unknown")
    return code


# ---- scorecards of bodies ----------------------------------------------------------------------------------------------------


def scorecard(scorecard_id: str) -> Scorecard:
    """One fixed scorecard. Raises `Missing("scorecard_unknown")`."""
    found = Scorecard.objects.filter(pk=scorecard_id[:26]).first()
    if found is None:
        raise Missing("scorecard_unknown")
    return found


def scorecard_of(period: str, *, released: datetime | None = None) -> Scorecard | None:
    """The newest version of a period; of those that were released by a moment, where one is given."""
    found = Scorecard.objects.filter(period=period)
    if released is not None:
        found = found.filter(released_at__lte=released)
    return found.order_by("-n").first()


def scorecards(*, released: datetime | None = None) -> list[Scorecard]:
    """Fixed scorecards without their lines, the newest period first; of those that were released by a moment, where one is given."""
    found = Scorecard.objects.defer("lines").order_by("-as_of", "-period", "-n")
    return list(found if released is None else found.filter(released_at__lte=released))


def anything_before(end: datetime) -> bool:
    """Was there a term or an entry before a moment, of which a scorecard could tell?"""
    return office.began_before(end) or catalogue.began_before(end)


def sees_running(by: Actor) -> bool:
    """Does the actor see what is not released yet: an officer of a public body, and this machine."""
    return by.via is Via.CLI or (by.on_behalf is None and catalogue.reads_government(by))
