"""Our own policy: our keys, the witnesses that are asked and the quorum, from the file that `evidence.policy` names."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from kaimen.core.tlog.policy import NONE, Party, Policy, parse_policy
from kaimen.evidence import keys


def policy() -> Policy:
    """What we sign with and who must cosign. Raises `Invalid("policy")` when the file is wrong."""
    logs = tuple(Party(key) for key in keys.log_verifiers())
    receipts = tuple(keys.receipt_verifiers())
    if not settings.KAIMEN_EVIDENCE_POLICY:
        return Policy(logs=logs, witnesses={}, groups={}, quorum=NONE, receipt_keys=receipts)
    read = parse_policy(Path(settings.KAIMEN_EVIDENCE_POLICY).read_text("utf-8"))
    return Policy(logs=logs, witnesses=read.witnesses, groups=read.groups, quorum=read.quorum, receipt_keys=receipts)
