"""Addresses of this room."""

from django.urls import path

from kaimen.sharing import views

urlpatterns = [
    path("agreements", views.agreements, name="agreements"),
    path("agreements/<str:code>", views.agreement, name="agreement"),
]
