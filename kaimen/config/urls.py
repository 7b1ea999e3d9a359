"""Every address of the house. zh-Hans without prefix, English under /en/; the API, the log and files know no language prefix."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from kaimen.config.api import api
from kaimen.config.health import healthz, readyz

ROOMS_WITH_PAGES = (
    "monitor", "sharing", "opening", "zones", "trading", "compliance", "cases", "gate", "lake", "catalogue", "accounts", "office",
    "evidence",
)  # fmt: skip

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("api/v1/", api.urls),
    path("log/", include("kaimen.evidence.static_urls")),
    *i18n_patterns(
        *[path("", include(f"kaimen.{room}.urls")) for room in ROOMS_WITH_PAGES],
        path("", include("kaimen.web.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "kaimen.web.errors.bad_request"
handler404 = "kaimen.web.errors.page_not_found"
handler500 = "kaimen.web.errors.server_error"
