"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """accounts."""

    name = "kaimen.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Refusals call roles what people call them; the log's pages call institutions by their names."""
        from kaimen.accounts import selectors
        from kaimen.accounts.roles import roles
        from kaimen.core.policy.party import PersonId
        from kaimen.web.names import names_come_from, people_come_from
        from kaimen.web.sentences.form import TERMS

        TERMS.update({code: (rule.name("en"), rule.name("zh")) for code, rule in roles().items()})
        names_come_from(selectors.public_names)
        people_come_from(lambda ids: selectors.person_names(PersonId(one) for one in ids))
