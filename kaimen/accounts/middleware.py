"""The door of every address: finds out who asks (session or token), reads the tag of the view, refuses where it is missing.

One place for pages and API alike. What a tag cannot know (is this object yours?) the service says.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from kaimen.accounts import demo, selectors, services, tokens
from kaimen.accounts.context import hat_worn
from kaimen.accounts.models import Account
from kaimen.accounts.permissions import closed_to_demo, tag_of
from kaimen.accounts.selectors import IDLE_OFFICER, IDLE_OTHERS, NOBODY, WHOLE, Arrival
from kaimen.core.errors import KaimenError, Refused
from kaimen.core.policy.party import Via
from kaimen.web.access import SIGNED_IN, Access
from kaimen.web.errors import answer, csrf_failure, of_exception
from kaimen.web.now import now

API = "/api/"
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
BEGAN, SEEN = "began", "seen"
SEEN_EVERY_S = 300


class ActorMiddleware:
    """Puts `request.actor` and `request.arrival` in place, then guards the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.csrf = CsrfViewMiddleware(csrf_failure)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.arrival, request.actor = NOBODY, NOBODY.actor  # type: ignore[attr-defined]
        refusal = self._arrive(request)
        return refusal if refusal is not None else self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponseBase | None:
        """Closed unless the tag opens. Django has resolved the address, nothing of the view has run."""
        method = request.method or "GET"
        found = tag_of(view, method)
        if found == "no_such_method":
            return None  # ninja answers 405 itself
        arrival: Arrival = request.arrival  # type: ignore[attr-defined]
        if (
            request.path_info.startswith(API)
            and arrival.actor.via is Via.SESSION
            and arrival.account
            and method not in SAFE
        ):
            self.csrf.process_request(request)
            failed = self.csrf.process_view(request, _not_exempt, args, kwargs)
            if failed is not None:
                return failed
        if not isinstance(found, Access):
            return of_exception(request, Refused("role_missing", roles=[], role=arrival.actor.role))
        if "hat" in _form(request) and request.POST["hat"] != hat_worn(arrival):
            return answer(request, 409, "hat_changed", {})
        refused = admit(found, arrival, at=now())
        if (
            refused is None
            and arrival.account
            and arrival.account.kind == Account.Kind.DEMO
            and closed_to_demo(view, method)
        ):
            refused = Refused("demo_closed")
        return None if refused is None else _turned_away(request, refused)

    def _arrive(self, request: HttpRequest) -> HttpResponseBase | None:
        leaked = _token_in_address(request)
        if leaked is not None:
            services.revoke_leaked_token(leaked, now=now())
            return invalid_token(request)
        header = request.META.get("HTTP_AUTHORIZATION", "")
        session_key = request.session.session_key
        if header[:7].lower() == "bearer ":
            if session_key:
                return answer(request, 400, "two_credentials", {})
            return self._arrive_by_token(request, header[7:].strip())
        if session_key:
            self._arrive_by_session(request)
        return None

    def _arrive_by_token(self, request: HttpRequest, text: str) -> HttpResponseBase | None:
        at = now()
        arrival = selectors.arrival_by_token(text, address=request.META.get("REMOTE_ADDR", ""), at=at)
        if arrival is None:
            return invalid_token(request)
        _take_place(request, arrival)
        services.note_token_use(tokens.read(text, kind=tokens.API), now=at)
        return None

    def _arrive_by_session(self, request: HttpRequest) -> None:
        if _session_over(request):
            logout(request)
            return
        arrival = selectors.arrival_by_session(request, at=now())
        mandate = str(request.session.get(selectors.MANDATE, ""))
        if mandate and arrival.actor.institution:
            try:
                acting = selectors.with_mandate(arrival.actor, mandate, at=now())
                arrival = Arrival(actor=acting, account=arrival.account, hats=arrival.hats, hat=arrival.hat)
            except KaimenError:
                del request.session[selectors.MANDATE]
        _take_place(request, arrival)


