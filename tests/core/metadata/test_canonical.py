from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings

from kaimen.core.errors import Invalid
from kaimen.core.metadata.canonical import body_from_json, canonical, digest, to_json
from kaimen.core.metadata.diff import diff
from kaimen.core.metadata.entry import Body
from tests.core.metadata.bodies import BODIES, OPEN

FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example]
)


@FEW
@given(BODIES)
def test_a_body_comes_back_from_its_canonical_form(body: Body) -> None:
    document = canonical(body)
    assert body_from_json(json.loads(document)) == body
    assert canonical(body_from_json(json.loads(document))) == document


@FEW
@given(BODIES, BODIES)
def test_two_bodies_have_one_digest_only_when_they_are_equal(one: Body, other: Body) -> None:
    assert (digest(canonical(one)) == digest(canonical(other))) == (one == other)
    assert not diff(one, one)


def test_a_field_that_a_later_specification_adds_leaves_old_digests_alone() -> None:
    assert "synthetic" not in to_json(OPEN)
    assert canonical(Body()) == b"{}"


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], "body"),
        ({"colour": "red"}, "colour"),
        ({"title": "x"}, "title"),
        ({"title": {"fr": "x"}}, "title.fr"),
        ({"level": "1"}, "level"),
        ({"level": True}, "level"),
        ({"level": 1.0}, "level"),
        ({"kind": "spell"}, "kind"),
        ({"items": [{"column": "a"}, {"column": 3}]}, "items[1].column"),
        ({"items": [{}]}, "items[0]"),
        ({"items": {}}, "items"),
        ({"formats": "csv"}, "formats"),
        ({"provider": "a\0b"}, "provider"),
        ({"provider": "\ud800"}, "provider"),
        ({"provider": "x" * 20_001}, "provider"),
        ({"secrecy_declaration": {"on": "2026-02-30"}}, "secrecy_declaration.on"),
        ({"title": None}, "title"),
    ],
)
def test_what_is_no_body_is_refused_with_the_place(document: object, field: str) -> None:
    with pytest.raises(Invalid) as invalid:
        body_from_json(document)
    assert (invalid.value.code, invalid.value.details) == ("entry_field", {"field": field})


def test_differences_are_told_by_field_and_by_column() -> None:
    from dataclasses import replace

    newer = replace(OPEN, level=2, items=(OPEN.items[0], replace(OPEN.items[1], level=2)))
    assert [change.path for change in diff(OPEN, newer)] == ["level", "items.name", "items.places"]
    assert diff(OPEN, newer)[-1].after is None
