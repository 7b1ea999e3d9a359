"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """opening."""

    name = "kaimen.opening"
    label = "opening"
    default_auto_field = "django.db.models.BigAutoField"
