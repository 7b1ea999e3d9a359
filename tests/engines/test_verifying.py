"""The verifier against a log that was made by hand, in a folder, without Django or a database."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kaimen.core.tlog import commitment, leaf, notes, proof_text, proofs, receipt, tiles
from kaimen.core.tlog.hashing import leaf_hash
from kaimen.core.tlog.kinds import Kind
from kaimen.core.tlog.pruning import Pruning
from kaimen.engines import verifying
from kaimen.engines.publishing import Folder
from kaimen.engines.signing import signer
from kaimen.engines.verifying import DOES_NOT_VERIFY, NOT_CHECKED, VERIFIED, main
from kaimen.engines.verifying.words import SENTENCES

ORIGIN = "city.example/log"
START = datetime(2026, 11, 1, tzinfo=UTC)
RECORD = {
    "person": "p-1",
    "account": None,
    "role": "steward",
    "via": "session",
    "on_behalf": None,
    "load": "L1",
    "reason": "late",
}
SALT = bytes(range(32))


class Made:
    """A published log that grows."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.keys = Folder(folder / "log"), folder / "keys"
        self.log = signer(self.keys / "log.key", name=ORIGIN)
        self.receipts = signer(self.keys / "receipt.key", name=f"{ORIGIN}/receipt")
        self.leaves: list[bytes] = []
        self.tiles: dict[tuple[int, int], bytes] = {}

    def grow(self, count: int, *, skip: int = 0) -> None:
        for _ in range(count):
            n = len(self.leaves) + 1 + skip
            made = leaf.build(
                Kind.LOAD_REFUSED,
                entry=n.to_bytes(16, "big"),
                node="lane-01",
                n=n,
                t=int(START.timestamp() * 1000) + n * 1000,
                commitment=commitment.commit(RECORD, SALT),
                public={"inst": "11110000000000000X", "ds": "D-0164", "out": "refused"},
            )
            self.leaves.append(made)
        self.publish()

    def publish(self) -> None:
        growth = tiles.integrate(0, (), [leaf_hash(entry) for entry in self.leaves])
        self.tiles = {(tile.level, tile.n): tile.data for tile in growth.tiles}
        size = len(self.leaves)
        for address in tiles.touched(0, size):
            self.folder.write(address, self.tiles[address.level or 0, address.n][: address.width * 32])
        for address in tiles.touched_bundles(0, size):
            start = address.n * tiles.WIDTH
            self.folder.write(address, tiles.bundle(self.leaves[start : start + address.width]))
        text = notes.Checkpoint(origin=ORIGIN, size=size, root=tiles.edge_root(growth.edge)).text()
        self.folder.show(notes.Note(text, (self.log.sign(text),)))
        (self.folder.path / "keys").write_text(f"{self.log.verifier.vkey()}\n{self.receipts.verifier.vkey()}\n")

    def proof(self, index: int) -> str:
        path = proofs.inclusion(index, len(self.leaves), proofs.nodes(lambda level, n: self.tiles[level, n]))
        note = self.folder.note()
        assert note
        return proof_text.Proof(index=index, path=path, note=note.format(), extra=self.leaves[index]).text()

    def receipt(self, index: int, *, data: bytes | None = None) -> str:
        entry = data or self.leaves[index]
        promise = receipt.Promise(
            entry=leaf.parse(entry).id, leaf_hash=leaf_hash(entry), origin=ORIGIN, by=START + timedelta(minutes=1)
        )
        return notes.Note(promise.text(), (self.receipts.sign(promise.text()),)).format()

    def policy(self, *extra: str) -> str:
        return "\n".join(
            [
                f"log {self.log.verifier.vkey()}",
                *extra,
                "quorum none",
                f"# receipt-key {self.receipts.verifier.vkey()}",
                "",
            ]
        )

    @property
    def place(self) -> str:
        return str(self.folder.path)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    log = Made(tmp_path)
    log.grow(552)
    log.grow(48)
    return log


