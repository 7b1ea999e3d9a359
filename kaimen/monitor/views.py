"""Pages of this room: the overview, registers and their records, sheets, indicators, the index, districts, scorecards of bodies."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kaimen.core.errors import Invalid, KaimenError, Missing, Refused, Unavailable
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.monitor import cards, pages, selectors, services
from kaimen.monitor.forms import RecordForm, SheetForm
from kaimen.web.access import PUBLIC, access
from kaimen.web.errors import words
from kaimen.web.now import now
from kaimen.web.parts import page_asked
from kaimen.web.templatetags.kaimen import full_day

WRITERS = ("steward", "office_head")
"""The widest set of roles that any register admits; the service asks the register itself."""
COMPUTES = tuple(sorted(selectors.COMPUTES))
UPLOAD_BLOCK = 1 << 20


def _by(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


def _tell(request: HttpRequest, error: KaimenError) -> None:
    said = words(error.code, error.details)
    messages.error(request, " ".join(part for part in (said.what, said.why, said.todo) if part))


@access(PUBLIC)
def monitor(request: HttpRequest) -> HttpResponse:
    """`/monitor`: the index on the map, the indicators of the city, the registers."""
    return render(request, "monitor/monitor.html", pages.overview(by=_by(request)))


# ---- registers ---------------------------------------------------------------------------------------------------------------


@access(PUBLIC)
def register(request: HttpRequest, kind: str) -> HttpResponse:
    """`/monitor/registers/<kind>`: its records, narrowed by `district`, and what is missing in them."""
    found = selectors.register(kind)
    district = request.GET.get("district", "")
    if district:
        selectors.district(district)
    context = pages.register(found, by=_by(request), district=district, page=page_asked(request.GET), now=now())
    return render(request, "monitor/register.html", context)


@access(PUBLIC)
def record(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """`/monitor/registers/<kind>/records/<code>`: what it says, what is missing, every version."""
    found = selectors.register(kind)
    return render(request, "monitor/record.html", pages.record(found, selectors.record(found, code), by=_by(request)))


@access(*WRITERS)
@never_cache
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Enter a record."""
    found = selectors.register(kind)
    services.check_writer(found, by=_by(request), now=now())
    if request.method != "POST":
        return render(request, "monitor/form.html", pages.form(found, RecordForm(found)))
    form = RecordForm(found, request.POST)
    try:
        made = services.put(kind, form.answers(), by=_by(request), now=now(), expected=0)
    except Invalid as error:
        form.told(error)
        return render(request, "monitor/form.html", pages.form(found, form), status=422)
    messages.success(request, _("Entered. The open dataset follows within a minute or two."))
    return redirect("monitor_record", kind, made.code)


