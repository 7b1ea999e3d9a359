"""Schedules: each due moment one run, whatever happens to workers and clocks; what was missed is told and made up once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time as clock
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.rhythm import LAST, Every, Rhythm
from kaimen.core.lifecycle.rules import Words
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Role, Via
from kaimen.core.tlog import leaf
from kaimen.evidence.models import Entry
from kaimen.office import offers, selectors, services
from kaimen.office.models import Run, Schedule
from kaimen.office.services import Offer, Standard, Wanted
from tests import crashes

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # Monday noon in the city
OPERATOR = Actor(person=PersonId("7"), institution=InstitutionId("data"), role=Role("operator"))
NIGHTLY = Rhythm(every=Every.DAY, at=time(2, 30), zone="Asia/Shanghai")
NIGHT = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def only_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two jobs of the test's own; none that the rooms bring along."""
    monkeypatch.setattr(offers, "_OFFERS", {})
    services.offer(Offer(job="count", name=Words(zh="数数", en="Count"), does=Words(zh="数数。", en="Counts.")))
    services.offer(
        Offer(
            job="fetch", name=Words(zh="取数", en="Fetch"), does=Words(zh="取数。", en="Fetches."), argument="feed",
            choices=lambda: [("f1", Words(zh="停车", en="Parking"))],
        )
    )  # fmt: skip


def nightly(rhythm: Rhythm = NIGHTLY, *, now: datetime = NOON, begins_on: date | None = None) -> Schedule:
    return services.create_schedule(
        "count", arguments={}, wanted=Wanted(rhythm=rhythm, begins_on=begins_on), by=OPERATOR, now=now
    )


def refused(code: str, act: Callable[[], object]) -> KaimenError:
    with pytest.raises(KaimenError) as told, transaction.atomic():
        act()
    assert told.value.code == code
    return told.value


def proved() -> list[str]:
    return [leaf.parse(bytes(entry.leaf)).kind for entry in Entry.objects.order_by("id")]


def work(at: datetime) -> bool:
    return services.work_once({"count": lambda run, arguments: None}, holder="a", clock=lambda: at)


def test_a_due_moment_begins_one_run_and_the_next_waits() -> None:
    row = nightly()
    assert row.next_at == NIGHT
    assert services.begin_due(NIGHT - timedelta(seconds=1)) == 0
    assert services.begin_due(NIGHT) == 1
    assert services.begin_due(NIGHT) == 0
    run = Run.objects.get()
    assert (run.moment, run.missed, run.due_at, run.schedule_id) == (NIGHT, 0, NIGHT, row.pk)
    row.refresh_from_db()
    assert row.next_at == NIGHT + DAY


def test_a_month_of_ticks_is_a_run_a_night() -> None:
    nightly()
    at = NOON
    while at < NOON + 30 * DAY:
        services.begin_due(at)
        work(at)
        at += timedelta(hours=5)
    assert Run.objects.count() == 30
    assert set(Run.objects.values_list("outcome", "missed")) == {("done", 0)}


def test_a_machine_that_slept_makes_up_all_it_missed_by_one_run_and_says_so() -> None:
    nightly()
    assert services.begin_due(NIGHT + 9 * DAY + timedelta(hours=3)) == 1
    run = Run.objects.get()
    assert (run.moment, run.missed) == (NIGHT + 9 * DAY, 9)
    assert Schedule.objects.get().next_at == NIGHT + 10 * DAY
    assert proved() == ["schedule.set", "schedule.missed"]


def test_moments_that_come_while_nobody_takes_up_the_run_are_told_by_the_run_that_waits() -> None:
    nightly()
    for night in range(3):
        services.begin_due(NIGHT + night * DAY)
    run = Run.objects.get()
    assert (run.moment, run.missed) == (NIGHT + 2 * DAY, 2)


def test_a_run_under_way_does_not_stand_for_the_next_moment() -> None:
    nightly()
    services.begin_due(NIGHT)
    Run.objects.update(started_at=NIGHT, beat_at=NIGHT, holder="a")
    assert services.begin_due(NIGHT + DAY) == 1
    assert Run.objects.count() == 2


