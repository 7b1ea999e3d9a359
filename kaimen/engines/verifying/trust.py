"""Whose signatures are believed: the policy that was given, or the keys that the log itself shows, which is said."""

from __future__ import annotations

from pathlib import Path

from kaimen.core.errors import Invalid, Missing
from kaimen.core.tlog import notes
from kaimen.core.tlog.encoding import b64
from kaimen.core.tlog.policy import NONE, Judgement, Policy, first_use, judge, parse_policy
from kaimen.engines.log_reading import Source
from kaimen.engines.verifying.telling import DoesNotVerifyError, Found, NotCheckedError, as_failure
from kaimen.engines.verifying.words import say


def text_of(path: Path) -> str:
    """The text of a file."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise NotCheckedError("file", place=path) from None


def policy_of(path: Path | None) -> Policy | None:
    """The policy of a file, None without one."""
    return parse_policy(text_of(path)) if path else None


def trusted_keys(policy: Policy | None, source: Source | None, found: Found) -> Policy:
    """The policy given, or the keys the log itself shows, which is said."""
    if policy is not None:
        return policy
    if source is None:
        raise NotCheckedError("whose_key")
    found.remarks.append(say("first_use"))
    try:
        return first_use(source.keys())
    except Missing:  # a copy of which only the policy was taken along
        return parse_policy(source.text("policy.txt"))


def judged_head(text: str, policy: Policy, found: Found) -> Judgement:
    """The checkpoint of a note. A note that cannot be read or is not signed as it must be does not verify."""
    try:
        judgement = judge(notes.parse(text), policy)
    except Invalid as failure:
        raise as_failure(failure) from None
    if not judgement.quorum:
        raise DoesNotVerifyError("no_quorum", found=len(judgement.witnesses), all=len(policy.witnesses))
    head = judgement.checkpoint
    found.facts |= {
        "origin": head.origin,
        "size": head.size,
        "root": b64(head.root),
        "witnesses": sorted(judgement.witnesses),
    }
    if policy.quorum != NONE or policy.witnesses:
        found.remarks.append(say("witnesses_ok", found=len(judgement.witnesses), all=len(policy.witnesses)))
    if judgement.additional:
        found.remarks.append(say("ml_dsa_ok"))
    return judgement
