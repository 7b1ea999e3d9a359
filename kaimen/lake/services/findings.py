"""Why a person must look at a load before it is published; a dry run foretells the same.

Identifiers of persons in a column that the catalogue does not mark are no matter of taste: such a load is published only once the column is
marked. What only looks like names or homes is looked at by a second person; also where the data are not open, for they may become so.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Detail
from kaimen.core.metadata.entry import Item, PiClass
from kaimen.core.metadata.grading import CONTACT_OF_AN_OFFICE
from kaimen.core.privacy.identifiers import Kind
from kaimen.core.quality.contract import Contract
from kaimen.engines import delta, detecting, parsing, suspecting
from kaimen.lake import places
from kaimen.lake.models import Feed, Load, Snapshot, Table

UNDECLARED, SUSPECTED = "personal_undeclared", "personal_suspected"
OF_OFFICES_TOO = frozenset({Kind.MOBILE, Kind.EMAIL})


def findings_of(
    parsed: parsing.Parsed, contract: Contract, load: Load, *, written: Path
) -> tuple[list[str], dict[str, Detail]]:
    """Codes, and facts for their sentences; the new files lie in `written`.

    `rows`: keys that stand twice among what would be visible together. `columns`: those with unmarked identifiers of persons; `suspects`:
    those that look like names or homes and have no mask.
    """
    found = list[str]()
    records = parsed.accepted + parsed.quarantined
    if parsed.quarantined * 1000 > contract.tolerance_per_mille * records:
        found.append("tolerance_exceeded")
    if not parsed.accepted and load.feed.mode == Feed.Mode.REPLACE:
        found.append("empty_delivery")
    files, facts = [written / one.name for one in parsed.files], dict[str, Detail]()
    if repeated := _repeated_keys(load, contract, files, scratch=written):
        found.append("key_not_unique")
        facts["rows"] = repeated
    there = {column.name for column in contract.columns}
    items = [one for one in unmarked(load.feed.table_id) if one.column in there]
    columns = _persons_in(files, items, scratch=written)
    if columns:
        found.append(UNDECLARED)
        facts["columns"] = columns
    bare = [one.column for one in items if one.column not in columns and not one.mask_rule]
    if suspects := suspecting.suspects_in(files, bare, written):
        found.append(SUSPECTED)
        facts["suspects"] = suspects
    return found, facts


def unmarked(entry: str) -> list[Item]:
    """The columns of an entry that the catalogue does not mark as personal, as it is published now."""
    return [item for item in catalogue.published(entry).items if item.pi_class is PiClass.NONE]


def _persons_in(files: Sequence[Path], items: Sequence[Item], *, scratch: Path) -> list[str]:
    """Columns in which identifiers of persons stand. A mobile number or an address where an office says how it is reached is nobody's."""
    of_offices = {
        one.column for one in items if CONTACT_OF_AN_OFFICE.search(f"{one.column} {one.name_zh} {one.name_en}")
    }
    found = detecting.identifiers_in(files, [one.column for one in items], scratch)
    return [one.column for one in found if one.kind not in OF_OFFICES_TOO or one.column not in of_offices]


def persons_published(entry: str, items: Sequence[Item]) -> list[str]:
    """Columns of the version that readers see in which identifiers of persons stand; nothing where no data are."""
    table = Table.objects.select_related("published").filter(entry=entry).first()
    if table is None or table.published is None:
        return []
    folder = places.table(entry)
    files = [Path(one) for one in delta.version(folder, table.published.delta_version).files]
    there = {field for one in files[:1] for field in detecting.columns_of(one)}
    return _persons_in(files, [one for one in items if one.column in there], scratch=folder)


def _repeated_keys(load: Load, contract: Contract, files: list[Path], *, scratch: Path) -> int:
    if load.feed.mode == Feed.Mode.APPEND:
        last = Snapshot.objects.filter(table=load.feed.table_id).order_by("-number").first()
        if last is not None:
            table = places.table(load.feed.table_id)
            files = files + [Path(one) for one in delta.version(table, last.delta_version).files]
    return parsing.repeated_keys(files, contract.key, scratch)
