"""Pages of this room: schedules and runs, for the operators of the platform."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kaimen.core.errors import Invalid, KaimenError, Missing, Refused
from kaimen.core.policy.party import Actor
from kaimen.office import pages, selectors, services
from kaimen.office.forms import ARhythm, NewSchedule
from kaimen.web.access import access
from kaimen.web.errors import words
from kaimen.web.now import now

READERS = tuple(sorted(selectors.READERS))
OPERATORS = tuple(sorted(selectors.OPERATORS))


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


@access(*READERS)
@never_cache
def schedules(request: HttpRequest) -> HttpResponse:
    """`/schedules`: each with its rhythm, its next time and how it went last; runs that no schedule asked for."""
    moment = now()
    shown = pages.schedules(selectors.schedules(now=moment), selectors.other_runs(now=moment))
    return render(request, "office/schedules.html", shown | {"may_change": _by(request).role in selectors.OPERATORS})


@access(*OPERATORS)
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """`/schedules/new`: a job and its rhythm."""
    form, status = NewSchedule(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            job, arguments = form.job()
            try:
                row = services.create_schedule(
                    job, arguments=arguments, wanted=form.wanted(), by=_by(request), now=now()
                )
            except (Invalid, Refused) as refused:
                form.refuse(refused)
                status = refused.status
            else:
                messages.success(request, _("The schedule is set up."))
                return redirect("schedule", row.code)
    return render(request, "office/new.html", {"form": form}, status=status)


@access(*READERS)
@never_cache
def schedule(request: HttpRequest, code: str) -> HttpResponse:
    """`/schedules/<code>`: its next times, its runs, and what an operator may do."""
    return _page(request, code, None)


@access(*OPERATORS)
@require_POST
@never_cache
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Another rhythm; what is refused stays beside its field."""
    form, status = ARhythm(request.POST, row=selectors.schedule(code, now=now()).row), 422
    if form.is_valid():
        try:
            services.change_schedule(code, wanted=form.wanted(), by=_by(request), now=now())
        except (Invalid, Refused) as refused:
            form.refuse(refused)
            status = refused.status
        else:
            messages.success(request, _("The schedule is changed."))
            return redirect("schedule", code)
    return _page(request, code, form, status=status)


@access(*OPERATORS)
@require_POST
def act(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Pause, resume, run now; what is refused is told on the page."""
    by, moment = _by(request), now()
    try:
        match verb:
            case "pause":
                services.pause_schedule(code, reason=request.POST.get("reason", ""), by=by, now=moment)
                said = _("It is paused. A run that had begun goes on to its end.")
            case "resume":
                services.resume_schedule(code, by=by, now=moment)
                said = _("It runs again, from its next time on.")
            case "run":
                services.run_schedule(code, by=by, now=moment)
                said = _("The worker was asked for a run.")
            case _:
                raise Missing("page_missing")
    except (Invalid, Refused) as refused:
        _tell(request, refused)
    else:
        messages.success(request, said)
    return redirect("schedule", code)


def _page(request: HttpRequest, code: str, form: ARhythm | None, *, status: int = 200) -> HttpResponse:
    moment = now()
    found = selectors.schedule(code, now=moment)
    may_change = _by(request).role in selectors.OPERATORS
    shown = pages.schedule(found, selectors.runs_of(found.row, now=moment)) | {"may_change": may_change}
    if may_change:
        shown["form"] = form or ARhythm(row=found.row)
    return render(request, "office/schedule.html", shown, status=status)


def _tell(request: HttpRequest, error: KaimenError) -> None:
    said = words(error.code, error.details)
    messages.error(request, " ".join(part for part in (said.what, said.why, said.todo) if part))
