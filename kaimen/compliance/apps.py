"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """compliance."""

    name = "kaimen.compliance"
    label = "compliance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which steps of its workflows this room attends to."""
        from kaimen.cases.services import attend
        from kaimen.compliance.services import HOOKS

        for workflow, hooks in HOOKS.items():
            attend(workflow, hooks)
