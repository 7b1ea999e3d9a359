"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from kaimen.monitor import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("monitor", views.monitor, name="monitor"),
    path("monitor/registers/<slug:kind>", views.register, name="monitor_register"),
    path("monitor/registers/<slug:kind>/new", views.new, name="monitor_new"),
    path("monitor/registers/<slug:kind>/sheet", views.send_sheet, name="monitor_send_sheet"),
    path("monitor/registers/<slug:kind>/template.csv", views.template, name="monitor_template"),
    path("monitor/registers/<slug:kind>/entry", views.compile_entry, name="monitor_compile"),
    path("monitor/registers/<slug:kind>/records/<str:code>", views.record, name="monitor_record"),
    path("monitor/registers/<slug:kind>/records/<str:code>/edit", views.edit, name="monitor_edit"),
    path("monitor/registers/<slug:kind>/records/<str:code>/state", views.turn, name="monitor_turn"),
    path("monitor/sheets/<str:sheet_id>", views.sheet, name="monitor_sheet"),
    path("monitor/indicators/<slug:code>", views.indicator, name="monitor_indicator"),
    path("monitor/index", views.index, name="monitor_index"),
    path("monitor/compute", views.compute, name="monitor_compute"),
    path("monitor/computations/<str:computation_id>/check", views.check, name="monitor_check"),
    path("monitor/institutions", views.institutions, name="monitor_institutions"),
    path("monitor/institutions.csv", views.institutions_csv, name="monitor_institutions_csv"),
    path("monitor/institutions/<slug:slug>", views.institution, name="monitor_institution"),
    path("monitor/scorecards", views.fix, name="monitor_fix"),
    path("monitor/scorecards/<str:scorecard_id>/recount", views.recount, name="monitor_recount"),
    path("monitor/districts/<str:code>", views.district, name="monitor_district"),
]
