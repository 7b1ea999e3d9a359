"""The room as a Django app."""

from datetime import time

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
        people_come_from(
            lambda ids: {str(one): name for one, name in selectors.person_names(PersonId(one) for one in ids).items()}
        )
        _offer_warnings()


def _offer_warnings() -> None:
    from django.conf import settings

    from kaimen.core.lifecycle.rhythm import Every, Rhythm
    from kaimen.core.lifecycle.rules import Words
    from kaimen.office.services import Offer, Standard, offer

    offer(
        Offer(
            job="accounts.expiring",
            name=Words(zh="令牌到期提醒", en="Warnings of tokens that expire"),
            does=Words(zh="提醒持有人更换将要到期的令牌。", en="Tells holders of tokens that are about to expire."),
            standard=Standard(
                code="expiring-tokens", rhythm=Rhythm(every=Every.DAY, at=time(8), zone=settings.KAIMEN_TIME_ZONE)
            ),
        )
    )
