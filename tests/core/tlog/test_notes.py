"""Notes, checkpoints, policies, receipts, proofs as text."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.errors import Invalid
from kaimen.core.tlog import notes, policy, proof_text, receipt
from kaimen.core.tlog.encoding import b64
from kaimen.core.tlog.notes import Algorithm, Checkpoint, Note, Verifier

LOG, W1, W2, W3 = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(1, 5))
NAME = "city.example/log"
HEAD = Checkpoint(origin=NAME, size=7, root=b"\7" * 32)


def key(private: Ed25519PrivateKey, name: str = NAME, algorithm: Algorithm = Algorithm.ED25519) -> Verifier:
    return Verifier(name, algorithm, private.public_key().public_bytes_raw())


def witness_key(private: Ed25519PrivateKey, number: int) -> Verifier:
    return key(private, f"w{number}.example", Algorithm.COSIGNATURE)


def signed(text: str = HEAD.text()) -> Note:
    return Note(text, (notes.sign(text, name=NAME, key=LOG),))


def cosigned(*numbers: int) -> Note:
    text = HEAD.text()
    privates = {1: W1, 2: W2, 3: W3}
    return signed().with_lines(
        [notes.cosign(text, name=f"w{n}.example", key=privates[n], at=1_795_400_000 + n) for n in numbers]
    )


# The example of c2sp.org/signed-note, with its key.
EXAMPLE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
EXAMPLE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_the_known_signed_note_verifies() -> None:
    verifier = notes.parse_vkey(EXAMPLE_KEY)
    assert verifier.vkey() == EXAMPLE_KEY
    note = notes.parse(EXAMPLE)
    assert notes.verified_by(note, [verifier]) == (verifier,)
    assert note.format() == EXAMPLE
    with pytest.raises(Invalid):
        notes.verified_by(notes.parse(EXAMPLE.replace("answer", "Answer")), [verifier])


@given(st.integers(0, 10**18), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_gives_back_what_went_in(size: int, root: bytes) -> None:
    head = Checkpoint(origin=NAME, size=size, root=root)
    assert notes.parse_checkpoint(notes.parse(signed(head.text()).format()).text) == head


@given(st.data())
def test_a_note_with_one_sign_changed_is_refused_or_unsigned(data: st.DataObject) -> None:
    whole = signed().format()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = (
        whole[:at] + data.draw(st.sampled_from([sign for sign in "Ax0+/=—\n " if sign != whole[at]])) + whole[at + 1 :]
    )
    with suppress(Invalid):
        assert notes.verified_by(notes.parse(changed), [key(LOG)]) == ()


@pytest.mark.parametrize("text", [
    "", "x", "x\n", "x\n\n", "\n\n— a YWFhYWE=\n", "x\n\n— a YWFhYWE=", "x\n\n- a YWFhYWE=\n", "x\n\n— a YWFhYQ==\n", "x\n\n— a+b YWFhYWE=\n",
    "x\n\n— a  YWFhYWE=\n", "x\n\n— a YWFhYWE\n", "x\n\n— a YWFhYWF=\n", "x\r\n\n— a YWFhYWE=\n", "x\n\n" + "— a YWFhYWE=\n" * 65,
    "x" * 70_000 + "\n\n— a YWFhYWE=\n",
])  # fmt: skip
def test_what_is_not_a_note_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        notes.parse(text)


@pytest.mark.parametrize("text", [
    f"{NAME}\n7\n", f"{NAME}\n07\n{b64(b'r' * 32)}\n", f"{NAME}\n-7\n{b64(b'r' * 32)}\n", f"{NAME}\n7\n{b64(b'r' * 31)}\n",
    f"\n7\n{b64(b'r' * 32)}\n", f"{NAME}\n7\n{b64(b'r' * 32)}", f"{NAME}\n7\n{b64(b'r' * 32)}\n\n", f"{NAME}\n٧\n{b64(b'r' * 32)}\n",
    f"{NAME}\n{'9' * 30}\n{b64(b'r' * 32)}\n",
])  # fmt: skip
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        notes.parse_checkpoint(text)


def test_lines_of_unknown_keys_are_ignored_and_a_wrong_line_of_a_known_key_condemns() -> None:
    note = cosigned(1)
    assert notes.verified_by(note, [key(LOG)]) == (key(LOG),)
    assert notes.verified_by(note, [key(W2)]) == ()
    forged = notes.Signature(NAME, key(LOG).id, b"\0" * 64)
    with pytest.raises(Invalid):
        notes.verified_by(Note(note.text, (*note.signatures, forged)), [key(LOG)])
    for short in (b"", b"\0" * 7, b"\0" * 71):
        with pytest.raises(Invalid):
            notes.verified_by(
                Note(note.text, (notes.Signature("w1.example", witness_key(W1, 1).id, short),)), [witness_key(W1, 1)]
            )


def test_a_cosignature_counts_for_its_own_second_and_text_only() -> None:
    note = cosigned(1)
    assert notes.cosigned_at(note, witness_key(W1, 1)) == 1_795_400_001
    line = note.signatures[1]
    later = notes.Signature(line.name, line.key_id, (1_795_400_002).to_bytes(8, "big") + line.data[8:])
    with pytest.raises(Invalid):
        notes.verified_by(Note(note.text, (later,)), [witness_key(W1, 1)])
    plain = notes.Signature(line.name, line.key_id, line.data[:8] + W1.sign(note.text.encode()))
    with pytest.raises(Invalid):
        notes.verified_by(Note(note.text, (plain,)), [witness_key(W1, 1)])


# ---------------------------------------------------------------- ML-DSA-44
BESIDE = MLDSA44PrivateKey.from_seed_bytes(b"\6" * 32)
BESIDE_KEY = Verifier(NAME, Algorithm.ML_DSA_44, BESIDE.public_key().public_bytes_raw())


def beside(text: str = HEAD.text(), *, at: int = 1_795_400_000, name: str = NAME) -> notes.Signature:
    signature = BESIDE.sign(notes.tree_message(text, name=name, at=at))
    return notes.Signature(NAME, BESIDE_KEY.id, at.to_bytes(8, "big") + signature)


def test_an_ml_dsa_line_signs_the_structure_of_the_specification() -> None:
    """The checkpoint that c2sp.org/tlog-cosignature shows; the fields one after the other as it defines `cosigned_message`."""
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    name = bytes([27]) + b"example.com/behind-the-sofa"
    expected = [
        "737562747265652f76310a00",  # subtree/v1, newline, zero
        name.hex(),
        "00000000641850cb",  # 1679315147
        name.hex(),
        "0000000000000000",  # from the first leaf
        "00000000013e2dc3",  # 20852163
        "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62",
    ]
    message = notes.tree_message(text, name="example.com/behind-the-sofa", at=1679315147)
    assert message.hex() == "".join(expected)
    witness = notes.tree_message(text, name="witness.example.com/w1", at=1679315147)
    expected[1] = "16" + b"witness.example.com/w1".hex()  # who signs; further on stands the origin
    assert witness.hex() == "".join(expected)


def test_an_ml_dsa_key_has_its_vkey() -> None:
    assert notes.parse_vkey(BESIDE_KEY.vkey()) == BESIDE_KEY
    assert len(BESIDE_KEY.public) == 1312
    with pytest.raises(Invalid):
        notes.parse_vkey(Verifier(NAME, Algorithm.ML_DSA_44, BESIDE_KEY.public[:32]).vkey())


@given(st.integers(0, 2**53), st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
def test_an_ml_dsa_line_counts_for_its_own_tree_name_and_second_only(size: int, at: int, root: bytes) -> None:
    text = Checkpoint(origin=NAME, size=size, root=root).text()
    line = beside(text, at=at).data
    assert len(line) == 8 + 2420
    assert BESIDE_KEY.verifies(text, line)
    others = [
        (Checkpoint(origin=NAME, size=size + 1, root=root).text(), line),
        (Checkpoint(origin=NAME, size=size, root=bytes([root[0] ^ 1]) + root[1:]).text(), line),
        (Checkpoint(origin=f"{NAME}2", size=size, root=root).text(), line),
        (text, (at + 1).to_bytes(8, "big") + line[8:]),
        (text, beside(text, at=at, name=f"{NAME}2").data),
        (text, line[:-1]),
        (text, b"\xff" * 8 + line[8:]),
        ("no checkpoint\n", line),
    ]
    for other, signature in others:
        assert not BESIDE_KEY.verifies(other, signature)


def test_a_line_beside_the_logs_own_is_checked_where_it_stands_and_never_enough_alone() -> None:
    ours = policy.parse_policy(f"{LOGS}quorum none\n# additional-key {BESIDE_KEY.vkey()}\n")
    assert policy.parse_policy(policy.format_policy(ours)) == ours
    assert policy.first_use([key(LOG), BESIDE_KEY]).additional_keys == (BESIDE_KEY,)
    note = signed().with_lines([beside()])
    assert policy.judge(note, ours).additional == (BESIDE_KEY,)
    assert policy.judge(signed(), ours).additional == ()
    wrong = notes.Signature(NAME, BESIDE_KEY.id, beside().data[:-1] + b"\0")
    for condemned in (signed().with_lines([wrong]), Note(HEAD.text(), (beside(),))):
        with pytest.raises(Invalid):
            policy.judge(condemned, ours)
    knows_ed25519 = policy.parse_policy(f"{LOGS}quorum none\n")
    assert policy.judge(signed().with_lines([wrong]), knows_ed25519).log == key(LOG)


def test_an_ml_dsa_key_may_be_that_of_a_log_or_witness_in_the_policy_of_others() -> None:
    name = "w1.example"
    cosigner = Verifier(name, Algorithm.ML_DSA_44, BESIDE_KEY.public)
    at = 1_795_400_001
    line = BESIDE.sign(notes.tree_message(HEAD.text(), name=name, at=at))
    read = policy.parse_policy(f"{LOGS}witness w1 {cosigner.vkey()}\nquorum w1\n")
    judged = policy.judge(signed().with_lines([notes.Signature(name, cosigner.id, at.to_bytes(8, "big") + line)]), read)
    assert (judged.quorum, judged.witnesses) == (True, {"w1": at})
    alone = policy.parse_policy(f"log {BESIDE_KEY.vkey()}\nquorum none\n")
    assert policy.judge(Note(HEAD.text(), (beside(),)), alone).log == BESIDE_KEY


@pytest.mark.parametrize("vkey", ["", "a", "a+b", "a+00000000+AQ==", EXAMPLE_KEY.replace("c74f", "c74e"), EXAMPLE_KEY.replace("Peter", "Pe ter"),
                                  EXAMPLE_KEY + "A", "x+00000000+", EXAMPLE_KEY.replace("+AR", "+/R")])  # fmt: skip
def test_what_is_not_a_key_is_refused(vkey: str) -> None:
    with pytest.raises(Invalid):
        notes.parse_vkey(vkey)


# ----------------------------------------------------------------- policies
WITNESSES = "".join(f"witness w{n} {witness_key(private, n).vkey()}\n" for n, private in ((1, W1), (2, W2), (3, W3)))
LOGS = f"log {key(LOG).vkey()} https://city.example/log\n"


@pytest.mark.parametrize(
    ("rule", "enough", "not_enough"),
    [
        ("quorum none", [()], []),
        ("quorum w1", [(1,), (1, 2)], [(), (2,), (2, 3)]),
        ("group g any w1 w2\nquorum g", [(1,), (2,)], [(), (3,)]),
        ("group g all w1 w2\nquorum g", [(1, 2)], [(1,), (2,), (1, 3)]),
        ("group g 2 w1 w2 w3\nquorum g", [(1, 2), (2, 3), (1, 2, 3)], [(), (1,), (3,)]),
        ("group a any w1 w2\ngroup g all a w3\nquorum g", [(1, 3), (2, 3)], [(1, 2), (3,)]),
    ],
)
def test_a_quorum_is_what_the_policy_says(
    rule: str, enough: list[tuple[int, ...]], not_enough: list[tuple[int, ...]]
) -> None:
    read = policy.parse_policy(f"# ours\n{LOGS}{WITNESSES}{rule}\n")
    assert policy.parse_policy(policy.format_policy(read)) == read
    for numbers, met in [*((some, True) for some in enough), *((some, False) for some in not_enough)]:
        judged = policy.judge(cosigned(*numbers), read)
        assert (judged.quorum, set(judged.witnesses)) == (met, {f"w{n}" for n in numbers})


@pytest.mark.parametrize("text", [
    "", LOGS, "quorum w1\n", "quorum none\nquorum none\n", f"{LOGS}{LOGS}quorum none\n", f"{WITNESSES}{WITNESSES}quorum none\n",
    f"{WITNESSES}group g 4 w1 w2 w3\nquorum g\n", f"{WITNESSES}group g 0 w1\nquorum g\n", f"{WITNESSES}group g any\nquorum g\n",
    f"{WITNESSES}group none any w1\nquorum none\n", f"{WITNESSES}group g any g\nquorum g\n", f"{WITNESSES}group g any w1 w1\nquorum g\n",
    f"{WITNESSES}group g any w1\ngroup h any w1\nquorum h\n", "nonsense\nquorum none\n", f"log {witness_key(W1, 1).vkey()}\nquorum none\n",
    f"witness w1 {key(LOG).vkey()}\nquorum none\n", "quorum none\n" + "\n" * 1001,
])  # fmt: skip
def test_a_wrong_policy_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        policy.parse_policy(text)
    assert refusal.value.code == "policy"


def test_a_log_signs_its_own_origin_only() -> None:
    read = policy.parse_policy(f"{LOGS}quorum none\n")
    text = Checkpoint(origin="other.example/log", size=7, root=b"\7" * 32).text()
    with pytest.raises(Invalid):
        policy.judge(Note(text, (notes.sign(text, name=NAME, key=LOG),)), read)
    with pytest.raises(Invalid):
        policy.judge(Note(HEAD.text(), (notes.sign(HEAD.text(), name=NAME, key=W1),)), read)


# ------------------------------------------------------- receipts and proofs
PROMISE = receipt.Promise(
    entry="AAAAAAAAAAAAAAAAAAAAAA", leaf_hash=b"\1" * 32, origin=NAME, by=datetime(2026, 11, 23, 2, 22, 7, tzinfo=UTC)
)


def test_a_receipt_is_never_a_checkpoint_and_a_checkpoint_never_a_receipt() -> None:
    assert receipt.parse(PROMISE.text()) == PROMISE
    with pytest.raises(Invalid):
        notes.parse_checkpoint(PROMISE.text())
    with pytest.raises(Invalid):
        receipt.parse(HEAD.text())


@pytest.mark.parametrize(("part", "other"), [("v1", "v2"), ("by 2026", "by 26"), ("leaf ", "leaf A"), ("entry A", "entry "), ("origin", "Origin"),
                                             ("Z\n", "Z\n\n"), ("Z\n", "Z"), ("Z\n", "Z\nmore x\n")])  # fmt: skip
def test_what_is_not_a_receipt_is_refused(part: str, other: str) -> None:
    with pytest.raises(Invalid):
        receipt.parse(PROMISE.text().replace(part, other, 1))


@given(st.integers(0, 10**15), st.lists(st.binary(min_size=32, max_size=32), max_size=63), st.binary(max_size=300))
def test_a_proof_gives_back_what_went_in(index: int, path: list[bytes], extra: bytes) -> None:
    proof = proof_text.Proof(index=index, path=path, note=signed().format(), extra=extra)
    assert proof_text.parse(proof.text()) == proof


@pytest.mark.parametrize("change", [("index 5", "index 05"), ("index 5", "Index 5"), ("@v1", "@v2"), ("index 5", "extra A\nindex 5"),
                                    ("index 5\n", "index 5\n" + (b64(b"x" * 32) + "\n") * 64), ("index 5\n", "index 5\n" + b64(b"x" * 31) + "\n"),
                                    ("index 5\n", ""), ("index 5\n\n", "index 5\n")])  # fmt: skip
def test_what_is_not_a_proof_is_refused(change: tuple[str, str]) -> None:
    whole = proof_text.Proof(index=5, path=[], note="x\n").text()
    with pytest.raises(Invalid):
        proof_text.parse(whole.replace(*change))