def admit(tag: Access, arrival: Arrival, *, at: datetime) -> KaimenError | None:
    """What refuses this arrival, or None. The order is from who one is to how one came."""
    actor = arrival.actor
    if actor.scopes is not None and (tag.scope or not tag.open_to_all) and tag.scope not in actor.scopes:
        return Refused("insufficient_scope", scope=tag.scope or "none")
    if tag.open_to_all:
        return None
    if actor.person is None:
        return Refused("sign_in_needed")
    if SIGNED_IN not in tag.roles and actor.role not in tag.roles:
        if arrival.lacking:
            return Refused(arrival.lacking)
        return Refused("role_missing", role=str(actor.role), roles=sorted(tag.roles))
    if tag.fresh_s is not None and not fresh(arrival, tag.fresh_s, at=at):
        return Refused("fresh_sign_in_needed", max_age_s=tag.fresh_s)
    return None


def fresh(arrival: Arrival, max_age_s: int, *, at: datetime) -> bool:
    """A person who signed in, or confirmed it, within the time. A token never is.

    A person of the demo always is: they have neither password nor factor to confirm it with, and anybody becomes them by a click.
    """
    signed_in_at = arrival.actor.signed_in_at
    if arrival.actor.via is Via.SESSION and demo.is_shared(arrival.account):
        return True
    return (
        arrival.actor.via is Via.SESSION
        and signed_in_at is not None
        and (at - signed_in_at).total_seconds() <= max_age_s
    )


def invalid_token(request: HttpRequest) -> HttpResponse:
    """One answer for every token that is not good."""
    response = answer(request, 401, "token_invalid", {})
    response["WWW-Authenticate"] = 'Bearer realm="kaimen", error="invalid_token"'
    return response


def _take_place(request: HttpRequest, arrival: Arrival) -> None:
    request.arrival, request.actor = arrival, arrival.actor  # type: ignore[attr-defined]


def _turned_away(request: HttpRequest, refused: KaimenError) -> HttpResponseBase:
    api = request.path_info.startswith(API)
    match refused.code:
        case "sign_in_needed" if api:
            response = answer(request, 401, refused.code, {})
            response["WWW-Authenticate"] = 'Bearer realm="kaimen"'
            return response
        case "sign_in_needed":
            return _to(request, "account_login")
        case "fresh_sign_in_needed" if not api:
            return _to(request, "account_reauthenticate")
        case "insufficient_scope":
            response = of_exception(request, refused)
            scope = refused.details["scope"]
            response["WWW-Authenticate"] = f'Bearer realm="kaimen", error="insufficient_scope", scope="{scope}"'
            return response
        case _:
            return of_exception(request, refused)


def _to(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """To a page of ours that leads back: to the address itself, or after a form to the page where it stood."""
    back = request.get_full_path()
    if request.method not in SAFE:
        referer = request.META.get("HTTP_REFERER", "")
        here = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
        parts = urlsplit(referer)
        back = (parts.path + (f"?{parts.query}" if parts.query else "")) if here else ""
    return HttpResponseRedirect(reverse(name) + (f"?{urlencode({'next': back})}" if back else ""))


def _token_in_address(request: HttpRequest) -> tokens.Token | None:
    address = request.META.get("QUERY_STRING", "") + " " + request.path_info
    if f"{tokens.API}_" not in address:
        return None
    found = [token for token in tokens.find(address) if token.kind == tokens.API]
    return found[0] if found else None


def _session_over(request: HttpRequest) -> bool:
    """Twelve hours in all; without a click thirty minutes for officers, eight hours for others. Written at most every five minutes."""
    account = request.user
    if not isinstance(account, Account):
        return False
    moment = (now() - selectors.running_ahead()).timestamp()  # real time, also where a demo's clock runs ahead
    began = float(request.session.get(BEGAN, moment))
    seen = float(request.session.get(SEEN, moment))
    idle = IDLE_OFFICER if account.hats else IDLE_OTHERS
    if moment - began > WHOLE.total_seconds() or moment - seen > idle.total_seconds():
        return True
    if BEGAN not in request.session:
        request.session[BEGAN] = moment
    if SEEN not in request.session or moment - seen > SEEN_EVERY_S:
        request.session[SEEN] = moment
    return False


def _form(request: HttpRequest) -> QueryDict:
    """What a page's form sent; nothing for the API and for reading."""
    own = request.method not in SAFE and not request.path_info.startswith(API)
    return request.POST if own else QueryDict()


def _not_exempt(request: HttpRequest) -> HttpResponse:
    """Stands for the view in the CSRF check: ninja marks its own as exempt."""
    del request
    return HttpResponse(status=500)
