"""One entry: the proof that it is in the log, and the receipt that promised so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kaimen.core.errors import Invalid
from kaimen.core.tlog import notes, proof_text, receipt, tiles
from kaimen.core.tlog.hashing import leaf_hash
from kaimen.core.tlog.policy import Policy
from kaimen.core.tlog.verify import includes
from kaimen.engines.log_reading import Source
from kaimen.engines.verifying.published import (
    ancestor_fits,
    as_published,
    continues,
    opened,
    path_to,
    reader_of,
    tile_of,
    told_by,
    tree_of,
)
from kaimen.engines.verifying.stamps import in_utc
from kaimen.engines.verifying.telling import DoesNotVerifyError, Found, NotCheckedError, as_failure
from kaimen.engines.verifying.trust import judged_head, trusted_keys


def check_proof(
    text: str, source: Source | None, policy: Policy | None, *, given: bytes, opening: Path | None
) -> Found:
    """The entry is in the log that the proof's checkpoint signs."""
    found = Found({"what": "proof"})
    try:
        proof = proof_text.parse(text)
    except Invalid as failure:
        raise as_failure(failure) from None
    entry = given or proof.extra
    if not entry:
        raise NotCheckedError("needs_leaf")
    trusted = trusted_keys(policy, source, found)
    head = judged_head(proof.note, trusted, found).checkpoint
    if not includes(head.root, head.size, leaf=leaf_hash(entry), index=proof.index, path=proof.path):
        raise DoesNotVerifyError("path")
    if source is not None:
        now = judged_head(source.text("checkpoint"), trusted, found).checkpoint
        if now.origin != head.origin:
            raise DoesNotVerifyError("proof_of_another", origin=head.origin, log=now.origin)
        if now.size < head.size:
            raise NotCheckedError("older_than_proof", now=now.size, before=head.size)
        if not continues(source, head, now):
            raise DoesNotVerifyError("proof_rewritten")
        as_published(source, found, now, index=proof.index, hashed=leaf_hash(entry))
    found.remarks = list(dict.fromkeys(found.remarks))
    found.facts |= {"index": proof.index, **told_by(entry)}
    if opening:
        found.facts["shown"] = opened(opening, entry)
    return found


def check_receipt(text: str, source: Source, policy: Policy | None) -> Found:
    """The promise was signed by the log's receipt key and was kept."""
    found = Found({"what": "receipt"})
    trusted = trusted_keys(policy, source, found)
    try:
        note = notes.parse(text)
        promise = receipt.parse(note.text)
        signed = notes.verified_by(
            note, [key for key in trusted.receipt_keys if key.name == f"{promise.origin}/receipt"]
        )
    except Invalid as failure:
        raise as_failure(failure) from None
    if not signed:
        raise DoesNotVerifyError("receipt_key")
    head = judged_head(source.text("checkpoint"), trusted, found).checkpoint
    if head.origin != promise.origin:
        raise DoesNotVerifyError("receipt_of_another", origin=promise.origin, log=head.origin)
    served = _entry_of(source, promise, head)
    if served is None:
        if datetime.now(UTC) < promise.by:  # noqa: TID251 - the command line reads the clock
            raise NotCheckedError("not_yet", by=in_utc(promise.by))
        raise DoesNotVerifyError("omitted", by=in_utc(promise.by))
    proof, entry = served
    inner = judged_head(proof.note, trusted, found).checkpoint
    if entry and leaf_hash(entry) != promise.leaf_hash:  # where only auditors read entries, the hash alone is served
        raise DoesNotVerifyError("another_under_number")
    if not includes(inner.root, inner.size, leaf=promise.leaf_hash, index=proof.index, path=proof.path):
        raise DoesNotVerifyError("path")
    newest = max(
        inner, head, key=lambda checkpoint: checkpoint.size
    )  # the log may have grown between the two questions
    read = as_published(source, found, newest, index=proof.index, hashed=promise.leaf_hash, shown=bool(entry))
    found.facts |= {"index": proof.index, "entry": promise.entry, **told_by(entry or read)}
    found.remarks = list(dict.fromkeys(found.remarks))
    return found


def _entry_of(
    source: Source, promise: receipt.Promise, head: notes.Checkpoint
) -> tuple[proof_text.Proof, bytes] | None:
    """The proof that the log serves for this entry; from a folder of files it is found by its leaf hash, and made from tiles."""
    served = source.read(f"proof/{promise.entry}")
    if served is not None:
        try:
            proof = proof_text.parse(served.decode())
        except (Invalid, UnicodeDecodeError):
            raise DoesNotVerifyError("served_proof") from None
        return proof, proof.extra
    read = reader_of(source, head.size)
    whole = tiles.edge_root(tree_of(lambda: tiles.edge_of(head.size, read))) == head.root
    for n in range(-(-head.size // tiles.WIDTH) - 1, -1, -1):  # newest first
        hashes = tile_of(read, 0, n)
        at = next((at for at in range(0, len(hashes), 32) if hashes[at : at + 32] == promise.leaf_hash), None)
        if at is not None:
            index = n * tiles.WIDTH + at // 32
            path = path_to(read, index, head.size)
            return proof_text.Proof(index=index, path=path, note=source.text("checkpoint")), b""
        whole = whole and ancestor_fits(read, 1, n, head.size)
    if not whole:
        raise DoesNotVerifyError("not_in_tiles")
    return None
