"""People, institutions, appointments, ways in. Person, account and appointment are three tables: four eyes counts persons.

Columns `…_sealed` hold boxes of `engines.keys`; columns `…_key` keyed hashes that find without showing. What is in force is asked
of dates at each request: no job has to run for an appointment to end.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, FilteredRelation, Q

from kaimen.web.now import now


class BodyKind(models.TextChoices):
    """The closed list of the regime resolver: which rule set binds a body."""

    GOVERNMENT_DEPARTMENT = "government_department"
    AUTHORISED_BODY = "authorised_body"
    OTHER_STATE_ORGAN = "other_state_organ"
    PUBLIC_INSTITUTION = "public_institution"
    PUBLIC_UTILITY = "public_utility"
    ENTERPRISE = "enterprise"
    PERSON = "person"


class Level(models.TextChoices):
    """The level of government a body belongs to."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"


class Standing(models.TextChoices):
    """What we know of a body's existence: a right check digit alone is no proof."""

    UNVERIFIED = "unverified"
    DOCUMENT_SEEN = "document_seen"
    REGISTER_CHECKED = "register_checked"


class Person(models.Model):
    """A natural person, and nothing else. `merged_into` always names the root: a merge moves earlier merges along."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name_sealed = models.BinaryField()
    name_key = models.BinaryField(max_length=16, db_index=True)
    identity_key = models.BinaryField(max_length=32, unique=True, null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    merged_into_id: uuid.UUID | None
    merge_reason = models.CharField(max_length=200, blank=True)
    registered_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="person_not_merged_into_itself"),
        ]


class Accounts(BaseUserManager["Account"]):
    """Finds accounts as allauth and Django's backend ask for them."""

    def with_hats(self, account_id: uuid.UUID | str) -> Account | None:
        """One account, its person and the appointments that have not ended, in one query; None when there is none."""
        rows = list(
            self.filter(pk=account_id)
            .select_related("person")
            .annotate(
                held=FilteredRelation("person__appointments", condition=~Q(person__appointments__state="ended")),
                **{f"hat_{name}": F(f"held__{path}") for name, path in HAT_COLUMNS.items()},
            )
            .order_by("held__since")
        )
        if not rows:
            return None
        account = rows[0]
        account.hats = tuple(
            Hat(**{name: getattr(row, f"hat_{name}") for name in HAT_COLUMNS}) for row in rows if row.hat_id
        )
        return account


class Account(AbstractBaseUser):
    """A way to sign in. `person` is the holder, or of a service account the person who answers for it."""

    class Kind(models.TextChoices):
        PERSONAL = "personal"
        SERVICE = "service"
        BREAK_GLASS = "break_glass"
        DEMO = "demo"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accounts")
    person_id: uuid.UUID
    email = models.EmailField(max_length=254, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.PERSONAL)
    created_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    suspended_why = models.CharField(max_length=200, blank=True)

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[Accounts] = Accounts()
    hats: tuple[Hat, ...] = ()
    hat_id: uuid.UUID | None  # of one row of `with_hats`

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["personal", "service", "break_glass", "demo"]), name="account_kind_known"
            ),
        ]

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # asked by Django and allauth on every request
        """Neither suspended nor past its date."""
        return self.suspended_at is None and (self.valid_until is None or now() < self.valid_until)


