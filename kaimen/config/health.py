"""`/healthz`: the process answers. `/readyz`: what it stands on answers too, each part told by itself."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, JsonResponse

from kaimen.web.access import PUBLIC, access


@access(PUBLIC)
def healthz(request: HttpRequest) -> JsonResponse:
    """The web process is alive."""
    del request
    return JsonResponse({"alive": True})


@access(PUBLIC)
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database and query pool answer; 503 with the part that does not."""
    del request
    state = {name: _answers(check) for name, check in (("database", _database), ("queries", _queries))}
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


def _queries() -> None:
    from kaimen.gate import selectors as gate

    gate.pool_answers()
