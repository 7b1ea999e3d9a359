"""Commands tell people what went wrong: a sentence in the language of the terminal with its code, and no trace."""

from __future__ import annotations

import errno
import io
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from kaimen.core.errors import Invalid, Refused
from kaimen.engines.storage import is_full
from kaimen.web.terminal import TerminalCommand, table

COMMANDS = (
    ("people", "list"),
    ("log", "publish"),
    ("gate", "query", "select 1 from a.b"),
    ("load", "nothing"),
)


def kaimen(*arguments: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "KAIMEN_HOME": str(home), "LANG": "en_GB.UTF-8", **more}
    return subprocess.run(
        [sys.executable, "-m", "kaimen.config", *arguments],
        env=environment, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


class Raising(TerminalCommand):
    on_home = False

    def __init__(self, error: Exception) -> None:
        super().__init__(stdout=io.StringIO(), stderr=io.StringIO())
        self.error = error

    def handle(self, **_: object) -> None:
        raise self.error


def told(error: Exception) -> str:
    with pytest.raises(CommandError) as raised:
        call_command(Raising(error))
    return str(raised.value)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_home_that_was_never_set_up_is_told(tmp_path: Path, command: tuple[str, ...]) -> None:
    ended = kaimen(*command, home=tmp_path)
    assert ended.returncode == 1
    assert "This home folder was never set up" in ended.stderr
    assert "(home_not_set_up)" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_every_command_of_ours_is_one_of_these() -> None:
    from django.core.management import get_commands, load_command_class

    ours = {name: load_command_class(app, name) for name, app in get_commands().items() if app.startswith("kaimen")}
    assert len(ours) >= 10
    assert not [name for name, command in ours.items() if not isinstance(command, TerminalCommand)]


def test_a_database_that_does_not_answer_is_told(tmp_path: Path) -> None:
    ended = kaimen("people", "list", home=tmp_path, KAIMEN_DATABASE="postgresql://nobody@127.0.0.1:1/nothing")
    assert "(database_unreachable)" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_speaks_the_language_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert told(Refused("demo_off")).startswith("这里不是示范城市。")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert told(Refused("demo_off")).startswith("This installation is no demo city.")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FileNotFoundError(errno.ENOENT, "x", "notice.yaml"), "file_not_there"),
        (IsADirectoryError(errno.EISDIR, "x", "folder"), "file_is_folder"),
        (PermissionError(errno.EACCES, "x", "secret.csv"), "file_closed"),
        (OSError(errno.ENOSPC, "x", "big.csv"), "storage_full"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(error: OSError, code: str) -> None:
    said = told(error)
    assert said.endswith(f"({code})")
    assert code == "storage_full" or str(error.filename) in said


@pytest.mark.django_db
def test_what_we_did_not_foresee_stays_as_it_is() -> None:
    for error in (OSError(errno.EIO, "x"), OperationalError("database is locked"), ValueError("x")):
        with pytest.raises(type(error)):
            call_command(Raising(error))


def test_a_full_disk_is_known_by_whoever_says_it() -> None:
    assert is_full(OSError(errno.EDQUOT, "x"))
    assert not is_full(OSError(errno.EIO, "x"))
    database = sqlite3.connect(":memory:")
    database.execute("pragma max_page_count = 2")
    database.execute("create table t (x)")
    with pytest.raises(sqlite3.OperationalError) as full:
        database.execute("insert into t values (zeroblob(100000))")
    outer = OperationalError("x")
    outer.__cause__ = full.value
    assert is_full(outer)
    assert not is_full(OperationalError("x"))


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    script = "from tests.web.test_terminal import Raising\nfrom django.core.management import call_command\ncall_command(Raising(BrokenPipeError()))"
    ended = subprocess.run(
        [sys.executable, "-c", "import django\ndjango.setup()\n" + script],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "kaimen.config.settings", "KAIMEN_HOME": str(tmp_path)},
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (141, "")


def test_a_table_is_read_in_both_encodings_and_its_faults_are_named(tmp_path: Path) -> None:
    file = tmp_path / "bodies.csv"
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        file.write_bytes("slug,name_zh\ndata,数据局\nwater\n".encode(encoding))
        assert table(file, ("slug", "name_zh")) == [
            {"slug": "data", "name_zh": "数据局"},
            {"slug": "water", "name_zh": ""},
        ]
    with pytest.raises(Invalid, match="columns_missing") as missing:
        table(file, ("slug", "uscc", "level"))
    assert missing.value.details["columns"] == "level, uscc"
    file.write_text("slug\na,b\n")
    with pytest.raises(Invalid, match="row_too_long") as long:
        table(file, ("slug",))
    assert long.value.details["line"] == 2
    file.write_bytes(b"slug\n\xff\xff\xff")
    with pytest.raises(Invalid, match="file_not_text"):
        table(file, ("slug",))
    with pytest.raises(FileNotFoundError):
        table(tmp_path / "none.csv", ("slug",))
