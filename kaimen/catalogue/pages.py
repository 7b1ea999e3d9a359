"""From what selectors found to what templates draw: words in the reader's language, addresses, parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kaimen.accounts import selectors as accounts
from kaimen.catalogue import forms, selectors
from kaimen.catalogue.lifecycle import LIFECYCLE
from kaimen.catalogue.models import Act
from kaimen.catalogue.selectors import SearchPage, Working, WorkLine
from kaimen.core.lifecycle import verbs
from kaimen.core.metadata.diff import Change
from kaimen.core.metadata.entry import Item, PublishedEntry
from kaimen.core.metadata.rules import Due, Finding
from kaimen.core.policy.party import InstitutionId
from kaimen.engines.search.index import FACETS
from kaimen.engines.search.question import Relaxed
from kaimen.web.parts import Empty, Facet, Link, Option, Pager, Result, Stage, Step, page_asked
from kaimen.web.sentences.form import term
from kaimen.web.templatetags.kaimen import gate_state, local_plain, minute, offer

SIZE = 20
SHOWN = ("open", "provider", "theme", "format", "year")
LEGENDS = {
    "open": gettext_lazy("How it is opened"),
    "provider": gettext_lazy("Who provides it"),
    "theme": gettext_lazy("Theme"),
    "format": gettext_lazy("Format"),
    "year": gettext_lazy("Last changed in"),
}
SORTS = {
    "relevance": gettext_lazy("Most relevant"),
    "updated": gettext_lazy("Newest"),
    "title": gettext_lazy("Title"),
}
STATES = {
    "draft": gettext_lazy("Draft"),
    "checked": gettext_lazy("Checked"),
    "assessed": gettext_lazy("With the head of department"),
    "head_approved": gettext_lazy("Head of department agreed"),
    "submitted": gettext_lazy("Under review"),
    "returned": gettext_lazy("Returned"),
    "approved": gettext_lazy("Approved"),
    "published": gettext_lazy("Published"),
    "change_pending": gettext_lazy("Being changed"),
    "retiring": gettext_lazy("Ending"),
    "retired": gettext_lazy("Ended"),
}
DONE = {
    "save": gettext_lazy("Saved"),
    "check": gettext_lazy("Checked against the rules"),
    "assess": gettext_lazy("Assessments put in"),
    "head_approve": gettext_lazy("Head of department agreed"),
    "head_decline": gettext_lazy("Head of department sent it back"),
    "submit": gettext_lazy("Submitted for review"),
    "return": gettext_lazy("Returned by the authority"),
    "approve": gettext_lazy("Approved by the authority"),
    "publish": gettext_lazy("Published"),
    "change": gettext_lazy("Taken up again"),
    "keep": gettext_lazy("Left as it is"),
    "retire": gettext_lazy("End announced"),
    "end": gettext_lazy("Ended"),
}
VERBS = {
    "check": gettext_lazy("Check it"),
    "submit": gettext_lazy("Submit for review"),
    "head_approve": gettext_lazy("I agree"),
    "keep": gettext_lazy("Leave it as it is"),
    "end": gettext_lazy("End it"),
}


def language() -> str:
    """`zh` or `en`, as the code lists name them."""
    return "en" if get_language() == "en" else "zh"


def name_of(code_list: str, code: str) -> str:
    """The name of a code in the reader's language."""
    return selectors.spec().list_of(code_list).name_of(code, language())


# ---- search ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of the search page says."""

    text: str
    filters: Mapping[str, Sequence[str]]
    sort: str
    page: int


