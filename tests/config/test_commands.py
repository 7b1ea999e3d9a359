"""All commands of ours speak the reader's language: their list, their help, and what is said of a command that is not understood."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, get_commands

from kaimen.config import cli, words
from kaimen.engines import witnessing, witnessing_words

ROOT = Path(__file__).parents[2]
OURS = sorted(name for names in cli.GROUPS.values() for name in names)
CHINESE = re.compile(r"[㐀-鿿]")
PROSE = re.compile(r"\b[a-z]+(?: [a-z]+){2,}\b")
"""Three small words of English in a row: a sentence, and no name of an option or value."""
VERBS = re.compile(r"^ {2,4}\{([a-z,]+)\}", re.MULTILINE)


@pytest.fixture(params=["zh_CN.UTF-8", "en_US.UTF-8"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("LANGUAGE", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", request.param)
    return request.param[:2]


def help_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        cli.main([*arguments, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def items(told: str) -> list[tuple[str, str]]:
    """(name, what is said of it) of every argument, option and verb of a help text."""
    found: list[tuple[str, str]] = []
    for line in told.splitlines():
        if listed := re.match(r"^ {2,6}(\S.*?)(?: {2,}(.*))?$", line):
            if line.startswith(" " * 12) and found:
                continue
            found.append((listed[1], listed[2] or ""))
        elif line.startswith(" " * 12) and found:
            name, said = found[-1]
            found[-1] = (name, f"{said} {line.strip()}".strip())
    return found


@pytest.mark.parametrize(
    "asked",
    [
        ["controls", "show", "--home", "{home}"],
        ["controls", "--home={home}", "show"],
        ["--home", "{home}", "controls", "show"],
    ],
    ids=" ".join,
)
def test_commands_take_the_home_folder_wherever_it_is_named(
    asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run: list[list[str]] = []
    monkeypatch.setattr(cli, "_managed", lambda arguments: run.append(arguments) or 0)
    monkeypatch.setenv("KAIMEN_HOME", "not-this")
    assert cli.main([word.format(home=tmp_path) for word in asked]) == 0
    assert run == [["controls", "show"]]
    assert os.environ["KAIMEN_HOME"] == str(tmp_path)


def test_the_help_of_a_command_names_the_home_folder(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--home" in help_of(capsys, "controls")


def test_every_command_of_ours_stands_in_one_group() -> None:
    there = {name for name, app in get_commands().items() if app.startswith("kaimen.")} | set(cli.WITHOUT_DJANGO)
    assert sorted(there) == OURS


def test_the_demo_day_tells_what_it_does_and_its_folder(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = help_of(capsys, "demo", "day")
    assert "--home" in told
    assert bool(CHINESE.search(told)) is (language == "zh")


@pytest.mark.parametrize("name", OURS)
def test_help_is_all_in_the_readers_language(name: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = help_of(capsys, name)
    pages = [told, *[help_of(capsys, name, verb) for line in VERBS.findall(told)[:1] for verb in line.split(",")]]
    for page in pages:
        usage, _, rest = page.partition("\n\n")
        assert usage.startswith("用法：" if language == "zh" else "usage: ")
        for what, said in items(rest):
            assert said or what.startswith("{"), (what, page)
            if said:
                assert bool(CHINESE.search(said)) == (language == "zh"), (what, said)
        if language == "zh":
            assert not PROSE.search(rest), PROSE.search(rest)
        else:
            assert not CHINESE.search(page)
        for option in ("--settings", "--pythonpath", "--no-color", "--skip-checks", "--verbosity"):
            assert option not in page
    assert CHINESE.search(cli.own_commands()[name]) if language == "zh" else cli.own_commands()[name].isascii()


@pytest.mark.parametrize("asked", [[], ["help"], ["--help"], ["-h"]])
def test_the_list_has_our_commands_only(asked: list[str], language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(asked) == 0
    told = capsys.readouterr().out
    listed = re.findall(r"^ {4}(\w+) {2,}\S", told, re.MULTILINE)
    assert sorted(listed) == OURS
    assert "kaimen help --all" in told
    assert bool(CHINESE.search(told)) == (language == "zh")
    assert language == "en" or not PROSE.search(told)


def test_commands_of_the_framework_stay_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["help", "--all"]) == 0
    assert "migrate" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        cli.main(["help", "migrate"])
    assert ended.value.code == 0
    assert "kaimen migrate" in capsys.readouterr().out


@pytest.mark.parametrize("asked", [["servee"], ["help", "servee"], ["--servee"]])
def test_an_unknown_command_is_one_sentence_with_the_nearest_name(
    asked: list[str], language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(asked) == cli.NOT_UNDERSTOOD
    (told,) = capsys.readouterr().err.splitlines()
    assert "serve" in told.replace("servee", "")
    assert bool(CHINESE.search(told)) == (language == "zh")
    assert cli.main(["xyzzy"]) == cli.NOT_UNDERSTOOD
    assert len(capsys.readouterr().err.splitlines()) == 1


WRONG = {
    ("people", "import"): "缺少参数：file, --as-of",
    ("people", "promote"): "没有 'promote' 这一项，可选：",
    ("people", "list", "--fast"): "不认识的参数：--fast",
    ("people", "suspend", "x@y.z", "--reason"): "参数 --reason：后面要接一个值",
    ("calendar", "show", "soon"): "参数 year：请写 0 以上的整数",
    ("demo", "load", "--small-only", "--big-only"): "参数 --big-only：不能与参数 --small-only 一起用",
    ("serve", "--port", "70000"): "参数 --port：端口是 0 到 65535 的数字",
    ("verify",): "缺少参数：what",
    ("witness", "serve", "--dir", "w", "--bind", "8444"): "请写成 主机:端口",
}


@pytest.mark.parametrize(("asked", "said"), WRONG.items(), ids=" ".join)
def test_what_is_wrong_with_the_arguments_is_told_in_chinese(
    asked: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with pytest.raises(SystemExit) as ended:
        cli.main([*asked])
    assert ended.value.code == 2
    told = capsys.readouterr().err.splitlines()[-1]
    assert said in told
    assert not PROSE.search(told.partition("：")[2])


def kaimen(*arguments: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "KAIMEN_HOME": str(home), "LANG": "zh_CN.UTF-8", **more}
    return subprocess.run(
        [sys.executable, "-m", "kaimen.config", *arguments],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


EMPTY = [("log", "recover"), ("search", "explain", "停车"), ("controls", "show"), ("calendar", "show", "2026")]


@pytest.mark.parametrize("command", EMPTY, ids=" ".join)
def test_an_empty_home_is_told_first(command: tuple[str, ...], tmp_path: Path) -> None:
    ended = kaimen(*command, home=tmp_path / "never")
    assert ended.returncode == 1
    assert ended.stderr.startswith("这个数据目录还没有初始化")
    assert "(home_not_set_up)" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_pack_is_checked_without_a_home_that_was_set_up(tmp_path: Path) -> None:
    assert kaimen("rules", "check", home=tmp_path).stdout.startswith("cn_beijing 2026.1 完好")
    for command in (("rules", "show", "SHR-03"), ("monitor", "compute"), ("tokens", "list")):
        assert "(home_not_set_up)" in kaimen(*command, home=tmp_path).stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KAIMEN_PROXIES", "two", "KAIMEN_PROXIES：应当是整数"),
        ("KAIMEN_DEMO", "perhaps", "KAIMEN_DEMO：只能写 yes 或 no"),
        ("KAIMEN_DATABASE", "mysql://x", "KAIMEN_DATABASE：只支持 postgresql://"),
        ("KAIMEN_MAIL", "pop3://x", "KAIMEN_MAIL：应当写成"),
        ("KAIMEN_PACK", "atlantis", "KAIMEN_PACK：只能是 cn_beijing, tiny 之一"),
        ("KAIMEN_HOME", "/dev/null", "/dev/null 不能用作数据目录"),
    ],
)
def test_a_setting_that_cannot_be_read_is_told(name: str, value: str, said: str, tmp_path: Path) -> None:
    ended = kaimen("people", "list", home=tmp_path, **{name: value})
    assert ended.returncode == 1
    assert ended.stderr.startswith(said)
    assert len(ended.stderr.splitlines()) == 1


SAID = [
    ("people", "suspend", "nobody@example.org", "--reason", "x"), ("people", "merge", "a", "b", "--reason", "x"),
    ("people", "import", "{table}", "--as-of", "soon"), ("people", "import", "{none}", "--as-of", "2026-11-01"),
    ("people", "import", "{table}", "--as-of", "2026-11-01"), ("institutions", "import", "{bodies}"),
    ("institutions", "import", "{bodies}", "--dry-run"), ("tokens", "revoke", "none"), ("tokens", "scan", "{folder}"),
    ("log", "status"), ("log", "recover"), ("log", "rebase"), ("log", "prune", "--before", "soon", "--policy", "{table}"),
    ("search", "status"), ("rules", "check"), ("rules", "check", "{folder}"), ("rules", "show", "SHR-03"),
    ("rules", "show", "NO-1"), ("calendar", "show", "2026"), ("calendar", "show", "2029"), ("calendar", "show", "1999"),
    ("calendar", "load", "{table}"), ("calendar", "load", "{year}"), ("controls", "show"), ("controls", "show", "XX"),
    ("monitor", "compute"), ("monitor", "check", "pue"), ("monitor", "check", "none"), ("monitor", "publish", "computing"),
    ("load",), ("load", "none"), ("load", "--entry", "none"), ("gate", "decide", "select"), ("demo", "load"),
    ("gate", "decide", "select a from b.c", "--institution", "none"),
]  # fmt: skip
FILES = {
    "table": "person,email,institution,role,from,until\n",
    "bodies": "slug,uscc,name_zh,name_en,body_kind,level,region,region_year,parent,authority\nx,,甲,A,none,city,110000,soon,,\n",
    "year": "year: 2027\nnotice: 一号\nholidays: [2027-01-01, 2027-01-01]\nmakeup: []\n",
}


@pytest.mark.django_db
@pytest.mark.parametrize("asked", SAID, ids=" ".join)
def test_what_a_command_says_is_all_in_the_readers_language(
    asked: tuple[str, ...], language: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    places = {"folder": tmp_path, "none": tmp_path / "none"} | {name: tmp_path / name for name in FILES}
    arguments = [word.format(**places) for word in asked]
    out = StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=out)
    except CommandError as refused:
        out.write(str(refused))
    told = out.getvalue() + capfd.readouterr().out
    for place in sorted(map(str, places.values()), reverse=True):
        told = told.replace(place, "")
    told = re.sub(r"kaimen [a-z]+ [a-z]+", "", told)  # commands stand in both languages alike
    assert told.strip()
    if language == "zh":
        assert CHINESE.search(told)
        assert not PROSE.search(told), PROSE.search(told)
    else:
        assert not CHINESE.search(re.sub(r"国办发明电〔2025〕7号", "", told)), told


@pytest.mark.parametrize("sentences", [words.SENTENCES, witnessing_words.SENTENCES], ids=["program", "witness"])
def test_sentences_have_the_same_facts_in_both_languages(sentences: dict[str, tuple[str, str]]) -> None:
    facts = re.compile(r"{(\w+)}").findall
    assert not [
        code for code, (english, chinese) in sentences.items() if sorted(facts(english)) != sorted(facts(chinese))
    ]
    assert not [
        code for code, (english, chinese) in sentences.items() if CHINESE.search(english) or not CHINESE.search(chinese)
    ]


def test_a_witness_tells_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert witnessing.main(["status", "--dir", str(tmp_path)]) == 1
    assert "里没有见证方" in capsys.readouterr().err
    assert witnessing.main(["init", "--name", "audit.example/w1", "--dir", str(tmp_path)]) == 0
    assert witnessing.main(["init", "--name", "audit.example/w1", "--dir", str(tmp_path)]) == 1
    assert "里已经有见证方" in capsys.readouterr().err
    assert witnessing.main(["trust", "--dir", str(tmp_path), "--log", "no key"]) == 1
    assert "这不是日志的密钥" in capsys.readouterr().err
