"""A bureau with one published entry, and short ways to load it."""

from __future__ import annotations

from dataclasses import dataclass, field
from dataclasses import replace as other
from datetime import datetime, timedelta
from pathlib import Path

from kaimen.core.policy.party import Actor
from kaimen.lake import services
from kaimen.lake.models import Feed, Load
from tests.catalogue.city import NOW, PARKING, City, an_item, published

HEADER = "station,district,day,passengers,fare"
ROWS = ("001,110101,2026-11-01,1200,3.50", "002,110105,2026-11-01,980,4.00", "003,110108,2026-11-01,77,2.00")
GOOD = "\n".join((HEADER, *ROWS)) + "\n"


def body(*, key: bool = True):
    items = (
        an_item("station", "车站", "Station", data_type="C", length=6, is_key=key, nullable=False),
        an_item("district", "区", "District", data_type="C", code_list="area"),
        an_item("day", "日期", "Day", data_type="D", is_key=key, nullable=False),
        an_item("passengers", "客流", "Passengers", data_type="I"),
        an_item("fare", "票价", "Fare", data_type="N", length=8, precision=2),
    )
    return other(PARKING, items=items)


@dataclass
class Bureau:
    city: City
    home: Path
    entry: str
    steward: Actor
    now: datetime = NOW
    feeds: dict[str, Feed] = field(default_factory=dict)

    @classmethod
    def of(cls, city: City, home: Path) -> Bureau:
        return cls(city=city, home=home, entry=published(city, body()), steward=city.steward, now=NOW)

    def feed(self, mode: str = "replace", **settings: object) -> Feed:
        name = "-".join([mode, *sorted(settings)]).replace("_", "-")
        if name not in self.feeds:
            form = services.FeedForm(entry=self.entry, name=name, mode=mode, settings=settings)  # type: ignore[arg-type]
            self.feeds[name] = services.create_feed(form, by=self.steward, now=self.now)
        return self.feeds[name]

    def plan(
        self, content: bytes | str, *, name: str = "f.csv", feed: Feed | None = None, key: str | None = None
    ) -> Load:
        feed = feed or self.feed()
        data = content.encode() if isinstance(content, str) else content
        delivery = services.receive(feed, [data], name=name)
        self.now += timedelta(seconds=1)
        return services.plan_load(feed.pk, delivery=delivery, key=key, by=self.steward, now=self.now)

    def load(self, content: bytes | str, *, name: str = "f.csv", feed: Feed | None = None) -> Load:
        return services.advance(self.plan(content, name=name, feed=feed).pk, now=self.now)
