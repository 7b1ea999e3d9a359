"""The form by which a technical contact is sent the link for a token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from kaimen.accounts.services import TOKEN_DAYS
from kaimen.core.errors import KaimenError
from kaimen.web.errors import words

FIELDS = {"activation_contact": "contact", "same_person": "contact", "token_name": "name", "token_days": "days"}
"""Which field a refusal of the service belongs to."""


class SendLink(forms.Form):
    """Who makes the token, what it is called, how long it lasts."""

    contact = forms.ChoiceField(
        label=gettext_lazy("Technical contact"),
        help_text=gettext_lazy(
            "A colleague with an office in your body; the link goes to their address. You see neither link nor token."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy("For example: nightly load of the timetable"),
        max_length=80,
    )
    days = forms.IntegerField(
        label=gettext_lazy("For how many days?"),
        help_text=gettext_lazy("It ends with the agreement at the latest."),
        min_value=1,
        max_value=TOKEN_DAYS,
        initial=90,
    )

    def __init__(self, *args: Any, contacts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["contact"]).choices = list(contacts)

    def refuse(self, error: KaimenError) -> None:
        """What the service refused, beside the field that it is about."""
        said = words(error.code, error.details)
        self.add_error(FIELDS.get(error.code), f"{said.what} {said.why}")
