"""What the worker does for this room: tell subscribed systems that a case moved. A failed delivery is tried again by the post."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from kaimen.cases import subscribing
from kaimen.cases.models import Subscription
from kaimen.core.errors import Invalid, Unavailable
from kaimen.engines import webhooks
from kaimen.web.now import now


def tell(row: int, body: Mapping[str, object]) -> None:
    """One delivery; its number is that of the outbox row, the same at every try, so that a receiver knows a repetition."""
    one = Subscription.objects.filter(pk=body["subscription"], ended_at=None).first()
    if one is None:
        return
    moment = now()
    try:
        webhooks.check_address(one.url, hosts=subscribing.hosts())  # the operator may have taken the host back
        webhooks.send(
            one.url,
            orjson.dumps(body["message"]),
            secret=subscribing.secret_of(one),
            delivery=str(row),
            time=int(moment.timestamp()),
        )
    except (Unavailable, Invalid):
        Subscription.objects.filter(pk=one.pk).update(failed_at=moment)
        raise
    Subscription.objects.filter(pk=one.pk).update(told_at=moment)


RECEIVERS = {subscribing.OUTBOX: tell}
