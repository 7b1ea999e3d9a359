"""What the control board asks of the gate: it tries what must be refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import KaimenError, Missing
from kaimen.core.lifecycle.controls import Part, Ref, part_of, unseen
from kaimen.core.lifecycle.rules import Words
from kaimen.core.metadata.entry import Kind, PiClass
from kaimen.core.policy.model import Channel
from kaimen.core.policy.obligations import Columns
from kaimen.core.policy.party import ANYBODY, Actor, InstitutionId, PersonId, Role, Via
from kaimen.core.policy.text import obligation_from_data
from kaimen.evidence import selectors as evidence
from kaimen.gate import selectors, services
from kaimen.gate.models import Decision, Grant
from kaimen.gate.services import GrantForm, Question, clearing
from kaimen.gate.services.answering import joint_hash
from kaimen.lake import selectors as lake
from kaimen.office import services as trying

_TRIED = 20
"""Datasets that the probe knocks at: those that are not open, the newest first."""
_SOMEBODY = Actor(institution=InstitutionId("00000000-0000-0000-0000-000000000000"), role=Role("steward"), via=Via.JOB)


def shut(now: datetime) -> Iterator[Part]:
    """BJ-45: nobody in particular, a body without ground, no purpose and an unknown purpose are refused, dataset by dataset."""
    closed = [entry for entry in catalogue.published_many(lake.datasets()).values() if entry.body.open_type == 3][
        :_TRIED
    ]
    for words, by, purpose in (
        (
            Words(
                zh="没有登录的人问不到不开放的数据", en="Nobody in particular gets nothing of data that are not open"
            ),
            ANYBODY,
            "public-use",
        ),
        (
            Words(zh="没有依据的机构问不到不开放的数据", en="A body without ground gets nothing of them"),
            _SOMEBODY,
            "duty",
        ),
        (Words(zh="没写用途的问题不放行", en="A question without a purpose is refused"), _SOMEBODY, ""),
        (Words(zh="用途不在清单里的问题不放行", en="A purpose that is not listed is refused"), _SOMEBODY, "whatever"),
    ):
        yield part_of(
            words,
            [
                (
                    _refused(entry.slug, by, purpose, now),
                    Ref(name=entry.title_zh, en=entry.title_en, url=f"/data/{entry.slug}"),
                )
                for entry in closed
            ],
        )


def _refused(slug: str, by: Actor, purpose: str, now: datetime) -> bool:
    try:
        services.decide(Question(sql=f'SELECT count(*) FROM "{slug}"', purpose=purpose), by=by, now=now)  # noqa: S608 - our own slug
    except KaimenError:
        return True
    return False


def assessed(now: datetime) -> Iterator[Part]:
    """BJ-48: what goes to another and needs an assessment first has one in force that covers it."""
    held = selectors.grants_in_force(now)
    entries = catalogue.published_many({one.dataset for one in held})
    things: list[tuple[bool, Ref]] = []
    for one in held:
        entry, duties = entries.get(one.dataset), [obligation_from_data(duty) for duty in one.duties]
        if entry is None or not clearing.needed(entry, duties, one.institution or one.person, exempt=one.exempt):
            continue
        found = clearing.cover(
            entry, duties, one.purposes, institution=one.institution, person=one.person, exempt=one.exempt, now=now
        )
        things.append((not found.missing, _grant(one)))
    yield part_of(
        Words(
            zh="需要评估的授权都有有效的评估",
            en="Each grant that needs an assessment stands on one in force",
        ),
        things,
    )


def minors(now: datetime) -> Iterator[Part]:
    """BJ-36: data on children are open to nobody, and a grant of them without an assessment is refused; each was tried."""
    flagged = [
        one for one in catalogue.published_of(Kind.DATASET) if any(item.pi_class is PiClass.MINOR for item in one.items)
    ]
    yield part_of(
        Words(zh="含未成年人信息的数据都不开放", en="Data with information on minors are open to nobody"),
        [(one.open_type == 3, Ref(name=one.title_zh, en=one.title_en, url=f"/data/{one.slug}")) for one in flagged],
    )

    def tried(dataset: str) -> bool:
        form = GrantForm(
            code="-", dataset=dataset, purposes=("duty",), institution=_SOMEBODY.institution, not_before=now,
            not_after=now + timedelta(hours=1),
        )  # fmt: skip
        refused = trying.refusal_of(lambda: services.grant(form, by=Actor(via=Via.JOB), now=now))
        return isinstance(refused, KaimenError) and refused.code == "assessment_missing"

    yield part_of(
        Words(
            zh="试着不经评估就把它们授权给别的机构，被拒绝",
            en="A grant of them to another body without an assessment was tried and refused",
        ),
        [
            (tried(one.id), Ref(name=one.title_zh, en=one.title_en, url=f"/data/{one.slug}"))
            for one in flagged
            if selectors.columns_given(one, ()) & {item.column for item in one.items if item.pi_class is PiClass.MINOR}
        ][:_TRIED],
    )


def emergencies(now: datetime) -> Iterator[Part]:
    """BJ-40: an emergency grant gives named columns only and shuts by itself: it was asked at the moment at which it ends."""
    del now
    held = selectors.grants_exempt(clearing.EMERGENCY)
    yield part_of(
        Words(zh="紧急授权写明给哪些数据项", en="Emergency grants name the columns that they give"),
        [(any(isinstance(obligation_from_data(duty), Columns) for duty in one.duties), _grant(one)) for one in held],
    )
    entries = catalogue.published_many({one.dataset for one in held})

    def shut_at_its_end(one: Grant) -> bool:
        question = Question(
            sql=f'SELECT count(*) FROM "{entries[one.dataset].slug}"',  # noqa: S608 - our own slug
            purpose=one.purposes[0],
            agreement=one.code,
        )
        by = Actor(institution=InstitutionId(one.institution), role=Role("steward"), via=Via.JOB)
        return trying.refusal_of(lambda: services.decide(question, by=by, now=one.not_after)) is not None

    yield part_of(
        Words(
            zh="试着在到期那一刻凭紧急授权提问，被拒绝",
            en="A question under an emergency grant at the moment of its end was tried and refused",
        ),
        [(shut_at_its_end(one), _grant(one)) for one in held if one.dataset in entries][:_TRIED],
    )


def replays(now: datetime) -> Iterator[Part]:
    """BJ-57: the newest answers tell who asked, what for and why; those whose data and agreements stand as then are decided equal again."""
    sample = selectors.decisions_before(now, limit=_TRIED)
    told = {one.receipt: _told(one.receipt) for one in sample}
    yield part_of(
        Words(
            zh="抽取的决定都能查到谁问的、用途和当时依据的政策",
            en="Decisions drawn as a sample show who asked, for what, and under which policies",
        ),
        [
            (
                bool(one.policies and one.policy_hash and one.purpose)
                and bool({"role", "question"} <= told[one.receipt].keys()),
                Ref(name=one.receipt, url=f"/log/{one.receipt}"),
            )
            for one in sample
        ],
    )
    entries = catalogue.published_many({dataset for one in sample for dataset in one.datasets})
    standing = [
        one
        for one in sample
        if one.channel == Channel.SQL.value
        and told[one.receipt]
        and all(dataset in entries and entries[dataset].published_at <= one.at for dataset in one.datasets)
        and not selectors.changed_since(one.policies, one.datasets, one.at)
    ]
    yield part_of(
        Words(
            zh="数据和协议没有变过的，按当时重放，决定一致",
            en="Where data and agreements stand as then, the decision comes out equal when it is replayed",
        ),
        [(_equal_again(one, told[one.receipt]), Ref(name=one.receipt, url=f"/log/{one.receipt}")) for one in standing],
    )


def _told(receipt: str) -> dict[str, object]:
    """The private record of an answer; nothing where the person it was about has been erased."""
    try:
        return dict(evidence.private_record(receipt, reader=Actor(via=Via.JOB))[0])
    except KaimenError:
        return {}


def _equal_again(one: Decision, told: dict[str, object]) -> bool:
    by = Actor(
        person=PersonId(one.person) if one.person else None,
        institution=InstitutionId(one.institution) if one.institution else None,
        role=Role(str(told["role"])),
    )
    agreement = str(told["agreement"]) if told.get("agreement") else None
    question = Question(sql=str(told["question"]), purpose=one.purpose, agreement=agreement)
    try:
        found = services.decide(question, by=by, now=one.at)
    except KaimenError:
        return False
    return joint_hash([each.policy_hash for each in found.decisions]) == one.policy_hash


def answers(now: datetime) -> Iterator[Part]:
    """BJ-39: each answer of the sample is bound to a purpose and stands, signed with its time, in the log."""
    sample = selectors.decisions_before(now, limit=_TRIED)
    yield part_of(
        Words(
            zh="抽取的查询结果都限定用途，带时间的签名凭证在公开日志里",
            en="Answers drawn as a sample are bound to a purpose, and their signed and timed receipt stands in the log",
        ),
        [
            (bool(one.purpose) and _logged(one.receipt), Ref(name=one.receipt, url=f"/log/{one.receipt}"))
            for one in sample
        ],
    )
    yield unseen(
        Words(
            zh="电子证照和印章的核验服务（还没有接入，没有检查）",
            en="The verification of e-licences and e-seals (not connected yet, not looked at)",
        )
    )


def _logged(receipt: str) -> bool:
    try:
        evidence.entry(receipt)
    except Missing:
        return False
    return True


_NUMBER = re.compile(r"[A-Z]{2}-\d{4}-\d{6}")
"""The form of a case's number. What was entered by hand is called otherwise, and has no case to be followed to."""


def _grant(one: Grant) -> Ref:
    return Ref(name=one.code, url=f"/cases/{one.code}" if _NUMBER.fullmatch(one.code) else "")
