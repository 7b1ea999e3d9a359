"""Questions: which policies are in force for whom, what somebody would see, how a receipt stands, whether the pool answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from kaimen.accounts import selectors as accounts
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Missing
from kaimen.core.metadata.entry import Item, PublishedEntry
from kaimen.core.policy.model import Channel, Facts, Policy
from kaimen.core.policy.obligations import Columns, Delivery, Deny, Filter, Obligation, Quota
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.core.policy.rows import All, Compare, Either, Not, Term, Value
from kaimen.core.policy.text import obligation_from_data
from kaimen.engines import pool
from kaimen.gate import compiling
from kaimen.gate.models import Closure, Decision, Grant, Release, Revocation, Use


def home() -> Path:
    """Where the pool listens."""
    return Path(settings.KAIMEN_HOME)


def zone() -> ZoneInfo:
    """The zone of the platform: in it days begin, for questions and for quotas."""
    return ZoneInfo(str(settings.KAIMEN_TIME_ZONE))


def pool_answers() -> None:
    """Raises Unavailable when the query pool does not answer."""
    pool.status(home())


def pool_status() -> Mapping[str, object]:
    """Workers, running, waiting, and which walls this kernel does not have."""
    return pool.status(home())


def policies_for(actor: Actor, dataset_ids: Iterable[str], now: datetime) -> dict[str, list[Policy]]:
    """The policies that concern the asker, by dataset. Datasets without a published entry are absent."""
    return policies_of(actor, catalogue.published_many(dataset_ids), now)


def policies_of(actor: Actor, entries: Mapping[str, PublishedEntry], now: datetime) -> dict[str, list[Policy]]:
    """As `policies_for`, for entries that were read already: two queries, whatever else is in force."""
    del now  # terms are judged by `decide`, so that an expired agreement is refused as such
    found: dict[str, list[Policy]] = {key: [] for key in entries}
    mine = Q()
    if actor.institution is not None:
        mine |= Q(institution=str(actor.institution), person="")
    if actor.person is not None:
        mine |= Q(person=str(actor.person), institution__in=["", str(actor.institution or "")])
    if mine:
        for grant in Grant.objects.filter(mine, dataset__in=list(entries), revoked_at=None):
            found[grant.dataset].append(compiling.agreement(grant, entries[grant.dataset]))
    closures: dict[str, list[Closure]] = {}
    for closure in Closure.objects.filter(dataset__in=list(entries), opened_at=None):
        closures.setdefault(closure.dataset, []).append(closure)
    for key, entry in entries.items():
        offer = compiling.offer(entry)
        binding = compiling.of_everybody(entry, closures.get(key, ()))
        found[key] += [policy for policy in (offer, binding) if policy is not None]
    return found


def facts_for(actor: Actor, entry: PublishedEntry, policies: Sequence[Policy], *, others: int, now: datetime) -> Facts:
    """What `decide` must know from outside. Each is looked up only where a policy asks for it."""
    duties = [duty for policy in policies for duty in policy.duties]
    quotas = {(policy.uid, duty) for policy in policies for duty in policy.duties if isinstance(duty, Quota)}
    named = any(_names_facts(duty.term) for duty in duties if isinstance(duty, Filter))
    asks_where = named or any(
        constraint.left == "spatial"
        for policy in policies
        for rule in (*policy.permissions, *policy.prohibitions)
        for constraint in rule.constraints
    )
    divisions = _divisions(actor) if asks_where else None
    sets: dict[str, tuple[Value, ...]] = {} if divisions is None else {"my.divisions": divisions}
    return Facts(
        level=entry.level,
        spatial=divisions,
        others=others,
        used=_used({uid for uid, _ in quotas}, now) if quotas else {},
        sets=sets,
    )


def _names_facts(term: Term) -> bool:
    match term:
        case Compare():
            return term.fact is not None
        case All() | Either():
            return any(_names_facts(each) for each in term.terms)
        case Not():
            return _names_facts(term.term)


def _divisions(actor: Actor) -> tuple[str, ...] | None:
    if actor.institution is None:
        return None
    try:
        return (accounts.institution(str(actor.institution)).region,)
    except Missing:
        return None


def _used(grants: Iterable[str], now: datetime) -> dict[tuple[str, str, str], int]:
    rows = Use.objects.filter(grant__in=list(grants)).values_list("grant", "what", "window", "period", "used")
    return {(grant, what, window): used for grant, what, window, of, used in rows if of == period(window, now)}


def period(window: str, now: datetime) -> str:
    """The period of a quota's window in which `now` lies: `2026-11-23`, `2026-11`, or nothing for the whole term."""
    day: date = now.astimezone(zone()).date()
    return {"day": day.isoformat(), "month": day.isoformat()[:7]}.get(window, "")


