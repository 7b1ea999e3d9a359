"""What happens when data are said to be wrong: the version is pinned, open data go offline where rights are claimed, users are told.

The machine of cases (`kaimen.cases`) has checked hat, side, state, answers and four eyes before any of these runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.cases.services import Hook, Step
from kaimen.compliance.services.contesting import contest_over
from kaimen.core.errors import Invalid, Refused
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.party import Actor, Via
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.lake import selectors as lake
from kaimen.office import services as office

WORKFLOW = "objection"
GRAVE = frozenset({"infringement", "personal_information"})
"""Claims for which open data go offline before anybody has checked."""
UNDER_REVIEW = frozenset({"submitted", "accepted", "verifying", "transferred"})
ANONYMOUS_A_DAY, QUIET = 10, timedelta(days=30)
"""So many claims without an account take data offline by themselves within a day; of the same data one in so many days."""
NOT_OPEN = 3
TOLD = "objection.corrected"
CONTEST = "POL-OBJ-CONTEST"


def _submit(step: Step) -> None:
    """The door must be the opener's own. Which version they saw is kept; what is claimed to infringe goes offline at once."""
    entry, body, door = step.dataset(), step.party("objector"), step.text("door")
    fits = {
        "verification": bool(body),
        "open_data": not body and entry.open_type != NOT_OPEN,
        "correction": not body,
    }
    if not fits[door]:
        raise Invalid("case_facts", fields=["door"], faults=["not_this_door"])
    if body and body == str(entry.provider):
        raise Refused("case_own_body")
    step.facts["version"] = lake.snapshot(entry.id).number
    if door == "open_data" and step.text("claim") in GRAVE:
        step.facts["offline"] = not _waits(step)
        if step.facts["offline"]:
            _take_offline(step, entry)


def _waits(step: Step) -> bool:
    """Does the office look first? Where nobody stands behind the claim, and the like has taken the same data offline of late, or a flood runs.

    Whoever has an account, or comes through a helper, can be asked; without a limit one person shuts all open data in a minute.
    """
    if step.by.person is not None or step.by.on_behalf is not None:
        return False
    lately = cases.opened_without_account(WORKFLOW, "objector", since=step.now - QUIET).filter(facts__offline=True)
    same = lately.filter(dataset=step.dataset().id).exclude(pk=step.case.pk)
    today = lately.filter(opened_at__gt=step.now - timedelta(days=1)).exclude(pk=step.case.pk)
    return same.exists() or today.count() >= ANONYMOUS_A_DAY


def _offline(step: Step) -> None:
    """The office looked at a claim that waited, and takes the data offline until it is reviewed."""
    step.facts["offline"] = True
    _take_offline(step, step.dataset())


def _take_offline(step: Step, entry: PublishedEntry) -> None:
    if gate_selectors.closed_because(entry.id) is None:
        gate.close(entry.id, reason=_mark(step.case.number), by=Actor(via=Via.JOB), now=step.now)


def _correct(step: Step) -> None:
    """The version named is the one that readers see, and newer than the one objected to. Whoever used the old one is told."""
    entry = step.dataset()
    wrong, named = int(step.text("version")), int(step.text("corrected_version"))
    seen = lake.snapshot(entry.id).number
    if named != seen or named <= wrong:
        raise Refused("objection_not_newer", version=wrong, current=seen)
    if lake.same_rows(entry.id, wrong, named):
        raise Refused("objection_unchanged", version=wrong, current=named)
    step.facts["holders_told"] = _tell(step, entry, since=lake.published_at(entry.id, wrong))
    _reopen(step, entry)


def _uphold(step: Step) -> None:
    """The ground answers what was claimed: a claim on rights or persons by saying that there is nothing; who it is about, to that person."""
    ground, grave = step.text("ground"), step.text("claim") in GRAVE
    if grave != (ground == "no_infringement") or (ground == "not_the_person" and step.text("door") != "correction"):
        raise Invalid("case_facts", fields=["ground"], faults=["no_answer_to_it"])
    _settled(step)


def _settled(step: Step) -> None:
    _reopen(step, step.dataset())


def _transfer(step: Step) -> None:
    """The other body takes its seat. The data stay as they are, offline where they are: nobody has reviewed them yet."""
    receiver = str(accounts.institution(step.text("receiver")).pk)
    if receiver == step.party("provider"):
        raise Invalid("case_facts", fields=["receiver"], faults=["not_a_side"])
    step.case.parties.update_or_create(side="receiver", defaults={"institution": receiver})


def _decide(step: Step) -> None:
    """What was offline until it was reviewed is so again from the order on, not first when the source takes it up."""
    if step.text("decision") == "check_again" and step.fact("offline"):
        _take_offline(step, step.dataset())


def _check_again(step: Step) -> None:
    """Begins anew: what a corrected version must be newer than is the version that readers see now."""
    step.facts["version"] = lake.snapshot(step.dataset().id).number


def _file(step: Step) -> None:
    """Not before the objector's days to contest the answer have run."""
    contest_over(step, CONTEST)
    _done(step)


def _done(step: Step) -> None:
    """What was put on desks by way of notice is taken off with the case."""
    office.close_desk_items(kind=TOLD, ref=step.case.pk, now=step.now)


def _withdraw(step: Step) -> None:
    """Not once the authority has ordered that the data are checked again: that is no longer the objector's matter alone."""
    if any(one.verb == "decide" for one in cases.taken(step.case)):
        raise Refused("objection_decided")
    _reopen(step, step.dataset())


def _tell(step: Step, entry: PublishedEntry, *, since: datetime) -> int:
    """A notice on the desk of everybody who holds a grant or was given an answer since; returns how many."""
    office.close_desk_items(kind=TOLD, ref=step.case.pk, now=step.now)
    told = gate_selectors.holders(entry.id, since=since, now=step.now)
    version = step.text("corrected_version")
    for holder in told:
        office.open_desk_item(
            kind=TOLD, ref=step.case.pk, url=f"/data/{entry.slug}", institution=holder.institution,
            role="steward" if holder.institution else "public", person=holder.person,
            title_zh=f"数据已更正，请改用第 {version} 版：{entry.title_zh}",
            title_en=f"Data were corrected, use version {version}: {entry.title_en or entry.title_zh}", now=step.now,
        )  # fmt: skip
    return len(told)


def _reopen(step: Step, entry: PublishedEntry) -> None:
    """Open again what an objection closed, unless another claim of that kind is still under review."""
    if not step.fact("offline"):
        return
    reason = gate_selectors.closed_because(entry.id)
    if reason is None or not reason.startswith(gate_selectors.OBJECTION):
        return
    others = cases.running(WORKFLOW, dataset=entry.id, states=UNDER_REVIEW).exclude(pk=step.case.pk)
    if not any(other.facts.get("offline") for other in others):
        gate.reopen(entry.id, reason=_mark(step.case.number), by=Actor(via=Via.JOB), now=step.now)


def _mark(number: str) -> str:
    return f"{gate_selectors.OBJECTION}{number}"


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    WORKFLOW: {
        "submit": _submit,
        "take_offline": _offline,
        "withdraw": _withdraw,
        "correct": _correct,
        "uphold": _uphold,
        "transfer": _transfer,
        "decide": _decide,
        "check_again": _check_again,
        "file": _file,
        "accept_answer": _done,
        "conclude": _done,
    }
}
