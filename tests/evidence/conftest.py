from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from kaimen.core.policy.party import ANYBODY
from kaimen.evidence import services as evidence
from kaimen.evidence.services import Kind, Receipt, SubjectId

NOW = datetime(2026, 11, 23, 2, 21, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _home(home: Path) -> None:
    """Keys and a publication folder of the test's own."""


def record(
    *,
    subject: str | None = None,
    reason: str = "three districts are missing",
    at: datetime = NOW,
    inst: str = "11110000000000000X",
) -> Receipt:
    with transaction.atomic():
        return evidence.record(
            Kind.LOAD_REFUSED,
            at=at,
            public={"inst": inst, "ds": "D-0164", "out": "refused"},
            private={"load": "L1", "reason": reason, **evidence.who(ANYBODY)},
            subject=SubjectId(subject) if subject else None,
        )
