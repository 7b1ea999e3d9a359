"""From the plan's words to the full statutory body of an entry, and its assessments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from demo.plan import SYNTHETIC, City, Column, Entry, Words
from kaimen.core.metadata.codes import Spec
from kaimen.core.metadata.entry import (
    Assessment,
    Body,
    Contact,
    Convergence,
    Declaration,
    Instrument,
    Item,
    Kind,
    NonPublic,
    PiClass,
    Retention,
    ShareConditions,
    Text,
    Visibility,
)

_STANDARDS = {"uscc": "GB 32100-2015", "rid": "GB 11643-1999"}
SYNTHETIC_NOTE = Words(
    zh="合成数据，不对应真实的人、单位和事件。",
    en="Synthetic data; no real person, body or event is behind it.",
)
REAL_NOTE = Words(
    zh="真实数据，取自软件包 {real}，许可见源代码 demo/data/NOTICE.md。",
    en="Real data, taken from the package {real}; its licence is named in demo/data/NOTICE.md of the source.",
)


def body_of(entry: Entry, plan: City, spec: Spec, *, providers: Mapping[str, str], today: date) -> Body:
    """What the steward types in. `providers` are the ids of the bodies by their code; two assessments come later, by `assessments`."""
    owner = plan.bodies[entry.body]
    system = plan.systems.get(entry.body)
    note = REAL_NOTE if entry.real else SYNTHETIC_NOTE
    theme = spec.list_of("theme").get(entry.theme)
    return Body(
        kind=Kind(entry.kind),
        title=text(entry.title),
        description=Text(
            zh=f"{entry.about.zh}{note.zh.format(real=entry.real)}",
            en=f"{entry.about.en} {note.en.format(real=entry.real)}",
        ),
        contact=Contact(unit=text(owner.unit), telephone="010-0000-0000", email=f"{entry.body}@demo.example"),
        class_path=entry.class_path,
        format_class=entry.format_class,
        formats=entry.formats,
        items=tuple(_item(column) for column in entry.columns),
        share_type=entry.share,
        share_conditions=ShareConditions(
            bodies=tuple(providers[code] for code in entry.share_bodies),
            purposes=entry.share_purposes,
            note=text(entry.share_note) if entry.share_note else Text(),
        ),
        not_share_basis=_instrument(entry.not_share) if entry.not_share else Instrument(),
        share_methods=() if entry.share == 3 else entry.methods,
        open_type=entry.open,
        open_conditions=text(entry.open_conditions) if entry.open_conditions else Text(),
        licence={1: "km-open-1", 2: "km-agreement"}.get(entry.open, ""),
        update_frequency=entry.every,
        category=entry.category,
        duty=owner.duty,
        themes=(entry.theme,),
        data_themes=(theme.text("eu") or "GOVE",),
        level=entry.level,
        visibility=Visibility.PUBLIC if entry.open in {1, 2} else Visibility.GOVERNMENT,
        keywords_zh=(*entry.keywords_zh, *(() if entry.real else SYNTHETIC[:1])),
        keywords_en=(*entry.keywords_en, *(() if entry.real else SYNTHETIC[1:])),
        spatial=("110000",),
        area_level=entry.area_level,
        duty_basis=(
            Instrument(
                kind="duty_list",
                title=f"{owner.name.zh}职责清单",
                article="一",
                reason=Text(zh=owner.duty, en=f"Duty list of {owner.name.en}"),
            ),
        ),
        source_system=system.name.zh if entry.deliveries and system else "",
        convergence=_convergence(entry),
        non_public=NonPublic(supplied=bool(entry.non_public), acquisition=entry.non_public),
        synthetic=not entry.real,
        secrecy_declaration=Declaration(declared=True, on=today),
        anonymisation_assessment=_anonymised(entry, today=today),
        pi_count_band=entry.band if entry.personal else "",
        retention=Retention(duration="P3Y", basis=f"{owner.name.zh}档案保管期限表") if entry.personal else Retention(),
        scenario_field=entry.scenario_field,
        infrastructure_kind=entry.infrastructure_kind,
        finance_funded=entry.finance_funded,
        endpoint=entry.endpoint,
    )


def assessments(entry: Entry, *, number: int, today: date) -> tuple[Assessment, Assessment]:
    """Confidentiality; personal information, or the reason why there is none."""
    confidentiality = Assessment(document=f"保评-{today.year}-{number:03}", on=today, result="通过")
    if entry.personal:
        return confidentiality, Assessment(document=f"个评-{today.year}-{number:03}", on=today, result="通过")
    return confidentiality, Assessment(no_pi_reason=Text(zh="没有关于个人的字段。", en="No column tells of a person."))


def _anonymised(entry: Entry, *, today: date) -> Assessment:
    if not entry.anonymised:
        return Assessment()
    return Assessment(
        document=f"匿评-{today.year}-{entry.slug}",
        on=today,
        result=entry.anonymised,
        valid_until=today + timedelta(days=730),
    )


def text(words: Words) -> Text:
    """The plan's words as the catalogue's."""
    return Text(zh=words.zh, en=words.en)


def _item(column: Column) -> Item:
    return Item(
        column=column.name,
        name_zh=column.words.zh,
        name_en=column.words.en,
        data_type=column.type,
        length=column.length,
        precision=column.precision,
        unit=column.unit,
        standard_ref=_STANDARDS.get(column.standard, column.standard),
        is_key=column.key,
        nullable=column.nullable,
        pi_class=PiClass(column.pi_class),
        pi_kind=column.pi_kind,
        identifier_kind=column.identifier,
        level=column.level,
        mask_rule=column.mask,
    )


def _instrument(told: Mapping[str, str]) -> Instrument:
    zh, _, en = told["reason"].partition(" | ")
    return Instrument(kind=told["kind"], title=told["title"], article=told["article"], reason=Text(zh=zh, en=en))


def _convergence(entry: Entry) -> Convergence:
    if entry.deliveries:
        return Convergence(state="converged")
    if entry.share == 3:
        return Convergence(
            state="exempt",
            reason=Text(zh="依法保密，不汇聚。", en="Secret by law, so not converged."),
            approver="示范市数据局",
        )
    return Convergence(state="interface") if entry.kind == "service" else Convergence()
