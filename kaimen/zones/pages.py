"""From zones, projects and results to what templates draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.catalogue import selectors as catalogue
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.core.privacy.egress import Outcome
from kaimen.gate import selectors as gate
from kaimen.gate.services import Taken
from kaimen.web.now import now
from kaimen.web.parts import Column, Gate, Proof, Table, Verdict
from kaimen.zones import selectors, services
from kaimen.zones.models import Artefact, Project, Zone

if TYPE_CHECKING:
    from kaimen.cases.models import Case

STATES = {
    "signed": gettext_lazy("signed, not begun"),
    "operating": gettext_lazy("in operation"),
    "suspended": gettext_lazy("suspended"),
    "exiting": gettext_lazy("ending"),
    "closed": gettext_lazy("ended"),
}
RESULTS = {
    "frozen": gettext_lazy("frozen, not asked for"),
    "asked": gettext_lazy("under review"),
    "returned": gettext_lazy("returned: a check failed"),
    "refused": gettext_lazy("not approved"),
    "withdrawn": gettext_lazy("withdrawn"),
    "released": gettext_lazy("released"),
    "recalled": gettext_lazy("recalled"),
    "expired": gettext_lazy("released, no longer given"),
}
OUTCOMES = {
    Outcome.PASS: gettext_lazy("nothing found"),
    Outcome.WARN: gettext_lazy("look at this"),
    Outcome.FAIL: gettext_lazy("not passed"),
}
CHECKS = {
    "E1": gettext_lazy("Size and form"),
    "E2": gettext_lazy("Identifiers of persons"),
    "E3": gettext_lazy("Totals over enough"),
    "E7": gettext_lazy("What was declared"),
}
FORMS = {"table": gettext_lazy("table"), "figure": gettext_lazy("figure")}
PREVIEW_ROWS = 50


def english() -> bool:
    """Does the reader read English?"""
    return (get_language() or "").startswith("en")


def papers(case: Case) -> Iterable[tuple[str, str]]:
    """The zone of an authorisation or an admission; the frozen result and its release."""
    zone = selectors.zone_of(case.pk)
    if zone is not None:
        yield _("Page of the zone"), reverse("zone", args=[zone.slug])
    elif case.workflow != "zone_authorisation" and case.facts.get("zone"):
        yield _("Page of the zone"), reverse("zone", args=[case.facts["zone"]])
    artefact = selectors.artefact_of(case.pk)
    if artefact is not None:
        yield _("The result: content, checks, query"), reverse("zone_artefact", args=[artefact.pk])
        if artefact.state == Artefact.State.RELEASED:
            yield _("Fetch it, for the recipient"), reverse("zone_release", args=[case.number])


def body_names(ids: Iterable[str]) -> dict[str, str]:
    """Names of institutions."""
    found = accounts.institution_names(InstitutionId(one) for one in ids if one)
    return {str(key): str(name) for key, name in found.items()}


def purposes() -> list[tuple[str, str]]:
    """Codes of purposes and their names."""
    language = "en" if english() else "zh"
    return [(code.code, code.name(language)) for code in catalogue.spec().list_of("purpose").codes.values()]


def _kind(zone: Zone) -> str:
    found = catalogue.spec().list_of("zone_kind").get(zone.kind)
    return found.name("en" if english() else "zh") if found else zone.kind


def listed() -> dict[str, Any]:
    """Context of `/zones`."""
    zones = selectors.zones()
    names = body_names({one for zone in zones for one in (zone.operator, zone.implementing)})
    return {
        "lines": [
            {
                "zone": zone,
                "kind": _kind(zone),
                "operator": names.get(zone.operator, "—"),
                "implementing": names.get(zone.implementing, "—"),
                "state": STATES[zone.state],
            }
            for zone in zones
        ]
    }


def zone_page(zone: Zone, by: Actor, *, at: datetime) -> dict[str, Any]:
    """Context of `/zones/<slug>`."""
    admissions, left = selectors.admissions(zone), selectors.taken_out(zone)
    names = body_names({zone.operator, zone.implementing, *(one.recipient for one in left)})
    entries = catalogue.published_many({one.dataset for one in admissions})
    shown = {one.id for one in catalogue.entries_for(by, set(entries))}
    codes = dict(purposes())
    releases = gate.releases_by_code(one.number for one in left)
    leads = by.role == selectors.LEADS and str(by.institution) == zone.operator
    return {
        "zone": zone,
        "kind": _kind(zone),
        "state": STATES[zone.state],
        "running": selectors.in_force(zone, at),
        "operator": names.get(zone.operator, "—"),
        "implementing": names.get(zone.implementing, "—"),
        "admitted": [
            {
                "title": _title(entries[one.dataset]) if one.dataset in entries else one.dataset,
                "url": reverse("entry", args=[entries[one.dataset].slug]) if one.dataset in shown else "",
                "since": one.admitted_at,
                "suspended": one.suspended_at is not None,
                "totals_only": bool(one.unit),
                "purpose": codes.get(one.purpose, one.purpose),
                "number": one.code,
            }
            for one in admissions
        ],
        "projects": [_project_line(one, codes) for one in selectors.projects(zone, by)],
        "inside": selectors.is_inside(zone, by),
        "left": [
            {
                "artefact": one,
                "recipient": names.get(one.recipient, "—"),
                "state": RESULTS[one.state],
                "form": FORMS[one.form],
                "taken": releases[one.number].taken if one.number in releases else 0,
            }
            for one in left
        ],
        "leads": leads and selectors.in_force(zone, at),
        "may_admit": by.role == "steward" and str(by.institution) == zone.implementing and selectors.in_force(zone, at),
        "purposes": purposes() if leads else [],
    }


def own_projects(by: Actor) -> list[dict[str, Any]]:
    """The zones that this actor's body operates, each with its projects."""
    codes = dict(purposes())
    return [
        {"zone": zone, "projects": [_project_line(one, codes) for one in selectors.projects(zone, by)]}
        for zone in selectors.operated_by(by)
    ]