def verify(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def test_a_whole_log_verifies(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(made.place) == VERIFIED
    assert verify(made.place, "--full", "--json") == VERIFIED
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["verdict"], said["size"], said["entries_read"], said["origin"]) == ("verified", 600, 600, ORIGIN)
    assert said["remarks"] == ["first use: keys not confirmed elsewhere"]


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "file",
    ["tile/entries/000", "tile/entries/002.p/88", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "checkpoint"],
)
@pytest.mark.parametrize("at", [0, 40, -3])
def test_one_byte_changed_anywhere_does_not_verify(made: Made, file: str, at: int) -> None:
    flip(made.folder.path / file, at)
    assert verify(made.place, "--full") == DOES_NOT_VERIFY


@pytest.mark.parametrize("file", ["tile/entries/001", "tile/0/001", "tile/1/000.p/2"])
def test_a_file_taken_away_does_not_verify(made: Made, file: str) -> None:
    (made.folder.path / file).unlink()
    assert verify(made.place, "--full") == DOES_NOT_VERIFY


def test_an_entry_exchanged_with_all_its_hashes_is_seen_by_who_remembers(made: Made, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert verify(made.place, "--state", state, "--full") == VERIFIED
    made.grow(10)
    assert verify(made.place, "--state", state, "--full") == VERIFIED
    other = Made(tmp_path)
    other.leaves = [*made.leaves[:5], made.leaves[5].replace(b"D-0164", b"D-0165"), *made.leaves[6:]]
    other.grow(5)
    assert verify(other.place, "--full") == VERIFIED  # by itself it is a log like any other
    assert verify(other.place, "--state", state) == DOES_NOT_VERIFY
    assert len(list(state.glob("fork-*.note"))) == 2


def test_an_older_copy_is_not_a_fork(made: Made, tmp_path: Path) -> None:
    old = made.folder.note()
    made.grow(100)
    assert verify(made.place, "--state", tmp_path / "state") == VERIFIED
    assert old
    made.folder.show(old)
    assert verify(made.place, "--state", tmp_path / "state") in {NOT_CHECKED, DOES_NOT_VERIFY}


def test_a_counter_with_a_gap_does_not_verify(made: Made) -> None:
    made.grow(100, skip=1)
    assert verify(made.place, "--full") == DOES_NOT_VERIFY


def test_a_counter_that_comes_twice_does_not_verify(made: Made) -> None:
    made.grow(1, skip=-1)
    assert verify(made.place, "--full") == DOES_NOT_VERIFY


def test_neighbours_that_come_exchanged_are_no_gap(made: Made) -> None:
    made.leaves[10], made.leaves[11] = made.leaves[11], made.leaves[10]
    made.publish()
    assert verify(made.place, "--full") == VERIFIED


def test_only_keys_of_the_policy_count(made: Made, tmp_path: Path) -> None:
    good, other = tmp_path / "policy.txt", tmp_path / "other.txt"
    good.write_text(made.policy())
    stranger = signer(tmp_path / "stranger.key", name=ORIGIN)
    other.write_text(f"log {stranger.verifier.vkey()}\nquorum none\n")
    assert verify(made.place, "--policy", good) == VERIFIED
    assert verify(made.place, "--policy", other) == DOES_NOT_VERIFY
    other.write_text("quorum some\n")
    assert verify(made.place, "--policy", other) == NOT_CHECKED


def test_a_quorum_that_is_not_met_does_not_verify(made: Made, tmp_path: Path) -> None:
    witness = signer(tmp_path / "w.key", name="audit.example/w1", algorithm=notes.Algorithm.COSIGNATURE)
    policy = tmp_path / "policy.txt"
    policy.write_text(f"log {made.log.verifier.vkey()}\nwitness w1 {witness.verifier.vkey()}\nquorum w1\n")
    assert verify(made.place, "--policy", policy) == DOES_NOT_VERIFY
    note = made.folder.note()
    assert note
    made.folder.show(note.with_lines([witness.cosign(note.text, at=1_795_400_000)]))
    assert verify(made.place, "--policy", policy) == VERIFIED


def test_a_proof_verifies_and_with_one_byte_changed_does_not(made: Made, tmp_path: Path) -> None:
    file, policy = tmp_path / "x.tlog-proof", tmp_path / "policy.txt"
    policy.write_text(made.policy())
    text = made.proof(513)
    file.write_text(text)
    assert verify(file, "--policy", policy) == VERIFIED
    assert verify(file, "--log", made.place) == VERIFIED
    assert verify(file) == NOT_CHECKED
    other = tmp_path / "leaf"
    other.write_bytes(made.leaves[512])
    assert verify(file, "--policy", policy, "--leaf", other) == DOES_NOT_VERIFY
    for at in range(len("c2sp.org/tlog-proof@v1\n"), len(text), 61):
        changed = text[:at] + ("B" if text[at] != "B" else "C") + text[at + 1 :]
        file.write_text(changed)
        assert verify(file, "--policy", policy) == DOES_NOT_VERIFY, changed[:at][-20:]


def test_fields_that_were_opened_are_checked(made: Made, tmp_path: Path) -> None:
    file, policy, opening = tmp_path / "x.tlog-proof", tmp_path / "policy.txt", tmp_path / "opening.json"
    policy.write_text(made.policy())
    file.write_text(made.proof(3))
    shown = commitment.open_fields(leaf.parse(made.leaves[3]).id, RECORD, SALT, fields=["reason"]).text()
    opening.write_bytes(shown)
    assert verify(file, "--policy", policy, "--opening", opening) == VERIFIED
    opening.write_bytes(shown.replace(b'"late"', b'"lost"'))
    assert verify(file, "--policy", policy, "--opening", opening) == DOES_NOT_VERIFY
    file.write_text(made.proof(4))
    opening.write_bytes(shown)
    assert verify(file, "--policy", policy, "--opening", opening) == DOES_NOT_VERIFY


def test_a_receipt_is_a_promise_that_can_be_broken(made: Made, tmp_path: Path) -> None:
    file, policy = tmp_path / "receipt", tmp_path / "policy.txt"
    policy.write_text(made.policy())
    file.write_text(made.receipt(300))
    assert verify(file, "--log", made.place, "--policy", policy) == VERIFIED
    assert verify(file, "--log", made.place) == VERIFIED
    assert verify(file) == NOT_CHECKED
    missing = made.leaves[300].replace(b"D-0164", b"D-0165")
    file.write_text(made.receipt(300, data=missing))
    assert verify(file, "--log", made.place, "--policy", policy) == DOES_NOT_VERIFY
    file.write_text(made.receipt(300).replace("entry ", "entry A"))
    assert verify(file, "--log", made.place, "--policy", policy) == DOES_NOT_VERIFY


@pytest.mark.parametrize(
    ("file", "at"),
    [
        ("tile/entries/001", 40),  # another entry of the same bundle
        ("tile/entries/001", -3),
        ("tile/0/001", 32 * 44 + 5),  # the entry's own hash
        ("tile/0/001", 32 * 45 + 5),  # its neighbour, the first on the path
        ("tile/0/001", 0),
        ("tile/0/002.p/88", 32),
        ("tile/1/000.p/2", 5),
        ("tile/1/000.p/2", 32 + 5),  # the hash over its own tile, which no path names
        ("checkpoint", 40),
        ("tile/entries/000", 40),  # a bundle that no path of this entry touches
        ("tile/0/000", 5),
        ("tile/entries/002.p/88", 9),
        ("tile/0/002.p/40", 3),  # what stood there at a smaller size
        ("tile/entries/002.p/40", 9),
    ],
)
def test_a_receipt_and_a_proof_hold_the_published_files_to_account(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, at: int
) -> None:
    receipt, proof, policy = tmp_path / "receipt", tmp_path / "x.tlog-proof", tmp_path / "policy.txt"
    receipt.write_text(made.receipt(300))
    proof.write_text(made.proof(300))
    policy.write_text(made.policy())
    for held in (receipt, proof):
        assert verify(held, "--log", made.place, "--policy", policy) == VERIFIED
    assert "published entry and tiles compared" in capsys.readouterr().out
    flip(made.folder.path / file, at)
    for held in (receipt, proof):
        assert verify(held, "--log", made.place, "--policy", policy) == DOES_NOT_VERIFY
    assert verify(proof, "--policy", policy) == VERIFIED  # by itself it is as good as ever


def test_a_bundle_taken_away_is_seen_and_no_bundles_are_said(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = tmp_path / "receipt"
    receipt.write_text(made.receipt(300))
    (made.folder.path / "tile/entries/001").unlink()
    assert verify(receipt, "--log", made.place) == DOES_NOT_VERIFY
    shutil.rmtree(made.folder.path / "tile/entries")
    assert verify(receipt, "--log", made.place) == VERIFIED
    assert "entries of this log are not public" in capsys.readouterr().out


def test_a_proof_of_before_holds_against_the_log_of_now_and_not_against_another(made: Made, tmp_path: Path) -> None:
    proof = tmp_path / "x.tlog-proof"
    proof.write_text(made.proof(300))
    made.grow(500)
    assert verify(proof, "--log", made.place) == VERIFIED
    later = tmp_path / "later.tlog-proof"
    later.write_text(made.proof(300))
    other = Made(tmp_path)
    other.leaves = [made.leaves[0].replace(b"D-0164", b"D-0165"), *made.leaves[1:700]]
    other.publish()
    assert verify(proof, "--log", other.place) == DOES_NOT_VERIFY
    assert verify(later, "--log", other.place) == NOT_CHECKED  # a log that is shorter may be an old copy


def test_a_small_log_is_read_also_when_not_asked_and_a_large_one_says_that_it_was_not(
    made: Made, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert verify(made.place) == VERIFIED
    assert "every tile and 600 entries compared" in capsys.readouterr().out
    flip(made.folder.path / "tile/entries/001", 40)
    assert verify(made.place) == DOES_NOT_VERIFY
    capsys.readouterr()
    monkeypatch.setattr(verifying.logs, "READ_ALWAYS", 599)
    assert verify(made.place) == VERIFIED
    said = capsys.readouterr().out
    assert "tree of 600 entries" in said
    assert "entries not read, use --full" in said
    assert verify(made.place, "--full") == DOES_NOT_VERIFY


def test_a_folder_without_entries_says_that_they_were_not_read(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(made.folder.path / "tile/entries")
    assert verify(made.place) == VERIFIED
    assert "not public: not read" in capsys.readouterr().out


def test_a_folder_brings_its_own_keys_or_policy(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    (made.folder.path / "keys").unlink()
    assert verify(made.place) == NOT_CHECKED
    made.folder.tell("policy.txt", made.policy())
    assert verify(made.place) == VERIFIED
    assert "first use: keys not confirmed elsewhere" in capsys.readouterr().out


def test_what_is_neither_is_not_checked(tmp_path: Path, made: Made) -> None:
    file = tmp_path / "letter"
    file.write_text("dear auditor\n")
    assert verify(file) == NOT_CHECKED
    assert verify(tmp_path / "nothing") == NOT_CHECKED
    assert verify("http://127.0.0.1:9/log") == NOT_CHECKED
    (made.folder.path / "checkpoint").unlink()
    assert verify(made.place) == NOT_CHECKED


def test_an_answer_of_the_api_is_checked_by_its_receipt(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, policy = tmp_path / "answer.json", tmp_path / "policy.txt"
    policy.write_text(made.policy())
    entry, other = (leaf.parse(made.leaves[index]).id for index in (300, 301))
    told = {"rows": [{"a": 1}], "receipt": {"entry": entry, "note": made.receipt(300)}, "row_count": 1}
    file.write_text(json.dumps(told, indent=2))
    assert verify(file, "--log", made.place, "--policy", policy) == VERIFIED
    first, why, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("RECEIPT VERIFIED, ROWS NOT CHECKED  entry 300 of 600")
    assert "not what stands in its rows" in why
    assert verify(file, "--log", made.place, "--json") == VERIFIED
    said = json.loads(capsys.readouterr().out)
    assert (said["verdict"], said["rows"]) == ("receipt verified, rows not checked", "not checked")
    for changed, reason in (
        ({"rows": []}, "has 1 rows and holds 0"),
        ({"receipt": told["receipt"] | {"entry": other}}, "one of them was exchanged"),  # type: ignore[operator]
    ):
        file.write_text(json.dumps(told | changed))
        assert verify(file, "--log", made.place) == DOES_NOT_VERIFY
        assert reason in capsys.readouterr().err
    file.write_text(json.dumps(told))
    assert verify(file) == NOT_CHECKED
    told["receipt"]["note"] = made.receipt(300, data=made.leaves[300].replace(b"D-0164", b"D-0165"))  # type: ignore[index]
    file.write_text(json.dumps(told))
    assert verify(file, "--log", made.place, "--policy", policy) == DOES_NOT_VERIFY
    capsys.readouterr()
    for text, said in (
        ('{"rows": []}', "JSON without a receipt"),
        ('{"receipt": "8Qk3vZ0b"}', "JSON without a receipt"),
        ('{"receipt": {"note": 1}}', "JSON without a receipt"),
        (json.dumps(told)[:-9], "saved whole"),
        ("dear auditor", "what can be checked"),
    ):
        file.write_text(text)
        assert verify(file, "--log", made.place) == NOT_CHECKED
        assert said in capsys.readouterr().err


@pytest.fixture
def served(made: Made) -> Iterator[str]:
    """The log over HTTP, as any static host serves it, with the proofs of two entries."""
    proof = made.folder.path / "proof"
    proof.mkdir()
    for index in (300, 301):
        (proof / leaf.parse(made.leaves[index]).id).write_text(made.proof(index))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=made.folder.path.parent))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/log"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_address_of_a_proof_is_checked_with_its_log(
    made: Made, served: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry, other = (leaf.parse(made.leaves[index]).id for index in (300, 301))
    address = f"{served}/proof/{entry}"
    assert verify(address, "--json") == VERIFIED
    said = json.loads(capsys.readouterr().out)
    assert (said["entry"], said["index"], said["entries_read"]) == (entry, 300, 600)
    assert verify(address, "--log", made.place) == VERIFIED
    (made.folder.path / "proof" / entry).write_text(made.proof(301))
    assert verify(address) == DOES_NOT_VERIFY
    assert f"of another entry, {other}" in capsys.readouterr().err
    (made.folder.path / "proof" / entry).write_text("<html>")
    assert verify(address) == NOT_CHECKED
    (made.folder.path / "proof" / entry).unlink()
    assert verify(address) == NOT_CHECKED
    assert "not in the log yet" in capsys.readouterr().err
    assert verify(f"{served}/proof") == NOT_CHECKED
    assert "is no log" in capsys.readouterr().err


def test_the_address_on_a_printed_receipt_is_checked_as_its_proof(made: Made, served: str) -> None:
    entry = leaf.parse(made.leaves[300]).id
    assert verify(f"{served}/{entry}") == VERIFIED
    assert verify(f"{served.removesuffix('/log')}/en/log/{entry}") == VERIFIED
    assert verify(f"{served}/{entry[::-1]}") == NOT_CHECKED


def test_what_cannot_be_read_is_told_as_it_was_named(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proof = tmp_path / "x.tlog-proof"
    proof.write_text(made.proof(3))
    for asked in (["ftp://city.example/log"], [proof, "--log", "ftp://city.example/log"]):
        assert verify(*asked) == NOT_CHECKED
        assert "ftp://city.example/log" in capsys.readouterr().err
    assert verify("http://[") == NOT_CHECKED
    assert verify(proof, "--log", made.place, "--leaf", tmp_path / "none") == NOT_CHECKED
    assert "none cannot be read" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        verify(proof, "--policy", "https://city.example/policy.txt")
    assert ended.value.code == 2
    assert "not the address https://city.example/policy.txt" in capsys.readouterr().err


def test_it_speaks_the_language_of_the_terminal(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.delenv("LANGUAGE", raising=False)
    assert verify(made.place) == VERIFIED
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"验证通过  共 600 条  {ORIGIN}  核对了全部散列文件和 600 条记录"
    assert second == "首次使用：密钥没有从别处确认过"
    flip(made.folder.path / "tile/entries/001", 40)
    assert verify(made.place) == DOES_NOT_VERIFY
    assert capsys.readouterr().err.startswith("验证不通过  ")
    assert verify(tmp_path / "nothing") == NOT_CHECKED
    assert capsys.readouterr().err == f"没能核对  读不了 {tmp_path / 'nothing'}\n"
    with pytest.raises(SystemExit) as ended:
        verify("--full")
    assert ended.value.code == 2
    assert "缺少参数：what" in capsys.readouterr().err


def test_every_sentence_is_said_somewhere_with_the_same_facts_in_both_languages() -> None:
    files = sorted(Path(verifying.__file__).parent.glob("*.py"))
    tree = ast.parse(
        "\n".join(file.read_text("utf-8").replace("from __future__ import annotations", "") for file in files)
    )
    written = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert not set(SENTENCES) - written
    said = {
        text.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        and node.func.id in {"say", "DoesNotVerifyError", "NotCheckedError"}
        for text in ast.walk(node.args[0])
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
    }  # fmt: skip
    assert not said - set(SENTENCES)
    facts = re.compile(r"{(\w+)}").findall
    assert not [
        code for code, (english, chinese) in SENTENCES.items() if sorted(facts(english)) != sorted(facts(chinese))
    ]


def test_the_verifier_needs_neither_django_nor_a_database() -> None:
    code = "import sys, kaimen.engines.verifying; sys.exit(any(name.split('.')[0] in {'django', 'sqlite3', 'psycopg'} for name in sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", code], env={}, cwd=Path(__file__).parents[2], check=False).returncode == 0
    )


# ------------------------------------------------------------------ pruning
def pruned(made: Made, minimum: int, *bundles: str) -> None:
    """The log says to be pruned, and these bundles are not there any more."""
    (made.folder.path / "pruning").write_text(Pruning(minimum=minimum, policy="six years\n").text())
    for bundle in bundles:
        (made.folder.path / f"tile/entries/{bundle}").unlink()


def test_a_pruned_log_verifies_from_the_first_entry_that_it_serves(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    pruned(made, 530, "000", "001")
    assert verify(made.place, "--full", "--json") == VERIFIED
    said = json.loads(capsys.readouterr().out)
    assert (said["entries_from"], said["entries_read"], said["size"]) == (512, 88, 600)


@pytest.mark.parametrize("minimum", [0, 255, 511])
def test_bundles_that_are_missing_without_being_pruned_do_not_verify(made: Made, minimum: int) -> None:
    pruned(made, minimum, "000", "001")
    assert verify(made.place, "--full") == DOES_NOT_VERIFY


def test_a_log_cannot_be_pruned_beyond_its_end(made: Made) -> None:
    pruned(made, 601, "000", "001", "002.p/88")
    assert verify(made.place, "--full") == DOES_NOT_VERIFY


@pytest.mark.parametrize(
    "file", ["tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/002.p/88"]
)
def test_in_a_pruned_log_one_byte_changed_does_not_verify(made: Made, file: str) -> None:
    pruned(made, 512, "000", "001")
    flip(made.folder.path / file, 40)
    assert verify(made.place, "--full") == DOES_NOT_VERIFY


def test_a_pruning_file_that_cannot_be_read_is_not_checked(made: Made) -> None:
    pruned(made, 512)
    flip(made.folder.path / "pruning", -3)
    assert verify(made.place, "--full") == NOT_CHECKED


def test_counters_of_a_pruned_log_may_begin_anywhere_and_have_no_gap_after(made: Made) -> None:
    made.leaves[512], made.leaves[513] = made.leaves[513], made.leaves[512]  # neighbours exchanged at the border
    shutil.rmtree(made.folder.path / "tile")  # another history: nothing of the first one may stand beside it
    made.publish()
    pruned(made, 512, "000", "001")
    assert verify(made.place, "--full") == VERIFIED
    made.grow(100, skip=1)
    pruned(made, 512, "000", "001")
    assert verify(made.place, "--full") == DOES_NOT_VERIFY


def test_who_remembers_goes_on_after_the_log_was_pruned(made: Made, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert verify(made.place, "--state", state, "--full") == VERIFIED
    made.grow(50)
    pruned(made, 512, "000", "001")
    assert verify(made.place, "--state", state, "--full") == VERIFIED
    made.grow(50)
    pruned(made, 512, "000", "001")
    assert verify(made.place, "--state", state, "--full") == VERIFIED


def test_a_log_of_which_all_is_pruned_still_has_its_tree(tmp_path: Path) -> None:
    log = Made(tmp_path)
    log.grow(512)
    pruned(log, 512, "000", "001")
    assert verify(log.place, "--full") == VERIFIED
    flip(log.folder.path / "tile/0/001", 40)
    assert verify(log.place, "--full") == DOES_NOT_VERIFY
