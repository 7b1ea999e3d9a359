"""API operations of this room: registers and their records, indicators, the index, scorecards. Reading is open to everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from django.http import HttpRequest
from ninja import File, Query, Router, Status, UploadedFile

from kaimen.core.errors import Missing
from kaimen.core.lifecycle.rules import Words
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.monitor import selectors, services
from kaimen.monitor.indicators import Definition
from kaimen.monitor.models import Computation, Record
from kaimen.monitor.registers import YES_NO, FieldType, Register
from kaimen.monitor.schemas import (
    ChangeOut,
    CheckedOut,
    ComputationOut,
    ComputedOut,
    EvaluationOut,
    FieldOut,
    FoundOut,
    IndicatorFullOut,
    IndicatorOut,
    InputOut,
    LineOut,
    RecordFullOut,
    RecordGiven,
    RecordOut,
    RegisterFullOut,
    RegisterOut,
    RequirementOut,
    ScorecardOut,
    ScoreOut,
    SheetOut,
    TextOut,
    TurnIn,
    WeightOut,
)
from kaimen.monitor.scorecard_api import router as scorecard
from kaimen.web.access import PUBLIC, access
from kaimen.web.now import now

router = Router()
router.add_router("", scorecard)
WRITERS = ("steward", "office_head")
COMPUTES = tuple(sorted(selectors.COMPUTES))
UPLOAD_BLOCK = 1 << 20
MOST = 1000


def _by(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


def _text(words: Words) -> TextOut:
    return TextOut(zh=words.zh, en=words.en)


# ---- registers ---------------------------------------------------------------------------------------------------------------


@router.get("/monitor/registers", response=list[RegisterOut])
@access(PUBLIC, scope="catalogue:read")
def list_registers(request: HttpRequest) -> list[RegisterOut]:
    """Every register with its counts and the version of its open dataset."""
    return [_register(one, by=_by(request)) for one in selectors.shelves()]


@router.get("/monitor/registers/{kind}", response=RegisterFullOut)
@access(PUBLIC, scope="catalogue:read")
def get_register(request: HttpRequest, kind: str) -> RegisterFullOut:
    """One register: its fields with their codes, what is asked of a record, how many lack it."""
    found = selectors.register(kind)
    counts = Counter(one.requirement.code for one in selectors.gaps(found))
    return RegisterFullOut(
        **dict(_register(selectors.shelf(found), by=_by(request))),
        fields=[
            FieldOut(
                name=one.name,
                names=_text(one.words),
                type=one.type,
                key=one.key,
                needed=one.key or one.needed,
                public=one.public,
                unit=_text(one.unit) if one.unit else None,
                codes={
                    code: _text(name) for code, name in (YES_NO if one.type is FieldType.YES_NO else one.codes).items()
                },
            )
            for one in found.fields
        ],
        requires=[
            RequirementOut(code=one.code, names=_text(one.words), lacking=counts[one.code]) for one in found.asked
        ],
    )


@router.get("/monitor/registers/{kind}/records", response=list[RecordOut])
@access(PUBLIC, scope="catalogue:read")
def list_records(
    request: HttpRequest,
    kind: str,
    district: str = "",
    offset: int = Query(0, ge=0),  # type: ignore[type-arg]  # ninja's own form of a bound
    limit: int = Query(100, ge=1, le=MOST),  # type: ignore[type-arg]
) -> list[RecordOut]:
    """Records by key, narrowed by `district`; at most 1,000 at once. What is not public is there for your own body only."""
    found = selectors.register(kind)
    return [
        _record(found, one, by=_by(request))
        for one in selectors.records(found, district=district, limit=limit, offset=offset)
    ]


@router.get("/monitor/registers/{kind}/records/{code}", response=RecordFullOut)
@access(PUBLIC, scope="catalogue:read")
def get_record(request: HttpRequest, kind: str, code: str) -> RecordFullOut:
    """One record with its versions."""
    found = selectors.register(kind)
    return _full(found, selectors.record(found, code), by=_by(request))


@router.put("/monitor/registers/{kind}/records/{code}", response=RecordFullOut)
@access(*WRITERS, scope="monitor:write")
def put_record(request: HttpRequest, kind: str, code: str, body: RecordGiven) -> RecordFullOut:
    """Enter a record, or change one of your body. What it says already is no new version: asking twice is once."""
    found = selectors.register(kind)
    given = {name: str(said).lower() if isinstance(said, bool) else said for name, said in body.facts.items()}
    made = services.put(
        kind, given | {found.key.name: code}, by=_by(request), now=now(), way="api", expected=body.expected
    )
    return _full(found, made, by=_by(request))


@router.post("/monitor/registers/{kind}/records/{code}/state", response=RecordFullOut)
@access(*WRITERS, scope="monitor:write")
def turn_record(request: HttpRequest, kind: str, code: str, body: TurnIn) -> RecordFullOut:
    """Take a record of your body out of force, or put it back."""
    verb = services.retire if body.retired else services.restore
    return _full(
        selectors.register(kind), verb(kind, code, reason=body.reason, by=_by(request), now=now()), by=_by(request)
    )


@router.post("/monitor/registers/{kind}/import", response={200: SheetOut, 422: SheetOut})
@access(*WRITERS, scope="monitor:write")
def import_sheet(request: HttpRequest, kind: str, file: File[UploadedFile], dry_run: bool = False) -> Status[SheetOut]:  # noqa: FBT001, FBT002 - a parameter of the address
    """Enter a sheet (multipart field `file`: CSV or Excel): every row, or none with each fault (422). `dry_run` only says what it would do."""
    by, moment = _by(request), now()
    found = services.rehearse(kind, file.chunks(UPLOAD_BLOCK), name=file.name or "", by=by, now=moment)
    entered = found.sheet is not None and not dry_run
    if found.sheet is not None and not dry_run:
        services.enter(found.sheet.pk, by=by, now=moment)
    out = SheetOut(
        entered=entered,
        rows=found.rows,
        new=list(found.new),
        changed={code: list(fields) for code, fields in found.changed},
        unchanged=found.unchanged,
        absent=found.absent,
        faults=[
            FoundOut(row=one.row, column=one.column, value=one.value, code=one.code, other=one.other)
            for one in found.faults
        ],
    )
    return Status(422 if found.faults else 200, out)


def _register(shelf: selectors.Shelf, *, by: Actor) -> RegisterOut:
    found, offered = shelf.register, selectors.offered(shelf.register, by=by)
    return RegisterOut(
        kind=found.kind,
        names=_text(found.words),
        clause=found.clause,
        records=shelf.count,
        retired=shelf.retired,
        exceptions=shelf.exceptions,
        dataset=found.slug if offered.entry else "",
        version=offered.version,
        behind=offered.behind,
    )


def _record(found: Register, one: Record, *, by: Actor) -> RecordOut:
    own = selectors.may_change(by, one)
    seen = {field.name for field in found.fields if field.public or own}
    return RecordOut(
        code=one.code,
        version=one.n,
        retired=one.retired,
        institution=one.institution,
        changed_at=one.changed_at,
        facts={name: value for name, value in one.facts.items() if name in seen},
        lacks={} if one.retired else {asked.code: list(lacking) for asked, lacking in found.exceptions(one.facts)},
    )


def _full(found: Register, one: Record, *, by: Actor) -> RecordFullOut:
    public = {field.name for field in found.fields if field.public or selectors.may_change(by, one)}
    return RecordFullOut(
        **dict(_record(found, one, by=by)),
        changes=[
            ChangeOut(
                version=change.n,
                verb=change.verb,
                way=change.way,
                fields=[name for name in change.fields if name in public],
                reason=change.reason,
                at=change.at,
                receipt=change.receipt,
            )
            for change in selectors.changes(one)
        ],
    )


# ---- figures -----------------------------------------------------------------------------------------------------------------


@router.get("/monitor/indicators", response=list[IndicatorOut])
@access(PUBLIC, scope="catalogue:read")
def list_indicators(request: HttpRequest) -> list[IndicatorOut]:
    """Every indicator with its definition, its question and its newest values."""
    del request
    newest = selectors.newest()
    return [_indicator(one, newest.get(one.code)) for one in selectors.measures().indicators.values()]


@router.get("/monitor/indicators/{code}", response=IndicatorFullOut)
@access(PUBLIC, scope="catalogue:read")
def get_indicator(request: HttpRequest, code: str) -> IndicatorFullOut:
    """One indicator with all its computations."""
    del request
    one, history = selectors.indicator(code), selectors.computations(code)
    return IndicatorFullOut(
        **dict(_indicator(one, history[0] if history else None)),
        earlier=[_computation(found) for found in history[1:]],
    )


@router.post("/monitor/compute", response=ComputedOut)
@access(*COMPUTES, scope="monitor:write")
def compute(request: HttpRequest) -> ComputedOut:
    """Compute every indicator from the versions in force, and the index. The same inputs give the computations that are there."""
    found = services.compute(by=_by(request), now=now())
    return ComputedOut(
        new=found.new, waiting=list(found.waiting), evaluation=found.evaluation.pk if found.evaluation else None
    )


@router.post("/monitor/computations/{computation_id}/check", response=CheckedOut)
@access(*COMPUTES, scope="monitor:write")
def check(request: HttpRequest, computation_id: str) -> CheckedOut:
    """Compute a figure again from the versions that it came from, and compare every digit."""
    found = services.check(computation_id, by=_by(request), now=now())
    return CheckedOut(same=not found.different, different=list(found.different), question=found.question)


@router.get("/monitor/index", response=EvaluationOut)
@access(PUBLIC, scope="catalogue:read")
def get_index(request: HttpRequest) -> EvaluationOut:
    """The evaluation index as it was computed last, with its weights and goalposts."""
    del request
    found, index = selectors.evaluation(), selectors.measures().index
    if found is None or index is None:
        raise Missing("index_missing")
    return EvaluationOut(
        id=found.pk,
        edition=found.edition,
        at=found.at,
        definition=found.definition,
        computations=found.computations,
        weights=[
            WeightOut(
                indicator=one.code,
                dimension=dimension.code,
                weight=str(dimension.weight * one.weight),
                low=str(one.low),
                high=str(one.high),
            )
            for dimension in index.dimensions
            for one in dimension.elements
        ],
        lines=_scores(found.lines),
        digest=found.digest,
        receipt=found.receipt,
    )


@router.get("/monitor/districts/{code}", response=ScorecardOut)
@access(PUBLIC, scope="catalogue:read")
def get_scorecard(request: HttpRequest, code: str) -> ScorecardOut:
    """The scorecard of a district."""
    del request
    district, evaluation = selectors.district(code), selectors.evaluation()
    scores = {one.district: one for one in _scores(evaluation.lines)} if evaluation else {}
    shelves = selectors.shelves()
    return ScorecardOut(
        district=district,
        values={
            found.indicator: line["value"]
            for found in selectors.newest().values()
            for line in found.lines
            if line["district"] == district
        },
        index=scores.get(district),
        records={one.register.kind: one.districts.get(district, 0) for one in shelves},
        exceptions={one.register.kind: one.gaps_in.get(district, 0) for one in shelves},
    )


def _scores(lines: Iterable[Mapping[str, object]]) -> list[ScoreOut]:
    return [ScoreOut(**line) for line in lines]  # type: ignore[arg-type]  # as `evaluate` made them


def _indicator(one: Definition, newest: Computation | None) -> IndicatorOut:
    return IndicatorOut(
        code=one.code,
        names=_text(one.words),
        method=_text(one.method),
        unit=_text(one.unit),
        measure=one.measure,
        counts=one.counts,
        clause=one.clause,
        sql=one.sql,
        least=one.least,
        most=one.most,
        newest=_computation(newest) if newest else None,
    )


def _computation(found: Computation) -> ComputationOut:
    return ComputationOut(
        id=found.pk,
        at=found.at,
        inputs=[InputOut(dataset=slug, version=version) for slug, _entry, version in found.inputs],
        lines=[LineOut(**line) for line in found.lines],
        digest=found.digest,
        question=found.question,
        receipt=found.receipt,
    )