def clear_for_anybody(item: Item) -> bool:
    """May the column of an open entry go out to anybody as it is, without a mask?"""
    return compiling.clear_for_anybody(item)


def answers_under(code: str, *, since: datetime) -> int:
    """How many questions were answered by an agreement from a moment on."""
    grant = Grant.objects.filter(pk=code).first()
    if grant is None:
        return 0
    asked = Decision.objects.filter(at__gte=since).filter(
        Q(institution=grant.institution) if grant.institution else Q(person=grant.person)
    )
    return sum(code in policies for policies in asked.values_list("policies", flat=True))


def rows_used(code: str) -> int:
    """How many rows were given under an agreement in its whole term, where it has a quota of them."""
    found = Use.objects.filter(grant=code, what="rows", window="term").values_list("used", flat=True).first()
    return found or 0


def is_open(code: str, *, now: datetime) -> bool:
    """Does an agreement of this code let anybody in now?"""
    grant = Grant.objects.filter(pk=code).first()
    return grant is not None and grant.not_before <= now and grant.ended_at(now) is None


def last_revocation() -> int:
    """Number of the newest revocation; remember it before an answer begins."""
    return Revocation.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def is_uncleared(code: str, *, now: datetime) -> bool:
    """Is this grant shut for want of an assessment, though its own days are not over?"""
    shut = Grant.objects.filter(pk=code, cleared_until__lte=now, not_before__lte=now, not_after__gt=now)
    return shut.filter(revoked_at=None).exists()