def test_a_clock_that_is_set_back_a_little_begins_nothing_twice() -> None:
    nightly()
    services.begin_due(NIGHT)
    work(NIGHT)
    for at in (NIGHT - timedelta(minutes=5), NIGHT, NIGHT + timedelta(minutes=5)):
        assert services.begin_due(at) == 0
    assert Run.objects.count() == 1
    assert services.begin_due(NIGHT + DAY) == 1


def test_a_clock_that_ran_a_year_ahead_and_came_back_does_not_stop_the_nights_for_a_year() -> None:
    nightly()
    services.begin_due(NIGHT + 365 * DAY)
    work(NIGHT + 365 * DAY)
    services.begin_due(NOON)
    assert Schedule.objects.get().next_at == NIGHT
    assert [services.begin_due(NIGHT + night * DAY) or work(NIGHT + night * DAY) for night in range(3)] == [1, 1, 1]


def test_a_clock_that_is_set_back_begins_nothing_before_the_first_day() -> None:
    nightly(begins_on=date(2026, 12, 24))
    services.begin_due(datetime(2026, 12, 24, 18, 30, tzinfo=UTC))
    services.begin_due(NOON)
    assert Schedule.objects.get().next_at == datetime(2026, 12, 23, 18, 30, tzinfo=UTC)


def test_a_moment_that_was_told_as_missed_may_come_again_when_the_clock_is_set_back() -> None:
    nightly()
    services.begin_due(NIGHT)
    services.begin_due(NIGHT + DAY)  # the run that waits stands for both nights now
    services.begin_due(NOON)
    assert services.begin_due(NIGHT) == 1
    assert Run.objects.count() == 2


