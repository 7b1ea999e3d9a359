"""`kaimen witness`: cosign the heads of logs that one trusts, so that they cannot show different histories to different people.

A witness knows tree heads only, no entries. Another city or the audit office has one running within a minute.
"""

from __future__ import annotations

import argparse
import signal
import sqlite3
import sys
import time
from collections.abc import Iterable, Sequence
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from kaimen.core.errors import Invalid, KaimenError, Unavailable
from kaimen.core.tlog import witness
from kaimen.core.tlog.notes import Algorithm, Verifier, check_name, parse, parse_vkey
from kaimen.core.tlog.policy import LOG_ALGORITHMS
from kaimen.engines.signing import Signer, knows_ml_dsa, signer
from kaimen.engines.terminal import translate_argparse
from kaimen.engines.witness_store import Store
from kaimen.engines.witnessing_words import SENTENCES, say

KEY, DATABASE = "witness.key", "witness.sqlite3"
TIMEOUT_S = 10
WORDS = {Algorithm.ED25519: "Ed25519", Algorithm.ML_DSA_44: "ML-DSA-44"}


def main(argv: Sequence[str]) -> int:
    """The command."""
    translate_argparse()
    asked = _arguments().parse_args(argv)
    try:
        return {"init": _init, "trust": _trust, "serve": _serve, "status": _status}[asked.verb](asked)
    except KaimenError as refusal:
        facts = {name: refusal.details.get(name, "") for name in ("place", "why")}
        told = say(refusal.code, **facts) if refusal.code in SENTENCES else say("other", code=str(refusal))
    except (OSError, sqlite3.Error) as failure:
        told = say("file", place=getattr(failure, "filename", None) or asked.dir)
    print(f"kaimen witness: {told}", file=sys.stderr)  # noqa: T201 - the command line
    return 1


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("kaimen witness", description=say("about"))
    verbs = parser.add_subparsers(dest="verb", required=True)
    init = verbs.add_parser("init", help=say("help_init"))
    init.add_argument("--name", required=True, help=say("help_name"))
    trust = verbs.add_parser("trust", help=say("help_trust"))
    trust.add_argument("--log", required=True, metavar="VKEY", help=say("help_log"))
    serve = verbs.add_parser("serve", help=say("help_serve"))
    serve.add_argument("--bind", type=_bind, default="127.0.0.1:8444", metavar="HOST:PORT", help=say("help_bind"))
    status = verbs.add_parser("status", help=say("help_status"))
    for verb in (init, trust, serve, status):
        verb.add_argument("--dir", required=True, type=Path, help=say("help_dir"))
    return parser


def _bind(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdecimal() and len(port) <= 5 and int(port) <= 65535):
        raise argparse.ArgumentTypeError(say("bind"))
    return host, int(port)


def _init(asked: argparse.Namespace) -> int:
    if (asked.dir / KEY).exists():
        raise Invalid("witness_exists", place=str(asked.dir))
    made = signer(asked.dir / KEY, name=check_name(asked.name), algorithm=Algorithm.COSIGNATURE)
    Store(asked.dir / DATABASE).close()
    print(made.verifier.vkey())  # noqa: T201 - the command line
    return 0


def _open(folder: Path) -> tuple[Signer, Store]:
    if not (folder / KEY).exists():
        raise Invalid("witness_missing", place=str(folder))
    return signer(folder / KEY, name="unused", algorithm=Algorithm.COSIGNATURE), Store(folder / DATABASE)


def _trust(asked: argparse.Namespace) -> int:
    _, store = _open(asked.dir)
    key = parse_vkey(asked.log)
    if key.algorithm not in LOG_ALGORITHMS:
        raise Invalid("note", why="vkey")
    _check_known([key])
    store.trust(key)
    known = {each.algorithm for each in store.keys(key.name)}
    store.close()
    print(say("trusted", name=key.name, key=_shown(key)))  # noqa: T201 - the command line
    if Algorithm.ED25519 not in known:
        print(say("ed25519_first"))  # noqa: T201 - the command line
    return 0


