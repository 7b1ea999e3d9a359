from __future__ import annotations

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.client import Client
from django.utils import translation

from kaimen.config.handlers import jobs
from kaimen.core.errors import Invalid, Missing, NotAcceptable
from kaimen.core.policy.party import Actor
from kaimen.lake import api, selectors, services, views
from kaimen.office import services as office
from kaimen.web.now import now
from tests.lake.bureau import GOOD, HEADER, ROWS, Bureau

pytestmark = pytest.mark.django_db(transaction=True)
BAD = "\n".join((HEADER, *ROWS, "004,110101,2026-11-01,3.7,1.00")) + "\n"


def asked(by: Actor, method: str = "get", data: dict[str, object] | None = None, **headers: str) -> HttpRequest:
    request = getattr(RequestFactory(headers=headers), method)("/lake", data or {})
    request.actor, request.session = by, {}
    request._messages = type("Said", (), {"add": lambda self, *a, **k: None, "__iter__": lambda self: iter(())})()
    return request


def worked() -> None:
    while office.work_once(jobs(), holder="test", clock=now):
        pass


def test_a_file_sent_by_the_page_is_loaded_by_the_worker(bureau: Bureau) -> None:
    feed = bureau.feed()
    answer = views.upload(asked(bureau.steward, "post", {"file": SimpleUploadedFile("a.csv", GOOD.encode())}), feed.pk)
    worked()
    load_id = answer.url.rsplit("/", 1)[1]
    page = views.load(asked(bureau.steward), load_id).content.decode()
    assert selectors.snapshot(bureau.entry).rows == 3
    assert "3" in page and "hx-trigger" not in page


def test_a_held_load_shows_line_byte_column_and_reason_but_not_the_text(bureau: Bureau) -> None:
    load = bureau.load(BAD)
    assert load.state == "held"
    page = views.load(asked(bureau.steward), load.pk).content.decode()
    assert "passengers" in page and "3.7" not in page
    lines = [
        json.loads(line)
        for line in b"".join(api.read_quarantine(asked(bureau.steward), load.pk).streaming_content).splitlines()
    ]
    assert [(one["line"], one["column"], one["code"]) for one in lines] == [(5, "passengers", "format")]
    assert BAD.encode()[lines[0]["byte"] :][: lines[0]["byte_length"]] == b"3.7"


def test_the_list_comes_in_the_form_that_is_asked_for_or_not_at_all(bureau: Bureau) -> None:
    load = bureau.load(BAD)

    def got(accept: str) -> str:
        return api.read_quarantine(asked(bureau.steward, accept=accept), load.pk)["Content-Type"]

    assert got("*/*") == got("text/csv;q=0.1, application/*") == "application/x-ndjson"
    assert got("text/*") == "text/csv; charset=utf-8"
    with pytest.raises(NotAcceptable) as refused:
        got("text/csv;q=0, image/png")
    assert refused.value.details["known"] == ["application/x-ndjson", "text/csv"]


def test_the_text_is_shown_only_with_a_reason_and_that_is_in_the_log(bureau: Bureau) -> None:
    load = bureau.load(BAD)
    page = views.raw.__wrapped__ if hasattr(views.raw, "__wrapped__") else views.raw
    shown = page(asked(bureau.steward, "post", {"reason": "mend it"}), load.pk).content.decode()
    assert "3.7" in shown


def test_releasing_publishes_the_good_rows_and_refusing_leaves_the_last_version(bureau: Bureau) -> None:
    first = bureau.load(BAD)
    views.decide(asked(bureau.steward, "post", {"verb": "release", "reason": "known"}), first.pk)
    worked()
    assert selectors.snapshot(bureau.entry).rows == 3
    second = bureau.load(BAD)
    views.decide(asked(bureau.steward, "post", {"verb": "refuse", "reason": "send again"}), second.pk)
    assert selectors.progress(second.pk, now=bureau.now).state == "refused"
    assert selectors.snapshot(bureau.entry).number == 1


def test_anothers_load_is_as_unknown_as_none(bureau: Bureau) -> None:
    load, held, other = bureau.load(GOOD), bureau.load(BAD), bureau.city.civil_steward
    for ask in (
        lambda: views.load(asked(other), load.pk),
        lambda: api.read_load(asked(other), load.pk),
        lambda: services.open_quarantine(held.pk, reason="x", by=other, now=bureau.now),
        lambda: services.release(held.pk, reason="x", by=other, now=bureau.now),
        lambda: services.refuse(held.pk, reason="x", by=other, now=bureau.now),
    ):
        with pytest.raises(Missing, match="load_missing"):
            ask()
    assert "f.csv" not in views.lake(asked(bureau.city.civil_steward)).content.decode()


