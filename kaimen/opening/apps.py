"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """opening."""

    name = "kaimen.opening"
    label = "opening"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which steps of its workflows this room attends to, and where what was granted is used."""
        from kaimen.cases.services import attend
        from kaimen.opening import planned
        from kaimen.opening.pages import papers
        from kaimen.opening.services import HOOKS

        for workflow, hooks in HOOKS.items():
            sheets = planned.sheets if workflow == "open_plan" else None
            attend(workflow, hooks, papers, sheets=sheets, choices=planned.CHOICES.get(workflow))
