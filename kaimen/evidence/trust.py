"""Our own policy: our keys, the witnesses that are asked and the quorum, from the file that `evidence.policy` names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django.conf import settings

from kaimen.core.tlog.policy import NONE, Party, Policy, parse_policy
from kaimen.evidence import keys


def policy() -> Policy:
    """What we sign with and who must cosign. Raises `Invalid("policy")` when the file is wrong."""
    logs = tuple(Party(key) for key in keys.log_verifiers())
    receipts = tuple(keys.receipt_verifiers())
    read = Policy(logs=(), witnesses={}, groups={}, quorum=NONE)
    if settings.KAIMEN_EVIDENCE_POLICY:
        read = parse_policy(Path(settings.KAIMEN_EVIDENCE_POLICY).read_text("utf-8"))
    return replace(read, logs=logs, receipt_keys=receipts, additional_keys=tuple(keys.additional_verifiers()))
