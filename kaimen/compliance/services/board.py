"""Run the control board: each control's functions look at the running system; what they found is kept, and the run is proved.

The functions are given in by the caller (`config.controls` knows every room; this room knows the rooms below only).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from time import perf_counter
from typing import Any

import rfc8785
from django.db import transaction

from kaimen.compliance.controls import attested
from kaimen.compliance.models import ControlResult, ControlRun
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.controls import Outcome, Part, Ref, outcome
from kaimen.core.lifecycle.rules import Control, Words
from kaimen.core.tlog.encoding import b64url
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence
from kaimen.office import selectors as office

log = logging.getLogger("kaimen.compliance")
Look = Callable[[datetime], Iterable[Part]]


def run_controls(looks: Mapping[str, Sequence[Look]], *, now: datetime) -> ControlRun:
    """Look at everything once. A function that fails is a failing part of its control, never a pass; nothing it did stays."""
    began, book = perf_counter(), office.rules()
    found = {control: _parts(control, _looks(book.controls[control], looks), now) for control in book.controls}
    states = {control: outcome(parts, advice=book.controls[control].advice).value for control, parts in found.items()}
    counts = {state.value: sum(1 for one in states.values() if one == state.value) for state in Outcome}
    digest = b64url(hashlib.sha256(rfc8785.dumps({name: _plain(parts) for name, parts in found.items()})).digest())
    before = {one.control: one for one in _last_results()}
    with transaction.atomic():
        receipt = evidence.record(
            Kind.CONTROLS_RUN,
            at=now,
            public={"out": "done", "d": digest},
            private={"pack": book.digest, "counts": counts},
        )
        run = ControlRun.objects.create(
            at=now, duration_ms=int((perf_counter() - began) * 1000), pack=f"{book.id}/{book.version}",
            pack_digest=book.digest, digest=digest, counts=counts, receipt=receipt.entry,
        )  # fmt: skip
        ControlResult.objects.bulk_create(
            ControlResult(
                run=run,
                control=control,
                outcome=states[control],
                parts=_plain(parts),
                since=before[control].since
                if control in before and before[control].outcome == states[control]
                else now,
            )
            for control, parts in found.items()
        )
    return run


def _looks(control: Control, looks: Mapping[str, Sequence[Look]]) -> Sequence[Look]:
    """What the rooms look at, and a person's word where the pack asks for one."""
    own = looks.get(control.id, ())
    return (*own, lambda now: attested(control, now)) if control.attests else own


def _last_results() -> list[ControlResult]:
    last = ControlRun.objects.order_by("-id").first()
    return list(ControlResult.objects.filter(run=last)) if last else []


def _parts(control: str, looks: Sequence[Look], now: datetime) -> list[Part]:
    found: list[Part] = []
    for look in looks:
        try:
            with transaction.atomic():
                found += look(now)
        except Exception as error:
            log.warning("control %s could not be worked out (%s)", control, type(error).__name__, exc_info=True)
            code = error.code if isinstance(error, KaimenError) else "broken"
            found.append(Part(words=Words(zh="没有算出来", en="It could not be worked out"), counted=0, broken=code))
    return found


def _plain(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [
        {
            "zh": part.words.zh,
            "en": part.words.en,
            "counted": part.counted,
            "failed": part.failed,
            "failing": [_named(one) for one in part.failing],
            "looked": [_named(one) for one in part.looked],
            "evidence": [_named(one) for one in part.evidence],
            "advice": part.advice,
            "outcome": part.outcome.value,
            "broken": part.broken,
        }
        for part in parts
    ]


def _named(one: Ref) -> dict[str, str]:
    return {"name": one.name, "en": one.en, "url": one.url}
