"""Every workflow of the pack, walked at random by everybody: nothing illegal happens, nothing is lost, four eyes are kept.

`KAIMEN_TEST_WALKS=100` walks long.
"""

from __future__ import annotations

import os
import random

import pytest

from kaimen.cases import hooks, selectors, services
from kaimen.cases.models import Case
from kaimen.cases.services import answering, stepping
from kaimen.core.errors import KaimenError
from kaimen.core.policy.party import ANYBODY
from kaimen.engines import packs
from tests.cases.walking import an_answer, walked

pytestmark = pytest.mark.django_db
WALKS = int(os.environ.get("KAIMEN_TEST_WALKS", "1"))
TRIES = 50
FLOWS = sorted(packs.workflows("cn_beijing", "Asia/Shanghai"))


@pytest.fixture
def bare(monkeypatch) -> None:
    """The machine alone: what windows add has tests of its own."""
    for module in (stepping, answering):
        monkeypatch.setattr(module, "hook_of", lambda *_: None)


def test_hooks_hang_on_steps_that_exist() -> None:
    flows = packs.workflows("cn_beijing", "Asia/Shanghai")
    for code, verbs in hooks.attended().items():
        assert verbs <= set(flows[code].acts), code


@pytest.mark.parametrize("code", FLOWS)
@pytest.mark.parametrize("seed", range(WALKS))
def test_a_random_walk_keeps_every_promise(hall, bare, code, seed) -> None:
    walk = walked(hall, code, random.Random(f"{code}{seed}"), TRIES, alone=True)
    assert walk is not None
    assert len(walk.seen) >= min(4, len(walk.acts) - 1), "a walk that goes nowhere shows nothing"


@pytest.mark.parametrize("code", FLOWS)
def test_with_what_windows_add_nothing_breaks_and_nothing_is_lost(hall, code) -> None:
    """A hook refuses with a code or does its part; what is no code of ours is a fault and comes through here."""
    for seed in range(WALKS):
        walked(hall, code, random.Random(f"{code} with hooks {seed}"), TRIES // 2)


def test_a_first_step_that_belongs_to_a_side_is_taken_by_that_side_only(hall) -> None:
    flow = selectors.workflow("open_plan")
    (first,) = flow.opening
    told = an_answer(hall, first, random.Random(1), by=ANYBODY, now=hall.now, body="health")
    with pytest.raises(KaimenError, match="case_side"):
        services.begin("open_plan", told, by=hall.officer(min(first.roles), hall.city.transport), now=hall.now)
    assert not Case.objects.exists()
