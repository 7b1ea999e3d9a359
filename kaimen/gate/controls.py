"""What the control board asks of the gate: it tries what must be refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.controls import Part, Ref, part_of
from kaimen.core.lifecycle.rules import Words
from kaimen.core.policy.party import ANYBODY, Actor, InstitutionId, Role, Via
from kaimen.gate import services
from kaimen.gate.services import Question
from kaimen.lake import selectors as lake

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
                (_refused(entry.slug, by, purpose, now), Ref(name=entry.title_zh, url=f"/data/{entry.slug}"))
                for entry in closed
            ],
        )


def _refused(slug: str, by: Actor, purpose: str, now: datetime) -> bool:
    try:
        services.decide(Question(sql=f'SELECT count(*) FROM "{slug}"', purpose=purpose), by=by, now=now)  # noqa: S608 - our own slug
    except KaimenError:
        return True
    return False
