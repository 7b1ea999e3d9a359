"""Landing: an immutable copy under its SHA-256, with what one pass can tell: encoding, line ends, records.

The encoding is decided here, never by row errors: the contract's word, else a byte order mark, else strict UTF-8, else strict GB18030,
else refused. Most bytes mean something in GB18030, also those of UTF-8 with a few faults: so a file whose letters are mostly sound UTF-8 is
never read by it, but refused with its first fault. What is not UTF-8 is transcoded once; positions speak of the copy, line numbers are equal in both.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kaimen.core.errors import Invalid
from kaimen.engines.storage import part_of, settle, told_when_full

BLOCK = 1 << 18
LONGEST_LINE = 2_000_000
Progress = Callable[[int], None]
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECODERS = {"utf-16": "utf-16-le", "gb18030": "gb18030"}
_NO_TEXT = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"PAR1",
)
_LETTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
"""A letter beyond ASCII, as UTF-8 writes it."""
_ASCII = bytes(range(128))
SURELY_UTF8, MAYBE_UTF8 = 0.9, 0.5
MOST_ZEROS = 0.05
"""The share of zero bytes above which a file is no text that lost a byte, but something else."""
"""Of letters in UTF-8 and bytes that fit none, the share of letters. Chinese in GB18030 has 0.2, and 0.6 in a file of one short name."""
USUAL_SIGNS = 0.9
"""Of what GB18030 reads, the share that stands in GB 2312. Chinese has nearly all; UTF-8 read as GB18030 has 0.4, 0.7 in short files."""
_RUN = re.compile(rb"\n{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A delivery on disk. `sha256` is that of the bytes as delivered, `path` the file under that name."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text file ready to be parsed: UTF-8, one kind of line end, records counted (the header is none).

    `index` has the number of line feeds of each `BLOCK` bytes: with it a line is found without reading what lies before.
    """

    path: Path
    sha256: str
    size: int
    encoding: str
    new_line: str
    records: int
    blank_lines: int
    index: tuple[int, ...]


def blocks(path: Path, size: int = BLOCK) -> Iterator[bytes]:
    """The file, block by block."""
    with path.open("rb", buffering=0) as file:
        while block := file.read(size):
            yield block


def land(
    chunks: Iterable[bytes], folder: Path, *, suffix: str, most_bytes: int, progress: Progress | None = None
) -> Landed:
    """Keep what comes as `folder/<sha256><suffix>`. Twice the same bytes is once the same file.

    Raises `Invalid("file_too_large")`, `Invalid("file_empty")`, `Unavailable("storage_full")`.
    """
    with told_when_full():
        part = part_of(folder)
    digest, size = hashlib.sha256(), 0
    try:
        with told_when_full(), part.open("wb", buffering=0) as file:
            for chunk in chunks:
                size += len(chunk)
                if size > most_bytes:
                    raise Invalid("file_too_large", most=most_bytes)
                digest.update(chunk)
                file.write(chunk)
                if progress is not None:
                    progress(size)
        if not size:
            raise Invalid("file_empty")
        name = digest.hexdigest()
        with told_when_full():
            return Landed(path=settle(part, folder / f"{name}{suffix}"), sha256=name, size=size)
    finally:
        part.unlink(missing_ok=True)


def read_text(path: Path, *, encoding: str | None, multiline: bool, quote: str, sha256: str) -> Text:
    """Decide the encoding, transcode where it is not UTF-8, count records.

    Raises `Invalid("file_encoding")` with the first byte that stands for no letter, counted from 0, and its line;
    `Invalid("file_zero_byte")` likewise; `Invalid("file_format", what="no_table" | "line_ends" | "carriage_returns" | "long_line")`.
    """
    head = next(blocks(path, 8), b"")
    if head.startswith(_NO_TEXT):
        raise Invalid("file_format", what="no_table")
    known = encoding or _marked(head)
    if known not in {None, "utf-8"}:
        return _transcoded(path, str(known), multiline=multiline, quote=quote)
    count = _Count(multiline=multiline, quote=quote)
    try:
        _as_utf8(path, count)
    except _Unsound as fault:
        if known == "utf-8":
            raise fault.told("utf-8") from None
        return _gb18030(path, fault, multiline=multiline, quote=quote)
    return _text(path, sha256, "utf-8", count)


