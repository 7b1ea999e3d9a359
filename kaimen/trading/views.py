"""Pages of this room: the exchange and its operator, products, orders, alerts, the journal, notices, certificates."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.office import selectors as office
from kaimen.trading import pages, selectors, services
from kaimen.web.access import PUBLIC, SIGNED_IN, access
from kaimen.web.now import now


class Objection(forms.Form):
    """An objection carries a name."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=300)
    contact = forms.CharField(
        label=gettext_lazy("How we reach you"),
        max_length=300,
        help_text=gettext_lazy("Only the registration body sees it."),
    )
    text = forms.CharField(label=gettext_lazy("What you object to"), max_length=4000, widget=forms.Textarea)


class SwitchOff(forms.Form):
    """Why trading stops."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


def _by(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


@access(PUBLIC)
def exchange(request: HttpRequest) -> HttpResponse:
    """`/exchange`: whether there is a lawful operator, and what can be done; officers of the authority begin to name one here."""
    return render(request, "trading/exchange.html", _exchange(request, SwitchOff()))


def _exchange(request: HttpRequest, form: SwitchOff) -> dict[str, object]:
    by, held = _by(request), selectors.operator()
    mine = selectors.party(str(by.institution or "")) if by.role == "trader" else None
    return {
        "section": "exchange",
        "operator": held,
        "name": pages.name_of(held.institution) if held else "",
        "fee": f"{held.fee_bp / 100:.2f} %" if held else "",
        "products": len(selectors.products()),
        "trades": by.role == "trader",
        "party": mine,
        "signed_in": by.person is not None,
        "books": selectors.may_see_books(by),
        "sets": selectors.may_set(by),
        "form": form if held else None,
        "propose_url": pages.proposal_url(held),
        "proposals": selectors.proposals(),
    }


@access(selectors.SETS)
@require_POST
def switch_off(request: HttpRequest) -> HttpResponse:
    """Switch trading off, at once."""
    form = SwitchOff(request.POST)
    if not form.is_valid():
        return render(request, "trading/exchange.html", _exchange(request, form), status=422)
    services.switch_off(reason=form.cleaned_data["reason"], by=_by(request), now=now())
    messages.info(request, _("Trading is switched off."))
    return redirect("exchange")


@access(PUBLIC)
def products(request: HttpRequest) -> HttpResponse:
    """`/exchange/products`: what is offered."""
    context = {"section": "exchange", "on": selectors.operator() is not None}
    return render(request, "trading/products.html", context | {"lines": pages.product_lines(selectors.products())})


@access(PUBLIC)
def product(request: HttpRequest, code: str) -> HttpResponse:
    """`/exchange/products/<code>`: one product with its source, limits and reviews."""
    found = selectors.product(code)
    valid = found.source_until >= office.rules().calendar.day(now())
    context = pages.product(found, _by(request), valid=valid)
    return render(request, "trading/product.html", context | {"section": "exchange"})


@access(SIGNED_IN)
@never_cache
def orders(request: HttpRequest) -> HttpResponse:
    """`/exchange/orders`: the orders of my body."""
    lines = pages.order_lines(selectors.orders(_by(request)), _by(request))
    return render(request, "trading/orders.html", {"section": "exchange", "lines": lines})


@access(SIGNED_IN)
@never_cache
def order(request: HttpRequest, number: str) -> HttpResponse:
    """`/exchange/orders/<number>`: contract, payment, delivery, and what each rests on."""
    found = selectors.order_for(_by(request), number)
    return render(request, "trading/order.html", pages.order(found, _by(request)) | {"section": "exchange"})


@access("exchange_staff", "authority_reviewer", "auditor")
@never_cache
def alerts(request: HttpRequest) -> HttpResponse:
    """`/exchange/alerts`: what the rules saw."""
    lines = pages.alert_lines(selectors.alerts(_by(request)))
    return render(request, "trading/alerts.html", {"section": "exchange", "lines": lines})


@access("exchange_staff", "authority_reviewer", "auditor")
@never_cache
def journal(request: HttpRequest) -> HttpResponse:
    """`/exchange/journal`: balances and the newest entries."""
    selectors.books_or_refuse(_by(request))
    return render(request, "trading/journal.html", pages.books() | {"section": "exchange"})


@access(PUBLIC)
def notices(request: HttpRequest) -> HttpResponse:
    """`/exchange/notices`: what is to be registered, for everybody to look at."""
    lines = [
        {
            "case": case,
            "title": case.facts.get("title", ""),
            "body": pages.name_of(seat.institution) if (seat := case.seat("registrant")) else "—",
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
        done = services.object_to(number, **form.cleaned_data, by=_by(request), now=now())
        messages.info(
            request,
            _("Your objection is recorded. The registration waits until it is resolved; the answer comes here."),
        )
        return redirect("case", done.case.number)
    context = {"form": form, "case": found, "title": found.facts.get("title", "")}
    return render(request, "trading/object.html", context, status=422 if form.errors else 200)


@access(PUBLIC)
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """`/exchange/assets/<code>`: what the register says, to read and print."""
    found = selectors.asset(code)
    return render(request, "trading/certificate.html", pages.certificate(found))
