"""What the control board asks of sharing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.compliance.selectors import commitments as committed
from kaimen.core.lifecycle.controls import Part, Ref, part_of
from kaimen.core.lifecycle.rules import Words
from kaimen.core.policy import odrl
from kaimen.gate import selectors as gate
from kaimen.sharing import selectors
from kaimen.sharing.models import Agreement


def agreements(now: datetime) -> Iterator[Part]:
    """BJ-17: one agreement carries every way of supply: the grant in force says what was signed, and the document is as it was signed."""
    live = {case.pk for case in cases.in_states("sharing_request", {"in_use", "ending"})}
    kept = list(Agreement.objects.filter(case__in=live))
    grants = gate.grants_by_code([one.code for one in kept])

    def well(one: Agreement) -> bool:
        document = selectors.document(one)
        if odrl.digest(document) != one.digest:
            return False
        terms, grant = odrl.read(document), grants.get(one.code)
        return (
            grant is not None
            and grant.ended_at(now) is None
            and (grant.dataset, grant.institution) == (terms.dataset, terms.assignee)
            and set(grant.purposes) == set(terms.purposes)
        )

    yield part_of(
        Words(
            zh="使用中的协议和门上的授权一致，文本没有变过",
            en="Agreements in use and the grants of the gate say the same, and their text is as signed",
        ),
        [(well(one), Ref(name=one.code, url=f"/agreements/{one.code}")) for one in kept],
    )


def regions(now: datetime) -> Iterator[Part]:
    """BJ-08: both sides of an agreement across regions have region and level on record."""
    del now
    things: list[tuple[bool, Ref]] = []
    for one in Agreement.objects.all():
        sides = [accounts.institution(one.provider), accounts.institution(one.demand)]
        if sides[0].region != sides[1].region or sides[0].level != sides[1].level:
            things.append(
                (all(side.region and side.level for side in sides), Ref(name=one.code, url=f"/agreements/{one.code}"))
            )
    yield part_of(
        Words(
            zh="跨地区、跨层级的协议写明双方的地区和层级",
            en="Agreements across regions or levels state region and level of both sides",
        ),
        things,
    )


def commitments(now: datetime) -> Iterator[Part]:
    """BJ-48: whoever uses data by an agreement has signed the data-use commitment."""
    del now
    live = cases.in_states("sharing_request", {"in_use", "ending"})
    signed = committed.committed(case.number for case in live)
    yield part_of(
        Words(
            zh="使用中的共享都有签署的数据使用承诺",
            en="Whoever uses shared data has signed the data-use commitment",
        ),
        [(case.number in signed, Ref(name=case.number, url=f"/cases/{case.number}")) for case in live],
        evidence=[Ref(name="/commitments/text", url="/commitments/text")],
    )
