"""From a question to what may be answered: names, policies, decisions, the governed query. Nothing is run here."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Invalid, KaimenError, Missing, Refused
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy import decide as policy
from kaimen.core.policy.mask import Pseudonym
from kaimen.core.policy.model import Action, Channel, Decision, Policy, PolicyKind, Reason, Request
from kaimen.core.policy.obligations import Caps, Mask
from kaimen.core.policy.party import Actor
from kaimen.core.sql import grain
from kaimen.core.sql.enforce import enforce, names, read
from kaimen.core.sql.extent import gives_every_row_of, limit_of
from kaimen.core.sql.lineage import Output, lineage
from kaimen.core.sql.view import Column, Governed, GovernedView, Source, fold
from kaimen.engines.keys import Ring
from kaimen.gate import compiling, selectors
from kaimen.gate.compiling import levels
from kaimen.gate.deep import deeply
from kaimen.gate.models import Grant
from kaimen.gate.services.granting import ring, secret_of
from kaimen.lake import selectors as lake
from kaimen.lake.selectors import Snapshot

MOST_TABLES = 32
MOST_FILES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and what for. `agreement` chooses one where several let the asker in."""

    sql: str
    purpose: str
    agreement: str | None = None
    parameters: Sequence[object] | Mapping[str, object] = ()
    limit: int | None = None
    channel: Channel = Channel.SQL
    action: Action = Action.QUERY
    """`EXTRACT` takes a whole open dataset as a file: it is let through with the caps of files."""
    under: frozenset[str] | None = None
    """The only agreements that may let this question in: in a zone, those of its admitted data. Data without one of them do not exist."""
    versions: Mapping[str, int] = field(default_factory=dict[str, int])
    """Datasets (by entry) that are asked in an older version than the one in force: a figure is computed again from what it came from."""
    visitor: str = ""
    """Tells readers without an account apart where they write SQL, for taking turns and nothing else: it is recorded nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What would be answered: the decisions by dataset, the governed query, where each column comes from."""

    question: Question
    entries: Mapping[str, PublishedEntry]
    policies: Mapping[str, Sequence[Policy]]
    decisions: tuple[Decision, ...]
    view: GovernedView
    governed: Governed = field(repr=False)
    outputs: tuple[Output, ...] | None
    snapshots: Mapping[str, Snapshot]

    @property
    def grants(self) -> tuple[str, ...]:
        """Agreements and offers under which the answer stands."""
        return tuple(decision.policy for decision in self.decisions if decision.policy is not None)

    @property
    def level(self) -> int:
        """The highest level of a column that the engine reads."""
        found = [
            levels(self.entries[source.dataset]).get(column.name, 4)
            for source in self.view.sources
            for column in source.columns
        ]
        return max(found, default=1)


class RefusedQuestion(Exception):
    """Carries a refusal with what is known of it to whoever records it."""

    def __init__(
        self, cause: KaimenError, *, dataset: str | None, policy_hash: str | None, reasons: list[list[str]]
    ) -> None:
        super().__init__(cause.code)
        self.cause = cause
        self.dataset = dataset
        self.policy_hash = policy_hash
        self.reasons = reasons


def decide(question: Question, *, by: Actor, now: datetime) -> Decided:
    """What would I get, and why. Runs nothing and records nothing. Raises as `answer` does."""
    try:
        return prepare(question, by=by, now=now)
    except RefusedQuestion as refused:
        raise refused.cause from None


def try_columns(dataset: str, columns: Sequence[str], *, purpose: str, by: Actor, now: datetime) -> None:
    """Would this asker be let in for these columns? What a new agreement must pass before it is called live. Raises as `answer` does."""
    slug = catalogue.published(dataset).slug
    named = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
    decide(Question(sql=f'SELECT {named} FROM "{slug}" LIMIT 1', purpose=purpose), by=by, now=now)  # noqa: S608 - names are quoted, and we parse it ourselves


def smallest_group(sql: str) -> str | None:
    """The question of how many rows the smallest group of this one has; None where it gives no totals (`core.sql.grain`)."""
    return deeply(lambda: grain.smallest_group(read(sql)))


