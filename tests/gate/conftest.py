"""A town with data behind the gate, a pool of one worker for all tests, and short ways to ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kaimen.core.metadata.entry import PiClass, Text, Visibility
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.engines import pool
from kaimen.gate import services
from kaimen.gate.models import Clearance
from kaimen.gate.services import GrantForm, Question
from kaimen.web.now import now as the_moment
from tests.catalogue.city import ALLOWANCES, actor, an_institution, an_item, published
from tests.gate.assessed import assess_for
from tests.opening.town import Town, a_town, load

CANARIES = ("110101199001011237", "王小明", "13812345678", "canary-note")
PEOPLE = """person_id,name,phone,born,district,amount,note
110101199001011237,王小明,13812345678,1990-01-01,110108,100.50,canary-note
110101193605061234,李四,13912345678,1936-05-06,110105,700.00,canary-note
110101195012311238,赵大宝,,1950-12-31,110108,50.00,
110101194002291239,孙五,13712345678,1940-02-29,110101,800.25,x
"""

REGISTER = replace(
    ALLOWANCES,
    title=Text(zh="养老服务补贴发放记录", en="Care allowances paid"),
    items=(
        an_item("person_id", "身份证号", "Identity number", level=4, pi_class=PiClass.GENERAL, identifier_kind="direct", mask_rule="pseudonym:person", is_key=True, nullable=False),
        an_item("name", "姓名", "Name", level=3, pi_class=PiClass.GENERAL, identifier_kind="direct", mask_rule="keep:1,0"),
        an_item("phone", "电话", "Telephone", level=3, pi_class=PiClass.GENERAL, identifier_kind="direct", mask_rule="deny"),
        an_item("born", "出生日期", "Date of birth", data_type="D", level=3, pi_class=PiClass.GENERAL, identifier_kind="quasi", mask_rule="generalise:date:year"),
        an_item("district", "区", "District", level=2),
        an_item("amount", "金额", "Amount", data_type="N", length=8, precision=2, level=2),
        an_item("note", "备注", "Note", level=3, mask_rule="null"),
    ),
    visibility=Visibility.GOVERNMENT,
)  # fmt: skip


@dataclass
class Gate:
    """The town, its register of allowances with two agreements on it, and those who ask."""

    town: Town
    register: str
    slug: str
    district: Actor
    audit: Actor
    stranger: Actor
    now: datetime

    @property
    def steward(self) -> Actor:
        return self.town.city.civil_steward

    def ask(self, sql: str, *, by: Actor = ANYBODY, purpose: str = "public-use", **more) -> services.Answer:
        return services.answer(Question(sql=sql, purpose=purpose, **more), by=by, now=self.now)

    def rows(self, sql: str, *, by: Actor = ANYBODY, purpose: str = "public-use", **more) -> list[dict]:
        return [row for batch in self.ask(sql, by=by, purpose=purpose, **more).batches for row in batch.to_pylist()]

    def grant(self, code: str, *, by: Actor | None = None, **more) -> None:
        form = {
            "code": code,
            "dataset": self.register,
            "purposes": ("service-delivery",),
            "not_before": self.now - timedelta(days=1),
            "not_after": self.now + timedelta(days=100),
        }
        wanted = GrantForm(**(form | more))
        if (wanted.institution or wanted.person) and wanted.purposes and not Clearance.objects.filter(pk=f"PG-{code}"):
            assess_for(wanted, now=self.now)
        services.grant(wanted, by=by or self.steward, now=self.now)


@pytest.fixture(scope="session")
def pooled(tmp_path_factory) -> Iterator[Path]:
    """A home whose pool serves the whole session; tests put their own lake below it."""
    home = tmp_path_factory.mktemp("gate")
    with pool.serving(home, readable=[home], workers=2, time_zone="Asia/Shanghai"):
        yield home


@pytest.fixture
def home(pooled, settings, tmp_path_factory) -> Path:
    """The pool's home, with a lake of this test's own."""
    for child in pooled.iterdir():
        if child.name != "queries.sock":
            child.rename(tmp_path_factory.mktemp("old") / child.name)
    settings.KAIMEN_HOME = pooled
    return pooled


@pytest.fixture
def gate(transactional_db, home) -> Gate:
    now = the_moment()
    town = a_town(now=now)
    city = town.city
    entry = published(city, REGISTER, steward=city.civil_steward, head=city.civil_head, now=now)
    load(entry, PEOPLE, by=city.civil_steward, now=now)
    from kaimen.catalogue.selectors import published as in_force

    made = Gate(
        town=town,
        register=entry,
        slug=in_force(entry).slug,
        district=actor("steward", an_institution("haidian", "海淀区卫健委", "Haidian Health")),
        audit=actor("auditor", an_institution("audit", "审计局", "Audit Bureau")),
        stranger=actor("steward", an_institution("parks", "公园中心", "Parks")),
        now=now,
    )
    made.grant(
        "AG-2026-0113",
        institution=made.district.institution,
        duties=GrantForm.duties_of(
            columns=["person_id", "name", "born", "district", "amount", "note"], rows={"district": ["110108"]}
        ),
        basis_zh="核对本区津贴",
    )
    made.grant("AG-2026-0127", institution=made.audit.institution, purposes=("audit",))
    return made
