"""What happens when somebody uses their rights: their rows are deleted or withheld, who holds copies is told, proofs are destroyed.

The machine of cases (`kaimen.cases`) has checked hat, side, state, answers and four eyes before any of these runs. What says who the
person is never enters the facts: the machine seals it, and these steps destroy it.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaimen.cases import selectors as cases
from kaimen.cases.services import Hook, Step, destroy_sealed
from kaimen.compliance.services.contesting import contest_over
from kaimen.core.errors import Invalid, Refused
from kaimen.core.metadata.entry import Item, PiClass, PublishedEntry
from kaimen.core.policy.party import Actor, Via
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.lake import selectors as lake
from kaimen.lake import services as lake_services
from kaimen.office import selectors as office_selectors
from kaimen.office import services as office

WORKFLOW = "data_subject_request"
CONTEST = "POL-DSR-CONTEST"
CITED = frozenset({"secrecy", "state_duty", "retention"})
"""Grounds of refusal that stand on an article, which must be named."""
EARLY = frozenset({"identity", "not_held"})
"""Grounds that may be given before anybody knows who asks; the first of them afterwards no more."""
CAME = {"counter": {"counter", "post"}, "telephone": {"telephone"}}
"""What a helper may say of how a request came, by the channel on which they act for somebody."""
OF_A_KIND = {"transfer_conditions": "transfer", "heir_arranged": "heir"}
TOLD = "person.deleted"
PLACES = {
    "published": ("现行版本", "published version"),
    "older_versions": ("旧版本", "older versions"),
    "landing": ("交来的文件", "deliveries"),
    "quarantine": ("隔离区", "quarantine"),
}


def _submit(step: Step) -> None:
    """How it came is said by who files: a clerk for somebody who came, nobody else."""
    if step.text("channel") != "online" and step.by.on_behalf is None and step.by.via is not Via.JOB:
        raise Invalid("case_facts", fields=["channel"], faults=["only_a_clerk"])
    if step.text("channel") == "online" and step.by.on_behalf is not None:
        raise Invalid("case_facts", fields=["channel"], faults=["not_this_door"])
    if step.by.on_behalf is not None and step.text("channel") not in CAME.get(
        step.by.on_behalf.channel, {step.text("channel")}
    ):
        raise Invalid("case_facts", fields=["channel"], faults=["not_how_they_came"])


def _refuse(step: Step) -> None:
    """A ground of the list that fits the request; the exceptions of state organs and of terms of keeping name their article."""
    ground, state = step.text("ground"), step.case.state
    fits = OF_A_KIND.get(ground, step.text("kind")) == step.text("kind")
    early = state == "accepted" or ground in EARLY
    if not fits or not early or (ground == "identity" and state == "accepted"):
        raise Invalid("case_facts", fields=["ground"], faults=["not_a_listed_condition"])
    if ground in CITED and not step.facts.get("statute"):
        raise Invalid("case_facts", fields=["statute"], faults=["needed"])
    if ground == "retention" and not gate_selectors.rows_closed_because(step.case.number):
        raise Refused("request_not_restricted")


def _order_deletion(step: Step) -> None:
    """Whose rows go is named and counted; nothing is touched. A column that names no single person would take others' rows with it."""
    entry = _entry_of_one_person(step)
    found = lake_services.held(entry.id, step.text("column"), [step.text("identifier")], by=step.by)
    if not found.rows and not found.elsewhere:
        raise Invalid("case_facts", fields=["identifier"], faults=["no_such_row"])
    step.facts["rows_found"], step.facts["rows_whole"] = found.rows, found.whole


def _begin_deletion(step: Step) -> None:
    """A second person has seen the number of rows.

    The lake takes them out by a run of its own: what is destroyed cannot be taken back by a step that fails.
    """
    known = cases.unsealed(step.case, step.case.facts)
    if int(step.text("rows_agreed")) != int(str(known["rows_found"])):
        raise Invalid("case_facts", fields=["rows_agreed"], faults=["not_the_number_found"])
    lake_services.plan_erasure(
        step.dataset().id, str(known["column"]), [str(known["identifier"])], case=step.case.number, by=step.by, now=step.now
    )  # fmt: skip


def _return_deletion(step: Step) -> None:
    destroy_sealed(step.case, "identifier")


def _confirm_deletion(step: Step) -> None:
    """Each place with its files and rows; whoever had the data is told that rows went. The identifier is destroyed."""
    found = lake.erasures(step.case.number)
    if not found or not all(one.done for one in found):
        raise Refused("request_not_deleted")
    lines, rows, told = list[str](), 0, 0
    for one in found:
        titles = lake.titles([one.entry])[one.entry]
        lines.append(f"{titles.zh} / {titles.en}")
        for place in one.places:
            zh, en = PLACES[str(place["place"])]
            lines.append(f"  {zh} {en}: {place['files']} 个文件 files, {place['rows']} 行 rows")
            rows += int(str(place["rows"]))
        told += _tell(step, one.entry)
    lines.append(
        "备份按各自的到期日失效；检索索引和派生表不含本人的行。 Backups end by their own dates; the search index holds no rows."
    )
    step.facts["erased"] = "\n".join(lines)
    step.facts["erased_rows"] = rows
    step.facts["holders_told"] = told
    destroy_sealed(step.case, "identifier")


