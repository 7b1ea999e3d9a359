"""The walls, tried from inside: a process confined exactly as a worker is attempts what it must not do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROBES = r"""
import ctypes, json, os, sys, threading
sys.path.insert(0, sys.argv[1])
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import duckdb, signal, socket
from pathlib import Path
from kaimen.engines.confine import confine, threads
inside = Path(sys.argv[2])
outside = sys.argv[3]
parent = os.getppid()
walls = confine([inside], memory_mb=512)
libc = ctypes.CDLL(None, use_errno=True)
found = {"missing": list(walls.missing), "landlock": walls.landlock}

def probe(name, work):
    try:
        value = work()
    except BaseException as error:
        found[name] = type(error).__name__
    else:
        found[name] = value if isinstance(value, (int, str, bool)) else "done"

def raw_fork():
    pid = libc.fork()
    if pid == 0:
        os._exit(0)
    return "refused" if pid < 0 else "forked"

def raw_clone():
    number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
    pid = libc.syscall(number, 17, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    return "refused" if pid < 0 else "forked"

def clone3():
    return "no such call" if libc.syscall(435, None, 0) < 0 and ctypes.get_errno() == 38 else "there"

def thread():
    said = []
    one = threading.Thread(target=lambda: said.append("ran"))
    one.start(); one.join()
    return said[0]

def query():
    import pyarrow
    from kaimen.engines.duckdb import open_locked, run
    path = str(inside / "a.parquet")
    connection = open_locked([path], memory_mb=256, threads=2, time_zone="Asia/Shanghai")
    return run(connection.cursor(), "SELECT sum(i)::BIGINT AS s FROM read_parquet([?])", [path]).read_all().to_pylist()[0]["s"]

def thread_is_walled():
    said = []
    def look():
        try:
            said.append(open(outside).read())
        except OSError as error:
            said.append(type(error).__name__)
    one = threading.Thread(target=look); one.start(); one.join()
    return said[0]

probe("read the password file", lambda: open("/etc/passwd").read())
probe("read a file beside", lambda: open(outside).read())
probe("list the root", lambda: os.listdir("/"))
probe("read inside", lambda: len(open(inside / "a.parquet", "rb").read()) > 0)
probe("write inside", lambda: open(inside / "new", "w").write("x"))
probe("write in the temporary folder", lambda: open("/tmp/kaimen-probe", "w").write("x"))
probe("unlink", lambda: os.unlink(inside / "a.parquet"))
probe("make a folder", lambda: os.mkdir(inside / "d"))
probe("connect", lambda: socket.create_connection(("127.0.0.1", 80), 1))
probe("socket pair", lambda: socket.socketpair())
probe("run a program", lambda: os.execv("/bin/true", ["/bin/true"]))
probe("start a program", lambda: __import__("subprocess").run(["/bin/true"]))
probe("fork", os.fork)
probe("fork by the library", raw_fork)
probe("clone", raw_clone)
probe("clone3", clone3)
probe("signal the parent", lambda: os.kill(parent, 0))
probe("open the parent's environment", lambda: open(f"/proc/{parent}/environ", "rb").read())
probe("open its own memory", lambda: open("/proc/self/mem", "rb").read(1))
probe("raise its own limits", lambda: __import__("resource").setrlimit(__import__("resource").RLIMIT_FSIZE, (9, 9)))
probe("memory without end", lambda: bytearray(64 << 30))
probe("memfd", lambda: os.memfd_create("x"))
probe("a thread", thread)
probe("a thread is inside too", thread_is_walled)
probe("a query", query)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict:
    import duckdb

    inside = tmp_path_factory.mktemp("inside")
    outside = tmp_path_factory.mktemp("outside") / "secret"
    outside.write_text("forbidden")
    duckdb.sql(f"COPY (SELECT range AS i FROM range(100)) TO '{inside / 'a.parquet'}'")
    done = subprocess.run(
        [sys.executable, "-c", PROBES, str(ROOT), str(inside), str(outside)],
        env={}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


FORBIDDEN = (
    "read the password file", "read a file beside", "list the root", "write inside", "write in the temporary folder", "unlink",
    "make a folder", "connect", "socket pair", "run a program", "start a program", "fork", "signal the parent",
    "open the parent's environment", "raise its own limits", "memory without end", "memfd",
)  # fmt: skip
ERRORS = {
    "PermissionError",
    "OSError",
    "MemoryError",
    "FileNotFoundError",
    "ValueError",
    "BlockingIOError",
    "SubprocessError",
}


@pytest.fixture
def walls(found) -> dict:
    if found["missing"]:
        pytest.skip(f"this kernel has no {', '.join(found['missing'])}")
    return found


@pytest.mark.parametrize("attempt", FORBIDDEN)
def test_a_worker_cannot(walls, attempt: str) -> None:
    assert walls[attempt] in ERRORS, walls[attempt]


def test_a_worker_cannot_fork_by_any_name(walls) -> None:
    assert walls["fork by the library"] == "refused"
    assert walls["clone"] == "refused"
    assert walls["clone3"] == "no such call"


def test_a_worker_can_do_its_work(found) -> None:
    assert found["read inside"] is True
    assert found["a thread"] == "ran"
    assert found["a query"] == 4950


def test_its_threads_stand_inside_the_walls(walls) -> None:
    assert walls["a thread is inside too"] == "PermissionError"


def test_a_second_thread_is_noticed() -> None:
    script = (
        "import sys, threading, time; sys.path.insert(0, sys.argv[1])\n"
        "threading.Thread(target=time.sleep, args=(5,), daemon=True).start()\n"
        "from kaimen.engines.confine import confine\n"
        "try: confine([], memory_mb=512)\n"
        "except RuntimeError: print('noticed')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(ROOT)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "noticed"
