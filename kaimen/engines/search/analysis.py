"""Text to terms; the same way for entries and for questions.

Everything here works on one character at a time or on whole runs, so a piece of a text gives a piece of the text's terms: that is why
the pairs find what a substring scan finds. A change of any of it changes `version()`, which is part of the index's name.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import cast

import opencc
import rjieba
from pypinyin import Style, lazy_pinyin

RULES = 1
GAP = "|"
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<latin>[^\W_{_HAN}]+(?:[._+#-]+[^\W_{_HAN}]+)*)")
_PARTS = re.compile(r"[._+#-]+")


class Script(StrEnum):
    """What a run is written in."""

    HAN = "han"
    LATIN = "latin"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters of one script, normalised."""

    script: Script
    text: str


@lru_cache(maxsize=1)
def _simplified() -> Mapping[int, str]:
    """Traditional to simplified, one character at a time: a phrase table would make a text differ from its own pieces."""
    places = [(0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00)]
    signs = [chr(code) for first, end in places for code in range(first, end)]
    convert = cast("Callable[[str], str]", opencc.OpenCC("t2s").convert)  # pyright: ignore[reportUnknownMemberType] - untyped package
    turned = convert("\n".join(signs)).split("\n")
    return {ord(sign): other for sign, other in zip(signs, turned, strict=True) if sign != other and len(other) == 1}


def normalise(text: str) -> str:
    """Half width, simplified, lower case, without control characters and halves of surrogate pairs."""
    flat = unicodedata.normalize("NFKC", "".join(sign for sign in text if _passes(sign)))
    return flat.translate(_simplified()).casefold()


def _passes(sign: str) -> bool:
    return sign in "\t\n\r" or unicodedata.category(sign) not in {"Cc", "Cs", "Cn"}


def runs(text: str) -> list[Run]:
    """The runs of a text, in order. What is neither Chinese nor a letter or digit parts them."""
    return [
        Run(Script.HAN, found["han"]) if found["han"] else Run(Script.LATIN, found["latin"])
        for found in _RUN.finditer(normalise(text))
    ]


def pairs(run: str) -> list[str]:
    """甲乙丙 gives 甲乙 乙丙; a single character gives itself."""
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]


def parts(run: str) -> list[str]:
    """`park_id` gives park and id; a plain word gives itself."""
    return [part for part in _PARTS.split(run) if part]


@lru_cache(maxsize=1)
def _cutter() -> rjieba.Jieba:
    return rjieba.Jieba()


def words(run: str) -> list[str]:
    """The words of a Chinese run, long ones also in their pieces."""
    return _cutter().cut_for_search(run)


def whole_words(run: str) -> list[str]:
    """The words of a Chinese run, each character once."""
    return _cutter().cut(run)


def gram_text(texts: Iterable[str]) -> str:
    """Pairs of all Chinese runs, with a gap between runs and between texts, so that none is made of neighbours that do not touch."""
    return f" {GAP} ".join(
        " ".join(pairs(run.text)) for text in texts for run in runs(text) if run.script is Script.HAN
    )


def word_text(texts: Iterable[str]) -> str:
    """Words of all Chinese runs."""
    return " ".join(
        word for text in texts for run in runs(text) if run.script is Script.HAN for word in words(run.text)
    )


def plain_text(texts: Iterable[str]) -> str:
    """Latin runs whole, and their parts where they have several."""
    return " ".join(
        term for text in texts for run in runs(text) if run.script is Script.LATIN for term in plain_terms(run.text)
    )


def plain_terms(run: str) -> list[str]:
    """The run, and its parts."""
    pieces = parts(run)
    return [run] if pieces == [run] else [run, *pieces]


def pinyin_text(title: str, keywords: Sequence[str]) -> str:
    """Syllables of each word joined, of the title whole, and initials of both."""
    terms: list[str] = []
    for text in (title, *keywords):
        chinese = [run.text for run in runs(text) if run.script is Script.HAN]
        for run in chinese:
            cut = whole_words(run)
            terms += [_syllables(word) for word in cut] + [_initials(word) for word in cut if len(word) > 1]
        if chinese:
            terms += [_syllables("".join(chinese)), _initials("".join(chinese))]
    return " ".join(dict.fromkeys(term for term in terms if term))


def _syllables(text: str) -> str:
    return "".join(lazy_pinyin(text, errors="ignore"))


def _initials(text: str) -> str:
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore"))


def sort_key(title: str) -> str:
    """Pinyin, then the text itself: how titles are put in order."""
    plain = normalise(title)
    return f"{' '.join(lazy_pinyin(plain))} {plain}"[:200]


@lru_cache(maxsize=1)
def version() -> str:
    """A word that differs when the same text would give other terms."""
    probe = "示范市公共停车场基本信息 轨道交通客流 養老機構 ＰＭ２.５ park_id"
    seen = "\n".join([str(RULES), gram_text([probe]), word_text([probe]), plain_text([probe]), pinyin_text(probe, [])])
    return hashlib.sha256(seen.encode()).hexdigest()[:12]
