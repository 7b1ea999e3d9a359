"""Pages of this room: my cases, what I may begin, one case with its story, the form of a step, the printed receipt."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kaimen.accounts import selectors as accounts
from kaimen.cases import pages, selectors, services, subscribing
from kaimen.cases.forms import StepForm, english, without_zone
from kaimen.cases.hooks import choices_of
from kaimen.cases.models import Case
from kaimen.core.errors import Conflict, Invalid, KaimenError, Refused
from kaimen.core.lifecycle.workflow import Act, FieldKind, Workflow
from kaimen.core.policy.party import Actor
from kaimen.web.access import PUBLIC, SIGNED_IN, access
from kaimen.web.errors import words
from kaimen.web.now import now

SHEETS = "case_sheets"
"""Session: marks of the forms that are open in this browser."""
KEYS = "case_keys"
"""Session: words of cases that were filed without an account in this browser."""


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _key(request: HttpRequest, number: str) -> str | None:
    """The word of a case, typed or remembered. What a helper learned while they acted for somebody ends with that."""
    typed = request.POST.get("case_key")
    kept = request.session.get(KEYS, {}).get(selectors.number_of(number))
    return typed or (kept["key"] if kept and kept["mandate"] == _mandate(request) else None)


def _mandate(request: HttpRequest) -> str:
    """On which recorded authority this is done; empty for one's own matters."""
    helped = _by(request).on_behalf
    return helped.mandate if helped else ""


@access(SIGNED_IN)
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """`/cases`: the cases of my body, or mine."""
    flow, page = request.GET.get("workflow", ""), request.GET.get("page", "")
    shown = request.GET.get("state", "open")
    found = selectors.cases(
        _by(request),
        flow=flow or None,
        open_only=shown != "all",
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
    )
    return render(
        request,
        "cases/list.html",
        pages.listed(found, flow=flow, state=shown) | {"may_tell": _by(request).role in subscribing.KEEPERS},
    )


@access(PUBLIC)
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """`/cases/new`: what may be begun in this role; and the door to a case filed without an account."""
    if request.method == "POST":
        key = selectors.word_of(request.POST.get("case_key", ""))
        case = selectors.case_for(_by(request), request.POST.get("number", ""), key=key)
        _remember(request, case.number, key)
        return redirect("case", case.number)
    by = _by(request)
    return render(
        request,
        "cases/choose.html",
        {"section": "cases", "beginnings": pages.beginnings(by), "begun": pages.saved(selectors.all_begun(by), by)},
    )


@access(SIGNED_IN)
@never_cache
def begun(request: HttpRequest) -> HttpResponse:
    """`/cases/begun`: forms that I will go on with."""
    return render(
        request,
        "cases/begun.html",
        {"section": "cases", "begun": pages.saved(selectors.all_begun(_by(request)), _by(request))},
    )


@access(SIGNED_IN)
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a begun form away."""
    services.forget(pk, by=_by(request))
    messages.success(request, _("Thrown away."))
    return redirect("cases_begun")


@access(*sorted(subscribing.KEEPERS))
@never_cache
def hooks(request: HttpRequest) -> HttpResponse:
    """`/cases/webhooks`: addresses of my body's systems that are told when a case moves."""
    by = _by(request)
    shown: dict[str, object] = {"section": "cases", "hosts": subscribing.hosts()}
    status = 200
    if request.method == "POST":
        url = request.POST.get("url", "")
        try:
            _made, secret = subscribing.subscribe(url, by=by, now=now())
            shown["secret"] = secret
        except Invalid as fault:
            shown |= {"fault": words(fault.code, fault.details), "url": url}
            status = 422
    return render(request, "cases/webhooks.html", shown | {"lines": subscribing.of(by)}, status=status)


@access(*sorted(subscribing.KEEPERS))
@require_POST
def end_hook(request: HttpRequest, subscription: str) -> HttpResponse:
    """Tell that address nothing more."""
    subscribing.unsubscribe(subscription, by=_by(request), now=now())
    messages.success(request, _("Done and recorded."))
    return redirect("case_hooks")


