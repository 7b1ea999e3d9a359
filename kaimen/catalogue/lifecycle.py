"""The way of an entry, as tables: which step leads where, and who may take it. The diagram in the guide is drawn from here."""

from __future__ import annotations

from kaimen.core.lifecycle import Table
from kaimen.core.policy.party import Role

STEWARD = Role("steward")
DEPARTMENT_HEAD = Role("department_head")
AUTHORITY = Role("authority_reviewer")
SECURITY_OFFICER = Role("security_officer")
PROTECTION_OFFICER = Role("protection_officer")

LIFECYCLE: Table = {
    ("draft", "save"): "draft",
    ("draft", "check"): "checked",
    ("checked", "save"): "draft",
    ("checked", "assess"): "assessed",
    ("assessed", "save"): "draft",
    ("assessed", "head_approve"): "head_approved",
    ("assessed", "head_decline"): "returned",
    ("head_approved", "save"): "draft",
    ("head_approved", "submit"): "submitted",
    ("submitted", "return"): "returned",
    ("submitted", "approve"): "approved",
    ("returned", "save"): "draft",
    ("approved", "publish"): "published",
    ("published", "change"): "change_pending",
    ("published", "retire"): "retiring",
    ("change_pending", "save"): "draft",
    ("change_pending", "check"): "checked",
    ("change_pending", "keep"): "published",
    ("retiring", "keep"): "published",
    ("retiring", "end"): "retired",
}

UNREVIEWED: Table = {
    (state, "publish"): "published"
    for state in ("draft", "checked", "assessed", "head_approved", "submitted", "returned")
}
"""Where an installation has no review: whatever is saved is published. Who may: `WHO["save"]`."""

WHO: dict[str, frozenset[Role]] = {
    "save": frozenset({STEWARD}),
    "check": frozenset({STEWARD}),
    "assess": frozenset({STEWARD, SECURITY_OFFICER, PROTECTION_OFFICER}),
    "head_approve": frozenset({DEPARTMENT_HEAD}),
    "head_decline": frozenset({DEPARTMENT_HEAD}),
    "submit": frozenset({STEWARD}),
    "approve": frozenset({AUTHORITY}),
    "return": frozenset({AUTHORITY}),
    "publish": frozenset({AUTHORITY}),
    "change": frozenset({STEWARD}),
    "retire": frozenset({STEWARD}),
    "keep": frozenset({STEWARD}),
    "end": frozenset({AUTHORITY}),
}
"""Verb -> the roles that may take it. Those of the authority act on entries of any body, all others on their own body's."""

LOWERS = frozenset({SECURITY_OFFICER, PROTECTION_OFFICER})
"""Who assesses a version in which marks are weaker than in the one in force: not the steward, and nobody who wrote it."""
WROTE = ("save", "check")

APART: dict[str, tuple[str, ...]] = {
    "head_approve": ("save", "check", "assess"),
    "approve": ("save", "check", "assess", "head_approve", "submit"),
    "end": ("retire",),
}
"""Verb -> the steps of the same round whose persons may not take it."""
