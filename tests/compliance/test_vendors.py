"""Vendors: accounts by name that end with the contract by themselves, a warranty that is long enough, a hand-over, attested destruction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from kaimen.accounts import models as account_models
from kaimen.accounts import selectors as accounts
from kaimen.accounts import services as people
from kaimen.accounts.models import Account, Institution
from kaimen.accounts.services import MACHINE
from kaimen.compliance import controls
from kaimen.compliance.models import VendorAccount
from kaimen.compliance.selectors import vendors as vendors_of
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.controls import Outcome
from kaimen.core.policy.party import AccountId, Actor, PersonId, Role, Via
from tests.accounts.people import officer, signed_in
from tests.catalogue.city import an_institution
from tests.compliance.bodies import Bodies, a_case, running

pytestmark = pytest.mark.django_db
SHA = "a" * 64
CONTRACT = {
    "vendor": "softworks", "project": "津贴系统运维", "system": "津贴发放系统", "approval_no": "示信〔2026〕1号", "contract_no": "HT-2026-7",
    "since": "2026-11-01", "until": "2027-03-31", "people": "马工，ma@vendor.example\n牛工, niu@vendor.example", "norms": "最小权限；操作留痕。",
}  # fmt: skip
CLEARED = {"commitment": True, "commitment_digest": SHA}
ACCEPTED = {"acceptance_no": "验-1", "accepted_on": "2026-11-20", "warranty_until": "2028-11-30"}
GIVEN = {"code_given": True, "data_given": True, "controls_given": True, "list_digest": SHA}


@pytest.fixture(autouse=True)
def company(bodies: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    """A company to give contracts to; accounts look at the clock of the story."""
    an_institution("softworks", "示范软件公司", "Softworks", kind="enterprise")
    monkeypatch.setattr(account_models, "now", lambda: bodies.now)


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def contracted(bodies: Bodies, **facts: object) -> str:
    return bodies.begin("vendor", bodies.gives("steward"), **(CONTRACT | facts))


def active(bodies: Bodies, **facts: object) -> str:
    number = contracted(bodies, **facts)
    bodies.take(number, "clear", bodies.gives("security_officer"), **CLEARED)
    return number


def in_warranty(bodies: Bodies) -> str:
    number = active(bodies)
    bodies.take(number, "accept", bodies.gives("office_head"), **ACCEPTED)
    return number


def of(address: str) -> Account:
    return Account.objects.get(email=address)


def comes_in(account: Account) -> bool:
    """Does a browser that has signed in get its own pages?"""
    return signed_in(account).get("/desk/account").status_code == 200


def test_before_it_is_cleared_nobody_has_an_account(bodies) -> None:
    number = contracted(bodies)
    assert not Account.objects.filter(email="ma@vendor.example").exists()
    steward = bodies.gives("steward")
    with refused("same_person"):
        bodies.take(number, "clear", replace(steward, role=Role("security_officer")), **CLEARED)
    with refused("case_facts"):
        bodies.take(number, "clear", bodies.gives("security_officer"), **(CLEARED | {"commitment": False}))
    with refused("case_facts"):
        bodies.take(number, "clear", bodies.gives("security_officer"), **(CLEARED | {"commitment_digest": "abc"}))
    bodies.take(number, "clear", bodies.gives("security_officer"), **CLEARED)
    assert VendorAccount.objects.filter(case=number).count() == 2


def test_the_accounts_end_with_the_contract_at_sign_in_and_for_tokens(bodies) -> None:
    bodies.now = datetime.now(UTC)  # noqa: TID251 - sessions are measured against the real clock
    last = (bodies.now + timedelta(days=20)).astimezone(account_zone()).date()
    active(bodies, until=last.isoformat())
    account = of("ma@vendor.example")
    holder = Actor(
        person=PersonId(str(account.person_id)), account=AccountId(str(account.pk)), role=Role("applicant"), via=Via.CLI
    )
    _, token = people.mint_token(
        name="t", scopes=("account:read",), by=holder, now=bodies.now, days=90, appointment_id=None
    )

    def by_token() -> object:
        return accounts.arrival_by_token(token, address="127.0.0.1", at=bodies.now)

    assert comes_in(account) and by_token() is not None
    bodies.later(days=19)
    assert comes_in(account) and by_token() is not None
    bodies.later(days=3)
    assert not comes_in(account) and by_token() is None


def account_zone():
    from kaimen.office.selectors import rules

    return rules().calendar.zone


def test_prolonged_they_live_on(bodies) -> None:
    number = active(bodies)
    bodies.take(number, "prolong", bodies.gives("security_officer"), contract_no="HT-2027-1", until="2028-03-31")
    bodies.later(days=300)
    assert of("ma@vendor.example").is_active
    bodies.later(days=300)
    assert not of("ma@vendor.example").is_active


def test_ended_early_they_end_at_once(bodies) -> None:
    number = active(bodies)
    with refused("not_your_role"):
        bodies.take(number, "terminate", bodies.gives("steward"), reason="违约")
    bodies.take(number, "terminate", bodies.gives("security_officer"), reason="违约")
    assert not of("ma@vendor.example").is_active and not of("niu@vendor.example").is_active
    assert a_case(number).state == "handing_over"


def test_nobody_ends_an_officers_account_by_naming_it(bodies) -> None:
    people.register_person(name="钱主任", email="qian@city.example", by=MACHINE, now=bodies.now)
    with pytest.raises(KaimenError) as told:
        contracted(bodies, people="钱主任，qian@city.example")
    assert told.value.details["faults"] == ["address_taken"]
    number = contracted(bodies)
    people.register_person(name="马工", email="ma@vendor.example", by=MACHINE, now=bodies.now)  # meanwhile
    with refused("case_facts"):
        bodies.take(number, "clear", bodies.gives("security_officer"), **CLEARED)
    assert of("ma@vendor.example").valid_until is None and not VendorAccount.objects.exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"people": "马工"}, "people"),
        ({"people": "a，x@y.example\nb，x@y.example"}, "people"),
        ({"until": "2026-10-01"}, "until"),
        ({"since": "2027-06-01"}, "until"),
        ({"vendor": "nobody"}, "vendor"),
        ({"contract_no": ""}, "contract_no"),
    ],
)
def test_what_is_missing_or_wrong_is_named(bodies, facts: dict, field: str) -> None:
    with pytest.raises(KaimenError) as told:
        contracted(bodies, **facts)
    assert (told.value.code, told.value.details["fields"]) == ("case_facts", [field])


def test_a_body_is_not_its_own_vendor(bodies) -> None:
    with refused("case_own_body"):
        contracted(bodies, vendor="civil-affairs")


def test_a_warranty_lasts_two_years_at_least(bodies) -> None:
    number = active(bodies)
    with refused("vendor_warranty"):
        bodies.take(number, "accept", bodies.gives("office_head"), **(ACCEPTED | {"warranty_until": "2028-11-01"}))
    bodies.take(number, "accept", bodies.gives("office_head"), **ACCEPTED)
    assert "POL-VND-WARRANTY" in running(number)
    with refused("vendor_in_warranty"):
        bodies.take(number, "end_warranty", bodies.gives("steward"))


def test_a_contract_is_not_prolonged_past_its_warranty(bodies) -> None:
    number = in_warranty(bodies)
    officer_ = bodies.gives("security_officer")
    with refused("vendor_past_warranty"):
        bodies.take(number, "prolong", officer_, contract_no="HT-2", until="2099-01-01")
    bodies.take(number, "prolong", officer_, contract_no="HT-2", until="2028-11-30")


def test_an_address_is_one_that_mail_can_reach(bodies) -> None:
    with pytest.raises(KaimenError, match="not_people"):
        contracted(bodies, people=f"马工，{'x' * 65}@vendor.example")


def test_the_whole_way_to_the_end(bodies) -> None:
    number = in_warranty(bodies)
    bodies.take(number, "add_people", bodies.gives("security_officer"), people="朱工，zhu@vendor.example")
    bodies.later(days=760)
    bodies.take(number, "end_warranty", bodies.gives("steward"))
    assert not running(number)
    with refused("case_facts"):
        bodies.take(number, "hand_over", bodies.gives("steward"), **(GIVEN | {"code_given": False}))
    bodies.take(number, "hand_over", bodies.gives("steward"), **GIVEN)
    with refused("case_step"):
        bodies.take(number, "close", bodies.gives("department_head"))
    officer_ = bodies.gives("security_officer")
    with pytest.raises(KaimenError, match="before_itself"):
        bodies.take(number, "attest", officer_, destroyed_on="2020-01-01", attested=True, attestation_no="销-1")
    bodies.take(number, "attest", officer_, destroyed_on="2028-12-22", attested=True, attestation_no="销-1")
    with refused("same_person"):
        bodies.take(number, "close", replace(officer_, role=Role("department_head")))
    bodies.take(number, "close", bodies.gives("department_head"))
    (line,) = vendors_of.vendors(bodies.gives("steward"), now=bodies.now)
    assert (line.state_code, line.accounts, line.alive) == ("closed", 3, 0)


def test_the_register_is_for_those_concerned(bodies) -> None:
    number = active(bodies)
    assert vendors_of.vendors(bodies.asks("steward"), now=bodies.now) == []
    reviewer = officer("authority_reviewer", Institution.objects.get(pk=bodies.city.authority))
    browser = signed_in(reviewer.account, hat=reviewer.appointment)
    page = browser.get("/en/vendors").content.decode()
    assert number in page and "Softworks" in page and "ma@vendor.example" not in page
    (line,) = browser.get("/api/v1/compliance/vendors").json()
    assert (line["number"], line["accounts"], line["warranty_until"]) == (number, 2, None)
    assert Client().get("/vendors").status_code == 302


def test_the_board_looks_for_accounts_that_outlive_their_contract(bodies) -> None:
    assert {part.outcome for part in controls.vendors_ended(bodies.now)} == {Outcome.NOT_APPLICABLE}
    in_warranty(bodies)
    bodies.later(days=200)
    (ended,) = controls.vendors_ended(bodies.now)
    assert (ended.outcome, ended.counted) == (Outcome.PASS, 1)
    assert [part.outcome for part in controls.vendors(bodies.now)][1] is Outcome.PASS  # the warranty
    Account.objects.filter(email="ma@vendor.example").update(valid_until=None)  # by hand, past every verb
    (ended,) = controls.vendors_ended(bodies.now)
    assert (ended.outcome, ended.failed) == (Outcome.FAIL, 1)
