from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kaimen.accounts import tokens
from kaimen.accounts.forms import SCOPE_WORDS
from kaimen.accounts.scopes import Scope

texts = st.builds(lambda _: tokens.fresh(tokens.API).text, st.integers())


@given(texts)
def test_a_token_is_read_back_as_it_was_made(text: str) -> None:
    assert re.fullmatch(r"kmt_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}", text)
    assert len(text) == 62
    token = tokens.read(text, kind=tokens.API)
    assert token is not None
    assert token.text == text
    assert token.is_of(token.digest)


@given(texts, st.integers(0, 61), st.sampled_from(tokens.ALPHABET))
def test_one_wrong_character_is_no_token(text: str, place: int, other: str) -> None:
    changed = text[:place] + other + text[place + 1 :]
    assert (tokens.read(changed, kind=tokens.API) is None) is (changed != text)


@given(texts, st.text())
def test_tokens_are_found_in_any_text(text: str, around: str) -> None:
    assert text in [found.text for found in tokens.find(f"{around} {text}\n{around}")]


def test_what_only_looks_like_one_is_not_found() -> None:
    text = tokens.fresh(tokens.API).text
    wrong = text[:-1] + ("0" if text[-1] != "0" else "1")
    assert tokens.find(f"{wrong} kmt_short_x a{text} {text}b") == []


def test_an_invitation_is_no_token() -> None:
    assert tokens.read(tokens.fresh(tokens.INVITATION).text, kind=tokens.API) is None


def test_a_token_does_not_show_itself_when_printed() -> None:
    token = tokens.fresh(tokens.API)
    assert token.secret not in repr(token)


def test_every_scope_can_be_chosen_on_the_page() -> None:
    assert set(SCOPE_WORDS) == set(Scope)
