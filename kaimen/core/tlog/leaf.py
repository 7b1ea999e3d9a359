"""The leaf, schema version 1: one flat canonical JSON object of at most 2,048 bytes, by a whitelist of fields for each kind."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from kaimen.core.errors import Invalid
from kaimen.core.tlog.encoding import LARGEST, b64url, jcs, unb64url
from kaimen.core.tlog.kinds import KINDS, Kind

VERSION = 1
LARGEST_LEAF = 2048
_OPAQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
_OWN = frozenset({"v", "kind", "id", "node", "n", "t", "c"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What an entry says in public."""

    kind: Kind
    id: str
    node: str
    n: int
    t: int
    c: bytes
    public: Mapping[str, str]


def build(
    kind: Kind, *, entry: bytes, node: str, n: int, t: int, commitment: bytes, public: Mapping[str, str]
) -> bytes:
    """The bytes of a leaf. `t` is milliseconds since 1970, `public` what `check_public` gave.

    Raises `Invalid("leaf_field")` and `Invalid("leaf_too_large")`.
    """
    if n < 1 or not 0 <= t <= LARGEST:
        raise Invalid("leaf_field", kind=kind.value, field="n" if n < 1 else "t")
    fields = {
        "v": VERSION,
        "kind": kind.value,
        "id": b64url(entry),
        "node": node,
        "n": n,
        "t": t,
        "c": b64url(commitment),
    }
    leaf = jcs({**fields, **public})
    if len(leaf) > LARGEST_LEAF:
        raise Invalid("leaf_too_large", kind=kind.value)
    return leaf


def check_public(kind: Kind, public: Mapping[str, str | None]) -> dict[str, str]:
    """The public fields that are there, each of its form. Raises `Invalid("leaf_field", kind=…, field=…)`; nothing is passed through."""
    spec = KINDS[kind]
    given = {name: value for name, value in public.items() if value is not None}
    for name in (spec.public - spec.optional - given.keys()) | (given.keys() - spec.public):
        raise Invalid("leaf_field", kind=kind.value, field=name)
    for name, value in given.items():
        if not _well_formed(name, value, out=spec.out):
            raise Invalid("leaf_field", kind=kind.value, field=name)
    return given


def check_private(kind: Kind, private: Mapping[str, object]) -> None:
    """Every private field of the kind is there, null where unknown, and no other. Raises `Invalid("leaf_field")`."""
    for name in private.keys() ^ KINDS[kind].private:
        raise Invalid("leaf_field", kind=kind.value, field=name)


def _well_formed(name: str, value: object, *, out: frozenset[str]) -> bool:
    if not isinstance(value, str):
        return False
    match name:
        case "out":
            return value in out
        case "pol" | "d":
            return len(value) == 43 and _decodes_to_digest(value)
        case _:
            return _OPAQUE.fullmatch(value) is not None


def _decodes_to_digest(value: str) -> bool:
    try:
        return len(unb64url(value)) == 32
    except ValueError:
        return False


def parse(data: bytes) -> Leaf:
    """A leaf from its bytes, which must be its canonical form. Raises `Invalid("leaf_field")`."""
    try:
        fields = cast("dict[str, object]", json.loads(data))
        kind = Kind(cast("str", fields["kind"]))
        n, t, entry = cast("int", fields["n"]), cast("int", fields["t"]), cast("str", fields["id"])
        commitment = unb64url(cast("str", fields["c"]))
        public = check_public(kind, {name: cast("str", value) for name, value in fields.items() if name not in _OWN})
        node = cast("str", fields["node"])
        if fields["v"] != VERSION or len(unb64url(entry)) != 16 or len(commitment) != 32:
            raise Invalid("leaf_field", kind=kind.value, field="v")
        if build(kind, entry=unb64url(entry), node=node, n=n, t=t, commitment=commitment, public=public) != data:
            raise Invalid("leaf_field", kind=kind.value, field="form")
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise Invalid("leaf_field", kind="unknown", field="form") from None
    return Leaf(kind=kind, id=entry, node=node, n=n, t=t, c=commitment, public=public)
