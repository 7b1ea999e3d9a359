"""The content of an entry. `Body` is what a version freezes; a draft is a body with gaps. `PublishedEntry` is what other rooms read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kaimen.core.policy.party import InstitutionId


class Kind(StrEnum):
    """The six kinds of one catalogue."""

    DATASET = "dataset"
    SERIES = "dataset_series"
    SERVICE = "service"
    PRODUCT = "product"
    SCENARIO = "scenario"
    INFRASTRUCTURE = "infrastructure"


class Visibility(StrEnum):
    """For whom the published entry itself is meant."""

    PUBLIC = "public"
    GOVERNMENT = "government"


class PiClass(StrEnum):
    """Personal information, in rising order."""

    NONE = "none"
    GENERAL = "general"
    SENSITIVE = "sensitive"
    MINOR = "minor_u14"

    @property
    def rank(self) -> int:
        """0 for none."""
        return list(PiClass).index(self)


class NationalLevel(StrEnum):
    """Grades of the data security law. The last two are decided by people, never by software."""

    GENERAL = "general"
    IMPORTANT = "important"
    CORE = "core"


class ImportantData(StrEnum):
    """How far the question "is this important data?" has come."""

    NONE = "none"
    SUSPECTED = "suspected"
    DECLARED = "declared"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text in both languages; either may be missing."""

    zh: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def of(self, language: str) -> str:
        """In the language asked for, else in the other one."""
        return (self.en or self.zh) if language == "en" else (self.zh or self.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The unit inside the body that answers for the data."""

    unit: Text = Text()
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareConditions:
    """Share type 2: which bodies, for which purposes. They freeze with the version."""

    bodies: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    note: Text = Text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A legal text: its kind, title and article; `reason` says what follows from it."""

    kind: str = ""
    title: str = ""
    article: str = ""
    reason: Text = Text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """That the entry holds no state or work secret. Who declared is in the acts of the entry."""

    declared: bool = False
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A document that somebody wrote and signed; or, for personal information, the reason why none is needed."""

    document: str = ""
    on: date | None = None
    result: str = ""
    no_pi_reason: Text = Text()
    valid_until: date | None = None

    @property
    def given(self) -> bool:
        """There is a document with a date and a result."""
        return bool(self.document and self.on and self.result)


@dataclass(frozen=True, slots=True, kw_only=True)
class Convergence:
    """Whether the data flow into the platform: converged, interface only, or exempt with reason and approver."""

    state: str = ""
    reason: Text = Text()
    approver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The time that the data speak of; open ends allowed."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long personal information is kept (ISO 8601 duration) and why."""

    duration: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another entry, and how it belongs to this one."""

    entry: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NonPublic:
    """Data that an enterprise or a person supplied, and how they were acquired."""

    supplied: bool = False
    acquisition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What a product of authorised operation rests on."""

    sources: tuple[str, ...] = ()
    zone_agreement: str = ""
    operator: str = ""
    registration_code: str = ""
    fee: Text = Text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A column. Overrides may only be stricter than the entry; `mask_rule` is a code of `masks.py`."""

    column: str
    name_zh: str = ""
    name_en: str = ""
    meaning: Text = Text()
    data_type: str = ""
    length: int | None = None
    precision: int | None = None
    unit: str = ""
    standard_ref: str = ""
    code_list: str = ""
    is_key: bool = False
    nullable: bool = True
    pi_class: PiClass = PiClass.NONE
    pi_kind: str = ""
    identifier_kind: str = ""
    level: int | None = None
    share_type_override: int | None = None
    open_type_override: int | None = None
    mask_rule: str | None = None

    def name(self, language: str) -> str:
        """The human name in the language asked for, else in the other one, else the column's."""
        first, second = (self.name_en, self.name_zh) if language == "en" else (self.name_zh, self.name_en)
        return first or second or self.column


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """All statutory fields, acts of the head apart. `None`, "" and () mean: not said yet. Nothing is preselected."""

    kind: Kind = Kind.DATASET
    title: Text = Text()
    description: Text = Text()
    provider: str = ""
    provider_name: Text = Text()
    provider_code: str = ""
    contact: Contact = Contact()
    class_path: str = ""
    format_class: str = ""
    formats: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    share_type: int | None = None
    share_conditions: ShareConditions = ShareConditions()
    not_share_basis: Instrument = Instrument()
    share_methods: tuple[str, ...] = ()
    open_type: int | None = None
    open_conditions: Text = Text()
    licence: str = ""
    update_frequency: str = ""
    category: str = ""
    duty: str = ""
    themes: tuple[str, ...] = ()
    data_themes: tuple[str, ...] = ()
    level: int | None = None
    national_level: NationalLevel = NationalLevel.GENERAL
    important_data: ImportantData = ImportantData.NONE
    visibility: Visibility = Visibility.GOVERNMENT
    keywords_zh: tuple[str, ...] = ()
    keywords_en: tuple[str, ...] = ()
    spatial: tuple[str, ...] = ()
    area_level: str = ""
    temporal: Interval = Interval()
    related: tuple[Related, ...] = ()
    duty_basis: tuple[Instrument, ...] = ()
    lead_source: str = ""
    source_system: str = ""
    convergence: Convergence = Convergence()
    non_public: NonPublic = NonPublic()
    synthetic: bool = False
    secrecy_declaration: Declaration = Declaration()
    confidentiality_assessment: Assessment = Assessment()
    pi_assessment: Assessment = Assessment()
    anonymisation_assessment: Assessment = Assessment()
    pi_count_band: str = ""
    retention: Retention = Retention()
    product: Product = Product()
    scenario_field: str = ""
    infrastructure_kind: str = ""
    finance_funded: bool = False
    endpoint: str = ""

    @property
    def pi_class(self) -> PiClass:
        """The highest of the items."""
        return max((item.pi_class for item in self.items), key=lambda one: one.rank, default=PiClass.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedEntry:
    """A published version as other rooms read it: the frozen body with its identity. Facts asked often stand in front."""

    id: str
    slug: str
    code: str
    version: int
    digest: str
    spec_version: str
    published_at: datetime
    first_published_at: datetime
    body: Body
    has_data: bool = False
    """Whether there are data behind it now. No part of the version."""
    reviewed: bool = True
    """Whether a head of department and the authority passed this version."""

    @property
    def never_has_data(self) -> bool:
        """A scenario, a service: it names no columns, so no data are to come."""
        return not self.has_data and not self.body.items

    @property
    def never_given(self) -> tuple[str, ...]:
        """Columns that exist for nobody outside."""
        return tuple(one.column for one in self.items if one.mask_rule == "deny" or one.share_type_override == 3)

    @property
    def kind(self) -> Kind:
        return self.body.kind

    @property
    def title_zh(self) -> str:
        return self.body.title.zh

    @property
    def title_en(self) -> str:
        return self.body.title.en

    @property
    def description_zh(self) -> str:
        return self.body.description.zh

    @property
    def description_en(self) -> str:
        return self.body.description.en

    @property
    def provider(self) -> InstitutionId:
        return InstitutionId(self.body.provider)

    @property
    def provider_name(self) -> Text:
        return self.body.provider_name

    @property
    def share_type(self) -> int:
        """Checked before publication, so always there."""
        return self.body.share_type or 3

    @property
    def share_conditions(self) -> ShareConditions:
        return self.body.share_conditions

    @property
    def share_methods(self) -> tuple[str, ...]:
        return self.body.share_methods

    @property
    def open_type(self) -> int:
        return self.body.open_type or 3

    @property
    def level(self) -> int:
        return self.body.level or 4

    @property
    def national_level(self) -> NationalLevel:
        return self.body.national_level

    @property
    def pi_class(self) -> PiClass:
        return self.body.pi_class

    @property
    def visibility(self) -> Visibility:
        return self.body.visibility

    @property
    def update_frequency(self) -> str:
        return self.body.update_frequency

    @property
    def items(self) -> tuple[Item, ...]:
        return self.body.items

    def item(self, column: str) -> Item | None:
        """The column of that name."""
        return next((item for item in self.items if item.column == column), None)
