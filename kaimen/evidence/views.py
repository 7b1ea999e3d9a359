"""Pages of the log, and its files as the log protocol wants them (no language, no session)."""

from __future__ import annotations

from datetime import timedelta

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from kaimen.core.errors import Unavailable
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.core.tlog.encoding import b64, b64url
from kaimen.evidence import selectors
from kaimen.evidence.drawing import picture
from kaimen.web.access import PUBLIC, access
from kaimen.web.events import NOBODY
from kaimen.web.names import institution_names
from kaimen.web.now import now
from kaimen.web.templatetags.kaimen import outcome_words

YEAR, DAY, HOUR = (int(timedelta(days=days).total_seconds()) for days in (365, 1, 1 / 24))
TEXT, BYTES = "text/plain; charset=utf-8", "application/octet-stream"


def _actor(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


def _served(content: str | bytes, kind: str, **cache: int | bool) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    patch_cache_control(response, **{name: value for name, value in cache.items() if value is not False})
    response["Access-Control-Allow-Origin"] = "*"  # a page of anybody may check the log
    return response


@access(PUBLIC)
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The signed head."""
    del request
    return _served(selectors.checkpoint(), TEXT, public=True, max_age=2)


@access(PUBLIC)
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile or an entry bundle; what is once there never changes."""
    content = selectors.file(f"tile/{path}", reader=_actor(request))
    shared = not path.startswith("entries/") or selectors.reads_entries(ANYBODY)
    return _served(content, BYTES, public=shared, private=not shared, max_age=YEAR, immutable=True)


@access(PUBLIC)
def proof(request: HttpRequest, entry_id: str) -> HttpResponse:
    """The .tlog-proof file of an entry."""
    proved = selectors.proved(entry_id, reader=_actor(request))
    response = _served(proved.proof.text(), TEXT, public=True, max_age=DAY)
    response["Content-Disposition"] = f'attachment; filename="{proved.file_name}"'
    return response


@access(PUBLIC)
def policy(request: HttpRequest) -> HttpResponse:
    """Our keys, witnesses and quorum as a tlog-policy file."""
    del request
    return _served(selectors.policy_text(), TEXT, public=True, max_age=HOUR)


@access(PUBLIC)
def keys(request: HttpRequest) -> HttpResponse:
    """Public keys, one a line."""
    del request
    return _served(selectors.key_lines(), TEXT, public=True, max_age=HOUR)


@access(PUBLIC)
def pruning(request: HttpRequest) -> HttpResponse:
    """From which index on entries are served, and the policy."""
    del request
    return _served(selectors.pruning_text(), TEXT, public=True, max_age=HOUR)


@access(PUBLIC)
def timestamp(request: HttpRequest) -> HttpResponse:
    """The newest token of a time-stamp authority, with the head that it is about."""
    del request
    return _served(selectors.timestamp(), TEXT, public=True, max_age=HOUR // 12)


@access(PUBLIC)
def first_timestamp(request: HttpRequest, size: int) -> HttpResponse:
    """The first token over a head with at least so many entries."""
    del request
    return _served(selectors.timestamp(size), TEXT, public=True, max_age=DAY)


@access(PUBLIC)
def log(request: HttpRequest) -> HttpResponse:
    """What the log is, how it stands, how to check it; with `entry` it leads to that entry."""
    wanted = (
        request.GET.get("entry", "").strip().rstrip("/").rpartition("/")[2]
    )  # also of a whole address that was pasted
    if wanted:
        return redirect("log-entry", entry_id=wanted)
    latest = selectors.latest(10, reader=_actor(request))
    names = institution_names(one.leaf.public.get("inst", "") for one in latest)
    context = {
        "section": "log",
        "status": selectors.status(now()),
        "latest": [(one, names.get(one.leaf.public.get("inst", ""), "")) for one in latest],
        "address": request.build_absolute_uri("/log"),
        "nobody": NOBODY,
    }
    return render(request, "evidence/log.html", context)


@access(PUBLIC)
def entry(request: HttpRequest, entry_id: str) -> HttpResponse:
    """One entry and its proof, checked in the reader's browser; one that waits is shown as waiting."""
    told = selectors.entry_for(entry_id, reader=_actor(request))
    context = {"section": "log", "entry": told, "said": _said(told), "commitment": b64url(told.leaf.c)}
    code = segno.make(request.build_absolute_uri(), micro=False).svg_inline(
        scale=3, border=2, lineclass=None, svgclass="qr"
    )
    context |= {"qr": mark_safe(code)}  # noqa: S308 - drawn from our own address
    try:
        proved = selectors.proved(entry_id, reader=_actor(request))
    except Unavailable:
        return render(request, "evidence/entry.html", context)
    context |= {
        "proved": proved,
        "origin": proved.key.split("+", 1)[0],
        "leaf_b64": b64(told.data),
        "hash_b64": b64(proved.leaf_hash),
        "path_b64": " ".join(map(b64, proved.proof.path)),
        "witness_keys": " ".join(proved.witness_keys),
        "steps": len(proved.proof.path),
        "picture": picture(proved.proof.index, len(proved.proof.path)),
    }
    return render(request, "evidence/entry.html", context)


def _institution(id_: str) -> str:
    return str(_("a private person")) if id_ == NOBODY else institution_names([id_]).get(id_, "")


def _said(told: selectors.Told) -> list[tuple[str, str, str]]:
    """The public fields of a leaf with their names for people, and in words what is a word of ours."""
    names = {
        "out": _("Result"),
        "inst": _("Institution"),
        "ds": _("Dataset"),
        "pol": _("Rules that decided"),
        "d": _("Public document"),
    }
    said = told.leaf.public
    words = {
        "out": outcome_words(said.get("out", "")),
        "inst": _institution(said.get("inst", "")),
    }
    return [(str(name), said[field], words.get(field, "")) for field, name in names.items() if field in said]
