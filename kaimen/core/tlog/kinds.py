"""Every kind of event that the log knows, with the fields its leaf may hold and the fields its private record must hold.

A leaf says which institution did what with which dataset, under which policies, with which result: nothing else. Who the person was
and why stands in the private record. docs/reference/events.md has a heading for each kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The one list of event names."""

    HEARTBEAT = "heartbeat"
    KEY_ROTATED = "key.rotated"
    LOG_SUCCEEDS = "log.succeeds"
    LOG_PRUNED = "log.pruned"
    RECONCILE_REPORT = "reconcile.report"
    SUBJECT_ERASED = "subject.erased"
    SUBJECT_RESTRICTED = "subject.restricted"
    DEMO_LOADED = "demo.loaded"

    CLOCK_ESCALATED = "clock.escalated"
    RULE_SET = "rule.set"
    CALENDAR_ANNOUNCED = "calendar.announced"
    SCHEDULE_SET = "schedule.set"
    SCHEDULE_PAUSED = "schedule.paused"
    SCHEDULE_RESUMED = "schedule.resumed"
    SCHEDULE_RUN = "schedule.run"
    SCHEDULE_MISSED = "schedule.missed"
    GRADES_CONFIRMED = "grades.confirmed"
    CONTROLS_RUN = "controls.run"
    CONTROL_ATTESTED = "control.attested"

    ACCOUNTS_FOUNDED = "accounts.founded"
    PERSON_REGISTERED = "person.registered"
    INSTITUTION_REGISTERED = "institution.registered"
    INSTITUTION_CHANGED = "institution.changed"
    COUNTERS_SET = "counters.set"
    APPOINTMENT_NOMINATED = "appointment.nominated"
    APPOINTMENT_APPROVED = "appointment.approved"
    APPOINTMENT_SUSPENDED = "appointment.suspended"
    APPOINTMENT_ENDED = "appointment.ended"
    TOKEN_MINTED = "token.minted"  # noqa: S105 - the name of an event
    TOKEN_ROTATED = "token.rotated"  # noqa: S105 - the name of an event
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - the name of an event
    ACTIVATION_OPENED = "activation.opened"
    ACTIVATION_ENDED = "activation.ended"
    DESK_FEED_OPENED = "desk_feed.opened"
    DESK_FEED_ENDED = "desk_feed.ended"
    WEBHOOK_OPENED = "webhook.opened"
    WEBHOOK_ENDED = "webhook.ended"
    MANDATE_OPENED = "mandate.opened"
    MANDATE_ENDED = "mandate.ended"
    ACCOUNT_SUSPENDED = "account.suspended"
    ACCOUNT_RESTORED = "account.restored"
    ACCOUNT_LIMITED = "account.limited"
    ACCOUNT_OPENED = "account.opened"
    PERSON_MERGED = "person.merged"
    APPOINTMENT_RESUMED = "appointment.resumed"
    DELEGATION_OPENED = "delegation.opened"

    ENTRY_DRAFTED = "entry.drafted"
    ENTRY_CHECKED = "entry.checked"
    ENTRY_ASSESSED = "entry.assessed"
    ENTRY_HEAD_APPROVED = "entry.head_approved"
    ENTRY_SUBMITTED = "entry.submitted"
    ENTRY_RETURNED = "entry.returned"
    ENTRY_APPROVED = "entry.approved"
    ENTRY_PUBLISHED = "entry.published"
    ENTRY_REOPENED = "entry.reopened"
    ENTRY_KEPT = "entry.kept"
    ENTRY_CHANGE_EXTENDED = "entry.change_extended"
    ENTRY_RETIRING = "entry.retiring"
    ENTRY_RETIRED = "entry.retired"

    FEED_CREATED = "feed.created"
    LOAD_PUBLISHED = "load.published"
    LOAD_HELD = "load.held"
    LOAD_RELEASED = "load.released"
    LOAD_REFUSED = "load.refused"
    QUARANTINE_OPENED = "quarantine.opened"
    ROWS_ERASED = "rows.erased"

    GRANT_OPENED = "grant.opened"
    GRANT_SUSPENDED = "grant.suspended"
    GRANT_RESUMED = "grant.resumed"
    GRANT_REVOKED = "grant.revoked"
    GATE_ANSWERED = "gate.answered"
    GATE_REFUSED = "gate.refused"
    GATE_DELIVERED = "gate.delivered"
    RELEASE_OPENED = "release.opened"
    RELEASE_ENDED = "release.ended"

    ZONE_PROJECT = "zone.project"
    ZONE_MEMBER = "zone.member"

    REGISTER_CHANGED = "register.changed"
    INDICATORS_COMPUTED = "indicators.computed"
    SCORECARD_FIXED = "scorecard.fixed"
    EXCHANGE_SET = "exchange.set"

    CASE_SHARING_REQUEST = "case.sharing_request"
    CASE_SHARING_DISPUTE = "case.sharing_dispute"
    CASE_OPEN_APPLICATION = "case.open_application"
    CASE_INFORMATION_REQUEST = "case.information_request"
    CASE_DEMAND = "case.demand"
    CASE_OPEN_PLAN = "case.open_plan"
    CASE_OBJECTION = "case.objection"
    CASE_ZONE_AUTHORISATION = "case.zone_authorisation"
    CASE_ZONE_ADMISSION = "case.zone_admission"
    CASE_ZONE_EGRESS = "case.zone_egress"
    CASE_EXCHANGE_OPERATOR = "case.exchange_operator"
    CASE_ASSET_REGISTRATION = "case.asset_registration"
    CASE_ASSET_OBJECTION = "case.asset_objection"
    CASE_TRADE_PARTY = "case.trade_party"
    CASE_PRODUCT_LISTING = "case.product_listing"
    CASE_TRADE_ORDER = "case.trade_order"
    CASE_TRADE_ALERT = "case.trade_alert"
    CASE_INCIDENT = "case.incident"
    CASE_DATA_SUBJECT_REQUEST = "case.data_subject_request"
    CASE_IMPACT_ASSESSMENT = "case.impact_assessment"
    CASE_EXPORT_ASSESSMENT = "case.export_assessment"
    CASE_OFFICER = "case.officer"
    CASE_VENDOR = "case.vendor"
    CASE_EMERGENCY_ACCESS = "case.emergency_access"
    CASE_PROCESSING = "case.processing"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSpec:
    """What a leaf of the kind may say. `public` is the whitelist, of which `optional` may be absent; `out` the closed list of results."""

    public: frozenset[str]
    optional: frozenset[str]
    out: frozenset[str]
    private: frozenset[str]