def _project_line(project: Project, codes: Mapping[str, str]) -> dict[str, Any]:
    return {"project": project, "purpose": codes.get(project.purpose, project.purpose)}


def _title(entry: Any) -> str:
    return (entry.title_en or entry.title_zh) if english() else entry.title_zh


def project_page(project: Project, by: Actor, *, at: datetime) -> dict[str, Any]:
    """Context of `/zones/projects/<code>`, without a question."""
    zone, team = project.zone, selectors.members(project)
    mine = next((one for one in team if by.person and one.person == str(by.person)), None)
    named = selectors.names(one.person for one in team)
    leads = by.role == selectors.LEADS and str(by.institution) == zone.operator
    running = selectors.in_force(zone, at) and project.closed_at is None
    entries = catalogue.published_many({one.dataset for one in selectors.admissions(zone)})
    works = mine is not None and str(by.institution) == zone.operator and by.role in selectors.ANALYSTS
    return {
        "project": project,
        "zone": zone,
        "purpose": dict(purposes()).get(project.purpose, project.purpose),
        "running": running,
        "team": [{"member": one, "name": named.get(one.person, "—")} for one in team],
        "leads": leads,
        "candidates": sorted(selectors.candidates(project, now=at).items()) if leads and running else [],
        "must_commit": works and mine is not None and mine.committed_at is None,
        "works": works and running and mine is not None and mine.committed_at is not None,
        "data": [
            {
                "slug": entries[one.dataset].slug,
                "title": _title(entries[one.dataset]),
                "columns": one.columns,
                "totals_only": bool(one.unit),
                "suspended": one.suspended_at is not None,
            }
            for one in selectors.admissions(zone)
            if one.dataset in entries
        ],
        "analyses": selectors.analyses(project),
        "results": [
            {"artefact": one, "state": RESULTS[one.state], "form": FORMS[one.form]}
            for one in selectors.artefacts(project)
        ],
        "forms": list(FORMS.items()),
        "asked": {"sql": "", "name": ""},
    }


