"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from kaimen.catalogue import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("data", views.search, name="data"),
    path("catalogue", views.my_entries, name="catalogue"),
    path("catalogue/new", views.begin, name="catalogue_new"),
    path("catalogue/<str:entry_id>", views.entry, name="catalogue_entry"),
    path("catalogue/<str:entry_id>/edit/<slug:section>", views.edit, name="catalogue_edit"),
    path("catalogue/<str:entry_id>/columns", views.columns_from_file, name="catalogue_columns"),
    path("catalogue/<str:entry_id>/diff", views.differences, name="catalogue_diff"),
    path("catalogue/<str:entry_id>/do/<slug:verb>", views.act, name="catalogue_act"),
]
