"""An agreement on a page and for machines: one document; the two sides and those who oversee them read it, nobody else."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client

from kaimen.accounts.models import Institution
from tests.accounts.people import body, officer, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_both_sides_read_what_they_signed(bureaus, prefix) -> None:
    number = bureaus.in_use()
    for slug in ("transport", "civil-affairs"):
        reads = officer("steward", Institution.objects.get(slug=slug))
        client = signed_in(reads.account, hat=reads.appointment)
        assert number in client.get(f"{prefix}/agreements").content.decode()
        page = client.get(f"{prefix}/agreements/{number}").content.decode()
        assert "示范市道路停车条例第九条" in page
        assert ("Identity number" if prefix else "身份证号") in page
        document = client.get(f"/api/v1/agreements/{number}")
        assert document["Content-Type"] == "application/ld+json"
        assert document["Kaimen-Digest"] == "sha-256=" + hashlib.sha256(document.content).hexdigest()
        assert [one["code"] for one in client.get("/api/v1/agreements").json()] == [number]


def test_nobody_else_does(bureaus) -> None:
    number = bureaus.in_use()
    other = officer("steward", body("education"))
    client = signed_in(other.account, hat=other.appointment)
    assert client.get(f"/agreements/{number}").status_code == 404
    assert client.get(f"/api/v1/agreements/{number}").status_code == 404
    assert client.get("/api/v1/agreements").json() == []
    assert Client().get(f"/agreements/{number}").status_code == 302
