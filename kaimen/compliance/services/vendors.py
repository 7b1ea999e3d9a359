"""What the steps of a vendor's contract do: accounts by name are opened until its last day, moved with it, and ended with the hand-over.

That day stands in the account itself and is asked at each sign-in and for each token. Only new accounts can hang on a contract: nobody ends
an officer's account by naming it here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from kaimen.accounts import selectors as accounts
from kaimen.accounts import services as people
from kaimen.cases import selectors as cases
from kaimen.cases.services import Hook, Step
from kaimen.compliance.models import VendorAccount
from kaimen.core.errors import Invalid, Refused
from kaimen.core.lifecycle.terms import due
from kaimen.core.policy.party import Actor, Via
from kaimen.gate import selectors as gate
from kaimen.office import selectors as office

WORKFLOW = "vendor"
WARRANTY = "POL-VND-WARRANTY"
MOST = 50
LONGEST_LOCAL = 64
"""Signs before the @ of an address, as the standard of mail has it (RFC 5321)."""
BY_CASE = Actor(via=Via.JOB)
_LINE = re.compile(r"([^,，]{1,80})[,，]\s*([^@\s,，]+@[^@\s,，]+\.[^@\s,，]+)")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def _contract(step: Step) -> None:
    if step.party("body") == str(accounts.institution(step.text("vendor")).pk):
        raise Refused("case_own_body")
    if _day(step, "until") < _day(step, "since"):
        raise Invalid("case_facts", fields=["until"], faults=["before_the_first_day"])
    _new_people(step)


def _clear(step: Step) -> None:
    _digest(step, "commitment_digest")
    _open_accounts(step)


def _open_accounts(step: Step) -> None:
    until = gate.end_of(_day(step, "until"))
    for name, address in _new_people(step):
        people.invite_person(name=name, email=address, by=BY_CASE, now=step.now, valid_until=until)
        account = accounts.account_at(address)
        VendorAccount.objects.create(account=str(account), case=step.case.number, added_at=step.now)


def _new_people(step: Step) -> list[tuple[str, str]]:
    """Names and addresses, each of nobody here yet."""
    found: list[tuple[str, str]] = []
    for line in filter(None, (line.strip() for line in step.text("people").split("\n"))):
        fits = _LINE.fullmatch(line)
        if fits is None or len(fits[2].split("@")[0]) > LONGEST_LOCAL:
            raise Invalid("case_facts", fields=["people"], faults=["not_people"])
        found.append((fits[1].strip(), fits[2].lower()))
    addresses = {address for _, address in found}
    if not found or len(found) > MOST or len(addresses) != len(found):
        raise Invalid("case_facts", fields=["people"], faults=["not_people"])
    if any(accounts.account_at(address) is not None for address in addresses):
        raise Invalid("case_facts", fields=["people"], faults=["address_taken"])
    return found


def _prolong(step: Step) -> None:
    """Not past the warranty, once the work is accepted: after it there is a hand-over, or a new contract."""
    warranty = str(step.before.get("warranty_until") or "")
    if warranty and _day(step, "until") > date.fromisoformat(warranty):
        raise Refused("vendor_past_warranty", until=warranty)
    _limit(_accounts(step), gate.end_of(_day(step, "until")), now=step.now)


def _accept(step: Step) -> None:
    """The warranty is as long as the rule of the day of acceptance asks, or longer."""
    book, accepted = office.rules(), _day(step, "accepted_on")
    if accepted < _day(step, "since"):
        raise Invalid("case_facts", fields=["accepted_on"], faults=["before_the_first_day"])
    least = due(book.calendar.morning_of(accepted), book.value(WARRANTY, accepted).amount(), (), book.calendar)
    assert least is not None  # noqa: S101 - nothing stops it
    if gate.end_of(_day(step, "warranty_until")) < least.at:
        raise Refused("vendor_warranty", least=book.calendar.day(least.at).isoformat())


def _end_warranty(step: Step) -> None:
    if step.now < gate.end_of(_day(step, "warranty_until")):
        raise Refused("vendor_in_warranty", until=step.text("warranty_until"))


def _terminate(step: Step) -> None:
    _limit(_accounts(step), step.now, now=step.now)


def _hand_over(step: Step) -> None:
    _digest(step, "list_digest")
    _limit(_accounts(step), step.now, now=step.now)


def _attest(step: Step) -> None:
    """What was handed over is destroyed afterwards, not before."""
    given = max(one.at for one in cases.taken(step.case) if one.verb == "hand_over")
    if _day(step, "destroyed_on") < office.rules().calendar.day(given):
        raise Invalid("case_facts", fields=["destroyed_on"], faults=["before_itself"])


def _accounts(step: Step) -> list[str]:
    found = VendorAccount.objects.filter(case=step.case.number)
    return list(found.order_by("account").values_list("account", flat=True))


def _limit(ids: Sequence[str], until: datetime, *, now: datetime) -> None:
    for account in ids:
        people.limit_account(account, until=until, by=BY_CASE, now=now)


def _day(step: Step, name: str) -> date:
    return date.fromisoformat(step.text(name))


def _digest(step: Step, name: str) -> None:
    if not _DIGEST.fullmatch(step.text(name)):
        raise Invalid("case_facts", fields=[name], faults=["not_a_digest"])


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    WORKFLOW: {
        "contract": _contract,
        "clear": _clear,
        "add_people": _open_accounts,
        "prolong": _prolong,
        "accept": _accept,
        "end_warranty": _end_warranty,
        "terminate": _terminate,
        "hand_over": _hand_over,
        "attest": _attest,
    },
}
"""Steps of a vendor's contract."""
