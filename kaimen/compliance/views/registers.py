"""Pages of the registers beside the law."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kaimen.accounts import selectors as accounts
from kaimen.catalogue.selectors import reads_government
from kaimen.compliance import pledge, registers, services
from kaimen.compliance.forms import Confirm
from kaimen.compliance.selectors import commitments as commitments_of
from kaimen.compliance.selectors import exports as exports_of
from kaimen.compliance.selectors import grading as grading_of
from kaimen.compliance.selectors import inventory
from kaimen.compliance.selectors import officers as officers_of
from kaimen.compliance.selectors import vendors as vendors_of
from kaimen.core.errors import Invalid, Refused
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.office.selectors import rules
from kaimen.web.access import PUBLIC, SIGNED_IN, access
from kaimen.web.now import now


def _by(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


@access(PUBLIC)
def officers(request: HttpRequest) -> HttpResponse:
    """`/officers`: every public body with its posts and who holds them."""
    return render(request, "compliance/officers.html", registers.officers(officers_of.officers(at=now())))


@access(PUBLIC)
def officers_past(request: HttpRequest, slug: str) -> HttpResponse:
    """`/officers/<body>`: every office of a body that was ever published. Names of those who left are for officers."""
    at = now()
    body = accounts.public_institution(slug, at=at)
    rows = officers_of.history(str(body.pk))
    context = registers.history(body, rows, officers_of.present(rows, at=at), official=reads_government(_by(request)))
    return render(request, "compliance/officers_past.html", context)


@access(SIGNED_IN)
@never_cache
def exports(request: HttpRequest) -> HttpResponse:
    """`/exports`: exports of data that the reader may know of, and how much of each ceiling is used."""
    return render(request, "compliance/exports.html", registers.exports(exports_of.exports(_by(request), now=now())))


@access(SIGNED_IN)
@never_cache
def vendors(request: HttpRequest) -> HttpResponse:
    """`/vendors`: contracts with vendors that the reader may know of, and the accounts that hang on them."""
    return render(request, "compliance/vendors.html", registers.vendors(vendors_of.vendors(_by(request), now=now())))


@access(PUBLIC)
def processing(request: HttpRequest) -> HttpResponse:
    """`/processing`: what bodies do with personal information, as far as it is for everybody."""
    return render(request, "compliance/processing.html", registers.processing(inventory.records()))


@access(SIGNED_IN)
@never_cache
def processing_work(request: HttpRequest) -> HttpResponse:
    """`/processing/work`: what is to be declared, and what the gate gave that nobody declared."""
    by = _by(request)
    context = registers.processing_work(inventory.undeclared(by), inventory.findings_for(by, now=now()))
    return render(request, "compliance/processing_work.html", context)


@access(SIGNED_IN)
@never_cache
def grading(request: HttpRequest) -> HttpResponse:
    """`/grading`: entries with columns whose level nobody has confirmed as they stand now."""
    return render(request, "compliance/grading.html", registers.grading(grading_of.desks(_by(request))))


@access(SIGNED_IN)
@never_cache
def grading_entry(request: HttpRequest, name: str) -> HttpResponse:
    """`/grading/<entry>`: its columns with what is suggested and why; an officer confirms the levels."""
    by = _by(request)
    desk = grading_of.desk(by, name)
    form = Confirm(request.POST if request.method == "POST" else None, columns=desk.columns)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.confirm(desk.entry.id, form.levels(), reason=form.cleaned_data["reason"], by=by, now=now())
            except (Invalid, Refused) as refused:
                form.refuse(refused)
                status = refused.status
            else:
                messages.info(request, _("Saved."))
                return redirect("grading_entry", desk.entry.slug)
    return render(request, "compliance/grading_entry.html", registers.grading_entry(desk, form, by=by), status=status)


@access(SIGNED_IN)
@never_cache
def commitments(request: HttpRequest) -> HttpResponse:
    """`/commitments`: commitments of the reader's body, and those made for its data."""
    found = commitments_of.commitments(_by(request))
    return render(request, "compliance/commitments.html", registers.commitments(found))


@access(PUBLIC)
def commitment_text(request: HttpRequest) -> HttpResponse:
    """`/commitments/text`: what whoever gets data commits themselves to."""
    text = pledge.pledge_on(rules().calendar.day(now()))
    return render(request, "compliance/commitment_text.html", registers.commitment_text(text))
