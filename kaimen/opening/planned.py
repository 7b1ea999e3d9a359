"""From the plan of a year and the list of demands to what templates draw."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kaimen.cases import selectors as cases
from kaimen.core.policy.party import Actor
from kaimen.opening.planning import DemandPage, Plan
from kaimen.web.parts import Pager

ITEM_STATES = {
    "planned": gettext_lazy("planned"),
    "in_progress": gettext_lazy("in work"),
    "opened": gettext_lazy("opened"),
    "deferred": gettext_lazy("put off"),
    "dropped": gettext_lazy("given up"),
}
"""What has become of a promise, in words."""


def _english() -> bool:
    return (get_language() or "").startswith("en")


def plan(found: Plan, years: list[int]) -> dict[str, Any]:
    """Context of `/plan`."""
    flow, english = cases.workflow("open_plan"), _english()
    return {
        "section": "cases",
        "plan": found,
        "state": flow.states[found.state].words.in_("en" if english else "zh"),
        "years": [year for year in years if year != found.year],
        "counts": [(str(words), found.count(code)) for code, words in ITEM_STATES.items() if found.count(code)],
        "lines": [
            {
                "n": line.item.n,
                "title": (line.item.title_en or line.item.title_zh) if english else line.item.title_zh,
                "body": str(line.body or "—"),
                "state": str(ITEM_STATES[line.item.state]),
                "on_conditions": line.item.open_type == 2,
                "planned_on": line.item.planned_on,
                "first": line.item.first_planned_on if line.item.first_planned_on != line.item.planned_on else None,
                "opened_on": line.item.opened_on,
                "late": line.late,
                "reason": line.item.reason,
                "demand": line.item.demand,
                "url": reverse("entry", args=[line.slug]) if line.slug else "",
            }
            for line in found.lines
        ],
    }


def demands(found: DemandPage) -> dict[str, Any]:
    """Context of `/demands`."""
    flow, language = cases.workflow("demand"), "en" if _english() else "zh"
    refusals = flow.fields["refusal"].codes if "refusal" in flow.fields else {}
    return {
        "section": "cases",
        "total": found.total,
        "pager": Pager(page=found.page, pages=found.pages),
        "lines": [
            {
                "number": one.number,
                "title": one.title,
                "state": flow.states[one.state].words.in_(language),
                "body": str(one.body or "—"),
                "since": one.since,
                "due": one.due,
                "late": one.late,
                "planned_on": one.planned_on,
                "url": reverse("entry", args=[one.slug]) if one.slug else "",
                "why": (refusals[one.refusal].in_(language) if one.refusal in refusals else "") or one.reason,
            }
            for one in found.demands
        ],
    }


def ways(by: Actor) -> list[dict[str, Any]]:
    """What a person can ask for, in the order in which one would ask oneself; only what the pack knows."""
    known = cases.workflows()
    asked = [
        ("open_application", _("The data are in the catalogue, but only on conditions"), _("Say what you need them for; the body that holds them decides.")),
        ("information_request", _("I want a document or facts that a public body holds"), _("A request for government information, free of charge, also without an account.")),
        ("demand", _("The data I need are not there"), _("Say what is missing; it is answered, and may come into the plan of the year.")),
        ("objection", _("Something in the data is wrong, or should not be public"), _("It is checked; where a right is hurt the data go offline at once.")),
        ("data_subject_request", _("It is about data on me"), _("See, copy, correct or delete them. No account and no fee.")),
    ]  # fmt: skip
    return [
        {
            "url": reverse("case_new", args=[code]),
            "title": title,
            "text": text,
            "name": known[code].words.in_("en" if _english() else "zh"),
        }
        for code, title, text in asked
        if code in known and cases.may_begin(by, known[code]) is not None
    ]
