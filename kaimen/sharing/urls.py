"""Addresses of this room. Empty until sharing is furnished: requests between institutions, agreements, disposal."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
