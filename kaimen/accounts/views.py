"""Pages of this room: desk, account, people, public card of a body, invitation, demo."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kaimen.accounts import calendars, demo, desk, selectors, services
from kaimen.accounts.channels import channels
from kaimen.accounts.context import arrival_of, hat_worn
from kaimen.accounts.forms import AcceptInvitation, MintToken, Nominate, OpenMandate
from kaimen.accounts.models import ApiToken, DeskFeed, Mandate
from kaimen.accounts.roles import role, roles
from kaimen.core.errors import Invalid, KaimenError, Missing, Refused
from kaimen.core.policy.party import InstitutionId
from kaimen.web import sheets
from kaimen.web.access import PUBLIC, SIGNED_IN, access
from kaimen.web.errors import words
from kaimen.web.now import now
from kaimen.web.parts import page_asked

GIVERS = ("steward", "office_head", "department_head", "authority_reviewer", "operator", "security_admin", "zone_operator", "exchange_staff")  # fmt: skip
FRESH_S = 900
ONLY_WHENCE = "strict-origin"
"""On pages whose address is a secret: the next page learns the host alone. `no-referrer` would make the browser's POST one from nowhere,
which the guard against forged forms refuses."""


# ---- desk and hats -----------------------------------------------------------------------------------------------------------


@access(SIGNED_IN)
@never_cache
def show_desk(request: HttpRequest) -> HttpResponse:
    """`/desk`: what waits for me."""
    arrival = arrival_of(request)
    return render(
        request,
        "accounts/desk.html",
        {
            "desk": desk.of(arrival, at=now(), page=page_asked(request.GET)),
            "arrival": arrival,
            "hats": _hats(request),
            "feeds": _feeds(request),
            "section": "desk",
        }
        | _who(request),
    )


@access(SIGNED_IN)
@require_POST
def put_on(request: HttpRequest) -> HttpResponse:
    """Put on one hat; only one is worn at a time."""
    chosen = request.POST.get("put_on", "")
    arrival = arrival_of(request)
    if chosen != selectors.OWN_SELF and chosen not in {str(hat.id) for hat in arrival.hats}:
        raise Refused("appointment_ended")
    request.session[selectors.HAT] = chosen
    request.session.pop(selectors.MANDATE, None)
    return redirect("desk")


def _hats(request: HttpRequest) -> list[dict[str, object]]:
    arrival = arrival_of(request)
    worn = hat_worn(arrival)
    return [
        {
            "id": str(hat.id),
            "role": role(hat.role).name(get_language() or ""),
            "institution_zh": hat.institution_zh,
            "institution_en": hat.institution_en,
            "slug": hat.institution_slug,
            "until": hat.until,
            "worn": str(hat.id) == worn,
        }
        for hat in arrival.hats
    ]


def _who(request: HttpRequest) -> dict[str, object]:
    arrival = arrival_of(request)
    worn = arrival.hat if arrival.actor.institution else None
    return {
        "role_name": role(arrival.actor.role).name(get_language() or ""),
        "worn": worn,
        "may_appoint": selectors.may_appoint(arrival.actor),
        "lacking": arrival.lacking,
        "wanted_hat": arrival.hat,
        "is_demo_account": demo.is_shared(arrival.account),
        "is_helper": arrival.actor.role == "helper",
    }


@access(SIGNED_IN, fresh_s=FRESH_S)
@require_POST
@never_cache
def subscribe(request: HttpRequest) -> HttpResponse:
    """An address for a calendar program; it stands in this one answer, which nobody stores."""
    if sheets.sent_before(request):
        return _made_already(request, "desk")
    if (limited := _limited(request)) is not None:
        return limited
    arrival = arrival_of(request)
    worn = str(arrival.hat.id) if arrival.hat is not None and arrival.actor.institution else None
    text = services.subscribe(by=arrival.actor, appointment_id=worn, now=now())
    sheets.remember_sent(request)
    if _shared(request):
        demo.remember_feed(request.session, calendars.feed_id(text))
    response = render(
        request,
        "accounts/feed.html",
        {
            "address": request.build_absolute_uri(reverse("desk_calendar", args=[text])),
            "days": services.DEMO_DAYS if _shared(request) else services.FEED_DAYS,
            "section": "desk",
        },
    )
    response["Cache-Control"] = "no-store"
    return response


@access(SIGNED_IN)
@require_POST
def unsubscribe(request: HttpRequest, feed_id: str) -> HttpResponse:
    """Make such an address void."""
    if _shared(request) and feed_id not in demo.feeds_of_visit(request.session):
        raise Missing("desk_feed")
    services.unsubscribe(feed_id, by=arrival_of(request).actor, now=now())
    messages.success(request, _("The address is void."))
    return redirect("desk")


@access(PUBLIC)
def show_calendar(request: HttpRequest, text: str) -> HttpResponse:
    """What a calendar program reads: `text/calendar`. The address is the right, so no session is looked at."""
    at = now()
    desk_ = calendars.desk_by_feed(text, at=at)
    body = desk_.institution
    place = "" if body is None else f"{body.name_en if get_language() == 'en' else body.name_zh} "
    name = f"{place}{role(desk_.role).name(get_language() or '')}"
    site = request.build_absolute_uri(reverse("desk")).removesuffix("/desk")
    response = HttpResponse(
        calendars.calendar_of(desk_, name=name, site=site, at=at), content_type="text/calendar; charset=utf-8"
    )
    response["Cache-Control"] = "private, max-age=300"
    response["Referrer-Policy"] = "no-referrer"
    return response


# ---- my account --------------------------------------------------------------------------------------------------------------


@access(SIGNED_IN)
@never_cache
def show_account(request: HttpRequest) -> HttpResponse:
    """`/desk/account`: tokens, factors, devices, roles, what was done in my name."""
    return _account_page(request, MintToken(most_days=_most_days(request)))


@access(SIGNED_IN, fresh_s=FRESH_S)
@require_POST
@never_cache
def mint_token(request: HttpRequest) -> HttpResponse:
    """Make a token; its text stands in this one answer, which nobody stores."""
    if sheets.sent_before(request):
        return _made_already(request, "account")
    form = MintToken(request.POST, most_days=_most_days(request))
    if not form.is_valid():
        return _account_page(request, form, status=422)
    if (limited := _limited(request)) is not None:
        return limited
    arrival = arrival_of(request)
    worn = str(arrival.hat.id) if arrival.hat is not None and arrival.actor.institution else None
    try:
        kept, text = services.mint_token(
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            days=form.cleaned_data["days"],
            ip_ranges=form.cleaned_data["ip_ranges"],
            appointment_id=worn,
            by=arrival.actor,
            now=now(),
        )
    except Invalid as error:
        form.add_error("ip_ranges" if error.code == "ip_range" else None, words(error.code, error.details).what)
        return _account_page(request, form, status=422)
    return _shown_once(request, kept, text)


@access(SIGNED_IN, fresh_s=FRESH_S)
@require_POST
@never_cache
def rotate_token(request: HttpRequest, token_id: str) -> HttpResponse:
    """A new text for the same token; the old one works on for the days that were chosen."""
    _check_visit(request, token_id)
    if sheets.sent_before(request):
        return _made_already(request, "account")
    if (limited := _limited(request)) is not None:
        return limited
    days = request.POST.get("grace", "")
    if days and not (days.isascii() and days.isdecimal() and len(days) < 4):
        raise Invalid("token_grace", most=services.grace(now()))
    kept, text = services.rotate_token(
        token_id, by=arrival_of(request).actor, now=now(), grace_days=int(days) if days else None
    )
    return _shown_once(request, kept, text, old_until=selectors.replaced_until(kept))


@access(SIGNED_IN)
@require_POST
def revoke_token(request: HttpRequest, token_id: str) -> HttpResponse:
    """Make a token void."""
    _check_visit(request, token_id)
    services.revoke_token(token_id, by=arrival_of(request).actor, now=now(), with_replaced="both" in request.POST)
    messages.success(request, _("The token is void."))
    return redirect("account")


def _made_already(request: HttpRequest, page: str) -> HttpResponse:
    """A refresh of the answer sends the form again: nothing more is made, and the text is not stored anywhere to be shown again."""
    messages.info(request, _("This form was sent already. What it made stands below; its text was shown once."))
    return redirect(page)


def _feeds(request: HttpRequest) -> Sequence[DeskFeed]:
    found = calendars.feeds_of(arrival_of(request).actor, at=now())
    if not _shared(request):
        return found
    mine = demo.feeds_of_visit(request.session)
    return [one for one in found if one.pk in mine]


def _shared(request: HttpRequest) -> bool:
    return demo.is_shared(arrival_of(request).account)


def _most_days(request: HttpRequest) -> int:
    return services.DEMO_DAYS if _shared(request) else services.TOKEN_DAYS


def _check_visit(request: HttpRequest, token_id: str) -> None:
    """Of a shared account, a visitor has only the tokens of this visit. Raises `Missing("token")`."""
    if _shared(request) and token_id not in demo.tokens_of_visit(request.session):
        raise Missing("token")


def _limited(request: HttpRequest) -> HttpResponse | None:
    """Anybody may be a person of the demo, so how many tokens they make is limited by network address."""
    return ratelimit.consume_or_429(request, action="demo_token") if _shared(request) else None


def _account_page(request: HttpRequest, form: MintToken, *, status: int = 200) -> HttpResponse:
    actor = arrival_of(request).actor
    among = demo.tokens_of_visit(request.session) if _shared(request) else None
    return render(
        request,
        "accounts/account.html",
        {
            "form": form,
            "most_days": _most_days(request),
            "tokens": selectors.tokens_of(actor, among=among),
            "hats": _hats(request),
            "mandates": selectors.mandates_of(actor, at=now()),
            "done": selectors.done_in_my_name(actor),
            "at": now(),
            "grace": range(services.grace(now()), -1, -1),
        }
        | _who(request),
        status=status,
    )


def _shown_once(request: HttpRequest, kept: ApiToken, text: str, *, old_until: datetime | None = None) -> HttpResponse:
    sheets.remember_sent(request)
    if _shared(request):
        demo.remember_token(request.session, kept.pk)
    context = {
        "name": kept.name,
        "text": text,
        "until": kept.expires_at,
        "is_demo_account": _shared(request),
        "old_until": old_until,
    }
    response = render(request, "accounts/token.html", context)
    response["Cache-Control"] = "no-store"
    return response


# ---- people ------------------------------------------------------------------------------------------------------------------


@access(*GIVERS)
@never_cache
def show_people(request: HttpRequest) -> HttpResponse:
    """`/desk/people`: who holds what in my body, what waits for approval."""
    return _people_page(request, Nominate(giver=arrival_of(request).actor.role))


@access(*GIVERS, fresh_s=FRESH_S)
@require_POST
def nominate(request: HttpRequest) -> HttpResponse:
    """Name a person; who is new here gets an account and an invitation."""
    actor = arrival_of(request).actor
    form = Nominate(request.POST, giver=actor.role)
    body = InstitutionId(request.POST.get("institution") or str(actor.institution))
    if not form.is_valid():
        return _people_page(request, form, status=422)
    asked = form.cleaned_data
    try:
        services.nominate_by_address(
            name=asked["name"],
            email=asked["email"],
            role_code=asked["role"],
            institution_id=body,
            since=_morning(asked["since"]),
            until=_morning(asked["until"]) if asked["until"] else None,
            acting=asked["acting"],
            by=actor,
            now=now(),
        )
    except KaimenError as error:
        said = words(error.code, error.details)
        form.add_error(None, f"{said.what} {said.why}")
        return _people_page(request, form, status=error.status)
    messages.success(request, _("Nominated. It waits for approval."))
    return redirect("people")


@access(*GIVERS, fresh_s=FRESH_S)
@require_POST
def act_on_appointment(request: HttpRequest, appointment_id: str, verb: str) -> HttpResponse:
    """Approve, suspend, resume or end."""
    actor, reason = arrival_of(request).actor, request.POST.get("reason", "").strip()
    selectors.appointment(appointment_id, by=actor)
    match verb:
        case "approve":
            services.approve_appointment(appointment_id, by=actor, now=now())
        case "suspend":
            services.suspend_appointment(appointment_id, reason=reason, by=actor, now=now())
        case "resume":
            services.resume_appointment(appointment_id, reason=reason, by=actor, now=now())
        case "end":
            services.end_appointment(appointment_id, reason=reason, by=actor, now=now())
        case _:
            raise Missing("page_missing")
    messages.success(request, _("Done, and written down."))
    return redirect("people")


def _people_page(request: HttpRequest, form: Nominate, *, status: int = 200) -> HttpResponse:
    actor = arrival_of(request).actor
    shown = selectors.people(actor, at=now())
    language = get_language() or ""
    rows = [
        {
            "appointment": one,
            "name": selectors.person_name(one.person),
            "role": role(one.role).name(language),
            "may_approve": actor.role in role(one.role).approve
            and one.state == "nominated"
            and str(one.nominated_by_id) != actor.person,
            "may_end": actor.role in role(one.role).nominate | role(one.role).approve,
        }
        for one in shown
    ]
    reach = role(actor.role).reach_everywhere
    return render(
        request,
        "accounts/people.html",
        {
            "form": form,
            "waiting": [row for row in rows if row["appointment"].state == "nominated"],
            "held": [row for row in rows if row["appointment"].state != "nominated"],
            "institutions": selectors.institutions(at=now()) if reach else [],
            "may_nominate": any(actor.role in rule.nominate for rule in roles().values()),
            "own": actor.institution,
        }
        | _who(request),
        status=status,
    )


def _morning(day: object) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(settings.TIME_ZONE))  # type: ignore[arg-type]  # a form's date


# ---- at the counter ----------------------------------------------------------------------------------------------------------


@access("helper")
@never_cache
def act_for(request: HttpRequest) -> HttpResponse:
    """`/desk/behalf`: a helper begins to file for somebody; the banner names both until it ends."""
    actor = arrival_of(request).actor
    form = OpenMandate(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = services.open_mandate(**form.cleaned_data, by=actor, now=now())
        except Invalid as error:
            form.add_error(None, words(error.code, error.details).what)
        else:
            request.session[selectors.MANDATE] = str(given.pk)
            return redirect("case_choose")
    shared = _shared(request)
    mandates = [] if shared else [_mandate(one) for one in selectors.mandates_of(actor, at=now())]
    return render(
        request,
        "accounts/behalf.html",
        {"form": form, "mandates": mandates} | _who(request),
        status=422 if form.errors else 200,
    )


def _mandate(one: Mandate) -> dict[str, object]:
    told, language = channels(), "en" if (get_language() or "").startswith("en") else "zh"
    authority = told.authorities.get(one.ground)
    return {
        "id": one.pk,
        "for_whom": selectors.described(one),
        "ground": authority.words.in_(language) if authority else one.ground,
        "until": one.until,
    }


@access("helper")
@require_POST
def go_on_for(request: HttpRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Somebody is back, or on the telephone again, on an authority that still holds."""
    selectors.with_mandate(arrival_of(request).actor, str(mandate_id), at=now())
    request.session[selectors.MANDATE] = str(mandate_id)
    return redirect("case_choose")


