"""Open and close the gate for somebody. State, revocation and evidence are written in one transaction."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from kaimen.accounts import selectors as accounts
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.obligations import Columns, Filter, Mask, Obligation
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Via
from kaimen.core.policy.rows import All, Compare
from kaimen.core.policy.text import Plain, obligation_to_data
from kaimen.core.tlog.kinds import Kind
from kaimen.engines.keys import Place, Ring
from kaimen.evidence import services as evidence
from kaimen.gate import compiling
from kaimen.gate.models import Closure, Grant, Revocation
from kaimen.gate.services import clearing, pairing

MASTERED_BY = frozenset(
    {"steward", "office_head", "department_head", "cdo", "authority_reviewer", "protection_officer"}
)
"""Roles that may open or close the gate for data of their own body; those of the authority for every body's."""
PURPOSE = "gate.pseudonym"
ROWS = compiling.ROWS
SALTED = "salt:"
"""A value that no row has: with it among them nobody finds the others by trying, from the digest of the policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantForm:
    """What is agreed. `duties` are obligations; `of` builds the usual ones from plain words."""

    code: str
    dataset: str
    purposes: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    institution: InstitutionId | None = None
    person: PersonId | None = None
    duties: tuple[Obligation, ...] = ()
    basis_zh: str = ""
    basis_en: str = ""
    exempt: str = ""
    """Why no assessment comes first: a code of `clearing.EXEMPT`."""

    @staticmethod
    def duties_of(
        *,
        columns: Sequence[str] = (),
        masks: Mapping[str, str] | None = None,
        rows: Mapping[str, Sequence[str]] | None = None,
    ) -> tuple[Obligation, ...]:
        """Columns that are shared, masks as a catalogue item writes them, and rows by lists of values.

        Raises `Invalid("mask_rule")` for a mask that is none.
        """
        from kaimen.core.policy.mask import parse

        duties: list[Obligation] = [Columns(tuple(columns))] if columns else []
        for column, rule in (masks or {}).items():
            how = parse(rule)
            if how is None:
                raise Invalid("mask_rule", value=rule[:60])
            duties.append(Mask(column, how))
        terms = tuple(Compare(column, "in", tuple(values)) for column, values in (rows or {}).items())
        return (*duties, *([Filter(All(terms), "own_rows")] if terms else []))


def ring() -> Ring:
    """The key ring of the installation."""
    return Ring.of_file(settings.KAIMEN_HOME / "keys" / "kek")


@transaction.atomic
def grant(form: GrantForm, *, by: Actor, now: datetime) -> Grant:
    """Open the gate for an institution or a person, for named purposes, until a day.

    Raises `Missing("entry_unknown")`, `Invalid("grant_form")`, `Refused("grant_not_yours")`, `Refused("grant_exists")`,
    `Refused("assessment_missing")` where information on persons or important data would go to another without the assessment that
    comes first, `Refused("zone_second_grant")` and
    `Refused("second_view")` or, in an emergency, `Refused("emergency_second_view")` beside another grant of the same recipient, where
    the two together would show more of persons.
    """
    entry = catalogue.published(form.dataset)
    _must_master(entry.provider, by)
    duties: list[Plain] = [obligation_to_data(duty) for duty in form.duties]
    named = form.institution or form.person
    if not form.purposes or not named or form.not_before >= form.not_after or not compiling.readable(duties):
        raise Invalid("grant_form")
    if form.exempt and form.exempt not in clearing.EXEMPT:
        raise Invalid("grant_form")
    fits(form, entry, now=now)
    until = assessed(form, entry, now=now)
    try:
        with transaction.atomic():
            row = Grant.objects.create(
                code=form.code,
                dataset=entry.id,
                assigner=str(entry.provider),
                institution=str(form.institution or ""),
                person=str(form.person or ""),
                purposes=list(form.purposes),
                duties=duties,
                basis_zh=form.basis_zh,
                basis_en=form.basis_en,
                exempt=form.exempt,
                cleared=clearing.personal(entry, form.duties, str(named)),
                cleared_until=until,
                secret=ring().seal(os.urandom(32), purpose=PURPOSE, place=_place(form.code)),
                not_before=form.not_before,
                not_after=form.not_after,
                created_at=now,
            )
    except IntegrityError:
        raise Refused("grant_exists", grant=form.code) from None
    evidence.record(
        Kind.GRANT_OPENED,
        at=now,
        public={"inst": _inst(by), "ds": entry.id, "out": "done"},
        private=evidence.who(by)
        | {
            "grant": row.code,
            "assignee": row.institution or row.person,
            "purpose": ",".join(form.purposes),
            "basis": form.basis_zh or form.basis_en,
            "not_after": form.not_after.isoformat(),
            "terms": duties,
        },
    )
    return row


def fits(form: GrantForm, entry: PublishedEntry, *, now: datetime) -> None:
    """May such a grant stand beside what the recipient holds? Raises `Refused("zone_second_grant")`, `Refused("second_view")`."""
    pairing.must_fit(
        entry,
        form.duties,
        institution=str(form.institution or ""),
        person=str(form.person or ""),
        not_before=form.not_before,
        exempt=form.exempt,
        now=now,
    )


def assessed(form: GrantForm, entry: PublishedEntry, *, now: datetime) -> datetime | None:
    """Until when the assessments hold on which such a grant would stand; None where it needs none. Raises `Refused("assessment_missing")`."""
    found = clearing.cover(
        entry,
        form.duties,
        form.purposes,
        institution=str(form.institution or ""),
        person=str(form.person or ""),
        exempt=form.exempt,
        now=now,
    )
    if found.missing:
        raise Refused("assessment_missing", kinds=[str(kind) for kind in found.missing], dataset=entry.slug)
    return found.until


@transaction.atomic
def suspend(code: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Close a grant for now. Streams under it end at their next batch. Raises `Missing("grant_unknown")`, `Refused("lifecycle")`."""
    row = _locked(code, by)
    if row.revoked_at or row.suspended_at:
        raise Refused("lifecycle", state="revoked" if row.revoked_at else "suspended", verb="suspend")
    row.suspended_at = now
    row.save(update_fields=["suspended_at"])
    Revocation.objects.create(grant=row.code, at=now)
    _tell(Kind.GRANT_SUSPENDED, row, reason, by, now)


