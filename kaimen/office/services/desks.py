"""Desks: what waits for whom. The room that owns a case puts it on a desk and takes it off in the transaction that changes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kaimen.office.models import DeskItem


def open_desk_item(
    *,
    kind: str,
    ref: str,
    url: str,
    institution: str,
    role: str,
    title_zh: str,
    title_en: str,
    now: datetime,
    person: str = "",
    due: datetime | None = None,
    apart: Iterable[str] = (),
) -> None:
    """Put a case on a desk: of a role in an institution (empty institution: wherever the role is held), or of one person.

    `apart`: persons who may not take the step for which it lies there, so that it is not on theirs.
    """
    barred = sorted(set(apart))
    DeskItem.objects.create(
        kind=kind, ref=ref, url=url, institution=institution, role=role, person=person,
        title_zh=title_zh, title_en=title_en, opened_at=now, due=due,
        apart=f"|{'|'.join(barred)}|" if barred else "",
    )  # fmt: skip


def close_desk_items(*, kind: str, ref: str, now: datetime) -> int:
    """Take a case off every desk; returns how many items were closed."""
    return DeskItem.objects.filter(kind=kind, ref=ref, closed_at__isnull=True).update(closed_at=now)
