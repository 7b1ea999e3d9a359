"""The ML-DSA-44 line beside the log's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from kaimen.core.errors import Unavailable
from kaimen.core.tlog import notes
from kaimen.core.tlog.notes import Algorithm
from kaimen.engines.signing import tree_signer
from kaimen.engines.verifying import DOES_NOT_VERIFY, VERIFIED
from kaimen.engines.verifying import main as verify
from kaimen.engines.witnessing import main as watch
from kaimen.evidence import keys, outside, selectors
from kaimen.evidence import services as evidence
from tests.evidence.conftest import NOW, record
from tests.evidence.test_witnesses import shown, trust, witness

pytestmark = pytest.mark.django_db(transaction=True)


def algorithms(note: notes.Note) -> list[Algorithm]:
    known = {key.id: key.algorithm for key in outside_keys()}
    return [known[line.key_id] for line in note.signatures]


def outside_keys() -> list[notes.Verifier]:
    return [notes.parse_vkey(line) for line in selectors.key_lines().splitlines()]


def test_by_default_a_head_has_no_ml_dsa_line() -> None:
    record()
    evidence.tick(NOW)
    assert algorithms(shown()) == [Algorithm.ED25519]


def test_a_head_has_an_ml_dsa_line_where_the_setting_asks_for_it(
    settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.KAIMEN_EVIDENCE_ML_DSA = True  # type: ignore[attr-defined]
    record()
    evidence.tick(NOW)
    note = shown()
    assert algorithms(note) == [Algorithm.ED25519, Algorithm.ML_DSA_44]
    assert int.from_bytes(note.signatures[1].data[:8], "big") == int(NOW.timestamp())
    place = str(outside.folder().path)
    assert verify([place, "--full"]) == VERIFIED
    assert "ML-DSA-44 line ok" in capsys.readouterr().out
    for given in (selectors.policy_text(), f"log {keys.log().verifier.vkey()}\nquorum none\n"):
        policy = Path(place).parent / "policy.txt"
        policy.write_text(given)
        assert verify([place, "--policy", str(policy)]) == VERIFIED


def test_a_wrong_ml_dsa_line_does_not_verify_for_who_knows_the_key(settings: object) -> None:
    settings.KAIMEN_EVIDENCE_ML_DSA = True  # type: ignore[attr-defined]
    record()
    evidence.tick(NOW)
    own, beside = shown().signatures
    wrong = notes.Signature(beside.name, beside.key_id, beside.data[:-1] + bytes([beside.data[-1] ^ 1]))
    outside.folder().show(notes.Note(shown().text, (own, wrong)))
    place = outside.folder().path
    assert verify([str(place)]) == DOES_NOT_VERIFY
    (place / "keys").write_text(keys.log().verifier.vkey() + "\n")
    assert verify([str(place)]) == VERIFIED  # whoever knows the Ed25519 key only passes over the line


def test_a_witness_cosigns_a_head_with_an_ml_dsa_line(tmp_path: Path, settings: object) -> None:
    settings.KAIMEN_EVIDENCE_ML_DSA = True  # type: ignore[attr-defined]
    with witness(tmp_path / "a", "audit.example/w1") as a:
        trust(tmp_path, settings, "a", a=a)
        record()
        evidence.tick(NOW)
    assert algorithms(shown()) == [Algorithm.ED25519, Algorithm.ML_DSA_44, Algorithm.COSIGNATURE]


def test_a_witness_that_knows_the_ml_dsa_key_checks_its_line_and_says_so(
    tmp_path: Path, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.KAIMEN_EVIDENCE_ML_DSA = True  # type: ignore[attr-defined]
    place, beside = tmp_path / "a", keys.additional()
    assert beside
    with witness(place, "audit.example/w1") as a:
        trust(tmp_path, settings, "a", a=a)
        record()
        evidence.tick(NOW)
        told = status(place, capsys)
        assert f"checked: Ed25519 {keys.log().verifier.id.hex()}\n" in told
        assert "not checked: 1 of keys that are not trusted here" in told
        assert watch(["trust", "--dir", str(place), "--log", beside.verifier.vkey()]) == 0
        record()
        evidence.tick(NOW)
        told = status(place, capsys)
        assert f"checked: Ed25519 {keys.log().verifier.id.hex()}, ML-DSA-44 {beside.verifier.id.hex()}\n" in told
        assert "not checked" not in told
        assert Algorithm.COSIGNATURE in algorithms(shown())
        settings.KAIMEN_EVIDENCE_ML_DSA = False  # type: ignore[attr-defined]
        record()
        evidence.tick(NOW)
        assert f"trusted, but has no line: ML-DSA-44 {beside.verifier.id.hex()}\n" in status(place, capsys)


def status(place: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert watch(["status", "--dir", str(place)]) == 0
    return capsys.readouterr().out


def test_a_machine_without_ml_dsa_says_so_at_the_start(
    settings: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(seed: bytes) -> MLDSA44PrivateKey:
        raise UnsupportedAlgorithm("ML-DSA-44 is not supported by this backend.")

    keys.check_ml_dsa()
    monkeypatch.setattr(MLDSA44PrivateKey, "from_seed_bytes", missing)
    keys.check_ml_dsa()  # nobody asks for it
    settings.KAIMEN_EVIDENCE_ML_DSA = True  # type: ignore[attr-defined]
    with pytest.raises(SystemExit, match=r"KAIMEN_EVIDENCE_ML_DSA.*OpenSSL 3\.5"):
        keys.check_ml_dsa()
    with pytest.raises(Unavailable) as refusal:
        tree_signer(tmp_path / "other.key", name="city.example/log")
    assert refusal.value.code == "ml_dsa_missing"
