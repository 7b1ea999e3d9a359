"""From the plan of a year and the list of demands to what templates draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.cases.services import Choices, Sheet
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.opening import planning, selectors
from kaimen.opening.models import PlanItem
from kaimen.opening.planning import DemandPage, Plan
from kaimen.web.parts import Pager
from kaimen.web.templatetags.kaimen import full_day

if TYPE_CHECKING:
    from kaimen.cases.models import Case
    from kaimen.core.lifecycle.workflow import Act

BEGINNING = 100
"""How much of a comment stands in a list to choose from; the whole of it stands on the case."""
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


def sheets(case: Case) -> Iterator[Sheet]:
    """Lines and comments of a plan, for those who compile it and answer: also before the public sees them."""
    items, comments = planning.lines_of(case.pk), planning.comments_of(case.pk)
    bodies = accounts.institution_names([InstitutionId(item.institution) for item in items])
    conditions = {1: _("to everybody"), 2: _("on conditions")}
    yield Sheet(
        code="lines",
        words=_("Lines of the plan"),
        heads=[
            ("n", _("Line no.")),
            ("title", _("Data")),
            ("institution", _("Public body")),
            ("open_type", _("How it will be open")),
            ("planned_on", _("Planned for")),
            ("state", _("State")),
            ("demand", _("The demand that it answers")),
        ],
        rows=[
            [
                str(item.n),
                _title(item),
                str(bodies.get(InstitutionId(item.institution)) or "—"),
                conditions.get(item.open_type, "—"),
                item.planned_on.isoformat(),
                str(ITEM_STATES[item.state]),
                item.demand or "—",
            ]
            for item in items
        ],
    )
    if not comments and case.state == "compiling":
        return
    waiting = sum(1 for one in comments if one.answered_at is None)
    yield Sheet(
        code="comments",
        words=_("Comments of the public"),
        note=ngettext("%(n)s comment has no answer yet.", "%(n)s comments have no answer yet.", waiting)
        % {"n": waiting},
        heads=[("n", _("Comment no.")), ("text", _("Comment")), ("answer", _("What was answered"))],
        rows=[[str(one.n), one.text, one.answer] for one in comments],
    )


def _title(item: PlanItem) -> str:
    return (item.title_en or item.title_zh) if _english() else item.title_zh


def _lines_to_choose(case: Case, act: Act) -> list[tuple[str, str]]:
    """Lines that a step can still be taken on."""
    states = {"begin_item": planning.NOT_BEGUN, "remove_item": tuple(PlanItem.State)}.get(act.verb, planning.UNFINISHED)
    return [(str(one.n), f"{one.n}. {_title(one)}") for one in planning.lines_of(case.pk) if one.state in states]


def _comments_to_choose(case: Case, act: Act) -> list[tuple[str, str]]:
    """Comments that have no answer yet, by their beginning."""
    del act
    return [
        (str(one.n), f"{one.n}. {_beginning(one.text)}")
        for one in planning.comments_of(case.pk)
        if one.answered_at is None
    ]


def _answers_to_choose(case: Case, act: Act) -> list[tuple[str, str]]:
    """Requests of the same applicant that were answered before, by number, day and what they asked."""
    del act
    return [
        (one.number, f"{one.number} · {full_day(one.closed_at)} · {_beginning(str(one.facts['information']))}")
        for one in selectors.answered_before(case)[:50]
    ]


def _beginning(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(BEGINNING)


CHOICES: Mapping[str, Mapping[str, Choices]] = {
    "open_plan": {"item": _lines_to_choose, "comment": _comments_to_choose},
    "information_request": {"earlier_answer": _answers_to_choose},
}
"""Fields that name something which this window keeps, by workflow."""


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
