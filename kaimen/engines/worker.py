"""One confined process that runs governed queries, one at a time: `python -m kaimen.engines.worker`.

Questions come on standard input, answers leave on standard output. Nothing else of the machine is within reach. An
instance of the engine may serve again the same files under the same policy, never data of level 3 or 4.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownParameterType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyarrow has no types of its own.

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a thread of the mathematics library would stand outside the wall

if TYPE_CHECKING:
    import duckdb

KEPT_INSTANCES = 4
QUESTIONS_AN_INSTANCE = 1000
LEVEL_OF_ONE_USE = 3
SHARED_BELOW = 64 * 1024
"""Pieces of the Arrow stream are gathered up to this size before they are sent."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Confine this process, greet, and serve until standard input ends."""
    parser = argparse.ArgumentParser(prog="kaimen.engines.worker")
    parser.add_argument("--read", action="append", default=[], type=Path, help="a folder whose files may be read")
    parser.add_argument("--memory-mb", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--time-zone", default="Asia/Shanghai")
    parser.add_argument("--require-walls", action="store_true")
    options = parser.parse_args(arguments)

    # INVARIANT: the order. The engine and the filter's binding first, then the walls, then what starts threads.
    import duckdb as _  # noqa: F401

    from kaimen.engines.confine import confine

    walls = confine(options.read, memory_mb=options.memory_mb)

    from kaimen.engines import frames

    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    if walls.missing and options.require_walls:
        frames.send(answers, frames.HELLO, {"missing": list(walls.missing), "serves": False})
        return 3
    desk = Desk(answers, memory_mb=options.memory_mb, threads=options.threads, time_zone=options.time_zone)
    desk.warm()
    frames.send(answers, frames.HELLO, {"missing": list(walls.missing), "landlock": walls.landlock, "serves": True})
    listener = threading.Thread(target=_listen, args=(questions, desk), daemon=True)
    listener.start()
    desk.serve()
    return 0


def _listen(questions: IO[bytes], desk: Desk) -> None:
    """Take questions and stop signs as they come; a stop sign must be heard while a query runs."""
    from kaimen.engines import frames

    while (message := frames.receive(questions)) is not None:
        kind, body = message
        if kind == frames.STOP:
            desk.stop(frames.fields(body)["id"])
        elif kind == frames.QUESTION:
            desk.put(frames.fields(body))
    desk.put(None)


class Desk:
    """Questions in order, one at a time, each with a fresh connection."""

    def __init__(self, answers: IO[bytes], *, memory_mb: int, threads: int, time_zone: str) -> None:
        self._answers = answers
        self._memory_mb, self._threads, self._time_zone = memory_mb, threads, time_zone
        self._waiting: deque[dict[str, Any] | None] = deque()
        self._some = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._running: tuple[str, duckdb.DuckDBPyConnection] | None = None
        self._stopped: set[str] = set()
        self._instances: OrderedDict[tuple[str, ...], list[Any]] = OrderedDict()

    def put(self, question: dict[str, Any] | None) -> None:
        """One more; None ends the work."""
        self._waiting.append(question)
        self._some.release()

    def stop(self, mark: str) -> None:
        """Interrupt the query with this mark, and no other: a late interrupt would hit the next on that connection."""
        with self._lock:
            self._stopped.add(mark)
            if self._running is not None and self._running[0] == mark:
                self._running[1].interrupt()

    def warm(self) -> None:
        """Import and run once what the first question would otherwise wait for."""
        import pyarrow as pa

        from kaimen.engines.duckdb import open_locked, run

        instance = open_locked((), memory_mb=self._memory_mb, threads=self._threads, time_zone=self._time_zone)
        run(instance.cursor(), "SELECT 1 AS one, CAST('x' AS VARCHAR) AS x, sum(range) FROM range(10)").read_all()
        pa.ipc.new_stream(pa.BufferOutputStream(), pa.schema([])).close()
        instance.close()

    def serve(self) -> None:
        """Until the work ends."""
        while True:
            self._some.acquire()
            question = self._waiting.popleft()
            if question is None:
                return
            self._answer(question)

    def _answer(self, question: dict[str, Any]) -> None:
        """Run one question. Whatever happens, an end is sent, with a code and the counts, and never an engine's text."""
        from kaimen.engines import frames
        from kaimen.engines.duckdb import code_of

        begun = time.process_time()
        stream = _Stream(self._answers, most_bytes=question["most_bytes"])
        key = (question["policy"], *question["files"])
        try:
            connection = self._connection(key, question["files"], fresh=question["level"] >= LEVEL_OF_ONE_USE)
            try:
                code = self._stream(question, connection, stream)
            finally:
                with self._lock:
                    self._running = None
                connection.close()
        except BaseException as error:  # noqa: BLE001 - every failure becomes a code
            code = code_of(error)
        with self._lock:
            stopped = question["id"] in self._stopped
            self._stopped.discard(question["id"])
        if code != "ok" or stopped or question["level"] >= LEVEL_OF_ONE_USE:
            self._drop(key)
        frames.send(
            self._answers,
            frames.END,
            {
                "code": code,
                "rows": stream.rows,
                "bytes": stream.bytes,
                "cpu_ms": round((time.process_time() - begun) * 1000),
            },
        )

    def _stream(self, question: dict[str, Any], connection: duckdb.DuckDBPyConnection, stream: _Stream) -> str:
        from kaimen.engines.duckdb import run

        with self._lock:
            if question["id"] in self._stopped:
                return "budget_time"
            self._running = (question["id"], connection)
        reader = run(connection, question["sql"], question["parameters"])
        return stream.write(reader, most_rows=question["most_rows"], limit=question["limit"])

    def _connection(self, key: tuple[str, ...], files: list[str], *, fresh: bool) -> duckdb.DuckDBPyConnection:
        """A new connection to an instance for exactly these files under exactly this policy."""
        from kaimen.engines.duckdb import open_locked

        if fresh or key not in self._instances:
            self._drop(key)
            instance = open_locked(files, memory_mb=self._memory_mb, threads=self._threads, time_zone=self._time_zone)
            self._instances[key] = [instance, 0]
            while len(self._instances) > KEPT_INSTANCES:
                self._drop(next(iter(self._instances)))
        kept = self._instances[key]
        self._instances.move_to_end(key)
        kept[1] += 1
        connection = kept[0].cursor()
        if kept[1] >= QUESTIONS_AN_INSTANCE:
            self._drop(key)
        return connection

    def _drop(self, key: tuple[str, ...]) -> None:
        kept = self._instances.pop(key, None)
        if kept is not None:
            kept[0].close()


class _Stream:
    """The Arrow stream of one answer, cut into messages, counted."""

    def __init__(self, answers: IO[bytes], *, most_bytes: int) -> None:
        self._answers, self._most_bytes = answers, most_bytes
        self._gathered = bytearray()
        self.rows = self.bytes = 0
        self.closed = False

    def write(self, reader: Any, *, most_rows: int, limit: int | None) -> str:
        """Send it all; `limit` ends the answer well, a cap ends it badly."""
        import pyarrow as pa

        sink = pa.PythonFile(_Piece(self), mode="w")
        with pa.ipc.new_stream(sink, reader.schema) as writer:
            self._send()
            for read in reader:
                batch = read if limit is None else read.slice(0, limit - self.rows)
                self.rows += batch.num_rows
                if self.rows > most_rows:
                    self.rows -= batch.num_rows
                    return "budget_rows"
                if self.bytes + batch.nbytes > self._most_bytes:
                    self.rows -= batch.num_rows
                    return "budget_bytes"
                writer.write_batch(batch)
                self._send()
                if limit is not None and self.rows >= limit:
                    break
        self._send()
        return "ok"

    def add(self, piece: bytes) -> None:
        """Called by the Arrow writer."""
        self._gathered += piece
        self.bytes += len(piece)
        if len(self._gathered) >= SHARED_BELOW:
            self._send()

    def _send(self) -> None:
        from kaimen.engines import frames

        if self._gathered:
            frames.send(self._answers, frames.ARROW, bytes(self._gathered))
            self._gathered.clear()


class _Piece:
    """What pyarrow takes for a file."""

    closed = False

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream

    def write(self, piece: Any) -> int:
        """Any buffer."""
        raw = bytes(piece)
        self._stream.add(raw)
        return len(raw)

    def flush(self) -> None:
        """Nothing is kept here."""

    def close(self) -> None:
        """The stream is closed by its end message."""

    def writable(self) -> bool:
        """It is."""
        return True


if __name__ == "__main__":
    sys.exit(main())
