"""API operations of this room: who am I, bodies, people, tokens."""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from kaimen.accounts import demo, selectors, services, tokens
from kaimen.accounts.codes import uscc as check_uscc
from kaimen.accounts.context import arrival_of
from kaimen.accounts.models import ApiToken, Appointment, Institution
from kaimen.accounts.permissions import not_for_demo
from kaimen.accounts.schemas import (
    ActivateIn,
    GroundIn,
    HatOut,
    InstitutionIn,
    InstitutionOut,
    LeakIn,
    LeakOut,
    MeOut,
    MintedOut,
    NominationIn,
    PersonOut,
    TokenIn,
    TokenOut,
)
from kaimen.accounts.services import InstitutionForm
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.web.access import PUBLIC, SIGNED_IN, access
from kaimen.web.now import now

router = Router()
GIVERS = ("steward", "office_head", "department_head", "authority_reviewer", "operator", "security_admin", "zone_operator", "exchange_staff")  # fmt: skip
FRESH_S = 900


@router.get("/me", response=MeOut)
@access(SIGNED_IN, scope="account:read")
def me(request: HttpRequest) -> MeOut:
    """Who you are here: person, hat, what your token may do."""
    arrival = arrival_of(request)
    actor = arrival.actor
    return MeOut(
        person=actor.person,
        account=actor.account,
        name=selectors.name_of(arrival.account),
        institution=actor.institution,
        role=actor.role,
        via=actor.via.value,
        assurance=actor.assurance.value,
        on_behalf=actor.on_behalf.person or actor.on_behalf.described_as if actor.on_behalf else None,
        scopes=sorted(actor.scopes) if actor.scopes is not None else None,
        hats=[
            HatOut(
                appointment=str(hat.id),
                institution=str(hat.institution_id),
                institution_slug=hat.institution_slug,
                role=hat.role,
                until=hat.until,
            )
            for hat in arrival.hats
        ],
    )


# ---- bodies ------------------------------------------------------------------------------------------------------------------


@router.get("/institutions", response=list[InstitutionOut])
@access(PUBLIC)
def list_institutions(request: HttpRequest, uscc: str | None = None) -> list[InstitutionOut]:
    """Public bodies; with `uscc` the one with that code, after checking that it can be one."""
    del request
    code = check_uscc(uscc).code if uscc is not None else None
    return [_institution(one) for one in selectors.institutions(at=now(), uscc=code)]


@router.get("/institutions/{slug}", response=InstitutionOut)
@access(PUBLIC)
def one_institution(request: HttpRequest, slug: str) -> InstitutionOut:
    """The public card of one body."""
    del request
    return _institution(selectors.public_institution(slug, at=now()))


@router.post("/institutions", response={201: InstitutionOut})
@access("operator", "authority_reviewer", fresh_s=FRESH_S)
def register_institution(request: HttpRequest, form: InstitutionIn) -> Status[InstitutionOut]:
    """Enter a body, unverified."""
    asked = InstitutionForm(
        slug=form.slug,
        name_zh=form.name_zh,
        name_en=form.name_en,
        body_kind=form.body_kind,
        level=form.level,
        region=form.region,
        region_year=form.region_year,
        uscc=form.uscc,
        parent=InstitutionId(form.parent) if form.parent else None,
        ciio=form.ciio,
    )
    return Status(201, _institution(services.register_institution(asked, by=_by(request), now=now())))


# ---- people ------------------------------------------------------------------------------------------------------------------


@router.get("/people", response=list[PersonOut])
@access(*GIVERS, scope="account:read")
def list_people(request: HttpRequest) -> list[PersonOut]:
    """Who holds what: for those who appoint, in their body or, with that reach, in all."""
    return [_person(one) for one in selectors.people(_by(request), at=now())]


@router.post("/appointments", response={201: PersonOut})
@access(*GIVERS, fresh_s=FRESH_S)
def nominate(request: HttpRequest, form: NominationIn) -> Status[PersonOut]:
    """Name a person for a role; somebody else approves."""
    actor = _by(request)
    named = services.nominate_by_address(
        name=form.name,
        email=form.email,
        role_code=form.role,
        institution_id=InstitutionId(form.institution or str(actor.institution)),
        since=form.since,
        until=form.until,
        acting=form.acting,
        by=actor,
        now=now(),
    )
    return Status(201, _person(named))


@router.post("/appointments/{appointment_id}/approve", response=PersonOut)
@access(*GIVERS, fresh_s=FRESH_S)
def approve(request: HttpRequest, appointment_id: str) -> PersonOut:
    """Approve a nomination of somebody else's."""
    selectors.appointment(appointment_id, by=_by(request))
    return _person(services.approve_appointment(appointment_id, by=_by(request), now=now()))


@router.post("/appointments/{appointment_id}/suspend", response=PersonOut)
@access(*GIVERS, fresh_s=FRESH_S)
def suspend(request: HttpRequest, appointment_id: str, form: GroundIn) -> PersonOut:
    """Take the hat off for a while."""
    selectors.appointment(appointment_id, by=_by(request))
    return _person(services.suspend_appointment(appointment_id, reason=form.reason, by=_by(request), now=now()))


@router.post("/appointments/{appointment_id}/resume", response=PersonOut)
@access(*GIVERS, fresh_s=FRESH_S)
def resume(request: HttpRequest, appointment_id: str, form: GroundIn) -> PersonOut:
    """Give it back."""
    selectors.appointment(appointment_id, by=_by(request))
    return _person(services.resume_appointment(appointment_id, reason=form.reason, by=_by(request), now=now()))


