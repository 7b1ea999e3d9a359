"""Where allauth asks us: no sign-up, one sentence for every failed sign-in, mails through the post, seeds of second factors sealed."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kaimen.accounts import sealing, selectors, services
from kaimen.web.now import now

SIGN_IN_FAILED = _("This address and password do not go together, or the account may not sign in now.")


class AccountAdapter(DefaultAccountAdapter):
    """Passwords and sessions."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": SIGN_IN_FAILED,
        "account_inactive": SIGN_IN_FAILED,
        "invalid_login": SIGN_IN_FAILED,
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code is not right, or it was used already. Wait for the next one."),
        "enter_current_password": _("Type your present password."),
        "same_as_current": _("The new one must differ from the present one."),
        "rate_limited": _("Too many tries. Wait a little, then try again."),
        "invalid_password_reset": _("This link was used already or is too old. Ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people come by invitation."""
        del request
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the letter and give it to the post, in the transaction that is open, if one is."""
        subject, text = self._letter(template_prefix, context)
        services.post_mail(to=email, subject=subject, text=text, now=now())

    def _letter(self, prefix: str, context: dict[str, Any]) -> tuple[str, str]:
        whole = {"request": self.request, **context}
        subject = " ".join(render_to_string(f"{prefix}_subject.txt", whole).split())
        try:
            text = render_to_string(f"{prefix}_message.txt", whole)
        except TemplateDoesNotExist:
            text = subject
        return subject, text.strip() + "\n"

    def format_email_subject(self, subject: str) -> str:
        """As written."""
        return subject

    def get_user_search_fields(self) -> list[str]:
        """By address only."""
        return ["email"]


class FactorAdapter(DefaultMFAAdapter):
    """Second factors."""

    def encrypt(self, text: str) -> str:
        """Seal a seed. All of one account's seeds share the place: allauth does not tell the row."""
        box = sealing.seal(text, column=sealing.FACTOR, row="")
        return base64.b64encode(box).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return sealing.unseal(base64.b64decode(encrypted_text), column=sealing.FACTOR, row="")

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002 - allauth's name
        """Prefill the name of a passkey."""
        del type
        number = user.authenticator_set.count() + 1  # type: ignore[attr-defined]
        return f"Passkey {number}" if get_language() == "en" else f"通行密钥 {number}"

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """What a passkey shows: the person's name, not the key of a row."""
        return super().get_public_key_credential_user_entity(user) | {"display_name": selectors.name_of(user)}
