"""Whom a reader trusts (C2SP tlog-policy): which log keys, which witnesses, and how many of these must have signed.

A line `# receipt-key <vkey>`, a comment to other readers, names a key of receipts; `# additional-key <vkey>` one whose line a log
puts beside its own: where the line stands it must fit, and it never stands for the log's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kaimen.core.errors import Invalid
from kaimen.core.tlog.notes import (
    Algorithm,
    Checkpoint,
    Note,
    Verifier,
    cosigned_at,
    parse_checkpoint,
    parse_vkey,
    verified_by,
)

RECEIPT_KEY = "receipt-key"
ADDITIONAL_KEY = "additional-key"
LOG_ALGORITHMS = frozenset({Algorithm.ED25519, Algorithm.ML_DSA_44})
WITNESS_ALGORITHMS = frozenset({Algorithm.COSIGNATURE, Algorithm.ML_DSA_44})
NONE = "none"
MOST_LINES = 1000


@dataclass(frozen=True, slots=True)
class Party:
    """A key and where its holder answers, if that is said."""

    key: Verifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """At least `threshold` of the members."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a policy file says."""

    logs: tuple[Party, ...]
    witnesses: Mapping[str, Party]
    groups: Mapping[str, Group]
    quorum: str
    receipt_keys: tuple[Verifier, ...] = ()
    additional_keys: tuple[Verifier, ...] = ()

    def satisfied_by(self, signers: Sequence[Verifier]) -> bool:
        """Whether the quorum has signed."""
        return self.quorum == NONE or self._counts(self.quorum, signers)

    def _counts(self, name: str, signers: Sequence[Verifier]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return self.witnesses[name].key in signers
        return sum(self._counts(member, signers) for member in group.members) >= group.threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a policy finds in a note: the tree head, which witnesses signed and when (second since 1970), whether they are enough.

    `additional` are the keys whose line the log has put beside its own.
    """

    checkpoint: Checkpoint
    log: Verifier
    witnesses: Mapping[str, int]
    quorum: bool
    additional: tuple[Verifier, ...] = ()


def judge(note: Note, policy: Policy) -> Judgement:
    """Check a checkpoint. Raises `Invalid("note")` when no known log signed it, or a known key's line does not verify."""
    checkpoint = parse_checkpoint(note.text)
    named = {name: party.key for name, party in policy.witnesses.items()}
    logs = [party.key for party in policy.logs if party.key.name == checkpoint.origin]
    beside = [key for key in policy.additional_keys if key.name == checkpoint.origin]
    signers = verified_by(note, [*logs, *beside, *named.values()])
    log = next((key for key in signers if key in logs), None)
    if log is None:
        raise Invalid("note", why="log_key")
    witnesses = {name: cosigned_at(note, key) or 0 for name, key in named.items() if key in signers}
    return Judgement(
        checkpoint=checkpoint,
        log=log,
        witnesses=witnesses,
        quorum=policy.satisfied_by(signers),
        additional=tuple(key for key in signers if key in beside),
    )


def first_use(keys: Sequence[Verifier]) -> Policy:
    """A policy of the keys that the log itself shows: enough to see whether it agrees with itself."""
    logs = tuple(Party(key) for key in keys if key.algorithm is Algorithm.ED25519 and not key.name.endswith("/receipt"))
    receipts = tuple(key for key in keys if key.algorithm is Algorithm.ED25519 and key.name.endswith("/receipt"))
    origins = {party.key.name for party in logs}
    additional = tuple(key for key in keys if key.algorithm is Algorithm.ML_DSA_44 and key.name in origins)
    cosigners = (key for key in keys if key.algorithm in WITNESS_ALGORITHMS and key not in additional)
    return Policy(
        logs=logs,
        witnesses={key.name: Party(key) for key in cosigners},
        groups={},
        quorum=NONE,
        receipt_keys=receipts,
        additional_keys=additional,
    )


def format_policy(policy: Policy) -> str:
    """The file."""
    lines = [
        *[f"log {party.key.vkey()} {party.url}".rstrip() for party in policy.logs],
        *[f"witness {name} {party.key.vkey()} {party.url}".rstrip() for name, party in policy.witnesses.items()],
        *[f"group {name} {group.threshold} {' '.join(group.members)}" for name, group in policy.groups.items()],
        f"quorum {policy.quorum}",
        *[f"# {RECEIPT_KEY} {key.vkey()}" for key in policy.receipt_keys],
        *[f"# {ADDITIONAL_KEY} {key.vkey()}" for key in policy.additional_keys],
    ]
    return "".join(f"{line}\n" for line in lines)


def parse_policy(text: str) -> Policy:
    """Raises `Invalid("policy", line=…)` with the number of the line, 0 for a missing quorum."""
    reader = _Reader()
    lines = text.split("\n")
    for number, line in enumerate(lines[:MOST_LINES], 1):
        try:
            reader.read(line.replace("\t", " ").split())
        except (ValueError, Invalid):
            raise Invalid("policy", line=number) from None
    if reader.quorum is None or len(lines) > MOST_LINES:
        raise Invalid("policy", line=0)
    return Policy(
        logs=tuple(reader.logs),
        witnesses=reader.witnesses,
        groups=reader.groups,
        quorum=reader.quorum,
        receipt_keys=tuple(reader.receipt_keys),
        additional_keys=tuple(reader.additional_keys),
    )


class _Reader:
    """What the lines so far have said."""

    def __init__(self) -> None:
        self.logs: list[Party] = []
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self.receipt_keys: list[Verifier] = []
        self.additional_keys: list[Verifier] = []
        self._members: set[str] = set()

    def read(self, words: list[str]) -> None:
        match words:
            case ["#", word, vkey] if word == RECEIPT_KEY:
                self.receipt_keys.append(parse_vkey(vkey))
            case ["#", word, vkey] if word == ADDITIONAL_KEY:
                self.additional_keys.append(parse_vkey(vkey))
            case [] | [_, *_] if not words or words[0].startswith("#"):
                pass
            case ["log", vkey, *url] if len(url) <= 1:
                self.logs.append(
                    Party(self._fresh(vkey, [party.key for party in self.logs], LOG_ALGORITHMS), "".join(url))
                )
            case ["witness", name, vkey, *url] if len(url) <= 1:
                known = [party.key for party in self.witnesses.values()]
                self.witnesses[self._unnamed(name)] = Party(self._fresh(vkey, known, WITNESS_ALGORITHMS), "".join(url))
            case ["group", name, threshold, *members] if members:
                self.groups[self._unnamed(name)] = self._group(threshold, members)
            case ["quorum", name] if self.quorum is None and (
                name == NONE or name in self.witnesses or name in self.groups
            ):
                self.quorum = name
            case _:
                raise ValueError(words)

    def _group(self, threshold: str, members: list[str]) -> Group:
        for member in members:
            if member in self._members or (member not in self.witnesses and member not in self.groups):
                raise ValueError(member)
            self._members.add(member)
        least = {"all": len(members), "any": 1}.get(threshold) or int(threshold)
        if not 1 <= least <= len(members):
            raise ValueError(threshold)
        return Group(least, tuple(members))

    def _unnamed(self, name: str) -> str:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise ValueError(name)
        return name

    @staticmethod
    def _fresh(vkey: str, known: list[Verifier], algorithms: frozenset[Algorithm]) -> Verifier:
        key = parse_vkey(vkey)
        if key.algorithm not in algorithms or any(key.public == other.public for other in known):
            raise ValueError(vkey)
        return key
