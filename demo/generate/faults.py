"""What goes wrong on purpose, and what a source looked like on an earlier day. `expectations.yaml` says what must come of each.

A fault changes the question (rows, columns) or the bytes of the file afterwards. Some need no work here, since the rows
themselves carry them: leading zeros, two spellings of one street, identity numbers in free text.
"""

from __future__ import annotations

from pathlib import Path

from demo.plan import Delivery, Entry

WRONG_CHECK_DIGITS = 12
WORD_ROWS = 9

_QUESTIONS = {
    # Three weeks ago: a home that has closed since was still there, two new ones were not, 31 had other numbers of beds.
    "care_homes_three_weeks_ago": """
        SELECT * REPLACE (CASE WHEN hash(code) % 19 = 0 THEN beds + 6 ELSE beds END AS beds) FROM care_homes
        WHERE code NOT IN (SELECT code FROM care_homes ORDER BY hash(code) LIMIT 2)
        UNION ALL SELECT '110101-0999', '示范东城东四敬老院', '东城区', 34, 21, '王建', '010-0000-1199'
        ORDER BY code""",
    # Two weeks ago: the districts of two homes had changed places. Corrected by the next delivery.
    "care_homes_two_weeks_ago": """
        SELECT * REPLACE (CASE code WHEN '110108-0001' THEN '西城区' WHEN '110102-0001' THEN '海淀区' ELSE district END AS district)
        FROM care_homes ORDER BY code""",
}
_FAULTS = {
    "column_missing": "SELECT * EXCLUDE (charging_spaces) FROM ({rows})",
    "wrong_check_digit": """
        SELECT * REPLACE (CASE WHEN row_number() OVER (ORDER BY hash(credit_code)) <= 12
            THEN left(credit_code, 17) || CASE right(credit_code, 1) WHEN '1' THEN '2' ELSE '1' END ELSE credit_code END AS credit_code)
        FROM ({rows}) ORDER BY credit_code""",
    "words_in_number_columns": """
        SELECT * REPLACE (CASE row_number() OVER (ORDER BY station, hour)
            WHEN 3 THEN '星期一' WHEN 40 THEN '' WHEN 77 THEN '1 204' WHEN 90 THEN 'NA' WHEN 120 THEN '3.7' ELSE entries::VARCHAR END AS entries,
            CASE row_number() OVER (ORDER BY station, hour) WHEN 5 THEN '—' WHEN 41 THEN '0x1F' WHEN 78 THEN '1,204' WHEN 91 THEN 'inf' ELSE exits::VARCHAR END AS exits)
        FROM ({rows}) ORDER BY station, hour""",
    "one_in_five_wrong": "SELECT * REPLACE (CASE WHEN row_number() OVER (ORDER BY code) % 5 = 0 THEN '约' || places ELSE places::VARCHAR END AS places) FROM ({rows}) ORDER BY code",
    "doubled_hour": "SELECT * FROM ({rows}) UNION ALL SELECT * FROM ({rows}) WHERE hour = 14",
}


def question(entry: Entry, delivery: Delivery) -> str:
    """The rows of a delivery as a question over the generated tables, in the order of the entry's columns."""
    names = ", ".join(f'"{column.name}"' for column in entry.columns)
    rows = _QUESTIONS.get(delivery.apply, f"SELECT {names} FROM {entry.slug}")  # noqa: S608 - names of our own plan
    if delivery.where:
        rows = f"{rows} WHERE {delivery.where}"
    if delivery.fault in _FAULTS:
        return _FAULTS[delivery.fault].format(rows=rows)
    return rows


def spoil(path: Path, delivery: Delivery) -> None:
    """Plant a fault of the bytes into the file."""
    if delivery.fault in _SPOILS:
        path.write_bytes(_SPOILS[delivery.fault](path.read_bytes()))


def _broken_encoding(content: bytes) -> bytes:
    """Two bytes that are neither UTF-8 nor GB18030, in the middle of a line."""
    lines = content.split(b"\n")
    lines[20] = lines[20][:6] + b"\xff\xff" + lines[20][6:]
    return b"\n".join(lines)


def _unclosed_quote(content: bytes) -> bytes:
    """A quote opens before the third row's first field and never closes: a lenient reader swallows the rest in silence."""
    lines = content.split(b"\n")
    lines[3] = b'"' + lines[3]
    return b"\n".join(lines)


def _ragged_rows(content: bytes) -> bytes:
    """One row with a field too many, one with two too few, a day that no calendar has."""
    lines = content.split(b"\n")
    lines[5] += b",extra"
    lines[9] = lines[9].rsplit(b",", 2)[0]
    lines[14] = lines[14].rsplit(b",", 1)[0] + b",2026-02-30"
    return b"\n".join(lines)


_SPOILS = {
    "broken_encoding": _broken_encoding,
    "unclosed_quote": _unclosed_quote,
    "ragged_rows": _ragged_rows,
}
