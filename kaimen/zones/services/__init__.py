"""Verbs of this room: what is done at the steps of its workflows."""

from collections.abc import Mapping

from kaimen.cases.services import Hook
from kaimen.zones.services import admitting

HOOKS: Mapping[str, Mapping[str, Hook]] = {"zone_admission": admitting.HOOKS}
"""Which steps of which workflow this room attends to."""

__all__ = ["HOOKS"]
