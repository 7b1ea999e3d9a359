"""Records written by hand: who may, what is refused, what is kept."""

from __future__ import annotations

import pytest

from kaimen.accounts.models import Competence
from kaimen.evidence.models import Entry
from kaimen.monitor import selectors, services
from kaimen.monitor.models import Change, Record
from kaimen.office.models import Run
from tests.catalogue.city import actor
from tests.monitor.registrars import CENTRE, FIRM, Registrars, with_pue

pytestmark = pytest.mark.django_db


def test_a_record_is_entered_with_its_version_its_evidence_and_a_run(office: Registrars) -> None:
    before = Entry.objects.count()
    record = office.put(pue="1.30")
    assert (record.n, record.district, record.facts["pue"]) == (1, "110108", "1.3")
    kept = Change.objects.get(record=record)
    assert (kept.verb, kept.way, kept.person, kept.facts) == (
        "entered",
        "form",
        str(office.steward.person),
        record.facts,
    )
    assert Entry.objects.count() == before + 1
    assert Run.objects.filter(job="monitor.publish", key=f"computing/{kept.pk}").count() == 1


def test_a_change_keeps_what_was_said_before(office: Registrars) -> None:
    office.put()
    office.put(pue="1.2", contact="")
    newest, first = selectors.changes(Record.objects.get())
    assert (newest.n, newest.verb, newest.fields) == (2, "changed", ["contact", "energy_mwh", "pue"])
    assert (first.facts["pue"], newest.facts["pue"]) == ("1.3", "1.2")
    assert "contact" not in newest.facts


def test_saying_the_same_again_changes_and_records_nothing(office: Registrars) -> None:
    office.put()
    before = Entry.objects.count()
    again = office.put(pue="1.300", sub_kind="智能算力")
    assert (again.n, Entry.objects.count(), Change.objects.count()) == (1, before, 1)


