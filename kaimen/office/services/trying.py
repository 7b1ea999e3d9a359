"""Try what must be refused, and undo it: how the control board probes its guards."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, transaction

from kaimen.core.errors import KaimenError


def refusal_of(act: Callable[[], object]) -> KaimenError | DatabaseError | None:
    """What refuses the act: a rule, or the database itself. None where it goes through. Whatever it did is undone."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except (KaimenError, DatabaseError) as refused:
        return refused
    return None
