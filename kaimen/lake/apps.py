"""The room as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    """lake."""

    name = "kaimen.lake"
    label = "lake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A feed whose source can be asked may be asked by the clock; the catalogue asks here what stands in the data."""
        from kaimen.catalogue.services import guard_marks
        from kaimen.core.lifecycle.rules import Words
        from kaimen.lake import selectors
        from kaimen.lake.services.findings import persons_published
        from kaimen.office.services import Offer, offer

        guard_marks(persons_published)
        offer(
            Offer(
                job="lake.fetch",
                name=Words(zh="从业务系统取数", en="Fetch from a business system"),
                does=Words(
                    zh="向所选数据源要一次数据并入湖，检查规则与平时一样。",
                    en="Asks the chosen source for its data and loads them, checked as any other load.",
                ),
                argument="feed",
                choices=lambda: [(one.id, Words(zh=one.zh, en=one.en)) for one in selectors.feeds_to_ask()],
            )
        )
