"""The board looks at zones: an empty house says nothing, a sound one passes, each planted violation is found."""

from __future__ import annotations

import hashlib

import pytest

from kaimen.core.lifecycle.controls import Outcome
from kaimen.gate.models import Grant, Release
from kaimen.zones import controls
from kaimen.zones.models import Admission, Zone
from tests.catalogue.city import NOW

pytestmark = pytest.mark.django_db


def outcomes(now) -> list[str]:
    return [part.outcome.value for part in controls.zones(now)]


def test_nothing_passes_where_there_is_no_zone(db) -> None:
    assert Outcome.PASS.value not in outcomes(NOW)


def test_each_violation_is_found(floor) -> None:
    floor.released()
    Zone.objects.update(digest=hashlib.sha256(b"{}").hexdigest())
    sound = outcomes(floor.now)
    good = Outcome.PASS.value
    assert sound == [good] * 3
    for place, plant in enumerate(
        (
            lambda: Zone.objects.update(agreement="{1}"),
            lambda: Grant.objects.filter(code=Admission.objects.first().code).update(duties=[]),
            lambda: Release.objects.update(sha256="0" * 64),
        )
    ):
        plant()
        assert [one == good for one in outcomes(floor.now)] == [n > place for n in range(3)]