class Institution(models.Model):
    """A body. The opaque id goes everywhere; name, code and parent are attributes whose past stands in `InstitutionHistory`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    uscc = models.CharField(max_length=18, unique=True, null=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    short_zh = models.CharField(max_length=40, blank=True)
    short_en = models.CharField(max_length=60, blank=True)
    body_kind = models.CharField(max_length=30, choices=BodyKind.choices)
    level = models.CharField(max_length=10, choices=Level.choices)
    region = models.CharField(max_length=12)
    region_year = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    parent_id: uuid.UUID | None
    is_authority = models.BooleanField(default=False)
    ciio = models.BooleanField(default=False)
    standing = models.CharField(max_length=20, choices=Standing.choices, default=Standing.UNVERIFIED)
    standing_checked_at = models.DateTimeField(null=True)
    standing_checked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    standing_checked_by_id: uuid.UUID | None
    contact = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(body_kind__in=BodyKind.values), name="institution_body_kind_known"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="institution_level_known"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="institution_dates"),
        ]


class InstitutionHistory(models.Model):
    """How a body was called until the day it changed: old records show the name of their day."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="history")
    institution_id: uuid.UUID
    until = models.DateTimeField()
    uscc = models.CharField(max_length=18, null=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    parent = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+")
    parent_id: uuid.UUID | None
    reason = models.CharField(max_length=200)


class Competence(models.Model):
    """Who is competent for which matter, where, on which basis, when. Routes objections, demands, reviews."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="competences")
    institution_id: uuid.UUID
    matter = models.SlugField(max_length=60)
    region = models.CharField(max_length=12)
    basis = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["matter", "region"])]


def in_force_at(at: datetime) -> Q:
    """The filter of appointments that are approved, begun, not ended, of a body that exists."""
    return (
        Q(state="approved", since__lte=at)
        & (Q(until__isnull=True) | Q(until__gt=at))
        & (Q(institution__until__isnull=True) | Q(institution__until__gt=at.date()))
    )


class Appointment(models.Model):
    """One person in one role of one institution for a time. `approved` within its dates is in force."""

    class State(models.TextChoices):
        NOMINATED = "nominated"
        APPROVED = "approved"
        SUSPENDED = "suspended"
        ENDED = "ended"

    class Kind(models.TextChoices):
        REGULAR = "regular"
        ACTING = "acting"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    person_id: uuid.UUID
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="appointments")
    institution_id: uuid.UUID
    role = models.SlugField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.REGULAR)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NOMINATED)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    letter_digest = models.CharField(max_length=64, blank=True)
    nominated_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    nominated_by_id: uuid.UUID | None
    nominated_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by_id: uuid.UUID | None
    approved_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_by_id: uuid.UUID | None
    ended_at = models.DateTimeField(null=True)
    handed_to = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    handed_to_id: uuid.UUID | None
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "institution", "role"], condition=~Q(state="ended"), name="one_open_appointment"
            ),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="appointment_dates"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_at__isnull=False), name="approved_has_a_date"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(nominated_by__isnull=True)
                | ~Q(approved_by=F("nominated_by")),
                name="nobody_approves_own_nomination",
            ),
        ]
        indexes = [models.Index(fields=["institution", "role", "state"])]


class Hat:
    """An appointment as the request knows it: what may be put on."""

    __slots__ = (
        "id", "institution_en", "institution_id", "institution_slug", "institution_until", "institution_zh",
        "role", "since", "state", "until",
    )  # fmt: skip

    def __init__(self, **columns: object) -> None:
        for name in self.__slots__:
            setattr(self, name, columns[name])

    def in_force(self, at: datetime) -> bool:
        """The same question as `in_force_at`."""
        return (
            self.state == Appointment.State.APPROVED
            and self.since <= at
            and (self.until is None or at < self.until)
            and (self.institution_until is None or at.date() < self.institution_until)
        )


class Delegation(models.Model):
    """An officer hands named verbs of one appointment to a person for a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="delegations")
    appointment_id: uuid.UUID
    to_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations")
    to_person_id: uuid.UUID
    verbs = models.JSONField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("since")), name="delegation_dates")]


