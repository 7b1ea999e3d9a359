"""Addresses of faulty records: physical line, byte and raw bytes, by one scan that opens only the blocks with something to find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kaimen.engines.landing import Text, blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a record stands. `record` and `line` count from 1 with the header, `byte` from 0; `raw` has no line end."""

    record: int
    line: int
    byte: int
    raw: bytes
    broken: bool


@dataclass(frozen=True, slots=True)
class _Record:
    number: int
    line: int
    byte: int
    raw: bytes


def locate(
    text: Text, *, quote: str, multiline: bool, columns: int, ordinals: Iterable[int], broken: Sequence[int]
) -> Iterator[Address]:
    """The addresses of accepted rows number `ordinals` (rising, from 1) and of the `broken` records, in the file's order.

    A reader skips blank lines (with one column a blank line is a row); an accepted row is any other record that is not broken.
    """
    wanted, lost = iter(ordinals), set(broken)
    last_broken = max(lost, default=0)
    next_ordinal = next(wanted, None)
    straight = not multiline and (text.blank_lines == 0 or columns == 1)
    accepted = 0
    for first, records in _batches(text, quote=quote, multiline=multiline):
        size = len(records) if isinstance(records, list) else records.lines
        if straight and not isinstance(records, list):
            inside = sum(1 for number in lost if first <= number < first + size) if last_broken >= first else 0
            new = accepted + size - inside - (first == 1)
            if not inside and (next_ordinal is None or next_ordinal > new):
                accepted = new
                continue
        for record in records if isinstance(records, list) else records.split():
            if record.number == 1 or (not record.raw and columns > 1 and record.number not in lost):
                continue
            if record.number in lost:
                yield Address(record=record.number, line=record.line, byte=record.byte, raw=record.raw, broken=True)
                continue
            accepted += 1
            if accepted == next_ordinal:
                yield Address(record=record.number, line=record.line, byte=record.byte, raw=record.raw, broken=False)
                next_ordinal = next(wanted, None)
        if next_ordinal is None and first + size > last_broken:
            return


@dataclass(frozen=True, slots=True)
class _Block:
    """Whole lines, not yet split."""

    first: int
    byte: int
    data: bytes
    lines: int

    def split(self) -> Iterator[_Record]:
        byte = self.byte
        lines = self.data.split(b"\n")
        if self.data.endswith(b"\n"):
            lines.pop()
        for number, line in enumerate(lines, self.first):
            yield _Record(number, number, byte, line.removesuffix(b"\r"))
            byte += len(line) + 1


def _batches(text: Text, *, quote: str, multiline: bool) -> Iterator[tuple[int, _Block | list[_Record]]]:
    if multiline and quote:
        yield from _joined(text, quote.encode())
        return
    rest, byte, number = b"", 0, 1
    for block in blocks(text.path):
        data, end, tail = (rest + block).rpartition(b"\n")
        if not end:
            rest = tail
            continue
        data += end
        lines = data.count(b"\n")
        yield number, _Block(number, byte, data, lines)
        byte, number, rest = byte + len(data), number + lines, tail
    if rest:
        yield number, _Block(number, byte, rest, 1)


def _joined(text: Text, quote: bytes) -> Iterator[tuple[int, list[_Record]]]:
    """Records whose line ends stand outside quotes."""
    number, line, byte, start, started = 1, 0, 0, 0, 1
    held = list[bytes]()
    opened, rest = False, b""
    for block in _with_end(text):
        *lines, rest = (rest + block).split(b"\n")
        records = list[_Record]()
        for one in lines:
            line += 1
            if not held:
                start, started = byte, line
            held.append(one)
            byte += len(one) + 1
            opened ^= bool(one.count(quote) & 1)
            if not opened:
                records.append(_Record(number, started, start, b"\n".join(held).removesuffix(b"\r")))
                number += 1
                held.clear()
        if records:
            yield records[0].number, records


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
