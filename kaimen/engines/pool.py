"""The pool of query workers: `python -m kaimen.engines.pool --home …`. Others reach it by a Unix socket in the home folder.

It starts workers by exec, never by fork, with an empty environment; gives each question to one that is free, institutions
taking turns; and keeps deadlines: interrupt, two seconds more, then SIGKILL and a new worker. A worker's death is that
question's failure only.

`stream` is the client: it gives batches, or raises the code for which there are none.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownParameterType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyarrow has no types of its own.

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import uuid
from collections import OrderedDict, deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from kaimen.core.errors import KaimenError, Unavailable
from kaimen.engines import frames

if TYPE_CHECKING:
    import pyarrow as pa

ROOT = Path(__file__).resolve().parents[2]
GRACE_S = 2.0
STALLED_S = 30.0
START_S = 30.0
WAIT_S = 15.0
RUNNING_AN_ACCOUNT, WAITING_AN_ACCOUNT, WAITING_PUBLIC, WAITING_ALL = 2, 8, 64, 256
VISITOR = "visitor:"
"""An account that begins so is a reader who has none, told from others by the network only. It runs one question at a time."""
WAITING_A_VISITOR = 4
PUBLIC = ""
"""The account of everybody who has none. It may use all workers but waits like one institution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A governed query and what an engine must know to run it."""

    sql: str = field(repr=False)
    files: tuple[str, ...]
    parameters: Sequence[object] | Mapping[str, object] = ()
    policy: str = ""
    """What an instance may be used again for: the same policies, recipient included."""
    level: int = 1
    account: str = PUBLIC
    institution: str = ""
    limit: int | None = None
    """Rows after which the answer ends well."""
    most_rows: int = 1_000_000
    most_bytes: int = 1 << 30
    wall_s: float = 30.0
    """Seconds that the engine may work; the time in which the reader takes batches does not count."""
    long: bool = False
    """It will hold a worker for long. One worker, where there are several, is never given to such a question."""


def address(home: Path) -> Path:
    """Where the pool of a home folder listens."""
    return home / "queries.sock"


# --- the client --------------------------------------------------------------------------------------------------


class Stream:
    """The answer to one question: a schema and an iterator of record batches. Close it when you stop early."""

    def __init__(self, connection: socket.socket) -> None:
        import pyarrow as pa

        self._connection = connection
        self._pipe = cast("IO[bytes]", connection.makefile("rb", buffering=256 * 1024))
        self._arrow = _ArrowBytes(self._pipe)
        self.rows = self.bytes = 0
        try:
            self._reader = pa.ipc.open_stream(self._arrow)
            self.schema: pa.Schema = self._reader.schema
            self._first = self._next()  # the response head waits for it, so that most errors keep their status
        except (KaimenError, OSError, pa.ArrowException):
            self.close()
            raise _error(self._arrow.code if self._arrow.code not in {None, "ok"} else "engine_lost") from None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Batches. Raises the code when the end is not a good one: break the connection to the reader then."""
        try:
            batch, self._first = self._first, None
            while batch is not None:
                self.rows += batch.num_rows
                self.bytes += batch.nbytes
                yield batch
                batch = self._next()
        finally:
            self.close()

    def _next(self) -> pa.RecordBatch | None:
        import pyarrow as pa

        try:
            return self._reader.read_next_batch()
        except StopIteration:
            self._arrow.drain()
        except (pa.ArrowInvalid, OSError):
            self._arrow.drain()
            if self._arrow.code == "ok":
                raise Unavailable("engine_lost", retry_after_s=5) from None
        if self._arrow.code != "ok":
            raise _error(self._arrow.code)
        return None

    def close(self) -> None:
        """Leave. The pool interrupts the query when it still runs."""
        with contextlib.suppress(OSError):
            self._pipe.close()
            self._connection.close()


def stream(home: Path, question: Question) -> Stream:
    """Ask the pool. Raises Invalid, Refused or Unavailable with the code; returns when the first batch has come."""
    connection = _connect(home)
    try:
        with connection.makefile("wb") as pipe:
            frames.send(pipe, frames.QUESTION, asdict(question))
    except OSError:
        connection.close()
        raise Unavailable("engine_lost", retry_after_s=5) from None
    return Stream(connection)


