"""An independent reader, sigstore's verifier, accepts our proofs and checkpoints and refuses tampered ones."""

from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import SignedCheckpoint, verify_checkpoint
from sigstore._internal.trust import Keyring
from sigstore.errors import VerificationError
from sigstore_models.common.v1 import PublicKey, PublicKeyDetails

from kaimen.core.tlog import notes, proofs, tiles
from kaimen.core.tlog.hashing import leaf_hash

KEY = Ed25519PrivateKey.from_private_bytes(b"\5" * 32)
NAME = "city.example/log"
LEAVES = [f'{{"n":{n}}}'.encode() for n in range(700)]


def tree(size: int) -> tuple[bytes, proofs.Node]:
    growth = tiles.integrate(0, (), [leaf_hash(entry) for entry in LEAVES[:size]])
    kept = {(tile.level, tile.n): tile.data for tile in growth.tiles}
    return tiles.edge_root(growth.edge), proofs.nodes(lambda level, n: kept[level, n])


def entry(index: int, size: int) -> Any:
    """A log entry as sigstore's verifier wants it, made of our parts."""
    root, node = tree(size)
    text = notes.Checkpoint(origin=NAME, size=size, root=root).text()
    signature = notes.sign(text, name=NAME, key=KEY)
    proof = SimpleNamespace(
        log_index=index,
        tree_size=size,
        root_hash=root,
        hashes=proofs.inclusion(index, size, node),
        checkpoint=SimpleNamespace(envelope=notes.Note(text, (signature,)).format()),
    )
    return SimpleNamespace(
        _inner=SimpleNamespace(
            inclusion_proof=proof, canonicalized_body=LEAVES[index], log_id=SimpleNamespace(key_id=signature.key_id)
        )
    )


def keyring() -> Any:
    der = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Keyring([PublicKey(raw_bytes=base64.b64encode(der), key_details=PublicKeyDetails.PKIX_ED25519)])


@given(st.integers(1, 700), st.data())
@settings(max_examples=40, deadline=None)
def test_sigstore_accepts_our_inclusion_proofs_and_refuses_tampered_ones(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    ours = entry(index, size)
    verify_merkle_inclusion(ours)
    verify_checkpoint(keyring(), ours)
    ours._inner.canonicalized_body += b" "
    with pytest.raises(VerificationError):
        verify_merkle_inclusion(ours)
    for change in ("hash", "short", "long"):
        other = entry(index, size)
        hashes = other._inner.inclusion_proof.hashes
        match change:
            case "hash" if hashes:
                hashes[-1] = bytes(32)
            case "short" if hashes:
                hashes.pop()
            case _:
                hashes.append(bytes(32))
        with pytest.raises(VerificationError):
            verify_merkle_inclusion(other)


def test_sigstore_reads_our_checkpoints_and_refuses_tampered_ones() -> None:
    ours = entry(5, 300)
    proof = ours._inner.inclusion_proof
    read = SignedCheckpoint.from_text(proof.checkpoint.envelope)
    assert (read.checkpoint.origin, read.checkpoint.log_size, read.checkpoint.log_hash) == (
        NAME,
        300,
        tree(300)[0].hex(),
    )
    whole = proof.checkpoint.envelope
    for changed in (whole.replace("\n300\n", "\n301\n"), whole.replace(NAME, "other.example/log", 1)):
        proof.checkpoint.envelope = changed
        with pytest.raises(VerificationError):
            verify_checkpoint(keyring(), ours)
    proof.checkpoint.envelope = whole
    proof.root_hash = bytes(32)
    with pytest.raises(VerificationError):
        verify_checkpoint(keyring(), ours)


def test_sigstore_passes_over_an_ml_dsa_line() -> None:
    ours = entry(5, 300)
    note = notes.parse(ours._inner.inclusion_proof.checkpoint.envelope)
    beside = MLDSA44PrivateKey.from_seed_bytes(b"\6" * 32)
    verifier = notes.Verifier(NAME, notes.Algorithm.ML_DSA_44, beside.public_key().public_bytes_raw())
    at = 1_795_400_000
    data = at.to_bytes(8, "big") + beside.sign(notes.tree_message(note.text, name=NAME, at=at))
    whole = note.with_lines([notes.Signature(NAME, verifier.id, data)])
    assert notes.verified_by(whole, [verifier]) == (verifier,)
    ours._inner.inclusion_proof.checkpoint.envelope = whole.format()
    verify_checkpoint(keyring(), ours)
