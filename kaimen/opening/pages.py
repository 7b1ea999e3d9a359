"""From what selectors found to what templates draw: words in the reader's language, addresses, parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kaimen.cases import selectors as cases
from kaimen.core.errors import Refused
from kaimen.core.metadata.entry import Item
from kaimen.evidence.selectors import Status
from kaimen.gate import selectors as gate
from kaimen.opening import looks, words
from kaimen.opening.gatehouse import Seen
from kaimen.opening.selectors import EntryPage, Home, Line
from kaimen.web.errors import words as told
from kaimen.web.parts import Empty, Gate, Link, Reason, Stage, Step, Verdict
from kaimen.web.templatetags.kaimen import day, minute, num, offer

if TYPE_CHECKING:
    from kaimen.cases.models import Case
    from kaimen.core.policy.party import Actor

SHARED = (1, 2)
"""Share types that another body can ask for: without conditions, on conditions."""
FORMATS = {"csv": "CSV", "parquet": "Parquet", "json": "JSON"}


def address(name: str, *arguments: str) -> str:
    """Where a page of another room lives; empty while it has none."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeLine:
    """An entry on the home page."""

    url: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    provider: str
    at: datetime
    gate: str
    offered: str
    late: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme with its name and the number of entries."""

    code: str
    name: str
    count: int


def home(found: Home, *, log: Status) -> dict[str, object]:
    """Context of the home page."""
    language = words.language()
    return {
        "home": found,
        "themes": [Theme(code=one.code, name=getattr(one, language), count=one.count) for one in found.themes],
        "newest": [_home_line(line) for line in found.newest],
        "tries": [en if language == "en" else zh for zh, en in found.words],
        "empty": Empty(
            title=_("Nothing has been published yet"),
            text=_("As soon as a public body opens its first data, they stand here."),
        ),
        "data_url": address("data"),
        "log_url": address("log"),
        "log": log,
        "witnesses": len(log.witnesses),
        "witnesses_signed": sum(1 for one in log.witnesses if one.signed_at is not None),
        "counted": found.by_gate is not None,
        "open_to_all": (found.by_gate or {}).get("1", 0),
        "on_conditions": (found.by_gate or {}).get("2", 0),
    }


def _home_line(line: Line) -> HomeLine:
    entry = line.entry
    state, offered = offer(entry, kind=words.name_of("kind", entry.kind))
    return HomeLine(
        url=reverse("entry", args=[entry.slug]),
        title_zh=entry.title_zh,
        title_en=entry.title_en,
        text_zh=entry.description_zh,
        text_en=entry.description_en,
        provider=str(line.provider or ""),
        at=line.snapshot.published_at if line.snapshot else entry.published_at,
        gate=state,
        offered=offered,
        late=words.how_late(line.fresh.late_by) if line.fresh.late_by else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLine:
    """A row of the table of columns. `given` says what the public gets where it is not the value itself."""

    technical: str
    zh: str
    en: str
    meaning_zh: str
    meaning_en: str
    type: str
    unit: str
    level: int | None
    is_key: bool
    given: str
    clear: bool
    """Whether what is open gives it to anybody as it is."""


def column_line(item: Item) -> ColumnLine:
    """A column in words."""
    treated = words.treatment(item)
    return ColumnLine(
        technical=item.column,
        zh=item.name_zh or item.column,
        en=item.name_en or item.column,
        meaning_zh=item.meaning.zh,
        meaning_en=item.meaning.en,
        type=words.name_of("data_type", item.data_type),
        unit=words.unit(item.unit),
        level=item.level,
        is_key=item.is_key,
        given=treated.short if treated else "",
        clear=gate.clear_for_anybody(item),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of the facts."""

    name: str
    text: str
    mono: bool = False


def _facts(page: EntryPage) -> list[Fact]:
    entry, body = page.entry, page.entry.body
    spec_places = [words.name_of("area", code) for code in body.spatial]
    facts = [Fact(name=_("Number"), text=entry.code, mono=True), Fact(name=_("Short name"), text=entry.slug, mono=True)]
    if body.licence:
        facts.append(Fact(name=_("Licence"), text=words.name_of("licence", body.licence)))
    if spec_places:
        facts.append(
            Fact(name=_("Area"), text="、".join(spec_places) if words.language() == "zh" else ", ".join(spec_places))
        )
    if entry.share_methods:
        ways = [words.name_of("share_method", code) for code in entry.share_methods]
        facts.append(
            Fact(name=_("Shared between bodies by"), text=("、" if words.language() == "zh" else ", ").join(ways))
        )
    if page.snapshot:
        facts.append(Fact(name=_("Rows"), text=num(page.snapshot.rows)))
    facts.append(
        Fact(name=_("Entry"), text=_("version %(n)s of %(day)s") % {"n": entry.version, "day": day(entry.published_at)})
    )
    if not entry.reviewed:
        facts.append(Fact(name=_("Review"), text=_("not reviewed: this installation publishes without it")))
    facts.append(Fact(name=_("How to cite"), text=_citation(page)))
    return facts


