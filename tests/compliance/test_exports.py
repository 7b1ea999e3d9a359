"""Exports: the way follows from facts, an assessment comes first, the gate counts what was approved and shuts when it is full or over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from kaimen.accounts.models import Institution
from kaimen.cases.models import Case
from kaimen.compliance import controls
from kaimen.compliance.selectors import exports as exports_of
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.controls import Outcome
from kaimen.core.policy.party import Role
from kaimen.engines import pool
from kaimen.gate import services as gate
from kaimen.gate.models import Clearance, Grant
from tests.accounts.people import officer, signed_in
from tests.compliance.bodies import Bodies, a_case, running
from tests.compliance.test_assessments import ASSESSED

pytestmark = pytest.mark.django_db
DECLARED = {
    "columns": ["name", "amount"], "purposes": ["duty"], "country": "新加坡", "recipient": "Example Care Pte. Ltd.",
    "manner": "transfer", "persons": 3000, "secret": "no", "judicial": "no", "exception": "none",
}  # fmt: skip
PAPERS = {"self_assessment": "目的、范围、方式合法、正当、必要。", "notice": "已逐人书面告知。", "consent": "duty"}


@pytest.fixture(scope="module")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose pool answers; tests put their own lake below it."""
    home = tmp_path_factory.mktemp("exports")
    with pool.serving(home, readable=[home], workers=1, time_zone="Asia/Shanghai"):
        yield home


