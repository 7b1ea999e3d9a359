"""Addresses of the shared parts."""

from django.urls import URLPattern, URLResolver, path

from kaimen.web import views

urlpatterns: list[URLPattern | URLResolver] = [path("design", views.design, name="design")]
