"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from kaimen.office import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("schedules", views.schedules, name="schedules"),
    path("schedules/new", views.new, name="schedule_new"),
    path("schedules/<slug:code>", views.schedule, name="schedule"),
    path("schedules/<slug:code>/change", views.change, name="schedule_change"),
    path("schedules/<slug:code>/do/<slug:verb>", views.act, name="schedule_act"),
]
