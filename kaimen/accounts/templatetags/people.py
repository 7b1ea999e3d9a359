"""`{% load people %}`: the cards of a demo city, roles and states in words."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaimen.accounts import demo
from kaimen.accounts.forms import SCOPE_WORDS
from kaimen.accounts.roles import role
from kaimen.accounts.scopes import Scope
from kaimen.web.now import now

register = template.Library()


@register.simple_tag
def demo_cards() -> list[demo.Card]:
    """The people one may become; none outside a demo."""
    return demo.cards(at=now())


@register.filter
def role_name(code: str) -> str:
    """A role in the reader's language."""
    return role(code).name(get_language() or "")


@register.filter
def scope_words(code: str) -> str:
    """What a scope lets a token do."""
    return str(SCOPE_WORDS[Scope(code)])


@register.filter
def state_words(state: str) -> str:
    """The state of an appointment."""
    return {
        "nominated": _("waits for approval"),
        "approved": _("in office"),
        "suspended": _("suspended"),
        "ended": _("ended"),
    }[state]


@register.filter
def deed_words(what: str) -> str:
    """What was done."""
    return {"nominated": _("Named"), "approved": _("Approved"), "minted": _("Made a token")}[what]
