"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """accounts."""

    name = "kaimen.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Refusals call roles what people call them."""
        from kaimen.accounts.roles import roles
        from kaimen.web.sentences.form import TERMS

        TERMS.update({code: (rule.name("en"), rule.name("zh")) for code, rule in roles().items()})
