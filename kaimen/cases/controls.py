"""What the control board asks of cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from kaimen.cases import selectors
from kaimen.core.lifecycle.controls import Part, Ref, part_of
from kaimen.core.lifecycle.rules import Words
from kaimen.core.lifecycle.workflow import PUBLIC
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Principal, Role

_AT_THE_COUNTER = Actor(
    person=PersonId("-"),
    institution=InstitutionId("-"),
    role=Role("helper"),
    on_behalf=Principal(person=None, described_as="-"),
)
_CHANNELS = {"sharing_dispute": ("共享争议", "disputes about sharing"), "objection": ("数据异议", "objections to data")}


def offline_ways(now: datetime) -> Iterable[Part]:
    """BJ-54: whatever the public can begin online, a helper can begin for them; services that are online only are listed here."""
    del now
    public = [flow for flow in selectors.workflows().values() if any(PUBLIC in act.roles for act in flow.opening)]
    yield part_of(
        Words(
            zh="公众能在网上办的事项，都能在窗口或电话由代办员办理",
            en="Whatever the public can begin online, a helper can begin for them at a counter or by telephone",
        ),
        [
            (
                selectors.may_begin(_AT_THE_COUNTER, flow) is not None,
                Ref(name=flow.words.zh, url=f"/cases/new/{flow.code}"),
            )
            for flow in public
        ],
        evidence=[Ref(name="/cases/new", url="/cases/new")],
    )


def channels(now: datetime) -> Iterator[Part]:
    """BJ-50: there is a way to dispute or to object, with rules and terms."""
    del now
    flows = selectors.workflows()
    yield part_of(
        Words(
            zh="共享、开放都有争议或异议的渠道，并有期限",
            en="Sharing and opening have a way to dispute or object, with terms",
        ),
        [
            (
                code in flows and any(act.starts for act in flows[code].acts.values()),
                Ref(name=zh, url=f"/cases/new/{code}" if code in flows else ""),
            )
            for code, (zh, _) in _CHANNELS.items()
        ],
        presence=True,
    )
