"""`kaimen verify`: is the log whole, is this entry in it, was this promise kept? Without trust in the server, Django or a database.

Exit 0: verified. 1: it does NOT verify. 2: it could not be checked (network, syntax).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

from kaimen.core.errors import KaimenError
from kaimen.core.tlog import proof_text, receipt, timestamp_text
from kaimen.core.tlog.policy import Policy
from kaimen.engines.log_reading import Source
from kaimen.engines.terminal import translate_argparse
from kaimen.engines.verifying.logs import READ_ALWAYS, check_log
from kaimen.engines.verifying.promises import check_proof, check_receipt
from kaimen.engines.verifying.stamps import check_timestamp
from kaimen.engines.verifying.telling import DoesNotVerifyError, Found, NotCheckedError, because_of, in_a_line
from kaimen.engines.verifying.trust import policy_of, text_of
from kaimen.engines.verifying.words import SENTENCES, say

VERIFIED, DOES_NOT_VERIFY, NOT_CHECKED = 0, 1, 2


VERDICTS = {VERIFIED: "verified", DOES_NOT_VERIFY: "does_not_verify", NOT_CHECKED: "not_checked"}


_PROOF_ADDRESS = re.compile(r"(https?://.+)/proof/([A-Za-z0-9_-]{22})")
_PAGE_OF_A_PROOF = re.compile(r"(https?://.+?)(?:/en)?/log/([A-Za-z0-9_-]{22})")
"""The page on which people read an entry, as it stands on printed receipts: its proof lies beside it."""


def main(argv: Sequence[str]) -> int:
    """The command."""
    translate_argparse()
    asked = _arguments().parse_args(argv)
    try:
        found, code, reason = _check(asked), VERIFIED, None
    except DoesNotVerifyError as failure:
        found, code, reason = Found({}), DOES_NOT_VERIFY, str(failure)
    except NotCheckedError as failure:
        found, code, reason = Found({}), NOT_CHECKED, str(failure)
    except KaimenError as failure:
        found, code, reason = Found({}), NOT_CHECKED, because_of(failure)
    except OSError as failure:
        found, code, reason = Found({}), NOT_CHECKED, say("file", place=failure.filename)
    verdict = "receipt_only" if found.facts.get("rows") else VERDICTS[code]
    if asked.json:
        told = {"verdict": SENTENCES[verdict][0].lower(), "reason": reason, **found.facts, "remarks": found.remarks}
        print(json.dumps(told, ensure_ascii=False))  # noqa: T201
    else:
        for line in [f"{say(verdict)}  {reason or in_a_line(found.facts)}", *found.remarks]:
            print(line, file=sys.stdout if code == VERIFIED else sys.stderr)
    return code


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("kaimen verify", description=say("about"), epilog=say("ends"))
    parser.add_argument("what", help=say("help_what"))
    parser.add_argument("--full", action="store_true", help=say("help_full", most=READ_ALWAYS))
    parser.add_argument("--state", type=_file, metavar="DIR", help=say("help_state"))
    parser.add_argument("--policy", type=_file, metavar="FILE", help=say("help_policy"))
    parser.add_argument("--log", metavar="URL|DIR", help=say("help_log"))
    parser.add_argument("--leaf", type=_file, metavar="FILE", help=say("help_leaf"))
    parser.add_argument("--opening", type=_file, metavar="FILE", help=say("help_opening"))
    parser.add_argument("--tsa-certificate", type=_file, metavar="FILE", help=say("help_certificate"))
    parser.add_argument("--json", action="store_true", help=say("help_json"))
    return parser


def _file(text: str) -> Path:
    if "://" in text:
        raise argparse.ArgumentTypeError(say("file_expected", place=text))
    return Path(text)


def _check(asked: argparse.Namespace) -> Found:
    if address := _PROOF_ADDRESS.fullmatch(asked.what):
        return _check_proof_at(asked, log=address[1], entry=address[2])
    if page := _PAGE_OF_A_PROOF.fullmatch(asked.what):
        return _check_proof_at(asked, log=f"{page[1]}/log", entry=page[2])
    if asked.what.startswith(("http://", "https://")) or Path(asked.what).is_dir():
        with closing(Source(asked.what)) as source:
            policy = policy_of(asked.policy)
            if source.read("checkpoint") is None:
                raise NotCheckedError("no_log", what=asked.what, anything=say("anything"))
            return check_log(source, policy, full=asked.full, state=asked.state, certificate=asked.tsa_certificate)
    if "://" in asked.what:
        raise NotCheckedError("scheme", place=asked.what)
    if not asked.log:
        return _check_file(asked, None)
    with closing(Source(asked.log)) as source:
        return _check_file(asked, source)


def _check_proof_at(asked: argparse.Namespace, *, log: str, entry: str) -> Found:
    """The proof that an address serves, held against the log there, or against the one that `--log` names."""
    with closing(Source(log)) as there:
        served = there.read(f"proof/{entry}")
        if served is None:
            raise NotCheckedError("no_proof", log=log, entry=entry)
        text = served.decode("utf-8", "replace")
        if not text.startswith(f"{proof_text.FIRST_LINE}\n"):
            raise NotCheckedError("not_a_proof", what=asked.what)
        if not asked.log:
            found = _check_proof_text(asked, text, there)
        else:
            with closing(Source(asked.log)) as source:
                found = _check_proof_text(asked, text, source)
    if found.facts.get("entry", entry) != entry:
        raise DoesNotVerifyError("another_entry", entry=found.facts["entry"])
    return found


def _check_proof_text(asked: argparse.Namespace, text: str, source: Source | None) -> Found:
    given = asked.leaf.read_bytes() if asked.leaf else b""
    found = check_proof(text, source, policy_of(asked.policy), given=given, opening=asked.opening)
    return found if source is None else _and_its_log(found, source, policy_of(asked.policy), full=asked.full)


def _check_receipt_text(asked: argparse.Namespace, text: str, source: Source | None) -> Found:
    if source is None:
        raise NotCheckedError("receipt_needs_log")
    found = check_receipt(text, source, policy_of(asked.policy))
    return _and_its_log(found, source, policy_of(asked.policy), full=asked.full)


def _check_file(asked: argparse.Namespace, source: Source | None) -> Found:
    """A file is told by its first line."""
    text = text_of(Path(asked.what))
    if text.lstrip().startswith("{"):
        return _check_answer(asked, text, source)
    match text.split("\n", 1)[0]:
        case proof_text.FIRST_LINE:
            return _check_proof_text(asked, text, source)
        case receipt.RECEIPT:
            return _check_receipt_text(asked, text, source)
        case timestamp_text.FIRST_LINE:
            if asked.tsa_certificate is None:
                raise NotCheckedError("stamp_needs_certificate")
            return check_timestamp(text, source, policy_of(asked.policy), certificate=asked.tsa_certificate)
        case _:
            raise NotCheckedError("none_of", what=asked.what, anything=say("anything"))


def _check_answer(asked: argparse.Namespace, text: str, source: Source | None) -> Found:
    """The receipt of an answer of the query API that was saved as JSON, and whether the answer agrees with itself.

    The log holds no rows: that they are those that were given cannot be checked, and the verdict says so.
    """
    try:
        told = json.loads(text)
    except ValueError:
        raise NotCheckedError("no_json", place=asked.what) from None
    try:
        note, entry = told["receipt"]["note"], told["receipt"].get("entry")
    except (KeyError, TypeError, AttributeError):
        note = entry = None
    if not isinstance(note, str):
        raise NotCheckedError("no_receipt", place=asked.what)
    found = _check_receipt_text(asked, note, source)
    if entry is not None and entry != found.facts["entry"]:
        raise DoesNotVerifyError("receipt_exchanged", said=entry, entry=found.facts["entry"])
    rows = told.get("rows")
    if not isinstance(rows, list):
        return found
    held, said = len(cast("list[object]", rows)), told.get("row_count", 0)
    if "row_count" in told and said != held:
        raise DoesNotVerifyError("rows_counted", said=said, found=held)
    found.facts["rows"] = "not checked"
    found.remarks.insert(0, say("rows_not_checked"))
    return found


def _and_its_log(found: Found, source: Source, policy: Policy | None, *, full: bool) -> Found:
    """A promise is worth what its log is worth: a small one is read whole, of a large one it is said what was not read."""
    whole = check_log(source, policy, full=full, state=None)
    read = whole.facts["entries_read"]
    found.facts["entries_read"] = read
    found.remarks += [say("whole_log", read=read)] if read else []
    found.remarks = list(dict.fromkeys([*found.remarks, *whole.remarks]))
    return found
