"""Verbs of this room: write an entry, order and sign what was written, show it to the world, erase, compare, recover."""

from kaimen.core.tlog.commitment import SubjectId
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence.services.recording import Receipt, heartbeat, record, who

__all__ = ["Kind", "Receipt", "SubjectId", "heartbeat", "record", "who"]
