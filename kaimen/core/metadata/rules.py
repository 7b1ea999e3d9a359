"""What blocks an entry. `check` is pure: body, specification and moment in, findings out; sentences are made at the edge.

A finding that blocks stops the step named in `due`; one that warns is counted and shown. Removing a fact never removes a block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kaimen.core.errors import Invalid
from kaimen.core.metadata.codes import Spec
from kaimen.core.metadata.entry import Assessment, Body, ImportantData, Item, Kind, NationalLevel, PiClass, Visibility
from kaimen.core.metadata.grading import speaks_of_a_person
from kaimen.core.metadata.identifiers import CLASS_PATH, credit_code_holds
from kaimen.core.metadata.masks import parse_mask

_ZONE = ZoneInfo("Asia/Shanghai")
_TABULAR = frozenset({"2", "3", "7"})
_DURATION = re.compile(r"P(?=\d)(\d{1,4}Y)?(\d{1,4}M)?(\d{1,6}D)?", re.ASCII)
_COLUMN_LENGTH = 128
_NAME_LENGTH = 200
_REFERENCE_LENGTH = 100


class Severity(StrEnum):
    """Whether the step stops."""

    BLOCK = "block"
    WARN = "warn"


class Due(StrEnum):
    """The step at which a rule must be met."""

    CHECK = "check"
    ASSESS = "assess"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that is not met, and where. `details` are facts for the sentence."""

    rule: str
    path: str
    severity: Severity = Severity.BLOCK
    due: Due = Due.CHECK
    value: str = ""

    @property
    def blocks(self) -> bool:
        """It stops the step."""
        return self.severity is Severity.BLOCK


def check(body: Body, spec: Spec, now: datetime) -> list[Finding]:
    """Every rule of the specification against a body, in the order of the rules."""
    today = now.astimezone(_ZONE).date()
    return [finding for rule in RULES for finding in rule(body, spec, today)]


def blocking(findings: list[Finding], step: Due) -> list[Finding]:
    """Those that stop `step`: at `check` what must be written, at `assess` the assessments as well."""
    return [one for one in findings if one.blocks and (step is Due.ASSESS or one.due is Due.CHECK)]


KEPT_WITHOUT_REVIEW = frozenset({"V21", "V28", "V29", "V30", "V41"})
"""What no installation waives: nothing about persons opens, columns are named once, every code is one."""


def without_review(findings: list[Finding]) -> list[Finding]:
    """The same findings where the law asks for no review: what it asks of a public body is only advised."""
    waived = [
        one for one in findings if one.rule not in KEPT_WITHOUT_REVIEW and (one.rule, one.path) != ("V01", "title.zh")
    ]
    return [replace(one, severity=Severity.WARN) if one in waived else one for one in findings]


Rule = Callable[[Body, Spec, date], Iterator[Finding]]


def statutory_fields(body: Body, spec: Spec, _today: date) -> Iterator[Finding]:
    """V01 to V10: the nine elements of the sharing regulations, in ten keys."""
    tabular = body.kind is Kind.DATASET and (not body.format_class or body.format_class in _TABULAR)
    conditions = {1: True, 2: bool(body.share_conditions.bodies or body.share_conditions.purposes)}
    absent = (
        ("V01", "title.zh", not body.title.zh.strip()),
        ("V02", "items", tabular and not body.items),
        ("V03", "provider", not body.provider),
        ("V04", "formats", not body.format_class or not body.formats),
        ("V05", "update_frequency", not body.update_frequency),
        ("V06", "share_type", body.share_type is None),
        ("V07", "share_methods", not body.share_methods and body.share_type != 3),
        ("V08", "share_conditions", body.share_type == 2 and not conditions[2]),
        ("V08", "not_share_basis", body.share_type == 3 and not body.not_share_basis.title),
        ("V09", "category", not body.category),
        ("V10", "level", body.level is None),
    )
    yield from (Finding(rule=rule, path=path) for rule, path, missing in absent if missing)
    if len(body.title.zh) > spec.parameters["title_longest"] or len(body.title.en) > spec.parameters["title_longest"]:
        yield Finding(rule="V01", path="title", value=str(spec.parameters["title_longest"]))


