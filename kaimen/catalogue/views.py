"""Pages of this room: search for everybody; the list, the form, the review for those who compile."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kaimen.catalogue import forms, pages, selectors, services
from kaimen.catalogue.columns import LONGEST, columns_of
from kaimen.catalogue.lifecycle import AUTHORITY, LIFECYCLE
from kaimen.core.errors import Invalid, KaimenError
from kaimen.core.lifecycle import step
from kaimen.core.metadata.entry import Body
from kaimen.core.policy.party import Actor
from kaimen.web.access import PUBLIC, access
from kaimen.web.errors import words
from kaimen.web.now import now

OFFICE = tuple(sorted(selectors.OFFICIAL))


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


@access(PUBLIC)
def search(request: HttpRequest) -> HttpResponse:
    """`/data`: find what is published."""
    question = pages.asked(request.GET)
    found = _found(question, page=question.page, by=_by(request))
    if found.page > found.pages:
        found = _found(question, page=found.pages, by=_by(request))
    return render(request, "catalogue/search.html", pages.search(found, question))


def _found(question: pages.Asked, *, page: int, by: Actor) -> selectors.SearchPage:
    return selectors.find_or_newest(
        question.text,
        by=by,
        filters=question.filters,
        sort=question.sort,
        page=page,
        size=pages.SIZE,
        facets=pages.SHOWN,
    )


@access(*OFFICE)
@never_cache
def my_entries(request: HttpRequest) -> HttpResponse:
    """`/catalogue`: what I work on."""
    state = request.GET.get("state") or None
    by = _by(request)
    found = selectors.work_lines(by, state=state)
    return render(
        request,
        "catalogue/mine.html",
        {
            "lines": pages.lines(found, foreign=by.role == AUTHORITY),
            "states": [(code, words, code == state) for code, words in pages.STATES.items()],
            "may_begin": by.role == "steward",
            "section": "desk",
        },
    )


@access(*OFFICE)
@never_cache
def entry(request: HttpRequest, entry_id: str) -> HttpResponse:
    """`/catalogue/<id>`: the working copy, its story, and what I may do with it."""
    return _entry_page(request, entry_id)


def _entry_page(request: HttpRequest, entry_id: str, *, status: int = 200, **bound: object) -> HttpResponse:
    found = selectors.working(_by(request), entry_id, now=now())
    blank = {"assess_form": forms.Assess(), "decide_form": forms.Decide(), "reason_form": forms.Reason()}
    return render(request, "catalogue/entry.html", pages.working(found) | blank | bound, status=status)


@access("steward")
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """`/catalogue/new`: the first page of the form makes the entry."""
    form = forms.About(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.draft(form.applied(Body()), by=_by(request), now=now())
        except Invalid as invalid:
            form.add_error(None, words(invalid.code, invalid.details).what)
        else:
            return redirect("catalogue_edit", made, "columns")
    return render(
        request,
        "catalogue/form.html",
        {"form": form, "page": forms.SECTIONS[0], "section": "desk"},
        status=422 if form.errors else 200,
    )


@access("steward")
@never_cache
def edit(request: HttpRequest, entry_id: str, section: str) -> HttpResponse:
    """`/catalogue/<id>/edit/<section>`: one subject a page."""
    page = next((one for one in forms.SECTIONS if one.name == section), None)
    if page is None:
        raise Http404
    found = selectors.working(_by(request), entry_id, now=now())
    step(LIFECYCLE, found.entry.state, "save")
    return _edit_columns(request, found, page) if page.form is None else _edit_fields(request, found, page)


def _edit_fields(request: HttpRequest, found: selectors.Working, page: forms.Section) -> HttpResponse:
    assert page.form is not None  # noqa: S101 - the caller chose
    form = page.form(request.POST or None, initial=page.form.initial_of(found.body))
    if request.method == "POST" and form.is_valid():
        try:
            return _saved(request, found, page, form.applied(found.body))
        except Invalid as invalid:
            form.add_error(None, words(invalid.code, invalid.details).what)
    return _form_page(request, found, page, form=form, failed=bool(form.errors))


def _edit_columns(request: HttpRequest, found: selectors.Working, page: forms.Section) -> HttpResponse:
    known = {item.column: item for item in found.body.items}
    initial = [forms.ItemForm.initial_of_item(item) for item in found.body.items]
    rows: BaseFormSet = forms.ItemForms(request.POST or None, initial=initial, prefix="items")
    if request.method == "POST" and rows.is_valid():
        kept = [row for row in rows if row.has_changed() or row.initial]
        items = tuple(
            row.item(known) for row in kept if not row.cleaned_data.get("DELETE") and row.cleaned_data.get("column")
        )
        return _saved(request, found, page, replace(found.body, items=items))
    return _form_page(request, found, page, rows=rows, head=forms.HeadOfFile(), failed=rows.is_bound)


def _saved(request: HttpRequest, found: selectors.Working, page: forms.Section, body: Body) -> HttpResponse:
    seen = request.POST.get("revision", "")
    expected = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else None
    services.draft(body, entry_id=found.entry.pk, expected=expected, by=_by(request), now=now())
    place = forms.SECTIONS.index(page)
    messages.info(request, _("Saved."))
    if "stay" in request.POST:
        return redirect("catalogue_edit", found.entry.pk, page.name)
    if place + 1 < len(forms.SECTIONS):
        return redirect("catalogue_edit", found.entry.pk, forms.SECTIONS[place + 1].name)
    return redirect("catalogue_entry", found.entry.pk)


def _form_page(
    request: HttpRequest, found: selectors.Working, page: forms.Section, *, failed: bool, **more: object
) -> HttpResponse:
    place = forms.SECTIONS.index(page)
    context = pages.working(found) | {
        "page": page,
        "number": place + 1,
        "of": len(forms.SECTIONS),
        "revision": found.revision,
        "here": [one for one in found.findings if forms.section_of(one) is page],
        "points": [point for point in pages.points(found) if point.url.endswith(f"/{page.name}")],
    }
    return render(request, "catalogue/form.html", context | more, status=422 if failed else 200)


@access("steward")
@require_POST
def columns_from_file(request: HttpRequest, entry_id: str) -> HttpResponse:
    """Columns drafted from the head of a file; those that are there already stay as they are."""
    found = selectors.working(_by(request), entry_id, now=now())
    form = forms.HeadOfFile(request.POST, request.FILES)
    if form.is_valid():
        known = {item.column for item in found.body.items}
        fresh = tuple(item for item in columns_of(form.cleaned_data["file"].read(LONGEST)) if item.column not in known)
        body = replace(found.body, items=(*found.body.items, *fresh))
        services.draft(body, entry_id=entry_id, expected=found.revision, by=_by(request), now=now())
        messages.info(request, _("%(n)s columns were added. Name each and give it a level.") % {"n": len(fresh)})
    return redirect("catalogue_edit", entry_id, "columns")


@access(*OFFICE)
@never_cache
def differences(request: HttpRequest, entry_id: str) -> HttpResponse:
    """`/catalogue/<id>/diff?before=1&after=2`."""
    found = selectors.working(_by(request), entry_id, now=now())
    before, after = (_version(request.GET.get(name, ""), found) for name in ("before", "after"))
    changes = selectors.version_diff(_by(request), entry_id, before, after)
    return render(
        request,
        "catalogue/diff.html",
        pages.working(found)
        | {"before": before, "after": after, "changes": pages.changes(changes), "versions": sorted(found.versions)},
    )


def _version(text: str, found: selectors.Working) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:9]) in found.versions):
        raise Http404
    return int(text)


@access(*OFFICE)
@require_POST
def act(request: HttpRequest, entry_id: str, verb: str) -> HttpResponse:
    """One step, by whoever may. A refusal that the person can mend stays on the page."""
    by, at = _by(request), now()
    try:
        match verb:
            case "check":
                services.check(entry_id, by=by, now=at)
            case "submit":
                services.submit(entry_id, by=by, now=at)
            case "head_approve":
                services.head_approve(entry_id, by=by, now=at)
            case "keep":
                services.keep(entry_id, by=by, now=at)
            case "end":
                services.end(entry_id, by=by, now=at)
            case "head_decline" | "change" | "retire":
                getattr(services, verb)(entry_id, reason=request.POST.get("reason", ""), by=by, now=at)
            case "revert":
                services.revert(entry_id, to=int(request.POST.get("to", "0")[:9] or 0), by=by, now=at)
            case "assess":
                return _assess(request, entry_id)
            case "decide":
                return _decide(request, entry_id)
            case _:
                raise Http404
    except Invalid as invalid:
        messages.error(request, " ".join(part for part in _said(invalid) if part))
        return redirect("catalogue_entry", entry_id)
    messages.info(request, str(pages.DONE.get(verb, _("Saved."))))
    return _onwards(by, entry_id)


def _said(error: KaimenError) -> tuple[str, str]:
    said = words(error.code, error.details)
    return said.what, said.todo


def _assess(request: HttpRequest, entry_id: str) -> HttpResponse:
    form = forms.Assess(request.POST)
    if not form.is_valid():
        return _entry_page(request, entry_id, status=422, assess_form=form)
    confidentiality, pi = form.assessments()
    services.assess(entry_id, confidentiality=confidentiality, pi=pi, by=_by(request), now=now())
    return redirect("catalogue_entry", entry_id)


def _decide(request: HttpRequest, entry_id: str) -> HttpResponse:
    form = forms.Decide(request.POST)
    if not form.is_valid():
        return _entry_page(request, entry_id, status=422, decide_form=form)
    faults = [services.Fault(code=code) for code in form.cleaned_data["faults"]]
    verdict = form.cleaned_data["verdict"]
    services.decide(entry_id, verdict, faults=faults, note=form.cleaned_data["note"], by=_by(request), now=now())
    messages.info(request, str(pages.DONE["publish" if verdict == "approve" else "return"]))
    return _onwards(_by(request), entry_id)


def _onwards(by: Actor, entry_id: str) -> HttpResponse:
    """To the entry, or to the list when it is no longer mine to see."""
    return redirect("catalogue_entry", entry_id) if selectors.is_workable(by, entry_id) else redirect("catalogue")
