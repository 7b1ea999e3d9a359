"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """compliance."""

    name = "kaimen.compliance"
    label = "compliance"
    default_auto_field = "django.db.models.BigAutoField"
