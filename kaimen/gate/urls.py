"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from kaimen.gate import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("query", views.query, name="query"),
]
