"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """lake."""

    name = "kaimen.lake"
    label = "lake"
    default_auto_field = "django.db.models.BigAutoField"
