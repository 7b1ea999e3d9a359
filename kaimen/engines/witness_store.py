"""What a witness remembers: which logs it trusts, the last head it signed of each, and requests that prove misbehaviour. One SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from kaimen.core.tlog.notes import Verifier, parse_vkey
from kaimen.core.tlog.witness import Answer, Seen

SCHEMA = """
create table if not exists trusted (vkey text primary key, origin text not null);
create table if not exists seen (origin text primary key, size integer not null, root blob not null, note text not null);
create table if not exists accusation (at integer not null, origin text not null, body text not null);
"""
MOST_ACCUSATIONS = 1000


class Store:
    """Threads take turns; each check with its storing is one transaction, which also another process cannot get between."""

    def __init__(self, path: Path) -> None:
        self._turn = threading.Lock()
        self._database = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
        self._database.executescript(f"pragma journal_mode = wal; pragma synchronous = full; {SCHEMA}")

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    @contextmanager
    def _alone(self) -> Generator[sqlite3.Connection]:
        with self._turn:
            self._database.execute("begin immediate")
            try:
                yield self._database
            except BaseException:
                self._database.execute("rollback")
                raise
            self._database.execute("commit")

    def trust(self, key: Verifier) -> None:
        """Sign heads of this log from now on; the origin is the key's name."""
        with self._alone() as database:
            database.execute("insert or ignore into trusted values (?, ?)", (key.vkey(), key.name))

    def keys(self, origin: str) -> list[Verifier]:
        """Keys trusted for an origin."""
        with self._turn:
            rows = self._database.execute("select vkey from trusted where origin = ?", (origin,)).fetchall()
        return [parse_vkey(vkey) for (vkey,) in rows]

    def origins(self) -> list[tuple[str, int, int]]:
        """Each trusted log with the size signed last and how often it was caught."""
        with self._turn:
            return self._database.execute(
                "select distinct t.origin, coalesce(s.size, 0), (select count(*) from accusation a where a.origin = t.origin)"
                " from trusted t left join seen s on s.origin = t.origin order by t.origin"
            ).fetchall()

    def decide(
        self, origin: str, judge: Callable[[Seen], tuple[Answer, str]], *, body: str, at: int
    ) -> tuple[Answer, Seen, str]:
        """Ask `judge` what to answer to what was seen last, and store what it says, in one transaction.

        `judge` gives the answer and the note as cosigned. The head that was seen before comes back too, for a 409.
        """
        with self._alone() as database:
            row = database.execute("select size, root from seen where origin = ?", (origin,)).fetchone()
            seen = Seen(*row) if row else Seen()
            answer, note = judge(seen)
            if answer.seen is not None:
                database.execute(
                    "insert into seen values (?, ?, ?, ?) on conflict (origin) do update set size = excluded.size,"
                    " root = excluded.root, note = excluded.note",
                    (origin, answer.seen.size, answer.seen.root, note),
                )
            if answer.keep:
                database.execute(
                    "insert into accusation select ?, ?, ? where (select count(*) from accusation) < ?",
                    (at, origin, body, MOST_ACCUSATIONS),
                )
        return answer, seen, note

    def note(self, origin: str) -> str | None:
        """The checkpoint cosigned last."""
        with self._turn:
            row = self._database.execute("select note from seen where origin = ?", (origin,)).fetchone()
        return row[0] if row else None

    def accusations(self, origin: str) -> list[str]:
        """Bodies of requests whose log-signed head does not follow from what was signed before."""
        with self._turn:
            rows = self._database.execute(
                "select body from accusation where origin = ? order by at", (origin,)
            ).fetchall()
        return [body for (body,) in rows]