WHO = frozenset({"person", "account", "role", "via", "on_behalf"})
"""Private fields that say who acted; `evidence.services.who(by)` fills them."""

PUBLIC_FIELDS = frozenset({"inst", "ds", "pol", "out", "d"})
"""All fields that a caller may set; `v kind id node n t c` are set by the log."""


def _spec(required: str, *, optional: str = "", out: str = "done", private: str = "", who: bool = True) -> KindSpec:
    may_be_absent = frozenset(optional.split())
    return KindSpec(
        public=frozenset(required.split()) | may_be_absent | {"out"},
        optional=may_be_absent,
        out=frozenset(out.split()),
        private=frozenset(private.split()) | (WHO if who else frozenset[str]()),
    )


_REFUSALS = (
    "refused.purpose refused.grant refused.expired refused.prohibited refused.column refused.query refused.quota refused.limit "
    "refused.assurance refused.suspended refused.other"
)

KINDS: dict[Kind, KindSpec] = {
    Kind.HEARTBEAT: _spec("", private="version process", who=False),
    Kind.KEY_ROTATED: _spec("d", optional="inst", private="old new"),
    Kind.LOG_SUCCEEDS: _spec("d", optional="inst", private="origin size root"),
    Kind.LOG_PRUNED: _spec("d", optional="inst", private="minimum size"),
    Kind.RECONCILE_REPORT: _spec("", out="agreed differences", private="since until counts differences", who=False),
    Kind.SUBJECT_ERASED: _spec("inst", private="case entries"),
    Kind.SUBJECT_RESTRICTED: _spec("inst", private="case officer until"),
    Kind.DEMO_LOADED: _spec("", optional="inst", private="seed version", who=False),
    Kind.CLOCK_ESCALATED: _spec(
        "", optional="inst", out="half four_fifths due_morning overdue", private="rule case_kind case due", who=False
    ),
    Kind.RULE_SET: _spec("", optional="inst", private="rule since unit numbers reason"),
    Kind.CALENDAR_ANNOUNCED: _spec("", optional="inst", private="notice days moved"),
    Kind.SCHEDULE_SET: _spec("", optional="inst", private="schedule job arguments rhythm next"),
    Kind.SCHEDULE_PAUSED: _spec("", optional="inst", private="schedule reason"),
    Kind.SCHEDULE_RESUMED: _spec("", optional="inst", private="schedule next"),
    Kind.SCHEDULE_RUN: _spec("", optional="inst", private="schedule run"),
    Kind.SCHEDULE_MISSED: _spec("", optional="inst", private="schedule run since missed", who=False),
    Kind.GRADES_CONFIRMED: _spec("inst ds", private="version levels differing reason"),
    Kind.CONTROLS_RUN: _spec("d", optional="inst", private="pack counts", who=False),
    Kind.CONTROL_ATTESTED: _spec("inst", out="consented refused", private="control statement release until seen"),
    Kind.ACCOUNTS_FOUNDED: _spec("inst", private="target institution"),
    Kind.PERSON_REGISTERED: _spec("inst", private="target"),
    Kind.INSTITUTION_REGISTERED: _spec("inst", private="target"),
    Kind.INSTITUTION_CHANGED: _spec("inst", private="target changes"),
    Kind.APPOINTMENT_NOMINATED: _spec("inst", private="target appointed_role institution"),
    Kind.APPOINTMENT_APPROVED: _spec("inst", private="target appointed_role institution"),
    Kind.APPOINTMENT_SUSPENDED: _spec("inst", private="target appointed_role institution reason"),
    Kind.APPOINTMENT_ENDED: _spec("inst", private="target appointed_role institution reason"),
    Kind.TOKEN_MINTED: _spec("inst", private="target token scopes expires link"),
    Kind.TOKEN_ROTATED: _spec("inst", private="target token scopes expires replaces old_until"),
    Kind.TOKEN_REVOKED: _spec("inst", private="target token reason"),
    Kind.ACTIVATION_OPENED: _spec("inst", private="target link scopes ground expires"),
    Kind.ACTIVATION_ENDED: _spec("inst", private="target link reason"),
    Kind.DESK_FEED_OPENED: _spec("inst", private="feed"),
    Kind.DESK_FEED_ENDED: _spec("inst", private="feed"),
    Kind.WEBHOOK_OPENED: _spec("inst", private="subscription"),
    Kind.WEBHOOK_ENDED: _spec("inst", private="subscription"),
    Kind.MANDATE_OPENED: _spec("inst", private="principal basis expires"),
    Kind.COUNTERS_SET: _spec("inst", private="counters"),
    Kind.MANDATE_ENDED: _spec("inst", private="reason"),
    Kind.ACCOUNT_SUSPENDED: _spec("inst", private="target reason"),
    Kind.ACCOUNT_RESTORED: _spec("inst", private="target reason"),
    Kind.ACCOUNT_LIMITED: _spec("inst", private="target until"),
    Kind.ACCOUNT_OPENED: _spec("inst", private="target"),
    Kind.PERSON_MERGED: _spec("inst", private="target into reason"),
    Kind.APPOINTMENT_RESUMED: _spec("inst", private="target appointed_role institution reason"),
    Kind.DELEGATION_OPENED: _spec("inst", private="target verbs expires"),
    Kind.ENTRY_DRAFTED: _spec("inst ds", private="version digest"),
    Kind.ENTRY_CHECKED: _spec("inst ds", out="passed failed", private="version digest findings"),
    Kind.ENTRY_ASSESSED: _spec("inst ds", private="version digest assessment"),
    Kind.ENTRY_HEAD_APPROVED: _spec("inst ds", private="version digest reason"),
    Kind.ENTRY_SUBMITTED: _spec("inst ds", private="version digest"),
    Kind.ENTRY_RETURNED: _spec("inst ds", private="version digest reason"),
    Kind.ENTRY_APPROVED: _spec("inst ds", private="version digest reason"),
    Kind.ENTRY_PUBLISHED: _spec("inst ds", optional="d", private="version digest"),
    Kind.ENTRY_REOPENED: _spec("inst ds", private="version reason"),
    Kind.ENTRY_KEPT: _spec("inst ds", private="version"),
    Kind.ENTRY_CHANGE_EXTENDED: _spec("inst ds", private="rule working_days"),
    Kind.ENTRY_RETIRING: _spec("inst ds", private="version reason"),
    Kind.ENTRY_RETIRED: _spec("inst ds", private="version reason"),
    Kind.FEED_CREATED: _spec("inst ds", private="feed source"),
    Kind.LOAD_PUBLISHED: _spec(
        "inst ds", out="published published.with_quarantine", private="load snapshot rows quarantined digest"
    ),
    Kind.LOAD_HELD: _spec("inst ds", out="held", private="load rows quarantined findings"),
    Kind.LOAD_RELEASED: _spec("inst ds", out="released", private="load reason"),
    Kind.LOAD_REFUSED: _spec("inst ds", out="refused", private="load reason"),
    Kind.QUARANTINE_OPENED: _spec("inst ds", private="load rows reason"),
    Kind.ROWS_ERASED: _spec("inst ds", private="erasure case column commitment snapshot places"),
    Kind.GRANT_OPENED: _spec("inst ds", optional="pol", private="grant assignee purpose basis not_after terms"),
    Kind.GRANT_SUSPENDED: _spec("inst ds", optional="pol", private="grant assignee reason"),
    Kind.GRANT_RESUMED: _spec("inst ds", optional="pol", private="grant assignee reason"),
    Kind.GRANT_REVOKED: _spec("inst ds", optional="pol", private="grant assignee reason"),
    Kind.GATE_ANSWERED: _spec(
        "inst",
        optional="ds pol",
        out="permit permit.masked",
        private="question purpose agreement datasets columns channel limits",
    ),
    Kind.GATE_REFUSED: _spec(
        "inst", optional="ds pol", out=_REFUSALS, private="question purpose agreement datasets reasons channel"
    ),
    Kind.GATE_DELIVERED: _spec(
        "inst", optional="ds pol", out="complete cut_off stopped failed", private="answer rows bytes digest", who=False
    ),
    Kind.RELEASE_OPENED: _spec(
        "inst", optional="ds", private="release recipient purpose datasets sha256 bytes not_after"
    ),
    Kind.RELEASE_ENDED: _spec("inst", optional="ds", private="release recipient reason"),
    Kind.ZONE_PROJECT: _spec("inst", out="done ended", private="zone project title purpose until"),
    Kind.ZONE_MEMBER: _spec("inst", out="done consented ended", private="zone project target"),
    Kind.REGISTER_CHANGED: _spec(
        "inst", optional="ds", out="written retired restored", private="register records digest"
    ),
    Kind.INDICATORS_COMPUTED: _spec(
        "", optional="inst", out="done incomplete", private="computations evaluation digest"
    ),
    Kind.SCORECARD_FIXED: _spec("", optional="inst", out="done", private="scorecard period version digest"),
    Kind.EXCHANGE_SET: _spec("inst", out="on off", private="operator licence rules_version fee_bp production reason"),
    **{
        kind: _spec(
            "inst",
            optional="ds",
            out="done consented refused returned suspended ended",
            private="case verb before after facts",
        )
        for kind in Kind
        if kind.startswith("case.")
    },
}

PUBLIC_DOCUMENT = frozenset(kind for kind, spec in KINDS.items() if "d" in spec.public)
"""Kinds whose leaf carries the digest of a document that is public itself."""
