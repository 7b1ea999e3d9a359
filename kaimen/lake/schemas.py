"""Shapes of the API."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema

from kaimen.web.bodies import Asked


class FeedIn(Asked):
    """A feed to be made. `settings`: delimiter, quote, multiline, encoding, tolerance_per_mille, zone, sheet, table."""

    entry: str
    name: str = ""
    source: str | None = None
    mode: str = "replace"
    settings: dict[str, str | int | bool] = {}


class FeedOut(Schema):
    """A feed."""

    id: str
    name: str
    entry: str
    mode: str
    source: str
    kind: str
    snapshot: int | None
    rows: int | None
    published_at: datetime | None


class BalanceOut(Schema):
    """Every record of the delivery: counted = accepted + faulty + broken."""

    records: int | None
    accepted: int | None
    faulty: int | None
    broken: int | None


class LoadOut(Schema):
    """A load: where it stands, the books, the scores, and why it was held or refused: `title` and `detail` in the reader's language."""

    id: str
    feed: str
    entry: str
    seq: int
    state: str
    code: str
    title: str
    detail: str
    facts: dict[str, object]
    findings: list[str]
    reason: str
    balance: BalanceOut
    scores: dict[str, list[int]]
    file_name: str
    file_size: int
    encoding: str
    sha256: str
    snapshot: int | None
    created_at: datetime
    changed_at: datetime
    progress: dict[str, int | str]


class ReasonIn(Asked):
    """Why."""

    reason: str
