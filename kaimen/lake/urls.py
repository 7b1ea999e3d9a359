"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from kaimen.lake import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("lake", views.lake, name="lake"),
    path("lake/feeds/new", views.begin, name="lake_begin"),
    path("lake/feeds/<str:feed_id>", views.feed, name="lake_feed"),
    path("lake/feeds/<str:feed_id>/upload", views.upload, name="lake_upload"),
    path("lake/loads/<str:load_id>", views.load, name="lake_load"),
    path("lake/loads/<str:load_id>/decide", views.decide, name="lake_decide"),
    path("lake/loads/<str:load_id>/raw", views.raw, name="lake_raw"),
    path("lake/loads/<str:load_id>/quarantine.csv", views.quarantine_csv, name="lake_quarantine"),
]
