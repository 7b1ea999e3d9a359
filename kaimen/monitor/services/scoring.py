"""The scorecard of bodies: fixed for a period that is over, and counted again from what it was pinned to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from ulid import ULID

from kaimen.core.errors import Refused
from kaimen.core.policy.party import Actor, Via
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence
from kaimen.monitor import scoring, selectors
from kaimen.monitor.indicators import digest_of
from kaimen.monitor.models import Scorecard
from kaimen.monitor.services.computing import may_compute
from kaimen.office.selectors import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """A fixed scorecard, counted again. `different` are bodies of which it says something else; `came_late` are terms that were

    entered after it was fixed, with a day in its period: they stand in the next version, not in this one.
    """

    scorecard: Scorecard
    different: tuple[str, ...]
    came_late: int


def fix(code: str, *, by: Actor, now: datetime) -> Scorecard:
    """Fix the scorecard of a period that is over. Where nothing came late since the last version, that one is given back.

    The public sees it five working days after the period, or at once where it is fixed later: until then bodies see it alone.
    Raises `Invalid("period_unknown")`, `Refused("not_your_role" | "scorecard_authority" | "period_running")`.
    """
    may_fix(by)
    asked = scoring.period(code)
    if asked.end > now:
        raise Refused("period_running", until=asked.last.isoformat())
    last = selectors.scorecard_of(code)
    found = scoring.gather(asked, at=asked.end, run=last.run if last else None)
    digest = digest_of(found.lines)
    with transaction.atomic():
        last = selectors.scorecard_of(code)  # somebody else may have fixed it meanwhile
        if last is not None and last.digest == digest:
            return last
        calendar = rules().calendar
        made = Scorecard(
            id=str(ULID.from_datetime(now)),
            period=asked.code,
            n=last.n + 1 if last else 1,
            as_of=asked.end,
            clocks=found.clocks,
            run=found.run,
            lines=found.lines,
            digest=digest,
            person=str(by.person or ""),
            institution=str(by.institution or ""),
            fixed_at=now,
            released_at=max(calendar.morning_of(asked.release_day(calendar)), now),
        )
        made.receipt = evidence.record(
            Kind.SCORECARD_FIXED,
            at=now,
            public={"inst": str(by.institution) if by.institution else None, "out": "done"},
            private=evidence.who(by)
            | {"scorecard": made.pk, "period": made.period, "version": made.n, "digest": made.digest},
        ).entry
        made.save(force_insert=True)
    return made


def recount(scorecard_id: str, *, by: Actor) -> Recounted:
    """Count a fixed scorecard again from what it was pinned to, and compare every number; and how much came late.

    Raises `Missing("scorecard_unknown")`, `Refused("not_your_role")`.
    """
    may_compute(by)
    kept = selectors.scorecard(scorecard_id)
    asked = scoring.period(kept.period)
    found = scoring.gather(asked, at=kept.as_of, clocks=kept.clocks, run=kept.run)
    now_, then = ({line["institution"]: line for line in lines} for lines in (found.lines, kept.lines))
    different = sorted(body for body in {*now_, *then} if now_.get(body) != then.get(body))
    whole = scoring.gather(asked, at=kept.as_of, run=kept.run)
    return Recounted(scorecard=kept, different=tuple(different), came_late=len(whole.owed) - len(found.owed))


def may_fix(by: Actor) -> None:
    """Officers of the data authority, and this machine. Raises `Refused("not_your_role" | "scorecard_authority")`."""
    may_compute(by)
    if by.via not in {Via.JOB, Via.CLI} and not selectors.is_authority(by):
        raise Refused("scorecard_authority")


def fix_ended(*, now: datetime) -> list[Scorecard]:
    """Fix the last quarter and the last year where nobody did, once there is anything to say of them."""
    quarter = scoring.before(scoring.quarter_of(now))
    made = list[Scorecard]()
    for asked in (quarter, scoring.period(str(scoring.quarter_of(now).year - 1))):
        if selectors.scorecard_of(asked.code) is None and selectors.anything_before(asked.end):
            made.append(fix(asked.code, by=Actor(via=Via.JOB), now=now))
    return made
