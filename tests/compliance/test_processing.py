"""Records of processing: declared, endorsed by somebody else, public in part; what the gate gave beyond them is found with its receipts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from kaimen.accounts.models import Institution
from kaimen.compliance import controls
from kaimen.compliance.selectors import inventory
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.controls import Outcome
from kaimen.core.policy.party import Role
from kaimen.gate.models import Decision
from tests.accounts.people import officer, signed_in
from tests.compliance.bodies import Bodies, a_case

pytestmark = pytest.mark.django_db
DECLARED = {
    "activity": "高龄津贴发放", "purposes": ["duty"], "basis": "duty", "statute": "老年人权益保障法第三十三条", "persons_band": "10k-100k",
    "source": "subject", "recipients": "transport", "months": 36, "months_basis": "会计档案管理办法", "notice": "rules",
    "notice_at": "/privacy", "storage": "domestic", "automated": "no",
}  # fmt: skip


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def declared(bodies: Bodies, **facts: object) -> str:
    return bodies.begin("processing", bodies.gives("steward"), **(DECLARED | {"dataset": bodies.slug} | facts))


def endorsed(bodies: Bodies, **facts: object) -> str:
    number = declared(bodies, **facts)
    bodies.take(number, "endorse", bodies.gives("protection_officer"))
    return number


def answered(
    bodies: Bodies, receipt: str, *, purpose: str = "duty", columns: tuple[str, ...] = ("name",), body: object = None
) -> None:
    """An answer of the gate, as it writes it down."""
    Decision.objects.create(
        receipt=receipt, at=bodies.now, institution=str(body or bodies.city.transport), purpose=purpose, channel="api",
        datasets=[bodies.entry], policies=[], policy_hash="", columns=[{"name": one, "treatment": "clear"} for one in columns],
        outcome="complete",
    )  # fmt: skip


def found(bodies: Bodies) -> set[tuple[str, str]]:
    return {(one.kind, one.what) for one in inventory.findings(now=bodies.now)}


def test_labels_of_the_catalogue_are_its_seed(bodies) -> None:
    case = a_case(declared(bodies))
    assert case.facts["columns"] == ["id_number", "name"] and case.facts["pi_kinds"] == ["general"]
    with refused("case_facts"):
        declared(bodies, columns=["amount"])
    assert [one.slug for one in inventory.undeclared(bodies.gives("steward"))] == [bodies.slug]  # not endorsed yet
    assert inventory.undeclared(bodies.asks("steward")) == []


def test_nobody_endorses_a_draft_of_their_own(bodies) -> None:
    number = declared(bodies)
    with refused("same_person"):
        bodies.take(number, "endorse", replace(bodies.gives("steward"), role=Role("protection_officer")))
    bodies.take(number, "send_back", bodies.gives("protection_officer"), reason="写明期限依据")
    kept = {name: DECLARED[name] for name in DECLARED if name != "activity"}
    bodies.take(number, "amend", bodies.gives("steward"), **(kept | {"months": 24}))
    bodies.take(number, "endorse", bodies.gives("protection_officer"))
    assert inventory.records()[0].facts["months"] == 24
    assert inventory.undeclared(bodies.gives("steward")) == []
    with refused("case_side"):
        bodies.begin("processing", bodies.asks("steward"), **(DECLARED | {"dataset": bodies.slug}))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"basis": "wish"}, "basis"),
        ({"notice_at": ""}, "notice_at"),
        ({"recipients": "transport\nnobody"}, "recipients"),
        ({"months": 0}, "months"),
        ({"purposes": []}, "purposes"),
        ({"storage": ""}, "storage"),
    ],
)
def test_what_is_missing_or_wrong_is_named(bodies, facts: dict, field: str) -> None:
    with pytest.raises(KaimenError) as told:
        declared(bodies, **facts)
    assert (told.value.code, told.value.details["fields"]) == ("case_facts", [field])


def test_what_is_declared_is_found_in_order(bodies) -> None:
    endorsed(bodies)
    answered(bodies, "r1")
    answered(bodies, "r2", columns=("n",))
    assert found(bodies) == set()
    (part,) = controls.declared_against_seen(bodies.now)
    assert (part.outcome, part.counted) == (Outcome.PASS, 1)


def test_what_was_seen_and_not_declared_is_found_with_its_receipts(bodies) -> None:
    answered(bodies, "r1")
    assert found(bodies) == {("record", bodies.slug)}
    endorsed(bodies, columns=["name"])
    answered(bodies, "r2", purpose="research")
    answered(bodies, "r3", columns=("id_number", "name"))
    answered(bodies, "r4", body=bodies.city.authority)
    answered(bodies, "r5", body=bodies.city.civil, purpose="duty")  # the body's own use for its own purpose
    assert found(bodies) == {("purpose", "research"), ("column", "id_number"), ("recipient", "data-authority")}
    by_kind = {one.kind: one for one in inventory.findings(now=bodies.now)}
    assert by_kind["recipient"].receipts == ("r4",) and by_kind["column"].answers == 2
    (part,) = controls.declared_against_seen(bodies.now)
    assert (part.outcome, part.failed) == (Outcome.FAIL, 1)
    bodies.later(days=31)
    assert found(bodies) == set()


def test_without_any_use_or_record_there_is_nothing_to_look_at(bodies) -> None:
    (part,) = controls.declared_against_seen(bodies.now)
    assert part.outcome is Outcome.NOT_APPLICABLE


def test_findings_are_for_the_body_and_its_overseers(bodies, monkeypatch) -> None:
    for place in ("views.registers", "api.registers"):
        monkeypatch.setattr(f"kaimen.compliance.{place}.now", lambda: bodies.now)
    answered(bodies, "r1")
    assert inventory.findings_for(bodies.asks("steward"), now=bodies.now) == []
    assert len(inventory.findings_for(bodies.gives("steward"), now=bodies.now)) == 1
    reviewer = officer("authority_reviewer", Institution.objects.get(pk=bodies.city.authority))
    browser = signed_in(reviewer.account, hat=reviewer.appointment)
    page = browser.get("/en/processing/work").content.decode()
    assert reverse("log-entry", args=["r1"]) in page and f"?dataset={bodies.slug}" in page
    (line,) = browser.get("/api/v1/compliance/processing/findings").json()
    assert (line["kind"], line["institution"], line["receipts"]) == ("record", "transport", ["r1"])
    assert Client().get("/api/v1/compliance/processing/findings").status_code == 401


def test_the_public_part_is_public(bodies) -> None:
    declared(bodies, activity="草稿")
    number = endorsed(bodies, entrusted="示范软件公司")
    page = Client().get("/processing").content.decode()
    assert number in page and "高龄津贴发放" in page and "会计档案管理办法" in page
    assert "示范软件公司" not in page and "草稿" not in page
    (line,) = Client().get("/api/v1/compliance/processing").json()
    assert (line["institution"], line["recipients"], line["kinds"]) == ("civil-affairs", ["transport"], ["general"])
    bodies.take(number, "end", bodies.gives("steward"), reason="停办")
    assert Client().get("/api/v1/compliance/processing").json() == []