def verdict(shown: services.Shown) -> Verdict:
    """A result on the screen, with its receipt and what was covered in it."""
    answer, columns = shown.answer, shown.answer.columns
    glue = _(", ")
    covered = [one.name for one in columns if one.treatment == "masked"]
    computed = [one.name for one in columns if one.treatment == "computed"]
    clear = [one.name for one in columns if one.treatment == "clear"]
    return Verdict(
        gate=Gate.AJAR if covered or computed else Gate.OPEN,
        say=_("Shown inside the zone"),
        notes=[
            _("the first %(n)s rows") % {"n": len(shown.rows)}
            if shown.more
            else _("%(n)s in all") % {"n": len(shown.rows)},
            *([_left_out(shown)] if shown.least else []),
        ],
        table=Table(
            name=_("Result"),
            caption=_("Result, the first %(n)s rows") % {"n": len(shown.rows)},
            columns=[
                Column(label=one.name, numeric=_is_number(field.type))
                for one, field in zip(columns, answer.schema, strict=True)
            ],
            rows=shown.rows,
        ),
        got=[
            *([_("%(names)s: as they are") % {"names": glue.join(clear)}] if clear else []),
            *([_("%(names)s: covered") % {"names": glue.join(covered)}] if covered else []),
            *([_("%(names)s: worked out from covered values") % {"names": glue.join(computed)}] if computed else []),
        ],
        proof=Proof(number=answer.receipt.entry, at=answer.at, url=reverse("log-entry", args=[answer.receipt.entry])),
    )


def _left_out(shown: services.Shown) -> str:
    """What is not shown of totals, and why there may be nothing at all."""
    told = _("groups of fewer than %(n)s are left out, and it is not told how many") % {"n": shown.least}
    if shown.rows:
        return told
    return _("nothing is shown: no row fits, or every group has fewer than %(n)s. Ask for larger groups") % {
        "n": shown.least
    }


def _is_number(type_: pa.DataType) -> bool:
    return pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)


def artefact_page(sight: selectors.Sight, by: Actor) -> dict[str, Any]:
    """Context of `/zones/artefacts/<id>`: reviewers see the bytes and the facts of the checks, the team sees neither."""
    artefact = sight.artefact
    heads, rows = services.read_table(artefact, most=PREVIEW_ROWS) if sight.reviews and artefact.content else ([], [])
    entries = catalogue.published_many({str(one[0]) for one in artefact.inputs})
    own = by.person is not None and artefact.person == str(by.person)
    return {
        "artefact": artefact,
        "project": artefact.project,
        "zone": artefact.project.zone,
        "state": RESULTS[artefact.state],
        "form": FORMS[artefact.form],
        "reviews": sight.reviews,
        "checks": [
            {
                "code": one.check,
                "name": CHECKS[one.check],
                "outcome": one.outcome.value,
                "words": OUTCOMES[one.outcome],
                "rule": rule_words(one.rule),
                "column": one.column,
                "fact": one.fact if sight.reviews else "",
            }
            for one in services.checks_of(artefact)
        ],
        "preview": Table(
            name=_("Frozen content"),
            caption=_("The first rows of the frozen content"),
            columns=[Column(label=head) for head in heads],
            rows=rows,
        )
        if heads
        else None,
        "inputs": [
            {
                "title": _title(entries[str(one[0])]) if str(one[0]) in entries else one[0],
                "snapshot": one[1],
                "admission": one[2],
            }
            for one in artefact.inputs
        ],
        "earlier": [
            {
                "artefact": one,
                "state": RESULTS[one.state],
                "recipient": body_names([one.recipient]).get(one.recipient, "—"),
            }
            for one in selectors.taken_out(artefact.project.zone)[:20]
            if one.pk != artefact.pk
        ]
        if sight.reviews
        else [],
        "may_ask": own and artefact.state == Artefact.State.FROZEN,
    }


def rule_words(rule: str) -> str:
    """What a check found, in the words of the workflow."""
    if not rule:
        return ""
    words = cases.workflow("zone_egress").fields["failed"].codes.get(rule)
    return words.in_("en" if english() else "zh") if words else rule


def release_page(number: str, by: Actor) -> dict[str, Any]:
    """Context of `/zones/releases/<number>`, for the recipient. Raises `Missing("release_unknown")`."""
    found = gate.release_for(number, by=by)
    return {
        "release": found,
        "stands": selectors.stands(number, now()),
        "purpose": dict(purposes()).get(found.purpose, found.purpose),
    }


def delivery(taken: Taken) -> HttpResponse:
    """A delivery as a response."""
    response = HttpResponse(taken.content, content_type=taken.media_type)
    response["Content-Disposition"] = f'attachment; filename="{taken.file_name}"'
    response["Kaimen-Receipt"] = taken.receipt.entry
    response["Kaimen-Digest"] = f"sha-256={taken.sha256}"
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
