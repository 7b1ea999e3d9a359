"""Verbs of this room: what it does at the steps of its workflows."""

from collections.abc import Mapping

from kaimen.cases.services import Hook
from kaimen.compliance.services import incidents, objections, persons

HOOKS: Mapping[str, Mapping[str, Hook]] = {**objections.HOOKS, **persons.HOOKS, **incidents.HOOKS}
"""Which steps of which workflow this room attends to; each module adds its own."""

__all__ = ["HOOKS"]
