"""What a body says beyond what is asked is refused, not dropped: a condition that somebody added would otherwise seem to be heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kaimen.config.api import api
from tests.accounts.people import body, officer, signed_in


def _bodies() -> Iterator[tuple[str, dict]]:
    for path, item in api.get_openapi_schema()["paths"].items():
        for method, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                yield f"{method.upper()} {path}", content["application/json"]["schema"]


def _shapes(shape: object, known: dict, seen: set[str]) -> Iterator[tuple[str, dict]]:
    """Every object with named fields that a body may hold, at any depth."""
    if isinstance(shape, list):
        for one in shape:
            yield from _shapes(one, known, seen)
    if not isinstance(shape, dict):
        return
    name = str(shape.get("$ref", "")).rpartition("/")[2]
    if name and name not in seen:
        seen.add(name)
        yield from _shapes({"title": name, **known[name]}, known, seen)
    if "properties" in shape:
        yield str(shape.get("title", "")), shape
    for key, inner in shape.items():
        if key == "properties":
            yield from _shapes(list(inner.values()), known, seen)
        elif key != "$ref":
            yield from _shapes(inner, known, seen)


def test_every_body_is_closed() -> None:
    known = api.get_openapi_schema()["components"]["schemas"]
    bodies = list(_bodies())
    assert len(bodies) > 20
    shapes = {name: shape for _, body in bodies for name, shape in _shapes(body, known, set())}
    assert {name for name, shape in shapes.items() if shape.get("additionalProperties") is not False} == set()


def test_a_condition_added_at_review_is_refused_by_its_name(db: None, home: Path) -> None:
    reviewer = officer("authority_reviewer", body("data-authority", is_authority=True))
    answer = signed_in(reviewer.account).post(
        "/api/v1/entries/01M8KW40AG7PGGGEAGGDX02VJW/decide",
        {"verdict": "approve", "faults": [{"code": "duplicate", "also": 1}], "conditions": ["只给区级"]},
        content_type="application/json",
    )
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["facts"]) == (
        422,
        "request_form",
        {"fields": "conditions, faults.0.also"},
    )