class Mandate(models.Model):
    """A helper files for a citizen, by a channel and on an authority of the pack. Ends with the session at the counter, by a word, or by itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    helper = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates_carried")
    helper_id: uuid.UUID
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    institution_id: uuid.UUID
    principal = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="mandates_given")
    principal_id: uuid.UUID | None
    described_sealed = models.BinaryField(null=True)
    channel = models.CharField(max_length=20)
    ground = models.CharField(max_length=20)
    identified_by = models.SlugField(max_length=40)
    read_back = models.BooleanField()
    consent = models.BooleanField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    call_back_sealed = models.BinaryField(null=True)
    """The number that was rung back before anything was written down."""
    language = models.CharField(max_length=10)
    """In which the helped person reads."""
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="mandate_dates"),
            models.CheckConstraint(
                condition=Q(principal__isnull=False) | Q(described_sealed__isnull=False), name="mandate_for_somebody"
            ),
        ]


class Counter(models.Model):
    """A place where one is helped in person. `synthetic`: it is made up, and its page says so."""

    code = models.SlugField(primary_key=True, max_length=60)
    region = models.CharField(max_length=6)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    address_zh = models.CharField(max_length=200)
    address_en = models.CharField(max_length=200)
    hours_zh = models.CharField(max_length=120)
    hours_en = models.CharField(max_length=120)
    telephone = models.CharField(max_length=40, blank=True)
    synthetic = models.BooleanField()


class ApiToken(models.Model):
    """A token `kmt_<id>_<secret><crc>`; only its SHA-256 is kept. The hat is pinned; none means: as oneself.

    One that was replaced works on until `expires_at`, which its replacement brought forward. `ground` is the agreement that it ends with.
    """

    id = models.CharField(primary_key=True, max_length=8)
    digest = models.BinaryField(max_length=32)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    account_id: uuid.UUID
    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="tokens")
    appointment_id: uuid.UUID | None
    minted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    minted_by_id: uuid.UUID
    name = models.CharField(max_length=80)
    scopes = models.JSONField()
    ip_ranges = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_day = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.SlugField(max_length=40, blank=True)
    replaced_by = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaces")
    replaced_by_id: str | None
    ground = models.CharField(max_length=40, blank=True)
    warned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_dates")]
        indexes = [
            models.Index(fields=["ground"], name="token_of_ground", condition=~Q(ground="")),
            models.Index(fields=["expires_at"], name="token_unwarned", condition=Q(revoked_at=None, warned_at=None)),
        ]


class Activation(models.Model):
    """A link `kma_…` by which a technical contact makes one token, once; only its SHA-256 is kept.

    Whoever opened it never sees link or token: the link goes to the contact's address, the token stands in the answer to its one use.
    """

    id = models.CharField(primary_key=True, max_length=8)
    digest = models.BinaryField(max_length=32)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="activations")
    account_id: uuid.UUID
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="activations")
    appointment_id: uuid.UUID
    opened_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_by_id: uuid.UUID | None
    name = models.CharField(max_length=80)
    scopes = models.JSONField()
    days = models.PositiveIntegerField()
    until = models.DateTimeField(null=True)
    ground = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    token = models.OneToOneField(ApiToken, null=True, on_delete=models.PROTECT, related_name="activation")
    token_id: str | None
    ended_at = models.DateTimeField(null=True)
    ended_why = models.SlugField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="activation_dates"),
            models.CheckConstraint(
                condition=Q(used_at=None, token=None) | Q(used_at__isnull=False, token__isnull=False),
                name="activation_used_for_a_token",
            ),
        ]
        indexes = [models.Index(fields=["ground"], name="activation_of_ground", condition=~Q(ground=""))]


class DeskFeed(models.Model):
    """An address under which a calendar program reads a desk: `kmc_…`; only its SHA-256 is kept. The hat is pinned; none means: as oneself."""

    id = models.CharField(primary_key=True, max_length=8)
    digest = models.BinaryField(max_length=32)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="desk_feeds")
    account_id: uuid.UUID
    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="desk_feeds")
    appointment_id: uuid.UUID | None
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="desk_feed_dates")]


class Invitation(models.Model):
    """A way in for a person who was named: `kmi_…`, seven days, used once under a row lock."""

    id = models.CharField(primary_key=True, max_length=8)
    digest = models.BinaryField(max_length=32)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    person_id: uuid.UUID
    email = models.EmailField(max_length=254)
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    invited_by_id: uuid.UUID | None
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


HAT_COLUMNS = {
    "id": "id",
    "role": "role",
    "state": "state",
    "since": "since",
    "until": "until",
    "institution_id": "institution_id",
    "institution_slug": "institution__slug",
    "institution_zh": "institution__name_zh",
    "institution_en": "institution__name_en",
    "institution_until": "institution__until",
}
