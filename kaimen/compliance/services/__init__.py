"""Verbs of this room: the only writers. `HOOKS`: which steps of its workflows each subject attends to."""

from collections.abc import Mapping

from kaimen.cases.services import Hook
from kaimen.compliance.services import (
    assessments,
    emergencies,
    exports,
    incidents,
    objections,
    officers,
    persons,
    processing,
    vendors,
)
from kaimen.compliance.services.attesting import attest
from kaimen.compliance.services.board import run_controls
from kaimen.compliance.services.commitments import Scope, check_commitment, commit, end_commitment
from kaimen.compliance.services.grading import CONFIRM, confirm

HOOKS: Mapping[str, Mapping[str, Hook]] = {
    **assessments.HOOKS,
    **emergencies.HOOKS,
    **exports.HOOKS,
    **incidents.HOOKS,
    **objections.HOOKS,
    **officers.HOOKS,
    **persons.HOOKS,
    **processing.HOOKS,
    **vendors.HOOKS,
}

__all__ = [
    "CONFIRM",
    "HOOKS",
    "Scope",
    "attest",
    "check_commitment",
    "commit",
    "confirm",
    "end_commitment",
    "run_controls",
]