@access("helper")
@require_POST
def stop_acting_for(request: HttpRequest) -> HttpResponse:
    """The case is filed: one's own self again. The authority ends with it."""
    current = str(request.session.pop(selectors.MANDATE, ""))
    if current:
        services.close_mandate(current, by=arrival_of(request).actor, now=now())
    return redirect("desk")


@access("helper")
@require_POST
def end_mandate(request: HttpRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """An authority that was left open is ended."""
    services.close_mandate(str(mandate_id), by=arrival_of(request).actor, now=now())
    if request.session.get(selectors.MANDATE) == str(mandate_id):
        del request.session[selectors.MANDATE]
    return redirect("act_for")


# ---- bodies ------------------------------------------------------------------------------------------------------------------


@access(PUBLIC)
def show_institution(request: HttpRequest, slug: str) -> HttpResponse:
    """`/org/<slug>`: what anybody may know of a body."""
    body = selectors.public_institution(slug, at=now())
    language = get_language() or ""
    offices = [
        {"role": role(held.role).name(language), "since": held.since, "acting": held.kind == "acting"}
        for held in selectors.officers_shown(body.pk, at=now())
    ]
    return render(
        request,
        "accounts/institution.html",
        {"body": body, "offices": offices, "history": selectors.names_before(body.pk)},
    )


# ---- ways in -----------------------------------------------------------------------------------------------------------------


@access(PUBLIC)
@never_cache
def invitation(request: HttpRequest, text: str) -> HttpResponse:
    """GET shows, POST accepts: scanners of mail open links."""
    form = AcceptInvitation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limited = ratelimit.consume_or_429(request, action="reset_password_from_key")
        if limited is not None:
            return limited
        try:
            services.accept_invitation(text, password=form.cleaned_data["password"], now=now())
        except Invalid as error:
            said = words(error.code, error.details)
            form.add_error("password" if error.code == "password" else None, f"{said.what} {said.why}".strip())
        else:
            messages.success(request, _("Your account is ready. Sign in with your new password."))
            return redirect("account_login")
    response = render(request, "accounts/invitation.html", {"form": form}, status=422 if form.errors else 200)
    response["Referrer-Policy"] = ONLY_WHENCE
    return response


@access(PUBLIC)
@never_cache
def activation(request: HttpRequest, text: str) -> HttpResponse:
    """`/activate/<link>`: GET says what the button will make, POST makes the token and shows it, once."""
    try:
        if request.method == "POST":
            limited = ratelimit.consume_or_429(request, action="reset_password_from_key")
            if limited is not None:
                return limited
            kept, token = services.use_activation(text, now=now())
            shown = {"kept": kept, "token": token, "endpoint": request.build_absolute_uri("/api/v1")}
        else:
            shown = {"link": selectors.activation(text, at=now())}
        status = 200
    except KaimenError as error:
        shown, status = {"fault": words(error.code, error.details)}, error.status
    response = render(request, "accounts/activation.html", shown, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = ONLY_WHENCE
    return response


@access(PUBLIC)
@require_POST
def become(request: HttpRequest) -> HttpResponse:
    """Step into a synthetic person. There is no such thing outside a demo."""
    account, hat = demo.chosen(request.POST.get("role", ""), at=now())
    made = demo.tokens_of_visit(request.session)
    logout(request)
    login(request, account, backend="kaimen.accounts.backends.Backend")
    record_authentication(request, account, method="demo")
    request.session[demo.TOKENS] = made
    request.session[selectors.HAT] = hat
    after = request.POST.get("next", "")
    if after and url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(after)
    return redirect("desk")