def test_the_database_itself_refuses_a_second_run_for_a_moment() -> None:
    row = nightly()
    services.begin_due(NIGHT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(job="count", key="other", arguments={}, schedule=row, moment=NIGHT, due_at=NIGHT)


CHILD = """
import sys, django
django.setup()
from datetime import datetime, time, timedelta, UTC
from django.core.management import call_command
from kaimen.core.lifecycle.rhythm import Every, Rhythm
from kaimen.core.lifecycle.rules import Words
from kaimen.core.policy.party import Actor, Via
from kaimen.office import offers, services
offers._OFFERS.clear()
services.offer(services.Offer(job="count", name=Words(zh="x", en="x"), does=Words(zh="x", en="x")))
start = datetime(2026, 11, 23, tzinfo=UTC)
if sys.argv[1] == "new":
    call_command("migrate", verbosity=0)
    wanted = services.Wanted(rhythm=Rhythm(every=Every.DAY, at=time(2, 30), zone="Asia/Shanghai"))
    services.create_schedule("count", arguments={}, wanted=wanted, by=Actor(via=Via.CLI), now=start)
elif sys.argv[1] == "tick":
    at = start
    print("ticking", flush=True)
    while True:
        at += timedelta(days=1)
        services.begin_due(at)
        services.work_once({"count": lambda run, arguments: None}, holder="a", clock=lambda: at)
else:
    from kaimen.office.models import Run, Schedule
    moments = list(Run.objects.filter(schedule__isnull=False).order_by("moment").values_list("moment", "missed"))
    covered = sum(1 + missed for _, missed in moments)
    first = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    upto = Schedule.objects.get().next_at
    print(len(moments), len({one for one, _ in moments}), covered, (upto - first).days, flush=True)
"""


def test_two_workers_racing_and_killed_at_any_moment_leave_each_night_begun_once(tmp_path: Path) -> None:
    with crashes.of_their_own(tmp_path) as environment:
        environment |= {"DJANGO_SETTINGS_MODULE": "kaimen.config.settings"}

        def child(verb: str) -> subprocess.Popen[str]:
            return subprocess.Popen(
                [sys.executable, "-c", CHILD, verb], env=environment, stdout=subprocess.PIPE, text=True
            )

        made = child("new")
        assert made.wait(120) == 0
        for pause in (0.15, 0.4, 0.25):
            workers = [child("tick"), child("tick")]  # from the first day again: as if the clock had been set back
            for one in workers:
                assert one.stdout is not None
                one.stdout.readline()
            clock.sleep(pause)
            for one in workers:
                os.kill(one.pid, signal.SIGKILL)
                one.wait()
        looked = child("look")
        told, _ = looked.communicate(timeout=60)
    begun, different, covered, nights = map(int, told.split())
    assert begun == different > 0
    assert covered >= nights, "a night was neither begun nor told as missed"


# ---- acts --------------------------------------------------------------------------------------------------------------------
def test_every_act_is_an_operators_and_stands_in_the_log() -> None:
    code = nightly().code
    weekly = Rhythm(every=Every.WEEK, weekday=1, at=time(3), zone="UTC")
    services.change_schedule(code, wanted=Wanted(rhythm=weekly), by=OPERATOR, now=NOON)
    services.pause_schedule(code, reason="repairs", by=OPERATOR, now=NOON)
    services.resume_schedule(code, by=OPERATOR, now=NOON)
    services.run_schedule(code, by=OPERATOR, now=NOON)
    assert proved() == ["schedule.set", "schedule.set", "schedule.paused", "schedule.resumed", "schedule.run"]


@pytest.mark.parametrize("role", ["steward", "authority_reviewer", "auditor", "public"])
def test_nobody_else_may(role: str) -> None:
    code = nightly().code
    other = Actor(person=PersonId("8"), institution=InstitutionId("data"), role=Role(role))
    wanted = Wanted(rhythm=NIGHTLY)
    refused(
        "not_your_role",
        lambda: services.create_schedule("count", arguments={}, wanted=wanted, by=other, now=NOON),
    )
    refused("not_your_role", lambda: services.change_schedule(code, wanted=wanted, by=other, now=NOON))
    refused("not_your_role", lambda: services.pause_schedule(code, reason="x", by=other, now=NOON))
    refused("not_your_role", lambda: services.resume_schedule(code, by=other, now=NOON))
    refused("not_your_role", lambda: services.run_schedule(code, by=other, now=NOON))
    assert proved() == ["schedule.set"]


def test_a_paused_schedule_begins_nothing_and_makes_up_nothing() -> None:
    row = nightly()
    services.pause_schedule(row.code, reason="repairs", by=OPERATOR, now=NOON)
    refused("schedule_paused", lambda: services.pause_schedule(row.code, reason="again", by=OPERATOR, now=NOON))
    assert services.begin_due(NIGHT + 5 * DAY) == 0
    later = services.resume_schedule(row.code, by=OPERATOR, now=NIGHT + 5 * DAY)
    assert later.next_at == NIGHT + 6 * DAY
    assert services.begin_due(NIGHT + 5 * DAY) == 0
    refused("schedule_not_paused", lambda: services.resume_schedule(row.code, by=OPERATOR, now=NOON))


def test_a_pause_needs_a_reason() -> None:
    code = nightly().code
    refused("reason_needed", lambda: services.pause_schedule(code, reason="  ", by=OPERATOR, now=NOON))


def test_run_now_is_refused_while_a_run_waits_or_runs_and_works_also_while_paused() -> None:
    code = nightly().code
    services.pause_schedule(code, reason="repairs", by=OPERATOR, now=NOON)
    services.run_schedule(code, by=OPERATOR, now=NOON)
    refused("schedule_running", lambda: services.run_schedule(code, by=OPERATOR, now=NOON + timedelta(seconds=1)))
    assert work(NOON)
    services.run_schedule(code, by=OPERATOR, now=NOON + timedelta(seconds=2))
    assert Run.objects.filter(moment=None).count() == 2


def test_a_changed_rhythm_holds_from_now_on_and_loses_no_moment_that_is_due() -> None:
    code = nightly().code
    noonly = Rhythm(every=Every.DAY, at=time(12), zone="Asia/Shanghai")
    changed = services.change_schedule(
        code, wanted=Wanted(rhythm=noonly), by=OPERATOR, now=NIGHT + timedelta(minutes=1)
    )
    assert Run.objects.get().moment == NIGHT
    assert changed.next_at == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def test_a_first_day_that_is_over_is_refused_and_one_ahead_is_waited_for() -> None:
    refused("schedule_begins", lambda: nightly(begins_on=date(2026, 11, 22)))
    refused("schedule_begins", lambda: nightly(begins_on=date(2126, 11, 22)))
    row = nightly(begins_on=date(2026, 12, 1))
    assert row.next_at == datetime(2026, 11, 30, 18, 30, tzinfo=UTC)
    later = services.change_schedule(
        row.code, wanted=Wanted(rhythm=NIGHTLY, begins_on=date(2026, 12, 1)), by=OPERATOR, now=NIGHT + 30 * DAY
    )
    assert later.next_at == NIGHT + 31 * DAY, "a first day that came is no fault of a change"


def test_what_no_room_offers_is_refused() -> None:
    def create(job: str, **arguments: str) -> Callable[[], object]:
        return lambda: services.create_schedule(
            job, arguments=arguments, wanted=Wanted(rhythm=NIGHTLY), by=OPERATOR, now=NOON
        )

    refused("schedule_job", create("lake.erase"))
    refused("schedule_arguments", create("count", feed="f1"))
    refused("schedule_arguments", create("fetch"))
    refused("schedule_arguments", create("fetch", feed="f2"))
    create("fetch", feed="f1")()
    refused("schedule_twice", create("fetch", feed="f1"))
    assert offers.name_of("fetch", {"feed": "f1"}) == Words(zh="取数：停车", en="Fetch: Parking")


def test_an_impossible_rhythm_writes_nothing() -> None:
    refused("rhythm_day", lambda: nightly(Rhythm(every=Every.MONTH, day=31, at=time(4), zone="UTC")))
    refused("rhythm_zone", lambda: nightly(Rhythm(every=Every.DAY, at=time(4), zone="Nowhere/City")))
    assert not Schedule.objects.exists()
    assert proved() == []


def test_an_unknown_schedule_is_missing() -> None:
    refused("schedule_missing", lambda: services.run_schedule("none", by=OPERATOR, now=NOON))
    refused("schedule_missing", lambda: selectors.schedule("none", now=NOON))


def test_a_second_schedule_of_a_job_has_a_name_of_its_own() -> None:
    first = nightly()
    second = nightly(Rhythm(every=Every.MONTH, day=LAST, at=time(4), zone="UTC"))
    assert (first.code, second.code) == ("count", "count-2")


def test_what_a_room_brings_along_is_written_down_once() -> None:
    services.offer(
        Offer(
            job="count", name=Words(zh="数数", en="Count"), does=Words(zh="x", en="x"),
            standard=Standard(code="standard", rhythm=NIGHTLY, at_once=True),
        )
    )  # fmt: skip
    assert services.begin_due(NOON) == 1
    assert services.settle_schedules(now=NOON) == 0
    row = Schedule.objects.get(code="standard")
    assert (row.next_at, proved()) == (NIGHT, ["schedule.set"])


def test_a_job_that_no_room_knows_any_more_waits_and_breaks_nothing() -> None:
    nightly()
    offers._OFFERS.clear()
    assert services.begin_due(NIGHT) == 0
    code = Schedule.objects.get().code
    refused("schedule_job", lambda: services.run_schedule(code, by=OPERATOR, now=NIGHT))


def test_a_list_says_the_newest_run_of_each(django_assert_num_queries: Callable[[int], object]) -> None:
    first = nightly()
    services.create_schedule("fetch", arguments={"feed": "f1"}, wanted=Wanted(rhythm=NIGHTLY), by=OPERATOR, now=NOON)
    services.begin_due(NIGHT)
    work(NIGHT)
    services.pause_schedule(first.code, reason="repairs", by=OPERATOR, now=NIGHT)
    services.start_run("count", arguments={}, key="other", now=NIGHT)
    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        found = selectors.schedules(now=NIGHT)
    assert [(one.row.code, one.last.state if one.last else None) for one in found] == [
        ("fetch", "waiting"),
        ("count", "done"),
    ]
    assert [one.key for one in selectors.other_runs(now=NIGHT)] == ["other"]
    assert selectors.schedule("fetch", now=NIGHT).coming[:2] == (NIGHT + DAY, NIGHT + 2 * DAY)


def test_the_machine_itself_may_change_schedules() -> None:
    code = nightly().code
    services.pause_schedule(code, reason="repairs", by=Actor(via=Via.CLI), now=NOON)
    assert Schedule.objects.get().paused_by == ""
