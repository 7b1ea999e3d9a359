"""What commands say where there is no Django: each sentence in both languages, told in that of the terminal; argparse's own words too.

argparse asks the standard library's `gettext` for its words, so that a catalog of them is all it needs.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Mapping
from pathlib import Path

TERMINAL = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
DOMAIN, CATALOGS = "argparse", Path(__file__).parent / "locale"
Sentences = Mapping[str, tuple[str, str]]
"""Code -> what is said in English and in Chinese, with `{name}` for a fact."""


def of_terminal(environment: Mapping[str, str]) -> str:
    """`zh-hans` or `en`, by the first of LANGUAGE, LC_ALL, LC_MESSAGES and LANG that is set; English where none is, and for C."""
    said = next((found for name in TERMINAL if (found := environment.get(name))), "")
    return "zh-hans" if said.lower().startswith("zh") else "en"


def speaker(sentences: Sentences) -> Callable[..., str]:
    """`say(code, **facts)`: the sentence of this table in the language of the terminal."""

    def say(code: str, /, **facts: object) -> str:
        english, chinese = sentences[code]
        return (chinese if of_terminal(os.environ) == "zh-hans" else english).format_map(facts)

    return say


def translate_argparse() -> None:
    """Let argparse find its words (usage, options, what is missing) in Chinese, where the terminal is Chinese."""
    if of_terminal(os.environ) == "zh-hans":
        gettext.bindtextdomain(DOMAIN, str(CATALOGS))
        gettext.textdomain(DOMAIN)