def _gb18030(path: Path, as_utf8: _Unsound, *, multiline: bool, quote: str) -> Text:
    """What is no UTF-8. Where neither reading is sound, UTF-8 tells the place if most letters are read by it, else who came further."""
    if _is_faulty_utf8(path):
        raise as_utf8.told("utf-8")
    try:
        return _transcoded(path, "gb18030", multiline=multiline, quote=quote)
    except Invalid as error:
        if error.code != "file_encoding":
            raise
        byte, line = (int(str(error.details[name])) for name in ("byte", "line"))
        meant = as_utf8.lettered and _share_of_letters(path) >= MAYBE_UTF8  # a few letters may be read by chance
        fault = as_utf8 if meant or as_utf8.byte >= byte else _Unsound(byte=byte, line=line)
        raise fault.told("utf-8", "gb18030") from None


def _is_faulty_utf8(path: Path) -> bool:
    """Whether a file that is not strictly UTF-8 is meant as such: for its few faults alone it must not become other letters."""
    share = _share_of_letters(path)
    return share >= SURELY_UTF8 or (share >= MAYBE_UTF8 and _share_of_usual_signs(path) < USUAL_SIGNS)


def _share_of_letters(path: Path) -> float:
    letters = wrong = 0
    rest = b""
    for block in _and_end(path):
        data = rest + block
        begun = next((back for back in (1, 2, 3) if data[-back:][:1] >= b"\xc0"), 0) if block else 0
        data, rest = (data[:-begun], data[-begun:]) if begun else (data, b"")
        others, found = _LETTER.subn(b"", data)
        letters += found
        wrong += len(others.translate(None, _ASCII))
    return letters / max(1, letters + wrong)


def _share_of_usual_signs(path: Path) -> float:
    """1 where GB18030 cannot read the file: then it is refused by that."""
    signs = usual = 0
    try:
        for _, text in _sound(path, "gb18030"):
            ascii_signs = len(text.encode("ascii", "ignore"))
            signs += len(text) - ascii_signs
            usual += (len(text.encode("gb2312", "ignore")) - ascii_signs) // 2  # two bytes a sign
    except _Unsound:
        return 1.0
    return usual / max(1, signs)


class _Unsound(Exception):
    """A byte that stands for no letter. `lettered`: letters beyond ASCII were read before it, so the encoding is probably right."""

    def __init__(self, *, byte: int, line: int, lettered: bool = False) -> None:
        super().__init__()
        self.byte, self.line, self.lettered = byte, line, lettered

    def told(self, *expected: str) -> Invalid:
        return Invalid("file_encoding", expected=[one.upper() for one in expected], line=self.line, byte=self.byte)


