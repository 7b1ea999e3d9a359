"""Who may give what to whom, four eyes, tokens, mandates: on the real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kaimen.accounts import selectors, services
from kaimen.accounts.models import Account, ApiToken, Appointment, Invitation, Mandate
from kaimen.accounts.services import MACHINE, InstitutionForm
from kaimen.core.errors import Invalid, KaimenError, Missing, Refused
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Role, Via
from kaimen.evidence.models import Entry
from kaimen.office.models import DeskItem, Outbox
from tests.accounts.people import NOW, PASSWORD, Officer, body, officer, person

pytestmark = pytest.mark.django_db


def key(of: object) -> InstitutionId:
    return InstitutionId(str(of.pk))  # type: ignore[attr-defined]


def name(person_of: Account, role: str, institution: object, *, by: Actor, **more: object) -> Appointment:
    return services.nominate(
        PersonId(str(person_of.person_id)), role_code=role, institution_id=key(institution), since=NOW - timedelta(days=1), by=by,
        now=NOW, **more,
    )  # type: ignore[arg-type]  # fmt: skip


def refused(code: str) -> pytest.RaisesExc[KaimenError]:
    return pytest.RaisesExc(KaimenError, check=lambda error: error.code == code)


@pytest.fixture
def city() -> dict[str, object]:
    authority, bureau = body("data", is_authority=True), body("transport")
    return {
        "authority": authority,
        "bureau": bureau,
        "operator": officer("operator", authority),
        "reviewer": officer("authority_reviewer", authority),
        "head": officer("department_head", bureau),
        "steward": officer("steward", bureau),
    }


# ---- appointments


def test_a_nomination_is_approved_by_somebody_else_and_waits_on_their_desk(city: dict) -> None:
    named = name(person(), "office_head", city["bureau"], by=city["steward"].actor)
    waiting = DeskItem.objects.get(ref=str(named.pk), closed_at=None)
    assert (waiting.role, waiting.institution) == ("department_head", str(city["bureau"].pk))
    services.approve_appointment(str(named.pk), by=city["head"].actor, now=NOW)
    assert selectors.holders("office_head", key(city["bureau"]), at=NOW) == [str(named.person_id)]
    assert not DeskItem.objects.filter(ref=str(named.pk), closed_at=None).exists()


def test_each_step_leaves_one_entry_in_its_own_transaction(city: dict) -> None:
    before = Entry.objects.count()
    named = name(person(), "cdo", city["bureau"], by=city["operator"].actor)
    services.approve_appointment(str(named.pk), by=city["head"].actor, now=NOW)
    services.suspend_appointment(str(named.pk), reason="leave", by=city["head"].actor, now=NOW)
    services.resume_appointment(str(named.pk), reason="back", by=city["head"].actor, now=NOW)
    services.end_appointment(str(named.pk), reason="moved", by=city["head"].actor, now=NOW)
    assert Entry.objects.count() - before == 1 + 5  # the person, then five steps
    count = Entry.objects.count()
    with pytest.raises(Refused):
        services.approve_appointment(str(named.pk), by=city["head"].actor, now=NOW)
    assert Entry.objects.count() == count


def test_who_named_does_not_approve(city: dict) -> None:
    both = officer("department_head", body("two"))
    steward_too = officer("steward", both.appointment.institution, account=both.account)
    named = name(person(), "office_head", both.appointment.institution, by=steward_too.actor)
    with refused("same_person"):
        services.approve_appointment(str(named.pk), by=both.actor, now=NOW)


def test_nobody_approves_themselves(city: dict) -> None:
    named = name(city["head"].account, "cdo", city["bureau"], by=city["operator"].actor)
    with refused("same_person"):
        services.approve_appointment(str(named.pk), by=city["head"].actor, now=NOW)


def test_four_eyes_follows_a_merge(city: dict) -> None:
    twin = officer("steward", city["bureau"])
    named = name(person(), "office_head", city["bureau"], by=twin.actor)
    services.merge_persons(twin.person, city["head"].person, reason="one man", by=MACHINE, now=NOW)
    with refused("same_person"):
        services.approve_appointment(str(named.pk), by=city["head"].actor, now=NOW)


def test_four_eyes_follows_a_delegation(city: dict) -> None:
    steward, head = city["steward"], city["head"]
    named = name(person(), "office_head", city["bureau"], by=steward.actor)
    services.delegate(
        str(steward.appointment.pk), head.person, verbs=["nominate"], since=NOW, until=NOW + timedelta(days=3), reason="leave",
        by=steward.actor, now=NOW,
    )  # fmt: skip
    with refused("same_person"):
        services.approve_appointment(str(named.pk), by=head.actor, now=NOW)


def test_even_a_row_written_by_hand_cannot_have_two_eyes_only(city: dict) -> None:
    named = name(person(), "cdo", city["bureau"], by=city["operator"].actor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=named.pk).update(approved_by=named.nominated_by_id)


@pytest.mark.parametrize(
    ("giver", "where"), [("reviewer", "bureau"), ("head", "bureau"), ("steward", "authority"), ("head", "authority")]
)
def test_only_the_roles_of_the_pack_name_and_only_where_they_reach(city: dict, giver: str, where: str) -> None:
    with refused("role_missing"):
        name(person(), "steward", city[where], by=city[giver].actor)


def test_who_gives_the_office_at_home_is_told_that_it_is_another_body(city: dict) -> None:
    steward = city["steward"].actor
    name(person(), "protection_officer", city["bureau"], by=steward)
    with refused("body_of_others"):
        name(person(), "protection_officer", city["authority"], by=steward)


def test_a_token_appoints_nobody(city: dict) -> None:
    with refused("person_needed"):
        name(person(), "steward", city["bureau"], by=replace(city["operator"].actor, via=Via.TOKEN))


@pytest.mark.parametrize(
    ("role", "form", "code"),
    [
        ("authority_reviewer", {}, "role_body"),
        ("applicant", {}, "role_body"),
        ("king", {}, "role"),
    ],
)
def test_a_body_has_only_its_roles(city: dict, role: str, form: dict[str, object], code: str) -> None:
    with refused(code):
        name(person(), role, body("plain", **form), by=MACHINE)


def test_what_is_kept_apart_is_not_given_to_one_hand(city: dict) -> None:
    for role in ("security_admin", "auditor"):
        with refused("role_conflict"):
            name(city["operator"].account, role, city["authority"], by=MACHINE)
    office_head = officer("office_head", city["bureau"])
    with refused("role_conflict"):
        name(office_head.account, "office_head", body("other"), by=MACHINE)


def test_a_conflict_that_came_by_a_merge_is_seen_at_approval(city: dict) -> None:
    auditor = person()
    named = name(auditor, "auditor", city["authority"], by=city["operator"].actor)
    services.merge_persons(PersonId(str(auditor.person_id)), city["steward"].person, reason="one", by=MACHINE, now=NOW)
    with refused("role_conflict"):
        services.approve_appointment(str(named.pk), by=city["reviewer"].actor, now=NOW)


def test_an_office_that_is_filled_takes_nobody_more(city: dict) -> None:
    named = name(person(), "department_head", city["bureau"], by=city["operator"].actor)
    with refused("role_full"):
        services.approve_appointment(str(named.pk), by=city["reviewer"].actor, now=NOW)
    services.end_appointment(str(city["head"].appointment.pk), reason="moved", by=city["head"].actor, now=NOW)
    services.approve_appointment(str(named.pk), by=city["reviewer"].actor, now=NOW)


def test_acting_ends_by_itself(city: dict) -> None:
    bureau = body("small")
    with refused("acting_term"):
        name(
            person(), "department_head", bureau, by=city["operator"].actor, acting=True, until=NOW + timedelta(days=120)
        )
    with refused("acting_term"):
        name(person(), "operator", city["authority"], by=MACHINE, acting=True)
    named = name(person(), "department_head", bureau, by=city["operator"].actor, acting=True)
    services.approve_appointment(str(named.pk), by=city["reviewer"].actor, now=NOW)
    assert selectors.holders("department_head", key(bureau), at=NOW + timedelta(days=80))
    assert not selectors.holders("department_head", key(bureau), at=NOW + timedelta(days=90))


def test_the_last_operator_stays(city: dict) -> None:
    with refused("last_of_role"):
        services.end_appointment(
            str(city["operator"].appointment.pk), reason="tired", by=city["operator"].actor, now=NOW
        )


def test_the_first_two_are_made_on_the_machine_and_no_third() -> None:
    authority = body("data", is_authority=True)
    for number, role in enumerate(("operator", "department_head")):
        services.found(
            name="甲",
            email=f"first{number}@example.org",
            role_code=role,
            institution_id=key(authority),
            password=PASSWORD,
            now=NOW,
        )
    with refused("founded"):
        services.found(
            name="丙",
            email="third@example.org",
            role_code="operator",
            institution_id=key(authority),
            password=None,
            now=NOW,
        )


# ---- delegation, mandate


@pytest.mark.parametrize("who", ["other", "head"])
def test_nobody_gives_away_what_they_do_not_hold(city: dict, who: str) -> None:
    giver: Officer = city["steward"] if who == "other" else city["head"]
    held = city["head"].appointment if who == "head" else city["operator"].appointment
    with refused("not_delegable" if who == "head" else "not_yours_to_give"):
        services.delegate(
            str(held.pk), city["reviewer"].person, verbs=["all"], since=NOW, until=NOW + timedelta(days=1), reason="x", by=giver.actor,
            now=NOW,
        )  # fmt: skip


IN_PERSON = {
    "channel": "counter",
    "ground": "present",
    "identified_by": "identity-card",
    "read_back": True,
    "consent": True,
    "described_as": "王奶奶",
}
ON_THE_TELEPHONE = IN_PERSON | {
    "channel": "telephone",
    "ground": "oral",
    "identified_by": "call-back",
    "call_back": "010-6555 0199",
}


@pytest.mark.parametrize(
    ("base", "wrong", "field"),
    [
        (IN_PERSON, {"channel": ""}, "channel"),
        (IN_PERSON, {"channel": "letter"}, "channel"),
        (IN_PERSON, {"ground": ""}, "ground"),
        (IN_PERSON, {"ground": "friendship"}, "ground"),
        (IN_PERSON, {"channel": "telephone"}, "ground"),
        (IN_PERSON, {"identified_by": ""}, "identified_by"),
        (IN_PERSON, {"identified_by": "call-back"}, "identified_by"),
        (IN_PERSON, {"call_back": "010-6555 0199"}, "call_back"),
        (IN_PERSON, {"read_back": False}, "read_back"),
        (IN_PERSON, {"consent": False}, "consent"),
        (IN_PERSON, {"described_as": " "}, "principal"),
        (ON_THE_TELEPHONE, {"channel": "counter"}, "ground"),
        (ON_THE_TELEPHONE, {"identified_by": "identity-card"}, "identified_by"),
        (ON_THE_TELEPHONE, {"call_back": ""}, "call_back"),
        (ON_THE_TELEPHONE, {"call_back": "call me"}, "call_back"),
    ],
)
def test_a_mandate_names_channel_and_authority_that_go_together(base: dict, wrong: dict, field: str) -> None:
    helper = officer("helper", body())
    with refused("mandate_form") as told:
        services.open_mandate(**(base | wrong), by=helper.actor, now=NOW)
    assert field in told.value.details["fields"]
    assert not Mandate.objects.exists()


def test_what_was_said_on_the_telephone_is_kept_sealed_and_for_a_day() -> None:
    helper = officer("helper", body())
    given = services.open_mandate(**ON_THE_TELEPHONE, by=helper.actor, now=NOW)
    kept = Mandate.objects.get(pk=given.pk)
    assert "王奶奶".encode() not in bytes(kept.described_sealed or b"")
    assert b"6555" not in bytes(kept.call_back_sealed or b"")
    assert (kept.channel, kept.ground, kept.until - kept.since) == ("telephone", "oral", timedelta(hours=12))
    written = services.open_mandate(**(IN_PERSON | {"ground": "written"}), by=helper.actor, now=NOW)
    assert written.until - written.since == timedelta(days=30)


def test_an_authority_ends_once_by_the_helper_who_has_it_or_by_its_giver() -> None:
    helper, other = officer("helper", body()), officer("helper", body("b"))
    given = services.open_mandate(**IN_PERSON, by=helper.actor, now=NOW)
    with refused("mandate"):
        services.close_mandate(str(given.pk), by=other.actor, now=NOW)
    services.close_mandate(str(given.pk), by=helper.actor, now=NOW)
    with refused("mandate"):
        services.close_mandate(str(given.pk), by=helper.actor, now=NOW)
    second = services.open_mandate(**IN_PERSON, by=helper.actor, now=NOW)
    services.withdraw_mandate(str(second.pk), by=Actor(), now=NOW)
    with refused("mandate"):
        services.withdraw_mandate(str(second.pk), by=Actor(), now=NOW)
    for made in (given, second):
        with refused("mandate"):
            selectors.with_mandate(helper.actor, str(made.pk), at=NOW)


# ---- bodies and people


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"body_kind": "kingdom"}, "body_kind"),
        ({"level": "moon"}, "institution_level"),
        ({"region": "abc"}, "region"),
        ({"uscc": "91110000600037341X"}, "uscc"),
        ({"slug": "transport"}, "institution_taken"),
    ],
)
def test_a_body_is_entered_with_checked_facts(change: dict[str, object], code: str) -> None:
    body("transport")
    with refused(code):
        body(**({"slug": "new"} | change))


def test_only_operators_and_the_authority_enter_bodies(city: dict) -> None:
    form = InstitutionForm(
        slug="n", name_zh="新", name_en="New", body_kind="enterprise", level="city", region="110000", region_year=2024, uscc=" 9111000060003 7341l",
    )  # fmt: skip
    with refused("role_missing"):
        services.register_institution(form, by=city["steward"].actor, now=NOW)
    made = services.register_institution(form, by=city["operator"].actor, now=NOW)
    assert (made.uscc, made.standing) == ("91110000600037341L", "unverified")
    checked = services.verify_institution(key(made), standing="register_checked", by=city["operator"].actor, now=NOW)
    assert checked.standing_checked_at == NOW


def test_an_address_has_one_account() -> None:
    one = person()
    with refused("email_taken"):
        services.register_person(name="x", email=one.email.upper(), by=MACHINE, now=NOW)


def test_a_merge_moves_accounts_and_offices_and_is_for_good(city: dict) -> None:
    double = officer("cdo", city["bureau"])
    services.merge_persons(double.person, city["steward"].person, reason="one", by=MACHINE, now=NOW)
    assert {one.role for one in selectors.in_force(city["steward"].person, at=NOW)} == {"steward", "cdo"}
    assert str(Account.objects.get(pk=double.account.pk).person_id) == city["steward"].person
    with refused("lifecycle"):
        services.merge_persons(double.person, city["steward"].person, reason="again", by=MACHINE, now=NOW)


def test_a_suspension_is_posted_once(city: dict) -> None:
    for _ in range(2):
        services.suspend_account(str(city["steward"].account.pk), reason="lost", by=city["operator"].actor, now=NOW)
    assert Outbox.objects.filter(kind="account.suspended").count() == 1
    with refused("role_missing"):
        services.suspend_account(str(city["operator"].account.pk), reason="x", by=city["head"].actor, now=NOW)


# ---- tokens and invitations


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"scopes": []}, "scope"),
        ({"scopes": ["everything"]}, "scope"),
        ({"days": 366}, "token_days"),
        ({"days": 0}, "token_days"),
        ({"ip_ranges": ["10.1.0.0/99"]}, "ip_range"),
        ({"name": " "}, "token_name"),
    ],
)
def test_a_token_is_minted_within_limits(city: dict, form: dict[str, object], code: str) -> None:
    asked = {"name": "x", "scopes": ["log:read"], "days": 30} | form
    with refused(code):
        services.mint_token(**asked, by=city["steward"].actor, now=NOW)  # type: ignore[arg-type]
    assert not ApiToken.objects.exists()


def test_a_token_is_for_ones_own_hat_and_account_only(city: dict) -> None:
    steward, head = city["steward"], city["head"]
    with refused("not_yours_to_give"):
        services.mint_token(
            name="x", scopes=["log:read"], appointment_id=str(head.appointment.pk), by=steward.actor, now=NOW
        )
    with refused("not_yours_to_give"):
        services.mint_token(name="x", scopes=["log:read"], account_id=str(head.account.pk), by=steward.actor, now=NOW)
    with refused("fresh_sign_in_needed"):
        services.mint_token(name="x", scopes=["log:read"], by=replace(steward.actor, via=Via.TOKEN), now=NOW)
    kept, _ = services.mint_token(name="x", scopes=["log:read"], by=head.actor, now=NOW)
    with pytest.raises(Missing):
        services.revoke_token(kept.pk, by=steward.actor, now=NOW)
    with pytest.raises(Missing):
        services.rotate_token(kept.pk, by=steward.actor, now=NOW)


@pytest.mark.parametrize("role", ["operator", "security_admin"])
def test_who_guards_the_platform_ends_a_token_of_another_and_never_comes_to_hold_it(city: dict, role: str) -> None:
    kept, _ = services.mint_token(name="x", scopes=["log:read"], by=city["steward"].actor, now=NOW)
    guard = replace(city["head"].actor, role=Role(role))
    with pytest.raises(Missing):
        services.rotate_token(kept.pk, by=guard, now=NOW)
    kept.refresh_from_db()
    assert kept.revoked_at is None
    assert services.revoke_token(kept.pk, by=guard, now=NOW).revoked_at == NOW


def test_rotation_keeps_hat_scopes_and_term_and_never_widens(city: dict) -> None:
    actor = city["steward"].actor
    old, _ = services.mint_token(
        name="x",
        scopes=["lake:load", "log:read"],
        days=30,
        appointment_id=str(city["steward"].appointment.pk),
        by=actor,
        now=NOW,
    )
    fresh, _ = services.rotate_token(old.pk, by=actor, now=NOW + timedelta(days=3))
    assert fresh.scopes == old.scopes == ["lake:load", "log:read"]
    assert fresh.appointment_id == old.appointment_id
    assert fresh.expires_at - fresh.created_at == timedelta(days=30)
    with refused("lifecycle"):
        services.rotate_token(old.pk, by=actor, now=NOW)


def test_an_invitation_works_once_and_for_seven_days(city: dict) -> None:
    account = person()
    text = services.invite(str(account.pk), by=city["operator"].actor, now=NOW)
    with refused("invitation_unknown"):
        services.accept_invitation(text[:-1] + ("0" if text[-1] != "0" else "1"), password=PASSWORD, now=NOW)
    with refused("invitation_expired"):
        services.accept_invitation(text, password=PASSWORD, now=NOW + timedelta(days=8))
    with refused("password"):
        services.accept_invitation(text, password="short", now=NOW)
    services.accept_invitation(text, password=PASSWORD, now=NOW)
    with refused("invitation_used"):
        services.accept_invitation(text, password=PASSWORD, now=NOW)
    assert Account.objects.get(pk=account.pk).check_password(PASSWORD)
    assert text not in str(list(Outbox.objects.values_list("body", flat=True)))
    assert text.encode() not in bytes(Invitation.objects.get().digest)


@pytest.mark.parametrize(
    "password", ["password1234", "kaimenkaimen", "示范市示范市示范市示范市", "short", "OWN ADDRESS"]
)
def test_what_others_try_first_is_no_password(password: str, city: dict) -> None:
    account = person()
    text = services.invite(str(account.pk), by=MACHINE, now=NOW)
    with refused("password"):
        services.accept_invitation(text, password=account.email if password == "OWN ADDRESS" else password, now=NOW)


def test_a_nomination_by_address_makes_account_invitation_and_nomination_or_nothing(city: dict) -> None:
    before = (Account.objects.count(), Invitation.objects.count())
    with pytest.raises(Invalid):
        services.nominate_by_address(
            name="新人", email="new@example.org", role_code="auditor", institution_id=key(body("firm", body_kind="enterprise")), since=NOW,
            until=None, acting=False, by=city["operator"].actor, now=NOW,
        )  # fmt: skip
    assert (Account.objects.count(), Invitation.objects.count()) == before
