"""Records written: entered, changed, retired, restored. One transaction holds the records, their versions and the evidence.

Whoever writes says nothing about open data here: the worker is asked for the next version of the open dataset in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from ulid import ULID

from kaimen.core.errors import Invalid, Refused
from kaimen.core.policy.party import Actor
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence
from kaimen.monitor import selectors
from kaimen.monitor.indicators import digest_of
from kaimen.monitor.models import Change, Record
from kaimen.monitor.registers import Facts, Fault, Register, read_facts
from kaimen.office import services as office

PUBLISH = "monitor.publish"
"""The run that gives a register to the lake."""
SET_FOR_EVER = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a record is to say. `record` is the one that is there; none for a new one."""

    code: str
    facts: Facts
    record: Record | None = None

    @property
    def changed(self) -> list[str]:
        """Names of the fields that it says otherwise than now."""
        before: Mapping[str, str] = self.record.facts if self.record else {}
        return sorted(name for name in {*before, *self.facts} if before.get(name) != self.facts.get(name))


def check_writer(register: Register, *, by: Actor, now: datetime) -> str:
    """The body for which the actor writes. Raises `Refused("not_your_role" | "register_not_competent")`."""
    if not selectors.writes(by, register):
        raise Refused("not_your_role", needed=sorted(register.writers))
    if not selectors.may_write(by, register, now=now):
        raise Refused("register_not_competent", matter=register.matter)
    return str(by.institution)


def refuse_faults(faults: Sequence[Fault]) -> None:
    """Raises `Invalid("record_fields")` with every field and what is wrong with it; `others`: the fields against which they were held."""
    if faults:
        others = [one.other for one in faults]
        raise Invalid(
            "record_fields",
            fields=[one.field for one in faults],
            faults=[one.code for one in faults],
            **({"others": others} if any(others) else {}),
        )


@transaction.atomic
def put(
    kind: str,
    given: Mapping[str, str],
    *,
    by: Actor,
    now: datetime,
    way: str = "form",
    expected: int | None = None,
) -> Record:
    """Enter a record, or change the one that has its key. Saying what it says already changes and records nothing.

    `expected` is the version that the writer saw: 0 for a new one, None where any is right.
    Raises `Refused("not_your_role" | "register_not_competent" | "record_not_yours" | "record_retired")`, `Invalid("record_fields" | "record_stale")`,
    `Missing("register_unknown")`.
    """
    register = selectors.register(kind)
    body = check_writer(register, by=by, now=now)
    facts, faults = read_facts(register, given, today=selectors.day(now))
    refuse_faults(faults)
    code = facts[register.key.name]
    record = Record.objects.select_for_update().filter(register=kind, code=code).first()
    if record is None and expected:
        raise Invalid("record_stale", expected=expected, found=0)
    if record is not None:
        if expected == 0:
            refuse_faults([Fault(field=register.key.name, code="taken")])
        check_owner(record, body)
        if expected is not None and record.n != expected:
            raise Invalid("record_stale", expected=expected, found=record.n)
    line = Line(code=code, facts=facts, record=record)
    if record is not None and not line.changed:
        return record
    (written,) = write(register, [line], by=by, now=now, way=way)
    return written


def check_owner(record: Record, body: str) -> None:
    """Raises `Refused("record_not_yours" | "record_retired")`."""
    if record.institution != body:
        raise Refused("record_not_yours", record=record.code)
    if record.retired:
        raise Refused("record_retired", record=record.code)


@transaction.atomic
def retire(kind: str, code: str, *, reason: str, by: Actor, now: datetime) -> Record:
    """Take a record out of force; it stays in the register and in the open dataset, marked. Raises as `put`, and `Invalid("reason_needed")`."""
    return _turn(kind, code, retired=True, reason=reason, by=by, now=now)


@transaction.atomic
def restore(kind: str, code: str, *, reason: str, by: Actor, now: datetime) -> Record:
    """Put a retired record back in force. Raises as `retire`."""
    return _turn(kind, code, retired=False, reason=reason, by=by, now=now)