@access(*WRITERS)
@never_cache
def edit(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Change a record of one's own body."""
    found = selectors.register(kind)
    kept = selectors.record(found, code)
    services.check_owner(kept, services.check_writer(found, by=_by(request), now=now()))
    if request.method != "POST":
        form = RecordForm(found, fixed=True, initial=kept.facts)
        return render(request, "monitor/form.html", pages.form(found, form, record=kept))
    form = RecordForm(found, request.POST, fixed=True)
    given = form.answers() | {found.key.name: kept.code}
    try:
        services.put(kind, given, by=_by(request), now=now(), expected=_seen(request))
    except Invalid as error:
        form.told(error)
        return render(request, "monitor/form.html", pages.form(found, form, record=kept), status=422)
    messages.success(request, _("Saved. The open dataset follows within a minute or two."))
    return redirect("monitor_record", kind, code)


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


@access(*WRITERS)
@require_POST
def turn(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Take a record out of force, or put it back."""
    verb = services.restore if request.POST.get("verb") == "restore" else services.retire
    try:
        verb(kind, code, reason=request.POST.get("reason", ""), by=_by(request), now=now())
    except (Invalid, Refused) as error:
        _tell(request, error)
    else:
        messages.success(request, _("Written down."))
    return redirect("monitor_record", kind, code)


@access(PUBLIC)
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty sheet with the heads of the register, as office programs open it."""
    del request
    found = selectors.register(kind)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-template.csv"'
    csv.writer(response).writerow(pages.heads(found))
    return response


@access(*WRITERS)
@never_cache
def send_sheet(request: HttpRequest, kind: str) -> HttpResponse:
    """Check a file: what is wrong in it, or what it would do."""
    found = selectors.register(kind)
    services.check_writer(found, by=_by(request), now=now())
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    rehearsal = None
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            rehearsal = services.rehearse(
                kind, sent.chunks(UPLOAD_BLOCK), name=sent.name or "", by=_by(request), now=now()
            )
        except Invalid as error:
            form.told(error)
        else:
            if rehearsal.sheet is not None:
                return redirect("monitor_sheet", rehearsal.sheet.pk)
    wrong = bool(form.errors) or rehearsal is not None
    return render(request, "monitor/send.html", pages.send(found, form, rehearsal), status=422 if wrong else 200)


@access(*WRITERS)
@never_cache
def sheet(request: HttpRequest, sheet_id: str) -> HttpResponse:
    """A file that was checked: what it does, and the button that does it."""
    kept = selectors.sheet(sheet_id, by=_by(request))
    if request.method == "POST":
        try:
            written = services.enter(sheet_id, by=_by(request), now=now())
        except Invalid as error:
            _tell(request, error)
            return redirect("monitor_send_sheet", kept.register)
        count = len(written)
        told = ngettext("%(n)s record written.", "%(n)s records written.", count) % {"n": count}
        messages.success(request, told if count else _("Nothing was new in this sheet."))
        return redirect("monitor_register", kept.register)
    return render(request, "monitor/sheet.html", pages.sheet(kept, services.look_again(kept)))


@access(services.COMPILES)
@require_POST
def compile_entry(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin the catalogue entry of a register; the rest is the catalogue's own way."""
    try:
        entry = services.compile_entry(kind, by=_by(request), now=now())
    except (Invalid, Refused) as error:
        _tell(request, error)
        return redirect("monitor_register", kind)
    return redirect("catalogue_entry", entry)


# ---- figures -----------------------------------------------------------------------------------------------------------------


@access(PUBLIC)
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """`/monitor/indicators/<code>`: its value by district, how it is made, what it was made of, and how it went."""
    return render(request, "monitor/indicator.html", pages.indicator(selectors.indicator(code), by=_by(request)))


@access(PUBLIC)
def index(request: HttpRequest) -> HttpResponse:
    """`/monitor/index`: the evaluation index with its weights, ranks and bands."""
    return render(request, "monitor/index.html", pages.index(by=_by(request)))


@access(PUBLIC)
def district(request: HttpRequest, code: str) -> HttpResponse:
    """`/monitor/districts/<code>`: the scorecard of a district."""
    return render(request, "monitor/district.html", pages.district(selectors.district(code)))


@access(*COMPUTES)
@require_POST
def compute(request: HttpRequest) -> HttpResponse:
    """Compute everything from the versions in force, then back to the page that asked."""
    try:
        outcome = services.compute(by=_by(request), now=now())
    except (Invalid, Refused, Unavailable) as error:
        _tell(request, error)
    else:
        messages.success(request, pages.computed(outcome))
    return redirect("monitor_index")


@access(*COMPUTES)
@require_POST
def check(request: HttpRequest, computation_id: str) -> HttpResponse:
    """Compute one figure again from what it came from, and say whether every digit is the same."""
    kept = selectors.computation(computation_id)
    try:
        checked = services.check(computation_id, by=_by(request), now=now())
    except KaimenError as error:
        _tell(request, error)
    else:
        if checked.different:
            messages.error(request, pages.differs(checked))
        else:
            messages.success(request, _("Computed again from the same versions: every digit is the same."))
    return redirect("monitor_indicator", kept.indicator)


# ---- scorecards of bodies ----------------------------------------------------------------------------------------------------


@access(PUBLIC)
@never_cache
def institutions(request: HttpRequest) -> HttpResponse:
    """`/monitor/institutions`: who answers in time, and what else is counted of every body; of `period`, in its `version`."""
    asked = request.GET
    context = cards.institutions(
        by=_by(request), code=asked.get("period", ""), version=asked.get("version", ""), now=now()
    )
    return render(request, "monitor/institutions.html", context)


@access(PUBLIC)
@never_cache
def institutions_csv(request: HttpRequest) -> HttpResponse:
    """`/monitor/institutions.csv`: the same figures, a number with its denominator a line."""
    asked = request.GET
    found = cards.shown(by=_by(request), code=asked.get("period", ""), version=asked.get("version", ""), now=now())
    if found is None:
        raise Missing("scorecard_unknown")
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="scorecard-{found.period.code}.csv"'
    csv.writer(response).writerows(cards.rows(found))
    return response


@access(PUBLIC)
@never_cache
def institution(request: HttpRequest, slug: str) -> HttpResponse:
    """`/monitor/institutions/<slug>`: one body, by workflow and measure, and the cases behind the numbers for who may see them."""
    asked = request.GET
    context = cards.institution(
        slug,
        by=_by(request),
        code=asked.get("period", ""),
        version=asked.get("version", ""),
        workflow=asked.get("workflow", "")[:40],
        standing=asked.get("standing", "")[:20],
        now=now(),
    )
    return render(request, "monitor/institution.html", context)


@access(*COMPUTES)
@require_POST
def fix(request: HttpRequest) -> HttpResponse:
    """Fix the scorecard of a period that is over."""
    code = request.POST.get("period", "")
    try:
        made = services.fix(code, by=_by(request), now=now())
    except (Invalid, Refused) as error:
        _tell(request, error)
        return redirect("monitor_institutions")
    told = _("Version %(n)s stands. The public sees it from %(day)s.") % {
        "n": made.n,
        "day": full_day(made.released_at),
    }
    messages.success(request, told)
    return redirect(f"{reverse('monitor_institutions')}?{urlencode({'period': made.period})}")


@access(*COMPUTES)
@require_POST
def recount(request: HttpRequest, scorecard_id: str) -> HttpResponse:
    """Count a fixed scorecard again, and say whether every number is the same and what came late."""
    found = services.recount(scorecard_id, by=_by(request))
    told = cards.recounted(found, selectors.names_of(found.different))
    (messages.error if found.different else messages.success)(request, told)
    kept = found.scorecard
    return redirect(f"{reverse('monitor_institutions')}?{urlencode({'period': kept.period, 'version': kept.n})}")