@transaction.atomic
def resume(code: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Open a suspended grant again. Raises `Refused("second_view")` while an emergency shows the same recipient another view."""
    row = _locked(code, by)
    if row.revoked_at or row.suspended_at is None:
        raise Refused("lifecycle", state="revoked" if row.revoked_at else "in_force", verb="resume")
    pairing.may_resume(row, now=now)
    row.suspended_at = None
    row.save(update_fields=["suspended_at"])
    _tell(Kind.GRANT_RESUMED, row, reason, by, now)


@transaction.atomic
def revoke(code: str, *, reason: str, by: Actor, now: datetime) -> None:
    """End a grant for good. The key of its pseudonyms is destroyed: what was given out under it can be linked to nothing new."""
    row = _locked(code, by)
    if row.revoked_at:
        raise Refused("lifecycle", state="revoked", verb="revoke")
    row.revoked_at, row.secret = now, None
    row.save(update_fields=["revoked_at", "secret"])
    Revocation.objects.create(grant=row.code, at=now)
    _tell(Kind.GRANT_REVOKED, row, reason, by, now)


@transaction.atomic
def close(dataset: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Close a whole dataset for everybody. Raises `Refused("lifecycle")` when it is closed already."""
    entry = catalogue.published(dataset)
    _must_master(entry.provider, by)
    _, made = Closure.objects.get_or_create(
        dataset=entry.id, column="", opened_at=None, defaults={"reason": reason, "closed_at": now}
    )
    if not made:
        raise Refused("lifecycle", state="closed", verb="close")
    Revocation.objects.create(dataset=entry.id, at=now)
    _tell_dataset(Kind.GRANT_SUSPENDED, entry.id, reason, by, now)


@transaction.atomic
def reopen(dataset: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Open a closed dataset again, for those who have grants as for everybody."""
    entry = catalogue.published(dataset)
    _must_master(entry.provider, by)
    if not Closure.objects.filter(dataset=entry.id, column="", opened_at=None).update(opened_at=now):
        raise Refused("lifecycle", state="open", verb="reopen")
    _tell_dataset(Kind.GRANT_RESUMED, entry.id, reason, by, now)


@transaction.atomic
def close_rows(dataset: str, *, column: str, values: Sequence[str], reason: str, by: Actor, now: datetime) -> None:
    """Give the rows that hold one of the values in the column to nobody, whatever is agreed. Streams that are open end.

    Raises `Invalid("closed_rows")` for a column that is not text or not there, or without values.
    """
    entry = catalogue.published(dataset)
    _must_master(entry.provider, by)
    wanted = [value.strip() for value in values if value.strip()]
    if not wanted or not any(item.column == column and item.data_type == "C" for item in entry.items):
        raise Invalid("closed_rows", column=column[:60])
    row = Closure.objects.create(dataset=entry.id, column=column, reason=reason, closed_at=now)
    text = json.dumps([*wanted, SALTED + os.urandom(16).hex()], ensure_ascii=False).encode()
    row.box = ring().seal(text, purpose=ROWS, place=_rows_place(row.pk))
    row.save(update_fields=["box"])
    Revocation.objects.create(dataset=entry.id, at=now)
    _tell_dataset(Kind.GRANT_SUSPENDED, entry.id, reason, by, now)


@transaction.atomic
def reopen_rows(*, reason: str, by: Actor, now: datetime) -> int:
    """Give rows again that were closed for this reason; their values are forgotten. Returns in how many datasets."""
    rows = list(Closure.objects.select_for_update().filter(reason=reason, opened_at=None).exclude(column=""))
    for row in rows:
        _must_master(catalogue.published(row.dataset).provider, by)
        row.opened_at, row.box = now, None
        row.save(update_fields=["opened_at", "box"])
        _tell_dataset(Kind.GRANT_RESUMED, row.dataset, reason, by, now)
    return len(rows)


def secret_of(code: str, box: bytes | memoryview | None) -> bytes | None:
    """The key of an agreement's pseudonyms; None when it was destroyed."""
    return None if box is None else ring().open(bytes(box), purpose=PURPOSE, place=_place(code))


def _rows_place(number: int) -> Place:
    return compiling.rows_place(number)


def _place(code: str) -> Place:
    return Place("gate_grant.secret", code)


def _must_master(provider: InstitutionId, by: Actor) -> None:
    """The body whose data they are, the authority, or the machine itself."""
    if by.via in {Via.JOB, Via.CLI}:
        return
    if by.role in MASTERED_BY and (by.institution == provider or accounts.is_of_authority(by)):
        return
    raise Refused("grant_not_yours")


def _locked(code: str, by: Actor) -> Grant:
    row = Grant.objects.select_for_update().filter(pk=code).first()
    if row is None:
        raise Missing("grant_unknown")
    _must_master(InstitutionId(row.assigner), by)
    return row


def _tell(kind: Kind, row: Grant, reason: str, by: Actor, now: datetime) -> None:
    evidence.record(
        kind,
        at=now,
        public={"inst": _inst(by), "ds": row.dataset, "out": "done"},
        private=evidence.who(by) | {"grant": row.code, "assignee": row.institution or row.person, "reason": reason},
    )


def _tell_dataset(kind: Kind, dataset: str, reason: str, by: Actor, now: datetime) -> None:
    evidence.record(
        kind,
        at=now,
        public={"inst": _inst(by), "ds": dataset, "out": "done"},
        private=evidence.who(by) | {"grant": None, "assignee": None, "reason": reason},
    )


def _inst(by: Actor) -> str:
    return str(by.institution) if by.institution else "natural-person"
