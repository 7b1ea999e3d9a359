"""One writer a table. The lease is for peace, Delta's own conflict check is for truth."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from django.db import transaction

from kaimen.core.errors import Unavailable
from kaimen.lake.models import Lease, Table

TERM = timedelta(seconds=120)


def holder() -> str:
    """This process."""
    return f"{socket.gethostname()}-{os.getpid()}"[:64]


def _dead(other: str) -> bool:
    """Whether the holder was a process of this machine that is no more: then nobody need wait for its term to end."""
    host, _, pid = other.rpartition("-")
    if host != holder().rpartition("-")[0] or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@transaction.atomic
def take(table: Table, *, now: datetime) -> int:
    """The fencing token. Raises `Unavailable("table_busy")` while another process holds the lease."""
    Lease.objects.get_or_create(table=table, defaults={"holder": "", "expires_at": now})
    lease = Lease.objects.select_for_update().get(table=table)
    mine = holder()
    if lease.holder not in {"", mine} and lease.expires_at > now and not _dead(lease.holder):
        raise Unavailable("table_busy", retry_after_s=5)
    if lease.holder != mine:
        lease.holder, lease.token = mine, lease.token + 1
    lease.expires_at = now + TERM
    lease.save(update_fields=["holder", "token", "expires_at"])
    return lease.token


def holds(table: Table, token: int) -> bool:
    """Is the lease still that of this process under this token?"""
    return Lease.objects.filter(table=table, holder=holder(), token=token).exists()


def end(table_id: str, *, now: datetime) -> None:
    """The version is published: whoever waits may write."""
    Lease.objects.filter(table=table_id, holder=holder()).update(holder="", expires_at=now)
