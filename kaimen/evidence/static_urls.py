"""Addresses of the published log: checkpoint, tiles, proofs. No language prefix, no session; any static host can serve the same."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaimen.evidence import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("checkpoint", views.checkpoint, name="log-checkpoint"),
    path("tile/<path:path>", views.tile, name="log-tile"),
    path("proof/<str:entry_id>", views.proof, name="log-proof"),
    path("policy.txt", views.policy, name="log-policy"),
    path("keys", views.keys, name="log-keys"),
    path("pruning", views.pruning, name="log-pruning"),
    path("timestamp", views.timestamp, name="log-timestamp"),
    path("timestamps/<int:size>", views.first_timestamp, name="log-first-timestamp"),
]
