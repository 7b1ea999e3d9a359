"""The decision: cases that a lawyer can read (*.yaml) and properties that hold for all policies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kaimen.core.policy.decide import ENFORCERS, decide
from kaimen.core.policy.mask import Generalise, Keep, Minimum, Null, Pseudonym, Steps, parse, stricter
from kaimen.core.policy.model import (
    Action,
    Assignee,
    Channel,
    Constraint,
    Facts,
    Policy,
    PolicyKind,
    Request,
    Rule,
)
from kaimen.core.policy.obligations import (
    Aggregate,
    Caps,
    Columns,
    Combine,
    Delivery,
    Deny,
    Expire,
    Filter,
    Level,
    Mask,
    Obligation,
    Quota,
    Unknown,
    meet,
)
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.core.policy.rows import All, Compare, Either, Not
from kaimen.core.policy.text import (
    canonical,
    obligation_from_data,
    obligation_to_data,
    policy_from_data,
    policy_to_data,
)

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 2, 24, tzinfo=UTC)


def cases() -> list[object]:
    found: list[object] = []
    for path in sorted(HERE.glob("*.yaml")):
        book = yaml.safe_load(path.read_text("utf-8"))
        for case in book["cases"]:
            case["request"] = book["defaults"]["request"] | case.get("request", {})
            case.setdefault("now", book["defaults"]["now"])
            found.append(pytest.param(case, id=case["name"]))
    return found


def as_text(value: object) -> object:
    """YAML reads times as times; policies write them as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: as_text(each) for key, each in value.items()}
    return [as_text(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("case", cases())
def test_case(case: dict) -> None:
    asked = case["request"]
    told = case.get("facts", {})
    decision = decide(
        Request(
            assignee=Actor(institution=InstitutionId(asked["institution"]) if asked["institution"] else None),
            purpose=asked["purpose"],
            action=Action(asked["action"]),
            dataset=asked["dataset"],
            channel=Channel(asked["channel"]),
            agreement=asked.get("agreement"),
        ),
        [policy_from_data(as_text(policy)) for policy in case["policies"]],
        Facts(
            level=told.get("level"),
            spatial=tuple(told["spatial"]) if "spatial" in told else None,
            others=told.get("others", 0),
            used={(uid, what, window): used for uid, what, window, used in told.get("used", [])},
            sets={name: tuple(values) for name, values in told.get("sets", {}).items()},
        ),
        now=case["now"],
    )
    assert decision.code == case["decision"]
    assert decision.permitted == (case["decision"] == "permitted")
    assert [[reason.policy, reason.rule, reason.code] for reason in decision.reasons] == case["reasons"]
    if "obligations" in case:
        assert [obligation_to_data(each) for each in decision.obligations] == case["obligations"]
    if "policy" in case:
        assert decision.policy == case["policy"]
    if not decision.permitted:
        assert not decision.obligations


NAMES = st.sampled_from(["a", "b", "c", "d"])
MASKS = st.one_of(
    st.just(Null()),
    st.builds(Keep, st.integers(0, 4), st.integers(0, 4)),
    st.builds(Pseudonym, st.sampled_from(["id_number", "phone"])),
    st.builds(Generalise, st.just("date"), st.sampled_from(["month", "year"])),
    st.builds(Generalise, st.just("division"), st.sampled_from(["street", "district", "city", "province"])),
    st.builds(Steps, st.sampled_from([5, 10, 15, 100])),
    st.builds(Minimum, st.integers(0, 30)),
)
GROUNDS = st.sampled_from(["", "x", "y"])
COMPARES = st.builds(Compare, NAMES, st.just("eq"), st.tuples(st.integers(0, 3)))
TERMS = st.recursive(
    COMPARES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.tuples(inner, inner)),
        st.builds(Either, st.tuples(inner, inner)),
    ),
    max_leaves=3,
)
OBLIGATIONS: st.SearchStrategy[Obligation] = st.one_of(
    st.builds(Columns, st.lists(NAMES, unique=True).map(tuple)),
    st.builds(Deny, NAMES, GROUNDS, GROUNDS),
    st.builds(Mask, NAMES, MASKS, GROUNDS, GROUNDS),
    st.builds(Filter, TERMS, GROUNDS, GROUNDS),
    st.builds(Aggregate, st.integers(0, 20), NAMES),
    st.builds(
        Quota, st.sampled_from(["calls", "rows", "bytes"]), st.sampled_from(["day", "month", "term"]), st.integers(0, 9)
    ),
    st.builds(Caps, st.integers(0, 9), st.integers(0, 9)),
    st.builds(Expire, st.integers(-5, 5).map(lambda hours: NOW + timedelta(hours=hours))),
    st.builds(Level, st.integers(1, 4)),
    st.builds(Delivery, st.lists(st.sampled_from(["sql", "rest", "file"]), unique=True).map(tuple)),
    st.builds(Combine, st.booleans()),
    st.builds(Unknown, st.sampled_from(["sing", "dance"])),
)
LISTS = st.lists(OBLIGATIONS, max_size=6)
CONSTRAINTS = st.one_of(
    st.builds(
        Constraint,
        left=st.sampled_from(["purpose", "event", "spatial", "km:zone", "km:deliveryMode", "moonPhase"]),
        op=st.sampled_from(["eq", "neq", "isAnyOf", "isNoneOf", "lt", "resembles"]),
        right=st.lists(st.sampled_from(["duty", "sql", "x"]), max_size=2).map(tuple),
    ),
    st.builds(Constraint, left=st.just("purpose"), op=st.just("eq"), right=st.just(("duty",))),
)
RULES = st.builds(
    Rule,
    uid=st.sampled_from(["r1", "r2"]),
    actions=st.lists(st.sampled_from(["query", "read", "teleport"]), max_size=2).map(tuple),
    purposes=st.lists(st.sampled_from(["duty", "research"]), max_size=2).map(tuple),
    constraints=st.lists(CONSTRAINTS, max_size=1).map(tuple),
    duties=st.lists(OBLIGATIONS, max_size=2).map(tuple),
)
LETTING_IN = Rule(uid="in", actions=("query",), purposes=("duty",))
POLICIES = st.builds(
    Policy,
    uid=st.sampled_from(["A", "B", "C"]),
    kind=st.sampled_from(PolicyKind),
    target=st.sampled_from(["t", "t", "t", "u"]),
    assignee=st.sampled_from(
        [Assignee(), Assignee(institution=InstitutionId("us")), Assignee(institution=InstitutionId("x"))]
    ),
    permissions=st.lists(st.one_of(st.just(LETTING_IN), RULES), max_size=2).map(tuple),
    prohibitions=st.one_of(st.just(()), st.lists(RULES, max_size=1).map(tuple)),
    duties=st.lists(OBLIGATIONS.filter(lambda each: not isinstance(each, Unknown)), max_size=3).map(tuple),
    not_after=st.sampled_from([None, None, NOW + timedelta(days=1), NOW - timedelta(days=1)]),
    suspended=st.sampled_from([False, False, False, True]),
)
REQUEST = Request(
    assignee=Actor(institution=InstitutionId("us")),
    purpose="duty",
    action=Action.QUERY,
    dataset="t",
    channel=Channel.SQL,
)
FACTS = Facts(level=2, spatial=("x",), zone="x")


