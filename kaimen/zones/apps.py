"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """zones."""

    name = "kaimen.zones"
    label = "zones"
    default_auto_field = "django.db.models.BigAutoField"
