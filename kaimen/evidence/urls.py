"""Pages of this room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaimen.evidence import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("log", views.log, name="log"),
    path("log/<str:entry_id>", views.entry, name="log-entry"),
]
