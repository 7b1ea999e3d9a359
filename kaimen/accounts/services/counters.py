"""Where one is helped in person: the list of counters, replaced as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kaimen.accounts.codes import division
from kaimen.accounts.models import Counter
from kaimen.accounts.services.institutions import may_register
from kaimen.accounts.services.recording import record
from kaimen.core.errors import Invalid
from kaimen.core.policy.party import Actor
from kaimen.evidence.services import Kind

NEEDED = ("code", "region", "name_zh", "name_en", "address_zh", "address_en", "hours_zh", "hours_en")


@transaction.atomic
def set_counters(rows: Sequence[Counter], *, by: Actor, now: datetime) -> int:
    """These are the counters from now on; returns how many. Raises `Refused("role_missing")`, `Invalid("counter_row" | "region")`."""
    may_register(by)
    seen = set[str]()
    for one in rows:
        empty = [name for name in NEEDED if not getattr(one, name).strip()]
        if empty or one.code in seen:
            raise Invalid("counter_row", counter=one.code[:60], fields=empty or ["code"])
        seen.add(one.code)
        one.region = division(one.region)
    Counter.objects.all().delete()
    Counter.objects.bulk_create(rows)
    record(Kind.COUNTERS_SET, by=by, now=now, counters=[one.code for one in rows])
    return len(rows)
