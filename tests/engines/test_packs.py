from __future__ import annotations

from pathlib import Path

import pytest

from kaimen.engines.packs import PACKS, PackError, load, load_folder

GOOD = "list: a\nversion: 1\nsince: 2026-01-01\nnames: {zh: 甲, en: a}\nsource: x\nverified: policy\ncodes:\n  - {code: '1', zh: 一, en: one}\n"
HEAD = "id: tiny\nversion: '1'\nsince: 2026-01-01\nlanguages: [zh-Hans, en]\nnames: {zh: 小, en: Tiny}\nparameters: {title_longest: 10}\n"


def pack(folder: Path, *, head: str = HEAD, codes: str = GOOD) -> Path:
    (folder / "codes").mkdir()
    (folder / "pack.yaml").write_text(head, "utf-8")
    (folder / "codes" / "a.yaml").write_text(codes, "utf-8")
    return folder


def test_every_shipped_pack_loads_and_names_everything_in_both_languages() -> None:
    for folder in PACKS.iterdir():
        found = load(folder.name)
        assert found.languages == ("zh-Hans", "en")
        for listed in found.spec.lists.values():
            assert all(code.zh and code.en for code in listed.codes.values()), listed.name
            assert all(code.en.isascii() for code in listed.codes.values()), listed.name


def test_another_folder_is_another_city(tmp_path: Path) -> None:
    found = load_folder(pack(tmp_path))
    assert (found.spec.version, found.spec.list_of("a").name_of("1", "en")) == ("tiny/1", "one")
    assert found.spec.list_of("a").name_of("9", "en") == "9"


def test_one_changed_byte_is_another_digest(tmp_path: Path) -> None:
    before = load_folder(pack(tmp_path)).digest
    (tmp_path / "codes" / "a.yaml").write_text(GOOD.replace("one", "two"), "utf-8")
    assert load_folder(tmp_path).digest != before


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        (HEAD, GOOD.replace("list: a", "list: b")),
        (HEAD, GOOD.replace("verified: policy", "verified: surely")),
        (HEAD, GOOD.replace("source: x\n", "")),
        (HEAD, GOOD + "  - {code: '1', zh: 二, en: two}\n"),
        (HEAD, GOOD + "  - {code: '2', zh: 二}\n"),
        (HEAD, GOOD + "  - {code: 2, zh: 二, en: two}\n"),
        (HEAD, GOOD + "  - {code: '2', zh: 二, en: two, parent: '9'}\n"),
        (HEAD, GOOD + "  - {code: '2', zh: 二, en: two, more: {a: 1}}\n"),
        (HEAD, "- just a list\n"),
        (HEAD, "list: [\n"),
        (HEAD.replace("parameters", "numbers"), GOOD),
    ],
)
def test_a_pack_that_cannot_be_used_is_told_with_its_file(tmp_path: Path, head: str, codes: str) -> None:
    with pytest.raises(PackError, match=r"\.yaml"):
        load_folder(pack(tmp_path, head=head, codes=codes))


def test_a_pack_that_is_not_there_is_told() -> None:
    with pytest.raises(PackError, match=r"pack\.yaml"):
        load("nowhere")
