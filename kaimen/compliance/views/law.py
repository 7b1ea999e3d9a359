"""Pages of the law: what is asked, by when, and what the board found of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaimen.catalogue.selectors import reads_government
from kaimen.compliance import selectors, services
from kaimen.compliance.forms import GiveWord, Reckon, SetValue
from kaimen.compliance.pages import board as board_pages
from kaimen.compliance.pages import calendar as day_pages
from kaimen.compliance.pages import duties as duty_pages
from kaimen.compliance.pages import law as law_pages
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.office import services as office
from kaimen.web.access import PUBLIC, access
from kaimen.web.now import now


def _by(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


@access(PUBLIC)
def law(request: HttpRequest) -> HttpResponse:
    """`/law`: the articles by chapter, narrowed by `force` and `q`."""
    run = selectors.last_run()
    found = selectors.law(force=request.GET.get("force", ""), text=request.GET.get("q", ""))
    return render(request, "compliance/law.html", law_pages.law(found, selectors.results(run), run))


@access(PUBLIC)
def article(request: HttpRequest, number: int) -> HttpResponse:
    """`/law/<article>`: what it asks, of whom, and the question that looks after it."""
    return render(request, "compliance/article.html", _article(request, number))


def _article(request: HttpRequest, number: int, form: GiveWord | None = None) -> dict[str, object]:
    by, found, run = _by(request), selectors.article(number), selectors.last_run()
    asked = found.control if found.control and found.control.attests else None
    told = selectors.words_on(asked, by=by, now=now()) if asked else []
    if form is None and asked and selectors.may_attest(by):
        form = GiveWord(last=selectors.attestable(now())[1])
    return law_pages.article(
        found, selectors.results(run), official=reads_government(by), run=run, words_given=told
    ) | {"form": form}


@access(*sorted(selectors.ATTESTS))
@require_POST
def give_word(request: HttpRequest, number: int) -> HttpResponse:
    """A person's word on the control of an article; what is refused stays beside its field."""
    control = selectors.article(number).control
    if control is None:
        raise Missing("control_unknown", control=str(number))
    form, status = GiveWord(request.POST, last=selectors.attestable(now())[1]), 422
    if form.is_valid():
        try:
            services.attest(control.id, **form.cleaned_data, by=_by(request), now=now())
        except Invalid as refused:
            form.refuse(refused)
        else:
            messages.info(request, _("Recorded. The next run of the board counts it."))
            return redirect("law_article", number)
    return render(request, "compliance/article.html", _article(request, number, form), status=status)


@access(PUBLIC)
def board(request: HttpRequest) -> HttpResponse:
    """`/law/board`: every control with its result, what was looked at and what fails, narrowed by `outcome`."""
    run = selectors.last_run()
    found = board_pages.board(
        selectors.law().book,
        selectors.results(run),
        run,
        outcome=request.GET.get("outcome", ""),
        official=reads_government(_by(request)),
    )
    return render(request, "compliance/board.html", found)


@access(PUBLIC)
def rules(request: HttpRequest) -> HttpResponse:
    """`/law/rules`: the duties by workflow, narrowed by `workflow`, `kind`, `sure` and `q`."""
    asked = request.GET
    found = selectors.duties(
        workflow=asked.get("workflow", ""),
        kind=asked.get("kind", ""),
        sure=asked.get("sure", ""),
        text=asked.get("q", ""),
        now=now(),
    )
    return render(request, "compliance/rules.html", duty_pages.duties(found))


@access(PUBLIC)
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """`/law/rules/<id>`: one duty with its values; officers of the authority set another one here."""
    found = selectors.duty(rule_id, by=_by(request), now=now())
    form = SetValue(value=found.value, today=found.today) if found.may_set else None
    return render(request, "compliance/rule.html", duty_pages.duty(found) | {"form": form})


@access(selectors.SETS_VALUES)
@require_POST
def set_value(request: HttpRequest, rule_id: str) -> HttpResponse:
    """Another value from a day on; what is refused stays beside its field."""
    found = selectors.duty(rule_id, by=_by(request), now=now())
    form = SetValue(request.POST, value=found.value, today=found.today)
    status = 422
    if form.is_valid():
        try:
            office.set_rule(rule_id, **form.cleaned_data, by=_by(request), now=now())
        except (Invalid, Refused) as refused:
            form.refuse(refused)
            status = refused.status
        else:
            messages.info(request, _("Saved."))
            return redirect("law_rule", rule_id)
    return render(request, "compliance/rule.html", duty_pages.duty(found) | {"form": form}, status=status)


@access(PUBLIC)
def calendar(request: HttpRequest) -> HttpResponse:
    """`/law/calendar`: the days of a `year`, and when `days` working days after `start` end."""
    found = selectors.year_of_days(_year(request.GET.get("year", "")), now=now())
    bound = request.GET if request.GET.keys() & {"start", "days"} else None
    form, term = Reckon(bound), None
    if form.is_valid():
        try:
            term = selectors.term(form.cleaned_data["start"], form.cleaned_data["days"])
        except Invalid as invalid:
            form.refuse(invalid)
    return render(
        request,
        "compliance/calendar.html",
        day_pages.calendar(found, term) | {"form": form},
        status=422 if form.errors else 200,
    )


def _year(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise Missing("year_unknown", year=text[:10])
    return int(text)
