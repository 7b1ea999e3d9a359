"""Lifecycles as tables, the calendar of working days, terms with their stops, and the dated rules that name them. Pure."""

from __future__ import annotations

from kaimen.core.lifecycle.table import Table, four_eyes, step, verbs

__all__ = ["Table", "four_eyes", "step", "verbs"]
