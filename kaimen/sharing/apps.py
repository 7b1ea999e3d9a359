"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """sharing."""

    name = "kaimen.sharing"
    label = "sharing"
    default_auto_field = "django.db.models.BigAutoField"