def revoked_since(seq: int, *, grants: Iterable[str], datasets: Iterable[str]) -> bool:
    """Whether one of these was suspended, revoked or closed since."""
    concerned = Q(grant__in=list(grants)) | Q(dataset__in=list(datasets))
    return Revocation.objects.filter(concerned, seq__gt=seq).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How an answer of the past stands."""

    receipt: str
    at: datetime
    purpose: str
    datasets: tuple[str, ...]
    policies: tuple[str, ...]
    policy_hash: str
    outcome: str | None
    rows: int | None
    bytes: int | None


def receipt(receipt_id: str, *, by: Actor) -> Told:
    """An answer that was given to this asker. Raises `Missing("receipt_unknown")` also for those of others."""
    row = Decision.objects.filter(pk=receipt_id).first()
    if row is None or not _is_theirs(row, by):
        raise Missing("receipt_unknown")
    return Told(
        receipt=row.receipt,
        at=row.at,
        purpose=row.purpose,
        datasets=tuple(row.datasets),
        policies=tuple(row.policies),
        policy_hash=row.policy_hash,
        outcome=row.outcome,
        rows=row.rows,
        bytes=row.bytes,
    )


def _is_theirs(row: Decision, by: Actor) -> bool:
    """The person's own; what nobody in particular asked is anybody's."""
    return row.person == (str(by.person) if by.person else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantLine:
    """A grant as its holder sees it."""

    code: str
    dataset: str
    slug: str
    title_zh: str
    title_en: str
    purposes: tuple[str, ...]
    basis_zh: str
    basis_en: str
    not_after: datetime

    @property
    def last(self) -> datetime:
        """The last moment under it: a term until a day ends at midnight, and that is the next day already."""
        return self.not_after - timedelta(microseconds=1)


def still_cleared(now: datetime) -> Q:
    """Grants whose assessments hold, or that need none."""
    return Q(cleared_until=None) | Q(cleared_until__gt=now)


def grants_of(actor: Actor, *, now: datetime) -> list[GrantLine]:
    """Agreements under which the asker may ask on the page of questions now, by code."""
    if actor.institution is None and actor.person is None:
        return []
    mine = Q(institution=str(actor.institution), person="") if actor.institution else Q()
    if actor.person is not None:
        mine |= Q(person=str(actor.person))
    rows = list(
        Grant.objects.filter(
            mine, still_cleared(now), revoked_at=None, suspended_at=None, not_before__lte=now, not_after__gt=now
        ).order_by("code")
    )
    entries = catalogue.published_many({row.dataset for row in rows})
    return [
        GrantLine(
            code=row.code,
            dataset=row.dataset,
            slug=entries[row.dataset].slug,
            title_zh=entries[row.dataset].title_zh,
            title_en=entries[row.dataset].title_en,
            purposes=tuple(row.purposes),
            basis_zh=row.basis_zh,
            basis_en=row.basis_en,
            not_after=min(row.not_after, row.cleared_until or row.not_after),
        )
        for row in rows
        if row.dataset in entries and _is_asked_here(row)
    ]


def _is_asked_here(grant: Grant) -> bool:
    """Not one that opens another channel alone, such as that of a zone: on the page of questions it would only refuse."""
    duties = [obligation_from_data(duty) for duty in grant.duties]
    return all(Channel.SQL.value in duty.channels for duty in duties if isinstance(duty, Delivery))


def grants_in_force(now: datetime) -> list[Grant]:
    """Every grant that holds now, by code: the board looks at all of them."""
    found = Grant.objects.filter(
        still_cleared(now), revoked_at=None, suspended_at=None, not_before__lte=now, not_after__gt=now
    )
    return list(found.order_by("code"))


def grants_exempt(reason: str) -> list[Grant]:
    """Every grant that was made without the assessment that comes first, for one reason, ended ones too."""
    return list(Grant.objects.filter(exempt=reason).order_by("code"))


def decisions_before(now: datetime, *, limit: int) -> list[Decision]:
    """The newest answers that were decided until now."""
    return list(Decision.objects.filter(at__lte=now).order_by("-at", "-pk")[:limit])


def changed_since(grants: Iterable[str], datasets: Iterable[str], moment: datetime) -> bool:
    """Was one of these grants or datasets suspended, revoked or closed after a moment?"""
    concerned = Q(grant__in=list(grants)) | Q(dataset__in=list(datasets))
    return Revocation.objects.filter(concerned, at__gt=moment).exists()


def held_by(institution: InstitutionId, *, dataset: str, now: datetime) -> list[str]:
    """Codes of the grants that a body holds on a dataset and that have not ended; a suspended one may come back, so it counts."""
    found = Grant.objects.filter(institution=str(institution), dataset=dataset, revoked_at=None, not_after__gt=now)
    return list(found.order_by("code").values_list("code", flat=True))


def held_between(institution: InstitutionId, *, now: datetime) -> list[Grant]:
    """Grants between bodies in which this one gives or receives, and that have not ended; a suspended one may come back, so it counts."""
    mine = Q(institution=str(institution)) | (Q(assigner=str(institution)) & ~Q(institution=""))
    return list(Grant.objects.filter(mine, revoked_at=None, not_after__gt=now).defer("secret").order_by("code")[:500])


def release_for(code: str, *, by: Actor) -> Release:
    """A release of which this actor's body is the recipient. Raises `Missing("release_unknown")` also for everybody else."""
    found = Release.objects.defer("content").filter(pk=code[:40]).first()
    if found is None or by.institution is None or str(by.institution) != found.institution:
        raise Missing("release_unknown")
    return found


def releases_over(now: datetime) -> list[str]:
    """Codes of releases whose day is over and that are not ended yet."""
    return list(
        Release.objects.filter(ended_at=None, not_after__lte=now).order_by("pk").values_list("pk", flat=True)[:100]
    )


