"""What the control board asks of the open window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.controls import Part, Ref, part_of, unseen
from kaimen.core.lifecycle.rules import Words
from kaimen.core.metadata.entry import Kind, PublishedEntry
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.services import Question
from kaimen.office import selectors as office
from kaimen.opening import planning
from kaimen.opening.models import PlanItem

_OPEN, _ON_CONDITIONS = 1, 2
_SETTLED = ("published", "closed")


def plan(now: datetime) -> Iterator[Part]:
    """BJ-18: this year's plan is out, each body that opens data has a line in it, and lines are whole."""
    year = office.rules().calendar.day(now).year
    out = [case for case in cases.in_states(planning.PLAN, _SETTLED) if case.facts.get("year") == year]
    here = Ref(name=str(year), url=f"/plan?year={year}")
    yield part_of(
        Words(zh="今年的开放计划已公布", en="This year's plan is published"),
        [(True, here)] if out else [],
        presence=True,
    )
    lines = list(PlanItem.objects.filter(plan__in=[case.pk for case in out]).order_by("plan", "n"))
    listed = {line.institution for line in lines}
    providers = {str(one.provider) for one in _datasets() if one.open_type in {_OPEN, _ON_CONDITIONS}}
    yield part_of(
        Words(zh="每个开放数据的机构都在计划里", en="Each body that opens data stands in the plan"),
        [
            (str(one.pk) in listed, Ref(name=one.name_zh, en=one.name_en, url=f"/org/{one.slug}"))
            for one in (accounts.institutions(at=now) if out else ())
            if str(one.pk) in providers
        ],
    )
    yield part_of(
        Words(
            zh="计划各项写明名称、开放类型、机构和计划日期，写明的需求查得到",
            en="Lines state title, open type, body and planned day, and the demand that they name is there",
        ),
        [
            (
                bool(line.title_zh and line.title_en and line.institution)
                and line.open_type in {_OPEN, _ON_CONDITIONS}
                and (not line.demand or bool(cases.known_numbers([line.demand]))),
                Ref(name=line.title_zh or str(line.n), en=line.title_en, url=f"/plan?year={year}"),
            )
            for line in lines
        ],
    )
    entries = catalogue.published_many({line.dataset for line in lines if line.dataset})
    yield part_of(
        Words(zh="计划里标为已开放的，真有数据", en="What the plan calls opened is there, with data"),
        [
            (
                line.dataset in entries and entries[line.dataset].has_data,
                Ref(name=line.title_zh, en=line.title_en, url=f"/plan?year={year}"),
            )
            for line in lines
            if line.state == PlanItem.State.OPENED
        ],
    )


def open_data(now: datetime) -> Iterator[Part]:
    """BJ-18: a stranger is let in to each dataset that is called open, and to none that is open on conditions; both were tried.

    Data that an objection took offline are closed as the law wants it, until it is reviewed.
    """
    held = [one for one in _datasets() if one.has_data and not _contested(one)]
    yield part_of(
        Words(
            zh="试着不登录查询标为无条件开放的数据，全都放行",
            en="A question to each open dataset by somebody who is not signed in was tried and let through",
        ),
        [(_let_in(one, ANYBODY, now), _ref(one)) for one in held if one.open_type == _OPEN],
    )
    yield part_of(
        Words(
            zh="试着不登录查询有条件开放的数据，全都被拒绝",
            en="A question to data that are open on conditions by somebody who is not signed in was tried and refused",
        ),
        [(not _let_in(one, ANYBODY, now), _ref(one)) for one in held if one.open_type == _ON_CONDITIONS],
    )
    flow = cases.workflows().get("open_application")
    way = flow is not None and cases.may_begin(Actor(role=ANYBODY.role), flow) is not None
    yield part_of(
        Words(zh="有条件开放的数据，公众可以申请", en="The public can apply for data that are open on conditions"),
        [(way, _ref(one)) for one in _datasets() if one.open_type == _ON_CONDITIONS],
    )


def _contested(entry: PublishedEntry) -> bool:
    shut = gate_selectors.shut(entry.id)
    return shut is not None and shut.because == "objection"


def non_public(now: datetime) -> Iterator[Part]:
    """BJ-31: what an enterprise publishes is marked non-public and has its own licence and way of acquisition."""
    kinds = {str(one.pk): one.body_kind for one in accounts.institutions(at=now)}
    theirs = [
        one for one in _datasets() if one.body.non_public.supplied or kinds.get(str(one.provider)) == "enterprise"
    ]
    yield part_of(
        Words(
            zh="企业发布的条目标为非公共数据，并写明许可和取得方式",
            en="What enterprises publish is marked non-public and states licence and way of acquisition",
        ),
        [
            (one.body.non_public.supplied and bool(one.body.licence and one.body.non_public.acquisition), _ref(one))
            for one in theirs
        ],
    )
    yield unseen(
        Words(
            zh="非公共数据在筛选和统计里单列（目录还没有这个筛选，没有检查）",
            en="Non-public data kept apart in filters and figures (there is no such filter yet, not looked at)",
        )
    )


def _datasets() -> list[PublishedEntry]:
    return catalogue.published_of(Kind.DATASET)


def _let_in(entry: PublishedEntry, by: Actor, now: datetime) -> bool:
    question = Question(sql=f'SELECT count(*) FROM "{entry.slug}"', purpose="public-use")  # noqa: S608 - our own slug
    try:
        gate.decide(question, by=by, now=now)
    except KaimenError:
        return False
    return True


def _ref(one: PublishedEntry) -> Ref:
    return Ref(name=one.title_zh, en=one.title_en, url=f"/data/{one.slug}")
