"""Addresses of faulty records: physical line, byte and raw bytes, by one scan that opens only the blocks with something to find."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import BinaryIO

from kaimen.engines.landing import BLOCK, Text, blocks

_FEED = re.compile(rb"\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a record stands. `record` and `line` count from 1 with the header, `byte` from 0; `raw` has no line end."""

    record: int
    line: int
    byte: int
    raw: bytes
    broken: bool


Block = tuple[int, int, bytes]
"""(number of its first line, its first byte, whole lines)"""


def locate(
    text: Text, *, quote: str, multiline: bool, columns: int, ordinals: Iterable[int], broken: Sequence[int]
) -> Iterator[Address]:
    """The addresses of accepted rows number `ordinals` (rising, from 1) and of the `broken` records, in the file's order.

    A reader skips blank lines (with one column a blank line is a row); an accepted row is any other record that is not broken.
    """
    if not multiline and (not text.blank_lines or columns == 1):
        return _by_line(text, _merged(ordinals, broken))
    records = _joined(text, quote.encode()) if multiline and quote else _lines(text)
    return _by_record(records, ordinals=ordinals, broken=broken, columns=columns)


def _merged(ordinals: Iterable[int], broken: Sequence[int]) -> Iterator[tuple[int, bool]]:
    """(line, whether it is broken), rising, where each line is a record and the first is the header."""
    lost = 0
    for ordinal in ordinals:
        while lost < len(broken) and broken[lost] <= ordinal + 1 + lost:
            yield broken[lost], True
            lost += 1
        yield ordinal + 1 + lost, False
    for line in broken[lost:]:
        yield line, True


def _by_line(text: Text, wanted: Iterator[tuple[int, bool]]) -> Iterator[Address]:
    """Straight to the blocks with something to find, by the index of landing."""
    before = [0, *accumulate(text.index)]  # line feeds before each block
    block, ends = -1, list[int]()
    with text.path.open("rb") as file:
        for number, is_broken in wanted:
            place = bisect_left(before, number - 1) - 1 if number > 1 else 0
            if place != block:
                block, ends = place, _ends(file, place)
            byte = ends[number - 2 - before[place]] + 1 if number > 1 else 0
            file.seek(byte)
            raw = file.readline().removesuffix(b"\n").removesuffix(b"\r")
            yield Address(record=number, line=number, byte=byte, raw=raw, broken=is_broken)


def _ends(file: BinaryIO, block: int) -> list[int]:
    """Where the line feeds of a block stand."""
    file.seek(block * BLOCK)
    return [block * BLOCK + found.start() for found in _FEED.finditer(file.read(BLOCK))]


def _blocks(text: Text) -> Iterator[Block]:
    rest, byte, number = b"", 0, 1
    for block in blocks(text.path):
        data, end, tail = (rest + block).rpartition(b"\n")
        rest = tail
        if end:
            data += end
            yield number, byte, data
            byte, number = byte + len(data), number + data.count(b"\n")
    if rest:
        yield number, byte, rest


@dataclass(frozen=True, slots=True)
class _Record:
    number: int
    line: int
    byte: int
    raw: bytes


def _by_record(
    records: Iterator[_Record], *, ordinals: Iterable[int], broken: Sequence[int], columns: int
) -> Iterator[Address]:
    """Record by record: slower, for files where a line is not always a record."""
    wanted, lost, left = iter(ordinals), set(broken), len(broken)
    following, accepted = next(wanted, None), 0
    for record in records:
        if following is None and not left:
            return
        if record.number in lost:
            left -= 1
            yield Address(record=record.number, line=record.line, byte=record.byte, raw=record.raw, broken=True)
        elif record.number > 1 and (record.raw or columns == 1):
            accepted += 1
            if accepted == following:
                yield Address(record=record.number, line=record.line, byte=record.byte, raw=record.raw, broken=False)
                following = next(wanted, None)


def _lines(text: Text) -> Iterator[_Record]:
    for first, start, data in _blocks(text):
        byte = start
        for number, line in enumerate(data.removesuffix(b"\n").split(b"\n"), first):
            yield _Record(number, number, byte, line.removesuffix(b"\r"))
            byte += len(line) + 1


def _joined(text: Text, quote: bytes) -> Iterator[_Record]:
    """Records whose line ends stand outside quotes."""
    number, line, byte, start, started = 1, 0, 0, 0, 1
    held, opened, rest = list[bytes](), False, b""
    for block in _with_end(text):
        *lines, rest = (rest + block).split(b"\n")
        for one in lines:
            line += 1
            if not held:
                start, started = byte, line
            held.append(one)
            byte += len(one) + 1
            opened ^= bool(one.count(quote) & 1)
            if not opened:
                yield _Record(number, started, start, b"\n".join(held).removesuffix(b"\r"))
                number += 1
                held.clear()


def _with_end(text: Text) -> Iterator[bytes]:
    last = b"\n"
    for block in blocks(text.path):
        yield block
        last = block
    if not last.endswith(b"\n"):
        yield b"\n"


def cell_span(raw: bytes, index: int, *, delimiter: str, quote: str) -> tuple[int, int]:
    """Where the cell number `index` (from 0) stands in the record: (offset, length), its quotes included."""
    cut, mark = delimiter.encode(), quote.encode()
    start, place, opened = 0, 0, False
    for offset in range(len(raw)):
        sign = raw[offset : offset + 1]
        if mark and sign == mark:
            opened = not opened
        elif sign == cut and not opened:
            if place == index:
                return start, offset - start
            place, start = place + 1, offset + 1
    return (start, len(raw) - start) if place == index else (0, len(raw))
