"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """monitor."""

    name = "kaimen.monitor"
    label = "monitor"
    default_auto_field = "django.db.models.BigAutoField"
