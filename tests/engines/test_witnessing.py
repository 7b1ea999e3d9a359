"""A witness over HTTP: each row of its table of answers, and what two requests at once do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from kaimen.core.tlog import notes, proofs, tiles
from kaimen.core.tlog.encoding import b64
from kaimen.core.tlog.hashing import EMPTY_ROOT, leaf_hash
from kaimen.core.tlog.notes import Algorithm
from kaimen.engines import witnessing
from kaimen.engines.signing import Signer, TreeSigner, signer, tree_signer
from kaimen.engines.witness_store import Store
from kaimen.engines.witnessing import KEY, main, make_server

ORIGIN = "city.example/log"


class Tree:
    def __init__(self, size: int, *, mark: str = "") -> None:
        growth = tiles.integrate(
            0, (), [leaf_hash(f"{index}{mark if index == 1 else ''}".encode()) for index in range(size)]
        )
        self.size, self.root = size, tiles.edge_root(growth.edge)
        self.kept = {(tile.level, tile.n): tile.data for tile in growth.tiles}

    def from_(self, old: int) -> list[bytes]:
        return proofs.consistency(old, self.size, proofs.nodes(lambda level, n: self.kept.get((level, n), b"")))


@pytest.fixture
def log(tmp_path: Path) -> Signer:
    return signer(tmp_path / "log.key", name=ORIGIN)


@pytest.fixture
def folder(tmp_path: Path, log: Signer) -> Path:
    place = tmp_path / "w"
    assert main(["init", "--name", "audit.example/w1", "--dir", str(place)]) == 0
    assert main(["trust", "--dir", str(place), "--log", log.verifier.vkey()]) == 0
    return place


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    own, store = signer(folder / KEY, name="-", algorithm=Algorithm.COSIGNATURE), Store(folder / "witness.sqlite3")
    server = make_server(own, store, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()
    store.close()


def body(
    log: Signer,
    tree: Tree,
    old: int,
    path: list[bytes] | None = None,
    *,
    root: bytes | None = None,
    origin: str = ORIGIN,
) -> str:
    text = notes.Checkpoint(origin=origin, size=tree.size, root=root or tree.root).text()
    steps = tree.from_(old) if path is None and 0 < old < tree.size else path or []
    return "\n".join([f"old {old}", *map(b64, steps), "", notes.Note(text, (log.sign(text),)).format()])


def ask(url: str, content: str) -> httpx.Response:
    return httpx.post(f"{url}/add-checkpoint", content=content.encode())


def test_a_log_that_grows_is_cosigned(url: str, log: Signer, folder: Path) -> None:
    own = signer(folder / KEY, name="-", algorithm=Algorithm.COSIGNATURE)
    for old, size in ((0, 5), (5, 5), (5, 300), (300, 301)):
        sent = body(log, Tree(size), old)
        answer = ask(url, sent)
        assert answer.status_code == 200
        note = notes.parse(sent.split("\n\n", 1)[1] + answer.text)
        assert own.verifier in notes.verified_by(note, [own.verifier])
    shown = httpx.get(f"{url}/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint")
    assert notes.parse_checkpoint(notes.parse(shown.text).text).size == 301
    assert httpx.get(f"{url}/{'0' * 64}/checkpoint").status_code == 404


def test_each_wrong_request_has_its_status(url: str, log: Signer, tmp_path: Path) -> None:
    assert ask(url, body(log, Tree(5), 0)).status_code == 200
    stranger = signer(tmp_path / "stranger.key", name=ORIGIN)
    tree, forged = Tree(9), Tree(9, mark="forged")
    good = body(log, tree, 5)
    line = good.rstrip("\n").rsplit("\n", 1)[1]
    cases = {
        "no body": ("", 400),
        "no old line": (good.replace("old ", "new "), 400),
        "leading zero": (good.replace("old 5", "old 05"), 400),
        "too many lines": (body(log, tree, 5, [b"\0" * 32] * 64), 400),
        "old larger than new": (body(log, tree, 10, []), 400),
        "short hash": (body(log, tree, 5, [b"\0" * 31]), 400),
        "unknown origin": (body(log, tree, 5, origin="other.example/log"), 404),
        "unknown key": (body(stranger, tree, 5), 403),
        "known key, wrong signature": (good.replace(line, line[:-4] + "AAA="), 403),
        "not the size signed last": (body(log, tree, 4), 409),
        "wrong proof": (body(log, tree, 5, [b"\0" * 32]), 422),
        "no proof": (body(log, tree, 5, []), 422),
        "rewritten history": (body(log, forged, 5), 422),
        "fork at equal size": (body(log, Tree(5, mark="forged"), 5, []), 422),
    }
    for what, (sent, status) in cases.items():
        assert (what, ask(url, sent).status_code) == (what, status)
    stale = ask(url, body(log, tree, 4))
    assert (stale.text, stale.headers["content-type"]) == ("5\n", "text/x.tlog.size")
    assert ask(url, good).status_code == 200  # nothing of this has moved it
    assert httpx.post(f"{url}/elsewhere", content=b"x").status_code == 404


def test_from_nothing_there_is_nothing_to_prove(url: str, log: Signer) -> None:
    assert ask(url, body(log, Tree(3), 0, [b"\0" * 32])).status_code == 422
    assert ask(url, body(log, Tree(0), 0, root=b"\1" * 32)).status_code == 422
    assert ask(url, body(log, Tree(0), 0, root=EMPTY_ROOT)).status_code == 200


def test_a_fork_signed_by_the_log_is_kept_as_proof(
    url: str, log: Signer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(url, body(log, Tree(5), 0)).status_code == 200
    forged = body(log, Tree(9, mark="forged"), 5)
    assert ask(url, forged).status_code == 422
    store = Store(folder / "witness.sqlite3")
    assert store.accusations(ORIGIN) == [forged]
    store.close()
    assert main(["status", "--dir", str(folder)]) == 0
    assert "CAUGHT 1 times" in capsys.readouterr().out


def test_requests_at_once_never_roll_back(url: str, log: Signer, folder: Path) -> None:
    assert ask(url, body(log, Tree(5), 0)).status_code == 200
    sizes = [6, 40, 300, 7, 512, 257]
    sent = [body(log, Tree(size), 5) for size in sizes]
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda content=content: statuses.append(ask(url, content).status_code))
        for content in sent
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409, 409, 409, 409, 409]
    store = Store(folder / "witness.sqlite3")
    ((_, size, _),) = store.origins()
    store.close()
    assert size in sizes


def test_what_was_signed_is_remembered_after_a_restart(folder: Path, log: Signer) -> None:
    from kaimen.engines.witnessing import add_checkpoint

    own = signer(folder / KEY, name="-", algorithm=Algorithm.COSIGNATURE)
    store = Store(folder / "witness.sqlite3")
    assert add_checkpoint(body(log, Tree(300), 0), own, store, at=1)[0] == 200
    store.close()
    store = Store(folder / "witness.sqlite3")
    assert add_checkpoint(body(log, Tree(5), 0), own, store, at=2)[:2] == (409, "300\n")
    store.close()


def test_a_second_key_is_not_made(folder: Path) -> None:
    assert main(["init", "--name", "other", "--dir", str(folder)]) == 1
    assert main(["status", "--dir", str(folder / "nowhere")]) == 1


@pytest.fixture
def beside(tmp_path: Path, folder: Path) -> TreeSigner:
    """The log's ML-DSA-44 key, which the witness has been told."""
    made = tree_signer(tmp_path / "beside.key", name=ORIGIN)
    assert main(["trust", "--dir", str(folder), "--log", made.verifier.vkey()]) == 0
    return made


