"""Two bureaus, their officers, a dataset of each share type, and a short way to take steps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from kaimen.cases import services as cases
from kaimen.core.metadata.entry import Instrument, Text, Visibility
from kaimen.core.policy.party import Actor
from kaimen.gate.models import Clearance
from tests.catalogue.city import ALLOWANCES, NOW, PARKING, City, a_city, actor, published
from tests.gate.assessed import assess
from tests.opening.town import load

ASKED = {
    "columns": ["id_number", "amount"],
    "purpose": "duty",
    "use_basis": "示范市道路停车条例第九条",
    "use_scenario": "核对停车优惠",
    "use_scope": "停车优惠科室",
    "share_method": "query",
    "use_until": "2027-06-30",
    "truth_declaration": True,
}
PLEDGED = dict.fromkeys(("no_onward", "no_reidentify", "no_harm_public", "no_harm_others", "no_harm_ethics"), True)


@dataclass
class Bureaus:
    """The transport commission asks civil affairs for allowances (type 2); civil affairs asks for car parks (type 1)."""

    city: City
    allowances: str
    parking: str
    secret: str
    asks: Actor
    asks_head: Actor
    gives: Actor
    gives_head: Actor
    reviewer: Actor
    now: datetime = NOW
    seen: dict[str, int] = field(default_factory=dict)

    def begin(self, dataset: str = "", *, by: Actor | None = None, **facts) -> cases.Done:
        given = ASKED | {"dataset": dataset or self.allowances} | facts
        return cases.begin("sharing_request", given, by=by or self.asks, now=self.now)

    def take(self, number: str, verb: str, by: Actor, **facts) -> cases.Done:
        return cases.act(number, verb, facts, by=by, now=self.now)

    def filed(self, dataset: str = "", **facts) -> str:
        number = self.begin(dataset, **facts).case.number
        self.take(number, "consent_demand", self.asks_head)
        return number

    def assessed(self) -> None:
        """The impact on persons of what is asked for is assessed; without it nobody signs."""
        assess(
            self.allowances, purposes=[str(ASKED["purpose"])], institution=self.asks.institution,
            columns=list(ASKED["columns"]), now=self.now, until=self.now + timedelta(days=2000), code="PG-1",
        )  # fmt: skip

    def agreed(self) -> str:
        number = self.filed()
        if not Clearance.objects.exists():
            self.assessed()
        self.take(number, "agree", self.gives_head)
        return number

    def signed(self) -> str:
        number = self.agreed()
        self.take(number, "sign_demand", self.asks_head, **PLEDGED)
        self.take(number, "sign_provider", self.gives_head)
        return number

    def in_use(self) -> str:
        number = self.signed()
        self.take(number, "go_live", self.gives)
        return number


@pytest.fixture
def bureaus(db: None, home: object) -> Bureaus:
    del db, home
    city = a_city()
    secret = replace(
        ALLOWANCES,
        title=Text(zh="卷宗", en="Files"),
        share_type=3,
        not_share_basis=Instrument(kind="law", title="某法", article="1"),
        visibility=Visibility.GOVERNMENT,
    )
    from kaimen.catalogue import selectors

    def slug(entry: str) -> str:
        return selectors.published(entry).slug

    allowances = published(city, ALLOWANCES, steward=city.civil_steward, head=city.civil_head)
    load(allowances, "id_number,name,amount\n110101193605061234,李四,700.00\n", by=city.civil_steward, now=NOW)
    return Bureaus(
        city=city,
        allowances=slug(allowances),
        parking=slug(published(city, PARKING)),
        secret=slug(published(city, secret, steward=city.civil_steward, head=city.civil_head)),
        asks=city.steward,
        asks_head=actor("office_head", city.transport),
        gives=city.civil_steward,
        gives_head=actor("office_head", city.civil),
        reviewer=city.reviewer,
    )
