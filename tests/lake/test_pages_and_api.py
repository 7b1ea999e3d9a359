from __future__ import annotations

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.client import Client

from kaimen.config.handlers import jobs
from kaimen.core.errors import Missing
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
    load = bureau.load(GOOD)
    for ask in (
        lambda: views.load(asked(bureau.city.civil_steward), load.pk),
        lambda: api.read_load(asked(bureau.city.civil_steward), load.pk),
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


def test_the_api_is_closed_to_the_public(bureau: Bureau) -> None:
    load = bureau.load(GOOD)
    assert Client().get(f"/api/v1/lake/loads/{load.pk}").status_code in {401, 403}
