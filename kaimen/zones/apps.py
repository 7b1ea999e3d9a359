"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """zones."""

    name = "kaimen.zones"
    label = "zones"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which steps of its workflows this room attends to, and which papers it keeps of their cases."""
        from kaimen.cases.services import attend
        from kaimen.zones.pages import papers
        from kaimen.zones.services import HOOKS

        for workflow, hooks in HOOKS.items():
            attend(workflow, hooks, papers)
