"""Addresses of this room."""

from django.urls import path

from kaimen.trading import views

urlpatterns = [
    path("exchange", views.exchange, name="exchange"),
    path("exchange/off", views.switch_off, name="exchange_off"),
    path("exchange/products", views.products, name="exchange_products"),
    path("exchange/products/<str:code>", views.product, name="exchange_product"),
    path("exchange/orders", views.orders, name="exchange_orders"),
    path("exchange/orders/<str:number>", views.order, name="exchange_order"),
    path("exchange/alerts", views.alerts, name="exchange_alerts"),
    path("exchange/journal", views.journal, name="exchange_journal"),
    path("exchange/notices", views.notices, name="exchange_notices"),
    path("exchange/notices/<str:number>/object", views.object_to, name="exchange_object"),
    path("exchange/assets/<str:code>", views.certificate, name="exchange_asset"),
]
