"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """trading."""

    name = "kaimen.trading"
    label = "trading"
    default_auto_field = "django.db.models.BigAutoField"
