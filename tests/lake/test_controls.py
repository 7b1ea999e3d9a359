"""The board looks at sources and at loads in steps."""

from __future__ import annotations

import pytest

from kaimen.lake import controls
from kaimen.lake.models import Feed, Load, Source
from tests.catalogue.city import NOW
from tests.lake.bureau import GOOD, Bureau

pytestmark = pytest.mark.django_db


def outcomes(look, now) -> list[str]:
    return [part.outcome.value for part in look(now)]


def test_nothing_passes_in_an_empty_house(db, home) -> None:
    for look in (controls.increments, controls.sources):
        assert set(outcomes(look, NOW)) == {"not_applicable"}


def test_steps_have_no_gap(bureau: Bureau) -> None:
    feed = bureau.feed("append")
    bureau.load(GOOD, feed=feed)
    assert outcomes(controls.increments, bureau.now) == ["pass", "not_applicable"]
    Load.objects.update(state="held")
    part, _ = controls.increments(bureau.now)
    assert [ref.name for ref in part.failing] == ["append"]
    Load.objects.update(state="published")
    Feed.objects.filter(pk=feed.pk).update(last_seq=2)
    assert outcomes(controls.increments, bureau.now)[0] == "fail", "one never came"


def test_sources_have_an_owner(bureau: Bureau) -> None:
    bureau.feed()
    assert outcomes(controls.sources, bureau.now) == ["pass"]
    owner = Source.objects.first().institution
    Source.objects.update(institution="nobody")
    assert outcomes(controls.sources, bureau.now) == ["fail"]
    Source.objects.update(institution=owner)
    assert outcomes(controls.sources, bureau.now) == ["pass"]
