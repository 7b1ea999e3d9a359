"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from kaimen.opening import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("apply", views.apply, name="apply"),
    path("plan", views.plan, name="plan"),
    path("demands", views.demands, name="demands"),
    path("data/<slug:name>", views.entry, name="entry"),
    path("data/<slug:name>/download.<slug:form>", views.download, name="download"),
]
