"""The text form of a time-stamp: the token of an authority (RFC 3161), and the signed head to which it puts the authority's time.

The authority stamps the text of the note: origin, size and root. So one token covers every entry below that size.
"""

from __future__ import annotations

from dataclasses import dataclass

from kaimen.core.errors import Invalid
from kaimen.core.tlog.encoding import b64, unb64

FIRST_LINE = "kaimen-timestamp/v1"
_TOKEN = "token "  # noqa: S105 - the name of a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """`token` is the authority's answer (a DER TimeStampResp), `note` the signed checkpoint as served then."""

    token: bytes
    note: str

    def text(self) -> str:
        """The file."""
        return f"{FIRST_LINE}\n{_TOKEN}{b64(self.token)}\n\n{self.note}"


def parse(text: str) -> Timestamp:
    """Raises `Invalid("timestamp")`."""
    head, blank, note = text.partition("\n\n")
    first, _, line = head.partition("\n")
    if first != FIRST_LINE or not blank or not line.startswith(_TOKEN):
        raise Invalid("timestamp", why="form")
    try:
        return Timestamp(token=unb64(line.removeprefix(_TOKEN)), note=note)
    except ValueError:
        raise Invalid("timestamp", why="form") from None
