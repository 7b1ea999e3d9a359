"""A named person says that what a control asks for is so, or is not: for this release of the software, until a day."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from kaimen import __version__
from kaimen.compliance import selectors
from kaimen.compliance.models import Attestation
from kaimen.core.errors import Invalid, Refused
from kaimen.core.policy.party import Actor
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence

LONGEST = 2_000


@transaction.atomic
def attest(control_id: str, *, holds: bool, seen: str, until: date, by: Actor, now: datetime) -> Attestation:
    """Give one's word on a control; `seen` tells what was looked at. `holds` false takes an earlier word back.

    Raises `Missing("control_unknown")`, `Refused("control_not_attested")`, `Refused("not_your_role")`,
    `Invalid("attestation_text")`, `Invalid("attestation_until")`.
    """
    control = selectors.control(control_id)
    if control.attests is None:
        raise Refused("control_not_attested", control=control.id)
    if not selectors.may_attest(by):
        raise Refused("not_your_role", needed=sorted(selectors.ATTESTS))
    seen = seen.replace("\r\n", "\n").strip()
    if not seen or len(seen) > LONGEST:
        raise Invalid("attestation_text", most=LONGEST)
    first, last = selectors.attestable(now)
    if not first <= until <= last:
        raise Invalid("attestation_until", first=first.isoformat(), last=last.isoformat())
    statement = selectors.statement_digest(control.attests)
    receipt = evidence.record(
        Kind.CONTROL_ATTESTED,
        at=now,
        public={"inst": str(by.institution), "out": "consented" if holds else "refused"},
        private=evidence.who(by)
        | {
            "control": control.id,
            "statement": statement,
            "release": __version__,
            "until": until.isoformat(),
            "seen": seen,
        },
    )
    return Attestation.objects.create(
        control=control.id, statement=statement, holds=holds, seen=seen, release=__version__, until=until,
        person=str(by.person), institution=str(by.institution), role=str(by.role), at=now, receipt=receipt.entry,
    )  # fmt: skip
