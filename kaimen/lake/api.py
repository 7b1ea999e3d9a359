"""API operations of this room: feeds, loads, what stayed behind, decisions."""

from __future__ import annotations

from dataclasses import asdict

import orjson
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from ninja import File, Header, Router, Status, UploadedFile

from kaimen.core.errors import Invalid
from kaimen.core.policy.party import Actor
from kaimen.lake import quarantined, selectors, services
from kaimen.lake.schemas import FeedIn, FeedOut, LoadOut, ReasonIn
from kaimen.web.accept import preferred
from kaimen.web.access import access
from kaimen.web.errors import words
from kaimen.web.now import now

router = Router()
READERS = tuple(sorted(selectors.READERS))
LOADERS = tuple(sorted(selectors.LOADERS))
UPLOAD_BLOCK = 1 << 20
QUARANTINE_FORMS = ("application/x-ndjson", "text/csv")


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _out(load: selectors.Progress) -> dict[str, object]:
    codes = [load.code] if load.code else [*load.findings] if load.state == "held" else []
    said = [words(code, load.facts) for code in codes]
    return {
        **asdict(load),
        "title": " ".join(one.what for one in said),
        "detail": " ".join(part for one in said for part in (one.why, one.todo) if part),
        "balance": {
            "records": load.records,
            "accepted": load.accepted,
            "faulty": load.faulty,
            "broken": load.broken,
        },
        "progress": {"state": load.running, "done": load.done, "total": load.total, "unit": load.unit},
    }


@router.get("/lake/feeds", response=list[FeedOut])
@access(*LOADERS, scope="lake:load")
def list_feeds(request: HttpRequest) -> list[dict[str, object]]:
    """The feeds of your body, by name: a program learns here where to send its files."""
    return [asdict(line) for line in selectors.feeds_for(_by(request), now=now())]


@router.post("/lake/feeds", response={201: FeedOut})
@access(*LOADERS, scope="lake:load")
def create_feed(request: HttpRequest, body: FeedIn) -> Status:
    """Let a source fill an entry of your body. Without a source: files that you send."""
    moment = now()
    form = services.FeedForm(
        entry=body.entry, name=body.name, source=body.source, mode=body.mode, settings=body.settings
    )
    feed = services.create_feed(form, by=_by(request), now=moment)
    return Status(201, asdict(selectors.feed(feed.pk, now=moment)))


@router.post("/lake/feeds/{feed_id}/loads", response={202: LoadOut})
@access(*LOADERS, scope="lake:load")
def start_load(
    request: HttpRequest,
    feed_id: str,
    file: File[UploadedFile | None] = None,
    idempotency_key: Header[str | None] = None,
) -> Status:
    """Load a file (multipart field `file`: CSV, Excel, Parquet), or without one ask the source. The worker takes it from here.

    The same `Idempotency-Key` with the same file again gives the same load; with another file it is refused.
    """
    moment, by = now(), _by(request)
    feed = selectors.feed_of(by, feed_id)
    if file is None and request.headers.get("Content-Length", "0") not in {"", "0"}:
        raise Invalid("load_body")  # something was sent, and no file was found in it: never ask the source instead
    delivery = services.receive(feed, file.chunks(UPLOAD_BLOCK), name=file.name or "") if file is not None else None
    load = services.start(feed.pk, delivery=delivery, key=idempotency_key, by=by, now=moment)
    return Status(202, _out(selectors.progress(load.pk, now=moment)))


@router.get("/lake/loads/{load_id}", response=LoadOut)
@access(*READERS, scope="lake:read")
def read_load(request: HttpRequest, load_id: str) -> dict[str, object]:
    """State, balance, scores and progress of a load."""
    return _out(selectors.load_for(_by(request), load_id, now=now()))


@router.get("/lake/loads/{load_id}/quarantine")
@access(*READERS, scope="lake:read")
def read_quarantine(request: HttpRequest, load_id: str) -> StreamingHttpResponse:
    """What stayed behind: file, record, line, byte, column, rule; never the text itself. By `Accept` one JSON object a line, or CSV."""
    form = preferred(request.headers.get("Accept", ""), QUARANTINE_FORMS)
    load = selectors.load_for(_by(request), load_id, now=now())
    lines = selectors.quarantine(load.id)
    if form == "text/csv":
        response = StreamingHttpResponse(quarantined.as_csv(lines), content_type="text/csv; charset=utf-8")
    else:
        rows = (orjson.dumps(line.as_json()) + b"\n" for line in lines)
        response = StreamingHttpResponse(rows, content_type=form)
    patch_vary_headers(response, ["Accept"])
    response["Content-Disposition"] = f'attachment; filename="quarantine-{load.feed_name}-{load.seq}"'
    return response


@router.post("/lake/loads/{load_id}/release", response=LoadOut)
@access(*LOADERS, scope="lake:load")
def release_load(request: HttpRequest, load_id: str, body: ReasonIn) -> dict[str, object]:
    """Publish a held load although something was found. The reason is kept."""
    moment = now()
    services.release(load_id, reason=body.reason, by=_by(request), now=moment)
    return _out(selectors.progress(load_id, now=moment))


@router.post("/lake/loads/{load_id}/refuse", response=LoadOut)
@access(*LOADERS, scope="lake:load")
def refuse_load(request: HttpRequest, load_id: str, body: ReasonIn) -> dict[str, object]:
    """Close a load without publishing it. The reason is kept."""
    moment = now()
    services.refuse(load_id, reason=body.reason, by=_by(request), now=moment)
    return _out(selectors.progress(load_id, now=moment))
