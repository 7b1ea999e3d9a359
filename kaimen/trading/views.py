"""Pages of this room: the exchange and its operator, the public notices with their objections, the certificate of a registration."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kaimen.accounts import selectors as accounts
from kaimen.core.policy.party import ANYBODY, Actor, InstitutionId
from kaimen.trading import selectors, services
from kaimen.web.access import PUBLIC, SIGNED_IN, access
from kaimen.web.now import now


class Objection(forms.Form):
    """An objection carries a name."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=300)
    contact = forms.CharField(label=gettext_lazy("How we reach you"), max_length=300)
    text = forms.CharField(label=gettext_lazy("What you object to"), max_length=4000, widget=forms.Textarea)


class Operator(forms.Form):
    """Who may run the exchange."""

    institution = forms.CharField(label=gettext_lazy("Short name of the operator"), max_length=80, required=False)
    licence = forms.CharField(label=gettext_lazy("Licence or approval"), max_length=200, required=False)
    rules_version = forms.CharField(label=gettext_lazy("Version of the trading rules"), max_length=60, required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


def _by(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


def _name(institution: str) -> str:
    return str(accounts.institution_names([InstitutionId(institution)]).get(InstitutionId(institution), "—"))


@access(PUBLIC)
def exchange(request: HttpRequest) -> HttpResponse:
    """`/exchange`: whether there is a lawful operator; officers of the authority name one here."""
    held = selectors.operator()
    return render(
        request,
        "trading/exchange.html",
        {
            "operator": held,
            "name": _name(held.institution) if held else "",
            "form": Operator() if selectors.may_set(_by(request)) else None,
        },
    )


@access(selectors.SETS)
@require_POST
def set_operator(request: HttpRequest) -> HttpResponse:
    """Name the operator, or switch trading off."""
    form = Operator(request.POST)
    if not form.is_valid():
        held = selectors.operator()
        context = {"operator": held, "name": _name(held.institution) if held else "", "form": form}
        return render(request, "trading/exchange.html", context, status=422)
    services.set_operator(on="off" not in request.POST, **form.cleaned_data, by=_by(request), now=now())
    messages.info(request, _("Saved."))
    return redirect("exchange")


@access(PUBLIC)
def notices(request: HttpRequest) -> HttpResponse:
    """`/exchange/notices`: what is to be registered, for everybody to look at."""
    lines = [
        {
            "case": case,
            "title": case.facts.get("title", ""),
            "body": _name(seat.institution) if (seat := case.seat("registrant")) else "—",
            "source": case.facts.get("source_statement", ""),
            "objected": case.state == "objected",
        }
        for case in selectors.notices()
    ]
    return render(request, "trading/notices.html", {"lines": lines})


@access(SIGNED_IN)
def object_to(request: HttpRequest, number: str) -> HttpResponse:
    """An objection with a name."""
    found = selectors.notice(number)
    form = Objection(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.object_to(number, **form.cleaned_data, by=_by(request), now=now())
        messages.info(request, _("Your objection is recorded. The registration waits until it is resolved."))
        return redirect("exchange_notices")
    context = {"form": form, "case": found, "title": found.facts.get("title", "")}
    return render(request, "trading/object.html", context, status=422 if form.errors else 200)


@access(PUBLIC)
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """`/exchange/assets/<code>`: what the register says, to read and print."""
    found = selectors.asset(code)
    return render(request, "trading/certificate.html", {"asset": found, "body": _name(found.institution)})
