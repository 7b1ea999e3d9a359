"""The demo city's counters, all made up and marked as such."""

from __future__ import annotations

import csv
from datetime import datetime

from demo.plan import CITY
from kaimen.accounts import selectors as accounts
from kaimen.accounts import services
from kaimen.accounts.models import Counter
from kaimen.accounts.services import MACHINE


def open_counters(*, now: datetime) -> None:
    """Write the list, once."""
    if accounts.counters():
        return
    with (CITY / "counters.csv").open(encoding="utf-8", newline="") as file:
        rows = [Counter(**row | {"synthetic": row["synthetic"] == "yes"}) for row in csv.DictReader(file)]
    services.set_counters(rows, by=MACHINE, now=now)
