"""A clock's rung becomes a letter to the holders of an office, in both languages, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from kaimen.accounts import services, tasks
from kaimen.office import services as office
from kaimen.office.models import Outbox
from tests.accounts.people import NOW, body, officer

pytestmark = pytest.mark.django_db


def test_each_rung_is_a_letter_to_the_holders_of_that_office() -> None:
    water = body("water")
    head, clerk = officer("department_head", water), officer("office_head", water)
    officer("office_head", body("other"))
    reviewer = officer("authority_reviewer", body("data", is_authority=True))
    with transaction.atomic():
        office.start_clock(
            "SHR-03", case_kind="sharing_request", case="R1", title_zh="答复共享申请", title_en="Answer a request", url="/desk",
            institution=str(water.pk), role="office_head", at=NOW - timedelta(days=60), now=NOW,
        )  # fmt: skip
    office.tick(NOW)
    for row in Outbox.objects.filter(kind="clock.rung").order_by("pk"):
        tasks.RECEIVERS[row.kind](row.pk, row.body)
    assert [(letter.to, letter.subject.partition(" · ")[0]) for letter in mail.outbox] == [
        ([clerk.account.email], "期限过半"), ([clerk.account.email], "期限已过五分之四"), ([head.account.email], "今天到期"),
        ([reviewer.account.email], "已经逾期"),
    ]  # fmt: skip
    assert "Answer a request" in str(mail.outbox[3].body)
    assert "答复共享申请" in str(mail.outbox[3].body)


def test_a_suspended_account_gets_no_letter() -> None:
    water = body("water")
    clerk = officer("office_head", water)
    security = officer("security_admin", body("data", is_authority=True))
    services.suspend_account(str(clerk.account.pk), reason="left", by=security.actor, now=NOW)
    tasks.tell_of_a_clock(
        1, {"rung": "half", "institution": str(water.pk), "role": "office_head", "title_zh": "甲", "title_en": "A"}
    )
    assert not mail.outbox
