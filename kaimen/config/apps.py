"""The house as a Django app: it offers for schedules the jobs that need every room."""

from datetime import time

from django.apps import AppConfig


class Config(AppConfig):
    """config."""

    name = "kaimen.config"
    label = "config"

    def ready(self) -> None:
        """What runs each night."""
        from django.conf import settings

        from kaimen.config.handlers import COMPARE, CONTROLS
        from kaimen.core.lifecycle.rhythm import Every, Rhythm
        from kaimen.core.lifecycle.rules import Words
        from kaimen.office.services import Offer, Standard, offer

        zone = settings.KAIMEN_TIME_ZONE
        offer(
            Offer(
                job=CONTROLS,
                name=Words(zh="合规检查", en="Control board"),
                does=Words(zh="逐项检查各条规定的落实情况。", en="Looks at every control of the law."),
                standard=Standard(
                    code="controls", rhythm=Rhythm(every=Every.DAY, at=time(2, 30), zone=zone), at_once=True
                ),
            )
        )
        offer(
            Offer(
                job=COMPARE,
                name=Words(zh="交付与日志对账", en="Comparison with the log"),
                does=Words(
                    zh="把闸门和数据湖交付的内容与日志逐条核对，一直核对到昨天。",
                    en="Compares what gate and lake delivered with the log, up to yesterday.",
                ),
                standard=Standard(
                    code="comparison", rhythm=Rhythm(every=Every.DAY, at=time(2, 10), zone=zone), at_once=True
                ),
            )
        )
