"""Every fault of a pack is told in both languages: the Chinese of each English sentence stands in the table, with the same facts."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from kaimen.core.lifecycle.reading import Fault
from kaimen.engines.pack_faults import CHINESE, in_words

ROOT = Path(__file__).parents[2] / "kaimen"
FILES = (
    "core/lifecycle/drafting.py",
    "core/lifecycle/reading.py",
    "engines/packs.py",
    "monitor/indicators.py",
    "monitor/registers.py",
)


def said_in(path: Path) -> set[str]:
    """The sentences that a module gives to a fault, also those that it chooses between."""
    tree = ast.parse(path.read_text("utf-8"))
    chosen = {
        text.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and [target.id for target in node.targets if isinstance(target, ast.Name)] == ["why"]
        for text in ast.walk(node.value)
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
    }
    given = {
        text.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Fault", "PackError"}
        and len(node.args) == 2
        for text in ([node.args[1]] if isinstance(node.args[1], ast.Constant) else ast.walk(node.args[1]))
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
    }  # fmt: skip
    return chosen | given


def test_every_fault_has_its_chinese_and_no_chinese_is_left_over() -> None:
    said = {text for name in FILES for text in said_in(ROOT / name)}
    assert len(said) > 80
    assert said == set(CHINESE)


def test_facts_stand_in_both() -> None:
    def facts(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    assert not [english for english, chinese in CHINESE.items() if facts(english) != facts(chinese)]


def test_a_fault_is_told_with_its_place() -> None:
    fault = Fault("rules/all: CAT-06P", "{name} is no {what}", name="mayor", what="role")
    assert in_words(fault, language="en") == str(fault) == "rules/all: CAT-06P: mayor is no role"
    assert in_words(fault, language="zh-hans") == "rules/all: CAT-06P：没有 mayor 这个角色"