def test_every_list_costs_the_same_number_of_questions(bureau: Bureau, django_assert_max_num_queries: object) -> None:
    for name in ("a", "b", "c"):
        bureau.load(
            GOOD,
            feed=bureau.feed(zone="Asia/Shanghai", delimiter=",")
            if name == "a"
            else bureau.feed(tolerance_per_mille=len(name)),
        )
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        views.lake(asked(bureau.steward))


def test_the_same_idempotency_key_is_one_load(bureau: Bureau) -> None:
    feed = bureau.feed()
    delivery = services.receive(feed, BytesIO(GOOD.encode()), name="a.csv")
    one, two = (
        services.start(feed.pk, delivery=delivery, key="k", by=bureau.steward, now=bureau.now) for _ in range(2)
    )
    assert (one.pk, one.seq) == (two.pk, two.seq)
    other = services.receive(feed, BytesIO(BAD.encode()), name="a.csv")
    with pytest.raises(Invalid, match="idempotency_key"):
        services.start(feed.pk, delivery=other, key="k", by=bureau.steward, now=bureau.now)


def test_something_sent_that_holds_no_file_never_asks_the_source(bureau: Bureau, rf) -> None:
    feed = bureau.feed()
    request = rf.post(f"/api/v1/lake/feeds/{feed.pk}/loads", b"a,b\n1,2\n", content_type="text/csv")
    request.actor = bureau.steward
    with pytest.raises(Invalid, match="load_body"):
        api.start_load(request, feed.pk, None, None)


def test_the_api_is_closed_to_the_public(bureau: Bureau) -> None:
    load = bureau.load(GOOD)
    assert Client().get(f"/api/v1/lake/loads/{load.pk}").status_code in {401, 403}


def test_a_refused_load_says_why_in_the_readers_language(bureau: Bureau) -> None:
    load = bureau.load(GOOD.replace("fare", "price"))
    told = api.read_load(asked(bureau.steward), load.pk)
    assert told["title"] == "列和目录里登记的不一样。" and "缺：fare。" in str(told["detail"])
    with translation.override("en"):
        told = api.read_load(asked(bureau.steward), load.pk)
    assert told["title"] == "The columns are not those that the catalogue lists." and "fare" in str(told["detail"])


def test_a_held_load_says_why_and_a_published_one_nothing(bureau: Bureau) -> None:
    held = api.read_load(asked(bureau.steward), bureau.load(BAD).pk)
    assert "没通过的行太多" in str(held["title"]) and held["detail"]
    good = api.read_load(asked(bureau.steward), bureau.load(GOOD, feed=bureau.feed(delimiter=",")).pk)
    assert (good["title"], good["detail"]) == ("", "")


def test_the_page_of_a_load_refused_for_its_header_does_not_say_that_all_passed(bureau: Bureau) -> None:
    page = views.load(asked(bureau.steward), bureau.load(GOOD.replace("fare", "price")).pk).content.decode()
    assert "缺：fare。" in page and "[" not in page.partition("<main")[2].partition("</h1>")[2].partition("</p>")[0]
    assert "全部通过" not in page
    assert "全部通过" in views.load(asked(bureau.steward), bureau.load(GOOD).pk).content.decode()


def test_a_program_learns_the_feeds_of_its_body_and_no_others(bureau: Bureau) -> None:
    feed = bureau.feed()
    assert [(one["id"], one["name"], one["entry"]) for one in api.list_feeds(asked(bureau.steward))] == [
        (feed.pk, feed.name, bureau.entry)
    ]
    assert api.list_feeds(asked(bureau.city.civil_steward)) == []
    assert Client().get("/api/v1/lake/feeds").status_code in {401, 403}


def test_the_list_of_feeds_names_each_source_once(bureau: Bureau) -> None:
    bureau.feed()
    page = views.lake(asked(bureau.steward)).content.decode()
    assert "<td>文件</td>" in page and "filesfile" not in page


def test_a_held_load_is_counted_behind_a_later_one_that_waits_for_it(bureau: Bureau) -> None:
    assert bureau.load(BAD).state == "held"
    bureau.plan(GOOD)
    with translation.override("en"):
        page = views.lake(asked(bureau.steward)).content.decode()
    assert "1 load waits for a decision" in page
    assert "nothing is held" not in page
