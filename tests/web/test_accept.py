"""The form of an answer is chosen by `Accept`, as RFC 9110 says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.errors import NotAcceptable
from kaimen.web.accept import preferred

JSON, CSV, PARQUET = "application/json", "text/csv", "application/vnd.apache.parquet"
OFFERS = (JSON, CSV, PARQUET)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", JSON),
        (" , ", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", CSV),
        ("TEXT/CSV", CSV),
        ("text/csv;charset=utf-8", CSV),
        ("text/csv; header=present; q=0.9, application/json;q=0.8", CSV),
        ("text/html, */*;q=0.1", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("*/*, text/csv", CSV),
        ("text/csv, application/json", CSV),
        ("application/json, text/csv", JSON),
        ("application/json;q=0.2, application/vnd.apache.parquet", PARQUET),
        ("application/json;q=0, */*", CSV),
        ("application/*;q=0, */*;q=0.1", CSV),
        ("application/*;q=0.9, application/json;q=0.1", PARQUET),
        ('text/csv;note="a, b", application/json;q=0.5', CSV),
        ("text/csv;q=nan, application/json;q=0.001", JSON),
        ("text/csv;q=7, application/json;q=0.001", JSON),
    ],
)
def test_the_preferred_form_is_chosen(accept: str, form: str) -> None:
    assert preferred(accept, OFFERS) == form


@pytest.mark.parametrize(
    "accept",
    ["image/png", "text/html", "image/*", "text/csv;q=0", "*/*;q=0", "application/json;q=0.0, text/*;q=0", "csv", "text/csv;q=1e3"],
)  # fmt: skip
def test_where_none_will_do_the_forms_are_named(accept: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        preferred(accept, OFFERS)
    assert (refused.value.code, refused.value.status) == ("form_unknown", 406)
    assert refused.value.details == {"asked": accept, "known": [*OFFERS]}


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["text", "*", "/", "csv", ",", ";", "q", "=", "0", ".", "1", '"', " "])).map("".join)
)
def test_whatever_is_asked_the_answer_is_a_form_or_406(accept: str) -> None:
    known = list[str]()
    try:
        known.append(preferred(accept, OFFERS))
    except NotAcceptable as refused:
        known += refused.details["known"]  # type: ignore[operator]  # the list of forms
    assert known in ([JSON], [CSV], [PARQUET], [*OFFERS])
