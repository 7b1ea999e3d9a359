from __future__ import annotations

import json
from dataclasses import fields, replace

from hypothesis import HealthCheck, given, settings

from kaimen.core.metadata.canonical import canonical, to_json
from kaimen.core.metadata.entry import Body, Item
from kaimen.core.metadata.public import PUBLIC_FIELDS, PUBLIC_ITEM_FIELDS, has_public_face, public_view
from tests.core.metadata.bodies import BODIES, CLOSED, OPEN

NEVER = {
    "secrecy_declaration", "confidentiality_assessment", "pi_assessment", "anonymisation_assessment", "pi_count_band", "important_data",
    "retention", "national_level", "share_conditions", "not_share_basis", "source_system", "lead_source", "duty_basis", "convergence",
    "non_public", "duty", "product", "finance_funded",
}  # fmt: skip


def test_every_field_is_either_public_or_never() -> None:
    assert {field.name for field in fields(Body)} == {*PUBLIC_FIELDS, *NEVER, "items"}
    assert not {*PUBLIC_FIELDS} & NEVER
    assert {field.name for field in fields(Item)} - {*PUBLIC_ITEM_FIELDS} == {
        "pi_class", "pi_kind", "identifier_kind", "share_type_override", "open_type_override",
    }  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(BODIES)
def test_nothing_that_is_not_named_passes(body: Body) -> None:
    shown = to_json(public_view(body))
    assert set(shown) <= {*PUBLIC_FIELDS, "items"}
    assert all(set(item) <= set(PUBLIC_ITEM_FIELDS) for item in shown.get("items", []))  # type: ignore[union-attr, arg-type]
    assert [item.column for item in public_view(body).items] == [
        item.column for item in body.items if item.open_type_override != 3
    ]


def test_planted_words_are_in_no_byte() -> None:
    canary = "CANARY"
    planted = replace(
        CLOSED, source_system=canary, lead_source=canary, pi_count_band=canary, share_conditions=replace(CLOSED.share_conditions, bodies=(canary,)),
        items=(*CLOSED.items, Item(column=canary, name_zh=canary, open_type_override=3)), retention=replace(CLOSED.retention, basis=canary),
    )  # fmt: skip
    assert canary not in canonical(public_view(planted)).decode()
    assert canary in json.dumps(to_json(planted))


def test_the_public_face_needs_both_visibility_and_an_open_type() -> None:
    assert has_public_face(OPEN)
    assert not has_public_face(replace(OPEN, open_type=3))
    assert not has_public_face(CLOSED)
