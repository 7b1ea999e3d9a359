"""Verbs of this room: the only writers."""

from kaimen.compliance.services.board import run_controls

__all__ = ["run_controls"]
