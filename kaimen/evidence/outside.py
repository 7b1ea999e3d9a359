"""What the world has seen of our log, compared with what the database holds. Whoever signs or publishes looks here first.

If the outside is larger, or not a prefix, a backup was restored or a server took over that was behind. Going on would give the log
two histories, so nothing is signed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from kaimen.core.errors import Unavailable
from kaimen.engines.publishing import Folder
from kaimen.evidence import keys
from kaimen.evidence.models import WitnessState


def folder() -> Folder:
    """What is served below /log."""
    return Folder(Path(settings.KAIMEN_HOME) / "log")


def bundles() -> Folder:
    """Where entry bundles are put: beside the tiles, or apart when only auditors may read them."""
    return (
        folder()
        if settings.KAIMEN_EVIDENCE_ENTRIES == "public"
        else Folder(Path(settings.KAIMEN_HOME) / "log-restricted")
    )


def check(size: int, root_at: Callable[[int], bytes]) -> None:
    """Raises `Unavailable("log_rolled_back")` when something larger than `size`, or something else, is known outside."""
    shown = folder().head()
    if shown is not None and (
        shown.size > size or shown.origin != keys.origin() or (shown.size and root_at(shown.size) != shown.root)
    ):
        raise Unavailable("log_rolled_back", seen=shown.size, held=size)
    witnessed = WitnessState.objects.filter(size__gt=size).order_by("-size").values_list("size", flat=True).first()
    if witnessed is not None:
        raise Unavailable("log_rolled_back", seen=witnessed, held=size)
