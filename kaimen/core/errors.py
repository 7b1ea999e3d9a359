"""What we refuse on purpose. A code is stable and documented (docs/reference/errors.md) and raised with facts, not sentences.

`web/errors.py` alone turns a code and its facts into a sentence in the reader's language and an RFC 9457 body.
Anything that is not a `KaimenError` is a bug and shows as a bare 500.
"""

from __future__ import annotations

from typing import ClassVar

Detail = str | int | float | bool | None | list[str] | list[int]


class KaimenError(Exception):
    """A refusal with a stable `code` and `details` that hold only what the reader may see."""

    status: ClassVar[int] = 500

    def __init__(self, code: str, **details: Detail) -> None:
        self.code = code
        self.details = details
        super().__init__(code if not details else f"{code} {details}")


class Refused(KaimenError):
    """You may not do this (403)."""

    status = 403


class Conflict(Refused):
    """It came too late, or a second time: what you saw is no longer so (409)."""

    status = 409


class Invalid(KaimenError):
    """What you sent cannot be used (422)."""

    status = 422


class Missing(KaimenError):
    """It does not exist, or it is not for you (404): both answer alike."""

    status = 404


class NotAcceptable(KaimenError):
    """None of the forms that you would take is one that we write (406)."""

    status = 406


class Unavailable(KaimenError):
    """Not now; try again later (503). `retry_after_s` among the details says when."""

    status = 503