def releases_by_code(codes: Iterable[str]) -> dict[str, Release]:
    """Releases of these codes, without their bytes."""
    return {one.code: one for one in Release.objects.defer("content").filter(pk__in=list(codes))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A body, or a person for themselves, that has or had something of a dataset."""

    institution: str
    person: str


def holders(dataset: str, *, since: datetime, now: datetime) -> list[Holder]:
    """Who holds a grant on the dataset that was in force at some time since, or was given an answer from it since.

    Whoever asked without an account cannot be told and is not among them.
    """
    grants = Grant.objects.filter(dataset=dataset, not_before__lte=now, not_after__gt=since)
    granted = grants.exclude(revoked_at__lte=since).values_list("institution", "person")
    said = Decision.objects.annotate(named=Cast("datasets", TextField())).filter(
        at__gte=since, named__contains=f'"{dataset}"'
    )
    answered = said.exclude(institution="", person="").values_list("institution", "person").distinct()
    found = {(body, "" if body else person) for body, person in (*granted, *answered)}
    return [Holder(institution=body, person=person) for body, person in sorted(found)]


@dataclass(slots=True, kw_only=True)
class Used:
    """What a body was given of a dataset for a purpose: names of columns of its answers, how many there were, some of their receipts."""

    dataset: str
    institution: str
    purpose: str
    columns: set[str] = field(default_factory=set)
    answers: int = 0
    receipts: list[str] = field(default_factory=list)


RECEIPTS_SHOWN = 5


def used_by_bodies(*, since: datetime) -> list[Used]:
    """What bodies were given since, by dataset, body and purpose; of answers that ended or run, the newest receipts first.

    What was given in an emergency is left out: nobody declares it beforehand, and each such use is reviewed by itself.
    """
    emergencies = set(Grant.objects.filter(exempt="emergency").values_list("code", flat=True))
    found: dict[tuple[str, str, str], Used] = {}
    rows = Decision.objects.filter(at__gte=since).exclude(institution="").exclude(outcome=Decision.Outcome.FAILED)
    told = rows.order_by("-at").values_list("receipt", "datasets", "institution", "purpose", "columns", "policies")
    for receipt_, datasets, institution, purpose, columns, policies in told.iterator(chunk_size=2000):
        if emergencies & set(policies):
            continue
        for dataset in datasets:
            key = (dataset, institution, purpose)
            one = found.setdefault(key, Used(dataset=dataset, institution=institution, purpose=purpose))
            one.columns |= {str(column["name"]) for column in columns}
            one.answers += 1
            if len(one.receipts) < RECEIPTS_SHOWN:
                one.receipts.append(receipt_)
    return [found[key] for key in sorted(found)]


def rows_closed_because(reason: str) -> list[str]:
    """The datasets in which rows are closed for this reason now."""
    rows = Closure.objects.filter(reason=reason, opened_at=None).exclude(column="")
    return sorted(rows.values_list("dataset", flat=True))


OBJECTION = "objection "
"""How the reason of a closure begins that an objection made; its number follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """A whole dataset that is given to nobody now. `because`: `objection`, or `closed` by whoever may close it."""

    since: datetime
    because: str

    @property
    def facts(self) -> dict[str, str]:
        """What a refusal tells of it: the day, and why."""
        return {"since": self.since.astimezone(zone()).date().isoformat(), "because": self.because}


def shut(dataset: str) -> Shut | None:
    """Since when and why a dataset is closed for everybody; None while it is not."""
    row = Closure.objects.filter(dataset=dataset, column="", opened_at=None).first()
    if row is None:
        return None
    return Shut(since=row.closed_at, because="objection" if row.reason.startswith(OBJECTION) else "closed")


def closed_because(dataset: str) -> str | None:
    """The reason for which a dataset is closed for everybody now; None while it is not."""
    return Closure.objects.filter(dataset=dataset, column="", opened_at=None).values_list("reason", flat=True).first()


def answered_between(since: datetime, until: datetime) -> set[str]:
    """Receipts of the questions answered in [since, until); the nightly comparison asks."""
    return set(Decision.objects.filter(at__gte=since, at__lt=until).values_list("receipt", flat=True))


def columns_given(entry: PublishedEntry, duties: Sequence[Obligation]) -> set[str]:
    """The columns that leave under these duties; all that ever leave where none are named."""
    named = [set(one.names) for one in duties if isinstance(one, Columns)]
    denied = {one.column for one in duties if isinstance(one, Deny)} | set(entry.never_given)
    return {item.column for item in entry.items if all(item.column in one for one in named)} - denied


def grants_by_code(codes: Iterable[str]) -> dict[str, Grant]:
    """Grants as they stand, by code; unknown codes are absent."""
    return Grant.objects.in_bulk(list(codes))


def end_of(day: date) -> datetime:
    """The last moment of a day in the zone of the platform: when a term that is agreed until that day is over."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone()).astimezone(UTC)


def last_day(end: datetime) -> date:
    """The day until which a term is agreed that ends at this moment: the other way round of `end_of`."""
    return (end - timedelta(microseconds=1)).astimezone(zone()).date()