def acts(body: Body, _spec: Spec, _today: date) -> Iterator[Finding]:
    """V11 to V13: the declaration and the two assessments. The fourth act, the head's approval, is a step of the lifecycle."""
    if not body.secrecy_declaration.declared or body.secrecy_declaration.on is None:
        yield Finding(rule="V11", path="secrecy_declaration")
    if not body.confidentiality_assessment.given:
        yield Finding(rule="V12", path="confidentiality_assessment", due=Due.ASSESS)
    if not body.pi_assessment.given and not body.pi_assessment.no_pi_reason:
        yield Finding(rule="V13", path="pi_assessment", due=Due.ASSESS)


def english(body: Body, _spec: Spec, _today: date) -> Iterator[Finding]:
    """V15: what the public reads is there in English too; between bodies it is only advised."""
    severity = Severity.BLOCK if body.visibility is Visibility.PUBLIC else Severity.WARN
    if not body.title.en.strip():
        yield Finding(rule="V15", path="title.en", severity=severity)
    if not body.description.en.strip():
        yield Finding(rule="V15", path="description.en", severity=severity)
    for place, item in enumerate(body.items):
        if not item.name_en.strip():
            yield Finding(rule="V15", path=f"items[{place}].name_en", severity=severity, value=item.column)


def further_fields(body: Body, spec: Spec, _today: date) -> Iterator[Finding]:
    """V16 to V19: what the compile guide demands beyond the statute."""
    shortest, longest = spec.parameters["description_shortest"], spec.parameters["description_longest"]
    if not shortest <= len(body.description.zh.strip()) <= longest:
        yield Finding(rule="V16", path="description.zh", value=f"{shortest}–{longest}")
    if not CLASS_PATH.fullmatch(body.class_path):
        yield Finding(rule="V17", path="class_path")
    elif body.class_path[:3] not in spec.list_of("item_class"):
        yield Finding(rule="V17", path="class_path", value=body.class_path[:3])
    if not any(word.strip() for word in body.keywords_zh):
        yield Finding(rule="V18", path="keywords_zh")
    if body.open_type is None:
        yield Finding(rule="V19", path="open_type")
    if body.open_type in {1, 2} and not body.licence:
        yield Finding(rule="V19", path="licence")
    if body.open_type == 2 and not body.open_conditions:
        yield Finding(rule="V19", path="open_conditions")


def sharing(body: Body, spec: Spec, _today: date) -> Iterator[Finding]:
    """V20: conditions name bodies and purposes; not sharing names an instrument of an admitted kind and its article."""
    if body.share_type == 2:
        if not body.share_conditions.bodies:
            yield Finding(rule="V20", path="share_conditions.bodies")
        if not body.share_conditions.purposes:
            yield Finding(rule="V20", path="share_conditions.purposes")
    if body.share_type == 3:
        basis = body.not_share_basis
        admitted = spec.list_of("instrument_kind").codes.get(basis.kind)
        if admitted is None or not admitted.attributes.get("not_share"):
            yield Finding(rule="V20", path="not_share_basis.kind", value=basis.kind)
        if not basis.article:
            yield Finding(rule="V20", path="not_share_basis.article")


def opening(body: Body, _spec: Spec, today: date) -> Iterator[Finding]:
    """V21, V41: nothing about persons, or whose words are those of a person's data, above level 1 or important goes out unconditionally, unless anonymised and assessed for this version.

    Level 2 without personal information may go out behind a mask.
    """
    important = body.important_data is not ImportantData.NONE or body.national_level is not NationalLevel.GENERAL
    if important and body.open_type in {1, 2}:
        yield Finding(rule="V21", path="open_type", value=body.important_data.value)
    if body.visibility is Visibility.PUBLIC and body.open_type == 3:
        yield Finding(rule="V28", path="visibility")
    if body.open_type != 1 or in_force(body.anonymisation_assessment, today):
        return
    for place, item in enumerate(body.items):
        if (item.open_type_override or 1) != 1:
            continue
        if not _may_open(item):
            yield Finding(rule="V21", path=f"items[{place}]", value=item.column)
        elif speaks_of_a_person(item):
            yield Finding(rule="V41", path=f"items[{place}]", value=item.column)


def _may_open(item: Item) -> bool:
    return item.pi_class is PiClass.NONE and (
        (item.level or 4) == 1 or (item.level == 2 and item.mask_rule is not None)
    )


def in_force(assessment: Assessment, today: date) -> bool:
    """Was it made, and does it hold today? One that says no last day holds for nothing."""
    return assessment.given and assessment.valid_until is not None and assessment.valid_until >= today


