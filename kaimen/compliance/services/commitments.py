"""Data-use commitments: signed by a step of a window's case, in its transaction and its evidence; asked for before the gate opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kaimen.catalogue import selectors as catalogue
from kaimen.compliance import pledge
from kaimen.compliance.models import Commitment
from kaimen.core.errors import Refused
from kaimen.core.policy.party import Actor
from kaimen.office import selectors as office


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a commitment is of: whose data, which columns, for what, until when."""

    dataset: str
    institution: str
    columns: Sequence[str]
    purposes: Sequence[str]
    until: date


def commit(code: str, scope: Scope, *, by: Actor, now: datetime) -> Commitment:
    """A body commits itself, by the person who signs. Signed again for the same case, the newer one stands.

    Only inside of the transaction of a step, whose record holds the digest. Raises `Missing("commitment_text" | "entry_unknown")`.
    """
    text = pledge.pledge_on(office.rules().calendar.day(now))
    entry = catalogue.published(scope.dataset)
    made, _ = Commitment.objects.update_or_create(
        code=code,
        defaults={
            "version": text.version,
            "text_digest": text.digest,
            "institution": scope.institution,
            "person": str(by.person or ""),
            "provider": str(entry.provider),
            "dataset": entry.id,
            "columns": list(scope.columns),
            "purposes": list(scope.purposes),
            "until": scope.until,
            "signed_at": now,
            "ended_at": None,
        },
    )
    return made


def check_commitment(code: str, scope: Scope) -> None:
    """The gate may open only for what was committed to, or less. Raises `Refused("commitment_missing")`."""
    held = Commitment.objects.filter(code=code, ended_at=None, institution=scope.institution).first()
    covers = (
        held is not None
        and held.dataset == scope.dataset
        and set(scope.columns) <= set(held.columns)
        and set(scope.purposes) <= set(held.purposes)
        and scope.until <= held.until
    )
    if not covers:
        raise Refused("commitment_missing", case=code)


def end_commitment(code: str, *, now: datetime) -> None:
    """The use is over; what was promised about afterwards stays promised, the record stays."""
    Commitment.objects.filter(code=code, ended_at=None).update(ended_at=now)
