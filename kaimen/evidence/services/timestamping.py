"""Once an hour a time-stamp authority puts its time to the head that the world is shown. Without one, or when it fails, the log goes on."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings

from kaimen.core.errors import KaimenError
from kaimen.core.tlog.notes import parse_checkpoint
from kaimen.engines.timestamping import ask
from kaimen.evidence import outside, selectors
from kaimen.evidence.models import CheckpointToken

log = logging.getLogger("kaimen.evidence")
EVERY = timedelta(hours=1)


def timestamp(*, now: datetime) -> bool:
    """Whether a token came in. The authority is asked outside every transaction; what goes wrong is only said."""
    note = outside.folder().note()
    last = CheckpointToken.objects.order_by("-at").first()
    if not settings.KAIMEN_EVIDENCE_TSA or note is None or (last is not None and now - last.at < EVERY):
        return False
    size = parse_checkpoint(note.text).size
    if last is not None and last.size == size:
        return False
    try:
        token, told_at = ask(settings.KAIMEN_EVIDENCE_TSA, note.text.encode())
    except KaimenError as trouble:
        log.warning("the time-stamp authority gave no token: %s", trouble)
        return False
    CheckpointToken.objects.get_or_create(
        size=size, defaults={"token": token, "note": note.format(), "told_at": told_at, "at": now}
    )
    outside.folder().tell("timestamp", selectors.timestamp())
    return True
