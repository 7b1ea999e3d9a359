"""A desk as a calendar (RFC 5545): what is due, a day each, for whoever holds its address.

The address is the whole right to read it, so titles stay on the desk: a case's number stands in for them, and leads to its page, which
asks who comes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from kaimen.accounts import selectors, tokens
from kaimen.accounts.models import DeskFeed, Institution
from kaimen.accounts.roles import APPLICANT
from kaimen.accounts.services.recording import key
from kaimen.core.errors import Missing
from kaimen.core.policy.party import Actor
from kaimen.office import selectors as office

MOST = 1000
_CASE = re.compile(r"/cases/([A-Z]+-[0-9]{4}-[0-9]+)")
REFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One due day of a desk, without its title."""

    number: int
    at: datetime
    url: str = ""

    @property
    def case(self) -> str:
        """The number of the case that is due; empty for what is none."""
        found = _CASE.fullmatch(self.url)
        return found[1] if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDesk:
    """The desk behind an address: in which role of which body, and what is due."""

    role: str
    institution: Institution | None
    due: Sequence[Due]


def desk_by_feed(text: str, *, at: datetime) -> FeedDesk:
    """What a calendar program reads. Raises `Missing("desk_feed")` for anything that is not good: the answer is the same for all."""
    presented = tokens.read(text, kind=tokens.CALENDAR)
    feeds = DeskFeed.objects.select_related("account__person", "appointment__institution")
    feed = feeds.filter(pk=presented.id).first() if presented else None
    if presented is None or feed is None or not presented.is_of(feed.digest) or not _good(feed, at=at):
        raise Missing("desk_feed")
    held, holder = feed.appointment, feed.account.person
    items = office.desk(
        institution=str(held.institution_id) if held else "",
        role=held.role if held else APPLICANT,
        person=str(holder.merged_into_id or holder.pk),
        limit=MOST,
        dated_only=True,
    )
    return FeedDesk(
        role=held.role if held else APPLICANT,
        institution=held.institution if held else None,
        due=[Due(number=item.pk, at=item.due, url=item.url) for item in items if item.due is not None],
    )


def _good(feed: DeskFeed, *, at: datetime) -> bool:
    held = feed.appointment
    return (
        feed.ended_at is None
        and at < feed.expires_at
        and feed.account.is_active
        and (held is None or selectors.appointment_in_force(held, at))
    )


def feed_id(text: str) -> str:
    """Which address this is; its secret is not in it."""
    presented = tokens.read(text, kind=tokens.CALENDAR)
    return presented.id if presented else ""


def feeds_of(by: Actor, *, at: datetime) -> list[DeskFeed]:
    """The addresses that the asker made and that still work, newest first."""
    return list(
        DeskFeed.objects.filter(account_id=key(by.account), ended_at=None, expires_at__gt=at)
        .select_related("appointment__institution")
        .order_by("-created_at")
    )


def calendar_of(desk: FeedDesk, *, name: str, site: str, at: datetime) -> bytes:
    """The calendar's bytes; `site` stands before the addresses of cases. Each event keeps its identity over time, so a due day that moves, moves its event."""
    calendar = Calendar()
    calendar.add("prodid", "-//Kaimen//Desk//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    zone = ZoneInfo(settings.TIME_ZONE)
    host = settings.KAIMEN_HOST.partition(":")[0]
    for one in desk.due:
        day = one.at.astimezone(zone).date()
        event = Event()
        event.add("uid", f"desk-{one.number}@{host}")
        event.add("dtstamp", at)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        if one.case:
            event.add("summary", _("Case %(number)s is due") % {"number": one.case})
        else:
            event.add("summary", _("Item %(number)s of the desk is due") % {"number": one.number})
        event.add("url", f"{site}{one.url if one.case else '/desk'}")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical()
