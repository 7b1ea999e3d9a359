"""Schedules on pages, by the API and from the command line: what an operator does there, and what is refused to whom."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from kaimen.accounts import services as accounts
from kaimen.core.lifecycle.rhythm import Every, Rhythm
from kaimen.core.policy.party import Actor, Via
from kaimen.office import services
from kaimen.office.models import Run, Schedule
from kaimen.office.services import Wanted
from kaimen.office.words import length_in_words, rhythm_in_words
from tests.accounts.people import Officer, body, officer, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
NOW = datetime.now(UTC)  # noqa: TID251 - pages read the real clock
HERE = Actor(via=Via.CLI)
WEEKLY = {"every": "week", "weekday": "1", "at": "03:15", "zone": "Asia/Shanghai"}


@pytest.fixture
def operator() -> Officer:
    return officer("operator", body("data"))


@pytest.fixture
def weekly() -> Schedule:
    rhythm = Rhythm(every=Every.WEEK, weekday=1, at=time(3), zone="Asia/Shanghai")
    return services.create_schedule(
        "monitor.compute", arguments={}, wanted=Wanted(rhythm=rhythm), by=HERE, now=NOW, code="figures"
    )


def browser(who: Officer) -> Client:
    return signed_in(who.account)


def test_an_operator_sets_up_changes_pauses_resumes_and_runs_a_schedule_without_scripts(operator: Officer) -> None:
    client = browser(operator)
    page = client.get("/schedules").content.decode()
    assert "还没有" in page and "新设定时任务" in page
    made = client.post("/schedules/new", {"task": "controls.run|", **WEEKLY}, follow=True)
    assert made.status_code == 200 and "每周星期一 03:15" in made.content.decode()
    row = Schedule.objects.get()
    changed = client.post(
        f"/schedules/{row.code}/change", {"every": "year", "month": "2", "day": "-1", "at": "04:00", "zone": "Europe/Paris"}, follow=True,
    )  # fmt: skip
    assert "每年 2 月最后一天 04:00（Europe/Paris）" in changed.content.decode()
    paused = client.post(f"/schedules/{row.code}/do/pause", {"reason": "机房检修"}, follow=True).content.decode()
    assert "机房检修" in paused and "自 " in paused and "恢复" in paused
    assert (
        "已经暂停" in client.post(f"/schedules/{row.code}/do/pause", {"reason": "再来"}, follow=True).content.decode()
    )
    assert "已恢复" in client.post(f"/schedules/{row.code}/do/resume", follow=True).content.decode()
    assert "已请后台运行一次" in client.post(f"/schedules/{row.code}/do/run", follow=True).content.decode()
    assert "正在运行，或马上就要运行" in client.post(f"/schedules/{row.code}/do/run", follow=True).content.decode()
    assert Run.objects.count() == 1
    assert client.post(f"/schedules/{row.code}/do/erase").status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"every": "year", "month": "2", "day": "31"}, "这一天不是每次都有"),
        ({"every": "year", "month": "2", "day": "29"}, "这一天不是每次都有"),
        ({"every": "week", "weekday": ""}, "没有说清是哪一天"),
        ({"zone": "Mars/Olympus"}, "没有这个时区"),
        ({"at": "25:00"}, "时刻请写成"),
        ({"every": "day", "moves": "on"}, "每天的任务不能顺延"),
        ({"begins_on": "2020-01-01"}, "不能从这一天开始"),
        ({"every": "hourly"}, "hourly"),
    ],
)
def test_a_rhythm_that_cannot_be_stays_beside_its_field(
    operator: Officer, weekly: Schedule, sent: dict[str, str], said: str
) -> None:
    client = browser(operator)
    for address, more in (("/schedules/new", {"task": "controls.run|"}), (f"/schedules/{weekly.code}/change", {})):
        answer = client.post(address, WEEKLY | more | sent)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert Schedule.objects.count() == 1


def test_a_job_that_is_not_offered_cannot_be_set_up(operator: Officer) -> None:
    answer = browser(operator).post("/schedules/new", WEEKLY | {"task": "lake.erase|x"})
    assert answer.status_code == 422
    assert not Schedule.objects.exists()


def test_who_oversees_reads_and_has_no_forms(weekly: Schedule) -> None:
    reviewer = browser(officer("authority_reviewer", body("data", is_authority=True)))
    page = reviewer.get(f"/schedules/{weekly.code}").content.decode()
    assert "每周星期一 03:00" in page and "立即运行" not in page and "修改周期" not in page
    assert reviewer.post(f"/schedules/{weekly.code}/do/run").status_code == 403
    assert browser(officer("steward", body("transport"))).get("/schedules").status_code == 403
    assert Client().get("/schedules").status_code == 302
    assert not Run.objects.exists()


def test_the_list_says_how_it_went_in_both_languages(
    operator: Officer, weekly: Schedule, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    services.run_schedule(weekly.code, by=HERE, now=NOW)
    Run.objects.update(
        started_at=NOW, ended_at=NOW + timedelta(seconds=75), outcome="failed", error_code="table_busy", missed=2
    )
    services.start_run("lake.load", arguments={"load": "x"}, key="x", now=NOW)
    client = browser(operator)
    client.get("/schedules")
    with django_assert_max_num_queries(15):  # type: ignore[attr-defined]
        page = client.get("/en/schedules").content.decode()
    for said in ("1 schedule did not work out last time", "1 min 15 s", "earlier times that were missed", "Load of a feed", "Every week on Monday at 03:00"):  # fmt: skip
        assert said in page


def test_words_of_rhythms_and_lengths() -> None:
    day = Rhythm(every=Every.DAY, at=time(2, 30), zone="Asia/Shanghai")
    month = Rhythm(every=Every.MONTH, day=-1, at=time(4), zone="Asia/Shanghai", moves=True)
    assert rhythm_in_words(day) == "每天 02:30"
    assert rhythm_in_words(month) == "每月最后一天 04:00，遇休息日顺延"
    assert [length_in_words(timedelta(seconds=one)) for one in (0.2, 42, 185, 7800)] == [
        "不到一秒", "42 秒", "3 分 5 秒", "2 小时 10 分",
    ]  # fmt: skip


# ---- API ---------------------------------------------------------------------------------------------------------------------
def api(who: Officer, *scopes: str) -> Client:
    _, text = accounts.mint_token(
        name="ops", scopes=scopes, by=who.actor, now=NOW, appointment_id=str(who.appointment.pk)
    )
    return Client(headers={"Authorization": f"Bearer {text}"})


def send(client: Client, verb: str, address: str, **told: object) -> tuple[int, dict[str, object]]:
    answer = getattr(client, verb)(f"/api/v1/{address}", json.dumps(told), content_type="application/json")
    return answer.status_code, answer.json()


def test_a_program_does_the_same(operator: Officer) -> None:
    client = api(operator, "schedules:read", "schedules:write")
    jobs = {one["job"]: one for one in client.get("/api/v1/schedules/jobs").json()}
    assert {"controls.run", "log.compare", "monitor.compute", "lake.fetch"} <= set(jobs)
    assert jobs["lake.fetch"]["argument"] == "feed"
    status, made = send(client, "post", "schedules", job="controls.run", every="month", day=5, at="04:00", moves=True)
    assert (status, made["zone"], made["name"]) == (201, "Asia/Shanghai", {"zh": "合规检查", "en": "Control board"})
    code = made["code"]
    status, changed = send(client, "put", f"schedules/{code}", every="day", at="01:00", zone="UTC")
    assert (status, changed["every"], changed["day"]) == (200, "day", None)
    status, paused = send(client, "post", f"schedules/{code}/pause", reason="repairs")
    assert (status, paused["next_at"], paused["paused_why"]) == (200, None, "repairs")
    assert send(client, "post", f"schedules/{code}/pause", reason="again")[1]["code"] == "schedule_paused"
    assert send(client, "post", f"schedules/{code}/resume")[0] == 200
    status, run = send(client, "post", f"schedules/{code}/run")
    assert (status, run["state"], run["moment"]) == (202, "waiting", None)
    assert send(client, "post", f"schedules/{code}/run")[1]["code"] == "schedule_running"
    assert [one["id"] for one in client.get(f"/api/v1/schedules/{code}/runs").json()] == [run["id"]]
    assert client.get("/api/v1/schedules").json()[0]["last_run"]["id"] == run["id"]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"every": "year", "month": 2, "day": 31, "at": "04:00"}, "rhythm_day"),
        ({"every": "day", "at": "04:00", "zone": "Mars/Olympus"}, "rhythm_zone"),
        ({"every": "week", "at": "04:00"}, "rhythm_parts"),
        ({"every": "day", "at": "04:00:30"}, "rhythm_time"),
        ({"every": "day", "at": "04:00+08:00"}, "rhythm_time"),
        ({"every": "day", "at": "04:00", "begins_on": "2020-01-01"}, "schedule_begins"),
        ({"every": "day", "at": "04:00", "job": "lake.erase"}, "schedule_job"),
        ({"every": "day", "at": "04:00", "job": "lake.fetch"}, "schedule_arguments"),
        ({"every": "day", "at": "04:00", "job": "lake.fetch", "arguments": {"feed": "none"}}, "schedule_arguments"),
    ],
)
def test_what_cannot_be_is_told_by_its_code(operator: Officer, told: dict[str, object], code: str) -> None:
    status, answer = send(api(operator, "schedules:write"), "post", "schedules", **{"job": "controls.run"} | told)
    assert (status, answer["code"]) == (422, code)
    assert not Schedule.objects.exists()


def test_a_token_that_only_reads_changes_nothing(operator: Officer, weekly: Schedule) -> None:
    status, answer = send(api(operator, "schedules:read"), "post", f"schedules/{weekly.code}/run")
    assert (status, answer["code"]) == (403, "insufficient_scope")


# ---- command -----------------------------------------------------------------------------------------------------------------
def kaimen(*words: str) -> str:
    out = io.StringIO()
    call_command("schedules", *words, stdout=out)
    return out.getvalue()


def test_the_command_lists_pauses_resumes_and_runs(weekly: Schedule) -> None:
    assert "figures" in kaimen("list")
    assert "repairs" in kaimen("pause", "figures", "--reason", "repairs")
    kaimen("resume", "figures")
    told = kaimen("run", "figures")
    assert Run.objects.get().schedule_id == weekly.pk and "figures" in told