def prepare(question: Question, *, by: Actor, now: datetime) -> Decided:
    """Raises `RefusedQuestion` for every refusal."""
    try:
        tree = deeply(lambda: read(question.sql))
        asked = deeply(lambda: names(tree))
        if len(asked) > MOST_TABLES:
            raise Refused("too_many_tables", most=MOST_TABLES)
        if not asked:
            _check_purpose(question)
        entries = _entries(asked)
        by_id = {entry.id: entry for entry in entries.values()}
        policies = _allowed(selectors.policies_of(by, by_id, now), question.under)
        decisions = tuple(
            _decide_one(question, name, entries.get(name), policies, others=len(by_id) - 1, by=by, now=now)
            for name in _each_once(asked, entries)
        )
        _check_agreement(question, policies)
        snapshots = _snapshots(by_id, question.versions)
        view = _view(entries, decisions, snapshots, now=now)
        governed, outputs = deeply(lambda: _govern(tree, view))
        _check_parameters(governed, question)
    except KaimenError as refusal:
        raise RefusedQuestion(refusal, dataset=None, policy_hash=None, reasons=[]) from None
    return Decided(
        question=question,
        entries=by_id,
        policies=policies,
        decisions=decisions,
        view=view,
        governed=governed,
        outputs=outputs,
        snapshots=snapshots,
    )


def check_extent(decided: Decided) -> None:
    """Refuse before the first byte what is known to pass the caps. Raises `Refused("too_many_rows" | "whole_too_large")`.

    Only where it is plain: every row of one dataset. Else the stream is cut off where it passes them.
    """
    dataset = gives_every_row_of(decided.governed, decided.view)
    if dataset is None:
        return
    snapshot, entry = decided.snapshots[dataset], decided.entries[dataset]
    (decision,) = decided.decisions
    most = min((duty.rows for duty in decision.obligations if isinstance(duty, Caps)), default=compiling.OPEN_CAPS.rows)
    limits = [limit for limit in (decided.question.limit, limit_of(decided.governed)) if limit is not None]
    too_long = min([snapshot.rows, *limits]) > most
    if decided.question.action is Action.EXTRACT:
        if too_long or snapshot.bytes > compiling.whole_bytes():
            raise Refused(
                "whole_too_large",
                dataset=entry.slug,
                rows=snapshot.rows,
                most=most,
                mb=round(snapshot.bytes / 1_000_000),
                most_mb=round(compiling.whole_bytes() / 1_000_000),
                part=compiling.OPEN_CAPS.rows,
                example=_part_of(entry),
            )
    elif too_long:
        raise Refused("too_many_rows", dataset=entry.slug, rows=snapshot.rows, most=most)


def _part_of(entry: PublishedEntry) -> str:
    """A question that gives the first part; the next begins after the last key that came."""
    keys = [item.column for item in entry.items if item.is_key] or [entry.items[0].column]
    key, slug = (name.replace('"', '""') for name in (keys[0], entry.slug))
    rest = f'ORDER BY "{key}" LIMIT {compiling.OPEN_CAPS.rows}' if len(keys) == 1 else f"WHERE \"{key}\" = '…'"
    return f'SELECT * FROM "{slug}" {rest}'  # noqa: S608 - shown to people, not run


def _allowed(found: Mapping[str, list[Policy]], under: frozenset[str] | None) -> Mapping[str, list[Policy]]:
    """What binds everybody stays; of what lets in, only what the question may stand under."""
    if under is None:
        return found
    return {
        key: [one for one in policies if one.kind is PolicyKind.SET or one.uid in under]
        for key, policies in found.items()
    }


def _entries(asked: Sequence[str]) -> dict[str, PublishedEntry]:
    """By the name that was used. Slugs are of lower-case ASCII, identifiers of upper-case: both are found in any case."""
    forms = {name: {name, fold(name), name.upper()} for name in asked}
    found = catalogue.by_names({form for each in forms.values() for form in each})
    known = {name: next((found[form] for form in sorted(each) if form in found), None) for name, each in forms.items()}
    return {name: entry for name, entry in known.items() if entry is not None}


