"""The log and its witnesses, over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from kaimen.core.errors import Unavailable
from kaimen.core.tlog import notes
from kaimen.core.tlog.notes import Algorithm
from kaimen.core.tlog.policy import judge
from kaimen.engines.signing import signer
from kaimen.engines.witness_store import Store
from kaimen.engines.witnessing import make_server
from kaimen.evidence import keys, outside, selectors
from kaimen.evidence import services as evidence
from kaimen.evidence.models import Head, WitnessState
from kaimen.evidence.trust import policy
from tests.evidence.conftest import NOW, record

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def witness(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """A running witness that trusts our log: its vkey and address."""
    folder.mkdir(parents=True, exist_ok=True)
    own = signer(folder / "witness.key", name=name, algorithm=Algorithm.COSIGNATURE)
    store = Store(folder / "witness.sqlite3")
    store.trust(keys.log().verifier)
    server = make_server(own, store, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield own.verifier.vkey(), f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()
    store.close()


def trust(tmp_path: Path, settings: object, quorum: str, **witnesses: tuple[str, str]) -> None:
    file = tmp_path / "witnesses.txt"
    lines = [f"witness {name} {vkey} {url}" for name, (vkey, url) in witnesses.items()]
    file.write_text("\n".join([*lines, f"group both all {' '.join(witnesses)}", f"quorum {quorum}", ""]))
    settings.KAIMEN_EVIDENCE_POLICY = str(file)  # type: ignore[attr-defined]


def shown() -> notes.Note:
    note = outside.folder().note()
    assert note
    return note


def test_witnesses_cosign_what_is_published(tmp_path: Path, settings: object) -> None:
    with witness(tmp_path / "a", "audit.example/w1") as a, witness(tmp_path / "b", "uni.example/w2") as b:
        trust(tmp_path, settings, "both", a=a, b=b)
        for count in (3, 300):
            for _ in range(count):
                record()
            evidence.tick(NOW)
            judged = judge(shown(), policy())
            assert judged.quorum
            assert set(judged.witnesses) == {"a", "b"}
    assert judged.checkpoint.size == 303
    assert {one.name: one.trouble for one in selectors.status(NOW).witnesses} == {"a": "", "b": ""}


def test_a_checkpoint_waits_half_a_minute_for_its_quorum_and_then_goes_out(tmp_path: Path, settings: object) -> None:
    with witness(tmp_path / "a", "audit.example/w1") as a:
        gone = signer(tmp_path / "gone.key", name="gone.example/w2", algorithm=Algorithm.COSIGNATURE)
        trust(tmp_path, settings, "both", a=a, b=(gone.verifier.vkey(), "http://127.0.0.1:9"))
        record()
        evidence.tick(NOW)
        assert outside.folder().note() is None
        record()
        evidence.tick(NOW + timedelta(seconds=20))
        assert outside.folder().note() is None
        evidence.tick(NOW + timedelta(seconds=31))
        judged = judge(shown(), policy())
        assert (judged.checkpoint.size, judged.quorum, set(judged.witnesses)) == (2, False, {"a"})
        assert {one.name: one.trouble for one in selectors.status(NOW).witnesses} == {"a": "", "b": "unreachable"}


def test_a_database_that_forgot_what_witnesses_saw_signs_nothing(tmp_path: Path, settings: object) -> None:
    with witness(tmp_path / "a", "audit.example/w1") as a:
        trust(tmp_path, settings, "a", a=a)
        for _ in range(4):
            record()
        evidence.tick(NOW)
        # Another database under the same key, as after a restore: publication folder and what was heard of witnesses are gone too.
        restored = tmp_path / "restored"
        restored.mkdir()
        (tmp_path / "keys").rename(restored / "keys")
        settings.KAIMEN_HOME = restored  # type: ignore[attr-defined]
        WitnessState.objects.all().delete()
        Head.objects.update(size=2)
        record()
        evidence._ask_witnesses_first.cache_clear()
        with pytest.raises(Unavailable) as refusal:
            evidence.tick(NOW)
        assert (refusal.value.code, refusal.value.details["seen"]) == ("log_rolled_back", 4)
        assert outside.folder().note() is None
