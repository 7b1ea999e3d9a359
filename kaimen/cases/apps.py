"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """cases."""

    name = "kaimen.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