def _check_known(keys: Sequence[Verifier]) -> None:
    """Raises `Unavailable("ml_dsa_missing")` where a line could not be checked here."""
    if any(key.algorithm is Algorithm.ML_DSA_44 for key in keys) and not knows_ml_dsa():
        raise Unavailable("ml_dsa_missing")


def _shown(key: Verifier) -> str:
    return f"{WORDS[key.algorithm]} {key.id.hex()}"


def _listed(keys: Iterable[Verifier]) -> str:
    return ", ".join(map(_shown, keys))


def _status(asked: argparse.Namespace) -> int:
    own, store = _open(asked.dir)
    print(own.verifier.vkey())  # noqa: T201 - the command line
    for origin, size, caught in store.origins():
        told = say("signed_up_to", origin=origin, size=size) + ("  " + say("caught", times=caught) if caught else "")
        print(told)  # noqa: T201 - the command line
        for line in _lines(store.note(origin), store.keys(origin), own=own):
            print(f"  {line}")  # noqa: T201 - the command line
    store.close()
    return 0


def _lines(note: str | None, keys: Sequence[Verifier], *, own: Signer) -> list[str]:
    """What was checked of the head that was signed last; of none, the keys that will be."""
    if note is None:
        return [say("will_check", keys=_listed(keys))]
    _check_known(keys)
    found = witness.lines_of(parse(note), keys=keys, own=own.verifier)
    told = [say("checked", keys=_listed(found.checked))]
    told += [say("absent", keys=_listed(found.absent))] if found.absent else []
    told += [say("unknown", count=found.unknown)] if found.unknown else []
    return told


def _serve(asked: argparse.Namespace) -> int:
    own, store = _open(asked.dir)
    _check_known([key for origin, _, _ in store.origins() for key in store.keys(origin)])
    host, port = asked.bind
    try:
        server = make_server(own, store, host=host, port=port)
    except OSError:
        print(f"kaimen witness: {say('port_taken', bind=f'{host}:{port}')}", file=sys.stderr)  # noqa: T201 - the command line
        store.close()
        return 1
    signal.signal(signal.SIGTERM, _stop)
    print(f"http://{host}:{server.server_address[1]}", flush=True)  # noqa: T201 - the command line
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        store.close()
    return 0


def _stop(number: int, frame: object) -> None:
    del number, frame
    sys.exit(0)


def make_server(own: Signer, store: Store, *, host: str, port: int) -> ThreadingHTTPServer:
    """Answer `POST /add-checkpoint` and `GET /<sha256(origin)>/checkpoint`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = TIMEOUT_S

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint" or not length.isdecimal() or int(length) > witness.LARGEST_BODY:
                self.close_connection = True
                self._answer(404 if self.path != "/add-checkpoint" else 400)
                return
            try:
                body = self.rfile.read(int(length)).decode()
            except UnicodeDecodeError:
                self._answer(400)
                return
            self._answer(*add_checkpoint(body, own, store, at=int(time.time())))

        def do_GET(self) -> None:
            for origin, _, _ in store.origins():
                if self.path == f"/{sha256(origin.encode()).hexdigest()}/checkpoint" and (note := store.note(origin)):
                    self._answer(200, note)
                    return
            self._answer(404)

        def _answer(self, status: int, text: str = "", kind: str = "text/plain; charset=utf-8") -> None:
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            del format, args

    return ThreadingHTTPServer((host, port), Handler)


def add_checkpoint(body: str, own: Signer, store: Store, *, at: int) -> tuple[int, str, str]:
    """Status, body and content type."""
    try:
        request = witness.parse_request(body)
    except Invalid:
        return 400, "", "text/plain; charset=utf-8"
    origin = request.checkpoint.origin
    keys = store.keys(origin)
    line = own.cosign(request.note.text, at=at)

    def judge(seen: witness.Seen) -> tuple[witness.Answer, str]:
        return witness.answer(request, keys=keys, seen=seen), request.note.with_lines([line]).format()

    answer, seen, _ = store.decide(origin, judge, body=body, at=at)
    match answer.status:
        case 200:
            return 200, line.line(), "text/plain; charset=utf-8"
        case 409:
            return 409, f"{seen.size}\n", "text/x.tlog.size"
        case status:
            return status, "", "text/plain; charset=utf-8"