def status(home: Path) -> dict[str, Any]:
    """How the pool is: workers, running, waiting, and which walls are missing. Raises Unavailable when it does not answer."""
    with _connect(home) as connection, connection.makefile("rb") as answers, connection.makefile("wb") as asked:
        frames.send(asked, frames.STATUS)
        message = frames.receive(answers)
    if message is None:
        raise Unavailable("engine_lost", retry_after_s=5)
    return frames.fields(message[1])


def _connect(home: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(STALLED_S * 4)
        with _short(address(home)) as path:
            connection.connect(path)
    except OSError:
        connection.close()
        raise Unavailable("engine_away", retry_after_s=5) from None
    return connection


@contextlib.contextmanager
def _short(path: Path) -> Generator[str, None, None]:
    """A socket's path may have 107 bytes only; a longer one is named through its folder's handle."""
    if len(os.fsencode(path)) < 100:
        yield str(path)
        return
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{path.name}"
    finally:
        os.close(handle)


def _error(code: str | None) -> KaimenError:
    from kaimen.engines.duckdb import error_of

    return error_of(code or "engine_lost")


class _ArrowBytes(io.RawIOBase):
    """The Arrow stream inside the messages, as a file; the end message leaves its code."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._rest = memoryview(b"")
        self.code: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as it goes; 0 at the end."""
        target = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(target) and self._fill():
            taken = min(len(target) - filled, len(self._rest))
            target[filled : filled + taken] = self._rest[:taken]
            self._rest = self._rest[taken:]
            filled += taken
        return filled

    def drain(self) -> None:
        """Read up to the end message."""
        while self._fill():
            self._rest = memoryview(b"")

    def _fill(self) -> bool:
        while not self._rest and self.code is None:
            try:
                message = frames.receive(self._pipe)
            except (OSError, ValueError):
                message = None
            if message is None:
                self.code = "engine_lost"
            elif message[0] == frames.ARROW:
                self._rest = memoryview(message[1])
            elif message[0] == frames.END:
                self.code = str(frames.fields(message[1])["code"])
        return bool(self._rest)


# --- turns -------------------------------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class Ticket:
    """One question that waits for a worker."""

    account: str
    institution: str
    long: bool = False
    given: threading.Event = field(default_factory=threading.Event)
    worker: Worker | None = None


def _most_waiting(account: str) -> int:
    if account == PUBLIC:
        return WAITING_PUBLIC
    return WAITING_A_VISITOR if account.startswith(VISITOR) else WAITING_AN_ACCOUNT


class Turns:
    """Who gets the next free worker: institutions take turns, and an account runs two at a time and lets eight wait."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._queues: OrderedDict[str, deque[Ticket]] = OrderedDict()
        self._running: dict[str, int] = {}
        self._waiting: dict[str, int] = {}
        self._long = 0

    def line_up(self, account: str, institution: str, *, long: bool = False) -> Ticket:
        """Raises `Unavailable("engine_busy")` when too many wait already."""
        with self._lock:
            waiting = self._waiting.get(account, 0)
            most = _most_waiting(account)
            if waiting >= most or sum(self._waiting.values()) >= WAITING_ALL:
                raise Unavailable("engine_busy", retry_after_s=5)
            ticket = Ticket(account, institution, long)
            self._queues.setdefault(institution, deque()).append(ticket)
            self._waiting[account] = waiting + 1
            return ticket

    def next(self) -> Ticket | None:
        """The ticket whose turn it is; its institution goes to the end of the round."""
        with self._lock:
            for institution, queue in list(self._queues.items()):
                ticket = next((each for each in queue if self._may_run(each)), None)
                if ticket is None:
                    continue
                self._forget(ticket)
                if institution in self._queues:
                    self._queues.move_to_end(institution)
                self._running[ticket.account] = self._running.get(ticket.account, 0) + 1
                self._long += ticket.long
                return ticket
            return None

    def leave(self, ticket: Ticket) -> bool:
        """Give up waiting; False when a worker was given meanwhile."""
        with self._lock:
            if ticket not in self._queues.get(ticket.institution, ()):
                return False
            self._forget(ticket)
            return True

    def done(self, ticket: Ticket) -> None:
        """Its question is over."""
        with self._lock:
            self._long -= ticket.long
            self._running[ticket.account] -= 1
            if not self._running[ticket.account]:
                del self._running[ticket.account]

    def counts(self) -> tuple[int, int]:
        """(running, waiting)."""
        with self._lock:
            return sum(self._running.values()), sum(self._waiting.values())

    def _may_run(self, ticket: Ticket) -> bool:
        if ticket.long and self._long >= max(1, self._workers - 1):
            return False
        return self._running.get(ticket.account, 0) < self._most_running(ticket.account)

    def _most_running(self, account: str) -> int:
        """No account holds all workers, where there are several."""
        if account == PUBLIC:
            return self._workers
        if account.startswith(VISITOR):
            return 1
        return min(RUNNING_AN_ACCOUNT, max(1, self._workers - 1))

    def _forget(self, ticket: Ticket) -> None:
        queue = self._queues[ticket.institution]
        queue.remove(ticket)
        if not queue:
            del self._queues[ticket.institution]
        self._waiting[ticket.account] -= 1
        if not self._waiting[ticket.account]:
            del self._waiting[ticket.account]


# --- workers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How workers are started."""

    readable: tuple[Path, ...]
    memory_mb: int = 1024
    threads: int = 1
    time_zone: str = "Asia/Shanghai"
    require_walls: bool = False


class Worker:
    """One process, seen from outside."""

    def __init__(self, settings: Settings) -> None:
        """Start it and wait for its greeting. Raises RuntimeError when it does not come, or may not serve."""
        command = [sys.executable, "-m", "kaimen.engines.worker", "--memory-mb", str(settings.memory_mb)]
        command += ["--threads", str(settings.threads), "--time-zone", settings.time_zone]
        command += [part for place in settings.readable for part in ("--read", str(place))]
        command += ["--require-walls"] if settings.require_walls else []
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("worker without pipes")
        self.questions: IO[bytes] = self.process.stdin
        self.answers: IO[bytes] = self.process.stdout
        ready, _, _ = select.select([self.answers], [], [], START_S)
        greeting = frames.receive(self.answers) if ready else None
        told: dict[str, Any] = frames.fields(greeting[1]) if greeting else {"serves": False, "missing": ["worker"]}
        self.missing: tuple[str, ...] = tuple(told["missing"])
        if not told["serves"]:
            self.end()
            raise RuntimeError(f"the walls are missing: {', '.join(self.missing)}")

    @property
    def alive(self) -> bool:
        """It runs."""
        return self.process.poll() is None

    def ask(self, question: Mapping[str, object], *, wall_s: float) -> None:
        """Send a question. A limit on its processor time stands behind the deadline."""
        with contextlib.suppress(OSError, ValueError):
            spent = _processor_s(self.process.pid)
            most = int(spent + 8 * (wall_s + GRACE_S) + 10)
            resource.prlimit(self.process.pid, resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        frames.send(self.questions, frames.QUESTION, question)

    def stop(self, mark: str) -> None:
        """Interrupt the question with this mark."""
        with contextlib.suppress(OSError, ValueError):
            frames.send(self.questions, frames.STOP, {"id": mark})

    def kill(self) -> None:
        """At once."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    def end(self) -> None:
        """Kill it and wait until it is gone."""
        self.kill()
        self.process.wait()
        for pipe in (self.questions, self.answers):
            with contextlib.suppress(OSError):
                pipe.close()


def _processor_s(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(eq=False, slots=True)
class Relay:
    """A question under way, as the watch sees it."""

    mark: str
    worker: Worker
    client: socket.socket
    wall_s: float
    worked_s: float = 0.0
    since: float | None = None
    """Since when the engine works without a word; None while the reader takes what there is."""
    stopped_at: float | None = None
    killed: bool = False
    gone: bool = False


class Pool:
    """Listens, gives questions to workers, watches over them."""

    def __init__(self, home: Path, settings: Settings, *, workers: int) -> None:
        self._home, self._settings, self._most = home, settings, workers
        self._turns = Turns(workers)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._starting = 0
        self._relays: set[Relay] = set()
        self._ending = threading.Event()
        self._listener: socket.socket | None = None
        self._missing: tuple[str, ...] = ()

    def start(self) -> None:
        """Warm one worker, listen, watch. Raises RuntimeError when walls are required and missing."""
        worker = Worker(self._settings)
        self._missing = worker.missing
        self._all.add(worker)
        self._idle.append(worker)
        path = address(self._home)
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _short(path) as short:
            self._listener.bind(short)
        path.chmod(0o600)
        self._listener.listen(128)
        for work in (self._accept, self._watch):
            threading.Thread(target=work, daemon=True).start()

    def close(self) -> None:
        """End all workers and stop listening."""
        self._ending.set()
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        address(self._home).unlink(missing_ok=True)
        with self._lock:
            workers, self._all, self._idle = self._all, set(), []
        for worker in workers:
            worker.end()

    def wait(self) -> None:
        """Until it is closed."""
        while not self._ending.wait(3600):
            pass

    def processes(self) -> list[int]:
        """Process ids of the workers."""
        with self._lock:
            return [worker.process.pid for worker in self._all if worker.alive]

    # --- one client

    def _accept(self) -> None:
        while not self._ending.is_set() and self._listener is not None:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError, ValueError):
            if not _is_ours(client):
                return
            client.settimeout(STALLED_S)
            with client.makefile("rb") as asked, client.makefile("wb") as answers:
                message = frames.receive(asked)
                if message is None:
                    return
                if message[0] == frames.STATUS:
                    frames.send(answers, frames.STATUS, self._status())
                elif message[0] == frames.QUESTION:
                    try:
                        question = Question(**frames.fields(message[1]))
                    except (TypeError, ValueError):
                        return
                    self._answer(question, client, answers)

    def _answer(self, question: Question, client: socket.socket, answers: IO[bytes]) -> None:
        try:
            ticket = self._turns.line_up(question.account, question.institution, long=question.long)
        except Unavailable as busy:
            frames.send(answers, frames.END, {"code": busy.code})
            return
        self._give()
        if not ticket.given.wait(WAIT_S) and self._turns.leave(ticket):
            frames.send(answers, frames.END, {"code": "engine_busy"})
            return
        ticket.given.wait()
        worker = ticket.worker
        try:
            if worker is None:
                frames.send(answers, frames.END, {"code": "engine_lost"})
            else:
                self._relay(question, worker, client, answers)
        finally:
            self._turns.done(ticket)
            if worker is not None:
                self._back(worker)
            self._give()

    def _relay(self, question: Question, worker: Worker, client: socket.socket, answers: IO[bytes]) -> None:
        """Pass the worker's messages on. The clock runs while the engine works, not while the reader takes."""
        mark = uuid.uuid4().hex
        relay = Relay(mark, worker, client, question.wall_s)
        with self._lock:
            self._relays.add(relay)
        try:
            with contextlib.suppress(OSError):
                worker.ask({**asdict(question), "id": mark}, wall_s=relay.wall_s)
            while True:
                relay.since = time.monotonic()
                message = frames.receive(worker.answers)
                relay.worked_s += time.monotonic() - relay.since
                relay.since = None
                if message is None:
                    message = (
                        frames.END,
                        json.dumps({"code": "budget_time" if relay.killed else "engine_lost"}).encode(),
                    )
                    worker.end()  # and waited for, so that nobody is given to it
                if not relay.gone:
                    try:
                        frames.send(answers, *message)
                    except OSError:  # the reader left or has taken nothing for long
                        relay.gone = True
                        self._stop(relay)
                if message[0] == frames.END:
                    return
        finally:
            with self._lock:
                self._relays.discard(relay)

    # --- the watch

    def _watch(self) -> None:
        """Deadlines, and readers that have left."""
        while not self._ending.wait(0.05):
            with self._lock:
                relays = list(self._relays)
            for relay in relays:
                self._look_at(relay, time.monotonic())

    def _look_at(self, relay: Relay, now: float) -> None:
        since = relay.since
        if relay.stopped_at is not None:
            with self._lock:  # a relay that has ended meanwhile has given its worker back
                if now - relay.stopped_at > GRACE_S and relay in self._relays:
                    relay.killed = True
                    relay.worker.kill()
            return
        worked = relay.worked_s + (now - since if since is not None else 0.0)
        if worked > relay.wall_s:
            self._stop(relay)
        elif since is not None and _has_left(relay.client):
            relay.gone = True
            self._stop(relay)

    def _stop(self, relay: Relay) -> None:
        if relay.stopped_at is None:
            relay.stopped_at = time.monotonic()
            relay.worker.stop(relay.mark)

    # --- workers

    def _give(self) -> None:
        """Give free workers to those whose turn it is; start one where there may be more."""
        while True:
            with self._lock:
                self._idle = [worker for worker in self._idle if worker.alive]
                self._all = {worker for worker in self._all if worker.alive}
                if not self._idle:
                    if (
                        self._turns.counts()[1]
                        and len(self._all) + self._starting < self._most
                        and not self._ending.is_set()
                    ):
                        self._starting += 1
                        threading.Thread(target=self._one_more, daemon=True).start()
                    return
                ticket = self._turns.next()
                if ticket is None:
                    return
                ticket.worker = self._idle.pop()
            ticket.given.set()

    def _one_more(self) -> None:
        worker = None
        try:
            with contextlib.suppress(RuntimeError, OSError):
                worker = Worker(self._settings)
        finally:
            with self._lock:
                self._starting -= 1
                if worker is not None:
                    self._all.add(worker)
                    self._idle.append(worker)
        if self._ending.is_set() and worker is not None:
            worker.end()
        elif worker is not None:
            self._give()

    def _back(self, worker: Worker) -> None:
        with self._lock:
            if worker.alive and worker in self._all:
                self._idle.append(worker)
                return
            self._all.discard(worker)
        worker.end()

    def _status(self) -> dict[str, object]:
        running, waiting = self._turns.counts()
        with self._lock:
            workers = len(self._all)
        return {
            "workers": workers,
            "most": self._most,
            "running": running,
            "waiting": waiting,
            "missing": list(self._missing),
        }


def _is_ours(client: socket.socket) -> bool:
    """The other side runs as the same user."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    _, uid, _ = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return uid == os.getuid()


def _has_left(client: socket.socket) -> bool:
    """A client says nothing after its question, so whatever can be read is its end."""
    try:
        return bool(select.select([client], [], [], 0)[0])
    except (OSError, ValueError):
        return True


@contextlib.contextmanager
def serving(home: Path, *, readable: Sequence[Path], workers: int = 1, **settings: Any) -> Generator[Pool, None, None]:
    """A pool in this process, for tests and for the command line; its workers are processes as always."""
    pool = Pool(home, Settings(readable=tuple(readable), **settings), workers=workers)
    pool.start()
    try:
        yield pool
    finally:
        pool.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM."""
    known = os.environ
    parser = argparse.ArgumentParser(prog="kaimen.engines.pool")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument(
        "--workers", type=int, default=int(known.get("KAIMEN_GATE_WORKERS", "0")) or os.cpu_count() or 1
    )
    parser.add_argument("--memory-mb", type=int, default=int(known.get("KAIMEN_GATE_MEMORY_MB", "1024")))
    parser.add_argument(
        "--read", action="append", type=Path, help="what workers may read; the lake of the home by default"
    )
    options = parser.parse_args(arguments)
    home: Path = options.home.resolve()
    lake = home / "lake"
    lake.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        readable=tuple(options.read or [lake]),
        memory_mb=options.memory_mb,
        time_zone=known.get("KAIMEN_TIME_ZONE", "Asia/Shanghai"),
        require_walls=known.get("KAIMEN_GATE_SANDBOX", "preferred") == "required",
    )
    pool = Pool(home, settings, workers=options.workers)

    def end(number: int, frame: object) -> None:
        del number, frame
        pool.close()

    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, end)
    try:
        pool.start()
    except RuntimeError as error:
        print(f"kaimen: queries: {error}; set KAIMEN_GATE_SANDBOX=preferred to serve without", file=sys.stderr)  # noqa: T201
        return 3
    pool.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
