"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """office."""

    name = "kaimen.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"