def _citation(page: EntryPage) -> str:
    title = page.entry.body.title.of(words.language())
    n = page.snapshot.number if page.snapshot else page.entry.version
    return _("%(provider)s, %(title)s, version %(n)s") % {"provider": page.provider or "", "title": title, "n": n}


def _steps(page: EntryPage) -> list[Step]:
    """Versions of the data, newest above; before them the next one that is due."""
    steps = []
    if (due := page.fresh.due) is not None:
        steps.append(
            Step(stage=Stage.NEXT, when=_("due before %(day)s") % {"day": day(due)}, title=_("the next version"))
        )
    for line in page.history:
        current = page.snapshot is not None and line.number == page.snapshot.number
        title = _("Version %(n)s, in use") if current else _("Version %(n)s")
        steps.append(
            Step(
                stage=Stage.NOW if current else Stage.DONE,
                when=minute(line.published_at),
                title=title % {"n": line.number},
                text=_("%(n)s rows") % {"n": num(line.rows)},
                links=_proof(line.receipt),
            )
        )
    return steps


def _proof(receipt: str | None) -> list[Link]:
    return [Link(words=_("proof"), url=reverse("log-entry", args=[receipt]))] if receipt else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One answer to "can I rely on it"."""

    what: str
    how: str
    holds: bool = True


def _checks(page: EntryPage) -> list[Check]:
    """Lawful, accurate, complete, timely: from the review and from the checks of the load in use."""
    if not page.scores:
        return []
    checks = [
        Check(
            what=_("Lawful"),
            how=_("reviewed and published by the data authority on %(day)s") % {"day": day(page.entry.published_at)},
        )
    ]
    told = {
        "accurate": (
            _("Accurate"),
            _("every value of all %(n)s rows fits its column"),
            _("every value fits its column in %(good)s of %(n)s rows; the others stayed behind"),
        ),
        "complete": (
            _("Complete"),
            _("none of the %(n)s rows lacks a cell"),
            _("%(good)s of %(n)s rows lack no cell; the others stayed behind"),
        ),
    }
    for group, (what, all_of_them, some) in told.items():
        good, all_ = page.scores.get(group, (0, 0))
        if not all_:
            continue
        how = all_of_them if good == all_ else some
        checks.append(Check(what=what, how=how % {"n": num(all_), "good": num(good)}, holds=good == all_))
    late = page.fresh.late_by
    checks.append(
        Check(what=_("Timely"), how=words.how_late(late) if late else _("within its term"), holds=late is None)
    )
    return checks


def fresh_words(page: EntryPage) -> str:
    """`11-22更新，每周，准时`; nothing where there are no data."""
    if page.fresh.at is None:
        return ""
    often = words.name_of("update_frequency", page.fresh.frequency)
    if page.fresh.late:
        return _("updated %(day)s, %(often)s") % {"day": day(page.fresh.at), "often": often.lower()}
    return _("updated %(day)s, %(often)s, on time") % {"day": day(page.fresh.at), "often": often.lower()}


def _ask_url(page: EntryPage) -> str:
    """The page where one asks with SQL, about this entry."""
    query = address("query")
    return f"{query}?dataset={page.entry.slug}" if query and page.snapshot and page.shut is None else ""


def papers(case: Case) -> Iterable[tuple[str, str]]:
    """Where the data of an application are asked, while its applicant has access."""
    if case.workflow == "open_application" and case.state == "access":
        yield (
            _("Ask these data, for the applicant"),
            question_url(str(case.facts["dataset"]), case.facts.get("granted_columns"), str(case.facts["purpose"])),
        )


def question_url(dataset: str, columns: object, purpose: str) -> str:
    """The page of questions with a first question for these columns."""
    asked = [str(one) for one in columns[:5]] if isinstance(columns, list) else []
    listed = ", ".join('"' + column.replace('"', '""') + '"' for column in asked) or "*"
    sql = f'SELECT {listed} FROM "{dataset}" LIMIT 20'  # noqa: S608 - shown in a form, parsed by the gate
    return f"{reverse('query')}?{urlencode({'sql': sql, 'purpose': purpose})}"


def _verdict(page: EntryPage, seen: Seen) -> Verdict | None:
    """The preview under its strip; a shut strip where the gate does not open now."""
    if page.shut is not None:
        said = told("dataset_closed", {"dataset": page.entry.body.title.of(words.language()), **page.shut.facts})
        return Verdict(gate=Gate.SHUT, say=said.what.rstrip("。."), behind=[Reason(number=1, what=said.why, why="")])
    if seen.let is not None:
        return looks.preview(page, seen.let, ask_url=_ask_url(page))
    if isinstance(seen.trouble, Refused):
        said = told(seen.trouble.code, seen.trouble.details)
        return Verdict(
            gate=Gate.SHUT,
            say=said.what.rstrip("。."),
            behind=[Reason(number=1, what=said.why or said.what, why=said.todo)],
        )
    return None


def download_headers(page: EntryPage, form: str) -> dict[str, str]:
    """Name and version of a file; its receipt is the gate's."""
    number = page.snapshot.number if page.snapshot else 0
    return {
        "Content-Disposition": f'attachment; filename="{page.entry.slug}-v{number}.{form}"',
        "Kaimen-Version": str(number),
        "Cache-Control": "no-store",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A way to take the data home."""

    name: str
    url: str


def _share_url(page: EntryPage, by: Actor) -> str:
    """The form by which an officer asks another body to share these data, with the dataset filled in; empty for everybody else."""
    flow = cases.workflows().get("sharing_request")
    if flow is None or by.institution is None or str(by.institution) == str(page.entry.provider):
        return ""
    if page.entry.share_type not in SHARED or page.shut is not None or cases.may_begin(by, flow) is None:
        return ""
    return f"{reverse('case_new', args=[flow.code])}?{urlencode({'dataset': page.entry.slug})}"


def entry(page: EntryPage, *, seen: Seen, host: str, by: Actor) -> dict[str, object]:
    """Context of an entry's page."""
    one = page.entry
    theme = one.body.themes[0] if one.body.themes else ""
    files = (
        []
        if not address("download", one.slug, "csv")
        else [File(name=name, url=reverse("download", args=[one.slug, code])) for code, name in FORMATS.items()]
    )
    state, offered = offer(one, kind=words.name_of("kind", one.kind))
    if page.shut is not None:
        state, offered = Gate.SHUT, _("Offline since %(day)s") % {"day": page.shut.facts["since"]}
    csv, parquet = (f"{host}{address('download', one.slug, code)}" for code in ("csv", "parquet"))
    return {
        "page": page,
        "entry": one,
        "section": "data",
        "provider": str(page.provider or one.provider_name.of(words.language())),
        "contact": _contact(page),
        "theme": Theme(code=theme, name=words.name_of("theme", theme), count=0) if theme else None,
        "gate_state": state,
        "open_words": offered,
        "public_gets": one.open_type in {1, 2} and page.shut is None,
        "on_conditions": one.open_type == 2,
        "fresh_words": fresh_words(page),
        "late_words": words.how_late(page.fresh.late_by) if page.fresh.late_by else "",
        "columns": [column_line(item) for item in one.items],
        "checks": _checks(page),
        "facts": _facts(page),
        "steps": _steps(page),
        "verdict": _verdict(page, seen),
        "trouble": told(seen.trouble.code, seen.trouble.details) if seen.trouble else None,
        "figure": seen.figure,
        "signed_in": not by.is_public,
        "share_url": _share_url(page, by),
        "older": max(0, (page.snapshot.number if page.snapshot else 0) - len(page.history)),
        "files": files,
        "csv_url": csv,
        "parquet_url": parquet,
        "parquet_name": f"{PurePosixPath(one.slug).name}-v{page.snapshot.number if page.snapshot else 1}.parquet",
        "ask_url": _ask_url(page),
        "data_url": address("data"),
        "conditions_zh": one.body.open_conditions.zh,
        "conditions_en": one.body.open_conditions.en,
        "help_phone": settings.KAIMEN_HELP_PHONE,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who answers for the data inside the body."""

    unit: str
    telephone: str
    email: str


def _contact(page: EntryPage) -> Contact:
    known = page.entry.body.contact
    return Contact(unit=known.unit.of(words.language()), telephone=known.telephone, email=known.email)
