"""The desk: what waits for me in the hat I wear, sorted by the clock: late, today, coming, undated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kaimen.accounts.selectors import Arrival
from kaimen.office import selectors as office
from kaimen.web.parts import Pager

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Words first, then the date, then a bar; as `web/parts/clock.html` draws it."""

    words: str
    law: str
    state: str
    done: float
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One case on the desk."""

    title_zh: str
    title_en: str
    url: str
    number: int
    """What people call the case by; the calendar names it so too."""
    clock: Clock
    lead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything that waits."""

    late: Sequence[Duty]
    today: Sequence[Duty]
    coming: Sequence[Duty]
    undated: Sequence[Duty]
    undelivered: int
    count: int
    late_count: int
    today_count: int
    pager: Pager


def of(arrival: Arrival, *, at: datetime, page: int = 1) -> Desk:
    """A page of the desk of whoever arrived: in the role and body they act for now, and in person."""
    actor = arrival.actor
    zone = ZoneInfo(settings.TIME_ZONE)
    here = at.astimezone(zone).date()
    institution, role, person = str(actor.institution or ""), str(actor.role), str(actor.person or "")
    begins = datetime.combine(here, time(), zone)
    size = office.desk_count(
        institution=institution, role=role, person=person, day_begins=begins, day_ends=begins + timedelta(days=1)
    )
    pages = max(1, -(-size.total // SHOWN))
    page = min(max(page, 1), pages)
    items = office.desk(
        institution=institution, role=role, person=person, limit=SHOWN, offset=(page - 1) * SHOWN, counted=size
    )
    piles: dict[str, list[Duty]] = {"late": [], "today": [], "coming": [], "undated": []}
    for item in items:
        due = item.due.astimezone(zone).date() if item.due else None
        pile = "undated" if due is None else "late" if due < here else "today" if due == here else "coming"
        piles[pile].append(
            Duty(
                title_zh=item.title_zh,
                title_en=item.title_en,
                url=f"/en{item.url}"
                if (get_language() or "").startswith("en") and item.url.startswith("/")
                else item.url,
                number=item.pk,
                clock=_clock(due, opened=item.opened_at.astimezone(zone).date(), here=here),
                lead=page == 1 and pile in {"late", "today"} and not piles[pile],
            )
        )
    undelivered = office.dead_letters().count() if actor.role == "operator" else 0
    return Desk(
        **piles,
        undelivered=undelivered,
        count=size.total,
        late_count=size.late,
        today_count=size.today,
        pager=Pager(page=page, pages=pages),
    )


def _clock(due: date | None, *, opened: date, here: date) -> Clock:
    if due is None:
        return Clock(words=_("No date"), law=_("since %(day)s") % {"day": f"{opened:%m-%d}"}, state="", done=0, total=1)
    days = (due - here).days
    total = max((due - opened).days, 1)
    law = _("due %(day)s") % {"day": f"{due:%m-%d}"}
    if days < 0:
        words = ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}
        return Clock(words=words, law=law, state="late", done=1, total=1)
    if days == 0:
        return Clock(words=_("Today"), law=law, state="due", done=1, total=1)
    words = ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}
    return Clock(words=words, law=law, state="", done=max(total - days, 0), total=total)
