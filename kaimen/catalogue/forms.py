"""The entry form: one subject a page, saved at each step. A form turns fields into a body and back; what blocks, the rules say.

Nothing is preselected: a list without a choice stays without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kaimen.catalogue import selectors
from kaimen.core.metadata.entry import (
    Assessment,
    Body,
    Contact,
    Convergence,
    Declaration,
    Instrument,
    Interval,
    Item,
    Kind,
    PiClass,
    Retention,
    ShareConditions,
    Text,
    Visibility,
)
from kaimen.core.metadata.rules import Finding

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Label

Choices = list[tuple[str, str]]
_SEPARATORS = str.maketrans({"，": ",", "、": ",", ";": ",", "；": ",", "\n": ","})


def choices(code_list: str, *, parents: bool = True) -> Choices:
    """Codes of a list with their names in the reader's language."""
    language = "en" if get_language() == "en" else "zh"
    listed = spec_codes(code_list)
    return [(code.code, code.name(language)) for code in listed if parents or code.parent is not None]


def spec_codes(code_list: str) -> Iterable[Any]:
    """The codes of a list of the specification in force."""
    return selectors.spec().list_of(code_list).codes.values()


def words(text: str) -> tuple[str, ...]:
    """Words parted by commas of either script, or by lines."""
    return tuple(dict.fromkeys(word.strip() for word in text.translate(_SEPARATORS).split(",") if word.strip()))


class SectionForm(forms.Form):
    """A part of the body. `LISTS` names the code list of each field that has one; a select begins with nothing chosen."""

    LISTS: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, code_list in self.LISTS.items():
            field = self.fields[name]
            found = choices(code_list)
            if isinstance(field, forms.MultipleChoiceField) or isinstance(field.widget, forms.RadioSelect):
                field.choices = found  # type: ignore[attr-defined]
            else:
                field.choices = [("", "—"), *found]  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(body: Body) -> dict[str, object]:
        """Field values of a body."""
        raise NotImplementedError

    def applied(self, body: Body) -> Body:
        """The body with this section's fields."""
        raise NotImplementedError


def _line(label: Label, *, required: bool = False, longest: int = 200, hint: Label = "") -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=longest, help_text=hint)


def _text(label: Label, *, hint: Label = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=4000, help_text=hint, widget=forms.Textarea(attrs={"rows": rows})
    )


def _choice(label: Label, *, hint: Label = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, help_text=hint)


def _radio(label: Label, *, hint: Label = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, help_text=hint, widget=forms.RadioSelect)


def _several(label: Label, *, hint: Label = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, help_text=hint, widget=forms.CheckboxSelectMultiple)


