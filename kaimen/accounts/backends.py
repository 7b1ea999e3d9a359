"""Who Django takes a session for: the account, its person and its appointments in one query; suspended and outdated accounts are nobody."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from kaimen.accounts.models import Account


class Backend(AuthenticationBackend):
    """Asked on every request, so a suspension acts at the next one."""

    def get_user(self, user_id: str) -> Account | None:  # type: ignore[override]  # Django's stubs have int
        """The account behind a session."""
        account = Account.objects.with_hats(user_id)
        return account if account is not None and self.user_can_authenticate(account) else None

    def user_can_authenticate(self, user: AbstractBaseUser) -> bool:  # type: ignore[override]  # narrower on purpose
        """Active, and of a kind that signs in by hand."""
        return isinstance(user, Account) and user.is_active and user.kind != Account.Kind.SERVICE

    @classmethod
    def _stash_user(cls, user: AbstractBaseUser | None) -> None:  # type: ignore[override]  # allauth returns the one stashed before
        """Keep nobody for later: allauth would sign in or single out whoever had the right password but may not come in."""
        del user
