"""Addresses of this room. Empty until compliance is furnished: grading work, inventories, assessments, incidents, requests of persons, officers, control board."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
