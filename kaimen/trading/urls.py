"""Addresses of this room. Empty until trading is furnished: the data exchange: parties, registration, listing, orders, settlement."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
