"""Questions: who acts, in which role, for whom; who holds a role; who is competent; who stands behind an act."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language

from kaimen.accounts import sealing, tokens
from kaimen.accounts.channels import Authority, channels
from kaimen.accounts.codes import stem
from kaimen.accounts.models import (
    Account,
    Activation,
    ApiToken,
    Appointment,
    Competence,
    Counter,
    Delegation,
    Hat,
    Institution,
    InstitutionHistory,
    Mandate,
    Person,
    in_force_at,
)
from kaimen.accounts.roles import APPLICANT, role
from kaimen.core.errors import Missing, Refused
from kaimen.core.lifecycle.rules import Words
from kaimen.core.policy.party import (
    ANYBODY,
    AccountId,
    Actor,
    Assurance,
    InstitutionId,
    PersonId,
    Principal,
    Role,
    Via,
)
from kaimen.web.now import offset

HAT, OWN_SELF = "hat", "self"
MANDATE = "mandate"
HELPER = "helper"
IDLE_OFFICER, IDLE_OTHERS, WHOLE = timedelta(minutes=30), timedelta(hours=8), timedelta(hours=12)
PUBLIC_BODIES = frozenset({"government_department", "authorised_body", "other_state_organ", "public_institution"})
"""Kinds of body that owe officers: a first responsible person, a head of the sharing office and the others."""
ALWAYS_IN_SCOPE = frozenset({"account:read"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody at the door: the actor, what else could be put on, and what the chosen hat lacks."""

    actor: Actor = ANYBODY
    account: Account | None = None
    hats: tuple[Hat, ...] = ()
    hat: Hat | None = None
    lacking: str | None = None


NOBODY = Arrival()


# ---- who acts ----------------------------------------------------------------------------------------------------------------


def actor(request: HttpRequest) -> Actor:
    """Who asks, as the middleware found out."""
    return getattr(request, "actor", ANYBODY)


def arrival_by_session(request: HttpRequest, *, at: datetime) -> Arrival:
    """Who a session stands for: two queries, the session and the account with its appointments."""
    account = request.user
    if not isinstance(account, Account):
        return NOBODY
    assurance, signed_in_at = ways_in(request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []), account)
    hats = tuple(hat for hat in account.hats if hat.in_force(at))
    hat, lacking = _chosen(hats, str(request.session.get(HAT, "")))
    if hat is not None and assurance.strength < role(hat.role).assurance.strength:
        lacking = "second_factor_needed"
    person = PersonId(str(account.person.merged_into_id or account.person_id))
    own = Actor(
        person=person,
        account=AccountId(str(account.pk)),
        role=APPLICANT,
        via=Via.SESSION,
        assurance=assurance,
        signed_in_at=signed_in_at,
    )
    if hat is None or lacking:
        return Arrival(actor=own, account=account, hats=hats, hat=hat, lacking=lacking)
    worn = replace(own, institution=InstitutionId(str(hat.institution_id)), role=Role(hat.role))
    return Arrival(actor=worn, account=account, hats=hats, hat=hat)


def _chosen(hats: Sequence[Hat], chosen: str) -> tuple[Hat | None, str | None]:
    if chosen == OWN_SELF:
        return None, None
    if chosen:
        hat = next((hat for hat in hats if str(hat.id) == chosen), None)
        return hat, None if hat else "appointment_ended"
    match hats:
        case []:
            return None, None
        case [hat]:
            return hat, None
        case _:
            return None, "hat_missing"


def ways_in(records: object, account: Account) -> tuple[Assurance, datetime | None]:
    """How surely we know who it is, and since when: from what allauth wrote down in the session.

    A passkey counts only with user verification, which our settings demand of every one.
    """
    made = [record for record in records if isinstance(record, dict)] if isinstance(records, list) else []
    if not made:
        return Assurance.ONE_FACTOR, None
    latest = max(float(record["at"]) for record in made)
    moment = datetime.fromtimestamp(latest, UTC) + running_ahead()
    kinds = {(record.get("method"), record.get("type")) for record in made}
    if account.kind == Account.Kind.DEMO and ("demo", None) in kinds:
        return Assurance.PHISHING_RESISTANT, moment
    if ("mfa", "webauthn") in kinds:
        return Assurance.PHISHING_RESISTANT, moment
    if kinds & {("mfa", "totp"), ("mfa", "recovery_codes")}:
        return Assurance.TWO_FACTOR, moment
    return Assurance.ONE_FACTOR, moment


