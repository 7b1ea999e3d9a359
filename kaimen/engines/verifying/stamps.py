"""Time-stamps of the log by an authority outside."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kaimen.core.errors import Invalid
from kaimen.core.tlog import notes, timestamp_text
from kaimen.core.tlog.encoding import b64
from kaimen.core.tlog.policy import Policy
from kaimen.engines.log_reading import Source
from kaimen.engines.verifying.published import continues
from kaimen.engines.verifying.telling import DoesNotVerifyError, Found, NotCheckedError
from kaimen.engines.verifying.trust import judged_head, trusted_keys


def check_timestamp(text: str, source: Source | None, policy: Policy | None, *, certificate: Path) -> Found:
    """The authority has put its time to a head that the log signed."""
    found = Found({"what": "timestamp"})
    stamp, at, head = read_timestamp(text, certificate)
    trusted = trusted_keys(policy, source, found)
    judged_head(stamp.note, trusted, found)
    if source is not None:
        now = judged_head(source.text("checkpoint"), trusted, found).checkpoint
        must_cover(source, head, now)
    found.facts |= {"size": head.size, "root": b64(head.root), "stamped": in_utc(at)}
    found.remarks = list(dict.fromkeys(found.remarks))
    return found


def read_timestamp(text: str, certificate: Path) -> tuple[timestamp_text.Timestamp, datetime, notes.Checkpoint]:
    """The stamp, its moment, and the head that it stamps."""
    from kaimen.engines.timestamping import authority, stamped_at

    try:
        by = authority(certificate.read_bytes())
    except (OSError, Invalid):
        raise NotCheckedError("certificate", place=certificate) from None
    try:
        stamp = timestamp_text.parse(text)
        note = notes.parse(stamp.note)
        return stamp, stamped_at(stamp.token, note.text.encode(), by=by), notes.parse_checkpoint(note.text)
    except Invalid as failure:
        if (failure.code, failure.details.get("why")) == ("timestamp", "signature"):
            raise DoesNotVerifyError("stamp_signature") from None
        raise DoesNotVerifyError("stamp_unreadable", why=failure.details.get("why", "")) from None


def must_cover(source: Source, head: notes.Checkpoint, now: notes.Checkpoint) -> None:
    """What was stamped is a beginning of the log of now."""
    if now.origin != head.origin:
        raise DoesNotVerifyError("stamp_of_another", origin=head.origin, log=now.origin)
    if now.size < head.size:
        raise NotCheckedError("older_than_stamp", now=now.size, before=head.size)
    if not continues(source, head, now):
        raise DoesNotVerifyError("stamp_rewritten")


def in_utc(moment: datetime) -> str:
    """A moment to the second, in UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