def test_an_ml_dsa_line_of_a_known_key_must_fit_and_never_stands_for_the_logs_own(
    url: str, log: Signer, beside: TreeSigner
) -> None:
    text = notes.Checkpoint(origin=ORIGIN, size=5, root=Tree(5).root).text()
    fits = beside.sign(text, at=1)
    wrong = notes.Signature(fits.name, fits.key_id, fits.data[:-1] + bytes([fits.data[-1] ^ 1]))
    for lines, status in (((fits,), 403), ((log.sign(text), wrong), 403), ((log.sign(text), fits), 200)):
        note = notes.Note(text, lines).format()
        assert ask(url, f"old 0\n\n{note}").status_code == status


def test_only_keys_of_logs_are_trusted(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = signer(tmp_path / "other.key", name="b.example/w2", algorithm=Algorithm.COSIGNATURE)
    assert main(["trust", "--dir", str(folder), "--log", other.verifier.vkey()]) == 1
    lonely = tree_signer(tmp_path / "lonely.key", name="b.example/log").verifier
    capsys.readouterr()
    assert main(["trust", "--dir", str(folder), "--log", lonely.vkey()]) == 0
    assert "until the log's Ed25519 key is trusted too" in capsys.readouterr().out


def test_a_witness_that_could_not_check_a_line_does_not_begin(
    folder: Path, beside: TreeSigner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(witnessing, "knows_ml_dsa", lambda: False)
    assert main(["trust", "--dir", str(folder), "--log", beside.verifier.vkey()]) == 1
    assert main(["serve", "--dir", str(folder), "--bind", "127.0.0.1:0"]) == 1
    assert "does not know ML-DSA-44" in capsys.readouterr().err
