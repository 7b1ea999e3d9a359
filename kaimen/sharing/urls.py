"""Addresses of this room."""

from django.urls import path

from kaimen.sharing import views

urlpatterns = [
    path("agreements", views.agreements, name="agreements"),
    path("agreements/grants/end", views.end_grant, name="grant_end"),
    path("agreements/<str:code>", views.agreement, name="agreement"),
    path("agreements/<str:code>/links", views.send_link, name="agreement_send_link"),
    path("agreements/<str:code>/links/<slug:link>/end", views.end_link, name="agreement_end_link"),
]
