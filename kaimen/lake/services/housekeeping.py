"""Files that no version names and no open load will commit."""

from __future__ import annotations

from kaimen.lake import places
from kaimen.lake.models import Load


def tidy(entry: str) -> int:
    """Remove data files of loads that were refused while their files were written; returns how many. Files of any version stay."""
    refused = Load.objects.filter(feed__table=entry, state=Load.State.REFUSED).values_list("pk", flat=True)
    files = [places.table(entry) / f"load-{pk.lower()}.parquet" for pk in refused]
    gone = [path for path in files if path.is_file()]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
