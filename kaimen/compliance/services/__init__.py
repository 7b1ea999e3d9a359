"""Verbs of this room: the only writers. `HOOKS`: which steps of its workflows each subject attends to."""

from collections.abc import Mapping

from kaimen.cases.services import Hook
from kaimen.compliance.services import assessments, emergencies, incidents, objections, persons
from kaimen.compliance.services.attesting import attest
from kaimen.compliance.services.board import run_controls

HOOKS: Mapping[str, Mapping[str, Hook]] = {
    **assessments.HOOKS,
    **emergencies.HOOKS,
    **incidents.HOOKS,
    **objections.HOOKS,
    **persons.HOOKS,
}

__all__ = ["HOOKS", "attest", "run_controls"]