def _marked(head: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def _as_utf8(path: Path, count: _Count) -> None:
    """Count it, strictly read as UTF-8 and without NUL. Raises `_Unsound`, what `_zeros` says."""
    for block, _ in _sound(path, "utf-8"):
        if b"\0" in block:
            raise _zeros(path)
        count.add(block)


def _zeros(path: Path) -> Invalid:
    """What a file with zero bytes is: a table with a few in it, whose first has a place, or no text at all."""
    zeros = size = lines = 0
    first: tuple[int, int] | None = None
    for block in blocks(path):
        if first is None and (at := block.find(b"\0")) >= 0:
            first = size + at, 1 + lines + block.count(b"\n", 0, at)
        lines += block.count(b"\n")
        zeros += block.count(b"\0")
        size += len(block)
    if first is None or zeros > size * MOST_ZEROS:
        return Invalid("file_format", what="no_table")
    return Invalid("file_zero_byte", byte=first[0], line=first[1])


def _sound(path: Path, encoding: str) -> Iterator[tuple[bytes, str]]:
    """Blocks and their text. Raises `_Unsound`."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    read = lines = 0
    lettered = False
    for block in _and_end(path):
        read += len(block)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding, "ignore")
            raise _Unsound(
                byte=read - len(error.object) + error.start,
                line=1 + lines + before.count("\n"),
                lettered=lettered or not before.isascii(),
            ) from None
        lettered = lettered or not text.isascii()
        lines += block.count(b"\n") if encoding == "utf-8" else text.count("\n")
        yield block, text


def _and_end(path: Path) -> Iterator[bytes]:
    yield from blocks(path)
    yield b""


def _transcoded(path: Path, encoding: str, *, multiline: bool, quote: str) -> Text:
    count, digest = _Count(multiline=multiline, quote=quote), hashlib.sha256()
    with told_when_full():
        part = part_of(path.parent)
    try:
        with told_when_full(), part.open("wb", buffering=0) as file:
            for block in _even(_decoded(path, _DECODERS.get(encoding, encoding))):
                if b"\0" in block:
                    raise _zeros(path)
                count.add(block)
                digest.update(block)
                file.write(block)
        with told_when_full():
            copy = settle(part, path.with_name(f"{path.stem}.utf8{path.suffix}"))
    finally:
        part.unlink(missing_ok=True)
    return _text(copy, digest.hexdigest(), encoding.removesuffix("-le").removesuffix("-be"), count)


def _even(texts: Iterable[str]) -> Iterator[bytes]:
    """The same as UTF-8, in blocks of equal size."""
    held = bytearray()
    for text in texts:
        held += text.encode()
        while len(held) >= BLOCK:
            yield bytes(held[:BLOCK])
            del held[:BLOCK]
    if held:
        yield bytes(held)


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    first = True
    try:
        for _, text in _sound(path, encoding):
            yield text.removeprefix("\ufeff") if first else text
            first = False
    except _Unsound as fault:
        raise fault.told(encoding.removesuffix("-le").removesuffix("-be")) from None


def _text(path: Path, sha256: str, encoding: str, count: _Count) -> Text:
    return Text(
        path=path,
        sha256=sha256,
        size=path.stat().st_size,
        encoding=encoding,
        new_line=count.new_line(),
        records=max(0, count.records() - 1),
        blank_lines=count.blank,
        index=tuple(count.index),
    )


class _Count:
    """Line ends, blank lines and records of a stream of blocks. Without `multiline` a line is a record."""

    def __init__(self, *, multiline: bool, quote: str) -> None:
        self._quote = quote.encode() if multiline else b""
        self._feeds = self._returns = self._pairs = self._ended = self._line = self.blank = 0
        self.index = list[int]()
        self._held = b""
        self._at_start = True
        self._rest = b""
        self._open = False

    def add(self, block: bytes) -> None:
        """Count one more block."""
        self.index.append(block.count(b"\n"))
        block = self._held + block
        self._held = b"\r" if block.endswith(b"\r") else b""  # its line feed may stand in the next block
        block = block.removesuffix(b"\r")
        if not block:
            return
        feeds = self.index[-1]
        self._feeds += feeds
        if b"\r" in block:
            self._returns += block.count(b"\r")
            pairs = block.count(b"\r\n")
            self._pairs += pairs
            block = block.replace(b"\r\n", b"\n") if pairs else block
        self._long_line(block, feeds)
        if self._quote:
            self._quoted(block)
        else:
            self.blank += _blank(b"\n" + block if self._at_start else block)
        self._at_start = block.endswith(b"\n")

    def _long_line(self, block: bytes, feeds: int) -> None:
        self._line = len(block) - block.rfind(b"\n") - 1 if feeds else self._line + len(block)
        if self._line > LONGEST_LINE:
            raise Invalid("file_format", what="long_line")

    def _quoted(self, block: bytes) -> None:
        """A record ends with the line where the number of quotes so far is even."""
        *lines, self._rest = (self._rest + block).split(b"\n")
        for line in lines:
            self._open ^= bool(line.count(self._quote) & 1)
            self._ended += not self._open
            self.blank += not line and not self._open

    def new_line(self) -> str:
        """The one kind of line end. Raises `Invalid("file_format", what="line_ends")` for a mixture that no quotes explain."""
        if not self._pairs and (not self._returns or (self._quote and self._feeds)):
            return "\n"
        if self._pairs == self._returns and (self._pairs == self._feeds or self._quote):
            return "\r\n"
        raise Invalid("file_format", what="line_ends" if self._feeds else "carriage_returns")

    def records(self) -> int:
        """With the header, without blank lines."""
        unended = bool(self._held) or not self._at_start
        return (self._ended if self._quote else self._feeds) + unended - self.blank


def _blank(text: bytes) -> int:
    """How many line feeds follow directly upon another."""
    return sum(len(run) - 1 for run in _RUN.findall(text)) if b"\n\n" in text else 0
