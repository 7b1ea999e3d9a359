"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """catalogue."""

    name = "kaimen.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