@given(LISTS, LISTS, LISTS)
def test_meet_is_commutative_associative_and_idempotent(one, two, three) -> None:
    assert meet([*one, *two]) == meet([*two, *one])
    assert meet([*meet([*one, *two]), *three]) == meet([*one, *meet([*two, *three])])
    assert meet(meet(one)) == meet(one)
    assert meet([*one, *one]) == meet(one)


@given(MASKS, MASKS)
def test_the_stricter_of_two_masks_is_as_strict_as_each(one, two) -> None:
    both = stricter(one, two)
    assert stricter(both, one) == both
    assert stricter(both, two) == both
    assert stricter(one, Null()) == Null()


@given(MASKS)
def test_a_mask_is_written_as_it_is_read(mask) -> None:
    assert parse(str(mask)) == mask


@pytest.mark.parametrize(
    "text",
    ["", "nul", "keep", "keep:1", "keep:1,-1", "keep:1,0,0", "keep:01,0", "pseudonym:", "pseudonym:A b",
     "generalise:date:day", "generalise:number:0", "generalise:number:-5", "generalise:moon:full", "minimum:x",
     "minimum:٣", "null:1"],
)  # fmt: skip
def test_what_is_no_mask_is_not_read(text: str) -> None:
    assert parse(text) is None


@settings(max_examples=300)
@given(st.lists(POLICIES, max_size=4), RULES)
def test_a_prohibition_that_applies_closes_the_gate(policies, rule) -> None:
    prohibition = replace(rule, actions=("query",), purposes=(), constraints=())
    halt = Policy(uid="halt", kind=PolicyKind.SET, target="t", prohibitions=(prohibition,))
    entrance = Policy(uid="0", kind=PolicyKind.AGREEMENT, target="t", permissions=(LETTING_IN,))
    assert decide(REQUEST, [entrance], FACTS, now=NOW).permitted
    assert not decide(REQUEST, [entrance, *policies, halt], FACTS, now=NOW).permitted


