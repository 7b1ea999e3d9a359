"""The small part of the city, built by the services of the rooms."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from demo.plan import city
from kaimen.accounts import demo as demo_people
from kaimen.accounts import selectors as accounts
from kaimen.accounts.models import Account, Appointment, Institution
from kaimen.cases.models import Case
from kaimen.catalogue import selectors as catalogue
from kaimen.catalogue.models import Entry
from kaimen.compliance.models import Commitment, Grade, Officer, VendorAccount
from kaimen.compliance.selectors import exports, inventory, officers
from kaimen.config import demo
from kaimen.core.policy.party import Actor, Via
from kaimen.evidence.models import Entry as Leaf
from kaimen.monitor.registers import registers
from kaimen.zones.models import Admission, Analysis, Member, Project, Zone
from tests.demo.conftest import NOW

REGISTERS = {one.slug for one in registers("cn_beijing").values()}
"""Entries of the monitor, which the plan of the city does not name."""


@pytest.fixture
def built(small_city: Path, db: None) -> Path:
    return small_city / "demo"


def test_every_body_person_and_entry_is_there_in_its_state(built: Path) -> None:
    plan = city()
    assert Institution.objects.count() == len(plan.bodies)
    assert Account.objects.filter(kind="demo").count() == len(plan.people)
    assert dict(Entry.objects.values_list("slug", "state")) == {
        entry.slug: entry.state for entry in plan.entries.values()
    } | dict.fromkeys(REGISTERS, "published")


def test_tokens_are_the_owners_alone_and_work(built: Path) -> None:
    file = built / "tokens.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told = json.loads(file.read_text("utf-8"))
    assert {one["person"] for one in told} == {person.code for person in city().people}
    for one in (told[0], next(one for one in told if one["person"] == "citizen")):
        arrival = accounts.arrival_by_token(one["token"], address="127.0.0.1", at=NOW)
        assert arrival is not None
        assert arrival.actor.role == (one["role"] if one["institution"] else arrival.actor.role)


def test_loading_again_changes_nothing_but_the_tokens(built: Path) -> None:
    def counted() -> dict[str, int]:
        return {
            "bodies": Institution.objects.count(),
            "accounts": Account.objects.count(),
            "appointments": Appointment.objects.count(),
            "entries": Entry.objects.count(),
            "cases": Case.objects.count() + Grade.objects.count() + Commitment.objects.count(),
            "zones": Zone.objects.count() + Admission.objects.count() + Member.objects.count(),
        }

    before, file = counted(), built / "tokens.json"
    tokens = file.read_bytes()
    demo.load_small(NOW)
    assert counted() == before
    assert file.read_bytes() != tokens
    file.write_bytes(tokens)  # the database of the module forgets the new ones


def test_a_zone_is_in_operation_and_its_team_can_begin(built: Path) -> None:
    (told,) = city().zones
    zone = Zone.objects.get()
    assert (zone.slug, zone.state) == (told.slug, Zone.State.OPERATING)
    assert Admission.objects.get().dataset == Entry.objects.get(slug=told.admitted.entry).pk
    project = Project.objects.get()
    assert Member.objects.filter(project=project).exclude(committed_at=None).count() == 2
    assert Analysis.objects.get().project_id == project.pk


def test_the_second_start_does_nothing(built: Path) -> None:
    demo.ensure()
    before = Leaf.objects.count()
    demo.ensure()
    assert Leaf.objects.count() == before


def test_heads_are_appointed_by_the_authority_and_never_by_themselves(built: Path) -> None:
    given = Appointment.objects.exclude(nominated_by=None)
    by_case = 1  # the security officer, who is not of the plan
    assert given.count() == len([person for person in city().people if person.body]) - 3 + by_case
    assert not any(one.approved_by_id in {one.nominated_by_id, one.person_id} for one in given)


def test_the_public_sees_open_entries_only(built: Path) -> None:
    from kaimen.core.policy.party import ANYBODY

    seen = set(catalogue.visible(ANYBODY).values_list("slug", flat=True))
    wanted = {entry.slug for entry in city().entries.values() if entry.state == "published" and entry.open in {1, 2}}
    assert seen == wanted | REGISTERS


def test_the_log_says_that_the_past_was_told(built: Path) -> None:
    leaves = [bytes(leaf.leaf) for leaf in Leaf.objects.all()]
    assert sum(b"demo.loaded" in leaf for leaf in leaves) == 1


def test_the_head_of_the_first_stewards_body_has_a_card(built: Path, settings: object) -> None:
    settings.KAIMEN_DEMO, settings.KAIMEN_HOME = True, built.parent  # type: ignore[attr-defined]
    shown = demo_people.cards(at=NOW)
    plan = city()
    for code in (
        "civil.steward", "civil.department_head", "civil.protection_officer", "authority.authority_reviewer",
        "care_lab.zone_operator", "care_lab.zone_analyst",
    ):  # fmt: skip
        person = plan.person(code)
        assert [(one.name, one.institution_zh) for one in shown if one.name == person.name.zh] == [
            (person.name.zh, plan.bodies[code.partition(".")[0]].short.zh)
        ]


def test_its_safeguards_stand(built: Path) -> None:
    del built
    shown = {one.slug: {post.code: post for post in one.posts} for one in officers.officers(at=NOW)}
    assert shown["civil"]["protection_officer"].holder is not None
    assert shown["authority"]["cdo"].holder is not None and not shown["civil"]["cdo"].held
    assert Officer.objects.count() == 8 and VendorAccount.objects.count() == 2
    told = {one.dataset: one for one in exports.exports(Actor(via=Via.JOB), now=NOW)}
    assert (told["parking_operators"].route_code, told["parking_operators"].state_code) == (
        "security_assessment",
        "filed",
    )
    assert told["flights"].route_code == "exempt" and told["flights"].open
    assert [one.entry.slug for one in inventory.records()] == ["elder_allowances"]
    assert Commitment.objects.exclude(code__startswith="AG-").count() == 1 and Grade.objects.exists()