def running_ahead() -> timedelta:
    """How far the clock of a demo runs ahead of the real one, by which sessions are measured."""
    return offset() if settings.KAIMEN_DEMO else timedelta()


def arrival_by_token(text: str, *, address: str, at: datetime) -> Arrival | None:
    """Who a token stands for, in one query; None for anything that is not good: the answer is the same for all."""
    presented = tokens.read(text, kind=tokens.API)
    if presented is None:
        return None
    kept = (
        ApiToken.objects.filter(pk=presented.id).select_related("account__person", "appointment__institution").first()
    )
    if kept is None or not presented.is_of(kept.digest) or not token_good(kept, address=address, at=at):
        return None
    held = kept.appointment
    holder = kept.account.person
    acting = Actor(
        person=PersonId(str(holder.merged_into_id or holder.pk)),
        account=AccountId(str(kept.account_id)),
        institution=InstitutionId(str(held.institution_id)) if held else None,
        role=Role(held.role) if held else APPLICANT,
        via=Via.TOKEN,
        assurance=Assurance.ONE_FACTOR,
        scopes=frozenset(kept.scopes) | ALWAYS_IN_SCOPE,
    )
    return Arrival(actor=acting, account=kept.account)


def token_good(kept: ApiToken, *, address: str, at: datetime) -> bool:
    """Neither revoked nor expired, from an address that was allowed, its account and appointment alive."""
    from ipaddress import ip_address, ip_network

    held = kept.appointment
    return (
        kept.revoked_at is None
        and at < kept.expires_at
        and kept.account.is_active
        and (held is None or appointment_in_force(held, at))
        and (not kept.ip_ranges or any(ip_address(address) in ip_network(item) for item in kept.ip_ranges))
    )


def appointment_in_force(held: Appointment, at: datetime) -> bool:
    """May it be acted in at that moment?"""
    return (
        held.state == Appointment.State.APPROVED
        and held.since <= at
        and (held.until is None or at < held.until)
        and (held.institution.until is None or at.date() < held.institution.until)
    )


def with_mandate(by: Actor, mandate_id: str, *, at: datetime) -> Actor:
    """The same helper, now on behalf of the principal of an open mandate of theirs, in the role of a helper. Raises `Missing("mandate")`."""
    given = (
        Mandate.objects.filter(
            pk=_uuid(mandate_id),
            helper_id=by.person,
            institution_id=by.institution,
            closed_at=None,
            since__lte=at,
            until__gt=at,
        ).first()
        if by.role == HELPER
        else None
    )
    if given is None:
        raise Missing("mandate")
    principal = PersonId(str(given.principal_id)) if given.principal_id else None
    return replace(
        by,
        on_behalf=Principal(
            person=principal,
            described_as=described(given) or None,
            mandate=str(given.pk),
            channel=given.channel,
            authority=given.ground,
        ),
    )


def described(given: Mandate) -> str:
    """How the helped person was called when it began; empty for somebody known here."""
    if not given.described_sealed:
        return ""
    return sealing.unseal(given.described_sealed, column=sealing.DESCRIPTION, row=given.pk)


def service_ways() -> Mapping[str, frozenset[str]]:
    """By which ways the pack offers each workflow."""
    return channels().services


def help_words(channel: str, authority: str) -> tuple[Words | None, Words | None]:
    """What a channel and a kind of authority are called; None for a code that the pack does not have."""
    told = channels()
    kind = told.authorities.get(authority)
    return told.channels.get(channel), kind.words if kind else None


def authorities_shown() -> list[tuple[Authority, list[Words]]]:
    """Each kind of authority on which a helper acts, with the channels where it may be used."""
    told = channels()
    return [
        (one, [words for code, words in told.channels.items() if code in one.channels])
        for one in told.authorities.values()
    ]


def counters() -> list[Counter]:
    """Where one is helped in person, by division and name."""
    return list(Counter.objects.order_by("region", "code"))


