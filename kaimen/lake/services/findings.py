"""Why a person must look at a load before it is published; a dry run foretells the same."""

from __future__ import annotations

from pathlib import Path

from kaimen.core.quality.contract import Contract
from kaimen.engines import delta, parsing
from kaimen.lake import places
from kaimen.lake.models import Feed, Load, Snapshot


def findings_of(parsed: parsing.Parsed, contract: Contract, load: Load, *, written: Path) -> tuple[list[str], int]:
    """Codes, and how many keys stand twice among the rows that would be visible together; the new files lie in `written`."""
    found = list[str]()
    records = parsed.accepted + parsed.quarantined
    if parsed.quarantined * 1000 > contract.tolerance_per_mille * records:
        found.append("tolerance_exceeded")
    if not parsed.accepted and load.feed.mode == Feed.Mode.REPLACE:
        found.append("empty_delivery")
    repeated = _repeated_keys(load, contract, [written / one.name for one in parsed.files], scratch=written)
    return found + (["key_not_unique"] if repeated else []), repeated


def _repeated_keys(load: Load, contract: Contract, files: list[Path], *, scratch: Path) -> int:
    if load.feed.mode == Feed.Mode.APPEND:
        last = Snapshot.objects.filter(table=load.feed.table_id).order_by("-number").first()
        if last is not None:
            table = places.table(load.feed.table_id)
            files = files + [Path(one) for one in delta.version(table, last.delta_version).files]
    return parsing.repeated_keys(files, contract.key, scratch)
