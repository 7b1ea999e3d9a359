"""Two bodies that write in registers, the data authority, and short ways to do it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from kaimen.accounts import services as accounts
from kaimen.accounts.services import MACHINE
from kaimen.catalogue import services as catalogue
from kaimen.core.errors import KaimenError
from kaimen.core.metadata.entry import Declaration
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.evidence.models import Entry
from kaimen.monitor import selectors, services
from kaimen.monitor.models import Change, Record
from tests.catalogue.city import NOW, City, a_city, actor, onwards

CENTRE = {
    "code": "AI-1", "name_zh": "示范智算中心", "district": "110108", "sub_kind": "intelligent", "status": "operating", "owner": "示范公司",
    "capacity_pflops": "120.5", "precision": "fp16", "utilisation_pct": "70", "energy_mwh": "5200", "it_energy_mwh": "4000", "pue": "1.30",
    "planning_reference": "规划1号", "contact": "张三 010-0000-0000",
}  # fmt: skip
FIRM = {
    "uscc": "91110108MA01A2B3CF", "name_zh": "示范科技", "district": "110108", "main_class": "03", "tier": "growing",
    "state_owned": "no", "small_or_medium": "yes",
}  # fmt: skip


MATTER = "digital-infrastructure"


def with_pue(pue: str) -> dict[str, str]:
    """The centre at this efficiency, with the energy that goes with it."""
    return CENTRE | {"pue": pue, "energy_mwh": str(Decimal(pue) * 4000)}


def competent(*bodies: str) -> None:
    """These bodies are competent for the infrastructure."""
    for body in bodies:
        accounts.give_competence(
            InstitutionId(body), matter=MATTER, region="110000", basis="示范职责", by=MACHINE, now=NOW
        )


@dataclass
class Registrars:
    """Transport and civil affairs write; the data authority publishes."""

    city: City
    authority_steward: Actor
    authority_head: Actor
    now: datetime = NOW

    @property
    def steward(self) -> Actor:
        return self.city.steward

    @property
    def other(self) -> Actor:
        return self.city.civil_steward

    def put(self, kind: str = "computing", *, by: Actor | None = None, **given: str) -> Record:
        """A computing centre, with these fields otherwise."""
        base = CENTRE if kind == "computing" else {}
        if base and "energy_mwh" not in given and re.fullmatch(r"[1-4](\.\d+)?", given.get("pue", "")):
            base = with_pue(given["pue"])
        self.now += timedelta(seconds=1)
        return services.put(kind, base | given, by=by or self.steward, now=self.now)

    def sheet(
        self, text: str | bytes, *, kind: str = "computing", name: str = "s.csv", by: Actor | None = None
    ) -> services.Rehearsal:
        data = text.encode() if isinstance(text, str) else text
        self.now += timedelta(seconds=1)
        return services.rehearse(kind, [data], name=name, by=by or self.steward, now=self.now)

    def offer(self, kind: str = "computing") -> str:
        """The register's entry through the whole way of the catalogue."""
        entry = services.compile_entry(kind, by=self.authority_steward, now=self.now)
        body = replace(
            services.body_of(selectors.register(kind)),
            secrecy_declaration=Declaration(declared=True, on=date(2026, 11, 1)),
        )
        catalogue.draft(body, entry_id=entry, by=self.authority_steward, now=self.now)
        onwards(self.city, entry, body, steward=self.authority_steward, head=self.authority_head, now=self.now)
        return entry

    @contextmanager
    def refused(self, code: str) -> Iterator[pytest.ExceptionInfo[KaimenError]]:
        """It is refused, and nothing is written by it."""
        before = (Record.objects.count(), Change.objects.count(), Entry.objects.count())
        with pytest.raises(KaimenError, match=rf"^{code}\b") as caught:
            yield caught
        assert (Record.objects.count(), Change.objects.count(), Entry.objects.count()) == before


def registrars() -> Registrars:
    city = a_city()
    competent(str(city.transport), str(city.civil))
    return Registrars(
        city=city,
        authority_steward=actor("steward", city.authority),
        authority_head=actor("department_head", city.authority),
    )
