"""The exports for auditors: an independent implementation reads them, every reference leads somewhere, two of one run are equal."""

from __future__ import annotations

import json
import warnings

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from kaimen.compliance import oscal, selectors, services
from kaimen.config import controls as board
from kaimen.office.selectors import rules
from tests.catalogue.city import NOW
from tests.opening.town import a_town

with warnings.catch_warnings():  # theirs, about their own models
    warnings.simplefilter("ignore")
    from trestle.common.err import TrestleError
    from trestle.oscal import OSCAL_VERSION
    from trestle.oscal.assessment_plan import AssessmentPlan
    from trestle.oscal.assessment_results import AssessmentResults
    from trestle.oscal.catalog import Catalog

pytestmark = pytest.mark.django_db
MODELS = {"catalog": Catalog, "assessment-plan": AssessmentPlan, "assessment-results": AssessmentResults}


def read(name: str):
    found = selectors.oscal(name)
    assert found is not None
    return json.loads(found)[name]


@pytest.fixture
def run(db, home):
    a_town(indexed=False)
    return services.run_controls(board.CONTROLS, now=NOW)


def test_an_independent_implementation_reads_them(run, tmp_path) -> None:
    assert oscal.VERSION == OSCAL_VERSION
    call_command("controls", "oscal", str(tmp_path))
    for name, model in MODELS.items():
        assert str(model.oscal_read(tmp_path / f"{name}.json").uuid) == read(name)["uuid"]


@pytest.mark.parametrize(
    ("name", "break_it"),
    [
        ("catalog", lambda told: told["groups"][0]["controls"][0].pop("title")),
        ("assessment-plan", lambda told: told.pop("import-ssp")),
        (
            "assessment-results",
            lambda told: told["results"][0]["findings"][0]["target"].update(status={"state": "maybe"}),
        ),
    ],
)
def test_that_implementation_refuses_what_is_wrong(run, tmp_path, name, break_it) -> None:
    told = read(name)
    break_it(told)
    file = tmp_path / f"{name}.json"
    file.write_text(json.dumps({name: told}), "utf-8")
    with pytest.raises(TrestleError):
        MODELS[name].oscal_read(file)


def test_the_catalog_holds_every_article_once(run) -> None:
    held = [one for group in read("catalog")["groups"] for one in group["controls"]]
    assert len(held) == len({one["id"] for one in held}) == len(rules().clauses) == 58
    assert {one["id"] for one in held if one["id"].startswith("BJ-")} == set(rules().controls)


def test_every_reference_leads_somewhere(run) -> None:
    """Their validator lets these through: an unknown control, a missing observation, a control twice."""
    catalog, (result,) = read("catalog"), read("assessment-results")["results"]
    objectives = {
        part["id"] for group in catalog["groups"] for one in group["controls"] for part in one["parts"]
    }  # fmt: skip
    assert {one["target"]["target-id"] for one in result["findings"]} <= objectives
    observed = {one["uuid"] for one in result["observations"]}
    assert len(observed) == len(result["observations"])
    assert {ref["observation-uuid"] for one in result["findings"] for ref in one["related-observations"]} <= observed
    left_out = {one["control-id"] for one in result["reviewed-controls"]["control-selections"][0]["exclude-controls"]}
    judged = {one["title"] for one in result["findings"]}
    assert left_out | judged == set(rules().controls)
    assert not left_out & judged


def test_findings_say_what_the_board_says(run) -> None:
    found = selectors.results(run)
    (result,) = read("assessment-results")["results"]
    for one in result["findings"]:
        state = one["target"]["status"]["state"]
        assert (state == "satisfied") == (found[one["title"]].outcome == "pass"), one["title"]
    assert "示范市交通委员会" not in json.dumps(result, ensure_ascii=False), (
        "what fails is told on the board, to officers"
    )


def test_two_exports_of_one_run_are_equal_and_of_another_are_not(run) -> None:
    first = {name: selectors.oscal(name) for name in MODELS}
    assert first == {name: selectors.oscal(name) for name in MODELS}
    from datetime import timedelta

    services.run_controls(board.CONTROLS, now=NOW + timedelta(days=1))
    assert selectors.oscal("assessment-results") != first["assessment-results"]


def test_the_api_gives_them_and_says_what_there_is_not(run) -> None:
    answer = Client().get("/api/v1/compliance/oscal/assessment-results")
    assert answer.content == selectors.oscal("assessment-results")
    assert answer["Content-Type"].startswith("application/json")
    assert Client().get("/api/v1/compliance/oscal/profile").json()["code"] == "oscal_unknown"


def test_before_the_first_run(db, home, tmp_path) -> None:
    assert Client().get("/api/v1/compliance/oscal/catalog").status_code == 404
    with pytest.raises(CommandError):
        call_command("controls", "oscal", str(tmp_path))
