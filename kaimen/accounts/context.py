"""What the header of every page knows of the reader: who, for which body, on whose behalf; and the hat that a form was drawn for."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaimen.accounts import selectors
from kaimen.accounts.models import Hat
from kaimen.accounts.selectors import NOBODY, OWN_SELF, Arrival
from kaimen.web.now import now


def arrival_of(request: HttpRequest) -> Arrival:
    """Who is at the door, as the middleware found out."""
    return getattr(request, "arrival", NOBODY)


def hat_worn(arrival: Arrival) -> str:
    """The key of the hat in which the next form will be sent: an appointment, or oneself."""
    return str(arrival.hat.id) if arrival.hat is not None and arrival.actor.institution else OWN_SELF


def institution_of(hat: Hat) -> str:
    """The body's name in the reader's language."""
    return hat.institution_en if get_language() == "en" else hat.institution_zh


def signed_in(request: HttpRequest) -> dict[str, object]:
    """Template context: `me`, `sign_in_url`, `acting_for`, `hat_field`, `clock`."""
    arrival = arrival_of(request)
    if arrival.account is None:
        return {"me": None, "sign_in_url": reverse("account_login"), "clock": now()}
    worn = arrival.hat if arrival.actor.institution else None
    name = selectors.name_of(arrival.account)
    behalf = arrival.actor.on_behalf
    return {
        "clock": now(),
        "me": {"url": reverse("desk"), "name": name, "institution": institution_of(worn) if worn else ""},
        "acting_for": {"who": name, "for_whom": behalf.described_as or _("a person known here")} if behalf else None,
        "hat_field": format_html('<input type="hidden" name="hat" value="{}">', hat_worn(arrival)),
    }
