"""What the worker does for this room: letters, forgotten passwords, invitations. Called twice for the same row, it sends twice at worst."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import override

from kaimen.accounts import selectors, services
from kaimen.accounts.models import Account
from kaimen.core.policy.party import InstitutionId
from kaimen.office.services import RunHandle
from kaimen.web.now import now


def _address(name: str, **parts: str) -> str:
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    with override("zh-hans"):
        return f"{scheme}://{settings.KAIMEN_HOST}{reverse(name, kwargs=parts)}"


def _send(row: int, *, to: str, subject: str, text: str) -> None:
    EmailMessage(
        subject=subject,
        body=text,
        to=[to],
        headers={"Message-ID": f"<outbox-{row}@{settings.KAIMEN_HOST.partition(':')[0]}>"},
    ).send()


def send_letter(row: int, body: Mapping[str, object]) -> None:
    """A letter as it was written."""
    letter = json.loads(services.unsealed_text(body))
    _send(row, to=letter["to"], subject=letter["subject"], text=letter["text"])


def send_reset(row: int, body: Mapping[str, object]) -> None:
    """A link to set a new password, if the address is known and may sign in; otherwise nothing."""
    account = Account.objects.filter(email=services.unsealed_text(body)).first()
    if account is None or not account.is_active or account.kind != Account.Kind.PERSONAL:
        return
    link = _address(
        "account_reset_password_from_key",
        uidb36=user_pk_to_url_str(account),
        key=default_token_generator.make_token(account),
    )
    _send(
        row,
        to=account.email,
        subject=f"重设口令 · Set a new password · {settings.KAIMEN_CITY_EN}",
        text=(
            "您（或别人）要求重设口令。打开下面的链接设一个新的，用过一次就失效。不是您要的，不用理会，口令没有变。\n\n"
            "You, or somebody else, asked to set a new password. Open the link once to do so. If it was not you, do nothing: your "
            f"password has not changed.\n\n{link}\n"
        ),
    )


def send_invitation(row: int, body: Mapping[str, object]) -> None:
    """The way in for somebody who was named."""
    link = _address("invitation", text=services.unsealed_text(body))
    _send(
        row,
        to=str(body["email"]),
        subject=f"您的账号 · Your account · {settings.KAIMEN_CITY_EN}",
        text=(
            f"{settings.KAIMEN_CITY_ZH}公共数据为您开了账号。7 天内打开下面的链接，设一个口令。\n\n"
            f"An account was opened for you at {settings.KAIMEN_CITY_EN} public data. Open the link within 7 days and choose a "
            f"password.\n\n{link}\n"
        ),
    )


def send_activation(row: int, body: Mapping[str, object]) -> None:
    """The link by which a technical contact makes a token."""
    link = _address("activation", text=services.unsealed_text(body))
    _send(
        row,
        to=str(body["email"]),
        subject=f"领取接口令牌 · Your API token · {settings.KAIMEN_CITY_EN}",
        text=(
            "您是技术联系人。打开下面的链接，按一下按钮就生成令牌；令牌只显示这一次，链接只能用一次。请在要用令牌的电脑上打开。"
            "不是您的事，请不要打开，并告诉发起人。\n\n"
            "You are the technical contact. Open the link and press the button to make the token: it is shown once, and the link works "
            "once. Open it where the token is needed. If this is not for you, leave it and tell whoever sent it.\n\n"
            f"{link}\n\n有效期至 · Works until {localtime(datetime.fromisoformat(str(body['until']))).date()}\n"
        ),
    )


def tell_of_activation(row: int, body: Mapping[str, object]) -> None:
    """The link was used: if it was not the contact, the token must end."""
    _send(
        row,
        to=str(body["email"]),
        subject=f"令牌已领取 · A token was made · {settings.KAIMEN_CITY_EN}",
        text=(
            f"用发给您的链接生成了令牌“{body['name']}”。不是您生成的，请马上到“我的账号”把它作废。\n\n"
            f"The token “{body['name']}” was made by the link that was sent to you. If it was not you, make it void under My account at "
            f"once.\n\n{_address('account')}\n"
        ),
    )


def warn_of_expiry(run: RunHandle, arguments: Mapping[str, object]) -> None:
    """Tell holders of tokens that are about to expire."""
    del arguments
    told = services.warn_of_expiry(now=now())
    run.progress(told, told, "letters")


RUNGS = {
    "half": ("期限过半", "Half of the term is over"),
    "four_fifths": ("期限已过五分之四", "Four fifths of the term are over"),
    "due_morning": ("今天到期", "Due today"),
    "overdue": ("已经逾期", "Overdue"),
    "over": ("期满，可以走下一步", "The time to wait is over; the next step can be taken"),
}


def tell_of_a_clock(row: int, body: Mapping[str, object]) -> None:
    """A statutory term reached a rung: a letter to everybody who holds that office. Its case lies on their desk already."""
    rung_zh, rung_en = RUNGS[str(body["rung"])]
    institution = str(body["institution"])
    people = selectors.holders(str(body["role"]), InstitutionId(institution) if institution else None, at=now())
    for number, to in enumerate(selectors.addresses_of(people)):
        EmailMessage(
            subject=f"{rung_zh} · {rung_en} · {settings.KAIMEN_CITY_EN}",
            body=(
                f"{body['title_zh']}\n{rung_zh}。请到工作台办理。\n\n{body['title_en']}\n{rung_en}. It waits on your desk.\n\n{_address('desk')}\n"
            ),
            to=[to],
            headers={"Message-ID": f"<outbox-{row}-{number}@{settings.KAIMEN_HOST.partition(':')[0]}>"},
        ).send()


def nothing_more(row: int, body: Mapping[str, object]) -> None:
    """For rooms above to hear; where none listens, nothing more happens."""
    del row, body


RECEIVERS = {
    "mail": send_letter,
    "accounts.reset": send_reset,
    "accounts.invitation": send_invitation,
    "accounts.activation": send_activation,
    "accounts.activated": tell_of_activation,
    "clock.rung": tell_of_a_clock,
    "account.suspended": nothing_more,
    "appointment.ended": nothing_more,
    "token.revoked": nothing_more,
}
JOBS = {"accounts.expiring": warn_of_expiry}