@access(PUBLIC)
@never_cache
def begin(request: HttpRequest, workflow: str) -> HttpResponse:
    """`/cases/new/<workflow>`: the first step."""
    by = _by(request)
    flow = selectors.workflow(workflow)
    act = selectors.may_begin(by, flow)
    if act is None:
        raise Refused("sign_in_needed" if by.is_public else "not_your_role", needed=sorted(flow.opening[0].roles))
    number = request.GET.get("begun", "")
    kept = None
    if number.isascii() and number.isdecimal() and len(number) < 16:
        kept = selectors.begun_by_number(by, int(number), flow=flow.code, verb=act.verb)
    form = _form(request, flow, act, known={}, saved=kept)
    place, mark, status = f"{flow.code}:{kept.pk if kept else ''}", request.POST.get("form_mark", ""), 200
    sent = ""
    if request.method == "POST" and "show" in request.POST:
        form = _again(request, form)
    elif request.method == "POST" and "save" in request.POST:
        try:
            services.save(flow.code, act.verb, form.answers(), by=by, now=now(), begun=kept.pk if kept else None)
        except Refused as fault:
            _tell(form, fault)
            status = fault.status
        else:
            _new_sheet(request, place)
            messages.success(request, _("Saved. You find it under “Begun forms”."))
            return redirect("cases_begun")
    elif request.method == "POST":
        try:
            done = services.begin(
                flow.code, form.answers(), by=by, now=now(), mark=mark, begun=kept.pk if kept else None
            )
        except (Invalid, Refused) as fault:
            _tell(form, fault)
            status = fault.status
            mark = "" if fault.code in {"case_sent", "case_mark"} else mark
            sent = str(fault.details["case"]) if fault.code == "case_sent" else ""
        else:
            _new_sheet(request, place)
            if done.key:
                _remember(request, done.case.number, done.key)
            said = _("This form was sent already. This is the case that it began.") if done.again else ""
            messages.success(request, said or _("Done and recorded."))
            return redirect(_after(done, by))
    others = [] if request.method == "POST" else selectors.all_begun(by, flow=flow.code)
    return _form_page(
        request,
        form,
        flow,
        act,
        flow_words=pages.word(flow.words),
        about=pages.word(flow.about),
        case=None,
        status=status,
        mark=mark or (_sheet(request, place) if status == 200 else _new_sheet(request, place)),
        sent=sent,
        others=pages.saved([one for one in others if kept is None or one.pk != kept.pk], by),
    )


def _sheet(request: HttpRequest, place: str) -> str:
    """The mark of an empty form. Who is signed in has one for each form until it is sent: two tabs are the same sheet."""
    kept = request.session.get(SHEETS, {}) if _by(request).person is not None else {}
    return kept.get(place) or _new_sheet(request, place)


def _new_sheet(request: HttpRequest, place: str) -> str:
    mark = secrets.token_urlsafe(18)
    if _by(request).person is not None:
        kept = {name: one for name, one in request.session.get(SHEETS, {}).items() if name != place}
        request.session[SHEETS] = dict([*kept.items(), (place, mark)][-20:])
    return mark


def _after(done: services.Done, by: Actor) -> str:
    """To the receipt of whoever has no account, in the language of whoever is helped; else to the case."""
    if not done.key and by.on_behalf is None:
        return reverse("case", args=[done.case.number])
    url = reverse("case_receipt", args=[done.case.number])
    language = accounts.helped_language(by.on_behalf.mandate) if by.on_behalf else ""
    return translate_url(url, language) if language else url


@access(PUBLIC)
@never_cache
def channels(request: HttpRequest) -> HttpResponse:
    """`/service/channels`: where each service can be had, with and without the internet."""
    return render(request, "cases/channels.html", pages.channels(now()))


@access(PUBLIC)
@never_cache
@require_POST
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """The person whose case it is takes a helper's authority back."""
    services.take_back(number, by=_by(request), now=now(), key=_key(request, number))
    messages.success(request, _("Taken back. The helper can do nothing more in your name."))
    return redirect("case", number.upper())


@access(PUBLIC)
@never_cache
def case(request: HttpRequest, number: str) -> HttpResponse:
    """`/cases/<number>`."""
    by, key = _by(request), _key(request, number)
    found = selectors.case_for(by, number, key=key)
    return render(request, "cases/case.html", pages.case_page(found, by, key=key, at=now()))


@access(PUBLIC)
@never_cache
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """`/cases/<number>/receipt`: to be printed and taken home."""
    by, key = _by(request), _key(request, number)
    found = selectors.case_for(by, number, key=key)
    return render(
        request,
        "cases/receipt.html",
        pages.receipt(found, by, key=key, at=now())
        | {
            "case_url": request.build_absolute_uri(reverse("case", args=[found.number])),
            "follow_url": request.build_absolute_uri(reverse("case_choose")),
            "origin": request.build_absolute_uri("/").rstrip("/"),
        },
    )


