"""Answers of a step are checked whole; a workflow that is not sound is not read."""

from __future__ import annotations

import copy
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.errors import Invalid
from kaimen.core.lifecycle.drafting import read_workflow
from kaimen.core.lifecycle.reading import Fault
from kaimen.core.lifecycle.rules import Words
from kaimen.core.lifecycle.workflow import NEW, Ask, Field, FieldKind, check_facts, holds, open_acts
from kaimen.engines import packs

TODAY = date(2026, 11, 23)
PACK = packs.load("cn_beijing")
BOOK = packs.book("cn_beijing", "Asia/Shanghai")
DOCUMENT = yaml.safe_load((PACK.folder / "workflows" / "sharing_request.yaml").read_text("utf-8"))
ROLES = frozenset(role["code"] for role in PACK.document("roles")["roles"])  # type: ignore[index, union-attr]


def ask(kind: str, *, needed: bool = True, **more) -> list[Ask]:
    return [Ask(field=Field(name="it", kind=FieldKind(kind), words=Words(zh="它", en="It"), **more), needed=needed)]


def told(asks: list[Ask], value: object) -> object:
    return check_facts(asks, {"it": value}, today=TODAY, lists={"colours": frozenset({"red"})})["it"]


def fault(asks: list[Ask], value: object) -> str:
    with pytest.raises(Invalid) as refused:
        told(asks, value)
    assert refused.value.details["fields"] == ["it"]
    (code,) = refused.value.details["faults"]
    return code


@pytest.mark.parametrize(
    ("asks", "value", "kept"),
    [
        (ask("line"), " 一行 ", "一行"),
        (ask("text"), "a\r\nb", "a\nb"),
        (ask("number"), "12", 12),
        (ask("money"), "1,200.5", "1200.50"),
        (ask("date"), "2026-12-01", "2026-12-01"),
        (ask("yes_no"), "no", False),
        (ask("tick"), "on", True),
        (ask("choice", code_list="colours"), "red", "red"),
        (ask("columns"), ["a", "b", "a"], ["a", "b"]),
    ],
)
def test_an_answer_is_kept_in_one_form(asks, value, kept) -> None:
    assert told(asks, value) == kept


@pytest.mark.parametrize(
    ("asks", "value", "code"),
    [
        (ask("line"), "", "needed"),
        (ask("line"), "   ", "needed"),
        (ask("line"), "x" * 301, "too_long"),
        (ask("line"), "\x00", "not_text"),
        (ask("line"), 5, "not_text"),
        (ask("number"), "1.5", "not_a_number"),
        (ask("number"), True, "not_a_number"),
        (ask("number", least=3), 2, "too_small"),
        (ask("number", most=3), 4, "too_large"),
        (ask("money"), "NaN", "not_a_number"),
        (ask("money"), "0.005", "too_many_places"),
        (ask("money"), "12.345", "too_many_places"),
        (ask("money", least=0), "-1", "too_small"),
        (ask("date"), "2026-02-30", "not_a_date"),
        (ask("date"), "9999-01-01", "too_far"),
        (ask("date", future=True), "2026-11-22", "in_the_past"),
        (ask("date", future=False), "2026-11-24", "in_the_future"),
        (ask("tick"), False, "must_be_ticked"),
        (ask("tick"), "off", "must_be_ticked"),
        (ask("yes_no"), "perhaps", "not_a_choice"),
        (ask("choice", code_list="colours"), "blue", "not_a_choice"),
        (ask("choices", code_list="colours"), ["red", "blue"], "not_a_choice"),
        (ask("columns"), ["\n"], "not_a_choice"),
        (ask("columns"), ["x"] * 501, "not_a_choice"),
    ],
)
def test_an_answer_that_cannot_be_used_is_told_by_its_code(asks, value, code) -> None:
    assert fault(asks, value) == code


def test_all_faults_are_told_at_once_and_strange_fields_too() -> None:
    asks = [*ask("line"), Ask(field=Field(name="n", kind=FieldKind.NUMBER, words=Words(zh="数", en="N")), needed=True)]
    with pytest.raises(Invalid) as refused:
        check_facts(asks, {"n": "x", "extra": 1}, today=TODAY, lists={})
    pairs = dict(zip(refused.value.details["fields"], refused.value.details["faults"], strict=True))
    assert pairs == {"extra": "unknown_field", "it": "needed", "n": "not_a_number"}


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5),
    st.sampled_from(list(FieldKind)),
)
def test_no_answer_breaks_a_field(value, kind) -> None:
    more = {"code_list": "colours"} if kind in {FieldKind.CHOICE, FieldKind.CHOICES} else {}
    try:
        kept = told(ask(kind.value, needed=False, **more), value)
    except (Invalid, KeyError):
        return
    again = told(ask(kind.value, **more), kept)
    assert again == kept, "what was kept is kept the same again"


def test_conditions_compare_facts_as_text() -> None:
    assert holds({"yes": frozenset({"true"})}, {"yes": True})
    assert not holds({"yes": frozenset({"true"})}, {})


@pytest.mark.parametrize("code", sorted(packs.workflows("cn_beijing", "Asia/Shanghai")))
def test_every_workflow_can_end_from_everywhere(code) -> None:
    flow = packs.workflows("cn_beijing", "Asia/Shanghai")[code]
    ends = {state.code for state in flow.states.values() if state.end}
    assert ends
    able, before = set(ends), -1
    while before != len(able):
        before = len(able)
        able |= {source for act in flow.acts.values() if act.to in able for source in act.sources}
    assert set(flow.states) <= able
    assert NEW in able


