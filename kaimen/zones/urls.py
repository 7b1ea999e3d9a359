"""Addresses of this room."""

from django.urls import path

from kaimen.zones import views

urlpatterns = [
    path("zones", views.zones, name="zones"),
    path("zones/projects", views.projects, name="zone_projects"),
    path("zones/<slug:slug>", views.zone, name="zone"),
    path("zones/<slug:slug>/projects", views.open_project, name="zone_open_project"),
    path("zones/projects/<str:code>", views.project, name="zone_project"),
    path("zones/projects/<str:code>/team", views.team, name="zone_team"),
    path("zones/projects/<str:code>/commitment", views.commit, name="zone_commit"),
    path("zones/projects/<str:code>/close", views.close, name="zone_close_project"),
    path("zones/analyses/<str:code>/run", views.run_saved, name="zone_run"),
    path("zones/analyses/<str:code>/remove", views.remove, name="zone_remove"),
    path("zones/analyses/<str:code>/freeze", views.freeze, name="zone_freeze"),
    path("zones/artefacts/<str:code>", views.artefact, name="zone_artefact"),
    path("zones/releases/<str:number>", views.release, name="zone_release"),
    path("zones/releases/<str:number>/file", views.release_file, name="zone_release_file"),
]
