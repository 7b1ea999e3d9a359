"""Clocks of cases: the right day, the ladder once, stops and extensions as the rule allows, and nothing decided by time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from kaimen.core.errors import KaimenError, Refused
from kaimen.core.lifecycle.calendar import Year
from kaimen.core.lifecycle.terms import StopKind
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Role
from kaimen.core.tlog import leaf
from kaimen.evidence.models import Entry
from kaimen.office import selectors, services
from kaimen.office.models import Clock, DeskItem, Outbox, RuleSetting

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
WATER, CLERK = "water", "office_head"
OFFICER = Actor(person=PersonId("7"), institution=InstitutionId("data"), role=Role("authority_reviewer"))


def started(rule: str = "SHR-03", *, case: str = "R1", at: datetime = MONDAY) -> Clock:
    with transaction.atomic():
        return services.start_clock(
            rule, case_kind="sharing_request", case=case, title_zh="答复共享申请", title_en="Answer a request", url="/desk",
            institution=WATER, role=CLERK, at=at, now=at,
        )  # fmt: skip


def of(rule: str = "SHR-03", case: str = "R1") -> dict[str, str]:
    return {"case_kind": "sharing_request", "case": case}


def day(clock: Clock) -> date:
    assert clock.due_at is not None
    return selectors.rules().calendar.day(clock.due_at)


def proved() -> list[leaf.Leaf]:
    return [leaf.parse(bytes(entry.leaf)) for entry in Entry.objects.order_by("id")]


def refused(code: str, act: object) -> KaimenError:
    with pytest.raises(KaimenError) as told, transaction.atomic():
        act()  # type: ignore[operator]
    assert told.value.code == code
    return told.value


def test_a_clock_pins_the_value_and_the_pack_that_started_it() -> None:
    clock = started()
    assert (clock.n, clock.unit, clock.state) == (10, "working_days", "running")
    assert clock.pack_version == "cn_beijing/2026.1"
    assert clock.pack_digest == selectors.rules().digest
    assert day(clock) == date(2026, 11, 16)


def test_the_case_lies_on_its_owners_desk_with_its_due_day() -> None:
    clock = started()
    item = selectors.desk(institution=WATER, role=CLERK, person="")[0]
    assert (item.title_en, item.due) == ("Answer a request", clock.due_at)


def test_asking_twice_starts_one_clock() -> None:
    assert started().pk == started(at=MONDAY + timedelta(days=1)).pk
    assert DeskItem.objects.count() == 1


def test_a_receipt_in_the_future_starts_nothing() -> None:
    def act() -> None:
        services.start_clock(
            "SHR-03", case_kind="sharing_request", case="R1", title_zh="甲", title_en="A", url="/desk", institution=WATER,
            role=CLERK, at=MONDAY + timedelta(hours=1), now=MONDAY,
        )  # fmt: skip

    refused("clock_backdated", act)
    assert not Clock.objects.exists()


def test_a_rule_that_is_no_term_starts_nothing() -> None:
    refused("rule_unit", lambda: started("SHR-01"))
    refused("rule_unknown", lambda: started("SHR-99"))


def test_each_rung_is_climbed_once_posted_and_proved() -> None:
    clock = started()
    at = MONDAY
    while at < MONDAY + timedelta(days=20):
        services.tick(at)
        services.tick(at)
        at += timedelta(hours=6)
    posted = list(Outbox.objects.filter(kind="clock.rung").order_by("id").values_list("body", flat=True))
    assert [body["rung"] for body in posted] == ["half", "four_fifths", "due_morning", "overdue"]
    assert [(body["institution"], body["role"]) for body in posted] == [
        (WATER, CLERK), (WATER, "office_head"), (WATER, "department_head"), ("", "authority_reviewer"),
    ]  # fmt: skip
    clock.refresh_from_db()
    assert (clock.state, clock.next_at) == ("overdue", None)
    told = [one.public["out"] for one in proved() if one.kind == "clock.escalated"]
    assert told == ["half", "four_fifths", "due_morning", "overdue"]
    assert selectors.desk(institution="data", role="authority_reviewer", person="")


def test_a_machine_that_slept_through_all_rungs_climbs_them_in_one_tick() -> None:
    started()
    assert services.tick(MONDAY + timedelta(days=40)) == 1
    assert Outbox.objects.filter(kind="clock.rung").count() == 4


def test_an_overdue_clock_runs_on_until_it_is_met_and_stays_late() -> None:
    started()
    services.tick(MONDAY + timedelta(days=40))
    with transaction.atomic():
        clock = services.meet_clock("SHR-03", **of(), now=MONDAY + timedelta(days=41))
    assert clock.state == "met_late"
    assert not DeskItem.objects.filter(closed_at__isnull=True).exists()
    refused("clock_state", lambda: services.meet_clock("SHR-03", **of(), now=MONDAY + timedelta(days=42)))


def test_met_on_the_last_second_of_the_last_day_is_in_time() -> None:
    due_at = started().due_at
    assert due_at is not None
    with transaction.atomic():
        assert services.meet_clock("SHR-03", **of(), now=due_at).state == "met"


def test_a_supplement_pauses_and_gives_its_days_back() -> None:
    started()
    with transaction.atomic():
        stopped = services.stop_clock(
            "SHR-03", **of(), kind=StopKind.PAUSE, reason="scope is missing", now=MONDAY + timedelta(days=2)
        )
    assert (stopped.state, stopped.due_at, stopped.next_at) == ("stopped", None, None)
    assert selectors.desk(institution=WATER, role=CLERK, person="")[0].due is None
    assert services.tick(MONDAY + timedelta(days=60)) == 0, "a stopped clock climbs nothing"
    with transaction.atomic():
        clock = services.resume_clock("SHR-03", **of(), now=MONDAY + timedelta(days=7))
    assert day(clock) == date(2026, 11, 19)
    assert selectors.desk(institution=WATER, role=CLERK, person="")[0].due == clock.due_at


@pytest.mark.parametrize("resumed", [True, False])
def test_a_stop_after_the_end_brings_nothing_back(*, resumed: bool) -> None:
    clock = started()
    end = clock.due_at
    assert end is not None
    late, answered = end + timedelta(days=1), end + timedelta(days=3)
    services.tick(late)
    with transaction.atomic():
        services.stop_clock("SHR-03", **of(), kind=StopKind.PAUSE, reason="补正", now=late)  # type: ignore[arg-type]
    refused(
        "clock_state",
        lambda: services.stop_clock("SHR-03", **of(), kind=StopKind.PAUSE, reason="又补正", now=late),  # type: ignore[arg-type]
    )
    clock.refresh_from_db()
    assert (clock.state, clock.due_at) == ("overdue", end)
    assert selectors.cases_late("sharing_request", at=late) == {"R1"}
    assert services.close_day(date(2026, 12, 24), instrument="storm order 9", by=OFFICER, now=late) == 0
    with transaction.atomic():
        if resumed:
            services.resume_clock("SHR-03", **of(), now=answered)  # type: ignore[arg-type]
        services.meet_clock("SHR-03", **of(), now=answered)  # type: ignore[arg-type]
    clock.refresh_from_db()
    assert (clock.state, clock.due_at) == ("met_late", end)


def test_a_stop_that_the_rule_does_not_know_is_refused() -> None:
    started()
    refused(
        "stop_not_allowed", lambda: services.stop_clock("SHR-03", **of(), kind=StopKind.RESTART, reason="x", now=MONDAY)
    )
    started("SHR-06")
    refused(
        "stop_not_allowed", lambda: services.stop_clock("SHR-06", **of(), kind=StopKind.PAUSE, reason="x", now=MONDAY)
    )
    refused("clock_state", lambda: services.resume_clock("SHR-03", **of(), now=MONDAY))


def test_an_information_request_begins_anew_when_it_is_corrected() -> None:
    started("OPN-06")
    with transaction.atomic():
        services.stop_clock("OPN-06", **of(), kind=StopKind.RESTART, reason="unclear", now=MONDAY + timedelta(days=1))
    with transaction.atomic():
        clock = services.resume_clock("OPN-06", **of(), now=MONDAY + timedelta(days=8))
    fresh = started("OPN-06", case="R2", at=MONDAY + timedelta(days=8))
    assert clock.due_at == fresh.due_at


def extend(n: int, *, role: str = "authority_reviewer", notified: bool = True, now: datetime = MONDAY) -> Clock:
    with transaction.atomic():
        return services.extend_clock("SHR-03", **of(), n=n, role=role, person="7", notified=notified, now=now)


def test_an_extension_is_given_once_in_time_by_the_right_role_after_notice() -> None:
    started()
    refused("not_your_role", lambda: extend(5, role="office_head"))
    refused("extension_notice", lambda: extend(5, notified=False))
    assert refused("extension_length", lambda: extend(11)).details == {"longest": 10}
    refused("extension_late", lambda: extend(5, now=MONDAY + timedelta(days=30)))
    assert day(extend(10)) == date(2026, 11, 30)
    refused("extension_given", lambda: extend(1))


def test_a_rule_without_extension_grants_none() -> None:
    started("SHR-06")
    refused(
        "extension_none",
        lambda: services.extend_clock(
            "SHR-06", **of(), n=1, role="authority_reviewer", person="7", notified=True, now=MONDAY
        ),
    )


def test_a_waiting_period_is_never_late_and_ends_on_a_desk_once() -> None:
    clock = started("REG-05")
    assert clock.waits and not DeskItem.objects.exists(), "nobody can do anything before its end"
    services.tick(clock.due_at - timedelta(seconds=1))
    assert not DeskItem.objects.exists() and not Outbox.objects.exists()
    for later in (timedelta(seconds=1), timedelta(days=9)):
        services.tick(clock.due_at + later)
    item, letter = DeskItem.objects.get(), Outbox.objects.get()
    assert (item.institution, item.role, item.due, letter.body["rung"]) == (WATER, CLERK, None, "over")
    assert not proved(), "nobody was late"
    with transaction.atomic():
        services.meet_clock("REG-05", **of(), now=clock.due_at + timedelta(days=10))
    clock.refresh_from_db()
    assert (clock.state, clock.ended_at) == ("over", clock.due_at)
    assert not DeskItem.objects.filter(closed_at__isnull=True).exists()
    whole = {"begin": MONDAY, "end": MONDAY + timedelta(days=90), "at": MONDAY + timedelta(days=60)}
    assert not selectors.owed(**whole), "nobody owed it"


def test_a_waiting_period_that_is_cut_short_is_late_nowhere() -> None:
    clock = started("POL-OPN-CONSULT")
    with transaction.atomic():
        services.meet_clock("POL-OPN-CONSULT", **of(), now=MONDAY + timedelta(days=1))
    clock.refresh_from_db()
    assert clock.state == "met"
    other = started("POL-OPN-CONSULT", case="R2")
    assert not selectors.cases_late("sharing_request", at=other.due_at + timedelta(days=3))


def test_what_is_late_does_not_lie_twice_on_the_desk_of_the_authority() -> None:
    with transaction.atomic():
        services.start_clock(
            "REG-04", case_kind="sharing_request", case="R1", title_zh="审查", title_en="Review", url="/desk",
            institution="data", role="authority_reviewer", at=MONDAY, now=MONDAY,
        )  # fmt: skip
    services.tick(MONDAY + timedelta(days=60))
    desk = selectors.desk(institution="data", role="authority_reviewer", person="")
    assert [one.url for one in desk] == ["/desk"]


def test_a_withdrawn_case_owes_nothing_any_more() -> None:
    started()
    started("SHR-06")
    with transaction.atomic():
        assert services.cancel_clocks(case_kind="sharing_request", case="R1", now=MONDAY) == 2
    assert services.tick(MONDAY + timedelta(days=90)) == 0
    assert not DeskItem.objects.filter(closed_at__isnull=True).exists()


def test_what_is_rolled_back_started_no_clock() -> None:
    def act() -> None:
        started()
        raise Refused("lifecycle", state="a", verb="b")

    refused("lifecycle", act)
    assert not Clock.objects.exists()
    assert not DeskItem.objects.exists()


# ------------------------------------------------------------------------------------------------------- values of the house
def test_a_tighter_value_holds_for_clocks_that_start_later_and_not_for_running_ones() -> None:
    running = started()
    services.set_rule(
        "SHR-03", numbers=[7], since=date(2026, 11, 2), reason="the city's promise", by=OFFICER, now=MONDAY
    )
    assert day(started(case="R2")) == date(2026, 11, 11)
    running.refresh_from_db()
    assert day(running) == date(2026, 11, 16)
    assert [one.kind for one in proved()] == ["rule.set"]


def test_a_term_read_in_the_law_is_never_loosened_and_a_floor_never_lowered() -> None:
    for rule, numbers in (("SHR-03", [11]), ("SHR-13", [2])):
        refused(
            "rule_loosened",
            lambda rule=rule, numbers=numbers: services.set_rule(
                rule, numbers=numbers, since=date(2026, 11, 2), reason="r", by=OFFICER, now=MONDAY
            ),
        )
    services.set_rule("SHR-13", numbers=[6], since=date(2026, 11, 2), reason="archive schedule", by=OFFICER, now=MONDAY)
    services.set_rule(
        "OPN-12", numbers=[30], since=date(2026, 11, 2), reason="a default may go either way", by=OFFICER, now=MONDAY
    )
    assert RuleSetting.objects.count() == 2


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("reason_needed", {"reason": "  "}),
        ("rule_backdated", {"since": date(2026, 11, 1)}),
        ("rule_far_ahead", {"since": date(2199, 1, 1)}),
        ("rule_unit", {"numbers": [3, 4]}),
        ("rule_value", {"numbers": [0]}),
        ("not_your_role", {"by": Actor()}),
    ],
)
def test_a_value_takes_a_person_a_reason_and_a_day_to_come(code: str, more: dict[str, object]) -> None:
    asked: dict[str, object] = {"numbers": [5], "since": date(2026, 11, 3), "reason": "r", "by": OFFICER} | more
    refused(code, lambda: services.set_rule("SHR-03", **asked, now=MONDAY))  # type: ignore[arg-type]
    assert not RuleSetting.objects.exists()


def test_two_values_for_one_day_are_refused() -> None:
    def act() -> None:
        services.set_rule("SHR-03", numbers=[5], since=date(2026, 11, 3), reason="r", by=OFFICER, now=MONDAY)

    act()
    refused("rule_twice", act)


# --------------------------------------------------------------------------------------------------------------- the calendar
def spring(year: int = 2027) -> Year:
    return Year(
        year=year, notice="notice of 2027", holidays=frozenset(date(year, 1, number) for number in (1, 2, 3, 7, 8)),
        makeup=frozenset({date(year, 1, 9)}),
    )  # fmt: skip


def test_a_year_that_is_announced_moves_provisional_deadlines_to_their_real_day() -> None:
    clock = started(at=datetime(2026, 12, 28, 2, tzinfo=UTC))
    assert clock.provisional
    assert day(clock) == date(2027, 1, 12)
    assert services.announce_year(spring(), by=OFFICER, now=MONDAY) == 1
    clock.refresh_from_db()
    assert not clock.provisional
    assert day(clock) == date(2027, 1, 13), "two feasts more, one make-up Saturday"
    assert DeskItem.objects.get().due == clock.due_at
    refused("calendar", lambda: services.announce_year(spring(), by=OFFICER, now=MONDAY))


def test_a_closure_by_an_instrument_moves_open_deadlines() -> None:
    clock = started()
    assert services.close_day(date(2026, 11, 10), instrument="storm order 9", by=OFFICER, now=MONDAY) == 1
    clock.refresh_from_db()
    assert day(clock) == date(2026, 11, 17)
    refused("calendar", lambda: services.close_day(date(2026, 11, 11), instrument=" ", by=OFFICER, now=MONDAY))
    refused("calendar", lambda: services.close_day(date(2026, 11, 10), instrument="again", by=OFFICER, now=MONDAY))


def test_another_pack_changes_the_days_and_not_the_code(settings: object) -> None:
    settings.KAIMEN_PACK = "tiny"  # type: ignore[attr-defined]
    clock = started()
    book = selectors.rules()
    assert clock.n == book.value("SHR-03", date(2026, 11, 2)).numbers[0] != 10
    assert clock.pack_version.startswith("tiny/")
    services.tick(MONDAY + timedelta(days=60))
    assert Outbox.objects.filter(kind="clock.rung").count() == len(book.ladder) == 2


def test_hours_run_through_the_night() -> None:
    clock = started("INC-03", at=datetime(2026, 11, 7, 15, 30, tzinfo=UTC))
    assert clock.due_at == datetime(2026, 11, 7, 19, 30, tzinfo=UTC)
    services.tick(datetime(2026, 11, 7, 19, 31, tzinfo=UTC))
    rungs = list(Outbox.objects.filter(kind="clock.rung").values_list("body", flat=True))
    assert [body["rung"] for body in rungs] == ["half", "four_fifths", "overdue"], "hours have no due morning"
