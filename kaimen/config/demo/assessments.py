"""Impact assessments that the demo city's agreements stand on: drafted, endorsed and approved by the three people whose act it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from demo.plan import City
from kaimen.accounts import selectors as accounts
from kaimen.cases import services as cases
from kaimen.catalogue import selectors as catalogue
from kaimen.config.demo.people import People
from kaimen.core.errors import Refused
from kaimen.gate import selectors as gate
from kaimen.gate import services
from kaimen.gate.services import GrantForm


def assess(form: GrantForm, plan: City, people: People, *, body: str, now: datetime) -> None:
    """What the grant needs and no assessment in force covers."""
    entry = catalogue.published(form.dataset)
    try:
        services.assessed(form, entry, now=now)
    except Refused:
        pass
    else:
        return
    given = gate.columns_given(entry, form.duties)
    facts = {
        "dataset": entry.slug,
        "kind": "impact",
        "recipient": accounts.institution(str(form.institution)).slug,
        "purposes": list(form.purposes),
        "columns": [item.column for item in entry.items if item.column in given],
        "legality": f"{form.basis_zh}只提供办这件事必需的数据项。（示范数据）",
        "risk": "能认出本人的数据项如果泄露，会影响本人的隐私和安宁；其余数据项影响较小。（示范数据）",
        "measures": "门只在协议期内对这个单位、这个用途开；能认出本人的数据项遮盖后提供；每次查询留痕；用完处置并出具证明。（示范数据）",
        "grade": "medium",
        "holds_until": (form.not_after + timedelta(days=30)).date().isoformat(),
    }
    steward, officer, head = (
        people.holder(plan, body, role).acting(now) for role in ("steward", "protection_officer", "department_head")
    )
    number = cases.begin("impact_assessment", facts, by=steward, now=now).case.number
    reviewed, approved = now + timedelta(hours=20), now + timedelta(hours=26)
    cases.act(number, "review", {"opinion": "措施与风险相适应。"}, by=officer, now=reviewed)
    cases.act(number, "approve", {}, by=head, now=approved)