def grading(body: Body, _spec: Spec, _today: date) -> Iterator[Finding]:
    """V22: every column has a level; overrides are stricter than the entry; the entry stands at its columns' highest."""
    for place, item in enumerate(body.items):
        path = f"items[{place}]"
        if item.level is None:
            yield Finding(rule="V22", path=f"{path}.level", value=item.column)
        if item.share_type_override is not None and item.share_type_override <= (body.share_type or 0):
            yield Finding(rule="V22", path=f"{path}.share_type_override", value=item.column)
        if item.open_type_override is not None and item.open_type_override <= (body.open_type or 0):
            yield Finding(rule="V22", path=f"{path}.open_type_override", value=item.column)
        if item.pi_class is not PiClass.NONE and not item.identifier_kind:
            yield Finding(rule="V22", path=f"{path}.identifier_kind", value=item.column)
    highest = max((item.level or 0 for item in body.items), default=0)
    if body.level is not None and body.level < highest:
        yield Finding(rule="V22", path="level", value=str(highest))


def secrecy_is_fresh(body: Body, spec: Spec, today: date) -> Iterator[Finding]:
    """V23: a declaration holds for a year and is not of tomorrow."""
    on = body.secrecy_declaration.on
    if on is not None and not today - timedelta(days=spec.parameters["secrecy_declaration_days"]) <= on <= today:
        yield Finding(rule="V23", path="secrecy_declaration.on", value=on.isoformat())


FIRST_DAY = date(2000, 1, 1)
"""No assessment of public data is older: an earlier day is a slip of the pen."""


def assessed_before_today(body: Body, _spec: Spec, today: date) -> Iterator[Finding]:
    """V31: an assessment was made on a day that has been, and does not end before it began."""
    for path in ("confidentiality_assessment", "pi_assessment", "anonymisation_assessment"):
        made: Assessment = getattr(body, path)
        if made.on is not None and not FIRST_DAY <= made.on <= today:
            yield Finding(rule="V31", path=f"{path}.on", value=made.on.isoformat(), due=Due.ASSESS)
        if made.on is not None and made.valid_until is not None and made.valid_until < made.on:
            yield Finding(rule="V31", path=f"{path}.valid_until", value=made.valid_until.isoformat(), due=Due.ASSESS)


def persons(body: Body, _spec: Spec, _today: date) -> Iterator[Finding]:
    """V24: personal information needs its assessment, the statutory duty it is collected for, a band and a term."""
    if body.pi_class is PiClass.NONE:
        return
    if not body.pi_assessment.given:
        yield Finding(rule="V24", path="pi_assessment", due=Due.ASSESS)
    if not body.duty_basis:
        yield Finding(rule="V24", path="duty_basis")
    if not body.pi_count_band:
        yield Finding(rule="V24", path="pi_count_band")
    if not _DURATION.fullmatch(body.retention.duration) or not body.retention.basis:
        yield Finding(rule="V24", path="retention")


def convergence(body: Body, _spec: Spec, _today: date) -> Iterator[Finding]:
    """V25: converged data name their system; an exemption names its reason and its approver."""
    if body.convergence.state == "converged" and not body.source_system:
        yield Finding(rule="V25", path="source_system")
    if body.convergence.state == "exempt" and not (body.convergence.reason and body.convergence.approver):
        yield Finding(rule="V25", path="convergence")


def by_kind(body: Body, _spec: Spec, _today: date) -> Iterator[Finding]:
    """V27: a product names its sources and the zone agreement; a service its address; scenario and infrastructure their kind."""
    match body.kind:
        case Kind.PRODUCT if not (body.product.sources and body.product.zone_agreement):
            yield Finding(rule="V27", path="product")
        case Kind.SERVICE if not body.endpoint:
            yield Finding(rule="V27", path="endpoint")
        case Kind.SCENARIO if not body.scenario_field:
            yield Finding(rule="V27", path="scenario_field")
        case Kind.INFRASTRUCTURE if not body.infrastructure_kind:
            yield Finding(rule="V27", path="infrastructure_kind")
        case _:
            return


