"""People and bodies for tests, made by the room's own verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from django.test import Client

from kaimen.accounts import services
from kaimen.accounts.models import Account, Appointment, Institution
from kaimen.accounts.services import MACHINE, InstitutionForm
from kaimen.core.policy.party import AccountId, Actor, Assurance, InstitutionId, PersonId, Role, Via

NOW = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - sessions are measured against the real clock
PASSWORD = "three quiet lanterns"
_numbers = count(1)


@dataclass(frozen=True)
class Officer:
    """A person with one appointment."""

    account: Account
    appointment: Appointment

    @property
    def person(self) -> PersonId:
        return PersonId(str(self.account.person_id))

    @property
    def actor(self) -> Actor:
        return Actor(
            person=self.person,
            account=AccountId(str(self.account.pk)),
            institution=InstitutionId(str(self.appointment.institution_id)),
            role=Role(self.appointment.role),
            via=Via.SESSION,
            assurance=Assurance.TWO_FACTOR,
            signed_in_at=NOW,
        )


def body(slug: str = "transport", **more: object) -> Institution:
    form = {
        "slug": slug, "name_zh": f"示范市{slug}", "name_en": f"Demo {slug}", "body_kind": "government_department", "level": "city",
        "region": "110000", "region_year": 2024,
    } | more  # fmt: skip
    return services.register_institution(InstitutionForm(**form), by=MACHINE, now=NOW - timedelta(days=400))  # type: ignore[arg-type]


def person(name: str = "林晓", *, password: str | None = None, **more: object) -> Account:
    return services.register_person(
        name=name,
        email=f"p{next(_numbers)}@example.org",
        by=MACHINE,
        now=NOW,
        password=password,
        email_verified=True,
        **more,
    )  # type: ignore[arg-type]


def officer(
    role: str, institution: Institution, *, account: Account | None = None, password: str | None = None
) -> Officer:
    held = account or person(password=password)
    appointed = services.appoint(
        PersonId(str(held.person_id)), role_code=role, institution_id=InstitutionId(str(institution.pk)),
        since=NOW - timedelta(days=30), by=MACHINE, now=NOW,
    )  # fmt: skip
    return Officer(held, appointed)


def signed_in(
    account: Account, *ways: dict[str, object], seconds_ago: int = 0, hat: Appointment | None = None
) -> Client:
    """A browser whose session says what allauth writes down after these ways in."""
    client = Client()
    client.force_login(account, backend="kaimen.accounts.backends.Backend")
    session = client.session
    at = datetime.now(UTC).timestamp() - seconds_ago  # noqa: TID251 - as above
    made = ways or ({"method": "password"}, {"method": "mfa", "type": "totp"})
    session["account_authentication_methods"] = [{**way, "at": at} for way in made]
    session["account_authentication_methods_user"] = str(account.pk)
    if hat is not None:
        session["hat"] = str(hat.pk)
    session.save()
    return client
