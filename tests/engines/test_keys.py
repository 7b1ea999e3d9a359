from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.engines.keys import BoxDoesNotOpen, Place, Ring

RING = Ring(b"k" * 32)
HERE = Place("person.name", "7")


@given(st.binary(max_size=200))
def test_a_box_opens_where_it_was_sealed(content: bytes) -> None:
    assert RING.open(RING.seal(content, purpose="accounts", place=HERE), purpose="accounts", place=HERE) == content


@pytest.mark.parametrize(
    ("ring", "purpose", "place"),
    [
        (Ring(b"x" * 32), "accounts", HERE),
        (RING, "quarantine", HERE),
        (RING, "accounts", Place("person.name", "8")),
        (RING, "accounts", Place("person.note", "7")),
    ],
)
def test_a_box_opens_nowhere_else(ring: Ring, purpose: str, place: Place) -> None:
    box = RING.seal(b"secret", purpose="accounts", place=HERE)
    with pytest.raises(BoxDoesNotOpen):
        ring.open(box, purpose=purpose, place=place)


@given(st.integers(0, 38), st.integers(1, 255))
def test_a_changed_box_does_not_open(place: int, change: int) -> None:
    box = bytearray(RING.seal(b"secret", purpose="accounts", place=HERE))
    box[place] ^= change
    with pytest.raises(BoxDoesNotOpen):
        RING.open(bytes(box), purpose="accounts", place=HERE)


@given(st.binary(max_size=32))
def test_what_is_no_box_does_not_open(junk: bytes) -> None:
    with pytest.raises(BoxDoesNotOpen):
        RING.open(junk, purpose="accounts", place=HERE)


def test_thirty_two_bytes_become_sixty_five() -> None:
    assert len(RING.seal(b"s" * 32, purpose="accounts", place=HERE)) == 65


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "kek"
    rings: list[Ring] = []
    threads = [threading.Thread(target=lambda: rings.append(Ring.of_file(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({ring.kek for ring in rings}) == 1
    assert len(rings) == 8
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["kek"]


def test_a_blind_index_finds_and_does_not_tell() -> None:
    assert RING.blind("王宁", purpose="blind/name") == RING.blind("王宁", purpose="blind/name")
    assert RING.blind("王宁", purpose="blind/name") != RING.blind("王宁", purpose="blind/other")
    assert len(RING.blind("王宁", purpose="blind/name")) == 16
