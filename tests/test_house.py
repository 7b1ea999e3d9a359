"""What must hold for the checkout as a whole: locks, access tags, sentences, ./run."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from kaimen.config.checks import lock_faults, message_faults, pins
from kaimen.web import sentences

ROOT = Path(__file__).parents[1]
RAISED = re.compile(r"\b(?:Refused|Invalid|Missing|Unavailable)\(\s*\"([a-z0-9_.]+)\"")


def sources() -> list[Path]:
    return [path for path in (ROOT / "kaimen").rglob("*.py") if "migrations" not in path.parts]


def test_locks_hold_names_and_hashes_and_no_address() -> None:
    assert not lock_faults()


def test_a_lock_with_an_address_or_without_a_hash_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("uv", "base", "dev"):
        (tmp_path / f"{name}.txt").write_text("six==1.0 \\\n    --hash=sha256:aa\n")
    (tmp_path / "base.txt").write_text("six==1.1\nfive @ https://x.example/five.whl\n")
    monkeypatch.setattr("kaimen.config.checks.REQUIREMENTS", tmp_path)
    faults = "\n".join(lock_faults())
    assert "holds an address" in faults
    assert "has no hash" in faults
    assert "six 1.1 of base is missing or differs" in faults


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    named = [
        re.split(r"[\[<>=~; ]", line.strip())[0].lower()
        for lock in ("base.in", "dev.in", "uv.in")
        for line in (ROOT / "requirements" / lock).read_text("utf-8").splitlines()
        if line.strip() and not line.startswith(("#", "-r"))
    ]
    missing = [name for name in named if f"`{name}`" not in text]
    assert not missing, missing
    assert pins(ROOT / "requirements" / "base.txt")


def test_every_code_that_is_raised_has_its_sentence_in_both_languages() -> None:
    raised = {code for path in sources() for code in RAISED.findall(path.read_text("utf-8"))}
    missing = sorted(raised - sentences.codes())
    assert raised
    assert not missing, missing


def test_sentences_are_written_in_both_languages() -> None:
    for code in sentences.codes():
        zh, en = sentences.of_code(code, language="zh-hans"), sentences.of_code(code, language="en")
        assert zh and en, code
        assert re.search(r"[\u4e00-\u9fff]", zh.what), f"{code}: no Chinese"
        assert not re.search(r"[\u4e00-\u9fff]", en.what), f"{code}: Chinese in the English sentence"
        assert zh.todo and en.todo, f"{code}: says not what one can do"
        assert "！" not in zh.what + zh.why + zh.todo, code


def test_translations_are_complete_and_compiled() -> None:
    assert not message_faults()


def test_only_the_clock_of_the_house_is_read() -> None:
    """Rooms and core take `now`; only web/now.py and processes read the clock."""
    read = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        if path.relative_to(ROOT).parts[1] not in {"config", "engines"} and path.name != "now.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func)
        in {"datetime.now", "timezone.now", "datetime.utcnow", "date.today", "datetime.datetime.now"}
    ]
    assert not read, read


def test_no_machine_path_stands_in_a_tracked_file() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.fail("not a git checkout")
    pattern = re.compile(r"(^|[^A-Za-z0-9_.])/(work|farm|root)/")
    found = []
    for name in tracked.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".svg", ".png", ".mo", ".xlsx", ".parquet", ".gz"} or not path.is_file():
            continue
        found += [
            f"{name}:{number}"
            for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
            if pattern.search(line)
        ]
    assert not found, found


def test_run_is_plain_shell() -> None:
    for script in ("run", "tests/needs.sh"):
        assert subprocess.run(["sh", "-n", str(ROOT / script)], check=False).returncode == 0
