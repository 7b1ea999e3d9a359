"""Questions inside a zone: who may ask, what is shown, what each leaves in the log, and that no other data can be named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from kaimen.core.errors import KaimenError
from kaimen.core.metadata.entry import Text
from kaimen.core.policy.model import Channel
from kaimen.core.policy.party import Actor
from kaimen.evidence.models import Entry
from kaimen.gate import services as gate
from kaimen.gate.models import Decision
from kaimen.gate.services import GrantForm, Question
from kaimen.zones import pages, selectors, services
from kaimen.zones.models import Admission, Analysis, Artefact, Member, Project, Screen, Zone
from tests.accounts.people import officer
from tests.catalogue.city import PARKING, actor, published
from tests.opening.town import car_parks, load
from tests.zones.floor import BY_DISTRICT, PLACES, a_project

pytestmark = pytest.mark.django_db


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def test_a_member_sees_totals_and_the_log_has_the_receipt(floor) -> None:
    before = Decision.objects.count()
    shown = floor.run(BY_DISTRICT + " ORDER BY district")
    assert [row[:2] for row in shown.rows] == [["110105", 30], ["110108", 20]]  # three in the third are too few
    decision = Decision.objects.get(pk=shown.answer.receipt.entry)
    assert (Decision.objects.count(), decision.channel, decision.outcome) == (before + 1, "zone", "complete")
    assert any(shown.answer.receipt.entry.encode() in bytes(one.leaf) for one in Entry.objects.all())
    with refused("sql_not_totals"):
        floor.run('SELECT * FROM "{people}"')


def test_rows_of_no_persons_are_shown_in_small_form_and_counted(floor, monkeypatch) -> None:
    monkeypatch.setattr(services.working, "SHOWN_ROWS", 10)
    shown = floor.run('SELECT * FROM "{parks}"')
    assert (len(shown.rows), shown.more) == (10, True)
    assert Screen.objects.get().rows == 10
    floor.run(PLACES)
    assert Screen.objects.get().rows == 13
    with refused("dataset_unknown"):
        floor.run("SELECT 1 FROM nothing")
    assert Screen.objects.get().rows == 13  # what was not shown is given back
    Screen.objects.update(rows=995)
    assert len(floor.run('SELECT * FROM "{parks}"').rows) == 5
    with refused("zone_screen_spent"):
        floor.run()
    assert len(floor.run('SELECT * FROM "{parks}"', now=floor.now + timedelta(days=1)).rows) == 10


@pytest.mark.parametrize("held", ["open to all", "granted otherwise", "admitted to another zone"])
def test_data_that_are_not_admitted_here_do_not_exist(floor, held) -> None:
    body = replace(PARKING, title=Text(zh="开放停车场", en="Open car parks"))
    entry = published(floor.city, body, now=floor.now)
    load(entry, car_parks(40), by=floor.city.steward, now=floor.now)
    if held == "granted otherwise":
        form = GrantForm(
            code="AG-1", dataset=entry, purposes=("research",), not_before=floor.now, not_after=floor.now + timedelta(days=9),
            institution=floor.analyst.actor.institution,
        )  # fmt: skip
        gate.grant(form, by=floor.city.steward, now=floor.now)
    if held == "admitted to another zone":
        Zone.objects.create(**(Zone.objects.filter(slug="care").values()[0] | {"slug": "other", "case": "x"}))
        Admission.objects.filter(unit="").update(zone="other")
        entry = floor.parks
    with refused("dataset_unknown") as unknown:
        floor.run(f'SELECT count(*) AS n FROM "{entry}"')
    with refused("dataset_unknown") as nothing:
        floor.run('SELECT count(*) AS n FROM "no_such_thing"')
    assert {**unknown.value.details, "name": ""} == {**nothing.value.details, "name": ""}


def test_the_channel_of_the_zone_cannot_be_used_without_a_project(floor) -> None:
    for channel in set(Channel) - {Channel.ZONE}:
        with pytest.raises(KaimenError):
            gate.decide(
                Question(sql=floor.sql(PLACES), purpose="research", channel=channel),
                by=floor.analyst.actor,
                now=floor.now,
            )


def test_who_may_not_ask(floor) -> None:
    newcomer = officer("zone_analyst", floor.company)
    with refused("zone_not_a_member"):
        floor.run(by=newcomer.actor)
    services.add_member(floor.project, str(newcomer.person), by=floor.lead.actor, now=floor.now)
    with refused("zone_commitment_missing"):
        floor.run(by=newcomer.actor)
    for stranger in (actor("zone_analyst", floor.city.civil), floor.city.citizen, Actor()):
        with refused("zone_project_unknown"):
            floor.run(by=stranger)
    for inside in (floor.first, floor.second):
        with refused("not_your_role"):
            floor.run(by=inside)
    services.end_member(floor.project, str(floor.analyst.person), by=floor.lead.actor, now=floor.now)
    with refused("zone_not_a_member"):
        floor.run()


@pytest.mark.parametrize(
    "ended", ["zone suspended", "zone over", "project closed", "project over", "admission suspended"]
)
def test_nothing_is_answered_after_the_end(floor, ended) -> None:
    kept, before = floor.saved(), Decision.objects.count()
    code = "zone_not_in_force" if ended.startswith("zone") else "zone_project_over"
    match ended:
        case "zone suspended":
            Zone.objects.update(state=Zone.State.SUSPENDED)
        case "zone over":
            Zone.objects.update(until=floor.now.date() - timedelta(days=2))
        case "project closed":
            services.close_project(floor.project, by=floor.lead.actor, now=floor.now)
        case "project over":
            Project.objects.update(until=floor.now.date() - timedelta(days=2))
        case _:
            floor.take(
                Admission.objects.get(unit="").code,
                "suspend",
                actor("office_head", floor.city.transport),
                reason="核查",
            )
            code = "grant_suspended"
    for act in (
        lambda: services.run(floor.project, floor.sql(PLACES), by=floor.analyst.actor, now=floor.now),
        lambda: services.run_saved(kept, by=floor.analyst.actor, now=floor.now),
        lambda: services.freeze(kept, form="table", title="x", by=floor.analyst.actor, now=floor.now),
    ):
        with refused(code):
            act()
    assert Decision.objects.count() == before
    assert not Artefact.objects.exists()


def test_an_analysis_keeps_its_versions_and_its_last_run(floor) -> None:
    first, second = floor.saved(), floor.saved(BY_DISTRICT)
    assert list(Analysis.objects.order_by("version").values_list("version", "sql")) == [
        (1, floor.sql(PLACES)),
        (2, floor.sql(BY_DISTRICT)),
    ]
    shown = services.run_saved(second, by=floor.lead.actor, now=floor.now)
    kept = Analysis.objects.get(pk=second)
    assert (kept.run_at, kept.receipt) == (floor.now, shown.answer.receipt.entry)
    assert Analysis.objects.get(pk=first).run_at is None
    for name, sql in (("", "SELECT 1"), ("x" * 121, "SELECT 1"), ("x", " ")):
        with refused("zone_analysis_form"):
            services.save(floor.project, name, sql, by=floor.analyst.actor, now=floor.now)
    with refused("zone_analysis_unknown"):
        services.run_saved(second, by=actor("zone_analyst", floor.city.civil), now=floor.now)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ('DROP TABLE "{parks}"', "sql_"),
        ("SELECT 1; SELECT 2", "sql_"),
        ('SELECT id_number FROM "{people}"', "sql_not_totals"),
        ('SELECT district, count(*) FROM "{people}" GROUP BY 1', "sql_not_totals"),
        ('SELECT * FROM "bus_stops"', "dataset_unknown"),
    ],
)
def test_what_the_gate_would_refuse_is_not_kept(floor, sql, code) -> None:
    before = Decision.objects.count()
    with pytest.raises(KaimenError, match=rf"^{code}"):
        floor.saved(sql)
    assert not Analysis.objects.exists()
    assert Decision.objects.count() == before


def test_an_analysis_is_deleted_in_all_its_versions_and_may_come_again(floor) -> None:
    first, second = floor.saved(), floor.saved(BY_DISTRICT)
    made = services.freeze(second, form="table", title="x", by=floor.analyst.actor, now=floor.now)
    with refused("zone_analysis_unknown"):
        services.remove(second, by=actor("zone_analyst", floor.city.civil), now=floor.now)
    services.remove(second, by=floor.analyst.actor, now=floor.now)
    project = Project.objects.get(pk=floor.project)
    assert selectors.analyses(project) == []
    for code in (first, second):
        with refused("zone_analysis_unknown"):
            services.run_saved(code, by=floor.analyst.actor, now=floor.now)
    assert selectors.artefacts(project) == [made]
    third = floor.saved()
    assert [(one.pk, one.version) for one in selectors.analyses(project)] == [(third, 3)]


def test_it_is_said_that_small_groups_are_left_out_and_why_nothing_comes(floor) -> None:
    with translation.override("en"):
        told = pages.verdict(floor.run())
        assert "groups of fewer than 20 are left out, and it is not told how many" in told.notes
        told = pages.verdict(floor.run("SELECT count(*) AS n FROM \"{people}\" WHERE district = '110119'"))
        assert any("every group has fewer than 20" in note for note in told.notes)
        assert not any("groups" in note for note in pages.verdict(floor.run(PLACES)).notes)


def test_a_project_is_opened_by_the_operator_for_what_was_agreed(floor) -> None:
    good = {
        "title": "停车",
        "product": "停车产品",
        "purpose": "research",
        "until": floor.now.date() + timedelta(days=9),
    }
    count = Project.objects.count()
    for wrong in (
        {"title": " "},
        {"product": "别的"},
        {"purpose": "whatever"},
        {"until": floor.now.date() - timedelta(days=2)},
        {"until": floor.now.date() + timedelta(days=9999)},
    ):
        with refused("zone_project_form"):
            services.open_project("care", **(good | wrong), by=floor.lead.actor, now=floor.now)
    for other in (floor.analyst.actor, floor.first, actor("zone_operator", floor.city.civil)):
        with refused("not_your_role"):
            services.open_project("care", **good, by=other, now=floor.now)
    with refused("zone_unknown"):
        services.open_project("nowhere", **good, by=floor.lead.actor, now=floor.now)
    Zone.objects.update(state=Zone.State.EXITING)
    with refused("zone_not_in_force"):
        services.open_project("care", **good, by=floor.lead.actor, now=floor.now)
    assert Project.objects.count() == count


def test_a_team_is_of_the_operator_and_nobody_is_in_it_twice(floor) -> None:
    with refused("zone_member_already"):
        services.add_member(floor.project, str(floor.analyst.person), by=floor.lead.actor, now=floor.now)
    outsider = officer("steward", type(floor.company).objects.get(slug="transport"))
    with refused("zone_not_an_analyst"):
        services.add_member(floor.project, str(outsider.person), by=floor.lead.actor, now=floor.now)
    with refused("not_your_role"):
        services.add_member(floor.project, str(outsider.person), by=floor.analyst.actor, now=floor.now)
    with refused("zone_member_unknown"):
        services.end_member(floor.project, str(outsider.person), by=floor.lead.actor, now=floor.now)
    with refused("zone_not_a_member"):
        services.commit(floor.project, by=officer("zone_analyst", floor.company).actor, now=floor.now)
    assert Member.objects.filter(project=floor.project).count() == 2
    services.close_project(floor.project, by=floor.lead.actor, now=floor.now)
    with refused("lifecycle"):
        services.close_project(floor.project, by=floor.lead.actor, now=floor.now)
    leaves = b"".join(bytes(one.leaf) for one in Entry.objects.all())
    assert (leaves.count(b'"zone.member"'), leaves.count(b'"zone.project"')) == (4, 2)
    assert a_project(floor) != floor.project  # another may be opened
