"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """accounts."""

    name = "kaimen.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
