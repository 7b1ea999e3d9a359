"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from kaimen.opening import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("data/<slug:name>", views.entry, name="entry"),
    path("data/<slug:name>/download.<slug:form>", views.download, name="download"),
]
