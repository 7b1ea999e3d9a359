"""The room as a Django app."""

from datetime import time

from django.apps import AppConfig


class Config(AppConfig):
    """monitor."""

    name = "kaimen.monitor"
    label = "monitor"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The figures are computed each month, and whenever an operator asks for it."""
        from django.conf import settings

        from kaimen.core.lifecycle.rhythm import Every, Rhythm
        from kaimen.core.lifecycle.rules import Words
        from kaimen.office.services import Offer, Standard, offer

        rhythm = Rhythm(every=Every.MONTH, day=5, at=time(4), zone=settings.KAIMEN_TIME_ZONE, moves=True)
        offer(
            Offer(
                job="monitor.compute",
                name=Words(zh="计算指标和指数", en="Indicators and index"),
                does=Words(
                    zh="按各登记表现行版本计算全部指标和评价指数；数据没有变化的不重算。",
                    en="Computes every indicator and the index from the versions in force; what has not changed is not computed again.",
                ),
                standard=Standard(code="indicators", rhythm=rhythm),
            )
        )