@router.post("/appointments/{appointment_id}/end", response=PersonOut)
@access(SIGNED_IN, fresh_s=FRESH_S)
def end(request: HttpRequest, appointment_id: str, form: GroundIn) -> PersonOut:
    """End an appointment: those who give it, and the holder."""
    selectors.appointment(appointment_id, by=_by(request))
    return _person(services.end_appointment(appointment_id, reason=form.reason, by=_by(request), now=now()))


# ---- tokens ------------------------------------------------------------------------------------------------------------------


@router.get("/tokens", response=list[TokenOut])
@access(SIGNED_IN, scope="account:read")
def list_tokens(request: HttpRequest) -> list[TokenOut]:
    """Your own tokens, without their texts. Of the shared accounts of a demo, only those of your visit, or the one you came with."""
    return [_token(one) for one in selectors.tokens_of(_by(request), among=_among(request))]


@router.post("/tokens", response={201: MintedOut})
@not_for_demo
@access(SIGNED_IN, fresh_s=FRESH_S)
def mint_token(request: HttpRequest, response: HttpResponse, form: TokenIn) -> Status[MintedOut]:
    """Make a token for the hat worn now; its text is in this answer and nowhere else."""
    arrival = arrival_of(request)
    kept, text = services.mint_token(
        name=form.name,
        scopes=form.scopes,
        days=form.days,
        ip_ranges=form.ip_ranges,
        appointment_id=str(arrival.hat.id) if arrival.hat is not None and arrival.actor.institution else None,
        by=arrival.actor,
        now=now(),
    )
    response["Cache-Control"] = "no-store"
    return Status(201, _minted(selectors.token(kept.pk, by=arrival.actor), text))


@router.post("/tokens/leaked", response=LeakOut)
@access(PUBLIC)
def leaked(request: HttpRequest, form: LeakIn) -> LeakOut | HttpResponse:
    """Hand in a token that was found somewhere: it is void from then on. The answer is the same for any text."""
    limited = ratelimit.consume_or_429(request, action="reset_password_from_key")
    if limited is not None:
        return limited
    found = tokens.read(form.token.strip(), kind=tokens.API)
    if found is not None:
        services.revoke_leaked_token(found, now=now())
    return LeakOut()


@router.post("/tokens/activate", response={201: MintedOut})
@access(PUBLIC)
def use_activation(request: HttpRequest, response: HttpResponse, form: ActivateIn) -> Status[MintedOut] | HttpResponse:
    """Make the token of an activation link, once: `activation` is the last part of the link. Its text is in this answer and nowhere else."""
    limited = ratelimit.consume_or_429(request, action="reset_password_from_key")
    if limited is not None:
        return limited
    kept, text = services.use_activation(form.activation.strip(), now=now())
    response["Cache-Control"] = "no-store"
    return Status(201, _minted(kept, text))


@router.post("/tokens/{token_id}/rotate", response={201: MintedOut})
@not_for_demo
@access(SIGNED_IN, fresh_s=FRESH_S)
def rotate_token(
    request: HttpRequest, response: HttpResponse, token_id: str, grace_days: int | None = None
) -> Status[MintedOut]:
    """A new text for the same hat, scopes and term. The old one works on for `grace_days`, seven where none are named; 0 makes it void now."""
    kept, text = services.rotate_token(token_id, by=_by(request), now=now(), grace_days=grace_days)
    response["Cache-Control"] = "no-store"
    return Status(201, _minted(selectors.token(kept.pk, by=_by(request)), text))


@router.delete("/tokens/{token_id}", response={204: None})
@not_for_demo
@access(SIGNED_IN)
def revoke_token(request: HttpRequest, token_id: str, both: bool = False) -> Status[None]:  # noqa: FBT001, FBT002 - a parameter of the address
    """Make a token void; `both`: also the one that it replaced or that replaced it."""
    services.revoke_token(token_id, by=_by(request), now=now(), with_replaced=both)
    return Status(204, None)


# ---- shapes ------------------------------------------------------------------------------------------------------------------


def _by(request: HttpRequest) -> Actor:
    return arrival_of(request).actor


def _among(request: HttpRequest) -> list[str] | None:
    if not demo.is_shared(arrival_of(request).account):
        return None
    came_with = tokens.read(request.headers.get("Authorization", "")[7:].strip(), kind=tokens.API)
    return [came_with.id] if came_with else demo.tokens_of_visit(request.session)


def _institution(one: Institution) -> InstitutionOut:
    return InstitutionOut(
        id=str(one.pk),
        slug=one.slug,
        uscc=one.uscc,
        name_zh=one.name_zh,
        name_en=one.name_en,
        body_kind=one.body_kind,
        level=one.level,
        region=one.region,
        standing=one.standing,
        parent=str(one.parent_id) if one.parent_id else None,
        since=one.since,
    )


def _person(one: Appointment) -> PersonOut:
    return PersonOut(
        appointment=str(one.pk),
        person=str(one.person_id),
        name=selectors.person_name(one.person),
        institution=str(one.institution_id),
        role=one.role,
        kind=one.kind,
        state=one.state,
        since=one.since,
        until=one.until,
    )


def _token(one: ApiToken) -> TokenOut:
    held = one.appointment
    return TokenOut(
        id=one.pk,
        name=one.name,
        scopes=one.scopes,
        institution=str(held.institution_id) if held else None,
        role=held.role if held else "applicant",
        created_at=one.created_at,
        expires_at=one.expires_at,
        last_used_day=one.last_used_day,
        revoked_at=one.revoked_at,
        replaced_by=one.replaced_by_id,
        ground=one.ground,
    )


def _minted(one: ApiToken, text: str) -> MintedOut:
    return MintedOut(**_token(one).dict(), token=text)