def asked(query: QueryDict) -> Asked:
    """Parameters of no filter are left aside; what is no page is the first, what no index reaches the last."""
    return Asked(
        text=query.get("q", ""),
        filters={name: [code for code in query.getlist(name) if code] for name in FACETS if query.get(name)},
        sort=query.get("sort", "relevance"),
        page=min(page_asked(query), selectors.DEEPEST // SIZE),
    )


def search(found: SearchPage, question: Asked) -> dict[str, object]:
    """Context of the search page."""
    hits = tuple(run.text for run in found.question.wanted)
    return {
        "question": question.text,
        "found": found,
        "results": [_result(entry, hits) for entry in found.entries],
        "facets": [_facet(name, found) for name in SHOWN if name in found.facets],
        "pager": Pager(page=found.page, pages=found.pages),
        "sorts": [(code, label, code == question.sort) for code, label in SORTS.items()],
        "relaxed": _relaxed(found.relaxed),
        "kept": [(name, code) for name, codes in question.filters.items() if name not in SHOWN for code in codes],
        "narrowed": bool(question.filters),
        "empty": Empty(
            title=_("Nothing by these words"),
            text=_("Try fewer or shorter words, or take filters away. Chinese, English and pinyin all work."),
            links=[Link(words=_("Show everything, newest first"), url=reverse("data"))],
        ),
        "section": "data",
    }


def _relaxed(relaxed: Relaxed) -> str:
    return {
        Relaxed.NONE: "",
        Relaxed.WORDS: _("Nothing holds exactly this; these hold its words or words of the same meaning."),
        Relaxed.TYPO: _("Nothing holds exactly this; these hold words that look or sound like it."),
        Relaxed.ANY: _("Nothing holds all of this; these hold some of the words."),
    }[relaxed]


def _result(entry: PublishedEntry, hits: Sequence[str]) -> Result:
    title, title_lang = _in_language(entry.title_zh, entry.title_en)
    state, offered = offer(entry, kind=name_of("kind", entry.kind))
    purpose, purpose_lang = _in_language(entry.description_zh, entry.description_en)
    return Result(
        url=reverse("entry", args=[entry.slug]),
        title=title,
        title_lang=title_lang,
        purpose=purpose,
        purpose_lang=purpose_lang,
        gate=state,
        open_words=offered,
        facts=_facts(entry, hits, shown=f"{title} {purpose}"),
        hits=hits,
    )


def _in_language(zh: str, en: str) -> tuple[str, str]:
    """The text and, where it is of the other language, which."""
    if language() == "en":
        return (en, "") if en else (zh, "zh-Hans")
    return (zh, "") if zh else (en, "en")


def _facts(entry: PublishedEntry, hits: Sequence[str], *, shown: str) -> list[str]:
    facts = [
        entry.provider_name.of(language()),
        _("Updated: %(rhythm)s") % {"rhythm": name_of("update_frequency", entry.update_frequency).lower()},
        ("\u3000" if language() == "zh" else ", ").join(name_of("format", code) for code in entry.body.formats[:4]),
    ]
    columns = [item.name(language()) for item in entry.items if _holds(item, hits)]
    if columns and not any(hit in shown.casefold() for hit in hits):
        facts.append(_("Also in columns: %(names)s") % {"names": _list(columns[:3])})
    return [fact for fact in facts if fact]


def _holds(item: Item, hits: Sequence[str]) -> bool:
    texts = (item.name_zh, item.name_en.casefold(), item.column.casefold())
    return any(hit in text for hit in hits for text in texts)


def _list(names: Sequence[str]) -> str:
    return ("、" if language() == "zh" else ", ").join(names)


def _facet(name: str, found: SearchPage) -> Facet:
    return Facet(
        name=name,
        legend=str(LEGENDS[name]),
        options=[
            Option(
                value=code.code,
                label=getattr(code, language()),
                count=code.count,
                chosen=code.chosen,
                gate=gate_state(int(code.code)) if name == "open" else "",
            )
            for code in found.facets[name][:12]
        ],
    )


# ---- the working side --------------------------------------------------------------------------------------------------------


def lines(found: Sequence[WorkLine], *, foreign: bool) -> list[dict[str, object]]:
    """Rows of the list, the body's name only where there are several bodies."""
    names = accounts.institution_names({InstitutionId(line.provider) for line in found}) if foreign else {}
    return [
        {
            "url": reverse("catalogue_entry", args=[line.id]),
            "line": line,
            "state": STATES[line.state],
            "kind": name_of("kind", line.kind),
            "provider": str(names.get(InstitutionId(line.provider), "")),
        }
        for line in found
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A finding in words, and where it can be mended."""

    words: str
    place: str
    url: str
    blocks: bool
    later: bool
    """It stops a later step than the next one."""


def points(found: Working) -> list[Point]:
    """Findings in the order of the form, blocking ones first."""
    return sorted(
        (_point(found, finding) for finding in found.findings), key=lambda point: (not point.blocks, point.later)
    )


def _point(found: Working, finding: Finding) -> Point:
    section = forms.section_of(finding)
    return Point(
        words=term(finding.rule),
        place=finding.value or finding.path,
        url=reverse("catalogue_edit", args=[found.entry.pk, section.name]) if section else "",
        blocks=finding.blocks,
        later=finding.due is Due.ASSESS and "check" in verbs(LIFECYCLE, found.entry.state),
    )


def timeline(acts: Sequence[Act]) -> list[Step]:
    """What was done, newest above; several saves in a row are one point."""
    institutions = accounts.institution_names({InstitutionId(act.institution) for act in acts if act.institution})
    steps: list[Step] = []
    for place, act in enumerate(acts):
        if act.verb == "save" and place and acts[place - 1].verb == "save":
            continue
        who = str(institutions.get(InstitutionId(act.institution), ""))
        role = accounts.role_name(act.role)
        faults = _list([name_of("review_fault", fault["code"]) for fault in act.faults])
        steps.append(
            Step(
                stage=Stage.NOW if not steps else Stage.DONE,
                when=minute(act.at),
                title=str(DONE[act.verb]),
                text=" ".join(text for text in (faults, act.reason) if text),
                who="\u3000".join(part for part in (who, role) if part)
                if language() == "zh"
                else ", ".join(part for part in (who, role) if part),
                links=[Link(words=_("Proof"), url=reverse("log-entry", args=[act.receipt]))] if act.receipt else [],
            )
        )
    return steps


def working(found: Working) -> dict[str, object]:
    """Context of an entry's working page."""
    body = found.body
    return {
        "found": found,
        "body": body,
        "title": local_plain(body.title.zh, body.title.en),
        "state": STATES[found.entry.state],
        "kind": name_of("kind", body.kind.value),
        "points": points(found),
        "steps": timeline(found.acts),
        "sections": [
            {
                "title": section.title,
                "url": reverse("catalogue_edit", args=[found.entry.pk, section.name]),
                "name": section.name,
            }
            for section in forms.SECTIONS
        ],
        "faults": [{"words": name_of("review_fault", fault["code"]), "path": fault["path"]} for fault in found.faults],
        "buttons": [(verb, VERBS[verb]) for verb in found.verbs if verb in VERBS],
        "verbs": found.verbs,
        "facts": facts(found),
        "items": body.items,
        "previous": found.versions[1] if len(found.versions) > 1 else None,
        "section": "desk",
    }


def facts(found: Working) -> list[tuple[str, str, str]]:
    """Label, Chinese, English: both languages of every field that has two."""
    body = found.body
    named = (
        (_("Share type"), "share_type", str(body.share_type or "")),
        (_("Open type"), "open_type", str(body.open_type or "")),
        (_("Sensitivity level"), "level", str(body.level or "")),
        (_("Update frequency"), "update_frequency", body.update_frequency),
        (_("Licence"), "licence", body.licence),
        (_("About"), "category", body.category),
        (_("Classification"), "item_class", body.class_path[:3]),
    )
    lists = selectors.spec()
    return [
        (_("Title"), body.title.zh, body.title.en),
        (_("Description"), body.description.zh, body.description.en),
        (_("Keywords"), "，".join(body.keywords_zh), ", ".join(body.keywords_en)),
        *[
            (label, lists.list_of(code_list).name_of(code, "zh"), lists.list_of(code_list).name_of(code, "en"))
            for label, code_list, code in named
            if code
        ],
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """A difference in words."""

    path: str
    before: str
    after: str


def changes(found: Sequence[Change]) -> list[ChangeLine]:
    """Differences as lines of plain text."""
    return [ChangeLine(path=one.path, before=_plain(one.before), after=_plain(one.after)) for one in found]


def _plain(value: object) -> str:
    match value:
        case None:
            return "—"
        case bool():
            return _("yes") if value else _("no")
        case dict():
            return "\n".join(f"{name}: {_plain(inner)}" for name, inner in value.items())
        case list():
            return "\n".join(_plain(inner) for inner in value)
        case _:
            return str(value)
