"""From the scorecard of bodies to what templates, files and the API draw: who is shown which figures, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.core.errors import Missing, Refused
from kaimen.core.lifecycle.rules import RuleBook
from kaimen.core.lifecycle.timeliness import Standing
from kaimen.core.policy.party import Actor
from kaimen.monitor import scoring, selectors
from kaimen.monitor.models import Scorecard
from kaimen.monitor.scoring import Line, Period
from kaimen.monitor.services import Recounted
from kaimen.monitor.words import SCORED, STANDINGS, english, joined, said
from kaimen.office import selectors as office
from kaimen.office.selectors import Owed
from kaimen.web.parts import Figure, Proof
from kaimen.web.templatetags.kaimen import full_day

MOST_TERMS = 200
MOST_BARS = 12
_FIRST = (Standing.OPEN_LATE, Standing.LATE, Standing.RUNNING, Standing.KEPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The figures of a period as this reader sees them. `hidden`: what is too few to be told, by body."""

    period: Period
    at: datetime
    official: bool
    edition: Scorecard | None
    lines: list[Line]
    names: Mapping[str, accounts.InstitutionName]
    looked: bool
    """Whether the control board had looked by then; before, nobody can be named by it."""
    hidden: Mapping[str, list[str]] = field(default_factory=dict[str, list[str]])

    def line(self, institution: str) -> Line:
        """Of one body; one that nothing can be said of has an empty line."""
        empty = Line(institution=institution, terms={}, measures={}, controls=[])
        return next((line for line in self.lines if line["institution"] == institution), empty)


def shown(*, by: Actor, code: str, version: str = "", now: datetime) -> Shown | None:
    """What the reader sees of a period; None where nothing was released yet and none was asked for.

    Officers of public bodies see every period, also the one that is running; everybody else what was released.
    Raises `Invalid("period_unknown")`, `Refused("embargo")`, `Missing("scorecard_unknown")`.
    """
    official = selectors.sees_running(by)
    if not code and not official:
        newest = next(iter(selectors.scorecards(released=now)), None)
        if newest is None:
            return None
        code = newest.period
    asked = scoring.period(code) if code else scoring.quarter_of(now)
    if asked.begin > now:
        raise Refused("embargo", period=asked.code)
    edition = _edition(asked, version, released=None if official else now)
    if edition is None and not official:
        raise Refused("embargo", period=asked.code)
    at = edition.as_of if edition else min(now, asked.end)
    found = None if edition else scoring.gather(asked, at=at)
    lines: list[Line] = found.lines if found else edition.lines if edition else []
    run = found.run if found else edition.run if edition else 0
    hidden: dict[str, list[str]] = {}
    if not official:
        lines, hidden = scoring.for_public(lines, cases.opened_by_persons())
    names = selectors.names_of(line["institution"] for line in lines)
    return Shown(
        period=asked,
        at=at,
        official=official,
        edition=edition,
        lines=lines,
        names=names,
        looked=bool(run),
        hidden=hidden,
    )


