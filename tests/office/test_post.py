"""The post: written in the transaction, delivered at least once, tried again, dead after ten tries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from kaimen.office import selectors, services
from kaimen.office.models import Outbox

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_what_is_rolled_back_is_not_posted() -> None:
    def business() -> None:
        services.post("mail", key="1", body={"a": 1}, now=NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        business()
    assert not Outbox.objects.exists()


def test_a_letter_is_delivered_once_with_its_id_as_key() -> None:
    services.post("mail", key="1", body={"a": 1}, now=NOW)
    got: list[tuple[int, Mapping[str, object]]] = []
    receivers = {"mail": lambda key, body: got.append((key, body))}
    assert services.deliver(receivers, now=NOW) == 1
    assert services.deliver(receivers, now=NOW) == 0
    assert got == [(Outbox.objects.get().pk, {"a": 1})]


def test_a_receiver_that_fails_is_tried_again_later_and_dead_after_ten_tries() -> None:
    services.post("mail", key="1", body={}, now=NOW)
    calls = 0

    def fails(key: int, body: Mapping[str, object]) -> None:
        nonlocal calls
        calls += 1
        raise OSError

    now = NOW
    for _ in range(30):
        services.deliver({"mail": fails}, now=now)
        now += timedelta(hours=2)
    assert calls == services.TRIES
    assert [row.key for row in selectors.dead_letters()] == ["1"]


def test_one_letter_that_fails_does_not_hold_up_the_others() -> None:
    for number in range(3):
        services.post("mail", key=str(number), body={"number": number}, now=NOW)
    got: list[object] = []

    def picky(key: int, body: Mapping[str, object]) -> None:
        if body["number"] == 1:
            raise OSError
        got.append(body["number"])

    services.deliver({"mail": picky}, now=NOW)
    assert got == [0, 2]


def test_a_desk_shows_what_waits_for_the_role_and_for_the_person_most_urgent_first() -> None:
    for ref, role, person, due in (
        ("later", "steward", "", NOW + timedelta(days=3)),
        ("undated", "steward", "", None),
        ("soon", "steward", "", NOW + timedelta(days=1)),
        ("hers", "cdo", "p1", NOW + timedelta(days=2)),
        ("other", "auditor", "", NOW),
    ):
        services.open_desk_item(
            kind="entry", ref=ref, url="/x", institution="i1", role=role, person=person, title_zh="题", title_en="t", now=NOW, due=due
        )  # fmt: skip
    seen = [item.ref for item in selectors.desk(institution="i1", role="steward", person="p1")]
    assert seen == ["soon", "hers", "later", "undated"]
    services.close_desk_items(kind="entry", ref="soon", now=NOW)
    assert [item.ref for item in selectors.desk(institution="i1", role="steward", person="")] == ["later", "undated"]
