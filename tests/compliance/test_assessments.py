"""Impact assessments: drafted, endorsed, approved by three people; then, and only for what they name, the gate can be opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kaimen.core.errors import KaimenError
from kaimen.core.policy.party import Role
from kaimen.gate import services as gate
from kaimen.gate.models import Clearance, Grant
from kaimen.gate.services import GrantForm
from kaimen.web.terminal import sentence
from tests.compliance.bodies import Bodies, a_case

pytestmark = pytest.mark.django_db
ASSESSED = {
    "kind": "impact",
    "recipient": "transport",
    "purposes": ["duty"],
    "columns": ["id_number", "name"],
    "legality": "核对停车优惠资格，依据示范市道路停车条例第九条；只给两项。",
    "risk": "身份证号可以认出本人；对本人的影响限于优惠资格。",
    "measures": "身份证号换成代号，查询留痕，用完删除。",
    "grade": "medium",
    "holds_until": "2027-11-30",
}


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def drafted(bodies: Bodies, **facts) -> str:
    return bodies.begin("impact_assessment", bodies.gives("steward"), **(ASSESSED | {"dataset": bodies.slug} | facts))


def approved(bodies: Bodies, **facts) -> str:
    number = drafted(bodies, **facts)
    bodies.take(number, "review", bodies.gives("protection_officer"), opinion="措施与风险相适应")
    bodies.take(number, "approve", bodies.gives("department_head"))
    return number


def opened(bodies: Bodies, *columns: str, code: str = "AG-1", purpose: str = "duty") -> Grant:
    form = GrantForm(
        code=code, dataset=bodies.entry, purposes=(purpose,), institution=bodies.city.transport,
        not_before=bodies.now, not_after=bodies.now + timedelta(days=900), duties=GrantForm.duties_of(columns=columns),
    )  # fmt: skip
    return gate.grant(form, by=bodies.gives("department_head"), now=bodies.now)


def asked(bodies: Bodies) -> object:
    question = gate.Question(sql=f'SELECT name FROM "{bodies.slug}" LIMIT 1', purpose="duty")
    return gate.decide(question, by=bodies.asks("steward"), now=bodies.now)


def test_the_gate_opens_after_three_people_and_not_before(bodies) -> None:
    number = drafted(bodies)
    with refused("assessment_missing"):
        opened(bodies, "name")
    bodies.take(number, "review", bodies.gives("protection_officer"), opinion="可以")
    with refused("assessment_missing"):
        opened(bodies, "name")
    bodies.take(number, "approve", bodies.gives("department_head"))
    assert a_case(number).state == "in_force"
    opened(bodies, "name")
    assert asked(bodies)
    assert Clearance.objects.get().code == number
    with refused("assessment_missing"):
        opened(bodies, "name", code="AG-2", purpose="audit")


def test_nobody_judges_their_own_draft(bodies) -> None:
    number = drafted(bodies)
    steward = bodies.gives("steward")
    for verb, role in (("review", "protection_officer"), ("send_back", "protection_officer")):
        with refused("same_person"):
            other = replace(steward, role=Role(role))
            bodies.take(number, verb, other, **({"opinion": "x"} if verb == "review" else {"reason": "x"}))
    assert a_case(number).state == "drafted"


def test_only_the_body_that_provides_the_data_assesses(bodies) -> None:
    with refused("case_side"):
        bodies.begin(
            "impact_assessment",
            bodies.asks("steward"),
            **(ASSESSED | {"dataset": bodies.slug, "recipient": "civil-affairs"}),
        )
    number = drafted(bodies)
    with pytest.raises(KaimenError):
        bodies.take(number, "review", bodies.asks("protection_officer"), opinion="x")
    with pytest.raises(KaimenError):
        bodies.take(number, "approve", bodies.gives("department_head"))  # not reviewed yet
    assert not Clearance.objects.exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"recipient": ""}, "recipient"),
        ({"recipient": "nobody"}, "recipient"),
        ({"columns": ["nothing"]}, "columns"),
        ({"columns": []}, "columns"),
        ({"purposes": ["fun"]}, "purposes"),
        ({"holds_until": "2020-01-01"}, "holds_until"),
        ({"kind": "other"}, "kind"),
        ({"legality": ""}, "legality"),
    ],
)
def test_what_is_missing_or_wrong_is_named(bodies, facts: dict, field: str) -> None:
    with pytest.raises(KaimenError) as told:
        drafted(bodies, **facts)
    assert (told.value.code, told.value.details["fields"]) == ("case_facts", [field])


def test_for_the_body_itself_none_is_needed(bodies) -> None:
    with refused("case_own_body"):
        drafted(bodies, recipient="civil-affairs")


def test_sent_back_and_mended_the_new_scope_counts(bodies) -> None:
    number = drafted(bodies)
    bodies.take(number, "send_back", bodies.gives("protection_officer"), reason="列多了")
    kept = {name: ASSESSED[name] for name in ("purposes", "legality", "risk", "measures", "grade", "holds_until")}
    bodies.take(number, "amend", bodies.gives("steward"), columns=["name"], **kept)
    bodies.take(number, "review", bodies.gives("protection_officer"), opinion="可以")
    bodies.take(number, "approve", bodies.gives("department_head"))
    assert Clearance.objects.get().columns == ["name"]
    with refused("assessment_missing"):
        opened(bodies, "name", "id_number")
    opened(bodies, "name")


def test_declared_void_it_shuts_what_stands_on_it(bodies) -> None:
    number = approved(bodies)
    opened(bodies, "name")
    assert asked(bodies)
    bodies.take(number, "invalidate", bodies.gives("protection_officer"), reason="用途变了")
    with pytest.raises(KaimenError):
        asked(bodies)
    assert a_case(number).state == "ended"
    approved(bodies)
    assert asked(bodies)  # assessed again, it goes on


def test_approved_after_its_own_end_it_is_refused(bodies) -> None:
    number = drafted(bodies)
    bodies.take(number, "review", bodies.gives("protection_officer"), opinion="可以")
    bodies.later(days=500)
    with refused("case_facts"):
        bodies.take(number, "approve", bodies.gives("department_head"))
    assert not Clearance.objects.exists()


def test_the_refusal_says_what_to_do_in_both_languages(bodies) -> None:
    from django.utils import translation

    with pytest.raises(KaimenError) as told:
        opened(bodies, "name")
    with translation.override("en"):
        assert "(impact on persons)" in sentence(told.value.code, told.value.details)
    with translation.override("zh-hans"):
        assert "（对个人的影响）" in sentence(told.value.code, told.value.details)
