"""What one body holds on one dataset under several grants, and whether these may stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Refused
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy import views
from kaimen.core.policy.model import Channel
from kaimen.core.policy.obligations import Delivery, Mask, Obligation
from kaimen.core.policy.text import obligation_from_data
from kaimen.gate import selectors
from kaimen.gate.models import Grant
from kaimen.gate.services import clearing


def must_fit(
    entry: PublishedEntry,
    duties: Sequence[Obligation],
    *,
    institution: str,
    person: str,
    not_before: datetime,
    exempt: str,
    now: datetime,
) -> None:
    """Refuse a grant that would show more of persons together with one that the same recipient holds than either shows by itself.

    What a body sees inside a zone and what it is given outside never stand together; outside, one of two views lies within the other.
    An emergency is for hours: it opens beside an agreement that is suspended, which then stays so until the emergency is over.
    Raises `Refused("zone_second_grant")`, `Refused("second_view")`, `Refused("emergency_second_view")`.
    """
    held = Grant.objects.filter(
        institution=institution, person=person, dataset=entry.id, revoked_at=None, not_after__gt=max(now, not_before)
    )
    for one in held.order_by("code"):
        standing = [obligation_from_data(duty) for duty in one.duties]
        if institution and (_of_a_zone(duties) or _of_a_zone(standing)):
            raise Refused("zone_second_grant", dataset=entry.slug, grant=one.code)
        if exempt == clearing.EMERGENCY and one.suspended_at is not None:
            continue
        columns = _together(entry, duties, standing, recipient=institution or person)
        if columns:
            code = "emergency_second_view" if exempt == clearing.EMERGENCY else "second_view"
            raise _refused(code, entry, one, columns)


def _refused(code: str, entry: PublishedEntry, standing: Grant, columns: Sequence[str]) -> Refused:
    until = selectors.last_day(standing.not_after).isoformat()
    return Refused(code, dataset=entry.slug, grant=standing.code, until=until, columns=list(columns))


def may_resume(row: Grant, *, now: datetime) -> None:
    """A grant that was suspended for an emergency opens again only when that is over. Raises `Refused("second_view")`."""
    entry = catalogue.published(row.dataset)
    duties = [obligation_from_data(duty) for duty in row.duties]
    running = Grant.objects.filter(
        institution=row.institution, person=row.person, dataset=row.dataset, revoked_at=None, not_after__gt=now
    ).filter(exempt=clearing.EMERGENCY)
    for one in running.exclude(pk=row.pk).order_by("code"):
        standing = [obligation_from_data(duty) for duty in one.duties]
        columns = _together(entry, duties, standing, recipient=row.institution or row.person)
        if columns:
            raise _refused("second_view", entry, one, columns)


def _together(
    entry: PublishedEntry, duties: Sequence[Obligation], standing: Sequence[Obligation], *, recipient: str
) -> tuple[str, ...]:
    both = (*duties, *standing)
    covered = any(isinstance(one, Mask) for one in both)
    of_persons = clearing.personal(entry, duties, recipient) or clearing.personal(entry, standing, recipient)
    if recipient == str(entry.provider) or not (covered or of_persons):
        return ()
    if views.totals_only(duties) or views.totals_only(standing):
        return ()
    return views.glued(
        *(views.view(selectors.columns_given(entry, asked), asked) for asked in (duties, standing)),
    )


def _of_a_zone(duties: Sequence[Obligation]) -> bool:
    return Delivery((Channel.ZONE.value,)) in duties
