"""Facts that are codes stand in sentences as people call them, alone and in a list, in the reader's language."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from kaimen.web import sentences


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("zh-hans", "您现在是数据专员，这里要共享工作机构负责人、审计员。"),
        ("en", "You act as Data steward; it is for Head of the sharing office, Auditor."),
    ],
)
def test_roles_are_called_what_people_call_them(language: str, why: str) -> None:
    words = sentences.of_code("role_missing", language=language)
    assert words is not None
    with override(language):
        assert words.filled({"role": "steward", "roles": ["office_head", "auditor"]}).why == why


def test_an_unknown_code_stands_as_it_is() -> None:
    words = sentences.of_code("not_your_role", language="en")
    assert words is not None
    with override("en"):
        assert "juggler" in words.filled({"needed": ["juggler"]}).why
