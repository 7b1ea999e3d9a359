"""A contract is derived from the published entry: its items say which columns there are, of which type, with which rules."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.metadata.codes import Spec
from kaimen.core.metadata.entry import Item, Kind, PiClass, PublishedEntry
from kaimen.core.quality.contract import (
    CheckDigit,
    CodeList,
    Column,
    Contract,
    Identifier,
    Length,
    Rule,
    Type,
)
from kaimen.core.quality.stored import check, to_text
from kaimen.lake.models import ContractVersion, Feed

TYPES = {
    "C": Type.TEXT, "M": Type.TEXT, "G": Type.TEXT, "N": Type.DECIMAL, "Y": Type.DECIMAL, "D": Type.DATE, "T": Type.TIMESTAMP,
    "L": Type.BOOLEAN, "B": Type.DOUBLE, "F": Type.DOUBLE, "I": Type.INTEGER,
}  # fmt: skip
STANDARDS = {"GB 32100": Identifier.CREDIT_CODE, "GB 11643": Identifier.RESIDENT_ID}
NUMBER = (18, 4)
MONEY = (18, 2)


def loadable(entry_id: str) -> PublishedEntry:
    """The published entry whose data may come in. Raises `Refused("dataset_not_loadable")`."""
    try:
        entry = catalogue.published(entry_id)
    except Missing:
        raise Refused("dataset_not_loadable", reason="unpublished") from None
    if entry.kind is not Kind.DATASET:
        raise Refused("dataset_not_loadable", reason="not_a_dataset")
    if not entry.items:
        raise Refused("dataset_not_loadable", reason="no_columns")
    return entry


def contract_of(entry: PublishedEntry, settings: Mapping[str, object]) -> Contract:
    """What a delivery for the entry must be; `settings` are the feed's. Raises `Invalid("contract_invalid")`."""
    spec = catalogue.spec()
    options = {
        name: settings[name]
        for name in ("encoding", "delimiter", "quote", "multiline", "tolerance_per_mille", "zone")
        if name in settings
    }
    return check(
        Contract(
            columns=tuple(_column(item, spec) for item in entry.items),
            key=tuple(item.column for item in entry.items if item.is_key),
            **options,  # type: ignore[arg-type]  # `check` looks at each
        )
    )


def _column(item: Item, spec: Spec) -> Column:
    kind = TYPES.get(item.data_type)
    if kind is None:
        raise Invalid("contract_invalid", what=item.column)
    digits, scale = _size(item)
    return Column(
        name=item.column,
        type=kind,
        aliases=tuple(dict.fromkeys(name for name in (item.name_zh, item.name_en) if name)),
        required=item.is_key or not item.nullable,
        digits=digits,
        scale=scale,
        rules=tuple(_rules(item, kind, spec)),
    )


def _size(item: Item) -> tuple[int, int]:
    if item.data_type == "Y":
        return MONEY
    if item.data_type == "N" and (item.length or item.precision is not None):
        return item.length or NUMBER[0], item.precision or 0
    return NUMBER


def _rules(item: Item, kind: Type, spec: Spec) -> list[Rule]:
    rules: list[Rule] = []
    if kind is Type.TEXT and item.length:
        rules.append(Length(most=item.length))
    if kind is Type.TEXT and item.code_list and item.code_list in spec.lists:
        rules.append(CodeList(codes=tuple(spec.list_of(item.code_list).codes)))
    identifier = next((one for standard, one in STANDARDS.items() if item.standard_ref.startswith(standard)), None)
    if identifier is not None and kind is Type.TEXT:
        rules.append(CheckDigit(of=identifier))
    return rules


def current(feed: Feed, entry: PublishedEntry, *, now: datetime) -> ContractVersion:
    """The contract in force: a new version when entry or settings have changed it."""
    body = to_text(contract_of(entry, feed.settings))
    digest = hashlib.sha256(body.encode()).hexdigest()
    last = ContractVersion.objects.filter(feed=feed).order_by("-number").first()
    if last is not None and last.digest == digest:
        return last
    return ContractVersion.objects.create(
        feed=feed,
        number=1 + (last.number if last else 0),
        body=body,
        digest=digest,
        entry_version=entry.version,
        created_at=now,
    )


def statistics(entry: PublishedEntry) -> list[str]:
    """Columns whose least and greatest value may stand in the log of the table: those that say nothing of a person."""
    return [item.column for item in entry.items if item.pi_class is PiClass.NONE and not item.identifier_kind]
