"""API operations of the scorecard of bodies."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from kaimen.accounts import selectors as accounts
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.monitor import cards, scoring, selectors, services
from kaimen.monitor.models import Scorecard
from kaimen.monitor.schemas import (
    BodyLineOut,
    FixedOut,
    InstitutionCardOut,
    InstitutionsOut,
    MeasureOut,
    OwedOut,
    PeriodIn,
    RecountedOut,
    TermsOut,
    TextOut,
)
from kaimen.web.access import PUBLIC, access
from kaimen.web.now import now

router = Router()
COMPUTES = tuple(sorted(selectors.COMPUTES))


def _by(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


@router.get("/monitor/scorecard", response=InstitutionsOut)
@access(PUBLIC, scope="catalogue:read")
def get_scorecards(request: HttpRequest, period: str = "", version: str = "") -> InstitutionsOut:
    """Every body in a period: answers in time, and what else is counted. Officers of public bodies see the running quarter, others what is released."""
    found = _shown(request, period, version)
    edition = found.edition
    return InstitutionsOut(
        **_when(found),
        scorecard=edition.pk if edition else None,
        version=edition.n if edition else None,
        released_at=edition.released_at if edition else None,
        digest=edition.digest if edition else None,
        receipt=edition.receipt if edition else None,
        city=_line(found, scoring.city(found.lines)),
        institutions=[_line(found, line) for line in found.lines],
    )


@router.get("/monitor/scorecard/{institution}", response=InstitutionCardOut)
@access(PUBLIC, scope="catalogue:read")
def get_institution_scorecard(
    request: HttpRequest, institution: str, period: str = "", version: str = ""
) -> InstitutionCardOut:
    """One body in a period; for officers with the terms behind its numbers, and the cases that they may know of."""
    body = str(accounts.public_institution(institution, at=now()).pk)
    found = _shown(request, period, version)
    listed = cards.behind(found, body, by=_by(request))
    return InstitutionCardOut(
        **_when(found),
        version=found.edition.n if found.edition else None,
        line=_line(found, found.line(body)),
        behind=[
            OwedOut(
                workflow=one.workflow,
                rule=one.owed.rule,
                standing=one.owed.standing.value,
                case=one.number or None,
                ran_out=one.owed.ran_out,
                ended=one.owed.ended,
            )
            for one in listed
        ],
    )


@router.post("/monitor/scorecards", response=FixedOut)
@access(*COMPUTES, scope="monitor:write")
def fix_scorecard(request: HttpRequest, given: PeriodIn) -> FixedOut:
    """Fix the scorecard of a period that is over, for the data authority; where nothing came late, the version that stands is answered."""
    return _fixed(services.fix(given.period, by=_by(request), now=now()))


@router.post("/monitor/scorecards/{scorecard_id}/recount", response=RecountedOut)
@access(*COMPUTES, scope="monitor:write")
def recount_scorecard(request: HttpRequest, scorecard_id: str) -> RecountedOut:
    """Count a fixed scorecard again from what it was pinned to, compare every number, and say how many terms came late."""
    found = services.recount(scorecard_id, by=_by(request))
    return RecountedOut(same=not found.different, different=list(found.different), came_late=found.came_late)


def _shown(request: HttpRequest, period: str, version: str) -> cards.Shown:
    """What the reader sees; before the first scorecard is out, the running quarter without a body."""
    at = now()
    found = cards.shown(by=_by(request), code=period, version=version, now=at)
    return found or cards.nothing_yet(at)


def _when(found: cards.Shown) -> dict[str, Any]:
    running = found.edition is None and found.period.end > found.at
    coming = cards.coming(found.period) if running else None
    return {
        "period": found.period.code,
        "as_of": found.at,
        "provisional": running,
        "fixed_on": coming.fixed_on if coming else None,
        "public_from": coming.public_from if coming else None,
    }


def _fixed(made: Scorecard) -> FixedOut:
    return FixedOut(
        id=made.pk,
        period=made.period,
        version=made.n,
        as_of=made.as_of,
        fixed_at=made.fixed_at,
        released_at=made.released_at,
        digest=made.digest,
        receipt=made.receipt,
    )


def _line(found: cards.Shown, line: scoring.Line) -> BodyLineOut:
    name = found.names.get(line["institution"])
    return BodyLineOut(
        institution=name.slug if name else "",
        names=TextOut(zh=name.zh, en=name.en) if name else None,
        terms=[_terms(flow, counts) for flow, counts in line["terms"].items()],
        measures=[
            MeasureOut(code=code, numerator=n, denominator=of, percent=scoring.rate(n, of))
            for code, (n, of) in line["measures"].items()
        ],
        controls=line["controls"],
        withheld=found.hidden.get(line["institution"], []),
    )


def _terms(flow: str, counts: list[int]) -> TermsOut:
    terms = scoring.tally_of(counts)
    return TermsOut(
        workflow=flow,
        kept=terms.kept,
        late=terms.late,
        open_late=terms.open_late,
        running=terms.running,
        of=terms.of,
        percent=scoring.rate(terms.kept, terms.of),
    )
