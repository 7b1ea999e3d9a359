"""What a code means to a person: what happened, why, and what one can do; in Chinese and English side by side.

One module a room, each with its `SENTENCES`; facts of the error are put in by name. `web.errors` is the only reader.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from kaimen.web.sentences.form import Sentence, Words

__all__ = ["Sentence", "Words", "of_code"]


def _all() -> dict[str, Sentence]:
    found: dict[str, Sentence] = {}
    for module in iter_modules(__path__):
        if module.name != "form":
            found |= import_module(f"{__name__}.{module.name}").SENTENCES
    return found


_SENTENCES = _all()


def of_code(code: str, *, language: str) -> Words | None:
    """The words of a code in `zh-hans` or `en`; None when the code has no sentence (a test keeps that from happening)."""
    sentence = _SENTENCES.get(code)
    if sentence is None:
        return None
    return sentence.en if language == "en" else sentence.zh


def codes() -> frozenset[str]:
    """Every code that has a sentence."""
    return frozenset(_SENTENCES)
