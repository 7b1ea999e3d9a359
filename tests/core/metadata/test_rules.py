from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaimen.core.metadata.canonical import body_from_json, to_json
from kaimen.core.metadata.entry import Assessment, Body, PiClass, Visibility
from kaimen.core.metadata.rules import Due, Severity, blocking, check
from tests.core.metadata.bodies import BODIES, CLOSED, NOW, OPEN, SPEC

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text("utf-8"))
FACTS = (
    "title", "provider", "formats", "format_class", "update_frequency", "share_type", "share_methods", "category", "level", "class_path",
    "description", "keywords_zh", "secrecy_declaration", "confidentiality_assessment", "pi_assessment", "licence", "duty_basis", "retention",
    "pi_count_band", "share_conditions", "open_type",
)  # fmt: skip

HANGS_ON = {
    "share_type": {"V07", "V08", "V20", "V22"},
    "open_type": {"V19", "V21", "V22", "V28"},
    "level": {"V22"},
    "secrecy_declaration": {"V23"},
}
"""A fact -> the rules that speak of its value: with the value they go, and the rule that asks for the fact comes."""


@pytest.mark.parametrize("body", [OPEN, CLOSED], ids=["open", "closed"])
def test_a_complete_body_is_not_blocked(body: Body) -> None:
    assert blocking(check(body, SPEC, NOW), Due.ASSESS) == []


@pytest.mark.parametrize("case", CASES, ids=[case["say"] for case in CASES])
def test_each_rule_stops_what_it_is_for(case: dict[str, object]) -> None:
    base = OPEN if case["base"] == "open" else CLOSED
    changed = body_from_json(to_json(base) | case["change"])  # type: ignore[operator]
    found = {(one.rule, one.path) for one in check(changed, SPEC, NOW) if one.blocks}
    assert (case["rule"], case["path"]) in found


def test_every_rule_code_of_the_pages_has_a_case_or_is_advice() -> None:
    from kaimen.web.sentences.catalogue import RULES

    assert set(RULES) - {case["rule"] for case in CASES} == {"V40"}


@settings(max_examples=60, deadline=None)
@given(
    gone=st.sets(st.sampled_from(FACTS), max_size=6), more=st.sampled_from(FACTS), base=st.sampled_from([OPEN, CLOSED])
)
def test_taking_away_a_fact_that_is_asked_for_never_lifts_a_block(gone: set[str], more: str, base: Body) -> None:
    blank = Body()

    def without(names: set[str]) -> Body:
        return replace(base, **{name: getattr(blank, name) for name in names})

    before, after = (
        {(one.rule, one.path) for one in blocking(check(without(names), SPEC, NOW), Due.ASSESS)}
        for names in (gone, gone | {more})
    )
    lifted = {(rule, path) for rule, path in before - after if rule not in HANGS_ON.get(more, ())}
    assert not lifted
    assert not before or after


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(BODIES)
def test_any_body_can_be_checked(body: Body) -> None:
    for finding in check(body, SPEC, NOW):
        assert finding.rule[0] == "V"
        assert finding.path.partition(".")[0].partition("[")[0] in {field.name for field in fields(Body)}


def test_assessments_are_asked_for_only_at_their_step() -> None:
    body = replace(OPEN, confidentiality_assessment=Assessment(), pi_assessment=Assessment())
    assert blocking(check(body, SPEC, NOW), Due.CHECK) == []
    assert [one.rule for one in blocking(check(body, SPEC, NOW), Due.ASSESS)] == ["V12", "V13"]


def test_missing_english_only_warns_between_bodies() -> None:
    inside = replace(OPEN, visibility=Visibility.GOVERNMENT, title=replace(OPEN.title, en=""))
    assert [(one.rule, one.severity) for one in check(inside, SPEC, NOW) if one.path == "title.en"] == [
        ("V15", Severity.WARN)
    ]


def test_level_two_opens_behind_a_mask_and_persons_only_while_an_anonymisation_assessment_holds() -> None:
    def stopped(body: Body) -> bool:
        return any(one.rule == "V21" and one.blocks for one in check(body, SPEC, NOW))

    masked = replace(OPEN, level=2, items=(replace(OPEN.items[0], level=2, mask_rule="minimum:10"),))
    assert not stopped(masked)
    assert stopped(replace(masked, items=(replace(masked.items[0], mask_rule=None),)))
    persons = replace(OPEN, items=(replace(OPEN.items[0], pi_class=PiClass.GENERAL, identifier_kind="quasi"),))
    day = date(2026, 11, 23)
    held = Assessment(document="匿评-1", on=day, result="通过", valid_until=day)
    assert stopped(persons)
    assert not stopped(replace(persons, anonymisation_assessment=held))
    assert stopped(replace(persons, anonymisation_assessment=replace(held, valid_until=day - timedelta(days=1))))
    withheld = replace(persons, items=(*OPEN.items, replace(persons.items[0], column="x", open_type_override=3)))
    assert not stopped(withheld)
