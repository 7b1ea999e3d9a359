"""What stands in the header of every page: words of the navigation, whose server this is, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse, translate_url
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.web.access import access_of


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the navigation and the page that it leads to."""

    label: object
    url_name: str
    section: str


WORDS = (
    Word(_("Data"), "data", "data"),
    Word(_("Ask"), "query", "query"),
    Word(_("Requests"), "apply", "cases"),
    Word(_("Monitor"), "monitor", "monitor"),
    Word(_("Trade"), "exchange", "exchange"),
    Word(_("Log"), "log", "log"),
    Word(_("Law"), "law", "law"),
)


PLACES = (
    Word(_("Cases"), "cases", "cases"),
    Word(_("Data coming in"), "lake", "lake"),
    Word(_("Catalogue work"), "catalogue", "catalogue"),
    Word(_("Projects in zones"), "zone_projects", "zones"),
    Word(_("Schedules and runs"), "schedules", "schedules"),
)
"""Where officers work, beside their desk."""
_GUARDS = frozenset({"security_officer", "protection_officer"})
DUTIES = (
    (Word(_("Levels of columns"), "grading", "law"), _GUARDS | {"steward", "cdo", "auditor"}),
    (Word(_("Use of personal information"), "processing_work", "law"), _GUARDS | {"steward", "auditor"}),
    (Word(_("Commitments"), "commitments", "law"), _GUARDS | {"steward", "office_head", "department_head", "authority_reviewer", "auditor"}),
    (Word(_("Vendors"), "vendors", "law"), _GUARDS | {"steward", "office_head", "operator", "auditor"}),
    (Word(_("Exports"), "exports", "law"), _GUARDS | {"steward", "office_head", "authority_reviewer", "auditor"}),
)  # fmt: skip
"""What the law asks to be looked after, and whose work that is. Each of these pages shows a reader what concerns them."""
REGISTERS = (Word(_("Public data zones"), "zones", "zones"), Word(_("Officers for data"), "officers", "law"))
"""What anybody may look up besides, at the foot of each page."""
TASKS = (
    (Word(_("Load a file"), "lake", "lake"), "lake_begin"),
    (Word(_("Compile an entry"), "catalogue_new", "catalogue"), "catalogue_new"),
)
"""What is begun most, and the page whose tag says who may begin it."""


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


address = lazy(_address, str)


@cache
def _roles(name: str) -> frozenset[str]:
    """Who may open a page, by the tag of its view; no page, no door. Addresses are settled at the start, so each is looked up once."""
    found = _address(name)
    tag = access_of(resolve(found).func) if found else None
    return frozenset(tag.roles) if tag else frozenset()


def _may_open(actor: Actor, name: str) -> bool:
    return actor.role in _roles(name)


def work_of(actor: Actor) -> dict[str, list[dict[str, object]]]:
    """Places and tasks of an officer in the role that they act in."""
    return {
        "places": [
            *(
                {"label": word.label, "url": _address(word.url_name)}
                for word in PLACES
                if _may_open(actor, word.url_name)
            ),
            *({"label": word.label, "url": _address(word.url_name)} for word, whose in DUTIES if actor.role in whose),
        ],
        "tasks": [
            {"label": word.label, "url": _address(word.url_name)} for word, door in TASKS if _may_open(actor, door)
        ],
    }


def page(request: HttpRequest) -> dict[str, object]:
    """Template context of every page. Rooms that are not furnished have no word here."""
    english = get_language() == "en"
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "registers": [{"label": word.label, "url": address(word.url_name)} for word in REGISTERS],
        "words": [{"label": word.label, "url": address(word.url_name), "section": word.section} for word in WORDS],
        "city": settings.KAIMEN_CITY_EN if english else settings.KAIMEN_CITY_ZH,
        "demo": settings.KAIMEN_DEMO,
        "english": english,
        "other_language_url": translate_url(request.get_full_path(), "zh-hans" if english else "en"),
        "actor": actor,
        "work": partial(work_of, actor or ANYBODY),
    }
