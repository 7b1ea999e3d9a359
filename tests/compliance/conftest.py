from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from tests.accounts.people import Officer, body, officer, signed_in
from tests.compliance.bodies import Bodies, two_bodies
from tests.compliance.desk import Desk, a_desk


@dataclass
class Office:
    """A reviewer of the authority, a head of a department, and their browsers."""

    reviewer: Officer
    head: Officer

    def browser(self, who: Officer) -> Client:
        return signed_in(who.account, hat=who.appointment)


@pytest.fixture
def office(db: None, home: object) -> Office:
    del db, home
    authority, transport = body("authority", is_authority=True), body("transport")
    return Office(officer("authority_reviewer", authority), officer("department_head", transport))


@pytest.fixture
def bodies(db: None, home: object) -> Bodies:
    del db, home
    return two_bodies()


@pytest.fixture
def desk(db: None, home: object) -> Desk:
    """Data that are complained about, and the people who answer."""
    del db, home
    return a_desk()
