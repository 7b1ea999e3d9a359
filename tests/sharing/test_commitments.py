"""The data-use commitment: made by the signature of the demand side, asked for before the gate opens, ended with the use."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from kaimen.cases.models import Case
from kaimen.compliance import pledge
from kaimen.compliance.models import Commitment
from kaimen.compliance.selectors import commitments
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.controls import Outcome
from kaimen.core.policy.party import Principal
from kaimen.gate.models import Grant
from kaimen.sharing import controls
from tests.sharing.conftest import PLEDGED

pytestmark = pytest.mark.django_db


def test_the_signature_makes_it_and_the_case_keeps_its_digest(bureaus) -> None:
    number = bureaus.in_use()
    made, case = Commitment.objects.get(), Case.objects.get(number=number)
    text = pledge.pledge_on(made.until)
    assert (made.code, made.version, made.text_digest) == (number, text.version, text.digest)
    assert case.facts["commitment"] == f"{text.version} {text.digest}"
    assert made.institution == str(bureaus.city.transport) and set(made.columns) == set(case.facts["columns"])
    (part,) = controls.commitments(bureaus.now)
    assert (part.outcome, part.counted) == (Outcome.PASS, 1)
    bureaus.take(number, "finish", bureaus.asks, effect="完")
    made.refresh_from_db()
    assert made.ended_at == bureaus.now


@pytest.mark.parametrize("left", sorted(PLEDGED))
def test_each_line_is_acknowledged(bureaus, left: str) -> None:
    number = bureaus.agreed()
    with pytest.raises(KaimenError) as told:
        bureaus.take(number, "sign_demand", bureaus.asks_head, **(PLEDGED | {left: False}))
    assert told.value.details["fields"] == [left] and not Commitment.objects.exists()


@pytest.mark.parametrize(
    "change", [{"columns": []}, {"purposes": ["research"]}, {"until": "2026-11-24"}, {"institution": "-"}, None]
)
def test_without_one_of_this_scope_the_gate_stays_shut(bureaus, change: dict | None) -> None:
    number = bureaus.signed()
    rows = Commitment.objects.filter(code=number)
    if change is None:
        rows.delete()
    else:
        rows.update(**change)
    with pytest.raises(KaimenError, match=r"^commitment_missing\b"):
        bureaus.take(number, "go_live", bureaus.gives)
    assert not Grant.objects.filter(code=number).exists()


def test_both_sides_and_overseers_see_it(bureaus) -> None:
    number = bureaus.in_use()
    for by, seen in (
        (bureaus.asks, [number]),
        (bureaus.gives, [number]),
        (bureaus.city.citizen, []),
        (bureaus.city.reviewer, [number]),
    ):
        assert [one.code for one in commitments.commitments(by)] == seen
        helping = replace(by, on_behalf=Principal(person=None, described_as="王奶奶"))
        assert commitments.commitments(helping) == [], "who files for somebody sees what that person would"
    page = Client().get("/en/commitments/text").content.decode()
    assert "not to re-identify" in page and pledge.pledges("cn_beijing")[0].digest in page
    assert Client().get("/commitments").status_code == 302
    assert Client().get("/api/v1/compliance/commitments").status_code == 401
