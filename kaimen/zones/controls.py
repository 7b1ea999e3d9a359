"""What the control board asks of zones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from kaimen.core.lifecycle.controls import Part, Ref, part_of
from kaimen.core.lifecycle.rules import Words
from kaimen.core.policy.model import Channel
from kaimen.core.policy.obligations import Delivery
from kaimen.core.policy.text import obligation_from_data
from kaimen.gate import selectors as gate
from kaimen.zones import selectors
from kaimen.zones.models import Admission, Artefact, Zone


def zones(now: datetime) -> Iterator[Part]:
    """BJ-19: the dossier is whole, data are used inside only, and nothing left without a decision on these very bytes."""
    running = list(Zone.objects.filter(state=Zone.State.OPERATING).order_by("slug"))
    yield part_of(
        Words(
            zh="运营中的专区在授权期内，协议文本没有变过，有产品清单",
            en="Zones in operation are within their term, their agreement is as it was signed, and it lists products",
        ),
        [(_whole(one, now), Ref(name=one.name_zh, en=one.name_en, url=f"/zones/{one.slug}")) for one in running],
    )
    admitted = list(Admission.objects.filter(withdrawn_at=None).order_by("code"))
    grants = gate.grants_by_code(one.code for one in admitted)
    yield part_of(
        Words(
            zh="入区数据的授权只在专区通道里有效",
            en="The grant of what is admitted opens the channel of zones and no other",
        ),
        [
            (one.code in grants and _inside_only(grants[one.code].duties), Ref(name=one.code, url=f"/cases/{one.code}"))
            for one in admitted
        ],
    )
    left = list(Artefact.objects.defer("content").filter(state__in=selectors.LEFT).order_by("number"))
    releases = gate.releases_by_code(one.number for one in left)
    yield part_of(
        Words(
            zh="出区的每一份成果都有决定，摘要和所交付的一致",
            en="Each result that left has its decision, and the digest of what is delivered is the one that was reviewed",
        ),
        [
            (
                one.number in releases and releases[one.number].sha256 == one.sha256,
                Ref(name=one.number, url=f"/cases/{one.number}"),
            )
            for one in left
        ],
    )


def _whole(zone: Zone, now: datetime) -> bool:
    intact = hashlib.sha256(zone.agreement.encode()).hexdigest() == zone.digest
    return intact and bool(zone.products) and selectors.in_force(zone, now)


def _inside_only(duties: list[object]) -> bool:
    read = [obligation_from_data(duty) for duty in duties]  # type: ignore[arg-type]  # as the gate wrote them
    return Delivery((Channel.ZONE.value,)) in read
