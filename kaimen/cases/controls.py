"""What the control board asks of cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from kaimen.cases import selectors, ways
from kaimen.cases.models import Act
from kaimen.catalogue import selectors as catalogue
from kaimen.core.lifecycle.controls import Part, Ref, part_of
from kaimen.core.lifecycle.rules import Words
from kaimen.office import services as office

_CHANNELS = ("sharing_dispute", "objection")


def offline_ways(now: datetime) -> Iterable[Part]:
    """BJ-54: no service that the public can begin is online only, and each can be had through a helper; the same list stands on a page."""
    found = ways.services(now)
    page = Ref(name="服务渠道", en="Ways of service", url="/service/channels")
    yield part_of(
        Words(zh="没有只能在网上办的服务", en="No service is online only"),
        [
            (not one.online_only, Ref(name=one.flow.words.zh, en=one.flow.words.en, url="/service/channels"))
            for one in found
        ],
        evidence=[page],
    )
    yield part_of(
        Words(
            zh="公众能在网上办的事项，都能在窗口或电话由代办员办理",
            en="Whatever the public can begin online, a helper can begin for them at a counter or by telephone",
        ),
        [
            (
                bool(ways.HELPED & set(one.ways)),
                Ref(name=one.flow.words.zh, en=one.flow.words.en, url=f"/cases/new/{one.flow.code}"),
            )
            for one in found
        ],
        evidence=[page],
    )


def frozen(now: datetime) -> Iterator[Part]:
    """BJ-22 (c): a step that was taken can be neither changed nor deleted: both were tried on the newest of each workflow."""
    del now
    newest = selectors.newest_steps()
    yield part_of(
        Words(
            zh="试着改、删案件里走过的步骤，被拒绝",
            en="Changing and deleting a step that a case has taken was tried and refused",
        ),
        [
            (
                office.refusal_of(act) is not None,
                Ref(name=f"{step.case.number} {step.n}", url=f"/cases/{step.case.number}"),
            )
            for step in newest
            for act in (step.delete, lambda step=step: Act.objects.filter(pk=step.pk).update(verb="-"))
        ],
    )


def channels(now: datetime) -> Iterator[Part]:
    """BJ-50: each dataset that is shown, and each case of sharing, has a way to object or dispute, with terms."""
    del now
    flows = selectors.workflows()
    open_ways = {code for code in _CHANNELS if code in flows and any(act.starts for act in flows[code].acts.values())}
    shown = list(catalogue.by_slug())
    yield part_of(
        Words(zh="每份展示的数据都有异议渠道和期限", en="Each dataset that is shown has a way to object, with terms"),
        [("objection" in open_ways, Ref(name=slug, url=f"/data/{slug}")) for slug in shown],
    )
    yield part_of(
        Words(zh="每件共享申请都有争议渠道和期限", en="Each request for sharing has a way to dispute, with terms"),
        [
            ("sharing_dispute" in open_ways, Ref(name=case.number, url=f"/cases/{case.number}"))
            for case in selectors.in_states("sharing_request", selectors.states("sharing_request"))
        ],
    )
