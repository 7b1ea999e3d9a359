"""The publication folder of the log: the very files that a static host would serve, below `/log/`.

Everything is written whole and made durable before the `checkpoint` that needs it; a partial tile goes when the full one is there.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from kaimen.core.tlog.notes import Checkpoint, Note, parse, parse_checkpoint
from kaimen.core.tlog.tiles import WIDTH, Address
from kaimen.engines.signing import write_whole

CHECKPOINT = "checkpoint"


class Folder:
    """Where tiles, bundles and the checkpoint lie."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self) -> Note | None:
        """What the world has been shown last."""
        try:
            return parse((self.path / CHECKPOINT).read_text("utf-8"))
        except FileNotFoundError:
            return None

    def head(self) -> Checkpoint | None:
        """Its tree head."""
        note = self.note()
        return parse_checkpoint(note.text) if note else None

    def read(self, address: Address) -> bytes | None:
        """A tile or bundle; None when it is not there."""
        try:
            return (self.path / address.path()).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, address: Address, data: bytes) -> None:
        """Store a tile or bundle; the same bytes may be written again."""
        path = self.path / address.path()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
        sync(path.parent)

    def show(self, note: Note) -> None:
        """Replace the checkpoint: from now on this is the log."""
        self.path.mkdir(parents=True, exist_ok=True)
        write_whole(self.path / CHECKPOINT, note.format().encode())
        sync(self.path)

    def tell(self, name: str, text: str) -> None:
        """A file beside the checkpoint, such as the keys, so that a copy of the folder can be checked by itself."""
        path, data = self.path / name, text.encode()
        if not path.is_file() or path.read_bytes() != data:
            write_whole(path, data)
            sync(self.path)

    def drop_partial(self, address: Address) -> None:
        """Remove the narrower files of a tile that is full now."""
        if address.width == WIDTH:
            shutil.rmtree(self.path / f"{address.path()}.p", ignore_errors=True)

    @contextmanager
    def alone(self) -> Generator[None]:
        """One publisher at a time on this machine; released also by a crash."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def sync(folder: Path) -> None:
    """Make names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
