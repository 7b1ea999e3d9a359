"""Two grants of one recipient on one dataset: the second is refused where both together would show more of persons than either."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaimen.core.errors import KaimenError
from kaimen.gate import services
from kaimen.gate.models import Grant
from kaimen.gate.selectors import last_day
from kaimen.gate.services import GrantForm, clearing

NAMES, NUMBERS = ("name", "amount"), ("person_id", "amount")


@pytest.fixture
def held(gate):
    """One agreement of a body that shows names and amounts."""
    give(gate, "AG-21", *NAMES)
    return gate


def give(gate, code: str, *columns: str, masks: dict[str, str] | None = None, **more) -> None:
    duties = GrantForm.duties_of(columns=columns, masks=masks)
    gate.grant(code, **({"institution": gate.stranger.institution, "duties": duties} | more))


def refused(gate, code: str, *columns: str, **more) -> KaimenError:
    before = Grant.objects.count()
    with pytest.raises(KaimenError) as told:
        give(gate, code, *columns, **more)
    assert Grant.objects.count() == before
    return told.value


def test_another_view_of_the_same_persons_is_refused_and_names_the_columns_and_the_agreement(held) -> None:
    error = refused(held, "AG-22", *NUMBERS)
    assert error.code == "second_view"
    until = last_day(Grant.objects.get(pk="AG-21").not_after).isoformat()
    told = {"dataset": held.slug, "grant": "AG-21", "until": until, "columns": ["name", "person_id"]}
    assert error.details == told


def test_two_masks_that_cover_different_ends_are_refused(gate) -> None:
    give(gate, "AG-21", "name", masks={"name": "keep:1,0"})
    assert refused(gate, "AG-22", "name", masks={"name": "keep:0,1"}).code == "second_view"
    give(gate, "AG-23", "name", masks={"name": "keep:1,1"})  # shows all that the first shows
    give(gate, "AG-24", "name", masks={"name": "keep:0,0"})


def test_a_view_within_the_other_is_given_whichever_came_first(held) -> None:
    give(held, "AG-22", "amount")
    give(held, "AG-23", "name", "amount", "person_id")
    assert Grant.objects.filter(pk__in=["AG-22", "AG-23"]).count() == 2


def test_an_ended_agreement_and_somebody_elses_are_no_hindrance(held) -> None:
    give(held, "AG-22", *NUMBERS, institution=held.district.institution)
    services.suspend("AG-21", reason="查", by=held.steward, now=held.now)
    assert refused(held, "AG-23", *NUMBERS).code == "second_view"  # it may be opened again
    services.revoke("AG-21", reason="终止", by=held.steward, now=held.now)
    give(held, "AG-24", *NUMBERS)


def test_one_that_begins_after_the_other_ends_is_given(held) -> None:
    begins = Grant.objects.get(pk="AG-21").not_after
    give(held, "AG-22", *NUMBERS, not_before=begins, not_after=begins + timedelta(days=9))
    assert refused(held, "AG-23", *NUMBERS, not_before=begins - timedelta(days=1), not_after=begins + timedelta(days=9))


def test_columns_that_say_nothing_of_persons_may_be_split(gate) -> None:
    give(gate, "AG-21", "district")
    give(gate, "AG-22", "amount")


def test_an_emergency_glues_nothing_either_unless_the_agreement_is_suspended_meanwhile(held) -> None:
    error = refused(held, "AG-22", *NUMBERS, exempt=clearing.EMERGENCY)
    assert error.code == "emergency_second_view"
    named = {name: error.details[name] for name in ("dataset", "grant", "columns")}
    assert named == {"dataset": held.slug, "grant": "AG-21", "columns": ["name", "person_id"]}
    give(held, "AG-23", *NAMES, exempt=clearing.EMERGENCY)  # no more than the agreement shows
    services.revoke("AG-23", reason="汛情解除", by=held.steward, now=held.now)
    services.suspend("AG-21", reason="紧急访问期间", by=held.steward, now=held.now)
    give(held, "AG-22", *NUMBERS, exempt=clearing.EMERGENCY)
    with pytest.raises(KaimenError, match=r"^second_view\b"):
        services.resume("AG-21", reason="恢复", by=held.steward, now=held.now)
    services.revoke("AG-22", reason="汛情解除", by=held.steward, now=held.now)
    services.resume("AG-21", reason="恢复", by=held.steward, now=held.now)


def test_beside_a_running_emergency_no_agreement_opens_that_would_glue(gate) -> None:
    give(gate, "AG-21", *NAMES, exempt=clearing.EMERGENCY)
    assert refused(gate, "AG-22", *NUMBERS).code == "second_view"


def test_the_body_whose_data_they_are_sees_them_in_any_way(gate) -> None:
    own = gate.steward.institution
    give(gate, "AG-21", *NAMES, institution=own)
    give(gate, "AG-22", *NUMBERS, institution=own)
