"""Threads with a stack of 64 MB, on which untrusted text is parsed: the compiled parser ends the process on a usual one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

STACK = 64 * 1024 * 1024
THREADS = 4
Result = TypeVar("Result")


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    """All are started here, while the size of new stacks is ours; then it is as it was."""
    before = threading.stack_size(STACK)
    try:
        executor = ThreadPoolExecutor(THREADS, thread_name_prefix="gate-parse")
        meeting = threading.Barrier(THREADS + 1)
        for _ in range(THREADS):
            executor.submit(meeting.wait)
        meeting.wait()
    finally:
        threading.stack_size(before)
    return executor


def deeply(work: Callable[[], Result]) -> Result:
    """Do it on one of these threads. The work may not touch the database."""
    return _threads().submit(work).result()