def helped_language(mandate_id: str) -> str:
    """In which language the helped person reads; empty where there is no such mandate."""
    return Mandate.objects.filter(pk=_uuid(mandate_id)).values_list("language", flat=True).first() or ""


def mandate_open(mandate_id: str, *, at: datetime) -> bool:
    """Does this authority still hold?"""
    return Mandate.objects.filter(pk=_uuid(mandate_id), closed_at=None, until__gt=at).exists()


# ---- who stands behind an act ------------------------------------------------------------------------------------------------


def persons_behind(by: Actor, *, at: datetime | None = None) -> frozenset[PersonId]:
    """Everybody whose eyes count as these: the person, whoever delegated to them, helper and helped, all through merges.

    `at` is the moment whose delegations count; without it all that were ever given to the person do.
    """
    persons = {str(person) for person in (by.person, by.on_behalf.person if by.on_behalf else None) if person}
    if not persons:
        return frozenset()
    everybody = family(persons)
    given = Delegation.objects.filter(to_person_id__in=everybody)
    if at is not None:
        given = given.filter(Q(ended_at=None) | Q(ended_at__gt=at), since__lte=at, until__gt=at)
    if by.institution:
        given = given.filter(appointment__institution_id=by.institution)
    delegated = {str(person) for person in given.values_list("appointment__person_id", flat=True)}
    return family(everybody | delegated) if delegated else everybody


def family(persons: Iterable[str]) -> frozenset[PersonId]:
    """These persons with all that were merged with them: closed under merge."""
    asked = {uuid.UUID(person) for person in persons}
    near = Person.objects.filter(Q(pk__in=asked) | Q(merged_into_id__in=asked)).values_list("pk", "merged_into_id")
    found = {one for row in near for one in row if one is not None} | asked
    roots = found - asked  # of the asked themselves all are here; of a root that nobody asked for, its others are not
    merged = Person.objects.filter(merged_into_id__in=roots).values_list("pk", flat=True) if roots else ()
    return frozenset(PersonId(str(person)) for person in {*found, *merged})


# ---- who holds what ----------------------------------------------------------------------------------------------------------


def in_force(person: PersonId, *, at: datetime) -> list[Appointment]:
    """A person's appointments in force."""
    return list(
        Appointment.objects.filter(person_id__in=family([person]))
        .filter(in_force_at(at))
        .select_related("institution")
        .order_by("since")
    )


def holders(role_code: str, institution: InstitutionId | None, *, at: datetime) -> list[PersonId]:
    """Who holds a role at a moment, in one institution or anywhere."""
    held = Appointment.objects.filter(role=role_code).filter(in_force_at(at))
    if institution is not None:
        held = held.filter(institution_id=institution)
    return [PersonId(str(person)) for person in held.order_by("since").values_list("person_id", flat=True)]


def addresses_of(persons: Iterable[PersonId]) -> list[str]:
    """Where these persons get letters: the address of each one's personal account that may sign in."""
    accounts = Account.objects.filter(person_id__in=[str(one) for one in persons], kind=Account.Kind.PERSONAL)
    return sorted({account.email for account in accounts if account.email and account.is_active})


def person_at(email: str) -> PersonId | None:
    """Whose personal account an address is; None where nobody here has it."""
    held = Account.objects.select_related("person").filter(email=email.strip().lower()).first()
    if held is None or held.kind not in {Account.Kind.PERSONAL, Account.Kind.DEMO}:
        return None
    return PersonId(str(held.person.merged_into_id or held.person_id))


def account_at(email: str) -> AccountId | None:
    """The account of an address, of whatever kind."""
    found = Account.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()
    return AccountId(str(found)) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """An account as its contract sees it: when it ends, and whether it can be used now."""

    valid_until: datetime | None
    active: bool


def limits_of(accounts: Iterable[str], *, at: datetime) -> Mapping[str, Limited]:
    """How long these accounts live, by their ids."""
    return {
        str(one.pk): Limited(
            valid_until=one.valid_until,
            active=one.suspended_at is None and (one.valid_until is None or at < one.valid_until),
        )
        for one in Account.objects.filter(pk__in=list(accounts))
    }


