"""Addresses of this room. allauth's are named one by one: an address that an update brings along stays shut."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as sessions
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, re_path

from kaimen.accounts import views
from kaimen.accounts.models import Account
from kaimen.accounts.permissions import not_for_demo
from kaimen.web.access import PUBLIC, SIGNED_IN, access

FRESH_S = 900


def _entrance(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    """For those who are not in yet."""
    return path(f"accounts/{route}", access(PUBLIC)(view), name=name)


def _own(route: str, view: Callable[..., HttpResponseBase], name: str, *, fresh_s: int | None = None) -> URLPattern:
    """For the holder; shut for the shared accounts of a demo."""
    return path(f"accounts/{route}", not_for_demo(access(SIGNED_IN, fresh_s=fresh_s)(view)), name=name)


def _password(request: HttpRequest) -> HttpResponseBase:
    """Change it; whoever comes by passkey alone has none and sets their first by a letter. (allauth would send them to an address of its own.)"""
    if isinstance(request.user, Account) and not request.user.has_usable_password():
        return redirect("account_reset_password")
    return account.password_change(request)


def _verify(request: HttpRequest) -> HttpResponseBase:
    """For those who are not in yet: nothing waits for whoever is. (allauth would send them to an address of its own.)"""
    return redirect("desk") if request.user.is_authenticated else account.email_verification_sent(request)


urlpatterns: list[URLPattern | URLResolver] = [
    _entrance("login", account.login, "account_login"),
    _entrance("logout", account.logout, "account_logout"),
    _entrance("inactive", account.account_inactive, "account_inactive"),
    _entrance("verify", _verify, "account_email_verification_sent"),
    _entrance("password/forgotten", account.password_reset, "account_reset_password"),
    _entrance("password/forgotten/sent", account.password_reset_done, "account_reset_password_done"),
    re_path(
        r"^accounts/password/forgotten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)$",
        access(PUBLIC)(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    _entrance("password/new", account.password_reset_from_key_done, "account_reset_password_from_key_done"),
    _entrance("code", factors.authenticate, "mfa_authenticate"),
    _entrance("passkey", passkeys.login_webauthn, "mfa_login_webauthn"),
    _own("confirm", account.reauthenticate, "account_reauthenticate"),
    _own("confirm/code", factors.reauthenticate, "mfa_reauthenticate"),
    _own("confirm/passkey", passkeys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    _own("password", _password, "account_change_password"),
    _own("factors", factors.index, "mfa_index"),
    _own("factors/app", totp.activate_totp, "mfa_activate_totp", fresh_s=FRESH_S),
    _own("factors/app/remove", totp.deactivate_totp, "mfa_deactivate_totp", fresh_s=FRESH_S),
    _own("factors/codes", recovery.view_recovery_codes, "mfa_view_recovery_codes", fresh_s=FRESH_S),
    _own("factors/codes/new", recovery.generate_recovery_codes, "mfa_generate_recovery_codes", fresh_s=FRESH_S),
    _own("factors/codes/file", recovery.download_recovery_codes, "mfa_download_recovery_codes", fresh_s=FRESH_S),
    _own("factors/passkeys", passkeys.list_webauthn, "mfa_list_webauthn"),
    _own("factors/passkeys/add", passkeys.add_webauthn, "mfa_add_webauthn", fresh_s=FRESH_S),
    _own("factors/passkeys/<int:pk>/remove", passkeys.remove_webauthn, "mfa_remove_webauthn", fresh_s=FRESH_S),
    _own("factors/passkeys/<int:pk>/name", passkeys.edit_webauthn, "mfa_edit_webauthn"),
    _own("devices", sessions.list_usersessions, "usersessions_list"),
    path("invitation/<str:text>", views.invitation, name="invitation"),
    path("activate/<str:text>", views.activation, name="activation"),
    path("demo/become", views.become, name="demo_become"),
    path("desk", views.show_desk, name="desk"),
    path("desk/calendar", views.subscribe, name="desk_subscribe"),
    path("desk/calendar/<slug:feed_id>/end", views.unsubscribe, name="desk_unsubscribe"),
    path("desk/calendar/<slug:text>.ics", views.show_calendar, name="desk_calendar"),
    path("desk/hat", views.put_on, name="put_on_hat"),
    path("desk/account", views.show_account, name="account"),
    path("desk/tokens", views.mint_token, name="mint_token"),
    path("desk/tokens/<slug:token_id>/rotate", views.rotate_token, name="rotate_token"),
    path("desk/tokens/<slug:token_id>/revoke", views.revoke_token, name="revoke_token"),
    path("desk/people", views.show_people, name="people"),
    path("desk/people/nominate", views.nominate, name="nominate"),
    path("desk/people/<uuid:appointment_id>/<slug:verb>", views.act_on_appointment, name="act_on_appointment"),
    path("desk/behalf", views.act_for, name="act_for"),
    path("desk/behalf/end", views.stop_acting_for, name="stop_acting_for"),
    path("desk/behalf/<uuid:mandate_id>/go-on", views.go_on_for, name="go_on_for"),
    path("desk/behalf/<uuid:mandate_id>/end", views.end_mandate, name="end_mandate"),
    path("org/<slug:slug>", views.show_institution, name="institution"),
]
