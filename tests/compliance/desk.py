"""A city whose data are complained about: open car parks, allowances between bodies, and short ways to take steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from kaimen.cases import services as cases
from kaimen.cases.models import Case
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import KaimenError
from kaimen.core.policy.party import Actor
from kaimen.evidence.models import Entry
from kaimen.lake import services as lake
from kaimen.lake.models import Feed
from kaimen.office.models import Clock
from tests.catalogue.city import ALLOWANCES, NOW, PARKING, City, a_city, actor, published
from tests.opening.town import load

PARKS = "park_id,name,places\n001,东站,120\n002,西站,80\n"
PAID = "id_number,name,amount\n110101193605061234,李四,700.00\n110101193911125678,王五,500.00\n110101194103035562,赵六,500.00\n"


@dataclass
class Desk:
    """The transport commission gives out car parks; civil affairs pays allowances."""

    city: City
    parking: str
    allowances: str
    parking_slug: str
    allowances_slug: str
    gives: Actor
    gives_head: Actor
    reviewer: Actor
    now: datetime = NOW

    def take(self, number: str, verb: str, by: Actor, **facts: object) -> cases.Done:
        return cases.act(number, verb, facts, by=by, now=self.now)

    def load(self, entry: str, content: str, by: Actor) -> None:
        """One more version through the feed that is there."""
        self.now += timedelta(seconds=1)
        feed = Feed.objects.get(table__entry=entry)
        delivery = lake.receive(feed, [content.encode()], name="f.csv")
        planned = lake.plan_load(feed.pk, delivery=delivery, by=by, now=self.now)
        assert lake.advance(planned.pk, now=self.now).state == "published"

    @contextmanager
    def refused(self, code: str, number: str = "") -> Iterator[pytest.ExceptionInfo[KaimenError]]:
        """It is refused, and nothing is changed by it."""
        before, count = Case.objects.filter(number=number).values().first(), Entry.objects.count()
        with pytest.raises(KaimenError, match=rf"^({code})\b") as told:
            yield told
        assert Case.objects.filter(number=number).values().first() == before
        assert Entry.objects.count() == count


def terms(number: str) -> dict[str, str]:
    """The state of every term of a case."""
    return dict(Clock.objects.filter(case=Case.objects.get(number=number).pk).values_list("rule", "state"))


def a_desk() -> Desk:
    city = a_city()
    parking = published(city, PARKING)
    allowances = published(city, ALLOWANCES, steward=city.civil_steward, head=city.civil_head)
    load(parking, PARKS, by=city.steward, now=NOW)
    load(allowances, PAID, by=city.civil_steward, now=NOW)
    return Desk(
        city=city,
        parking=parking,
        allowances=allowances,
        parking_slug=catalogue.published(parking).slug,
        allowances_slug=catalogue.published(allowances).slug,
        gives=city.steward,
        gives_head=actor("office_head", city.transport),
        reviewer=city.reviewer,
    )
