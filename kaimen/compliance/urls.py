"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from kaimen.compliance import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("law", views.law, name="law"),
    path("law/<int:number>", views.article, name="law_article"),
]
