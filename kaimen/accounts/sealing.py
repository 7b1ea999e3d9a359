"""What this room keeps sealed: names, descriptions of principals, seeds of second factors. Keys are those of `engines.keys`."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from kaimen.engines.keys import Place, Ring

PURPOSE = "accounts"
NAME = "person.name"
DESCRIPTION = "mandate.described"
CALL_BACK = "mandate.call_back"
FACTOR = "authenticator.data"


@lru_cache(maxsize=4)
def _ring(path: Path) -> Ring:
    return Ring.of_file(path)


def ring() -> Ring:
    """The ring of this installation."""
    return _ring(settings.KAIMEN_HOME / "keys" / "kek")


def seal(text: str, *, column: str, row: object) -> bytes:
    """A box for one cell."""
    return ring().seal(text.encode(), purpose=PURPOSE, place=Place(column, str(row)))


def unseal(box: bytes | memoryview, *, column: str, row: object) -> str:
    """What lies in the box of that cell."""
    return ring().open(bytes(box), purpose=PURPOSE, place=Place(column, str(row))).decode()


def name_key(name: str) -> bytes:
    """Finds exact names: keyed hash of the normalised name."""
    plain = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    return ring().blind(plain, purpose="blind/name")


def identity_key(number: str) -> bytes:
    """Finds two accounts of one person; the identity number itself is not kept."""
    plain = "".join(unicodedata.normalize("NFKC", number).upper().split())
    return ring().blind(plain, purpose="blind/identity", length=32)
