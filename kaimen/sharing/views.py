"""Pages of this room: the agreements of my body, and one agreement to read and print."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kaimen.accounts import services as accounts
from kaimen.cases import selectors as cases
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.policy.party import Actor
from kaimen.sharing import pages, selectors, services
from kaimen.sharing.forms import SendLink
from kaimen.sharing.models import Agreement
from kaimen.web.access import SIGNED_IN, access
from kaimen.web.now import now

OPENERS = tuple(sorted(accounts.OPENERS - {"operator"}))


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


@access(SIGNED_IN)
@never_cache
def agreements(request: HttpRequest) -> HttpResponse:
    """`/agreements`: what was signed, and what the gate gives between this body and others without an agreement."""
    by = _by(request)
    others = pages.others(selectors.other_grants(by, now=now()), by=by)
    may_begin = cases.may_begin(by, cases.workflow("sharing_request")) is not None
    shown = {
        "section": "cases",
        "lines": pages.lines(selectors.agreements(by)),
        "others": others,
        "may_begin": may_begin,
        "may_end": any(one["may_end"] for one in others),
    }
    return render(request, "sharing/agreements.html", shown)


@access(*sorted(services.HEADS))
@require_POST
@never_cache
def end_grant(request: HttpRequest) -> HttpResponse:
    """End a grant that no case made."""
    services.end_grant(request.POST.get("code", ""), reason=request.POST.get("reason", ""), by=_by(request), now=now())
    messages.success(request, _("The gate is shut for its holder."))
    return redirect("agreements")


@access(SIGNED_IN)
@never_cache
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    """`/agreements/<code>`: what was agreed, and for the demand side the way to its token."""
    return _page(request, selectors.agreement_for(_by(request), code), None)


@access(*OPENERS)
@require_POST
@never_cache
def send_link(request: HttpRequest, code: str) -> HttpResponse:
    """Have the link for a token sent to a technical contact."""
    by, moment = _by(request), now()
    kept = selectors.agreement_for(by, code)
    form, status = SendLink(request.POST, contacts=pages.contacts(kept, by=by, now=moment)), 422
    if form.is_valid():
        try:
            services.send_link(kept.code, **form.cleaned_data, scopes=pages.DEFAULT_SCOPES, by=by, now=moment)
        except (Invalid, Missing, Refused) as refused:
            form.refuse(refused)
            status = refused.status
        else:
            messages.success(request, _("The link is on its way to the contact."))
            return redirect("agreement", kept.code)
    return _page(request, kept, form, status=status)


@access(*OPENERS)
@require_POST
def end_link(request: HttpRequest, code: str, link: str) -> HttpResponse:
    """Take back a link that was not used."""
    services.end_link(code, link, by=_by(request), now=now())
    messages.success(request, _("The link makes no token any more."))
    return redirect("agreement", code)


def _page(request: HttpRequest, kept: Agreement, form: SendLink | None, *, status: int = 200) -> HttpResponse:
    by, moment = _by(request), now()
    shown = pages.agreement(kept) | pages.way_to_token(kept, by=by, now=moment)
    if shown.get("may_send"):
        contacts = pages.contacts(kept, by=by, now=moment)
        shown |= {
            "contacts": contacts,
            "form": form or SendLink(contacts=contacts, initial={"name": str(shown["title"])[:80]}),
        }
    elif form is not None:
        raise Refused("agreement_not_yours")
    return render(request, "sharing/agreement.html", shown, status=status)