def _each_once(asked: Sequence[str], entries: Mapping[str, PublishedEntry]) -> list[str]:
    """One name for each dataset; unknown names stay, to be refused."""
    seen: set[str] = set()
    kept: list[str] = []
    for name in asked:
        key = entries[name].id if name in entries else name
        if key not in seen:
            seen.add(key)
            kept.append(name)
    return kept


def _decide_one(
    question: Question,
    name: str,
    entry: PublishedEntry | None,
    policies: Mapping[str, Sequence[Policy]],
    *,
    others: int,
    by: Actor,
    now: datetime,
) -> Decision:
    """The decision on one dataset. Raises `RefusedQuestion`; a forbidden dataset answers like an unknown one."""
    unknown = Missing("dataset_unknown", name=name[:200])
    if entry is None:
        raise RefusedQuestion(unknown, dataset=None, policy_hash=None, reasons=[])
    concerned = policies[entry.id]
    decision = policy.decide(
        Request(
            assignee=by,
            purpose=question.purpose,
            action=question.action,
            dataset=entry.id,
            channel=question.channel,
            agreement=_chosen(question.agreement, concerned),
        ),
        concerned,
        selectors.facts_for(by, entry, concerned, others=others, now=now),
        now=now,
    )
    if decision.permitted:
        return decision
    reasons = [[reason.policy, reason.rule, reason.code] for reason in decision.reasons]
    if decision.code == "dataset_unknown" and by.institution is not None and by.institution == entry.provider:
        raise RefusedQuestion(
            Refused("grant_needed", dataset=name[:200]), dataset=entry.id, policy_hash=None, reasons=reasons
        )
    if decision.code == "dataset_unknown":
        # INVARIANT: nothing public or in the answer tells that this dataset exists.
        raise RefusedQuestion(unknown, dataset=None, policy_hash=None, reasons=reasons)
    first = decision.reasons[-1] if decision.reasons else None
    shut = selectors.shut(entry.id) if first is not None and first.code == "prohibited" else None
    if shut is not None:
        cause = Refused("dataset_closed", dataset=name[:200], **shut.facts)
        raise RefusedQuestion(cause, dataset=entry.id, policy_hash=decision.policy_hash, reasons=reasons)
    if _is_of_another(question, first, policies):
        raise RefusedQuestion(
            _other_agreement(question), dataset=entry.id, policy_hash=decision.policy_hash, reasons=reasons
        )
    code = decision.code
    if code == "grant_expired" and first is not None and selectors.is_uncleared(first.policy, now=now):
        code = "grant_uncleared"  # the days of the agreement are not over: what it stood on is
    cause = Refused(
        code,
        dataset=name[:200],
        agreement=first.policy if first else None,
        reason=first.code if first else decision.code,
        purpose=question.purpose,
    )
    raise RefusedQuestion(cause, dataset=entry.id, policy_hash=decision.policy_hash, reasons=reasons)


def _check_purpose(question: Question) -> None:
    """A question without a dataset has no policy that would look at its purpose; it is as open as open data are."""
    if not question.purpose:
        raise RefusedQuestion(Refused("purpose_missing"), dataset=None, policy_hash=None, reasons=[])
    if question.purpose not in compiling.every_purpose():
        cause = Refused("not_permitted", agreement="open-data", reason="purpose_not_agreed", purpose=question.purpose)
        raise RefusedQuestion(cause, dataset=None, policy_hash=None, reasons=[["open-data", "", "purpose_not_agreed"]])


def _check_agreement(question: Question, policies: Mapping[str, Sequence[Policy]]) -> None:
    """An agreement that was named must be one under which the asker may ask at least one of the datasets: nothing is chosen instead."""
    if not policies or question.agreement is None:
        return
    if not _is_among(question.agreement, policies):
        raise RefusedQuestion(
            _other_agreement(question), dataset=None, policy_hash=None, reasons=[["", "", "other_agreement"]]
        )


def _other_agreement(question: Question) -> Refused:
    """One answer for an agreement about other data, for one of another body, and for a number that nobody gave out."""
    return Refused("agreement_opens_nothing", agreement=str(question.agreement)[:60], reason="other_agreement")


