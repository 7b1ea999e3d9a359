"""`/healthz`: the process answers. `/readyz`: what it stands on answers too, each part told by itself."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse

from kaimen.web.access import PUBLIC, access

LEAST_FREE = 1024 * 1024
"""Bytes: a few answers with their evidence."""


@access(PUBLIC)
def healthz(request: HttpRequest) -> JsonResponse:
    """The web process is alive."""
    del request
    return JsonResponse({"alive": True})


@access(PUBLIC)
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database and query pool answer and there is room to write; 503 with the part that does not."""
    del request
    state = {name: _answers(check) for name, check in CHECKS}
    return JsonResponse({"ready": all(state.values()), **state}, status=200 if all(state.values()) else 503)


def _answers(check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception:  # noqa: BLE001 - whatever it was: not ready
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _room() -> None:
    """A question is answered only where its record can be written."""
    free = shutil.disk_usage(settings.KAIMEN_HOME).free
    if free < LEAST_FREE:
        raise OSError(errno.ENOSPC, "no room")


def _queries() -> None:
    from kaimen.gate import selectors as gate

    gate.pool_answers()


CHECKS = (("database", _database), ("queries", _queries), ("room", _room))
