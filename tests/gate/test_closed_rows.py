"""Rows of somebody that are closed: nobody is given them, whatever was agreed; nothing that is told or logged names them."""

from __future__ import annotations

import json

import pytest

from kaimen.core.errors import Invalid, Refused
from kaimen.evidence.models import Entry
from kaimen.gate import selectors, services
from kaimen.gate.models import Closure, Decision
from kaimen.gate.services import telling

pytestmark = pytest.mark.django_db(transaction=True)
WANG = "110101199001011237"


def close(gate, column: str = "person_id", values=(WANG,)) -> None:
    services.close_rows(gate.register, column=column, values=values, reason="GR-1", by=gate.steward, now=gate.now)


def amounts(gate) -> set[str]:
    rows = gate.rows(f'SELECT amount FROM "{gate.slug}"', by=gate.district, purpose="service-delivery")
    return {str(row["amount"]) for row in rows}


def test_the_rows_are_given_to_nobody_and_opened_again(gate) -> None:
    before = amounts(gate)
    assert "100.50" in before
    seen = selectors.last_revocation()
    close(gate)
    assert selectors.revoked_since(seen, grants=[], datasets=[gate.register])
    assert amounts(gate) == before - {"100.50"}
    assert selectors.closed_because(gate.register) is None
    assert selectors.rows_closed_because("GR-1") == [gate.register]
    assert services.reopen_rows(reason="GR-1", by=gate.steward, now=gate.now) == 1
    assert amounts(gate) == before
    assert Closure.objects.get().box is None


def test_nothing_that_is_told_or_kept_names_them(gate) -> None:
    close(gate)
    answer = gate.ask(f'SELECT count(*) AS n FROM "{gate.slug}"', by=gate.district, purpose="service-delivery")
    list(answer.batches)
    from kaimen.catalogue.selectors import published
    from kaimen.gate.words import reason

    for shown in (json.dumps(telling.answer(answer), default=str), answer.decided.governed.shown()):
        assert WANG not in shown and "salt:" not in shown
    told = [reason(1, duty, published(gate.register)) for _, duty in answer.reasons]
    assert not any(WANG in one.what + one.why for one in told)
    assert not any(WANG.encode() in bytes(leaf) for leaf in Entry.objects.values_list("leaf", flat=True))
    kept = [
        *Decision.objects.values_list("policies", "columns", "reserved"),
        *Closure.objects.values_list("reason", "column"),
    ]
    assert WANG not in json.dumps(kept)


def test_the_digest_of_the_policy_is_salted(gate) -> None:
    for _ in range(2):
        close(gate)
        amounts(gate)
        services.reopen_rows(reason="GR-1", by=gate.steward, now=gate.now)
    assert len(set(Decision.objects.values_list("policy_hash", flat=True))) == 2


def test_only_columns_of_text_that_are_there_by_the_body_itself(gate) -> None:
    for column, values in (("nothing", (WANG,)), ("amount", ("100.50",)), ("person_id", (" ",))):
        with pytest.raises(Invalid, match="closed_rows"):
            close(gate, column, values)
    with pytest.raises(Refused, match="grant_not_yours"):
        services.close_rows(
            gate.register, column="person_id", values=[WANG], reason="GR-1", by=gate.stranger, now=gate.now
        )
    assert not Closure.objects.exists()
