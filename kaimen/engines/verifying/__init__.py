"""`kaimen verify`: is the log whole, is this entry in it, was this promise kept? Without trust in the server, Django or a database."""

from kaimen.engines.verifying.command import DOES_NOT_VERIFY, NOT_CHECKED, VERIFIED, main
from kaimen.engines.verifying.logs import check_log
from kaimen.engines.verifying.promises import check_proof
from kaimen.engines.verifying.telling import DoesNotVerifyError, NotCheckedError

__all__ = [
    "DOES_NOT_VERIFY",
    "NOT_CHECKED",
    "VERIFIED",
    "DoesNotVerifyError",
    "NotCheckedError",
    "check_log",
    "check_proof",
    "main",
]