def in_office(roles: Iterable[str], *, at: datetime) -> Mapping[str, tuple[str, str]]:
    """Appointments to these roles in force: by their id, the institution's id and the role."""
    held = Appointment.objects.filter(role__in=list(roles)).filter(in_force_at(at))
    return {str(key): (str(body), code) for key, body, code in held.values_list("pk", "institution_id", "role")}


def appointed_person(appointment_id: str) -> PersonId | None:
    """Whose appointment it is."""
    found = Appointment.objects.filter(pk=_uuid(appointment_id)).values_list("person_id", flat=True).first()
    return PersonId(str(found)) if found else None


def appointment_open(appointment_id: str) -> bool:
    """Has it not been ended yet?"""
    return Appointment.objects.filter(pk=_uuid(appointment_id)).exclude(state=Appointment.State.ENDED).exists()


def competent(matter: str, region: str, *, day: date) -> InstitutionId:
    """The one body that is competent. Raises `Missing("competence")` when none or several are: the authority decides, no guess."""
    areas = {region, *(region[:length].ljust(len(region), "0") for length in (2, 4, 6, 9) if length < len(region))}
    found = Competence.objects.filter(Q(until=None) | Q(until__gt=day), matter=matter, region__in=areas, since__lte=day)
    hits = sorted({(len(stem(item.region)), str(item.institution_id)) for item in found}, reverse=True)
    nearest = [institution for depth, institution in hits if depth == hits[0][0]]
    if len(nearest) != 1:
        raise Missing("competence", matter=matter, region=region)
    return InstitutionId(nearest[0])


def has_competence(institution: InstitutionId, matter: str, *, day: date) -> bool:
    """Is this body competent for a matter, in whatever region?"""
    return (
        Competence.objects.filter(institution=institution, matter=matter, since__lte=day)
        .filter(Q(until=None) | Q(until__gt=day))
        .exists()
    )


def authority() -> Institution | None:
    """The data authority, once there is one."""
    return _authority().first()


def authority_id() -> InstitutionId | None:
    """Its identifier, for questions that every step of a case asks."""
    found = _authority().values_list("pk", flat=True).first()
    return InstitutionId(str(found)) if found else None


def is_of_authority(by: Actor) -> bool:
    """Does this actor stand for the data authority?"""
    return by.institution is not None and str(authority_id() or "") == str(by.institution)


def _authority() -> QuerySet[Institution]:
    return Institution.objects.filter(is_authority=True, until=None).order_by("since")


def role_name(code: str, language: str | None = None) -> str:
    """A role of the pack in words, in the reader's language or the one given. Raises `Invalid("role")`."""
    return role(code).name(language or get_language() or "")


# ---- institutions ------------------------------------------------------------------------------------------------------------


def institution(id_or_slug: str) -> Institution:
    """One body by id or slug. Raises `Missing("institution")`."""
    key = _uuid(id_or_slug)
    found = Institution.objects.filter(pk=key) if key else Institution.objects.filter(slug=id_or_slug)
    one = found.first()
    if one is None:
        raise Missing("institution")
    return one


def institutions(*, at: datetime, uscc: str | None = None) -> list[Institution]:
    """Bodies that exist at a moment, by name; of natural persons' businesses none."""
    found = _existing(at)
    if uscc is not None:
        found = found.filter(uscc=uscc)
    return list(found.order_by("slug"))


def _existing(at: datetime) -> QuerySet[Institution]:
    alive = Q(until=None) | Q(until__gt=at.date())
    return _named_in_public().filter(alive, since__lte=at.date())


def _named_in_public() -> QuerySet[Institution]:
    """Those whose name is no natural person's."""
    return Institution.objects.exclude(body_kind="person").exclude(uscc__startswith="92")


@dataclass(frozen=True, slots=True)
class InstitutionName:
    """How a body is called."""

    zh: str
    en: str
    slug: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


def institution_names(ids: Iterable[InstitutionId]) -> Mapping[InstitutionId, InstitutionName]:
    """Present names of several bodies, in one query."""
    found = Institution.objects.filter(pk__in={str(one) for one in ids}).values_list("pk", "name_zh", "name_en", "slug")
    return {InstitutionId(str(key)): InstitutionName(zh, en, slug) for key, zh, en, slug in found}


