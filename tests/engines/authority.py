"""A time-stamp authority on loopback: certificates made here, tokens by `openssl ts`."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
default_tsa = ours
[ours]
serial = {0}/serial
signer_cert = {0}/tsa.pem
signer_key = {0}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Authority:
    """Its certificates and what it answers. `answers` may be exchanged for something else."""

    def __init__(self, folder: Path, name: str = "tsa.example") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.asked, self.url = folder, 0, ""
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = _certificate(f"root of {name}", root_key, f"root of {name}", root_key, issues=True)
        own = _certificate(name, key, f"root of {name}", root_key, issues=False)
        self.root, self.own = folder / "root.pem", folder / "tsa.pem"
        self.root.write_bytes(root.public_bytes(Encoding.PEM))
        self.own.write_bytes(own.public_bytes(Encoding.PEM))
        (folder / "tsa.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "serial").write_text("01\n")
        (folder / "openssl.cnf").write_text(CONFIG.format(folder))
        self.answers = self.stamp

    def stamp(self, question: bytes) -> tuple[int, bytes]:
        (self.folder / "question").write_bytes(question)
        place = {name: str(self.folder / name) for name in ("openssl.cnf", "question", "answer")}
        command = ["openssl", "ts", "-reply", "-config", place["openssl.cnf"], "-queryfile", place["question"]]
        subprocess.run([*command, "-out", place["answer"]], check=True, capture_output=True)
        return 200, (self.folder / "answer").read_bytes()


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, issuer_key: ec.EllipticCurvePrivateKey, *, issues: bool
) -> x509.Certificate:
    now = datetime.now(UTC)  # noqa: TID251 - openssl stamps by the real clock
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=issues, path_length=None), critical=True)
    )
    if not issues:
        built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return built.sign(issuer_key, hashes.SHA256())


@contextmanager
def running(folder: Path) -> Iterator[Authority]:
    """An authority that answers."""
    ours = Authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            ours.asked += 1
            status, content = ours.answers(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    ours.url = f"http://127.0.0.1:{server.server_address[1]}/tsr"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield ours
    server.shutdown()
    thread.join()
    server.server_close()
