"""Identifiers are found however they are written, and their innocent twins are not."""

from __future__ import annotations

import pytest

from kaimen.core.privacy.identifiers import Kind, kinds_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("110101194912310022", Kind.RESIDENT_ID),
        ("身份证１１０１０１１９４９１２３１００２２", Kind.RESIDENT_ID),
        ("110101 19491231 0022", Kind.RESIDENT_ID),
        ("11010519491231002x", Kind.RESIDENT_ID),
        ("电话13812345678找他", Kind.MOBILE),
        ("138-1234-5678", Kind.MOBILE),
        ("+86 13812345678", Kind.MOBILE),
        ("１３８１２３４５６７８", Kind.MOBILE),
        ("写信到li.si@example.org。", Kind.EMAIL),
        ("6222021234567890128", Kind.BANK_CARD),
    ],
)
def test_found(text: str, kind: Kind) -> None:
    if kind in {Kind.RESIDENT_ID, Kind.BANK_CARD}:  # the planted digits are completed so that their check holds
        text = _completed(text, kind)
    assert kind in kinds_in(text)


def _completed(text: str, kind: Kind) -> str:
    """With the last sign that makes the check hold, in the script in which the text is written."""
    for sign in "0123456789X０１２３４５６７８９":
        for last in range(len(text) - 1, -1, -1):
            if text[last].isalnum() and text[last].isascii() == sign.isascii():
                tried = text[:last] + sign + text[last + 1 :]
                if kind in kinds_in(tried):
                    return tried
                break
    return text


@pytest.mark.parametrize(
    "text",
    [
        "110101194913310022",  # no such month
        "订单号 91381234567812",  # digits around
        "12345678901",
        "2026-11-23",
        "a@b",
        "10086",
        "110105",
        "0.13812345678901",
    ],
)
def test_innocent(text: str) -> None:
    assert not kinds_in(text) & {Kind.RESIDENT_ID, Kind.MOBILE, Kind.EMAIL}


def test_a_wrong_check_sign_is_no_identity_number() -> None:
    right = _completed("110101194912310022", Kind.RESIDENT_ID)
    wrong = [right[:-1] + sign for sign in "0123456789X" if sign != right[-1]]
    assert not any(Kind.RESIDENT_ID in kinds_in(text) for text in wrong)