def _is_among(agreement: str, policies: Mapping[str, Sequence[Policy]]) -> bool:
    return any(each.uid == agreement for concerned in policies.values() for each in concerned)


def _is_of_another(question: Question, first: Reason | None, policies: Mapping[str, Sequence[Policy]]) -> bool:
    """Was it refused under rules that the asker did not name? What they say of its purpose is not why."""
    if question.agreement is None or first is None or first.code not in _MISSED:
        return False
    return first.code == "other_agreement" or not _is_among(question.agreement, policies)


_MISSED = frozenset({"other_agreement", "purpose_not_agreed", "action_not_agreed", "constraint_not_met"})


def _chosen(agreement: str | None, policies: Sequence[Policy]) -> str | None:
    """The agreement that was named, where this dataset has it: a question over several datasets names one of them."""
    return agreement if any(each.uid == agreement for each in policies) else None


def _snapshots(entries: Mapping[str, PublishedEntry], versions: Mapping[str, int]) -> Mapping[str, Snapshot]:
    pinned = {key: lake.snapshot(key, versions[key]) for key in entries if key in versions}
    snapshots = {**lake.snapshots_of(entries.keys() - pinned.keys()), **pinned}
    for key, entry in entries.items():
        if key not in snapshots:
            raise Missing("snapshot_missing", dataset=entry.slug)
    if sum(len(snapshot.files) for snapshot in snapshots.values()) > MOST_FILES:
        raise Refused("too_many_files", most=MOST_FILES)
    return snapshots


def _view(
    entries: Mapping[str, PublishedEntry],
    decisions: Sequence[Decision],
    snapshots: Mapping[str, Snapshot],
    *,
    now: datetime,
) -> GovernedView:
    sources = [_source(snapshots[decision.dataset], decision) for decision in decisions]
    place = {source.dataset: number for number, source in enumerate(sources)}
    return GovernedView(
        sources=tuple(sources),
        names={fold(name): place[entry.id] for name, entry in entries.items()},
        now=now.astimezone(selectors.zone()),
    )


def _source(snapshot: Snapshot, decision: Decision) -> Source:
    return Source(
        dataset=decision.dataset,
        files=snapshot.files,
        columns=tuple(Column(name, type_) for name, type_ in snapshot.schema),
        obligations=decision.obligations,
        keys=_keys(decision),
    )


def _keys(decision: Decision) -> tuple[tuple[str, bytes], ...]:
    """The pseudonym keys that this decision needs, derived from the agreement's own secret, one a domain."""
    domains = {
        duty.how.domain for duty in decision.obligations if isinstance(duty, Mask) and isinstance(duty.how, Pseudonym)
    }
    if not domains or decision.policy is None:
        return ()
    secret = _secret(decision.policy)
    return tuple(
        (domain, hmac.digest(secret, f"pseudonym/v1|{decision.policy}|{domain}".encode(), "sha256"))
        for domain in sorted(domains)
    )


def _secret(policy_uid: str) -> bytes:
    """An agreement has a secret of its own; an open entry's pseudonyms hang on the key ring."""
    keys: Ring = ring()
    if policy_uid.startswith("open/"):
        return keys.key("gate.pseudonym.open")
    box = Grant.objects.filter(pk=policy_uid).values_list("secret", flat=True).first()
    secret = secret_of(policy_uid, box)
    if secret is None:
        raise Refused("obligation_unenforceable")
    return secret


def _govern(tree: object, view: GovernedView) -> tuple[Governed, tuple[Output, ...] | None]:
    governed = enforce(tree, view)  # type: ignore[arg-type]  # the tree of `read`; rooms do not know the parser's types
    return governed, lineage(governed, view)


def _check_parameters(governed: Governed, question: Question) -> None:
    asked, given = governed.parameters, question.parameters
    if isinstance(given, Mapping):
        fits = set(asked) == set(given) and "?" not in asked
        if not fits and not any(name == "?" or name.isdigit() for name in asked):
            raise Invalid("parameter_names", asked=sorted(asked), given=sorted(given))
    else:
        fits = len(asked) == len(given) and all(name == "?" or name.isdigit() for name in asked)
    if not fits:
        raise Invalid("parameter_count", asked=len(asked), given=len(given))
