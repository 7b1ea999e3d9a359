"""Tokens that are about to expire: their holders are told in time, once each, by a letter and on their desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localtime

from kaimen.accounts.models import ApiToken
from kaimen.accounts.services.letters import post_mail
from kaimen.accounts.services.tokens import EXPIRING, days_of
from kaimen.office import services as office


def warn_of_expiry(*, now: datetime) -> int:
    """Tell of tokens that end within POL-TOK-WARN; take those that ended off the desks. Returns how many were told.

    One that never was to live longer than that is no surprise, and one that was replaced has its successor.
    """
    ahead = timedelta(days=days_of("POL-TOK-WARN", now))
    near = ApiToken.objects.filter(
        revoked_at=None, warned_at=None, replaced_by=None, expires_at__gt=now, expires_at__lte=now + ahead
    ).filter(expires_at__gt=F("created_at") + ahead)  # fmt: skip
    told = sum(_warn(token_id, now=now) for token_id in near.order_by("expires_at").values_list("pk", flat=True)[:500])
    for over in ApiToken.objects.filter(warned_at__isnull=False, expires_at__lte=now, expires_at__gt=now - ahead):
        office.close_desk_items(kind=EXPIRING, ref=over.pk, now=now)
    return told


@transaction.atomic
def _warn(token_id: str, *, now: datetime) -> bool:
    kept = (
        ApiToken.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(pk=token_id, warned_at=None, revoked_at=None, replaced_by=None)
        .first()
    )
    if kept is None or not kept.account.is_active:
        return False
    kept.warned_at = now
    kept.save(update_fields=["warned_at"])
    day = localtime(kept.expires_at).date().isoformat()
    office.open_desk_item(
        kind=EXPIRING, ref=kept.pk, url="/desk/account", institution="", role="", person=str(kept.account.person_id),
        title_zh=f"令牌“{kept.name}”将到期，请更换", title_en=f"Token “{kept.name}” is about to expire: replace it",
        now=now, due=kept.expires_at,
    )  # fmt: skip
    post_mail(
        to=kept.account.email,
        subject="令牌即将到期 · A token is about to expire",
        text=(
            f"令牌“{kept.name}”（kmt_{kept.pk}_…）将于 {day} 到期。请到“我的账号”更换；旧令牌在更换后还能用几天。\n\n"
            f"The token “{kept.name}” (kmt_{kept.pk}_…) expires on {day}. Replace it under My account; the old one works on for some days.\n"
        ),
        now=now,
    )
    return True