def _restrict(step: Step) -> None:
    """The smallest thing that really withholds them: the gate leaves the rows of this person out of every answer."""
    entry = _entry_of_one_person(step)
    gate.close_rows(
        entry.id, column=step.text("column"), values=[step.text("identifier")], reason=step.case.number,
        by=Actor(via=Via.JOB), now=step.now,
    )  # fmt: skip
    closed = gate_selectors.rows_closed_because(step.case.number)
    step.facts["restricted"] = True
    step.facts["restricted_in"] = "\n".join(f"{one.zh} / {one.en}" for one in lake.titles(closed).values())


def _lift(step: Step) -> None:
    if not gate.reopen_rows(reason=step.case.number, by=Actor(via=Via.JOB), now=step.now):
        raise Refused("request_not_restricted")
    step.facts["restricted"], step.facts["restricted_in"] = False, ""


def _execute(step: Step) -> None:
    """A restriction is carried out only where rows are really withheld; nothing is said to be done that is not."""
    if step.text("kind") == "restrict" and not gate_selectors.rows_closed_because(step.case.number):
        raise Refused("request_not_restricted")


def _execute_correction(step: Step) -> None:
    seen = lake.snapshot(_own_entry(step).id)
    if int(step.text("corrected_version")) != seen.number or seen.published_at <= step.case.opened_at:
        raise Refused("request_version", current=seen.number)


def _extend(step: Step) -> None:
    """The hard stop runs from receipt and is never moved: an extension cannot reach beyond it."""
    due = step.due("POL-DSR-HARDSTOP")
    if due is not None and step.now > due:
        raise Refused("request_hard_stop", until=office_selectors.rules().calendar.day(due).isoformat())


def _close(step: Step) -> None:
    """Not before the days in which the person may ask for a review; they may accept the answer earlier."""
    contest_over(step, CONTEST)


def _destroy_proof(step: Step) -> None:
    """Name, contact, documents: gone with their salts. Notices on the desks of others go with the case."""
    destroy_sealed(step.case)
    office.close_desk_items(kind=TOLD, ref=step.case.pk, now=step.now)


def _tell(step: Step, dataset: str) -> int:
    """A notice on the desk of everybody who ever held a grant on the data or was given an answer, without naming the person."""
    titles = lake.titles([dataset])[dataset]
    history = lake.snapshots(dataset)
    since = min((one.published_at for one in history), default=step.now)
    told = gate_selectors.holders(dataset, since=since, now=step.now)
    for holder in told:
        office.open_desk_item(
            kind=TOLD, ref=step.case.pk, url="/data", institution=holder.institution,
            role="steward" if holder.institution else "public", person=holder.person,
            title_zh=f"来源已按本人请求删除部分记录，请同步删除：{titles.zh}",
            title_en=f"Records were deleted at a person's request, delete your copies: {titles.en}", now=step.now,
        )  # fmt: skip
    return len(told)


def _own_entry(step: Step) -> PublishedEntry:
    """Only data of the controller itself."""
    entry = step.dataset()
    if str(entry.provider) != step.party("controller"):
        raise Invalid("case_facts", fields=["dataset"], faults=["entry_unknown"])
    return entry


def _entry_of_one_person(step: Step) -> PublishedEntry:
    """The entry of the controller, where the named column tells one person from all others: a direct identifier or the key."""
    entry = _own_entry(step)
    item = next((one for one in entry.items if one.column == step.text("column")), None)
    if item is None:
        raise Invalid("case_facts", fields=["column"], faults=["not_a_column"])
    if not (item.identifier_kind == "direct" or item.is_key):
        raise Invalid("case_facts", fields=["column"], faults=["not_of_one_person"])
    surest = max((_sureness(one) for one in entry.items if one.identifier_kind == "direct"), default=(0, 0))
    if not item.is_key and _sureness(item) < surest:  # people share names; their numbers they do not
        raise Invalid("case_facts", fields=["column"], faults=["name_by_number"])
    return entry


def _sureness(item: Item) -> tuple[int, int]:
    """Of direct identifiers the one that is guarded more tells people apart better: a number more than a name."""
    return list(PiClass).index(item.pi_class), item.level or 0


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    WORKFLOW: {
        "submit": _submit,
        "extend": _extend,
        "refuse": _refuse,
        "order_deletion": _order_deletion,
        "begin_deletion": _begin_deletion,
        "return_deletion": _return_deletion,
        "confirm_deletion": _confirm_deletion,
        "restrict": _restrict,
        "lift": _lift,
        "lift_filed": _lift,
        "execute": _execute,
        "execute_correction": _execute_correction,
        "close": _close,
        "destroy_proof": _destroy_proof,
    }
}
