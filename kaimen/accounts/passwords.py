"""What a password must not be. Length is all we ask for; no composition rules, no forced change."""

from __future__ import annotations

import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaimen.accounts import sealing
from kaimen.accounts.models import Account


class Length:
    """At least this many characters."""

    def __init__(self, min_length: int = 12) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: object = None) -> None:
        """Raises `ValidationError`."""
        del user
        if len(unicodedata.normalize("NFKC", password)) < self.min_length:
            raise ValidationError(
                gettext_lazy("Use at least %(min_length)d characters. Several words are easiest to remember."),
                code="password_too_short",
                params={"min_length": self.min_length},
            )

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return _("At least %(min_length)d characters. Several words are easiest to remember.") % {
            "min_length": self.min_length
        }


class NamesOfTheDay:
    """Not the names that anybody would try first: of the person, the address, the city, the product."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises `ValidationError`."""
        names = {settings.KAIMEN_CITY_ZH, settings.KAIMEN_CITY_EN, "kaimen", "开门"}
        if isinstance(user, Account):
            names |= {user.email, user.email.partition("@")[0]}
            names.add(sealing.unseal(user.person.name_sealed, column=sealing.NAME, row=user.person_id))
        plain = password.casefold()
        for name in names:
            rest = plain.replace(name.casefold(), "") if name else plain
            if len(plain) - len(rest) and len(rest) < 8:
                raise ValidationError(
                    gettext_lazy("This is too close to a name that others would try first."),
                    code="password_too_similar",
                )

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return _("Not your name, your address or the city's name.")
