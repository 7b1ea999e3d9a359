"""Addresses of this room. Empty until zones is furnished: authorised operation: data that may not leave, workspaces, egress review."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
