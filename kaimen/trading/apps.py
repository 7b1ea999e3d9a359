"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """trading."""

    name = "kaimen.trading"
    label = "trading"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which steps of its workflows this room attends to."""
        from kaimen.cases.services import attend
        from kaimen.trading.pages import papers
        from kaimen.trading.services import HOOKS, SEATS

        for workflow, hooks in HOOKS.items():
            attend(workflow, hooks, papers, SEATS.get(workflow))