def test_every_wrong_field_is_named_at_once(office: Registrars) -> None:
    with office.refused("record_fields") as caught:
        office.put(
            code="a b",
            name_zh="",
            district="110000",
            pue="0.9",
            utilisation_pct="101",
            opened_on="2026-02-30",
            finance_funded="maybe",
            energy_mwh="1,5",
            capacity_pflops="1.2345",
            owner="=1+1",
            operator="a\x07b",
            strange="x",
        )
    told = dict(zip(caught.value.details["fields"], caught.value.details["faults"], strict=True))
    assert told == {
        "code": "not_a_key", "name_zh": "needed", "district": "not_a_choice", "pue": "too_small", "utilisation_pct": "too_large",
        "opened_on": "not_a_date", "finance_funded": "not_yes_or_no", "energy_mwh": "not_a_number", "capacity_pflops": "too_many_places",
        "owner": "looks_like_a_formula", "operator": "not_text", "strange": "unknown_field",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"energy_mwh": "10", "it_energy_mwh": "2000", "pue": "1.1"}, {"energy_mwh": "out_of_order", "pue": "not_the_quotient"}),
        ({"energy_mwh": "5200", "it_energy_mwh": "4000", "pue": "1.1"}, {"pue": "not_the_quotient"}),
        ({"energy_mwh": "1000000", "it_energy_mwh": "1"}, {"energy_mwh": "out_of_proportion", "pue": "not_the_quotient"}),
        ({"energy_mwh": "0", "it_energy_mwh": "0", "pue": "1.1"}, {"pue": "not_the_quotient"}),
        ({"opened_on": "2099-01-01"}, {"opened_on": "in_future"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_whoever_says_it(office: Registrars, given, faults) -> None:
    with office.refused("record_fields") as caught:
        office.put(**given)
    assert dict(zip(caught.value.details["fields"], caught.value.details["faults"], strict=True)) == faults


def test_figures_that_fit_within_rounding_and_plans_ahead_are_taken(office: Registrars) -> None:
    office.put(code="A", energy_mwh="1234.5", it_energy_mwh="1000.0", pue="1.23")
    office.put(code="B", energy_mwh="9", it_energy_mwh="8", pue="")
    office.put(code="C", status="planned", opened_on="2099-01-01")


def test_dates_of_a_network_follow_one_another_and_are_past(office: Registrars) -> None:
    given = {"code": "N-1", "name_zh": "示范", "district": "110108", "sub_kind": "mobile", "status": "operating"}
    with office.refused("record_fields") as caught:
        office.put("network", **given, designed_on="2026-01-01", built_on="2025-01-01", accepted_on="2020-01-01")
    assert dict(zip(caught.value.details["fields"], caught.value.details["faults"], strict=True)) == {
        "built_on": "out_of_order",
        "accepted_on": "out_of_order",
    }
    assert caught.value.details["others"] == ["designed_on", "built_on"]
    with office.refused("record_fields") as caught:
        office.put("network", **given, designed_on="2099-01-01", accepted_on="2099-02-01")
    assert caught.value.details["faults"] == ["in_future", "in_future"]
    office.put("network", **given | {"status": "planned"}, designed_on="2027-01-01")


def test_a_scenario_is_published_today_at_the_latest(office: Registrars) -> None:
    with office.refused("record_fields") as caught:
        office.put(
            "scenario",
            code="S",
            name_zh="示范",
            district="110108",
            field="energy",
            stage="open",
            published_on="2099-01-01",
        )
    assert caught.value.details == {"fields": ["published_on"], "faults": ["in_future"]}


def test_a_record_from_before_the_checks_that_cannot_be_stands_among_the_exceptions(office: Registrars) -> None:
    record = office.put()
    Record.objects.update(facts=record.facts | {"energy_mwh": "10"})
    found = [(one.requirement.code, one.fields) for one in selectors.gaps(selectors.register("computing"))]
    assert found == [("energy_whole", ("energy_mwh",)), ("pue_fits", ("pue",))]


def test_a_body_without_the_competence_writes_nothing_about_infrastructure(office: Registrars) -> None:
    Competence.objects.all().delete()
    with office.refused("register_not_competent"):
        office.put()
    with office.refused("register_not_competent"):
        office.sheet("code\nA\n")
    office.put(by=office.authority_steward)
    office.put("enterprise", **FIRM)


def test_a_firm_is_known_by_a_credit_code_that_holds(office: Registrars) -> None:
    with office.refused("record_fields") as caught:
        office.put("enterprise", **FIRM | {"uscc": "91110108MA01A2B3C9"})
    assert caught.value.details["faults"] == ["not_a_credit_code"]
    assert office.put("enterprise", **FIRM | {"uscc": FIRM["uscc"].lower()}).code == FIRM["uscc"]


@pytest.mark.parametrize("role", ["applicant", "department_head", "authority_reviewer", "auditor", "public"])
def test_other_roles_write_nothing(office: Registrars, role: str) -> None:
    with office.refused("not_your_role"):
        office.put(by=actor(role, office.city.transport))


def test_a_steward_without_a_body_writes_nothing(office: Registrars) -> None:
    with office.refused("not_your_role"):
        office.put(by=actor("steward", None))


def test_a_body_changes_its_own_records_only(office: Registrars) -> None:
    office.put()
    with office.refused("record_not_yours"):
        office.put(by=office.other, pue="1.1")
    with office.refused("record_not_yours"):
        services.retire("computing", "AI-1", reason="x", by=office.other, now=office.now)


def test_two_writers_do_not_overwrite_one_another(office: Registrars) -> None:
    office.put()
    office.put(pue="1.2")
    with office.refused("record_stale") as caught:
        services.put("computing", with_pue("1.1"), by=office.steward, now=office.now, expected=1)
    assert caught.value.details == {"expected": 1, "found": 2}
    with office.refused("record_stale"):
        services.put("computing", CENTRE | {"code": "AI-9"}, by=office.steward, now=office.now, expected=1)


def test_a_new_record_does_not_take_a_key_that_is_there(office: Registrars) -> None:
    office.put()
    with office.refused("record_fields") as caught:
        services.put("computing", CENTRE, by=office.steward, now=office.now, expected=0)
    assert caught.value.details == {"fields": ["code"], "faults": ["taken"]}


def test_a_retired_record_stays_and_can_be_restored(office: Registrars) -> None:
    office.put()
    with office.refused("reason_needed"):
        services.retire("computing", "AI-1", reason=" ", by=office.steward, now=office.now)
    services.retire("computing", "AI-1", reason="拆除", by=office.steward, now=office.now)
    assert services.retire("computing", "AI-1", reason="再来", by=office.steward, now=office.now).n == 2
    with office.refused("record_retired"):
        office.put(pue="1.1")
    assert selectors.shelf(selectors.register("computing")).retired == 1
    restored = services.restore("computing", "AI-1", reason="误报", by=office.steward, now=office.now)
    assert (restored.n, restored.retired) == (3, False)
    assert [one.verb for one in selectors.changes(restored)] == ["restored", "retired", "entered"]


def test_an_unknown_register_or_record_is_missing(office: Registrars) -> None:
    with office.refused("register_unknown"):
        services.put("nothing", {}, by=office.steward, now=office.now)
    with office.refused("record_unknown"):
        services.retire("computing", "AI-9", reason="x", by=office.steward, now=office.now)


def test_exceptions_say_what_is_missing_against_what_is_asked(office: Registrars) -> None:
    office.put()
    office.put(code="DC-1", sub_kind="data-centre", pue="1.31", owner="")
    office.put(code="DC-2", sub_kind="data-centre", pue="1.3")
    office.put(code="DC-3", sub_kind="data-centre", status="planned", pue="1.9", energy_mwh="")
    office.put(code="DC-4", sub_kind="data-centre", pue="")
    found = [
        (one.record.code, one.requirement.code, one.fields) for one in selectors.gaps(selectors.register("computing"))
    ]
    assert found == [("DC-1", "pue_limit", ("pue",)), ("DC-1", "plan", ("owner",)), ("DC-4", "pue_known", ("pue",))]
    assert selectors.shelf(selectors.register("computing")).exceptions == 2


def test_a_pack_without_registers_has_none(office: Registrars, settings) -> None:
    settings.KAIMEN_PACK = "tiny"
    assert selectors.shelves() == []
    with office.refused("register_unknown"):
        office.put()