@settings(max_examples=300)
@given(st.lists(POLICIES, max_size=4), st.one_of(RULES, OBLIGATIONS), st.data())
def test_one_more_rule_never_opens(policies, more, data) -> None:
    """A prohibition or a duty more, anywhere: what was closed stays closed, what was open is not milder."""
    before = decide(REQUEST, policies, FACTS, now=NOW)
    kind = PolicyKind.SET
    extra = (
        Policy(uid="more", kind=kind, target="t", prohibitions=(more,))
        if isinstance(more, Rule)
        else Policy(uid="more", kind=kind, target="t", duties=(more,))
    )
    place = data.draw(st.integers(0, len(policies)))
    after = decide(REQUEST, [*policies[:place], extra, *policies[place:]], FACTS, now=NOW)
    if not before.permitted:
        assert not after.permitted
    if after.permitted:
        assert meet([*before.obligations, *after.obligations]) == after.obligations


@settings(max_examples=300)
@given(st.lists(POLICIES, max_size=5), st.randoms())
def test_the_order_of_policies_does_not_matter(policies, chance) -> None:
    unique = list({(policy.uid): policy for policy in policies}.values())
    shuffled = list(unique)
    chance.shuffle(shuffled)
    one, two = (decide(REQUEST, each, FACTS, now=NOW) for each in (unique, shuffled))
    assert (one.permitted, one.code, one.obligations) == (two.permitted, two.code, two.obligations)


@settings(max_examples=300)
@given(st.lists(POLICIES, max_size=4))
def test_what_is_permitted_has_a_permission_in_force_for_the_asker(policies) -> None:
    decision = decide(REQUEST, policies, FACTS, now=NOW)
    if decision.permitted:
        assert any(
            policy.uid == decision.policy
            and policy.kind is not PolicyKind.SET
            and policy.target == "t"
            and policy.assignee.institution != "x"
            and not policy.suspended
            and (policy.not_after is None or policy.not_after > NOW)
            and any("query" in rule.actions and "duty" in rule.purposes for rule in policy.permissions)
            for policy in policies
        )
        assert not any(isinstance(each, Unknown) for each in decision.obligations)


@given(st.lists(POLICIES, max_size=3))
def test_policies_and_obligations_survive_being_written_down(policies) -> None:
    for policy in policies:
        assert policy_to_data(policy_from_data(policy_to_data(policy))) == policy_to_data(policy)
        for duty in policy.duties:
            again = obligation_from_data(obligation_to_data(duty))
            assert again == duty or isinstance(duty, Unknown)


def test_the_canonical_form_is_that_of_rfc_8785() -> None:
    import rfc8785

    data = {"b": [1, True, None, '开门\n\u2028\x7f\x01"\\/'], "a": {"z": -5, "A": "é"}}
    assert canonical(data) == rfc8785.dumps(data)


def test_the_hash_tells_what_was_effective() -> None:
    policy = Policy(uid="A", kind=PolicyKind.AGREEMENT, target="t", permissions=(LETTING_IN,))
    plain = decide(REQUEST, [policy], FACTS, now=NOW)
    later = decide(REQUEST, [policy], FACTS, now=NOW + timedelta(days=300))
    masked = decide(REQUEST, [replace(policy, duties=(Deny("a"),))], FACTS, now=NOW)
    assert plain.policy_hash == later.policy_hash
    assert plain.policy_hash != masked.policy_hash
    assert len(plain.policy_hash) == 64


def test_every_obligation_says_where_it_can_be_carried_out() -> None:
    import typing

    assert set(ENFORCERS) == set(typing.get_args(Obligation))
    assert not ENFORCERS[Unknown]
