"""The wall around a query worker: rlimits, Landlock, seccomp, in the one order that holds.

Landlock and a filter bind the calling thread and what it starts later, so they must come while there is one thread only;
pyarrow starts a thread when it is imported and comes after. What the kernel does not have is told, not hidden.

DuckDB ends the whole process when it cannot read the files of its control group, hence `/sys/fs/cgroup`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

try:  # now: while it is imported it writes a file, which the walls will forbid
    import pyseccomp as seccomp  # pyright: ignore[reportMissingTypeStubs]
except (ImportError, RuntimeError, OSError):
    seccomp = None

READ_FILE, READ_DIR = 1 << 2, 1 << 3
EVERY_RIGHT_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
TCP_BIND, TCP_CONNECT = 1, 2
SCOPE_ABSTRACT_SOCKET, SCOPE_SIGNAL = 1, 2
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
_CLONE_THREAD = 0x00010000
_NO_SUCH_CALL, _NOT_PERMITTED = 38, 1

DENIED_CALLS = frozenset(
    {
        "execve", "execveat", "fork", "vfork", "socket", "socketpair", "connect", "bind",
        "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg", "ptrace", "process_vm_readv",
        "process_vm_writev", "process_madvise", "kcmp", "bpf", "io_uring_setup", "io_uring_enter", "io_uring_register", "mount",
        "umount2", "move_mount", "open_tree", "fsopen", "fsmount", "fsconfig", "pivot_root", "chroot",
        "unshare", "setns", "memfd_create", "memfd_secret", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "kill",
        "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "unlink", "unlinkat", "rename", "renameat", "renameat2",
        "link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat", "rmdir", "mknod",
        "mknodat", "truncate", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown",
        "lchown", "fchownat", "setxattr", "prlimit64", "setuid", "setgid", "setreuid", "setregid",
        "setresuid", "setresgid", "setgroups", "capset", "personality", "keyctl", "add_key", "request_key",
        "userfaultfd", "perf_event_open", "init_module", "finit_module", "delete_module", "kexec_load", "reboot", "swapon",
        "swapoff", "quotactl", "name_to_handle_at", "open_by_handle_at", "fanotify_init", "inotify_init", "inotify_init1", "shmget",
        "msgget", "semget", "mq_open",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Walls:
    """What stands. A missing one is 0 or False."""

    landlock: int
    """The version of its interface; 0 where the kernel has none."""
    seccomp: bool
    rlimits: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of what is not there."""
        have = {"landlock": self.landlock > 0, "seccomp": self.seccomp, "rlimits": self.rlimits}
        return tuple(name for name, stands in have.items() if not stands)


def confine(readable: Sequence[Path], *, memory_mb: int) -> Walls:
    """Put up the walls around this process, for good. Call it while there is one thread. Raises RuntimeError when not."""
    rlimits = _limit(memory_mb)
    if threads() != 1:
        raise RuntimeError("confine: more than one thread")
    return Walls(landlock=_landlock(readable), seccomp=_seccomp(), rlimits=rlimits)


def threads() -> int:
    """How many threads this process has; 1 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text("ascii", errors="replace")
    except OSError:
        return 1
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("Threads:")), 1)


def libraries() -> list[Path]:
    """Where Python, its libraries and those of the system lie: read, and never executed as programs."""
    places = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    places |= {Path(prefix) / "lib" for prefix in (sys.prefix, sys.base_prefix)}
    places |= {Path(part) for part in sys.path if part}
    places |= {
        Path(part) for part in ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache")
    }
    places |= {
        Path(part) for part in ("/proc/self/cgroup", "/sys/fs/cgroup", "/sys/devices/system/cpu", "/dev/urandom")
    }
    return sorted(place for place in places if place.exists())


def _limit(memory_mb: int) -> bool:
    megabyte = 1024 * 1024
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        most = (3 * memory_mb + 2048) * megabyte
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (OSError, ValueError):
        return False
    return True


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def _landlock(readable: Sequence[Path]) -> int:
    """Read below these places; write, bind, connect, signal nowhere. Returns the version that stands, 0 for none."""
    if not sys.platform.startswith("linux"):
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return 0
    rules = _Ruleset(
        fs=EVERY_RIGHT_BY_ABI[min(version, max(EVERY_RIGHT_BY_ABI))],
        net=TCP_BIND | TCP_CONNECT if version >= 4 else 0,
        scoped=SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL if version >= 6 else 0,
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if ruleset < 0:
        return 0
    try:
        for place in [*readable, *libraries()]:
            _let_read(libc, ruleset, place)
        done = (
            libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
            and libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)) == 0
        )
    finally:
        os.close(ruleset)
    return version if done else 0


def _let_read(libc: ctypes.CDLL, ruleset: int, place: Path) -> None:
    try:
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights = READ_FILE | READ_DIR if place.is_dir() else READ_FILE
        rule = _Beneath(allowed=rights, parent=handle)
        libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(handle)


def _seccomp() -> bool:
    """Deny by name. glibc forks by `clone`, so that is denied by its flags, and `clone3` is told not to exist."""
    if seccomp is None:
        return False
    try:
        wall = seccomp.SyscallFilter(seccomp.ALLOW)
        for name in sorted(DENIED_CALLS):
            if seccomp.resolve_syscall(seccomp.system_arch(), name) >= 0:
                wall.add_rule(seccomp.ERRNO(_NOT_PERMITTED), name)
        wall.add_rule(seccomp.ERRNO(_NOT_PERMITTED), "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, 0))
        wall.add_rule(seccomp.ERRNO(_NO_SUCH_CALL), "clone3")
        wall.load()
    except (OSError, ValueError, RuntimeError):
        return False
    return True
