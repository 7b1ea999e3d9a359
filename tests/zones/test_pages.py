"""The pages and the API of zones: what everybody sees, what a team does there, what nobody gets as a file."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kaimen.accounts.models import Institution
from kaimen.cases.models import Case
from kaimen.zones.models import Analysis, Artefact, Member, Project, Zone
from tests.accounts.people import Officer, officer, signed_in
from tests.zones.floor import BY_DISTRICT, MOBILE

pytestmark = pytest.mark.django_db
SAFE = "SELECT district, sum(places) AS places FROM \"{parks}\" WHERE district <> '110119' GROUP BY district"


def client_of(who: Officer) -> Client:
    return signed_in(who.account, hat=who.appointment)


def of(role: str, slug: str) -> Client:
    return client_of(officer(role, Institution.objects.get(slug=slug)))


def test_everybody_sees_who_runs_a_zone_and_what_left_it(floor) -> None:
    number = floor.released()
    for prefix, words in (("", "养老专区"), ("/en", "Care zone")):
        assert words in Client().get(f"{prefix}/zones").content.decode()
        page = Client().get(f"{prefix}/zones/care").content.decode()
        assert words in page
        assert number in page
        assert Artefact.objects.get(number=number).sha256 in page
        assert floor.project not in page  # projects are for those inside
    assert Client().get("/zones/nowhere").status_code == 404
    assert floor.project in client_of(floor.analyst).get("/zones/care").content.decode()
    for outside in (Client(), of("steward", "civil-affairs")):
        assert outside.get(f"/zones/projects/{floor.project}").status_code in {302, 404}


def test_an_analysis_is_deleted_on_the_page_and_by_program(floor) -> None:
    analyst = client_of(floor.analyst)
    kept = floor.saved()
    assert analyst.post(f"/en/zones/analyses/{kept}/remove").status_code == 302
    assert kept not in analyst.get(f"/en/zones/projects/{floor.project}").content.decode()
    kept = floor.saved()
    assert analyst.delete(f"/api/v1/zones/analyses/{kept}").status_code == 204
    assert analyst.get(f"/api/v1/zones/projects/{floor.project}/analyses").json() == []


def test_the_list_asks_the_same_number_of_questions_however_many_zones_there_are(
    floor, django_assert_max_num_queries
) -> None:
    (row,) = Zone.objects.values()
    for n in range(10):
        Zone.objects.create(**(row | {"slug": f"z{n}", "case": f"c{n}"}))
    with django_assert_max_num_queries(4):
        Client().get("/en/zones")


def test_a_stranger_works_through_the_pages(floor) -> None:
    lead, analyst = client_of(floor.lead), client_of(floor.analyst)
    given = {"title": "停车", "product": "停车产品", "purpose": "research", "until": str(Project.objects.get().until)}
    assert lead.post("/en/zones/care/projects", given | {"until": "soon"}).status_code == 422
    assert lead.post("/en/zones/care/projects", given).status_code == 302
    made = Project.objects.exclude(pk=floor.project).get()
    url = f"/en/zones/projects/{made.pk}"
    assert lead.post(f"{url}/team", {"person": str(floor.analyst.person)}).status_code == 302
    assert "Sign the commitment" in analyst.get(url).content.decode()
    assert analyst.post(url, {"sql": "SELECT 1"}).status_code == 403
    assert analyst.post(f"{url}/commitment").status_code == 302
    page = analyst.post(url, {"sql": floor.sql(BY_DISTRICT)}).content.decode()
    assert "110105" in page
    assert "110119" not in page
    assert 'name="as"' not in page  # no file of it
    assert analyst.post(url, {"sql": "SELEC 1"}).status_code == 422
    assert analyst.post(url, {"sql": floor.sql(SAFE), "name": "Places", "save": "1"}).status_code == 302
    kept = Analysis.objects.get()
    assert "110108" in analyst.post(f"/en/zones/analyses/{kept.pk}/run").content.decode()
    frozen = analyst.post(f"/en/zones/analyses/{kept.pk}/freeze", {"title": "Places", "form": "table"})
    artefact = Artefact.objects.get()
    assert frozen.url == f"/en/zones/artefacts/{artefact.pk}"
    shown = analyst.get(frozen.url).content.decode()
    assert "Ask to take it out" in shown
    assert f"/en/cases/new/zone_egress?artefact={artefact.pk}" in shown
    asked = {"artefact": artefact.pk, "recipient": "civil-affairs", "use": "planning", "declared": "on"}
    assert analyst.post("/en/cases/new/zone_egress", asked).status_code == 302
    number = Case.objects.get(workflow="zone_egress").number
    first, second, civil = (
        of("office_head", "transport"),
        of("authority_reviewer", "data-authority"),
        of("steward", "civil-affairs"),
    )
    assert "110108" in first.get(f"/en/zones/artefacts/{artefact.pk}").content.decode()
    assert "110108" not in analyst.get(f"/en/zones/artefacts/{artefact.pk}").content.decode()
    assert civil.get(f"/en/zones/artefacts/{artefact.pk}").status_code == 404
    form = first.get(f"/en/cases/{number}/do/pass_first").content.decode()
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[form.index('class="gap2"') :]))
    assert hidden
    assert first.post(f"/en/cases/{number}/do/pass_first", hidden).status_code == 422, (
        "nobody has said that they looked"
    )
    assert first.post(f"/en/cases/{number}/do/pass_first", hidden | {"seen": "on"}).status_code == 302
    assert second.post(f"/en/cases/{number}/do/approve", {"seen": "on"}).status_code == 302
    assert f"/en/zones/releases/{number}" in civil.get(f"/en/cases/{number}").content.decode()
    assert artefact.sha256 in civil.get(f"/en/zones/releases/{number}").content.decode()
    file = civil.post(f"/en/zones/releases/{number}/file")
    assert file.status_code == 200
    assert file["Kaimen-Digest"] == f"sha-256={artefact.sha256}"
    assert file.content.startswith(b"district,places\n")
    assert analyst.post(f"/en/zones/releases/{number}/file").status_code == 404
    assert lead.post(f"{url}/team", {"end": str(floor.analyst.person)}).status_code == 302
    assert analyst.post(url, {"sql": "SELECT 1"}).status_code == 403
    assert lead.post(f"{url}/close").status_code == 302
    assert Project.objects.get(pk=made.pk).closed_at is not None


def test_the_api_never_gives_rows(floor) -> None:
    analyst = client_of(floor.analyst)
    assert Client().get("/api/v1/zones").json()[0]["zone"] == "care"
    assert Client().get("/api/v1/zones/nowhere").status_code == 404
    base = f"/api/v1/zones/projects/{floor.project}"
    made = analyst.post(
        f"{base}/analyses", {"name": "x", "sql": floor.sql('SELECT * FROM "{parks}"')}, content_type="application/json"
    )
    assert made.status_code == 201
    code = made.json()["analysis"]
    for accept in ("application/json", "text/csv", "application/vnd.apache.parquet"):
        ran = analyst.post(f"/api/v1/zones/analyses/{code}/run", headers={"accept": accept})
        assert MOBILE not in ran.content.decode()
        assert set(ran.json()) == {"receipt", "columns", "least_group"}
    frozen = analyst.post(
        f"/api/v1/zones/analyses/{code}/freeze", {"title": "x", "form": "table"}, content_type="application/json"
    )
    assert frozen.status_code == 201
    body = frozen.json()
    assert MOBILE not in frozen.content.decode()
    assert {one["rule"] for one in body["checks"]} - {""} == {"found_mobile", "rows_of_source"}
    assert all("fact" not in one for one in body["checks"])
    assert analyst.get(f"/api/v1/zones/artefacts/{body['artefact']}").json() == body
    assert analyst.get("/api/v1/zones/releases/CQ-2026-000001/file").status_code == 404
    assert len(analyst.get(f"{base}/analyses").json()) == 1
    assert of("steward", "civil-affairs").get(f"{base}/analyses").status_code == 404


def test_the_api_of_projects_and_teams(floor) -> None:
    lead, analyst = client_of(floor.lead), client_of(floor.analyst)
    newcomer = officer("zone_analyst", floor.company)
    good = {"title": "停车", "product": "停车产品", "purpose": "research", "until": str(Project.objects.get().until)}
    assert analyst.post("/api/v1/zones/care/projects", good, content_type="application/json").status_code == 403
    wrong = lead.post("/api/v1/zones/care/projects", good | {"product": "y"}, content_type="application/json")
    assert wrong.json()["code"] == "zone_project_form"
    made = lead.post("/api/v1/zones/care/projects", good, content_type="application/json").json()["project"]
    base = f"/api/v1/zones/projects/{made}"
    assert str(newcomer.person) in lead.get(f"{base}/members").json()["candidates"]
    person = {"person": str(newcomer.person)}
    assert lead.post(f"{base}/members", person, content_type="application/json").status_code == 201
    assert lead.post(f"{base}/members", person, content_type="application/json").json()["code"] == "zone_member_already"
    assert client_of(newcomer).post(f"{base}/commitment").status_code == 204
    assert Member.objects.get(project=made).committed_at is not None
    assert lead.delete(f"{base}/members/{newcomer.person}").status_code == 204
    assert {one["project"] for one in analyst.get("/api/v1/zones/care/projects").json()} == {made, floor.project}
    assert lead.post(f"{base}/close").status_code == 204
    assert of("steward", "civil-affairs").get("/api/v1/zones/care/projects").json() == []