@pytest.mark.parametrize("code", sorted(packs.workflows("cn_beijing", "Asia/Shanghai")))
def test_every_state_that_waits_waits_for_somebody_who_can_go_on(code) -> None:
    flow = packs.workflows("cn_beijing", "Asia/Shanghai")[code]
    for state in flow.states.values():
        for desk in state.waits:
            ways = [
                act
                for act in flow.acts.values()
                if state.code in act.sources and desk.role in act.roles and desk.side in act.sides
            ]
            assert ways, (state.code, desk)


def test_a_step_that_is_taken_once_is_not_open_again() -> None:
    flow = packs.workflows("cn_beijing", "Asia/Shanghai")["sharing_request"]
    verbs = {act.verb for act in open_acts(flow, "filed", {"share_type": "2"})}
    assert {"ask_supplement", "refuse", "agree"} <= verbs
    assert "ask_supplement" not in {
        act.verb for act in open_acts(flow, "filed", {"share_type": "2"}, ["ask_supplement"])
    }
    assert "refuse" not in {act.verb for act in open_acts(flow, "filed", {"share_type": "1"})}


def _drop(path: str):
    def change(document: dict) -> None:
        *way, last = path.split(".")
        for key in way:
            document = document[int(key)] if key.isdecimal() else document[key]
        del document[last]

    return change


def _put(path: str, value: object):
    def change(document: dict) -> None:
        *way, last = path.split(".")
        for key in way:
            document = document[int(key)] if key.isdecimal() else document[key]
        document[last] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        _drop("about"),
        _put("colour", "blue"),
        _drop("names.en"),
        _put("acts.0.to", "nowhere"),
        _put("acts.0.from", ["nowhere"]),
        _put("acts.0.by", ["king"]),
        _put("acts.0.by", []),
        _put("acts.0.side", "nobody"),
        _put("acts.0.side", ["demand", "provider"]),
        _put("acts.1.side", []),
        _put("acts.0.outcome", "splendid"),
        _put("acts.0.asks", ["nothing"]),
        _put("acts.0.shows", ["use_basis"]),
        _put("acts.1.shows", ["nothing"]),
        _put("acts.0.starts", [{"rule": "SHR-05", "side": "provider", "role": "steward"}]),
        _put("acts.1.verb", "open"),
        _put("acts.1.meets", ["OPN-06"]),
        _put("acts.1.apart", ["nothing"]),
        _put("acts.2.starts.0.when", {"share_type": "9"}),
        _put("states.lost", {"zh": "失", "en": "Lost", "end": True}),
        _put("states.closed", {"zh": "结", "en": "Closed"}),
        _put("fields.note.kind", "poem"),
        _put("fields.note.options", {"a": {"zh": "甲", "en": "A"}}),
        _put("fields.purpose.list", "no_such_list"),
        _put("retention", "SHR-02"),
        _put("retention", "PI-11"),
        _put("rules", ["SHR-99"]),
        _put("title", ["nothing"]),
        _put("sides.demand.kind", "guest"),
    ],
)
def test_a_workflow_that_is_not_sound_is_not_read(change) -> None:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    with pytest.raises(Fault):
        read_workflow(document, roles=ROLES, book=BOOK, lists=frozenset(PACK.spec.lists))


def test_cases_may_be_kept_for_good() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["retention"] = "POL-RET-REGISTERS"
    flow = read_workflow(document, roles=ROLES, book=BOOK, lists=frozenset(PACK.spec.lists))
    assert flow.retention == "POL-RET-REGISTERS"


def mended(change) -> object:
    document = copy.deepcopy(DOCUMENT)
    change({act["verb"]: act for act in document["acts"]})
    return read_workflow(document, roles=ROLES, book=BOOK, lists=frozenset({"purpose", "share_method"}))


def test_a_step_shows_answers_and_sides() -> None:
    flow = mended(lambda acts: acts["consent_demand"].update(shows=["use_basis", "provider"]))
    assert flow.acts["consent_demand"].shows == ("use_basis", "provider")


def test_a_step_leads_elsewhere_where_the_facts_say_so() -> None:
    flow = mended(lambda acts: acts["open"].update(ways=[{"to": "filed", "when": {"share_type": "1"}}]))
    act = flow.acts["open"]
    assert act.leads_to == {"draft", "filed"}
    assert flow.after(NEW, act, {"share_type": "1"}) == "filed"
    assert flow.after(NEW, act, {"share_type": "2"}) == flow.after(NEW, act, {}) == "draft"


@pytest.mark.parametrize(
    "ways", [[{"to": "nowhere", "when": {"share_type": "1"}}], [{"to": "filed", "when": {}}], [{"to": "filed"}]]
)
def test_a_way_leads_somewhere_on_a_condition(ways) -> None:
    with pytest.raises(Fault):
        mended(lambda acts: acts["open"].update(ways=ways))


def test_a_term_runs_for_a_number_that_was_granted() -> None:
    with pytest.raises(Fault):
        mended(lambda acts: acts["consent_demand"]["starts"][0].update(amount="use_basis"))


@pytest.mark.parametrize("since", ["use_basis", "nothing"])
def test_a_term_runs_since_a_date(since) -> None:
    mended(lambda acts: acts["consent_demand"]["starts"][0].update(since="use_until"))
    with pytest.raises(Fault):
        mended(lambda acts: acts["consent_demand"]["starts"][0].update(since=since))
