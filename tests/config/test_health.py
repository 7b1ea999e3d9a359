"""Readiness tells each part by itself; where no record can be written no question is answered, so that is not ready."""

from __future__ import annotations

import pytest
from django.test import Client

from kaimen.config import health

pytestmark = pytest.mark.django_db


def test_a_full_disk_is_not_ready(client: Client, home: object, monkeypatch: pytest.MonkeyPatch) -> None:
    told = client.get("/readyz").json()
    assert (told["database"], told["room"]) == (True, True)
    monkeypatch.setattr(health, "LEAST_FREE", 1 << 62)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["ready"], answer.json()["room"], answer.json()["database"]) == (False, False, True)


def test_alive_asks_nothing_else(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECKS", (("database", lambda: 1 / 0),))
    assert client.get("/healthz").json() == {"alive": True}
    assert client.get("/readyz").json() == {"ready": False, "database": False}
