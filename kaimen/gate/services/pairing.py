"""What one body holds on one dataset under several grants, and whether these may stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

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
    In an emergency the gate opens all the same, and the use is reviewed afterwards. Raises `Refused("zone_second_grant")`,
    `Refused("second_view")`.
    """
    held = Grant.objects.filter(
        institution=institution, person=person, dataset=entry.id, revoked_at=None, not_after__gt=max(now, not_before)
    )
    for one in held.order_by("code"):
        standing = [obligation_from_data(duty) for duty in one.duties]
        if institution and (_of_a_zone(duties) or _of_a_zone(standing)):
            raise Refused("zone_second_grant", dataset=entry.slug, grant=one.code)
        if clearing.EMERGENCY in {exempt, one.exempt}:
            continue
        columns = _together(entry, duties, standing, recipient=institution or person)
        if columns:
            raise Refused("second_view", dataset=entry.slug, grant=one.code, columns=list(columns))


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
