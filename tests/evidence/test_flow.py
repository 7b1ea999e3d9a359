"""From an act to a proof that a stranger checks, over HTTP, in an environment that has nothing of ours but the source."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from pytest_django.live_server_helper import LiveServer

from kaimen.core.tlog.receipt import parse
from kaimen.evidence import outside
from kaimen.evidence import services as evidence
from kaimen.evidence.services import Receipt
from tests.evidence.conftest import NOW, record

ROOT = Path(__file__).parents[2]


def verify(*arguments: object, cwd: Path) -> int:
    """In a process of its own with an empty environment: no settings, no database."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from kaimen.engines.verifying import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={},
        cwd=cwd,
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode in {0, 1, 2}, done.stderr
    return done.returncode


@pytest.mark.django_db(transaction=True)
def test_receipt_proof_verify_and_one_byte_changed(live_server: LiveServer, tmp_path: Path) -> None:
    receipts = [record() for _ in range(5)]
    evidence.tick(NOW)
    receipt, proof, policy = (tmp_path / name for name in ("receipt.txt", "x.tlog-proof", "policy.txt"))
    address = f"{live_server.url}/log"
    receipt.write_text(receipts[3].text)
    proof.write_text(httpx.get(f"{address}/proof/{receipts[3].entry}").text)
    policy.write_text(httpx.get(f"{address}/policy.txt").text)

    assert verify(address, "--full", cwd=tmp_path) == 0
    assert verify(address, cwd=tmp_path) == 0
    assert verify(outside.folder().path, cwd=tmp_path) == 0  # a copy of the folder brings its keys along
    evidence.tick(NOW)  # the first receipt may have made its key
    assert (outside.folder().path / "policy.txt").read_text() == policy.read_text()
    assert verify(address, "--full", "--policy", policy, "--state", tmp_path / "state", cwd=tmp_path) == 0
    assert verify(receipt, "--log", address, "--policy", policy, cwd=tmp_path) == 0
    assert verify(proof, "--policy", policy, cwd=tmp_path) == 0

    folder = outside.folder().path
    bundle = folder / "tile/entries/000.p/5"
    bundle.write_bytes(bundle.read_bytes().replace(b"D-0164", b"D-0165", 1))
    assert verify(address, "--full", cwd=tmp_path) == 1
    assert verify(folder, "--full", "--policy", policy, cwd=tmp_path) == 1
    proof.write_text(proof.read_text().replace("index 3", "index 2"))
    assert verify(proof, "--policy", policy, cwd=tmp_path) == 1
    receipt.write_text(receipt.read_text().replace("by 2026", "by 2027"))
    assert verify(receipt, "--log", address, "--policy", policy, cwd=tmp_path) == 1
    assert verify(f"{live_server.url}/nothing", cwd=tmp_path) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("file", "at"), [("tile/entries/000.p/5", -9), ("tile/0/000.p/5", 70), ("tile/0/000.p/5", 100)]
)
def test_a_receipt_fails_when_a_published_byte_was_changed(
    live_server: LiveServer, tmp_path: Path, file: str, at: int
) -> None:
    receipts = [record() for _ in range(5)]
    evidence.tick(NOW)
    address, folder = f"{live_server.url}/log", outside.folder().path
    receipt, proof, policy = (tmp_path / name for name in ("receipt.txt", "x.tlog-proof", "policy.txt"))
    receipt.write_text(receipts[3].text)
    proof.write_text(httpx.get(f"{address}/proof/{receipts[3].entry}").text)
    policy.write_text(httpx.get(f"{address}/policy.txt").text)
    checks = [(held, "--log", place, "--policy", policy) for held in (receipt, proof) for place in (address, folder)]
    assert [verify(*words, cwd=tmp_path) for words in checks] == [0, 0, 0, 0]
    data = bytearray((folder / file).read_bytes())
    data[at] ^= 1
    (folder / file).write_bytes(data)
    assert [verify(*words, cwd=tmp_path) for words in checks] == [1, 1, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_a_promise_that_was_not_kept_shows(live_server: LiveServer, tmp_path: Path) -> None:
    """The entry vanished from the database before it was integrated: the receipt proves it."""
    record()
    evidence.tick(NOW)
    lost = Receipt("A" * 21 + "Q", b"\1" * 32, NOW.replace(year=2025))
    assert parse(lost.text.split("\n\n")[0] + "\n").entry == lost.entry
    file = tmp_path / "receipt.txt"
    file.write_text(lost.text)
    assert verify(file, "--log", f"{live_server.url}/log", cwd=tmp_path) == 1


@pytest.mark.django_db(transaction=True)
def test_headers_are_those_of_the_log_protocol(live_server: LiveServer) -> None:
    given = record()
    evidence.tick(NOW)
    expected = {
        "checkpoint": ("text/plain; charset=utf-8", "public, max-age=2"),
        "tile/0/000.p/1": ("application/octet-stream", "public, max-age=31536000, immutable"),
        "tile/entries/000.p/1": ("application/octet-stream", "public, max-age=31536000, immutable"),
        f"proof/{given.entry}": ("text/plain; charset=utf-8", "public, max-age=86400"),
        "policy.txt": ("text/plain; charset=utf-8", "public, max-age=3600"),
        "keys": ("text/plain; charset=utf-8", "public, max-age=3600"),
    }
    for path, (kind, cache) in expected.items():
        answer = httpx.get(f"{live_server.url}/log/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert set(answer.headers["cache-control"].split(", ")) == set(cache.split(", "))
        assert "set-cookie" not in answer.headers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/1", "tile/0/../../keys/log.key", "tile/entries/000.p/2", "tile/8/000", "proof/AAAA", "proof/ä"])  # fmt: skip
def test_what_is_not_there_is_a_404(live_server: LiveServer, path: str) -> None:
    record()
    evidence.tick(NOW)
    assert httpx.get(f"{live_server.url}/log/{path}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_waits_says_when_to_come_back(live_server: LiveServer) -> None:
    given = record()
    answer = httpx.get(f"{live_server.url}/log/proof/{given.entry}")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["code"]) == (503, "2", "entry_pending")


@pytest.mark.django_db(transaction=True)
def test_where_only_auditors_read_entries_proofs_still_verify(
    live_server: LiveServer, settings: object, tmp_path: Path
) -> None:
    settings.KAIMEN_EVIDENCE_ENTRIES = "auditors"  # type: ignore[attr-defined]
    given = record()
    evidence.tick(NOW)
    address = f"{live_server.url}/log"
    bundle = httpx.get(f"{address}/tile/entries/000.p/1")
    assert (bundle.status_code, bundle.json()["code"]) == (403, "entries_restricted")
    assert not (outside.folder().path / "tile/entries").exists()
    assert "extra" not in httpx.get(f"{address}/proof/{given.entry}").text
    receipt = tmp_path / "receipt.txt"
    receipt.write_text(given.text)
    assert verify(receipt, "--log", address, cwd=tmp_path) == 0