def _turn(kind: str, code: str, *, retired: bool, reason: str, by: Actor, now: datetime) -> Record:
    register = selectors.register(kind)
    body = check_writer(register, by=by, now=now)
    if not reason.strip():
        raise Invalid("reason_needed")
    found = selectors.record(register, code)
    record = Record.objects.select_for_update().get(pk=found.pk)
    if record.institution != body:
        raise Refused("record_not_yours", record=record.code)
    if record.retired == retired:
        return record
    record.retired, record.n, record.changed_at = retired, record.n + 1, now
    record.save(update_fields=["retired", "n", "changed_at"])
    verb = "retired" if retired else "restored"
    receipt = _prove(register, verb, [record], by=by, now=now)
    _keep(
        register,
        [(record, verb, [])],
        by=by,
        now=now,
        way="form",
        reason=reason.strip()[:SET_FOR_EVER],
        receipt=receipt,
    )
    ask_to_publish(register, now=now)
    return record


def write(register: Register, lines: Sequence[Line], *, by: Actor, now: datetime, way: str) -> list[Record]:
    """Write new and changed records, whose owners were checked, with one entry of the log. Call it in a transaction."""
    body, done = str(by.institution), list[tuple[Record, str, list[str]]]()
    fresh = list[Record]()
    for line in lines:
        changed = line.changed
        if line.record is None:
            record = Record(
                id=str(ULID.from_datetime(now)), register=register.kind, code=line.code, institution=body, n=1
            )
            fresh.append(record)
        else:
            record = line.record
            record.n += 1
        record.facts, record.district, record.changed_at = line.facts, line.facts["district"], now
        done.append((record, "changed" if line.record else "entered", changed))
    try:
        with transaction.atomic():
            Record.objects.bulk_create(fresh)
    except IntegrityError:  # somebody else entered one of them at this moment
        raise Invalid("record_stale", expected=0, found=1) from None
    Record.objects.bulk_update(
        [record for record, verb, _ in done if verb == "changed"],
        ["facts", "district", "n", "changed_at"],
        batch_size=200,
    )
    records = [record for record, _, _ in done]
    receipt = _prove(register, "written", records, by=by, now=now)
    _keep(register, done, by=by, now=now, way=way, reason="", receipt=receipt)
    ask_to_publish(register, now=now)
    return records


def _prove(register: Register, verb: str, records: Sequence[Record], *, by: Actor, now: datetime) -> str:
    """The entry of the log: how many, and the digest of what they say now."""
    entry = selectors.published_entry(register)
    receipt = evidence.record(
        Kind.REGISTER_CHANGED,
        at=now,
        public={"inst": str(by.institution), "ds": entry.id if entry else None, "out": verb},
        private=evidence.who(by)
        | {
            "register": register.kind,
            "records": len(records),
            "digest": digest_of([[one.code, one.n, one.facts] for one in records]),
        },
    )
    return receipt.entry


def _keep(
    register: Register,
    done: Iterable[tuple[Record, str, list[str]]],
    *,
    by: Actor,
    now: datetime,
    way: str,
    reason: str,
    receipt: str,
) -> None:
    Change.objects.bulk_create(
        Change(
            record=record,
            register=register.kind,
            n=record.n,
            verb=verb,
            facts=record.facts,
            fields=changed,
            reason=reason,
            way=way,
            person=str(by.person or ""),
            institution=str(by.institution),
            role=str(by.role),
            at=now,
            receipt=receipt,
        )
        for record, verb, changed in done
    )


def ask_to_publish(register: Register, *, now: datetime) -> None:
    """Ask the worker for the next version of the open dataset; where there is no published entry yet, it finds nothing to do."""
    last = selectors.last_change(register.kind)
    office.start_run(PUBLISH, arguments={"register": register.kind}, key=f"{register.kind}/{last}", now=now)