def public_names(ids: Iterable[str]) -> Mapping[str, str]:
    """Names in the reader's language, also of bodies that are no more; of natural persons' businesses none."""
    found = _named_in_public().filter(pk__in=[key for one in ids if (key := _uuid(one))])
    return {
        str(key): str(InstitutionName(zh, en, slug))
        for key, zh, en, slug in found.values_list("pk", "name_zh", "name_en", "slug")
    }


def ids_of_slugs(slugs: Iterable[str]) -> Mapping[str, str]:
    """The ids of bodies, by their short names."""
    found = Institution.objects.filter(slug__in=list(slugs)).values_list("slug", "pk")
    return {slug: str(key) for slug, key in found}


def institution_name_on(id_: InstitutionId, *, at: datetime) -> InstitutionName:
    """The name of a body on a day in the past. Raises `Missing("institution")`."""
    past = InstitutionHistory.objects.filter(institution_id=id_, until__gt=at).order_by("until").first()
    present = institution(id_)
    named = past or present
    return InstitutionName(named.name_zh, named.name_en, present.slug)


def officers_shown(institution_id: uuid.UUID, *, at: datetime) -> list[Appointment]:
    """What the public card of a body shows: which offices are filled, since when; no names of persons."""
    return list(
        Appointment.objects.filter(institution_id=institution_id).filter(in_force_at(at)).order_by("role", "since")
    )


def public_institution(slug: str, *, at: datetime) -> Institution:
    """The body of a public card. Raises `Missing("institution")`, also for a natural person's business."""
    found = _existing(at).filter(slug=slug).first()
    if found is None:
        raise Missing("institution")
    return found


def names_before(institution_id: uuid.UUID) -> list[InstitutionHistory]:
    """How a body was called before, newest first."""
    return list(InstitutionHistory.objects.filter(institution_id=institution_id).order_by("-until"))


# ---- persons -----------------------------------------------------------------------------------------------------------------


def name_of(account: object) -> str:
    """The name of an account's holder, or the address where the person was erased."""
    if not isinstance(account, Account):
        return ""
    return person_name(account.person)


def person_name(person: Person) -> str:
    """A person's name, opened."""
    if person.erased_at is not None:
        return "—"
    return sealing.unseal(person.name_sealed, column=sealing.NAME, row=person.pk)


def person_names(ids: Iterable[PersonId]) -> Mapping[PersonId, str]:
    """Names of at most a page of persons."""
    return {
        PersonId(str(one.pk)): person_name(one) for one in Person.objects.filter(pk__in={str(i) for i in ids})[:100]
    }


def may_appoint(by: Actor) -> bool:
    """Some role of the pack is given by the actor's."""
    from kaimen.accounts.roles import roles

    return any(by.role in rule.nominate | rule.approve for rule in roles().values())


def people(
    by: Actor, *, at: datetime, institution_id: InstitutionId | None = None, limit: int = 100
) -> list[Appointment]:
    """Open appointments that the actor may see: for those who appoint, of their own body or, with reach, of any.

    Raises `Refused("role_missing")`.
    """
    del at
    if not may_appoint(by):
        raise Refused("role_missing", role=by.role)
    found = Appointment.objects.exclude(state=Appointment.State.ENDED).select_related("person", "institution")
    if role(by.role).reach_everywhere:
        found = found.filter(institution_id=institution_id) if institution_id else found
    else:
        found = found.filter(institution_id=by.institution)
    return list(found.order_by("institution__slug", "role", "since")[:limit])


def appointment(appointment_id: str, *, by: Actor) -> Appointment:
    """One appointment that the actor may act on. Raises `Missing("appointment")`."""
    key = _uuid(appointment_id)
    found = Appointment.objects.filter(pk=key).select_related("person", "institution").first() if key else None
    reach = role(by.role).reach_everywhere if not by.is_public else False
    if found is None or not (reach or str(found.institution_id) == by.institution or str(found.person_id) == by.person):
        raise Missing("appointment")
    return found


# ---- tokens ------------------------------------------------------------------------------------------------------------------


