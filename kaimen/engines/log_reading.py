"""Reading a published log, from an address or from a folder, as any stranger can. No Django, no database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kaimen.core.errors import Invalid, Missing, Unavailable
from kaimen.core.tlog.notes import Verifier, parse_vkey
from kaimen.core.tlog.pruning import Pruning
from kaimen.core.tlog.pruning import parse as parse_pruning
from kaimen.core.tlog.tiles import ENTRIES, WIDTH, Address, parse_address, unbundle

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 20.0


class Source:
    """A log's files by their path. `read` gives None for what is not there and raises `Unavailable("log_unreachable")`."""

    def __init__(self, place: str) -> None:
        self.place = place.rstrip("/")
        self._client: httpx.Client | None = None
        if place.startswith(("http://", "https://")):
            import httpx

            self._client = httpx.Client(timeout=TIMEOUT_S, headers={"Accept-Encoding": "gzip"}, follow_redirects=True)
        elif not Path(place).is_dir():
            raise Unavailable("log_unreachable", place=place)

    def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            self._client.close()

    def read(self, path: str) -> bytes | None:
        """One file of the log."""
        if self._client is None:
            try:
                with open(f"{self.place}/{path}", "rb", buffering=0) as file:  # noqa: PTH123 - thousands of small files: a Path costs as much
                    return file.read()
            except (FileNotFoundError, NotADirectoryError):
                return None
            except OSError:
                raise Unavailable("log_unreachable", place=self.place) from None
        import httpx

        try:
            answer = self._client.get(f"{self.place}/{path}")
        except (httpx.HTTPError, httpx.InvalidURL):
            raise Unavailable("log_unreachable", place=self.place) from None
        if answer.status_code in {404, 410}:
            return None
        if answer.status_code != 200:
            raise Unavailable("log_unreachable", place=self.place, status=answer.status_code)
        return answer.content

    def text(self, path: str) -> str:
        """A text file. Raises `Missing("log_file")`."""
        data = self.read(path)
        if data is None:
            raise Missing("log_file", path=path)
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise Invalid("note", why="form") from None

    def keys(self) -> list[Verifier]:
        """What the log says its keys are: worth no more than that."""
        return [parse_vkey(line) for line in self.text("keys").splitlines() if line and not line.startswith("#")]

    def pruning(self) -> Pruning | None:
        """What the log says about entries that it does not serve any more. Raises `Invalid("pruning")`."""
        return None if self.read("pruning") is None else parse_pruning(self.text("pruning"))

    def tile(self, level: int, n: int, *, size: int) -> bytes:
        """The hashes of a tile as far as a tree of this size has them. Raises `Missing("log_file")`."""
        width = min(WIDTH, (size >> (8 * level)) - n * WIDTH)
        return self._wide(Address(level, n, width))[: width * 32]

    def bundle(self, n: int, *, size: int) -> list[bytes]:
        """The entries of a bundle as far as a log of this size has them. Raises `Missing("log_file")`, `Invalid("proof")`."""
        width = min(WIDTH, size - n * WIDTH)
        return unbundle(self._wide(Address(None, n, width)))[:width]

    def has_entries(self) -> bool:
        """Whether a folder holds entries at all. Of an address this cannot be seen."""
        return self._client is None and Path(self.place, "tile", ENTRIES).is_dir()

    def narrower(self) -> Iterator[Address]:
        """Partial files that still stand in a folder; what an address serves cannot be listed."""
        root = Path(self.place)
        if self._client is None:
            for path in sorted(root.glob("tile/**/*.p/*")):
                with suppress(Invalid):  # a file of somebody else
                    yield parse_address(path.relative_to(root).as_posix())

    def _wide(self, address: Address) -> bytes:
        """The file of this width, or the full one: a partial file goes when the full one is there."""
        data = self.read(address.path())
        if data is None and address.width < WIDTH:
            data = self.read(Address(address.level, address.n).path())
        if data is None:
            raise Missing("log_file", path=address.path())
        return data
