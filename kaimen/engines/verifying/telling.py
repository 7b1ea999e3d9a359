"""What a check found or why it failed, and how that is said to people and to programs."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field

from kaimen.core.errors import KaimenError, Missing, Unavailable
from kaimen.core.tlog import tiles
from kaimen.engines.verifying.words import say

Facts = dict[str, "str | int | list[str] | dict[str, object] | None"]


class _SaidError(Exception):
    """An end with a sentence of `words`."""

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(say(code, **facts))


class DoesNotVerifyError(_SaidError):
    """What was shown is not what was promised. The sentence says which check failed."""


class NotCheckedError(_SaidError):
    """The check could not be made."""


@dataclass
class Found:
    """What a check found, and remarks for people."""

    facts: Facts
    remarks: list[str] = field(default_factory=list[str])


def in_a_line(facts: Facts) -> str:
    """The facts of a check in one line for people."""
    size, read = facts["size"], facts.get("entries_read")
    if "index" in facts:
        where = say("entry_of", index=facts["index"], size=size)
    else:
        where = say("tree_of" if read == 0 and size else "entries", size=size)
    parts = [where, str(facts["origin"]), *[str(facts[name]) for name in ("kind", "out", "at") if facts.get(name)]]
    if read:
        since = facts.get("entries_from")
        parts.append(say("compared", read=read) if since is None else say("compared_from", read=read, first=since))
    if "stamped" in facts:
        parts.append(say("stamped", size=facts.get("stamped_size", size), at=facts["stamped"]))
    if "shown" in facts:
        parts.append(json.dumps(facts["shown"], ensure_ascii=False))
    return "  ".join(parts)


def _reason(failure: KaimenError) -> tuple[str, dict[str, object]]:
    """The sentence for a refusal of the rules, and its facts."""
    told = failure.details
    match failure:
        case Unavailable(code="ml_dsa_missing"):
            return "ml_dsa_missing", {}
        case Unavailable():
            return "unreachable", {"place": told.get("place")}
        case Missing():
            return "nothing_there", {"path": told.get("path")}
        case _ if told.get("why") == "signature":
            return "signature", {"name": told.get("name")}
        case _ if told.get("why") == "log_key":
            return "log_key", {}
        case _ if failure.code == "policy":
            return "policy", {"line": told.get("line")}
        case _:
            return "form", {"code": " ".join(filter(None, (failure.code, str(told.get("why", "")))))}


def because_of(failure: KaimenError) -> str:
    """Why it could not be checked, in a sentence."""
    code, facts = _reason(failure)
    return say(code, **facts)


def as_failure(failure: KaimenError) -> DoesNotVerifyError:
    """A fault of form as what it means here: it does not verify."""
    code, facts = _reason(failure)
    return DoesNotVerifyError(code, **facts)


def progress(done: int, total: int) -> None:
    """How far the reading is, where somebody looks."""
    if sys.stderr.isatty() and (done == total or done % (tiles.WIDTH * 64) == 0):
        told = say("progress", done=done, total=total)
        print(f"\r{told}", end="\n" if done == total else "", file=sys.stderr)  # noqa: T201