def columns(body: Body, _spec: Spec, _today: date) -> Iterator[Finding]:
    """V29: columns are named, once each, in both forms; masks follow their grammar."""
    seen: set[str] = set()
    for place, item in enumerate(body.items):
        path = f"items[{place}]"
        folded = item.column.strip().casefold()
        if not folded or len(item.column) > _COLUMN_LENGTH or folded in seen:
            yield Finding(rule="V29", path=f"{path}.column", value=item.column[:60])
        seen.add(folded)
        if not item.name_zh.strip() or len(item.name_zh) > _NAME_LENGTH:
            yield Finding(rule="V29", path=f"{path}.name_zh", value=item.column[:60])
        if len(item.name_en) > _NAME_LENGTH:
            yield Finding(rule="V29", path=f"{path}.name_en", value=item.column[:60])
        if len(item.standard_ref) > _REFERENCE_LENGTH:
            yield Finding(rule="V29", path=f"{path}.standard_ref", value=item.column[:60])
        if item.mask_rule is not None and not _mask_holds(item.mask_rule):
            yield Finding(rule="V29", path=f"{path}.mask_rule", value=item.mask_rule[:60])


def _mask_holds(rule: str) -> bool:
    try:
        parse_mask(rule)
    except Invalid:
        return False
    return True


CODED: tuple[tuple[str, str], ...] = (
    ("format_class", "format_class"), ("formats", "format"), ("share_methods", "share_method"), ("update_frequency", "update_frequency"),
    ("category", "category"), ("themes", "theme"), ("data_themes", "data_theme"), ("licence", "licence"), ("pi_count_band", "pi_count_band"),
    ("spatial", "area"), ("area_level", "area_level"), ("scenario_field", "scenario_field"), ("infrastructure_kind", "infrastructure_kind"),
)  # fmt: skip
CODED_ITEM: tuple[tuple[str, str], ...] = (
    ("data_type", "data_type"), ("pi_kind", "pi_kind"), ("identifier_kind", "identifier_kind"),
)  # fmt: skip


def known_codes(body: Body, spec: Spec, _today: date) -> Iterator[Finding]:
    """V30: every code is in its list, the credit code holds, the interval runs forward."""
    for name, code_list in CODED:
        value: str | tuple[str, ...] = getattr(body, name)
        for code in value if isinstance(value, tuple) else (value,):
            if code and code not in spec.list_of(code_list):
                yield Finding(rule="V30", path=name, value=code[:60])
    for name, code_list, number in (
        ("share_type", "share_type", body.share_type), ("open_type", "open_type", body.open_type), ("level", "level", body.level),
    ):  # fmt: skip
        if number is not None and str(number) not in spec.list_of(code_list):
            yield Finding(rule="V30", path=name, value=str(number))
    for purpose in body.share_conditions.purposes:
        if purpose not in spec.list_of("purpose"):
            yield Finding(rule="V30", path="share_conditions.purposes", value=purpose[:60])
    if body.convergence.state and body.convergence.state not in spec.list_of("convergence"):
        yield Finding(rule="V30", path="convergence.state", value=body.convergence.state[:60])
    if body.provider_code and not credit_code_holds(body.provider_code):
        yield Finding(rule="V30", path="provider_code", value=body.provider_code[:18])
    if body.temporal.start and body.temporal.end and body.temporal.end < body.temporal.start:
        yield Finding(rule="V30", path="temporal")
    yield from _known_item_codes(body, spec)


def _known_item_codes(body: Body, spec: Spec) -> Iterator[Finding]:
    for place, item in enumerate(body.items):
        if not item.data_type:
            yield Finding(rule="V29", path=f"items[{place}].data_type", value=item.column)
        for name, code_list in CODED_ITEM:
            code: str = getattr(item, name)
            if code and code not in spec.list_of(code_list):
                yield Finding(rule="V30", path=f"items[{place}].{name}", value=code[:60])
        for name, code_list in (
            ("level", "level"),
            ("share_type_override", "share_type"),
            ("open_type_override", "open_type"),
        ):
            number: int | None = getattr(item, name)
            if number is not None and str(number) not in spec.list_of(code_list):
                yield Finding(rule="V30", path=f"items[{place}].{name}", value=str(number))


def advice(body: Body, _spec: Spec, _today: date) -> Iterator[Finding]:
    """V40: what makes an entry easier to find and to trust."""
    wanting = (
        ("contact", not body.contact.unit),
        ("themes", not body.themes),
        ("spatial", not body.spatial),
        ("temporal", body.temporal.start is None and body.temporal.end is None),
    )
    yield from (Finding(rule="V40", path=path, severity=Severity.WARN) for path, missing in wanting if missing)


RULES: tuple[Rule, ...] = (
    statutory_fields, acts, english, further_fields, sharing, opening, grading, secrecy_is_fresh, assessed_before_today, persons, convergence, by_kind, columns,
    known_codes, advice,
)  # fmt: skip
