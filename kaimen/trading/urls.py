"""Addresses of this room."""

from django.urls import path

from kaimen.trading import views

urlpatterns = [
    path("exchange", views.exchange, name="exchange"),
    path("exchange/operator", views.set_operator, name="exchange_operator"),
    path("exchange/notices", views.notices, name="exchange_notices"),
    path("exchange/notices/<str:number>/object", views.object_to, name="exchange_object"),
    path("exchange/assets/<str:code>", views.certificate, name="exchange_asset"),
]
