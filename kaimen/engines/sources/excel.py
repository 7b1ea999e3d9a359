"""Workbooks: checked for bombs and passwords before they are opened, then one sheet as rows of text, each with its sheet and row."""

from __future__ import annotations

import zipfile
from collections.abc import Container, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NoReturn

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from kaimen.core.errors import Invalid
from kaimen.engines.sources import parts

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_MEMBERS = 1_000
MOST_UNPACKED = 1_000_000_000
MOST_RATIO = 200
RATIO_FROM = 10_000_000
Cell = str | float | bool | date | datetime | time | timedelta


def check(path: Path) -> None:
    """Whether it may be opened. Raises `Invalid("file_locked")`, `Invalid("archive_unsafe")`, `Invalid("file_format")`."""
    with path.open("rb") as file:
        head = file.read(8)
        if head == OLE:
            _check_old(path)
            return
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members)
            _check_lengths(archive, members)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError):
        raise Invalid("file_format", what="workbook") from None


def _check_old(path: Path) -> None:
    """An OLE container is an old workbook, or the wrapping of an encrypted new one."""
    data = path.read_bytes() if path.stat().st_size <= MOST_UNPACKED else b""
    if not data:
        raise Invalid("archive_unsafe", what="size")
    if "EncryptedPackage".encode("utf-16-le") in data or "EncryptionInfo".encode("utf-16-le") in data:
        raise Invalid("file_locked")


def _check_members(members: Sequence[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise Invalid("archive_unsafe", what="members")
    unpacked, packed = sum(one.file_size for one in members), sum(one.compress_size for one in members)
    if unpacked > MOST_UNPACKED:
        raise Invalid("archive_unsafe", what="size")
    if unpacked > RATIO_FROM and unpacked > MOST_RATIO * max(1, packed):
        raise Invalid("archive_unsafe", what="ratio")
    if any(one.flag_bits & 1 for one in members):
        raise Invalid("file_locked")
    if any(one.filename.startswith("/") or ".." in one.filename.split("/") for one in members):
        raise Invalid("archive_unsafe", what="names")


def _check_lengths(archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]) -> None:
    """The directory may lie about lengths: unpack into nothing, up to what it says."""
    for one in members:
        with archive.open(one) as stream:
            left = one.file_size
            while block := stream.read(1 << 20):
                left -= len(block)
                if left < 0:
                    raise Invalid("archive_unsafe", what="size")


def land(path: Path, folder: Path, *, sheet: str | None, instants: Container[str]) -> parts.Landing:
    """The sheet (the first where none is named) as parts; the first row that is not empty is the header.

    `instants` are names of columns that hold a time of day too: a workbook does not tell midnight from a day.

    Raises `Invalid("file_locked")`, `Invalid("archive_unsafe")`, `Invalid("file_format")`.
    """
    check(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:  # pyright: ignore[reportUnknownMemberType]  # its PathLike has no parameter
            name = sheet or next(iter(book.sheet_names), None)
            if name is None or name not in book.sheet_names:
                raise Invalid("file_format", what="sheet")
            rows = _rows(book, name)
            header, _ = next(rows, (list[Cell](), ""))
            names = _names(header)
            if not names:
                raise Invalid("file_format", what="header")
            timed = [one in instants for one in names]
            texts = (_texts(cells, position, timed) for cells, position in rows)
            return parts.write(texts, names, folder, positions=True)
    except PasswordError:
        raise Invalid("file_locked") from None
    except (CalamineError, ZipError, OSError) as error:
        _unreadable(error)


def first_sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The first sheet as (row, texts), for small tables that are read at once. Raises as `land`."""
    check(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:  # pyright: ignore[reportUnknownMemberType]  # its PathLike has no parameter
            name = next(iter(book.sheet_names), None)
            if name is None:
                raise Invalid("file_format", what="sheet")
            for cells, position in _rows(book, name):
                yield int(position.rpartition("!")[2]), [text_of(cell, instant=False).strip() for cell in cells]
    except PasswordError:
        raise Invalid("file_locked") from None
    except (CalamineError, ZipError, OSError) as error:
        _unreadable(error)


def _unreadable(error: Exception) -> NoReturn:
    raise Invalid("file_format", what="workbook") from error


def _rows(book: CalamineWorkbook, name: str) -> Iterator[tuple[list[Cell], str]]:
    """Rows that are not empty, each with its `sheet!row`."""
    for number, cells in enumerate(book.get_sheet_by_name(name).iter_rows(), 1):
        if any(cell != "" for cell in cells):
            yield list(cells), f"{name}!{number}"


def _names(header: Sequence[Cell]) -> list[str]:
    names = [text_of(cell, instant=False).strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    return names


def _texts(cells: Sequence[Cell], position: str, instants: Sequence[bool]) -> list[str | None]:
    """As wide as the header. Text beyond it would be lost in silence, so it is refused."""
    width = len(instants)
    if any(cell != "" for cell in cells[width:]):
        raise Invalid("file_format", what="cells beyond the header")
    texts = [text_of(cell, instant=instant) or None for cell, instant in zip(cells, instants, strict=False)]
    return [*texts, *[None] * (width - len(texts)), position]


def text_of(cell: Cell, *, instant: bool) -> str:
    """A cell in the canonical format of its type: whole numbers without `.0`, days and instants in ISO 8601."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return cell.isoformat(sep=" ") if instant or cell.time() != time() else cell.date().isoformat()
        case date():
            return f"{cell.isoformat()} 00:00:00" if instant else cell.isoformat()
        case time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return str(cell)