@access(PUBLIC)
@never_cache
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """`/cases/<number>/do/<verb>`: the form of a step."""
    by, key = _by(request), _key(request, number)
    found = selectors.case_for(by, number, key=key)
    flow = selectors.workflow(found.workflow)
    step = next((one for one in selectors.acts_for(found, by, key=key) if one.verb == verb), None)
    if step is None and request.method != "POST":
        if verb not in flow.acts:
            raise Conflict("case_step", verb=verb[:40], state=found.state, case=found.number)
        messages.info(request, _("This step is not open to you now."))
        return redirect("case", found.number)
    shown = step or flow.acts.get(verb)
    if shown is None:
        raise Conflict("case_step", verb=verb[:40], state=found.state, case=found.number)
    known = selectors.unsealed(found, found.facts)  # a token in a form would be sent back as if it were the answer
    form = _form(
        request,
        flow,
        shown,
        known=known,
        saved=selectors.begun(by, case=found.pk, verb=verb),
        choices=choices_of(found, shown),
    )
    status = 200
    if request.method == "POST":
        if "save" in request.POST:
            services.save(flow.code, verb, form.answers(), by=by, now=now(), case=found.pk)
            messages.success(request, _("Saved. You find it under “Begun forms”."))
            return redirect("case", found.number)
        try:
            services.act(found.number, verb, form.answers(), by=by, now=now(), expected=_seen(request), key=key)
        except (Invalid, Refused) as fault:
            if step is None and isinstance(fault, Refused):
                raise  # somebody else was faster, or it never was theirs: there is nothing to change in the form
            _tell(form, fault)
            status = fault.status
        else:
            messages.success(request, _("Done and recorded."))
            return redirect("case", found.number)
    return _form_page(
        request,
        form,
        flow,
        shown,
        flow_words=pages.title(found),
        about=pages.word(shown.help) if shown.help else "",
        case=found,
        shown=pages.shown(found, flow, shown, by, key=key),
        status=status,
    )


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("at_step", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None


def _form(
    request: HttpRequest,
    flow: Workflow,
    act: Act,
    *,
    known: dict[str, object],
    saved: object,
    choices: dict[str, list[tuple[str, str]]] | None = None,
) -> StepForm:
    written = selectors.written_at_first(flow)
    initial = {name: known[name] for name in (ask.field.name for ask in act.asks) if name in written and name in known}
    named = {name: request.GET[name] for name in request.GET if name in {ask.field.name for ask in act.asks}}
    kept = getattr(saved, "given", {})
    if any(kept.get(name) not in (None, "", value) for name, value in named.items()):
        kept = {}  # what a link names is what is asked for now: a form begun about something else waits under its own address
    initial |= kept | named
    for ask in act.asks:
        if ask.field.kind is FieldKind.INSTANT and initial.get(ask.field.name):
            initial[ask.field.name] = without_zone(str(initial[ask.field.name]))
    data = request.POST if request.method == "POST" else None
    return StepForm(act, data, initial=initial, by=_by(request), known=known, at=now(), choices=choices)


def _again(request: HttpRequest, form: StepForm) -> StepForm:
    """The same form with the same answers, and with the columns that follow from them; nothing is judged yet."""
    return StepForm(form.act, None, initial=form.answers(), by=_by(request), known={}, at=now())


def _tell(form: StepForm, fault: KaimenError) -> None:
    if fault.code == "case_facts" and isinstance(fault, Invalid):
        form.told(fault)
    else:
        form.full_clean()
        said = words(fault.code, fault.details)
        form.add_error(None, (" " if english() else "").join(part for part in (said.what, said.why, said.todo) if part))


def _form_page(
    request: HttpRequest,
    form: StepForm,
    flow: Workflow,
    act: Act,
    *,
    flow_words: str,
    about: str,
    case: Case | None,
    shown: Sequence[object] = (),
    status: int = 200,
    mark: str = "",
    sent: str = "",
    others: Sequence[object] = (),
) -> HttpResponse:
    return render(
        request,
        "cases/form.html",
        {
            "section": "cases",
            "form": form,
            "name": pages.word(act.words),
            "what": flow_words,
            "about": about,
            "case": case,
            "shown": shown,
            "mark": mark,
            "sent": sent,
            "others": others,
            "may_save": _by(request).person is not None and bool(act.asks),
            "rule": act.rule,
            "then": pages.then(
                flow,
                act,
                case.facts if case else {},
                seats=pages.seats(case) if case else pages.seats_of_new(flow, _by(request)),
                at=now(),
            ),
        },
        status=status,
    )


def _remember(request: HttpRequest, number: str, key: str) -> None:
    kept = dict(request.session.get(KEYS, {}))
    kept[number] = {"key": key, "mandate": _mandate(request)}
    request.session[KEYS] = dict(list(kept.items())[-20:])
