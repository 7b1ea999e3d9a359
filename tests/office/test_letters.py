"""Letters: files that a mail program opens, or a real mail server on this machine."""

from __future__ import annotations

import email
import socketserver
import threading
from collections.abc import Iterator
from email import policy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection

from kaimen.config.mail import server_of


def letter(number: str = "7") -> EmailMessage:
    return EmailMessage(
        subject="今天到期 · Due today", body="请到工作台办理。\nIt waits on your desk.\n", from_email="kaimen@example.org", to=["lin@example.org"],
        headers={"Message-ID": f"<outbox-{number}@example.org>"},
    )  # fmt: skip


def test_a_letter_is_a_file_that_a_mail_program_opens(tmp_path: Path, settings: object) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"  # type: ignore[attr-defined]
    folder = get_connection("kaimen.office.letters.Folder")
    assert folder.send_messages([letter(), letter("8")]) == 2
    folder.send_messages([letter()])
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"], (
        "the same letter twice is one file, nothing half written stays"
    )
    assert files[0].stat().st_mode & 0o077 == 0
    read = email.message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert read["Subject"] == "今天到期 · Due today"
    assert "请到工作台办理。" in read.get_content()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtps://lin:p%40ss@mail.example.org", ("mail.example.org", 465, "lin", "p@ss", True, False)),
        ("smtp://mail.example.org", ("mail.example.org", 587, "", "", False, True)),
        ("smtp://127.0.0.1:2525?tls=none", ("127.0.0.1", 2525, "", "", False, False)),
    ],
)
def test_a_mail_server_is_one_address(address: str, expected: tuple[object, ...]) -> None:
    found = server_of(address)
    assert (found.host, found.port, found.user, found.password, found.at_once, found.turns) == expected


@pytest.mark.parametrize(
    "address",
    ["mail.example.org", "http://mail", "smtp://", "smtp://mail.example.org?tls=none", "smtp://mail/x", "smtp://a?b=1"],
)
def test_an_address_that_is_not_understood_or_in_the_clear_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        server_of(address)


class _Postman(socketserver.StreamRequestHandler):
    """Just enough of RFC 5321 to take one letter."""

    def handle(self) -> None:
        self.wfile.write(b"220 post\r\n")
        data = False
        for raw in self.rfile:
            line = raw.rstrip(b"\r\n")
            if data:
                data = line != b"."
                (self.server.got.append(line) if data else self.wfile.write(b"250 kept\r\n"))  # type: ignore[attr-defined]
            elif line.upper() == b"DATA":
                data = True
                self.wfile.write(b"354 go on\r\n")
            elif line.upper() == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")


@pytest.fixture
def post_office() -> Iterator[socketserver.TCPServer]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Postman) as server:
        server.got = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_letter_reaches_a_mail_server(post_office: socketserver.TCPServer) -> None:
    found = server_of(f"smtp://127.0.0.1:{post_office.server_address[1]}?tls=none")
    sender = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=found.host,
        port=found.port,
        use_tls=found.turns,
        use_ssl=found.at_once,
    )
    assert sender.send_messages([letter()]) == 1
    assert b"Message-ID: <outbox-7@example.org>" in post_office.got  # type: ignore[attr-defined]
