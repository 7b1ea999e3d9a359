"""Pages of this room: feeds of my body, one feed with its loads and a form, one load with its books and what stayed behind."""

from __future__ import annotations

from itertools import islice

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kaimen.core.errors import Invalid, KaimenError, Missing
from kaimen.core.policy.party import Actor
from kaimen.lake import pages, quarantined, selectors, services
from kaimen.web.access import access
from kaimen.web.errors import words
from kaimen.web.now import now

READERS = tuple(sorted(selectors.READERS))
LOADERS = tuple(sorted(selectors.LOADERS))
SHOWN = 200
UPLOAD_BLOCK = 1 << 20


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


@access(*READERS)
@never_cache
def lake(request: HttpRequest) -> HttpResponse:
    """`/lake`: the feeds of my body, each with its last load."""
    by = _by(request)
    lines = selectors.feeds_for(by, now=now())
    may_load = by.role in selectors.LOADERS
    entries = selectors.entries_without_feed(by) if may_load else []
    return render(request, "lake/feeds.html", pages.feeds(lines) | {"may_load": may_load, "entries": entries})


@access(*LOADERS)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Make the feed of files for an entry."""
    feed = services.feed_for_file(request.POST.get("entry", ""), by=_by(request), now=now())
    return redirect("lake_feed", feed.pk)


@access(*READERS)
@never_cache
def feed(request: HttpRequest, feed_id: str) -> HttpResponse:
    """`/lake/feeds/<id>`: its loads, newest first, and the form to send a file."""
    by, moment = _by(request), now()
    found = selectors.feed(selectors.feed_of(by, feed_id).pk, now=moment)
    loads = selectors.loads(found.id, now=moment)
    return render(request, "lake/feed.html", pages.feed(found, loads) | {"may_load": by.role in selectors.LOADERS})


@access(*LOADERS)
@require_POST
def upload(request: HttpRequest, feed_id: str) -> HttpResponse:
    """Take a file and hand it to the worker."""
    by, moment = _by(request), now()
    found = selectors.feed_of(by, feed_id)
    sent = request.FILES.get("file")
    if sent is None and found.source.kind == "file":
        _tell(request, Missing("file_missing"))
        return redirect("lake_feed", feed_id)
    try:
        delivery = services.receive(found, sent.chunks(UPLOAD_BLOCK), name=sent.name or "") if sent else None
        load = services.start(found.pk, delivery=delivery, by=by, now=moment)
    except Invalid as error:
        _tell(request, error)
        return redirect("lake_feed", feed_id)
    return redirect("lake_load", load.pk)


@access(*READERS)
@never_cache
def load(request: HttpRequest, load_id: str) -> HttpResponse:
    """`/lake/loads/<id>`: where it stands, the books, what stayed behind; the part alone when htmx asks."""
    return _load_page(request, load_id, raw={})


def _load_page(request: HttpRequest, load_id: str, *, raw: dict[int, str]) -> HttpResponse:
    by = _by(request)
    found = selectors.load_for(by, load_id, now=now())
    lines = list(islice(selectors.quarantine(found.id), SHOWN))
    template = "lake/parts/load.html" if request.headers.get("HX-Request") else "lake/load.html"
    return render(
        request, template, pages.load(found, lines, raw) | {"may_load": by.role in selectors.LOADERS, "shown": SHOWN}
    )


@access(*LOADERS)
@require_POST
def decide(request: HttpRequest, load_id: str) -> HttpResponse:
    """Release or refuse a held load."""
    verb = services.release if request.POST.get("verb") == "release" else services.refuse
    try:
        verb(load_id, reason=request.POST.get("reason", ""), by=_by(request), now=now())
    except Invalid as error:
        _tell(request, error)
    else:
        messages.success(request, _("Written down."))
    return redirect("lake_load", load_id)


@access(*LOADERS, fresh_s=3600)
@require_POST
def raw(request: HttpRequest, load_id: str) -> HttpResponse:
    """Show the text that stayed behind; that it was opened, by whom and why, stands in the log."""
    try:
        rows = services.open_quarantine(load_id, reason=request.POST.get("reason", ""), by=_by(request), now=now())
    except Invalid as error:
        _tell(request, error)
        return redirect("lake_load", load_id)
    return _load_page(request, load_id, raw=dict(rows))


@access(*READERS)
def quarantine_csv(request: HttpRequest, load_id: str) -> StreamingHttpResponse:
    """The list for whoever mends the file: addresses and rules."""
    found = selectors.load_for(_by(request), load_id, now=now())
    response = StreamingHttpResponse(
        quarantined.as_csv(selectors.quarantine(found.id)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="quarantine-{found.feed_name}-{found.seq}.csv"'
    return response


def _tell(request: HttpRequest, error: KaimenError) -> None:
    said = words(error.code, error.details)
    messages.error(request, " ".join(part for part in (said.what, said.why, said.todo) if part))
