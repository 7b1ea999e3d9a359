"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """evidence."""

    name = "kaimen.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kaimen.evidence import keys

        keys.check_ml_dsa()
