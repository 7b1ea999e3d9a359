"""No assessment, no grant; an assessment that ends takes with it what stands on it, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import KaimenError
from kaimen.core.metadata.clearance import AssessmentKind
from kaimen.core.metadata.entry import PiClass
from kaimen.core.policy.obligations import Deny
from kaimen.evidence.models import Entry
from kaimen.gate import compiling, selectors, services
from kaimen.gate.models import Clearance, Grant, Revocation
from kaimen.gate.services import GrantForm, answering
from kaimen.office.models import DeskItem
from tests.gate.assessed import assess

PERSONAL = ["person_id", "name"]


def code_of(work) -> str:
    with pytest.raises(KaimenError) as told:
        work()
    return told.value.code


def form(gate, *columns: str, code: str = "AG-9", **more) -> GrantForm:
    given = {
        "code": code,
        "dataset": gate.register,
        "purposes": ("statistics",),
        "institution": gate.stranger.institution,
        "not_before": gate.now - timedelta(days=1),
        "not_after": gate.now + timedelta(days=100),
        "duties": GrantForm.duties_of(columns=columns),
    }
    return GrantForm(**(given | more))


def opened(gate, *columns: str, **more) -> Grant:
    return services.grant(form(gate, *columns, **more), by=gate.steward, now=gate.now)


def assessed(gate, *columns: str, **more) -> str:
    given = {"purposes": ["statistics"], "institution": gate.stranger.institution, "now": gate.now, "columns": columns}
    return assess(gate.register, **(given | more))


def asked(gate, column: str = "name") -> list[dict]:
    return gate.rows(f'SELECT {column} FROM "{gate.slug}"', by=gate.stranger, purpose="statistics")


def test_without_an_assessment_no_personal_column_leaves(gate) -> None:
    before = Grant.objects.count()
    with pytest.raises(KaimenError) as told:
        opened(gate, *PERSONAL, "amount")
    assert (told.value.code, told.value.details["kinds"]) == ("assessment_missing", ["impact"])
    assert code_of(lambda: opened(gate)) == "assessment_missing"  # all columns
    assert Grant.objects.count() == before
    assert opened(gate, "district", "amount").cleared_until is None  # nothing of persons


@pytest.mark.parametrize(
    "of",
    [
        {"columns": ["person_id"]},
        {"purposes": ["audit"]},
        {"institution": "somebody-else"},
        {"kind": AssessmentKind.IMPORTANT},
    ],
)
def test_an_assessment_of_something_else_does_not_help(gate, of: dict) -> None:
    given = {"columns": PERSONAL} | of
    columns = given.pop("columns")
    assessed(gate, *columns, **given)
    assert code_of(lambda: opened(gate, *PERSONAL)) == "assessment_missing"


def test_what_is_assessed_can_be_given_and_less_of_it_too(gate) -> None:
    assessed(gate, *PERSONAL, "amount", purposes=["statistics", "audit"])
    assert opened(gate, *PERSONAL, "amount").cleared == sorted(PERSONAL)
    assert asked(gate)
    assert opened(gate, "name", code="AG-10").cleared == ["name"]


def test_a_column_that_never_leaves_needs_none(gate) -> None:
    assert opened(gate, "phone", "amount").cleared_until is None


def test_data_that_stay_with_their_body_need_none(gate) -> None:
    own = opened(gate, code="AG-OWN", institution=gate.steward.institution)
    assert own.cleared_until is None
    assert gate.rows(f'SELECT name FROM "{gate.slug}"', by=gate.steward, purpose="statistics")


def test_the_grant_ends_with_its_assessment_without_any_job(gate) -> None:
    assessed(gate, *PERSONAL, until=gate.now + timedelta(days=10))
    opened(gate, *PERSONAL)
    assert asked(gate)
    assert [line.not_after for line in selectors.grants_of(gate.stranger, now=gate.now)] == [
        gate.now + timedelta(days=10)
    ]
    gate.now += timedelta(days=10)
    assert code_of(lambda: asked(gate)) == "grant_uncleared"
    assert selectors.grants_of(gate.stranger, now=gate.now) == []
    assessed(gate, *PERSONAL, until=gate.now + timedelta(days=50), code="PG-AGAIN")  # assessed again: it goes on
    assert asked(gate)


def test_one_that_is_declared_void_stops_at_once_what_stands_on_it(gate, monkeypatch) -> None:
    monkeypatch.setattr(answering, "LOOK_EVERY_S", 0.0)
    number = assessed(gate, *PERSONAL)
    opened(gate, *PERSONAL, "amount")
    opened(gate, "amount", code="AG-10")  # stands on none
    answer = gate.ask(
        f'SELECT a.name FROM "{gate.slug}" AS a, generate_series(1, 100000) AS g',
        by=gate.stranger, purpose="statistics", agreement="AG-9",
    )  # fmt: skip
    next(answer.batches)
    leaves = Entry.objects.count()
    with transaction.atomic():
        services.end_clearance(number, now=gate.now)
    with pytest.raises(KaimenError):
        for _ in answer.batches:
            pass
    assert Revocation.objects.filter(grant="AG-9").count() == 1
    assert not Revocation.objects.filter(grant="AG-10").exists()
    assert b"grant.suspended" in bytes(list(Entry.objects.values_list("leaf", flat=True))[leaves])
    assert code_of(lambda: asked(gate)) in {"grant_uncleared", "column_unknown"}
    told = DeskItem.objects.filter(kind="grant.stopped", ref="AG-9", closed_at=None)
    assert {one.institution for one in told} == {
        str(catalogue.published(gate.register).provider),
        str(gate.stranger.institution),
    }
    assert gate.rows(f'SELECT amount FROM "{gate.slug}"', by=gate.stranger, purpose="statistics", agreement="AG-10")
    assert code_of(lambda: services.end_clearance(number, now=gate.now)) == "lifecycle"
    assert code_of(lambda: services.end_clearance("PG-none", now=gate.now)) == "clearance_unknown"


def test_another_assessment_that_covers_it_keeps_it_open(gate) -> None:
    first = assessed(gate, *PERSONAL, code="PG-A")
    assessed(gate, *PERSONAL, "amount", code="PG-B")
    opened(gate, *PERSONAL)
    services.end_clearance(first, now=gate.now)
    assert asked(gate)
    assert not DeskItem.objects.filter(kind="grant.stopped").exists()
    assert not Revocation.objects.filter(grant="AG-9").exists()


def test_a_column_found_to_be_of_persons_later_is_denied_until_it_is_assessed(gate) -> None:
    grant, entry = opened(gate, "district", "amount"), catalogue.published(gate.register)
    found = [replace(item, pi_class=PiClass.GENERAL) if item.column == "district" else item for item in entry.items]
    later = replace(entry, body=replace(entry.body, items=tuple(found)))
    denied = {duty.column for duty in compiling.agreement(grant, later).duties if isinstance(duty, Deny)}
    assert "district" in denied
    assert "amount" not in denied
    assert asked(gate, "district")  # of the entry as it stands


def test_an_emergency_needs_none_and_a_statutory_duty_only_that_on_persons(gate) -> None:
    assert opened(gate, *PERSONAL, exempt="emergency").cleared == sorted(PERSONAL)
    assert asked(gate)
    assert code_of(lambda: opened(gate, *PERSONAL, code="AG-11", exempt="statutory_duty")) == "assessment_missing"
    assert code_of(lambda: opened(gate, "amount", code="AG-12", exempt="because")) == "grant_form"


@pytest.mark.parametrize(
    "of", [{"purposes": []}, {"institution": None}, {"until": timedelta()}], ids=["purposes", "recipient", "until"]
)
def test_an_assessment_that_says_too_little_is_refused(gate, of: dict) -> None:
    if "until" in of:
        of = {"until": gate.now + of["until"]}
    assert code_of(lambda: assessed(gate, *PERSONAL, **of)) == "clearance_form"
    assert not Clearance.objects.filter(institution=str(gate.stranger.institution)).exists()


def test_every_asker_is_held_to_it_under_one_agreement(gate) -> None:
    """Two agreements, one assessed: the columns of the other are not glued to it."""
    assessed(gate, "name")
    opened(gate, "name", "amount", code="AG-13")
    opened(gate, "amount", code="AG-14")
    answer = gate.rows(f'SELECT * FROM "{gate.slug}"', by=gate.stranger, purpose="statistics", agreement="AG-14")
    assert set(answer[0]) == {"amount"}


def test_an_assessment_of_an_entry_that_is_gone_can_still_be_declared_void(gate, monkeypatch) -> None:
    number = assessed(gate, *PERSONAL)
    opened(gate, *PERSONAL)
    monkeypatch.setattr(catalogue, "published_many", lambda _ids: {})
    services.end_clearance(number, now=gate.now)
    assert Clearance.objects.get(pk=number).ended_at == gate.now
    monkeypatch.undo()
    assert code_of(lambda: asked(gate)) == "grant_uncleared"  # it came back: what stood on the assessment stays shut
