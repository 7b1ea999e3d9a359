"""From registrations to what other pages draw."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from kaimen.trading import selectors

if TYPE_CHECKING:
    from kaimen.cases.models import Case


def papers(case: Case) -> Iterable[tuple[str, str]]:
    """The certificate of a registration, once it stands in the register."""
    found = selectors.asset_of(case)
    if found is not None and found.state != "coded":
        yield _("Certificate of registration"), reverse("exchange_asset", args=[found.code])
