from __future__ import annotations

from datetime import timedelta

import pytest

from kaimen.accounts import selectors, services
from kaimen.core.policy.party import InstitutionId, PersonId
from tests.accounts.people import NOW, body, officer, person

pytestmark = pytest.mark.django_db


def test_a_nomination_is_approved_by_somebody_else() -> None:
    bureau, authority = body(), body("data", is_authority=True)
    operator, reviewer = officer("operator", authority), officer("authority_reviewer", authority)
    head = services.nominate(
        PersonId(str(person().person_id)), role_code="department_head", institution_id=InstitutionId(str(bureau.pk)),
        since=NOW - timedelta(days=1), by=operator.actor, now=NOW,
    )  # fmt: skip
    services.approve_appointment(str(head.pk), by=reviewer.actor, now=NOW)
    assert selectors.holders("department_head", InstitutionId(str(bureau.pk)), at=NOW) == [
        PersonId(str(head.person_id))
    ]
