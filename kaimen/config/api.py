"""The one API: routers of the rooms under /api/v1, OpenAPI 3.1 at /api/v1/openapi.json, problems as RFC 9457."""

from __future__ import annotations

from importlib import import_module

from ninja import NinjaAPI

from kaimen import __version__
from kaimen.web.bodies import ReadableParser
from kaimen.web.errors import add_handlers

ROOMS_WITH_API = (
    "accounts",
    "catalogue",
    "lake",
    "gate",
    "evidence",
    "compliance",
    "opening",
    "zones",
    "cases",
    "sharing",
    "monitor",
    "trading",
    "office",
)

api = NinjaAPI(parser=ReadableParser(), title="Kaimen", version=__version__, docs_url=None, urls_namespace="api")
add_handlers(api)
for room in ROOMS_WITH_API:
    router = getattr(import_module(f"kaimen.{room}.api"), "router", None)
    if router is not None:
        api.add_router("", router, tags=[room])
