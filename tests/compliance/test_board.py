"""The control board: nothing passes on an empty installation; each function finds a planted violation; a broken one fails."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from kaimen.accounts import controls as accounts
from kaimen.cases import controls as cases
from kaimen.catalogue import controls as catalogue
from kaimen.catalogue import frozen
from kaimen.compliance import selectors, services
from kaimen.config import controls as board
from kaimen.config.management.commands.controls import _counted
from kaimen.core.lifecycle.controls import Outcome, Part, Ref, outcome, part_of
from kaimen.core.lifecycle.rules import Words
from kaimen.evidence.models import Entry as Logged
from kaimen.gate import controls as gate
from kaimen.lake import controls as lake
from tests.catalogue.city import NOW
from tests.opening.town import Town, a_town

pytestmark = pytest.mark.django_db
WORDS = Words(zh="甲", en="A")


@pytest.fixture
def town(db: None, home: object) -> Town:
    del db, home
    return a_town(indexed=False)


def outcomes(*looks, now=NOW) -> list[str]:
    return [part.outcome.value for look in looks for part in look(now)]


def thawed(sql: str, *values: object) -> None:
    """Write past what guards the tables: somebody with the database in their hands."""
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in frozen.removals(connection.vendor):
            cursor.execute(statement)
        if connection.vendor == "sqlite":
            cursor.execute("pragma ignore_check_constraints = 1")
        elif "catalogue_item" in sql:
            cursor.execute("set constraints all immediate")
            cursor.execute("alter table catalogue_item drop constraint if exists item_level")
        try:
            cursor.execute(sql, values)
        finally:
            if connection.vendor == "sqlite":  # the connection serves the tests that follow too
                cursor.execute("pragma ignore_check_constraints = 0")


# ---- what a result is --------------------------------------------------------------------------------------------------------
def test_counting_nothing_is_no_pass() -> None:
    assert Part(words=WORDS, counted=0).outcome is Outcome.NOT_APPLICABLE
    assert Part(words=WORDS, counted=0, presence=True).outcome is Outcome.FAIL
    assert Part(words=WORDS, counted=3).outcome is Outcome.PASS
    assert Part(words=WORDS, counted=3, failed=1).outcome is Outcome.FAIL
    assert Part(words=WORDS, counted=3, broken="broken").outcome is Outcome.FAIL
    assert outcome([]) is Outcome.NOT_MEASURED
    assert outcome([Part(words=WORDS, counted=0)]) is Outcome.NOT_APPLICABLE
    assert outcome([Part(words=WORDS, counted=0), Part(words=WORDS, counted=1)]) is Outcome.PASS
    assert outcome([Part(words=WORDS, counted=1, failed=1)], advice=True) is Outcome.ADVICE


def test_what_was_looked_at_and_is_well_is_named_ten_at_most() -> None:
    part = part_of(WORDS, [(n > 0, Ref(name=str(n))) for n in range(80)])
    assert [ref.name for ref in part.looked] == [str(n) for n in range(1, 11)]


def test_what_must_exist_and_does_not_is_one_that_fails() -> None:
    part = part_of(WORDS, [], presence=True)
    assert (part.counted, part.failed, part.outcome) == (0, 1, Outcome.FAIL)


def test_all_failures_are_counted_and_fifty_are_shown() -> None:
    part = part_of(WORDS, [(False, Ref(name=str(n))) for n in range(80)])
    assert (part.counted, part.failed, len(part.failing)) == (80, 80, 50)


# ---- the run -----------------------------------------------------------------------------------------------------------------
def test_nothing_passes_on_an_empty_installation(db, home) -> None:
    run = services.run_controls(board.CONTROLS, now=NOW)
    results = selectors.results(selectors.last_run())
    assert len(results) == 43
    assert not {one.control for one in results.values() if one.outcome == "pass"}
    assert sum(run.counts.values()) == 43
    assert run.counts["not_measured"] == 0
    assert set(board.CONTROLS) == set(results), "each control has a function of a room"


def test_a_run_is_proved_and_since_stays_while_a_result_stays(town) -> None:
    before = Logged.objects.count()
    services.run_controls(board.CONTROLS, now=NOW)
    assert Logged.objects.count() == before + 1
    services.run_controls(board.CONTROLS, now=NOW + timedelta(days=1))
    assert selectors.results(selectors.last_run())["BJ-46"].since == NOW
    assert selectors.last_run().at == NOW + timedelta(days=1)


def test_a_function_that_breaks_fails_its_control_and_writes_nothing(town) -> None:
    from kaimen.office.models import CalendarDay

    def broken(now):
        CalendarDay.objects.create(day=now.date(), kind="holiday", notice="x", at=now)
        raise RuntimeError("no")

    services.run_controls({"BJ-06": (broken,), "BJ-16": (catalogue.reviewed,)}, now=NOW)
    assert selectors.results(selectors.last_run())["BJ-06"].outcome == "fail"
    assert selectors.results(selectors.last_run())["BJ-06"].parts[0]["broken"] == "broken"
    assert selectors.results(selectors.last_run())["BJ-16"].outcome == "pass"
    assert not CalendarDay.objects.exists()


# ---- each function, and a planted violation ----------------------------------------------------------------------------------
def test_specification(town) -> None:
    assert outcomes(catalogue.specification) == ["pass"]
    thawed("update catalogue_entryversion set spec_version = ''")
    assert outcomes(catalogue.specification) == ["fail"]


def test_reviewed(town) -> None:
    assert outcomes(catalogue.reviewed) == ["pass"]
    thawed("delete from catalogue_act where verb = 'approve' and entry_id = %s", town.parking)
    (part,) = catalogue.reviewed(NOW)
    assert (part.counted, part.failed) == (4, 1)


def test_reviewed_by_the_writer(town) -> None:
    thawed("update catalogue_act set behind = (select behind from catalogue_act where verb = 'save' limit 1)")
    assert outcomes(catalogue.reviewed) == ["fail"]


def test_levels(town) -> None:
    assert outcomes(catalogue.levels) == ["pass", "pass"]
    thawed("update catalogue_item set level = 0 where id = (select min(id) from catalogue_item)")
    assert outcomes(catalogue.levels) == ["fail", "pass"]


def test_levels_cap_what_is_open(town) -> None:
    from kaimen.catalogue.models import EntryVersion

    version = EntryVersion.objects.get(entry=town.allowances)
    thawed(
        "update catalogue_entryversion set body = %s, digest = 'x' where id = %s",
        version.body.replace('"open_type":3', '"open_type":1'),
        version.pk,
    )
    assert outcomes(catalogue.levels) == ["pass", "fail"]


def test_languages(town) -> None:
    from kaimen.catalogue.models import EntryVersion

    assert outcomes(catalogue.languages) == ["pass"]
    version = EntryVersion.objects.get(entry=town.parking)
    thawed(
        "update catalogue_entryversion set body = %s, digest = 'y' where id = %s",
        version.body.replace("Public car parks", ""),
        version.pk,
    )
    assert outcomes(catalogue.languages) == ["fail"]


def test_convergence(town) -> None:
    from kaimen.lake.models import Load, Snapshot, Table

    assert outcomes(lake.convergence) == ["pass"] * 4
    assert outcomes(lake.convergence, now=NOW + timedelta(days=400))[2] == "fail", "nothing was loaded for a year"
    Load.objects.update(scores={"accurate": [1, 1]})
    assert outcomes(lake.convergence)[1] == "fail"
    Snapshot.objects.update(receipt=None)
    assert outcomes(lake.convergence)[3] == "fail"
    Table.objects.update(institution=town.city.transport)
    (owned, *_) = lake.convergence(NOW)
    assert (owned.counted, owned.failed) == (2, 1)


def test_heads(town) -> None:
    from kaimen.accounts.models import Institution
    from tests.accounts.people import officer

    assert outcomes(accounts.heads) == ["fail"]
    for one in Institution.objects.all():
        officer("department_head", one)
    from kaimen.web.now import now

    assert outcomes(accounts.heads, now=now()) == ["pass"]


def test_offline_ways(town, monkeypatch) -> None:
    from kaimen.cases import selectors as asked
    from kaimen.web.now import now
    from tests.accounts.people import body, officer

    assert outcomes(cases.offline_ways) == ["fail", "fail"], "nobody is there to help"
    officer("helper", body("service"))
    assert outcomes(cases.offline_ways, now=now()) == ["pass", "pass"]
    found = asked.may_begin
    monkeypatch.setattr(asked, "may_begin", lambda by, flow: None if flow.code == "demand" else found(by, flow))
    _, helped = cases.offline_ways(now())
    assert (helped.failed, helped.failing[0].url) == (1, "/cases/new/demand")


def test_channels(town, monkeypatch) -> None:
    from kaimen.cases import selectors as asked

    assert outcomes(cases.channels) == ["pass", "not_applicable"]
    flows = {code: flow for code, flow in asked.workflows().items() if code != "objection"}
    monkeypatch.setattr(asked, "workflows", lambda: flows)
    assert outcomes(cases.channels) == ["fail", "not_applicable"]


def test_the_gate_is_tried(town, monkeypatch) -> None:
    from kaimen.gate import services as gated
    from tests.opening.town import load

    assert outcomes(gate.shut) == ["not_applicable"] * 4, "no closed dataset has data"
    load(
        town.allowances, "id_number,name,amount\n110101193605061234,李四,700.00\n", by=town.city.civil_steward, now=NOW
    )
    assert outcomes(gate.shut) == ["pass"] * 4
    monkeypatch.setattr(gated, "decide", lambda *_, **__: None)
    assert outcomes(gate.shut) == ["fail"] * 4


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_whole_board_on_one_page(town, prefix) -> None:
    from tests.accounts.people import body, officer, signed_in
    from tests.compliance.test_law import HAN, main_of

    empty = main_of(Client().get(f"{prefix}/law/board").text)
    assert empty.count('class="brick brick--') == 43
    services.run_controls(board.CONTROLS, now=NOW)
    page = main_of(Client().get(f"{prefix}/law/board").text)
    assert page.count('class="brick brick--') == 43
    assert page.count('<td class="nowrap"><a href=') == 43
    assert not (prefix and HAN.search(page)), "an English page in English"
    failing = main_of(Client().get(f"{prefix}/law/board?outcome=fail").text)
    run = selectors.last_run()
    assert failing.count('<td class="nowrap"><a href=') == run.counts["fail"] > 0
    assert failing.count("brick--out") == 43 - run.counts["fail"]
    assert main_of(Client().get(f"{prefix}/law/board?outcome=nonsense").text).count("brick--out") == 0
    secret = "Transport Commission" if prefix else "示范市交通委员会"
    assert secret not in page
    reads = officer("steward", body("health"))
    assert secret in signed_in(reads.account, hat=reads.appointment).get(f"{prefix}/law/board").text


def test_a_part_that_is_advice_fails_nothing() -> None:
    lacking = Part(words=WORDS, counted=3, failed=3, advice=True)
    assert lacking.outcome is Outcome.ADVICE
    assert outcome([lacking, Part(words=WORDS, counted=1)]) is Outcome.PASS
    assert outcome([lacking, Part(words=WORDS, counted=1, failed=1)]) is Outcome.FAIL
    assert outcome([lacking, Part(words=WORDS, counted=0)]) is Outcome.NOT_APPLICABLE
    assert outcome([lacking]) is Outcome.ADVICE
    assert outcome([Part(words=WORDS, counted=3, advice=True, broken="broken")]) is Outcome.FAIL


# ---- for readers -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_readers_see_results_and_officers_what_fails(town, prefix) -> None:
    from tests.accounts.people import body, officer, signed_in

    page = Client().get(f"{prefix}/law").content.decode()
    assert ("has not run yet" if prefix else "还没有运行") in page
    services.run_controls(board.CONTROLS, now=NOW)
    page = Client().get(f"{prefix}/law").content.decode()
    assert ("What the last look found" if prefix else "最近一次检查") in page
    secret = "Transport Commission" if prefix else "示范市交通委员会"
    public = Client().get(f"{prefix}/law/46").content.decode()
    assert ("3 looked at, 3 failing" if prefix else "看了 3 个") in public
    assert secret not in public
    reads = officer("steward", body("health"))
    assert secret in signed_in(reads.account, hat=reads.appointment).get(f"{prefix}/law/46").content.decode()


def test_what_was_looked_at_can_be_followed_by_officers_in_their_language(town) -> None:
    from tests.accounts.people import body, officer, signed_in

    services.run_controls(board.CONTROLS, now=NOW)
    reads = officer("steward", body("health"))
    officer_ = signed_in(reads.account, hat=reads.appointment)
    api = "/api/v1/compliance/controls/BJ-18"
    (opened,) = (
        one for one in officer_.get(api).json()["result"]["parts"] if one["en"].startswith("A question to each open")
    )
    seen = opened["evidence"][0]
    assert seen["url"].startswith("/data/") and seen["en"] and seen["name"] != seen["en"]
    assert all(not part["evidence"] for part in Client().get(api).json()["result"]["parts"])
    page = officer_.get("/en/law/18").text
    assert f'<a href="/en{seen["url"]}">{seen["en"]}</a>' in page
    assert f'<a href="{seen["url"]}">{seen["name"]}</a>' in officer_.get("/law/18").text
    assert "Looked at, among others" not in Client().get("/en/law/18").text


def test_a_page_of_evidence_is_named_and_keeps_the_language(town) -> None:
    services.run_controls(board.CONTROLS, now=NOW)
    page = Client().get("/en/law/46").text
    assert '<a href="/en/processing">Register of processing</a>' in page
    assert '<a href="/processing">个人信息处理登记</a>' in Client().get("/law/46").text


def test_the_table_tells_what_fails_from_what_is_advised(town) -> None:
    from tests.compliance.test_law import main_of

    services.run_controls(board.CONTROLS, now=NOW)
    page = main_of(Client().get("/en/law/board").text)
    row = page[page.index(">BJ-48</a>") : page.index(">BJ-49</a>")]
    assert '<td class="num">0<span class="sub">3 advised</span></td>' in row
    row = page[page.index(">BJ-18</a>") : page.index(">BJ-19</a>")]
    assert '<td class="num">1</td>' in row, "the plan that is not there fails once"


def test_every_post_that_must_be_filled_is_looked_at(town) -> None:
    from kaimen.accounts.models import Institution
    from kaimen.compliance import controls as duties
    from tests.accounts.people import officer

    part, _unseen = duties.posts(NOW)
    assert (part.counted, part.failed) == (6, 6)
    for one in Institution.objects.all():
        for role in ("department_head", "office_head"):
            officer(role, one)
    part, _unseen = duties.posts(NOW + timedelta(days=1))
    assert (part.counted, part.failed) == (6, 0)


@pytest.mark.parametrize(
    ("language", "advised", "both"),
    [
        ("en", "26 looked at, 13 to look at (advice)", "30 looked at, 2 failing, 13 to look at (advice)"),
        ("zh-hans", "看了 26 个，13 个可以看看（建议）", "看了 30 个，2 个不符合，13 个可以看看（建议）"),
    ],
)
@pytest.mark.django_db
def test_the_command_tells_advice_as_that_and_not_as_failing(language: str, advised: str, both: str) -> None:
    part = {"counted": 26, "failed": 13, "advice": True, "broken": ""}
    binding = {"counted": 4, "failed": 2, "advice": False, "broken": ""}
    with translation.override(language):
        assert _counted("BJ-48", [part]) == advised
        assert _counted("BJ-48", [part, binding]) == both


def test_the_api_and_the_command_tell_the_run(town, capsys) -> None:
    assert Client().get("/api/v1/compliance/controls").json()["controls"] == []
    with pytest.raises(SystemExit):
        call_command("controls", "run")
    assert "BJ-46" in capsys.readouterr().out
    told = Client().get("/api/v1/compliance/controls").json()
    assert len(told["controls"]) == 43
    assert all(not part["failing"] for one in told["controls"] for part in one["parts"])
    call_command("controls", "show", "BJ-46")
    assert "Transport Commission" in capsys.readouterr().out
