"""Letters as .eml files in a folder, which every mail program opens: where they go until a mail server is set."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Folder(BaseEmailBackend):
    """Each letter is one file, readable by its owner only; the same letter sent twice is the same file, by its Message-ID."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write them; a file appears whole or not at all."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for letter in email_messages:
            message = letter.message()
            name = sha256(str(message["Message-ID"]).encode()).hexdigest()[:24]
            part = folder / f".{name}.{os.getpid()}"
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(bytes(message))
                file.flush()
                os.fsync(file.fileno())
            part.replace(folder / f"{name}.eml")
        return len(email_messages)
