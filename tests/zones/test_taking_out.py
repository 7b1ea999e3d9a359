"""The one way out: what a check returns, who may judge, what exactly is released, to whom, and until when."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from kaimen.accounts.models import Institution
from kaimen.cases import services as cases
from kaimen.cases.models import Case
from kaimen.core.errors import KaimenError
from kaimen.core.policy.party import Actor, Via
from kaimen.evidence.models import Entry
from kaimen.gate import services as gate
from kaimen.gate.models import Decision, Release
from kaimen.gate.services import ReleaseForm
from kaimen.office.models import DeskItem
from kaimen.zones import selectors, services
from kaimen.zones.models import Admission, Artefact, Member, Project, Zone
from tests.catalogue.city import actor
from tests.zones.floor import BY_DISTRICT, PLACES, Floor

pytestmark = pytest.mark.django_db
SAFE = "SELECT district, sum(places) AS places FROM \"{parks}\" WHERE district <> '110119' GROUP BY district"


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def failed(artefact: Artefact) -> set[str]:
    return {one["rule"] for one in artefact.checks if one["outcome"] == "fail"}


def recipient(floor: Floor):
    return actor("steward", floor.city.civil)


def test_what_is_reviewed_is_what_leaves(floor) -> None:
    artefact = floor.frozen(SAFE)
    assert not failed(artefact)
    reviewed = bytes(artefact.content)
    number = floor.asked(artefact)
    assert Case.objects.get(number=number).state == "first_review"
    floor.take(number, "pass_first", floor.first, seen=True)
    floor.take(number, "approve", floor.second, seen=True)
    kept = Release.objects.get(pk=number)
    assert bytes(kept.content) == reviewed
    assert (kept.sha256, kept.institution) == (hashlib.sha256(reviewed).hexdigest(), str(floor.city.civil))
    taken = gate.take(number, by=recipient(floor), now=floor.now)
    assert taken.content == reviewed
    assert next(csv.reader(io.StringIO(reviewed.decode()))) == ["district", "places"]
    row = Decision.objects.get(pk=taken.receipt.entry)
    assert (row.outcome, row.bytes, row.policies, row.channel) == ("complete", len(reviewed), [number], "file")
    assert Release.objects.get().taken == 1
    (line,) = selectors.taken_out(Zone.objects.get(slug="care"))
    assert (line.sha256, line.state, line.content) == (kept.sha256, "released", None)
    leaves = b"".join(bytes(one.leaf) for one in Entry.objects.all())
    assert b'"release.opened"' in leaves
    assert b'"case.zone_egress"' in leaves


def test_totals_of_persons_leave_too(floor) -> None:
    artefact = floor.frozen(BY_DISTRICT)
    assert not failed(artefact)
    assert artefact.level == 4
    assert b"110119" not in bytes(artefact.content)
    assert Case.objects.get(number=floor.asked(artefact)).state == "first_review"


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ('SELECT name, district, places FROM "{parks}"', "rows_of_source"),
        ('SELECT a.district, sum(a.places) AS p FROM "{parks}" a, generate_series(1, 30) GROUP BY a.district', "rows_of_source"),
        ('SELECT district, max(places) AS p FROM "{parks}" GROUP BY district', "rows_of_source"),
        ("SELECT district, sum(CASE WHEN name = '停车场1' THEN places ELSE 0 END) AS p FROM \"{parks}\" GROUP BY district", "rows_of_source"),
        (PLACES, "small_group"),
        ('SELECT park_id, sum(places) AS p FROM "{parks}" GROUP BY park_id', "small_group"),
        ('SELECT keeper, sum(places) AS p FROM "{parks}" GROUP BY keeper', "found_mobile"),
        ('SELECT name, count(*) AS n FROM "{people}" GROUP BY name', "identifier_column"),
        ("SELECT sum(places) AS p FROM \"{parks}\" WHERE district = 'none'", "small_group"),
        ("SELECT district, sum(places) AS p FROM \"{parks}\" WHERE district = 'none' GROUP BY district", "no_rows"),
        ('SELECT district, count(*) AS "13812345678" FROM "{parks}" GROUP BY district', "identifier_in_name"),
    ],
)  # fmt: skip
def test_a_failed_check_returns_the_request_and_destroys_the_bytes(floor, sql, rule) -> None:
    artefact = floor.frozen(sql)
    assert rule in failed(artefact), artefact.checks
    case = Case.objects.get(number=floor.asked(artefact))
    assert case.state == "returned"
    assert rule in case.facts["failed"]
    artefact.refresh_from_db()
    assert (artefact.state, artefact.content) == ("returned", None)
    facts = [one["fact"] for one in artefact.checks if one["fact"]]
    assert not set(facts) & {
        str(value) for name, value in case.facts.items() if name != "level"
    }  # of groups and counts nothing is told
    with refused("case_facts"):
        floor.asked(artefact)
    assert not Release.objects.exists()


def test_size_and_form(floor, monkeypatch) -> None:
    from kaimen.zones.services import freezing

    monkeypatch.setattr(freezing, "MOST_BYTES", 10)
    assert failed(floor.frozen(SAFE)) == {"too_large"}
    monkeypatch.setattr(freezing.selectors, "number", lambda rule, now: 1)
    assert "too_many_rows" in failed(floor.frozen(SAFE))


def test_what_was_declared_is_held_against_the_agreement(floor) -> None:
    for change, rule in (
        (lambda: Zone.objects.update(products=["停车产品"]), "product_not_agreed"),
        (lambda: Institution.objects.filter(slug="civil-affairs").update(standing="unverified"), "recipient_not_verified"),
        (lambda: Artefact.objects.update(rules="0"), "old_rules"),
    ):  # fmt: skip
        artefact = floor.frozen(SAFE)
        change()
        case = Case.objects.get(number=floor.asked(artefact))
        assert (case.state, rule in case.facts["failed"]) == ("returned", True)
    with refused("case_facts"):
        floor.asked(floor.frozen(SAFE), recipient="nobody")


def test_a_figure_is_its_drawing_and_its_numbers(floor) -> None:
    drawn = json.loads(bytes(floor.frozen(SAFE, form="figure").content))
    assert drawn["x"] == {"name": "district", "values": ["110105", "110108"]}
    assert [one["name"] for one in drawn["series"]] == ["places"]
    with refused("zone_not_a_figure"):
        floor.frozen("SELECT sum(places) AS places FROM \"{parks}\" WHERE district <> '110119'", form="figure")
    for form, title in (("picture", "x"), ("table", " "), ("table", "x" * 201)):
        with refused("zone_artefact_form"):
            services.freeze(floor.saved(SAFE), form=form, title=title, by=floor.analyst.actor, now=floor.now)


def test_formulas_are_tamed_and_rows_say_nothing_by_their_order() -> None:
    from kaimen.zones.services.freezing import table

    text = table(["a", "=b"], [["=1+1", -3], ["@x", None], ["ok", 0.5]]).decode()
    assert text == "a,'=b\n'=1+1,-3\n'@x,\nok,0.5\n"


def test_nobody_judges_what_their_team_made(floor) -> None:
    number = floor.asked(floor.frozen(SAFE))
    asker_as_head = actor("office_head", floor.city.transport, floor.analyst.person)
    colleague_as_head = actor("office_head", floor.city.transport, floor.lead.person)
    for judge in (asker_as_head, colleague_as_head):
        with refused("same_person"):
            floor.take(number, "pass_first", judge, seen=True)
    with refused("same_person"):
        floor.take(number, "refuse_first", colleague_as_head, ground="scope", reason="不行")
    for judge in (floor.lead.actor, floor.second):
        with refused("not_your_role"):
            floor.take(number, "pass_first", judge, seen=True)
    with refused("case_side"):
        floor.take(number, "pass_first", actor("office_head", floor.city.authority), seen=True)
    with refused("case_facts"):
        floor.take(number, "pass_first", floor.first)
    with refused("case_step"):
        floor.take(number, "approve", floor.second, seen=True)
    floor.take(number, "pass_first", floor.first, seen=True)
    first_again = actor("authority_reviewer", floor.city.authority, floor.first.person)
    with refused("same_person"):
        floor.take(number, "approve", first_again, seen=True)
    assert Case.objects.get(number=number).state == "second_review"
    assert not Release.objects.exists()


def test_two_reviewers_at_once(floor) -> None:
    number = floor.asked(floor.frozen(SAFE))
    seen = Case.objects.get(number=number).n
    cases.act(number, "pass_first", {"seen": True}, by=floor.first, now=floor.now, expected=seen)
    other = actor("department_head", floor.city.transport)
    with refused("case_moved"):
        cases.act(number, "refuse_first", {"ground": "scope", "reason": "不行"}, by=other, now=floor.now, expected=seen)
    assert Case.objects.get(number=number).state == "second_review"


@pytest.mark.parametrize(
    "meanwhile", ["zone", "project over", "project closed", "membership", "suspended", "withdrawn"]
)
def test_nothing_is_released_when_its_ground_has_gone(floor, meanwhile) -> None:
    number = floor.asked(floor.frozen(SAFE))
    floor.take(number, "pass_first", floor.first, seen=True)
    admission, provider = Admission.objects.get(unit=""), actor("office_head", floor.city.transport)
    match meanwhile:
        case "zone":
            Zone.objects.update(until=floor.now.date() - timedelta(days=2))
        case "project over":
            Project.objects.update(until=floor.now.date() - timedelta(days=2))
        case "project closed":
            services.close_project(floor.project, by=floor.lead.actor, now=floor.now)
        case "membership":
            services.end_member(floor.project, str(floor.analyst.person), by=floor.lead.actor, now=floor.now)
        case "suspended":
            floor.take(admission.code, "suspend", provider, reason="核查")
        case _:
            floor.take(admission.code, "withdraw", provider, reason="退出")
    before = Entry.objects.count()
    with refused("zone_ended_meanwhile"):
        floor.take(number, "approve", floor.second, seen=True)
    assert (Case.objects.get(number=number).state, Entry.objects.count()) == ("second_review", before)
    assert not Release.objects.exists()
    floor.take(number, "refuse_second", floor.second, ground="scope", reason="依据已失效")
    assert Artefact.objects.get().content is None


def test_other_bytes_than_those_that_were_reviewed_are_refused(floor) -> None:
    number = floor.asked(floor.frozen(SAFE))
    floor.take(number, "pass_first", floor.first, seen=True)
    Artefact.objects.update(content=b"other")
    with refused("release_changed"):
        floor.take(number, "approve", floor.second, seen=True)
    Artefact.objects.update(sha256=hashlib.sha256(b"other").hexdigest())
    with refused("release_changed"):
        floor.take(number, "approve", floor.second, seen=True)
    assert not Release.objects.exists()


def test_a_release_is_for_one_recipient_until_its_day(floor) -> None:
    number = floor.released()
    for other in (floor.analyst.actor, floor.second, actor("steward", floor.city.transport), floor.city.citizen):
        with refused("release_unknown"):
            gate.take(number, by=other, now=floor.now)
    with refused("release_unknown"):
        gate.take("CQ-2026-999999", by=recipient(floor), now=floor.now)
    end, refusals = Release.objects.get().not_after, Entry.objects.count()
    gate.take(number, by=recipient(floor), now=end - timedelta(seconds=1))
    with refused("zone_release_running"):
        floor.take(number, "expire", Actor(via=Via.JOB))
    with refused("grant_expired"):
        gate.take(number, by=recipient(floor), now=end)
    assert Entry.objects.count() == refusals + 3  # answered, delivered, and the refusal
    assert services.sweep(now=end) == 1
    assert (Release.objects.get().content, Case.objects.get(number=number).state) == (None, "expired")
    with refused("grant_expired"):
        gate.take(number, by=recipient(floor), now=end)
    assert Release.objects.get().taken == 1


def test_a_recall_stops_the_delivery(floor) -> None:
    number = floor.released()
    with refused("not_your_role"):
        floor.take(number, "recall", floor.lead.actor, reason="有误")
    with refused("case_side"):
        floor.take(number, "recall", actor("office_head", floor.city.civil), reason="有误")
    floor.take(number, "recall", floor.first, reason="源数据有误")
    with refused("release_recalled"):
        services.fetch(number, by=recipient(floor), now=floor.now)
    with refused("case_step"):
        floor.take(number, "recall", floor.first, reason="再召回")
    assert selectors.taken_out(Zone.objects.get(slug="care"))[0].state == "recalled"


def test_a_suspended_zone_delivers_nothing_and_the_refusal_is_recorded(floor) -> None:
    number = floor.released()
    Zone.objects.update(state=Zone.State.SUSPENDED)
    count = Entry.objects.count()
    with refused("zone_not_in_force"):
        services.fetch(number, by=recipient(floor), now=floor.now)
    assert (Release.objects.get().taken, Entry.objects.count()) == (0, count + 1)
    Zone.objects.update(state=Zone.State.OPERATING)
    assert services.fetch(number, by=recipient(floor), now=floor.now).content
    Zone.objects.update(until=floor.now.date() - timedelta(days=1))
    with refused("zone_not_in_force"):
        services.fetch(number, by=recipient(floor), now=floor.now)


def test_the_recipient_is_told_until_it_is_fetched(floor) -> None:
    number = floor.released()
    waits = DeskItem.objects.filter(url=f"/zones/releases/{number}", closed_at=None)
    assert {(one.institution, one.role) for one in waits} >= {(str(floor.city.civil), "steward")}
    services.fetch(number, by=recipient(floor), now=floor.now)
    assert not waits.all().exists()


def test_bytes_that_changed_in_store_are_not_given(floor) -> None:
    number = floor.released()
    Release.objects.update(content=b"other")
    with refused("release_changed"):
        gate.take(number, by=recipient(floor), now=floor.now)
    assert Release.objects.get().taken == 0


def test_only_a_reviewer_of_the_authority_releases(floor) -> None:
    form = ReleaseForm(
        code="X-1", institution=floor.city.civil, purpose="research", datasets=["x"], level=1, content=b"a",
        sha256=hashlib.sha256(b"a").hexdigest(), media_type="text/csv", file_name="x.csv", not_after=floor.now + timedelta(days=1),
    )  # fmt: skip
    for other in (floor.lead.actor, floor.first, actor("authority_reviewer", floor.city.civil)):
        with refused("release_not_yours"):
            gate.release(form, by=other, now=floor.now)
    with refused("release_changed"):
        gate.release(replace(form, content=b"b"), by=floor.second, now=floor.now)
    gate.release(form, by=floor.second, now=floor.now)
    with refused("grant_exists"):
        gate.release(form, by=floor.second, now=floor.now)
    gate.end_release("X-1", reason="结束", by=floor.second, now=floor.now)
    with refused("lifecycle"):
        gate.end_release("X-1", reason="结束", by=floor.second, now=floor.now)


def test_only_ones_own_frozen_result_can_be_asked_for(floor) -> None:
    artefact = floor.frozen(SAFE)
    with refused("case_facts"):
        floor.asked(artefact, by=floor.lead.actor)
    with refused("not_your_role"):
        floor.asked(artefact, by=floor.first)
    Member.objects.filter(person=str(floor.analyst.person)).update(ended_at=floor.now)
    with refused("zone_not_a_member"):
        floor.asked(artefact)
    Member.objects.update(ended_at=None)
    number = floor.asked(artefact)
    with refused("case_facts"):
        floor.asked(artefact)
    floor.take(number, "withdraw", floor.lead.actor, reason="不要了")
    assert (Artefact.objects.get().state, Artefact.objects.get().content) == ("withdrawn", None)


def test_a_frozen_result_that_nobody_asked_for_is_destroyed(floor) -> None:
    floor.frozen(SAFE)
    assert services.sweep(now=floor.now + timedelta(days=6)) == 0
    assert services.sweep(now=floor.now + timedelta(days=8)) == 1
    assert Artefact.objects.get().content is None
    assert not selectors.taken_out(Zone.objects.get(slug="care"))


def test_the_bytes_and_the_facts_are_for_reviewers(floor) -> None:
    artefact = floor.frozen(PLACES)
    assert not selectors.artefact_for(artefact.pk, floor.analyst.actor).reviews
    assert not selectors.artefact_for(artefact.pk, floor.second).reviews  # not asked for yet
    number = floor.asked(floor.frozen(SAFE))
    asked = Artefact.objects.get(number=number)
    assert selectors.artefact_for(asked.pk, floor.first).reviews
    assert not selectors.artefact_for(asked.pk, floor.lead.actor).reviews
    with refused("zone_artefact_unknown"):
        selectors.artefact_for(asked.pk, recipient(floor))
