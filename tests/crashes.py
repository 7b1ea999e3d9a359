"""For tests that kill processes: a home and a database that nobody else uses, on whatever database this run asked for."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).parents[1]
DATABASE = os.environ.get("KAIMEN_DATABASE", "")
VENDOR = "postgresql" if DATABASE else "sqlite"


@contextmanager
def of_their_own(home: Path) -> Iterator[dict[str, str]]:
    """The environment of the processes. On PostgreSQL the database is made for them and dropped after them."""
    chosen = {**os.environ, "KAIMEN_HOME": str(home), "PYTHONPATH": str(ROOT)}
    if not DATABASE:
        yield chosen
        return
    name = f"crash_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(DATABASE, autocommit=True) as server:
        server.execute(f"create database {name}")
    try:
        yield chosen | {"KAIMEN_DATABASE": urlsplit(DATABASE)._replace(path=f"/{name}").geturl()}
    finally:
        with psycopg.connect(DATABASE, autocommit=True) as server:
            server.execute(f"drop database {name} with (force)")