@pytest.fixture
def home(pooled: Path, settings: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pool's home, with a lake of this test's own."""
    for child in pooled.iterdir():
        if child.name in {"lake", "landing", "quarantine"}:
            child.rename(tmp_path_factory.mktemp("old") / child.name)
    settings.KAIMEN_HOME = pooled  # type: ignore[attr-defined]
    return pooled


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def declared(bodies: Bodies, **facts: object) -> str:
    return bodies.begin("export_assessment", bodies.gives("steward"), **(DECLARED | {"dataset": bodies.slug} | facts))


def screened(bodies: Bodies, **facts: object) -> str:
    number = declared(bodies, **facts)
    bodies.take(number, "screen", bodies.gives("protection_officer"))
    return number


def filed(bodies: Bodies, **facts: object) -> str:
    number = screened(bodies, **facts)
    bodies.take(number, "prepare", bodies.gives("steward"), **PAPERS)
    bodies.take(number, "file", bodies.gives("office_head"), filed_no="网申-1", filed_on="2026-11-23")
    return number


def assessed(bodies: Bodies, number: str, **facts: object) -> str:
    given = ASSESSED | {"kind": "export", "recipient": "", "export": number, "columns": ["name", "amount"]} | facts
    number = bodies.begin("impact_assessment", bodies.gives("steward"), dataset=bodies.slug, **given)
    bodies.take(number, "review", bodies.gives("protection_officer"), opinion="可以")
    bodies.take(number, "approve", bodies.gives("department_head"))
    return number


def approved(bodies: Bodies, *, ceiling: int = 2, **facts: object) -> str:
    number = filed(bodies, **facts)
    assessed(bodies, number)
    approve(bodies, number, ceiling=ceiling)
    return number


def approve(bodies: Bodies, number: str, **facts: object) -> None:
    told = {"approval_no": "网评-9", "ceiling": 2, "holds_until": "2027-10-01"} | facts
    bodies.take(number, "approve", bodies.gives("department_head"), **told)


def sent(bodies: Bodies, number: str, columns: str = "name") -> int:
    """What the body asks under the number of its export: so many rows."""
    question = gate.Question(sql=f'SELECT {columns} FROM "{bodies.slug}"', purpose="duty", agreement=number)
    answer = gate.answer(question, by=bodies.gives("steward"), now=bodies.now)
    return sum(batch.num_rows for batch in answer.batches)


def enterprise(bodies: Bodies, **changes: object) -> None:
    Institution.objects.filter(pk=bodies.city.civil).update(**({"body_kind": "enterprise"} | changes))


def test_a_state_organ_with_persons_is_always_assessed_by_the_state(bodies) -> None:
    case = a_case(screened(bodies, persons=1))
    assert (case.state, case.facts["why"]) == ("security_assessment", "state_organ")


@pytest.mark.parametrize(
    ("facts", "state", "why"),
    [
        ({"secret": "yes"}, "forbidden", "secret_or_core"),
        ({"judicial": "yes"}, "competent_authority", "foreign_judicial"),
        ({}, "exempt", "below"),
        ({"persons": 99_999}, "exempt", "below"),
        ({"persons": 100_000}, "contract_or_cert", "some_persons"),
        ({"persons": 1_000_000}, "security_assessment", "many_persons"),
    ],
)
def test_a_company_goes_by_its_numbers(bodies, facts: dict, state: str, why: str) -> None:
    enterprise(bodies)
    case = a_case(screened(bodies, **facts))
    assert (case.state, case.facts["why"]) == (state, why)


def test_critical_infrastructure_is_always_assessed(bodies) -> None:
    enterprise(bodies, ciio=True)
    assert a_case(screened(bodies, persons=1)).facts["why"] == "ciio"
    case = a_case(screened(bodies, columns=["amount"], persons=""))
    assert (case.state, case.facts["persons"]) == ("exempt", 0)  # nobody can be told from an amount


def test_splitting_gains_nothing_and_what_never_left_does_not_count(bodies) -> None:
    enterprise(bodies)
    first = screened(bodies, persons=60_000)
    second = screened(bodies, persons=60_000)
    assert (a_case(first).state, a_case(second).state) == ("exempt", "contract_or_cert")
    assert a_case(second).facts["persons_year"] == 120_000
    bodies.take(first, "withdraw", bodies.gives("steward"), reason="不办了")
    bodies.take(second, "withdraw", bodies.gives("steward"), reason="不办了")
    assert a_case(screened(bodies, persons=60_000)).state == "exempt"


def test_a_new_year_counts_anew(bodies) -> None:
    enterprise(bodies)
    screened(bodies, persons=60_000)
    bodies.later(days=45)
    case = a_case(screened(bodies, persons=60_000))
    assert (case.state, case.facts["persons_year"]) == ("exempt", 60_000)


def test_the_way_is_nobodys_wish(bodies) -> None:
    with refused("case_facts"):
        declared(bodies, route="exempt")
    number = declared(bodies)
    with refused("case_facts"):
        bodies.take(number, "screen", bodies.gives("protection_officer"), route="exempt")
    with refused("same_person"):
        bodies.take(number, "screen", replace(bodies.gives("steward"), role=Role("protection_officer")))
    bodies.take(number, "screen", bodies.gives("protection_officer"))
    bodies.take(number, "prepare", bodies.gives("steward"), **PAPERS)
    with refused("case_step"):
        bodies.take(number, "decide", bodies.gives("department_head"), ceiling=5, holds_until="2027-01-01")


def test_without_an_assessment_nothing_is_approved(bodies) -> None:
    number = filed(bodies)
    assert "EXP-06" in running(number)
    with refused("assessment_missing"):
        approve(bodies, number)
    assessed(bodies, number, columns=["name"])
    with refused("assessment_missing"):
        approve(bodies, number)  # fewer columns than leave
    assessed(bodies, number)
    approve(bodies, number)
    assert a_case(number).state == "approved" and "EXP-06" not in running(number)
    assert not Clearance.objects.exists()  # an export clears no grant to another


def test_an_assessment_of_an_export_names_it_and_nobody_else(bodies) -> None:
    number = filed(bodies)
    for facts in ({"export": ""}, {"recipient": "transport"}, {"export": "CJ-2026-000099"}):
        with refused("case_facts"):
            assessed(bodies, number, **facts)


def test_the_gate_counts_the_rows_and_is_shut_when_they_are_used(bodies) -> None:
    number = approved(bodies, ceiling=1)
    assert sent(bodies, number) == 1
    with refused("quota_spent"):
        sent(bodies, number)


def test_only_the_columns_and_only_until_the_day(bodies) -> None:
    number = approved(bodies, ceiling=50)
    with pytest.raises(KaimenError):
        sent(bodies, number, "id_number")
    assert sent(bodies, number) == 1
    bodies.later(days=400)
    with pytest.raises(KaimenError):
        sent(bodies, number)


@pytest.mark.parametrize("holds_until", ["2026-11-22", "2030-06-01"])
def test_an_approval_holds_three_years_at_most(bodies, holds_until: str) -> None:
    number = filed(bodies)
    assessed(bodies, number)
    with refused("case_facts"):
        approve(bodies, number, holds_until=holds_until)


def test_a_change_stops_it_at_once(bodies) -> None:
    number = approved(bodies, ceiling=50)
    with refused("not_your_role"):
        bodies.take(number, "reassess", bodies.gives("steward"), reason="接收方变了")
    bodies.take(number, "reassess", bodies.gives("security_officer"), reason="接收方变了")
    with pytest.raises(KaimenError):
        sent(bodies, number)
    assert Grant.objects.get(pk=number).revoked_at == bodies.now and a_case(number).keep_until


def test_an_assessment_declared_void_stops_the_export(bodies) -> None:
    number = filed(bodies)
    basis = assessed(bodies, number)
    approve(bodies, number, ceiling=50)
    bodies.take(basis, "invalidate", bodies.gives("protection_officer"), reason="风险变了")
    with pytest.raises(KaimenError):
        sent(bodies, number)
    bodies.take(number, "finish", bodies.gives("steward"))
    assert a_case(number).state == "expired"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"country": ""}, "country"),
        ({"persons": ""}, "persons"),
        ({"persons": 0}, "persons"),
        ({"persons": -1}, "persons"),
        ({"columns": []}, "columns"),
        ({"columns": ["nothing"]}, "columns"),
        ({"exception": "treaty"}, "exception_named"),
        ({"manner": "balloon"}, "manner"),
    ],
)
def test_what_is_missing_or_wrong_is_named(bodies, facts: dict, field: str) -> None:
    with pytest.raises(KaimenError) as told:
        declared(bodies, **facts)
    assert (told.value.code, told.value.details["fields"]) == ("case_facts", [field])


def test_another_body_exports_nothing_of_ours(bodies) -> None:
    with refused("case_side"):
        bodies.begin("export_assessment", bodies.asks("steward"), **(DECLARED | {"dataset": bodies.slug}))


def test_the_register_shows_what_was_used(bodies) -> None:
    number = approved(bodies, ceiling=5)
    sent(bodies, number)
    seen = exports_of.exports(bodies.gives("steward"), now=bodies.now)
    assert [(one.number, one.country, one.ceiling, one.used, one.open) for one in seen] == [
        (number, "新加坡", 5, 1, True)
    ]
    assert exports_of.exports(bodies.asks("steward"), now=bodies.now) == []
    reviewer = officer("authority_reviewer", Institution.objects.get(pk=bodies.city.authority))
    browser = signed_in(reviewer.account, hat=reviewer.appointment)
    page = browser.get("/en/exports").content.decode()
    assert number in page and "Example Care" in page
    (line,) = browser.get("/api/v1/compliance/exports").json()
    assert (line["number"], line["route"], line["used"]) == (number, "security_assessment", 1)
    assert Client().get("/exports").status_code == 302
    assert Client().get("/api/v1/compliance/exports").status_code == 401


def test_the_board_asks_for_an_assessment_behind_each_open_export(bodies) -> None:
    (part,) = controls.exports_assessed(bodies.now)
    assert part.outcome is Outcome.NOT_APPLICABLE
    number = filed(bodies, exception="treaty", exception_named="某协定第三条")
    basis = assessed(bodies, number)
    approve(bodies, number)
    (part,) = controls.exports_assessed(bodies.now)
    assert (part.outcome, part.counted) == (Outcome.PASS, 1)
    Case.objects.filter(number=basis).update(state="ended")  # as if nobody had shut the gate
    (part,) = controls.exports_assessed(bodies.now)
    assert part.outcome is Outcome.FAIL
    (part,) = controls.export_grounds(bodies.now)
    assert (part.outcome, part.counted) == (Outcome.PASS, 1)
