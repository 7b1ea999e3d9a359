"""Addresses of the published log: checkpoint, tiles, proofs. No language prefix, no session."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