def tokens_of(by: Actor, *, among: Sequence[str] | None = None) -> list[ApiToken]:
    """One's own tokens, newest first, without those revoked long ago; of a shared account only those `among` these."""
    own = ApiToken.objects.filter(account_id=by.account)
    own = own if among is None else own.filter(pk__in=among)
    return list(own.select_related("appointment__institution").order_by("revoked_at", "-created_at")[:100])


def replaced_until(fresh: ApiToken) -> datetime | None:
    """Until when the token that this one replaced works on; None where it is void."""
    old = ApiToken.objects.filter(replaced_by=fresh, revoked_at=None).first()
    return old.expires_at if old else None


def activation(text: str, *, at: datetime, locked: bool = False) -> Activation:
    """The link of that text, if it can make a token now.

    Raises `Missing("activation_unknown")` for one that was cut off or changed, `Refused("activation_used" | "activation_over")`,
    `Refused("activation_ended")` where it was withdrawn or what it hangs on has ended: appointment, account, institution, agreement.
    """
    presented = tokens.read(text, kind=tokens.ACTIVATION)
    rows = Activation.objects.select_related("account", "appointment__institution")
    rows = rows.select_for_update(of=("self",)) if locked else rows
    kept = rows.filter(pk=presented.id).first() if presented else None
    if presented is None or kept is None or not presented.is_of(kept.digest):
        raise Missing("activation_unknown")
    if kept.used_at is not None:
        raise Refused("activation_used")
    if kept.ended_at is not None or not kept.account.is_active or not appointment_in_force(kept.appointment, at):
        raise Refused("activation_ended")
    if kept.expires_at <= at:
        raise Refused("activation_over")
    return kept


def activations_of(ground: str) -> list[Activation]:
    """The links that were sent for an agreement, newest first."""
    rows = Activation.objects.filter(ground=ground).select_related("appointment__person", "token")
    return list(rows.order_by("-created_at")[:50])


def contacts_of(institution: InstitutionId, *, at: datetime) -> list[Appointment]:
    """Who in a body may be a technical contact: whoever holds an office there and has an address."""
    held = Appointment.objects.filter(institution_id=institution).filter(in_force_at(at))
    reached = held.filter(person__accounts__kind__in=[Account.Kind.PERSONAL, Account.Kind.DEMO])
    return list(reached.select_related("person").distinct().order_by("since")[:100])


def institution_of(held: Appointment) -> InstitutionId:
    """Whose office it is."""
    return InstitutionId(str(held.institution_id))


def token(token_id: str, *, by: Actor) -> ApiToken:
    """One of one's own tokens. Raises `Missing("token")`: also for those of others."""
    found = (
        ApiToken.objects.filter(pk=token_id, account_id=by.account).select_related("appointment__institution").first()
    )
    if found is None:
        raise Missing("token")
    return found


def mandates_of(by: Actor, *, at: datetime) -> list[Mandate]:
    """Open mandates that the helper carries for the body that they act in."""
    return list(
        Mandate.objects.filter(
            helper_id=by.person, institution_id=by.institution, closed_at=None, until__gt=at
        ).order_by("until")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that was done by a person, as this room's own tables know it."""

    at: datetime
    what: str
    ref: str


def done_in_my_name(by: Actor) -> list[Deed]:
    """Appointments that I named or approved and tokens that I made, newest first."""
    if by.person is None:
        return []
    everybody = family([by.person])
    named = Appointment.objects.filter(nominated_by_id__in=everybody).order_by("-nominated_at")[:20]
    approved = Appointment.objects.filter(approved_by_id__in=everybody).order_by("-approved_at")[:20]
    minted = ApiToken.objects.filter(minted_by_id__in=everybody).order_by("-created_at")[:20]
    deeds = [
        *(Deed(at=one.nominated_at, what="nominated", ref=one.role) for one in named),
        *(Deed(at=one.approved_at, what="approved", ref=one.role) for one in approved if one.approved_at),
        *(Deed(at=one.created_at, what="minted", ref=one.name) for one in minted),
    ]
    return sorted(deeds, key=lambda deed: deed.at, reverse=True)[:20]


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
