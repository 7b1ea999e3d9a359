"""Each service that the public can begin, and where it can be had: online, at a counter, by telephone, by letter.

The page `/service/channels`, the API and the control BJ-54 read the same: what stands on the page is what was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors
from kaimen.core.lifecycle.workflow import PUBLIC, Workflow
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Principal, Role

ONLINE, COUNTER, TELEPHONE, LETTER = "online", "counter", "telephone", "letter"
ORDER = (ONLINE, COUNTER, TELEPHONE, LETTER)
HELPED = frozenset({COUNTER, TELEPHONE})
"""Ways on which a helper writes down what somebody says."""
_HELPING = Actor(
    person=PersonId("-"),
    institution=InstitutionId("-"),
    role=Role(selectors.HELPER),
    on_behalf=Principal(person=None, described_as="-"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A workflow that the public can begin; `ways` in their order, as they are there now."""

    flow: Workflow
    ways: tuple[str, ...]

    @property
    def online_only(self) -> bool:
        """Nobody can have it without the internet."""
        return not set(self.ways) - {ONLINE}


def services(now: datetime) -> list[Service]:
    """All of them, in the pack's order.

    A way of the pack is there where it can really be gone: a counter needs a place and a helper in office, the telephone a helper, and
    both a first step that a helper may take for somebody.
    """
    helpers, places = bool(accounts.holders(selectors.HELPER, None, at=now)), bool(accounts.counters())
    told = accounts.service_ways()
    found = list[Service]()
    for flow in selectors.workflows().values():
        if not any(PUBLIC in act.roles for act in flow.opening):
            continue
        helped = helpers and selectors.may_begin(_HELPING, flow) is not None
        there = {ONLINE: True, COUNTER: helped and places, TELEPHONE: helped, LETTER: True}
        named = {ONLINE} | told.get(flow.code, frozenset())
        found.append(Service(flow=flow, ways=tuple(way for way in ORDER if way in named and there[way])))
    return found
