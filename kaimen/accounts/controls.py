"""What the control board asks of people and institutions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kaimen.accounts import selectors
from kaimen.accounts.models import Appointment, in_force_at
from kaimen.core.lifecycle.controls import Part, Ref, part_of
from kaimen.core.lifecycle.rules import Words
from kaimen.core.policy.party import PersonId

_TRIED = 50


def heads(now: datetime) -> Iterable[Part]:
    """BJ-46: each public body has a head on record as first responsible person; a chief data officer does not replace one."""
    held = set(
        Appointment.objects.filter(role="department_head")
        .filter(in_force_at(now))
        .values_list("institution_id", flat=True)
    )
    yield part_of(
        Words(
            zh="每个公共机构都登记了第一责任人（部门负责人）",
            en="Each public body has its first responsible person on record (the head of department)",
        ),
        [
            (one.pk in held, Ref(name=one.name_zh, en=one.name_en, url=f"/org/{one.slug}"))
            for one in selectors.institutions(at=now)
            if one.body_kind in selectors.PUBLIC_BODIES
        ],
    )


def chief_data_officers(now: datetime) -> Iterable[Part]:
    """BJ-48, advice: how many bodies have a chief data officer. A vacancy is no breach."""
    held = set(Appointment.objects.filter(role="cdo").filter(in_force_at(now)).values_list("institution_id", flat=True))
    yield part_of(
        Words(zh="鼓励设立首席数据官（建议）", en="A chief data officer is encouraged (advice)"),
        [
            (one.pk in held, Ref(name=one.name_zh, en=one.name_en, url=f"/org/{one.slug}"))
            for one in selectors.institutions(at=now)
            if one.body_kind in selectors.PUBLIC_BODIES
        ],
        advice=True,
    )


def expired(now: datetime) -> Iterable[Part]:
    """BJ-43: nobody acts in an office whose day is over: the hats of those whose appointment ran out were asked for."""
    over = Appointment.objects.filter(until__lte=now).select_related("institution").order_by("-until")[:_TRIED]
    yield part_of(
        Words(
            zh="试着用已到期的任职进入，被拒绝",
            en="Appointments that have run out were tried, and none of them could be put on",
        ),
        [
            (
                all(hat.pk != one.pk for hat in selectors.in_force(PersonId(str(one.person_id)), at=now)),
                Ref(
                    name=f"{one.institution.name_zh} {selectors.role_name(one.role, 'zh')}",
                    en=f"{one.institution.name_en}, {selectors.role_name(one.role, 'en')}",
                    url=f"/org/{one.institution.slug}",
                ),
            )
            for one in over
        ],
    )
