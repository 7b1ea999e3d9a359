"""The scorecard of bodies: what is late shows at once, nothing is made of nothing, and what was fixed comes out equal again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from kaimen.accounts import services as accounts
from kaimen.accounts.models import Institution
from kaimen.cases import services as cases
from kaimen.compliance import services as compliance
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.controls import Ref, part_of
from kaimen.core.lifecycle.rules import Words
from kaimen.core.lifecycle.terms import StopKind
from kaimen.core.metadata.entry import Declaration
from kaimen.core.policy.party import ANYBODY, Actor, InstitutionId, Via
from kaimen.evidence.models import Entry
from kaimen.monitor import cards, scoring, selectors, services
from kaimen.monitor.models import Scorecard
from kaimen.office import services as office
from tests.accounts.people import officer, signed_in
from tests.catalogue.city import PARKING, City, a_city, actor, an_institution, published
from tests.opening.town import load

pytestmark = pytest.mark.django_db
START = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
"""A Monday of the third quarter."""
LATER = START + timedelta(days=30)
AFTER = datetime(2026, 10, 8, 6, 0, tzinfo=UTC)
QUARTER = "2026Q3"
JOB = Actor(via=Via.JOB)
EARLY = replace(PARKING, secrecy_declaration=Declaration(declared=True, on=date(2026, 6, 1)))


@pytest.fixture
def city(db: None, home: object) -> City:
    del db, home
    return a_city()


def owe(
    city: City, case: str, *, at: datetime = START, rule: str = "SHR-03", body: InstitutionId | None = None
) -> None:
    """A term of ten working days that civil affairs owes in a request for sharing."""
    with transaction.atomic():
        office.start_clock(
            rule, case_kind="entry", case=case, title_zh="甲", title_en="A", url="/desk",
            institution=str(body or city.civil), role="office_head", at=at, now=at,
        )  # fmt: skip


def meet(case: str, at: datetime, rule: str = "SHR-03") -> None:
    with transaction.atomic():
        office.meet_clock(rule, case_kind="entry", case=case, now=at)


def line(body: InstitutionId, at: datetime = LATER, code: str = QUARTER, **pins: int) -> scoring.Line:
    found = scoring.gather(scoring.period(code), at=at, **pins)
    return next(one for one in found.lines if one["institution"] == str(body))


def counts(body: InstitutionId, at: datetime = LATER, code: str = QUARTER) -> list[int]:
    terms = scoring.terms_of(line(body, at, code))
    return [terms.kept, terms.late, terms.open_late, terms.running]


@pytest.fixture
def refused() -> Iterator[object]:
    def look(code: str, act: object) -> None:
        before = (Entry.objects.count(), Scorecard.objects.count())
        with pytest.raises(KaimenError) as told:
            act()  # type: ignore[operator]
        assert told.value.code == code
        assert (Entry.objects.count(), Scorecard.objects.count()) == before

    return look


# ---- counting ----------------------------------------------------------------------------------------------------------------
def test_a_body_is_late_and_it_shows_at_once(city: City) -> None:
    owe(city, "C1")
    due = office.clocks.Clock.objects.get().due_at
    assert due is not None
    assert counts(city.civil, due) == [0, 0, 0, 1]
    assert counts(city.civil, due + timedelta(seconds=1)) == [0, 0, 1, 0]
    assert counts(city.transport) == [0, 0, 0, 0]


def test_a_body_with_one_open_late_case_is_never_whole(city: City) -> None:
    for n in range(300):
        owe(city, f"C{n}")
        if n:
            meet(f"C{n}", START + timedelta(days=2))
    assert counts(city.civil) == [299, 0, 1, 0]
    assert scoring.rate(299, 300) == "99.7"
    assert scoring.rate(2999, 3000) == "99.9"
    assert scoring.rate(300, 300) == "100.0"
    assert scoring.rate(1, 3000) == "0.1"


def test_closing_a_late_case_late_is_no_better_than_leaving_it_open(city: City) -> None:
    owe(city, "C1")
    owe(city, "C2")
    meet("C2", START + timedelta(days=1))
    before = scoring.terms_of(line(city.civil))
    meet("C1", LATER)
    after = scoring.terms_of(line(city.civil))
    assert (before.kept, before.of) == (after.kept, after.of) == (1, 2)
    assert (before.open_late, after.late) == (1, 1)


def test_a_late_case_that_falls_away_stays_late_and_one_in_time_is_not_counted(city: City) -> None:
    owe(city, "late")
    owe(city, "withdrawn")
    with transaction.atomic():
        office.cancel_clocks(case_kind="entry", case="withdrawn", now=START + timedelta(days=3))
        office.cancel_clocks(case_kind="entry", case="late", now=START + timedelta(days=25))
    assert counts(city.civil) == [0, 1, 0, 0]


def test_a_lawful_pause_makes_nobody_late_and_one_that_comes_too_late_helps_nobody(city: City) -> None:
    for case, day in (("lawful", 3), ("too late", 25)):
        owe(city, case)
        with transaction.atomic():
            office.stop_clock(
                "SHR-03", case_kind="entry", case=case, kind=StopKind.PAUSE, reason="缺材料",
                now=START + timedelta(days=day),
            )  # fmt: skip
    assert counts(city.civil) == [0, 0, 1, 1]


def test_what_stays_open_and_late_counts_in_the_next_quarter_too(city: City) -> None:
    owe(city, "C1")
    assert counts(city.civil, AFTER, "2026Q4") == [0, 0, 1, 0]
    meet("C1", AFTER)
    assert counts(city.civil, AFTER + timedelta(days=1), "2026Q4") == [0, 1, 0, 0]
    assert counts(city.civil, AFTER + timedelta(days=1), "2026") == [0, 1, 0, 0]


def test_a_demand_that_went_from_one_body_to_another_counts_where_the_term_is_owed(city: City) -> None:
    done = cases.begin(
        "demand", {"subject": "停车数据", "what": "空余车位", "use": "找车位"}, by=city.citizen, now=START
    )
    for verb, given in (
        ("acknowledge", {"public_title": "停车数据"}),
        ("triage", {"body": "transport"}),
        ("triage", {"body": "civil-affairs"}),
    ):
        cases.act(done.case.number, verb, given, by=city.reviewer, now=START + timedelta(days=1))
    soon = START + timedelta(days=10)
    assert line(city.authority, soon)["terms"] == {"demand": [1, 0, 0, 1]}
    assert counts(city.transport, soon) == counts(city.civil, soon) == [0, 0, 0, 0]
    whole = scoring.city(scoring.gather(scoring.period(QUARTER), at=soon).lines)
    assert whole["terms"]["demand"] == [1, 0, 0, 1]


def test_a_body_without_anything_has_no_score(city: City) -> None:
    empty = line(city.civil)
    assert (empty["terms"], empty["measures"], empty["controls"]) == ({}, {}, [])
    assert scoring.rate(0, 0) == ""
    assert scoring.rate(9, 9) == ""


def test_catalogue_and_loads_are_counted_as_they_stood(city: City) -> None:
    entry = published(city, EARLY, now=START)
    right = "".join(f"P{n},第{n}停车场,{n}\n" for n in range(1, 200))
    load(entry, f"park_id,name,places\n{right}P0,西站,x\n", by=city.steward, now=START)
    found = line(city.transport, START + timedelta(days=1))["measures"]
    assert found["supplied"] == found["fresh"] == found["languages"] == found["open"] == [1, 1]
    assert found["loads"] == [1, 1]
    assert found["rows"] == [199, 200]
    assert line(city.transport, START - timedelta(days=1))["measures"] == {}
    assert line(city.transport, AFTER, "2026Q4")["measures"]["fresh"] == [0, 1]
    assert "loads" not in line(city.transport, AFTER, "2026Q4")["measures"]


def test_a_failing_control_names_the_body_behind_its_address(city: City) -> None:
    slug = catalogue_slug(published(city, EARLY, now=START))
    owe(city, "C1")

    def look(now: datetime) -> Iterator[object]:
        del now
        yield part_of(
            Words(zh="测", en="t"),
            [(False, Ref(name="a", url=f"/data/{slug}")), (False, Ref(name="b", url="/lake")), (True, Ref(name="c", url="/org/civil-affairs"))],
        )  # fmt: skip

    compliance.run_controls({"BJ-16": [look]}, now=START + timedelta(hours=1))  # type: ignore[dict-item]
    assert line(city.transport)["controls"] == ["BJ-16"]
    assert line(city.civil)["controls"] == []
    assert line(city.transport, START)["controls"] == []


def catalogue_slug(entry: str) -> str:
    from kaimen.catalogue import selectors as catalogue

    return catalogue.published(entry).slug


# ---- fixed versions ----------------------------------------------------------------------------------------------------------
def test_a_fixed_scorecard_comes_out_equal_and_tells_what_came_late(city: City) -> None:
    published(city, EARLY, now=START)
    owe(city, "C1")
    owe(city, "C2", at=datetime(2026, 9, 29, 2, 0, tzinfo=UTC))
    first = services.fix(QUARTER, by=JOB, now=AFTER)
    assert (first.n, first.as_of, first.receipt != "") == (1, scoring.period(QUARTER).end, True)
    meet("C1", AFTER + timedelta(days=1))
    meet("C2", AFTER + timedelta(days=1))
    again = services.recount(first.pk, by=city.reviewer)
    assert (again.different, again.came_late) == ((), 0)
    assert services.fix(QUARTER, by=JOB, now=AFTER + timedelta(days=2)).pk == first.pk
    with transaction.atomic():
        office.start_clock(
            "SHR-03", case_kind="entry", case="C3", title_zh="甲", title_en="A", url="/desk", institution=str(city.civil),
            role="office_head", at=START, now=AFTER + timedelta(days=3),
        )  # fmt: skip
    again = services.recount(first.pk, by=city.reviewer)
    assert (again.different, again.came_late) == ((), 1)
    second = services.fix(QUARTER, by=JOB, now=AFTER + timedelta(days=4))
    assert (second.n, Scorecard.objects.count()) == (2, 2)
    first.refresh_from_db()
    civil = str(city.civil)
    told = [
        next(one for one in kept.lines if one["institution"] == civil)["terms"]["entry"] for kept in (first, second)
    ]
    assert told == [[0, 0, 1, 1], [0, 0, 2, 1]]


def test_a_scorecard_that_was_tampered_with_is_found(city: City) -> None:
    owe(city, "C1")
    kept = services.fix(QUARTER, by=JOB, now=AFTER)
    mended = [one | {"terms": {"entry": [1, 0, 0, 0]}} if one["terms"] else one for one in kept.lines]
    Scorecard.objects.filter(pk=kept.pk).update(lines=mended)
    assert services.recount(kept.pk, by=JOB).different == (str(city.civil),)


def test_who_fixes_and_what(city: City, refused) -> None:
    owe(city, "C1")
    refused("period_running", lambda: services.fix(QUARTER, by=JOB, now=LATER))
    refused("period_unknown", lambda: services.fix("2026Q5", by=JOB, now=AFTER))
    refused("period_unknown", lambda: services.fix("2026q3", by=JOB, now=AFTER))
    refused("not_your_role", lambda: services.fix(QUARTER, by=city.citizen, now=AFTER))
    refused("scorecard_authority", lambda: services.fix(QUARTER, by=city.head, now=AFTER))
    refused("not_your_role", lambda: services.recount("X", by=city.citizen))
    refused("scorecard_unknown", lambda: services.recount("X", by=city.head))
    assert services.fix(QUARTER, by=city.reviewer, now=AFTER).institution == str(city.authority)


def test_the_worker_fixes_the_last_quarter_and_year_once(city: City) -> None:
    assert services.fix_ended(now=AFTER) == []
    owe(city, "C1")
    assert [one.period for one in services.fix_ended(now=AFTER)] == [QUARTER]
    assert services.fix_ended(now=AFTER) == []


def test_bodies_see_it_five_working_days_before_the_public(city: City, refused) -> None:
    owe(city, "C1")
    kept = services.fix(QUARTER, by=JOB, now=datetime(2026, 10, 1, 1, 0, tzinfo=UTC))
    assert kept.released_at == datetime(2026, 10, 13, 0, 0, tzinfo=UTC), (
        "1 to 7 October are holidays, the 10th is worked"
    )
    early, due = datetime(2026, 10, 12, tzinfo=UTC), kept.released_at
    assert cards.shown(by=ANYBODY, code="", now=early) is None
    refused("embargo", lambda: cards.shown(by=ANYBODY, code=QUARTER, now=early))
    refused("embargo", lambda: cards.shown(by=ANYBODY, code="2026Q4", now=due))
    refused("scorecard_unknown", lambda: cards.shown(by=ANYBODY, code=QUARTER, version="2", now=due))
    refused("period_unknown", lambda: cards.shown(by=ANYBODY, code="soon", now=due))
    told = cards.shown(by=ANYBODY, code="", now=due)
    assert told is not None
    assert (told.period.code, told.edition) == (QUARTER, kept)
    seen = cards.shown(by=city.head, code=QUARTER, now=early)
    assert seen is not None
    assert seen.edition == kept
    trader = cards.shown(by=replace(city.head, role=city.citizen.role), code="", now=early)
    assert trader is None


# ---- who is told what --------------------------------------------------------------------------------------------------------
def test_few_matters_of_persons_are_told_to_officers_only_and_stand_in_no_sum() -> None:
    few = scoring.Line(
        institution="a", terms={"objection": [1, 0, 1, 0], "sharing_request": [3, 0, 0, 0]},
        measures={"corrections": [1, 3], "open": [1, 2]}, controls=[],
    )  # fmt: skip
    many = scoring.Line(institution="b", terms={"objection": [10, 0, 1, 0]}, measures={}, controls=[])
    none = scoring.Line(institution="c", terms={"objection": [0, 0, 0, 0]}, measures={}, controls=[])
    shown, hidden = scoring.for_public([few, many, none], {"objection"})
    assert hidden == {"a": ["objection", "corrections"]}
    assert shown[0]["terms"] == {"sharing_request": [3, 0, 0, 0]}
    assert shown[0]["measures"] == {"open": [1, 2]}
    assert (shown[1], shown[2]) == (many, none)
    assert scoring.city(shown)["terms"]["objection"] == [10, 0, 1, 0]


def test_workflows_that_persons_begin_are_known_as_such() -> None:
    from kaimen.cases import selectors as case_selectors

    found = case_selectors.opened_by_persons()
    assert {"objection", "demand", "information_request", "open_application", "data_subject_request"} <= found
    assert "sharing_request" not in found


@pytest.fixture
def fixed(city: City, monkeypatch: pytest.MonkeyPatch) -> City:
    """Civil affairs owes one answer; a demand of a citizen waits for the authority; the clock of pages stands after the quarter."""
    for module in ("views", "scorecard_api"):
        monkeypatch.setattr(f"kaimen.monitor.{module}.now", lambda: AFTER + timedelta(days=30))
    monkeypatch.setattr("kaimen.accounts.views.now", lambda: AFTER + timedelta(days=30))
    owe(city, "C1")
    cases.begin("demand", {"subject": "停车", "what": "车位", "use": "找"}, by=city.citizen, now=START)
    services.fix(QUARTER, by=JOB, now=AFTER)
    return city


def of(role: str, slug: str) -> Client:
    reads = officer(role, Institution.objects.get(slug=slug))
    return signed_in(reads.account, hat=reads.appointment)


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_the_public_reads_what_is_out_and_officers_what_is_running(fixed: City) -> None:
    page = text(Client(), "/en/monitor/institutions")
    assert "quarter 3 of 2026" in page
    assert "Civil Affairs Bureau: 1 answer that is late and still owed" in page
    assert "Version 1" in page
    assert "Data demand" not in page
    assert "too few to tell" in page
    zh = text(Client(), "/monitor/institutions")
    assert "单位评价表" in zh
    assert "Tally" not in zh, "the name of the city stands as on every page"
    assert "2026 年第 3 季度" in zh
    running = text(of("steward", "transport"), "/en/monitor/institutions")
    assert "quarter 4 of 2026" in running
    assert "not fixed" in running


def test_the_page_of_a_body_leads_to_the_cases_for_who_may_see_them(fixed: City) -> None:
    url = f"/en/monitor/institutions/civil-affairs?period={QUARTER}"
    public, own, other = Client(), of("steward", "civil-affairs"), of("steward", "transport")
    assert "Behind the numbers" not in text(public, url)
    assert '<a class="num" href="/desk">' in text(own, url)
    page = text(other, url)
    assert "not yours to see" in page
    assert "has not looked yet" in page
    assert "1 case is not yours to see" in page
    assert "None." in text(own, url + "&standing=kept")
    assert "/monitor/institutions/civil-affairs" in text(public, "/en/org/civil-affairs")
    authority = text(public, f"/en/monitor/institutions/data-authority?period={QUARTER}")
    assert "Too few to tell: " in authority
    assert "no score" in text(public, f"/en/monitor/institutions/transport?period={QUARTER}")
    text(public, "/en/monitor/institutions/nobody", 404)
    text(public, "/en/monitor/institutions/civil-affairs?period=2026Q4", 403)


def test_the_file_has_each_number_with_its_denominator_and_no_formula(fixed: City) -> None:
    Institution.objects.filter(slug="civil-affairs").update(name_zh="=示范局")
    response = Client().get(f"/en/monitor/institutions.csv?period={QUARTER}")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    (late,) = [one for one in rows if one["institution"] == "civil-affairs" and one["what"] == "terms_open_late"]
    assert (late["numerator"], late["denominator"], late["percent"], late["name_zh"]) == ("1", "1", "", "'=示范局")
    assert not [one for one in rows if one["of"] == "demand"]


def test_the_authority_fixes_and_counts_again_by_page(fixed: City) -> None:
    reviewer, head = of("authority_reviewer", "data-authority"), of("department_head", "transport")
    page = text(reviewer, f"/en/monitor/institutions?period={QUARTER}")
    assert "Fix it again" in page
    assert "Fix it again" not in text(head, f"/en/monitor/institutions?period={QUARTER}")
    kept = Scorecard.objects.get()
    told = head.post(f"/en/monitor/scorecards/{kept.pk}/recount", follow=True).content.decode()
    assert "every number is the same" in told
    assert (
        "Only the data authority"
        in head.post("/en/monitor/scorecards", {"period": QUARTER}, follow=True).content.decode()
    )
    assert (
        "Version 1 stands" in reviewer.post("/en/monitor/scorecards", {"period": QUARTER}, follow=True).content.decode()
    )
    assert Client().post("/en/monitor/scorecards", {"period": QUARTER}).status_code == 302
    assert Scorecard.objects.count() == 1


def token(role: str, slug: str, *scopes: str) -> dict[str, str]:
    who = officer(role, Institution.objects.get(slug=slug))
    from kaimen.web.now import now

    _, text_ = accounts.mint_token(
        name="t", scopes=scopes, by=who.actor, now=now(), appointment_id=str(who.appointment.pk)
    )
    return {"authorization": f"Bearer {text_}"}


def test_before_the_first_is_out_everybody_reads_when_it_comes(fixed: City) -> None:
    Scorecard.objects.all().delete()
    page = text(Client(), "/en/monitor/institutions")
    assert "The first one is that of quarter 4 of 2026: it is fixed on 2027-01-01" in page
    assert "Civil Affairs Bureau" not in page
    got = Client().get("/api/v1/monitor/scorecard")
    told = got.json()
    assert (got.status_code, told["period"], told["provisional"], told["fixed_on"]) == (
        200,
        "2026Q4",
        True,
        "2027-01-01",
    )
    assert told["public_from"] > "2027-01-01"
    assert (told["institutions"], told["city"]["terms"], told["version"]) == ([], [], None)
    one = Client().get("/api/v1/monitor/scorecard/civil-affairs").json()
    assert (one["provisional"], one["line"]["terms"], one["behind"]) == (True, [], [])
    running = text(of("steward", "transport"), "/en/monitor/institutions")
    assert "Provisional: this period is fixed on 2027-01-01" in running and "Civil Affairs Bureau" in running
    reads = token("steward", "civil-affairs", "catalogue:read")
    official = Client().get("/api/v1/monitor/scorecard", headers=reads).json()
    assert official["provisional"] and official["institutions"]
    over = Client().get(f"/api/v1/monitor/scorecard?period={QUARTER}", headers=reads).json()
    assert (over["provisional"], over["fixed_on"]) == (False, None)


def test_the_same_by_program(fixed: City) -> None:
    got = Client().get(f"/api/v1/monitor/scorecard?period={QUARTER}").json()
    civil = next(one for one in got["institutions"] if one["institution"] == "civil-affairs")
    assert civil["terms"] == [
        {"workflow": "entry", "kept": 0, "late": 0, "open_late": 1, "running": 0, "of": 1, "percent": ""}
    ]
    assert next(one for one in got["institutions"] if one["institution"] == "data-authority")["withheld"] == ["demand"]
    assert (got["version"], got["city"]["names"], len(got["receipt"])) == (1, None, 22)
    refused = Client().get("/api/v1/monitor/scorecard?period=2026Q4")
    assert (refused.status_code, refused.json()["code"]) == (403, "embargo")
    one = f"/api/v1/monitor/scorecard/civil-affairs?period={QUARTER}"
    assert Client().get(one).json()["behind"] == []
    reads = token("steward", "civil-affairs", "catalogue:read", "monitor:write")
    (behind,) = Client().get(one, headers=reads).json()["behind"]
    assert (behind["standing"], behind["rule"], behind["case"]) == ("open_late", "SHR-03", None)
    body = json.dumps({"period": QUARTER})
    no = Client().post("/api/v1/monitor/scorecards", body, content_type="application/json", headers=reads)
    assert (no.status_code, no.json()["code"]) == (403, "scorecard_authority")
    writes = token("authority_reviewer", "data-authority", "monitor:write")
    made = Client().post("/api/v1/monitor/scorecards", body, content_type="application/json", headers=writes).json()
    assert made["version"] == 1
    again = Client().post(f"/api/v1/monitor/scorecards/{made['id']}/recount", headers=writes).json()
    assert again == {"same": True, "different": [], "came_late": 0}


def test_the_page_asks_as_many_questions_for_many_bodies_as_for_few(fixed: City, django_assert_max_num_queries) -> None:
    for n in range(20):
        body = an_institution(f"bureau-{n}", f"第{n}局", f"Bureau {n}")
        owe(fixed, f"B{n}", body=body)
    client = of("auditor", "data-authority")
    with django_assert_max_num_queries(60):
        text(client, "/en/monitor/institutions?period=2026Q4")


def test_an_auditor_opens_the_case_and_another_body_only_counts_it(fixed: City) -> None:
    found = cards.shown(by=actor("auditor", fixed.authority), code=QUARTER, now=AFTER)
    assert found is not None
    demands = cards.behind(found, str(fixed.authority), by=actor("auditor", fixed.authority), workflow="demand")
    assert [bool(one.number) for one in demands] == [True, True]
    others = cards.behind(found, str(fixed.authority), by=fixed.civil_head, workflow="demand")
    assert [one.number for one in others] == ["", ""]
    assert selectors.sees_running(fixed.civil_head)
