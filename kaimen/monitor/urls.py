"""Addresses of this room. Empty until monitor is furnished: indicators, evaluation index, registers of infrastructure, parks, clusters, scenarios; maps."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