def _day(label: Label, *, hint: Label = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=False, help_text=hint, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class About(SectionForm):
    """What it is called and what is in it."""

    LISTS: ClassVar[Mapping[str, str]] = {"kind": "kind", "themes": "theme"}
    kind = forms.ChoiceField(label=_("What kind of entry is it?"), widget=forms.RadioSelect)
    title_zh = _line(_("Title in Chinese"), required=True, hint=_("Tells the content. Once for each body."))
    title_en = _line(_("Title in English"))
    description_zh = _text(
        _("Description in Chinese"), hint=_("What is in it, whom it covers, how it was made: 20 to 2,000 signs.")
    )
    description_en = _text(_("Description in English"))
    keywords_zh = _line(_("Keywords in Chinese"), hint=_("Parted by commas"))
    keywords_en = _line(_("Keywords in English"), hint=_("Parted by commas"))
    themes = _several(_("Themes"))

    @staticmethod
    def initial_of(body: Body) -> dict[str, object]:
        return {
            "kind": body.kind.value,
            "title_zh": body.title.zh,
            "title_en": body.title.en,
            "description_zh": body.description.zh,
            "description_en": body.description.en,
            "keywords_zh": "，".join(body.keywords_zh),
            "keywords_en": ", ".join(body.keywords_en),
            "themes": list(body.themes),
        }

    def applied(self, body: Body) -> Body:
        data = self.cleaned_data
        themes = tuple(data["themes"])
        eu = (selectors.spec().list_of("theme").get(theme).text("eu") for theme in themes)
        return replace(
            body,
            kind=Kind(data["kind"]),
            title=Text(zh=data["title_zh"], en=data["title_en"]),
            description=Text(zh=data["description_zh"], en=data["description_en"]),
            keywords_zh=words(data["keywords_zh"]),
            keywords_en=words(data["keywords_en"]),
            themes=themes,
            data_themes=tuple(dict.fromkeys(code for code in eu if code)),
        )


class Facts(SectionForm):
    """Form, rhythm, place, time, classification."""

    LISTS: ClassVar[Mapping[str, str]] = {
        "format_class": "format_class", "formats": "format", "update_frequency": "update_frequency", "category": "category",
        "area_level": "area_level", "spatial": "area",
    }  # fmt: skip
    item_class = _choice(_("Classification"), hint=_("Class and item of the compile guide"))
    sub_item = forms.RegexField(
        r"^\d{3,12}$", label=_("Sub-item"), required=False, help_text=_("Three digits or more, given by the authority")
    )
    category = _choice(_("What are the data about?"))
    format_class = _choice(_("Format class"))
    formats = _several(_("Formats"))
    update_frequency = _choice(_("How often are they updated?"))
    spatial = _several(_("Area"))
    area_level = _choice(_("Finest spatial unit"))
    temporal_start = _day(_("Data from"))
    temporal_end = _day(_("Data until"), hint=_("Empty while they go on"))
    unit_zh = _line(_("Unit that answers, in Chinese"))
    unit_en = _line(_("Unit that answers, in English"))
    telephone = _line(_("Telephone"), longest=40)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item_class"].choices = [("", "—"), *choices("item_class", parents=False)]  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(body: Body) -> dict[str, object]:
        return {
            "item_class": body.class_path[:3],
            "sub_item": body.class_path[3:],
            "category": body.category,
            "format_class": body.format_class,
            "formats": list(body.formats),
            "update_frequency": body.update_frequency,
            "spatial": list(body.spatial),
            "area_level": body.area_level,
            "temporal_start": body.temporal.start,
            "temporal_end": body.temporal.end,
            "unit_zh": body.contact.unit.zh,
            "unit_en": body.contact.unit.en,
            "telephone": body.contact.telephone,
            "email": body.contact.email,
        }

    def applied(self, body: Body) -> Body:
        data = self.cleaned_data
        return replace(
            body,
            class_path=f"{data['item_class']}{data['sub_item']}",
            category=data["category"],
            format_class=data["format_class"],
            formats=tuple(data["formats"]),
            update_frequency=data["update_frequency"],
            spatial=tuple(data["spatial"]),
            area_level=data["area_level"],
            temporal=Interval(start=data["temporal_start"], end=data["temporal_end"]),
            contact=Contact(
                unit=Text(zh=data["unit_zh"], en=data["unit_en"]), telephone=data["telephone"], email=data["email"]
            ),
        )


class Terms(SectionForm):
    """Who may have it, and how. The statute presumes sharing; nothing is chosen for you."""

    LISTS: ClassVar[Mapping[str, str]] = {
        "share_type": "share_type", "share_methods": "share_method", "open_type": "open_type", "licence": "licence", "level": "level",
        "share_bodies": "body_kind", "share_purposes": "purpose",
    }  # fmt: skip
    share_type = _radio(
        _("How is it shared between bodies?"),
        hint=_("“Not shared” needs a law, an administrative regulation or a State Council decision."),
    )
    share_bodies = _several(_("Which bodies?"), hint=_("For conditional sharing"))
    share_purposes = _several(_("For which purposes?"), hint=_("For conditional sharing"))
    share_note_zh = _line(_("Further condition, in Chinese"), longest=500)
    share_note_en = _line(_("Further condition, in English"), longest=500)
    basis_kind = _choice(_("Not shared: kind of legal basis"))
    basis_title = _line(_("Not shared: title of the law"))
    basis_article = _line(_("Not shared: article"), longest=40)
    share_methods = _several(_("How is it supplied?"))
    open_type = _radio(_("How is it opened to the public?"))
    open_conditions_zh = _line(_("Conditions, in Chinese"), longest=1000)
    open_conditions_en = _line(_("Conditions, in English"), longest=1000)
    licence = _choice(_("Licence"))
    visibility = forms.ChoiceField(
        label=_("Who may find the entry itself?"), required=False, widget=forms.RadioSelect,
        choices=[("public", _("Everybody")), ("government", _("Public bodies only"))],
    )  # fmt: skip
    level = _radio(_("Sensitivity level of the entry"), hint=_("At least the highest of its columns"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = "en" if get_language() == "en" else "zh"
        admitted = [
            (code.code, code.name(language))
            for code in spec_codes("instrument_kind")
            if code.attributes.get("not_share")
        ]
        self.fields["basis_kind"].choices = [("", "—"), *admitted]  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(body: Body) -> dict[str, object]:
        return {
            "share_type": str(body.share_type or ""),
            "share_bodies": list(body.share_conditions.bodies),
            "share_purposes": list(body.share_conditions.purposes),
            "share_note_zh": body.share_conditions.note.zh,
            "share_note_en": body.share_conditions.note.en,
            "basis_kind": body.not_share_basis.kind,
            "basis_title": body.not_share_basis.title,
            "basis_article": body.not_share_basis.article,
            "share_methods": list(body.share_methods),
            "open_type": str(body.open_type or ""),
            "open_conditions_zh": body.open_conditions.zh,
            "open_conditions_en": body.open_conditions.en,
            "licence": body.licence,
            "visibility": body.visibility.value,
            "level": str(body.level or ""),
        }

    def applied(self, body: Body) -> Body:
        data = self.cleaned_data
        return replace(
            body,
            share_type=_number(data["share_type"]),
            share_conditions=ShareConditions(
                bodies=tuple(data["share_bodies"]),
                purposes=tuple(data["share_purposes"]),
                note=Text(zh=data["share_note_zh"], en=data["share_note_en"]),
            ),
            not_share_basis=Instrument(
                kind=data["basis_kind"], title=data["basis_title"], article=data["basis_article"]
            ),
            share_methods=tuple(data["share_methods"]),
            open_type=_number(data["open_type"]),
            open_conditions=Text(zh=data["open_conditions_zh"], en=data["open_conditions_en"]),
            licence=data["licence"],
            visibility=Visibility(data["visibility"] or "government"),
            level=_number(data["level"]),
        )


def _number(text: str) -> int | None:
    return int(text) if text else None


class Duties(SectionForm):
    """On which duty it rests, where it comes from, how long it is kept."""

    LISTS: ClassVar[Mapping[str, str]] = {
        "convergence": "convergence",
        "pi_count_band": "pi_count_band",
        "basis_kind": "instrument_kind",
    }
    secrecy = forms.BooleanField(label=_("It holds no state secret and no work secret"), required=False)
    secrecy_on = _day(_("Declared on"), hint=_("Holds for a year"))
    basis_kind = _choice(_("Statutory duty: kind"))
    basis_title = _line(_("Statutory duty: law or list"))
    basis_article = _line(_("Statutory duty: article"), longest=40)
    source_system = _line(_("Business system it comes from"))
    convergence = _choice(_("Does it flow into the platform?"))
    convergence_reason = _line(_("Exempt: why"), longest=500)
    convergence_approver = _line(_("Exempt: approved by"))
    pi_count_band = _choice(_("How many persons?"), hint=_("Where columns hold personal information"))
    retention = forms.RegexField(
        r"^P(\d{1,4}Y)?(\d{1,4}M)?(\d{1,6}D)?$",
        label=_("Kept for"),
        required=False,
        help_text=_("P3Y is three years, P6M six months"),
    )
    retention_basis = _line(_("Kept on which basis"))

    @staticmethod
    def initial_of(body: Body) -> dict[str, object]:
        basis = body.duty_basis[0] if body.duty_basis else Instrument()
        return {
            "secrecy": body.secrecy_declaration.declared,
            "secrecy_on": body.secrecy_declaration.on,
            "basis_kind": basis.kind,
            "basis_title": basis.title,
            "basis_article": basis.article,
            "source_system": body.source_system,
            "convergence": body.convergence.state,
            "convergence_reason": body.convergence.reason.zh,
            "convergence_approver": body.convergence.approver,
            "pi_count_band": body.pi_count_band,
            "retention": body.retention.duration,
            "retention_basis": body.retention.basis,
        }

    def applied(self, body: Body) -> Body:
        data = self.cleaned_data
        basis = Instrument(kind=data["basis_kind"], title=data["basis_title"], article=data["basis_article"])
        first = (basis,) if basis.title else ()
        return replace(
            body,
            secrecy_declaration=Declaration(declared=data["secrecy"], on=data["secrecy_on"]),
            duty_basis=(*first, *body.duty_basis[1:]),
            source_system=data["source_system"],
            convergence=Convergence(
                state=data["convergence"],
                reason=replace(body.convergence.reason, zh=data["convergence_reason"]),
                approver=data["convergence_approver"],
            ),
            pi_count_band=data["pi_count_band"],
            retention=Retention(duration=data["retention"], basis=data["retention_basis"]),
        )


class ItemForm(SectionForm):
    """One column."""

    LISTS: ClassVar[Mapping[str, str]] = {
        "data_type": "data_type", "level": "level", "pi_class": "pi_class", "identifier_kind": "identifier_kind", "open_type_override": "open_type",
        "share_type_override": "share_type",
    }  # fmt: skip
    column = _line(_("Column"), required=True, longest=128)
    name_zh = _line(_("Name in Chinese"))
    name_en = _line(_("Name in English"))
    meaning_zh = _line(_("Meaning in Chinese"), longest=500)
    meaning_en = _line(_("Meaning in English"), longest=500)
    data_type = _choice(_("Type"))
    unit = _line(_("Unit"), longest=40)
    level = _choice(_("Level"))
    is_key = forms.BooleanField(label=_("Part of the key"), required=False)
    nullable = forms.BooleanField(label=_("May be empty"), required=False)
    pi_class = _choice(_("Personal information"))
    identifier_kind = _choice(_("Identifier"))
    share_type_override = _choice(_("Shared more strictly"))
    open_type_override = _choice(_("Opened more strictly"))
    mask_rule = _line(
        _("Mask"), longest=80, hint="keep:1,0 · pseudonym:person · generalise:date:month · minimum:10 · null · deny"
    )

    FIRST: ClassVar[tuple[str, ...]] = ("column", "name_zh", "name_en", "data_type", "level", "pi_class")

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What every column needs."""
        return [self[name] for name in self.FIRST]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """What some columns need; also whether to drop it."""
        return [bound for bound in self if bound.name not in self.FIRST]

    @staticmethod
    def initial_of_item(item: Item) -> dict[str, object]:
        """Field values of a column."""
        return {
            "column": item.column,
            "name_zh": item.name_zh,
            "name_en": item.name_en,
            "meaning_zh": item.meaning.zh,
            "meaning_en": item.meaning.en,
            "data_type": item.data_type,
            "unit": item.unit,
            "level": str(item.level or ""),
            "is_key": item.is_key,
            "nullable": item.nullable,
            "pi_class": item.pi_class.value,
            "identifier_kind": item.identifier_kind,
            "share_type_override": str(item.share_type_override or ""),
            "open_type_override": str(item.open_type_override or ""),
            "mask_rule": item.mask_rule or "",
        }

    def item(self, known: Mapping[str, Item]) -> Item:
        """The column; what the form does not ask for stays as it was."""
        data = self.cleaned_data
        return replace(
            known.get(data["column"], Item(column=data["column"])),
            name_zh=data["name_zh"],
            name_en=data["name_en"],
            meaning=Text(zh=data["meaning_zh"], en=data["meaning_en"]),
            data_type=data["data_type"],
            unit=data["unit"],
            level=_number(data["level"]),
            is_key=data["is_key"],
            nullable=data["nullable"],
            pi_class=PiClass(data["pi_class"] or "none"),
            identifier_kind=data["identifier_kind"],
            share_type_override=_number(data["share_type_override"]),
            open_type_override=_number(data["open_type_override"]),
            mask_rule=data["mask_rule"] or None,
        )


ItemForms = forms.formset_factory(ItemForm, extra=1, max_num=500, absolute_max=500, can_delete=True)


class HeadOfFile(forms.Form):
    """A file whose head line gives the columns."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Only its head and first rows are read; nothing of it is kept."),
        max_length=200,
    )


class Assess(forms.Form):
    """The two references."""

    document = _line(_("Confidentiality assessment: number"), required=True)
    on = _day(_("Its date"))
    result = _line(_("Its result"), required=True)
    pi_document = _line(_("Impact assessment for personal information: number"), hint=_("Or the reason below"))
    pi_on = _day(_("Its date"))
    pi_result = _line(_("Its result"))
    no_pi_zh = _line(_("Why there is no personal information, in Chinese"), longest=500)
    no_pi_en = _line(_("The same in English"), longest=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].required = True

    def assessments(self) -> tuple[Assessment, Assessment]:
        """Confidentiality, personal information."""
        data = self.cleaned_data
        return (
            Assessment(document=data["document"], on=data["on"], result=data["result"]),
            Assessment(
                document=data["pi_document"],
                on=data["pi_on"],
                result=data["pi_result"],
                no_pi_reason=Text(zh=data["no_pi_zh"], en=data["no_pi_en"]),
            ),
        )


class Decide(forms.Form):
    """The authority's decision."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[("approve", _("Approve and publish")), ("return", _("Return"))],
    )
    faults = _several(_("What is wrong?"), hint=_("All of it at once. Needed for a return."))
    note = _text(_("Remark"), rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["faults"].choices = choices("review_fault")  # type: ignore[attr-defined]


class Reason(forms.Form):
    """Why."""

    reason = _text(_("Why?"), rows=3)


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the entry form. `paths` are the fields of the body that it asks for: findings lead to it."""

    name: str
    title: object
    form: type[SectionForm] | None
    paths: tuple[str, ...]


SECTIONS: tuple[Section, ...] = (
    Section("about", _("What it is"), About, ("kind", "title", "description", "keywords_zh", "keywords_en", "themes")),
    Section("columns", _("Its columns"), None, ("items",)),
    Section("facts", _("Form and classification"), Facts, ("class_path", "category", "format_class", "formats", "update_frequency", "spatial", "area_level", "temporal", "contact")),
    Section(
        "terms", _("Who may have it"), Terms,
        ("share_type", "share_conditions", "not_share_basis", "share_methods", "open_type", "open_conditions", "licence", "visibility", "level"),
    ),
    Section("duties", _("Duty and origin"), Duties, ("secrecy_declaration", "duty_basis", "source_system", "convergence", "pi_count_band", "retention")),
)  # fmt: skip


def section_of(finding: Finding) -> Section | None:
    """The page on which a finding can be mended; None for what is not asked in the form (assessments)."""
    root = finding.path.partition(".")[0].partition("[")[0]
    return next((section for section in SECTIONS if root in section.paths), None)
