"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """gate."""

    name = "kaimen.gate"
    label = "gate"
    default_auto_field = "django.db.models.BigAutoField"
