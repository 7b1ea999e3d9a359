"""Records of processing: what the catalogue marks is taken from there, so that a record never says less than the labels of the columns."""

from __future__ import annotations

from collections.abc import Mapping

from kaimen.accounts import selectors as accounts
from kaimen.cases.services import Hook, Step
from kaimen.core.errors import Invalid, Missing
from kaimen.core.metadata.entry import PiClass

WORKFLOW = "processing"
UNTOLD = frozenset({"secrecy", "impede"})


def _declare(step: Step) -> None:
    labelled = [item.column for item in step.dataset().items if item.pi_class is not PiClass.NONE]
    if not step.many("columns"):
        step.facts["columns"] = list(labelled)
    chosen = set(step.many("columns"))
    kinds = {item.pi_class for item in step.dataset().items if item.column in chosen} - {PiClass.NONE}
    if not kinds:
        raise Invalid("case_facts", fields=["columns"], faults=["no_personal_column"])
    step.facts["pi_kinds"] = sorted(kind.value for kind in kinds)
    if step.text("notice") not in UNTOLD and not step.text("notice_at"):
        raise Invalid("case_facts", fields=["notice_at"], faults=["needed"])
    _recipients(step)


def _recipients(step: Step) -> None:
    """Bodies of the register, each once, by their short names."""
    if "recipients" not in step.facts:
        return
    slugs: list[str] = []
    for line in step.text("recipients").split():
        try:
            slugs.append(accounts.institution(line).slug)
        except Missing:
            raise Invalid("case_facts", fields=["recipients"], faults=["institution_unknown"]) from None
    step.facts["recipients"] = "\n".join(dict.fromkeys(slugs))


HOOKS: Mapping[str, Mapping[str, Hook]] = {WORKFLOW: {"declare": _declare, "amend": _declare}}
"""Steps of a record."""