def nothing_yet(now: datetime) -> Shown:
    """The running quarter to whoever may not see its figures, before any period is out: no line, so nothing is told."""
    return Shown(period=scoring.quarter_of(now), at=now, official=False, edition=None, lines=[], names={}, looked=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What becomes of a period that is not fixed yet: the day on which it is fixed, and the one from which the public sees it."""

    period: Period
    fixed_on: date
    public_from: date


def coming(one: Period) -> Coming:
    """Of a period; the worker fixes it on the day after its last."""
    return Coming(
        period=one,
        fixed_on=one.last + timedelta(days=1),
        public_from=one.release_day(office.rules().calendar),
    )


def _edition(asked: Period, version: str, *, released: datetime | None) -> Scorecard | None:
    if not version:
        return selectors.scorecard_of(asked.code, released=released)
    found = next(
        (one for one in selectors.scorecards(released=released) if one.period == asked.code and str(one.n) == version),
        None,
    )
    if found is None:
        raise Missing("scorecard_unknown")
    return found


def period_name(one: Period) -> str:
    """A quarter or a year, as people say it."""
    if one.quarter is None:
        return _("year %(year)s") % {"year": one.year}
    return _("quarter %(quarter)s of %(year)s") % {"quarter": one.quarter, "year": one.year}


def flow_name(code: str) -> str:
    """What a workflow is called."""
    if code == scoring.REVIEWS:
        return _("Reviews of catalogue entries")
    flow = cases.workflows().get(code)
    return said(flow.words) if flow else code


# ---- all bodies --------------------------------------------------------------------------------------------------------------
def institutions(*, by: Actor, code: str, version: str, now: datetime) -> dict[str, object]:
    """Context of `/monitor/institutions`."""
    found = shown(by=by, code=code, version=version, now=now)
    official = selectors.sees_running(by)
    released = selectors.scorecards(released=None if official else now)
    common = {
        "section": "monitor",
        "official": official,
        "least": scoring.LEAST,
        "choices": _choices(found, released, official=official, now=now),
        "found": found,
    }
    if found is None:
        first = coming(scoring.quarter_of(now))
        return common | {"coming": first, "coming_name": period_name(first.period)}
    order = sorted(found.lines, key=lambda line: str(found.names[line["institution"]]))
    whole = scoring.city(found.lines)
    return common | {
        "period": found.period,
        "period_name": period_name(found.period),
        "finding": _finding(found),
        "rows": [_row(found, line) for line in order],
        "whole": _row(found, whole),
        "figure": _figure(found),
        "measures": [{"code": one, "name": SCORED[one][0], "of": SCORED[one][1]} for one in scoring.MEASURES],
        "proof": _proof(found.edition),
        "versions": [one for one in released if one.period == found.period.code],
        "ended": found.period.end <= now,
        "coming": coming(found.period) if found.edition is None and found.period.end > now else None,
        "may_fix": selectors.is_authority(by) and selectors.may_compute(by) and found.period.end <= now,
        "may_recount": selectors.may_compute(by) and found.edition is not None,
        "csv": f"{reverse('monitor_institutions_csv')}?{urlencode(_query(found))}",
        "hides": bool(found.hidden),
    }


def _query(found: Shown) -> dict[str, str]:
    return {"period": found.period.code} | ({"version": str(found.edition.n)} if found.edition else {})


def _choices(
    found: Shown | None, released: Iterable[Scorecard], *, official: bool, now: datetime
) -> list[tuple[str, str, bool]]:
    codes = [one.code for one in scoring.choices(now)] if official else [one.period for one in released]
    return [
        (code, period_name(scoring.period(code)), found is not None and code == found.period.code)
        for code in dict.fromkeys(codes)
    ]


def _proof(edition: Scorecard | None) -> Proof | None:
    if edition is None:
        return None
    return Proof(number=edition.receipt, at=edition.fixed_at, url=reverse("log-entry", args=[edition.receipt]))


def _share(numerator: int, denominator: int) -> dict[str, object]:
    """A share with what it is of; without percent where the counts say it better; nothing where nothing was counted."""
    percent = scoring.rate(numerator, denominator)
    counts = _("%(n)s of %(of)s") % {"n": f"{numerator:,}", "of": f"{denominator:,}"} if denominator else ""
    return {"counts": counts, "percent": f"{percent} %" if percent else ""}


def _row(found: Shown, line: Line) -> dict[str, object]:
    terms, name = scoring.terms_of(line), found.names.get(line["institution"])
    hidden = found.hidden.get(line["institution"], [])
    return {
        "name": str(name) if name else "",
        "url": _card_url(found, name.slug) if name else "",
        "terms": terms,
        "kept": _share(terms.kept, terms.of),
        "measures": [
            _share(*line["measures"].get(code, (0, 0))) | {"few": code in hidden} for code in scoring.MEASURES
        ],
        "controls": len(line["controls"]) if found.looked else "—",
        "few": not terms.of and any(one not in SCORED for one in hidden),
    }


def _card_url(found: Shown, slug: str, **more: str) -> str:
    return f"{reverse('monitor_institution', args=[slug])}?{urlencode(_query(found) | more)}"


def _finding(found: Shown) -> str:
    """Who owes the most that is late; silence is said, too."""
    waiting = {line["institution"]: scoring.terms_of(line).open_late for line in found.lines}
    most = max(waiting.values(), default=0)
    if not most:
        return _("No body owes an answer that is late.") if any(line["terms"] for line in found.lines) else ""
    worst = sorted(str(found.names[body]) for body, n in waiting.items() if n == most)
    return ngettext(
        "%(names)s: %(n)s answer that is late and still owed, more than anybody else.",
        "%(names)s: %(n)s answers that are late and still owed, more than anybody else.",
        most,
    ) % {"names": joined(worst[:3]), "n": most}


def _figure(found: Shown) -> Figure | None:
    """Bars of counts, the most terms first; the same numbers stand in the table of the page."""
    counted = [(str(found.names[line["institution"]]), scoring.terms_of(line)) for line in found.lines]
    counted = sorted((one for one in counted if one[1].of), key=lambda one: (-one[1].of, one[0]))[:MOST_BARS]
    if not counted:
        return None
    parts = (
        (STANDINGS["kept"], [tally.kept for _name, tally in counted]),
        (STANDINGS["late"], [tally.late for _name, tally in counted]),
        (STANDINGS["open_late"], [tally.open_late for _name, tally in counted]),
    )
    return Figure(
        id="timeliness",
        title=_("Who answers in time"),
        finding=_finding(found),
        chart={
            "x": {"type": "value", "minInterval": 1},
            "y": {"type": "category", "data": [name for name, _tally in counted], "inverse": True},
            "series": [
                {"type": "bar", "stack": "terms", "name": str(name), "data": data}
                | ({"ink": "c4"} if name is STANDINGS["open_late"] else {})
                for name, data in parts
            ],
            "says": _finding(found),
        },
        table=None,
        source=_("Terms of %(period)s, as of %(day)s. Counted from the clocks of the cases.")
        % {"period": period_name(found.period), "day": full_day(found.at)},
        size="l" if len(counted) > MOST_BARS // 2 else "",
    )


# ---- one body ----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A term behind a number, as this reader may see it; `number` and `url` are empty where the case is not theirs to know of."""

    owed: Owed
    workflow: str
    number: str
    url: str


def behind(found: Shown, institution: str, *, by: Actor, workflow: str = "", standing: str = "") -> list[Behind]:
    """The terms of a body behind its numbers, the worst first; for officers. Which case it is, only those are told who may know of it."""
    if not found.official:
        return []
    upto = found.edition.clocks if found.edition else None
    owed = [
        one
        for one in office.owed(found.period.begin, found.period.end, at=found.at, upto=upto)
        if one.institution == institution and standing in {"", one.standing.value}
    ]
    told = cases.told(one.case for one in owed if one.case_kind == "case")
    seen = cases.seen_among(by, told)
    own = str(by.institution or "") == institution or by.role in cases.OVERSEERS
    made = [
        Behind(
            owed=one,
            workflow=scoring.workflow_of(one, told),
            number=told[one.case].number if one.case in seen else "",
            url=one.url if one.case in seen or (one.case_kind == scoring.REVIEWS and own) else "",
        )
        for one in owed
    ]
    return sorted(
        (one for one in made if workflow in {"", one.workflow}),
        key=lambda one: (_FIRST.index(one.owed.standing), one.owed.clock),
    )


def institution(
    slug: str, *, by: Actor, code: str, version: str, workflow: str, standing: str, now: datetime
) -> dict[str, object]:
    """Context of `/monitor/institutions/<slug>`."""
    body = accounts.public_institution(slug, at=now)
    found = shown(by=by, code=code, version=version, now=now)
    official = selectors.sees_running(by)
    common = {
        "section": "monitor",
        "body": body,
        "official": official,
        "least": scoring.LEAST,
        "found": found,
        "choices": _choices(
            found, selectors.scorecards(released=None if official else now), official=official, now=now
        ),
    }
    if found is None:
        return common
    line, hidden = found.line(str(body.pk)), found.hidden.get(str(body.pk), [])
    whole = scoring.city(found.lines)
    listed = behind(found, str(body.pk), by=by, workflow=workflow, standing=standing)
    book = office.rules()
    return common | {
        "period": found.period,
        "period_name": period_name(found.period),
        "terms": scoring.terms_of(line),
        "kept": _share(scoring.terms_of(line).kept, scoring.terms_of(line).of),
        "flows": [_flow(found, slug, flow, counts, whole) for flow, counts in line["terms"].items()],
        "hidden_flows": [flow_name(one) for one in hidden if one not in SCORED],
        "measures": [
            {
                "name": SCORED[one][0],
                "of": SCORED[one][1],
                "here": _share(*line["measures"].get(one, (0, 0))),
                "city": _share(*whole["measures"].get(one, (0, 0))),
                "few": one in hidden,
            }
            for one in scoring.MEASURES
        ],
        "controls": [
            {"id": one, "name": said(book.controls[one].passes), "article": book.controls[one].article}
            for one in line["controls"]
            if one in book.controls
        ],
        "looked": found.looked,
        "listed": [_listed(one, book) for one in listed[:MOST_TERMS]],
        "more": max(0, len(listed) - MOST_TERMS),
        "unseen": sum(not one.url for one in listed),
        "chosen": joined(
            [flow_name(workflow) if workflow else "", str(STANDINGS[standing]) if standing in STANDINGS else ""]
        ).strip(", 、"),
        "all_url": _card_url(found, slug) + "#behind",
        "proof": _proof(found.edition),
        "city_url": f"{reverse('monitor_institutions')}?{urlencode(_query(found))}",
    }


def _flow(found: Shown, slug: str, flow: str, counts: list[int], whole: Line) -> dict[str, object]:
    here, city = scoring.tally_of(counts), scoring.tally_of(whole["terms"].get(flow, [0, 0, 0, 0]))
    return {
        "name": flow_name(flow),
        "kept": _share(here.kept, here.of),
        "city": _share(city.kept, city.of),
        "counts": [
            {
                "n": getattr(here, standing),
                "url": _card_url(found, slug, workflow=flow, standing=standing) + "#behind" if found.official else "",
            }
            for standing in ("kept", "late", "open_late", "running")
        ],
    }


def _listed(one: Behind, book: RuleBook) -> dict[str, object]:
    rule = book.rules.get(one.owed.rule)
    return {
        "workflow": flow_name(one.workflow),
        "number": one.number,
        "url": one.url,
        "rule": one.owed.rule,
        "term": rule.text.in_("en" if english() else "zh") if rule else one.owed.rule,
        "standing": STANDINGS[one.owed.standing.value],
        "ran_out": one.owed.ran_out,
        "ended": one.owed.ended,
    }


# ---- files and words ---------------------------------------------------------------------------------------------------------
def rows(found: Shown) -> Iterator[list[str]]:
    """A scorecard as lines of a file: heads, then a number with its denominator a line. Names cannot begin a formula."""
    yield [
        "period",
        "as_of",
        "version",
        "institution",
        "name_zh",
        "name_en",
        "what",
        "of",
        "numerator",
        "denominator",
        "percent",
    ]
    version = str(found.edition.n) if found.edition else ""
    for line in [scoring.city(found.lines), *found.lines]:
        name = found.names.get(line["institution"])
        head = [found.period.code, found.at.isoformat(), version, name.slug if name else "", *_names(name)]
        for flow, counts in line["terms"].items():
            terms = scoring.tally_of(counts)
            for what in ("kept", "late", "open_late"):
                n = getattr(terms, what)
                yield [*head, f"terms_{what}", flow, str(n), str(terms.of), scoring.rate(n, terms.of)]
            yield [*head, "terms_running", flow, str(terms.running), "", ""]
        for code, (numerator, denominator) in line["measures"].items():
            yield [*head, code, "", str(numerator), str(denominator), scoring.rate(numerator, denominator)]
        yield [*head, "controls_failed", "", str(len(line["controls"])), "", ""]


def _names(name: accounts.InstitutionName | None) -> list[str]:
    return [
        ("'" + one if one[:1] in {"=", "+", "-", "@"} else one) for one in ((name.zh, name.en) if name else ("", ""))
    ]


def recounted(found: Recounted, names: Mapping[str, accounts.InstitutionName]) -> str:
    """What came of counting again, in a sentence or two."""
    told = [
        _("Counted again, otherwise for: %(names)s. Tell the operator.")
        % {"names": joined([str(names.get(one, one)) for one in found.different])}
        if found.different
        else _("Counted again from what it was pinned to: every number is the same.")
    ]
    if found.came_late:
        told.append(
            ngettext(
                "%(n)s term came late and is not in it; fix the period again to have it counted.",
                "%(n)s terms came late and are not in it; fix the period again to have them counted.",
                found.came_late,
            )
            % {"n": found.came_late}
        )
    return (" " if english() else "").join(told)
