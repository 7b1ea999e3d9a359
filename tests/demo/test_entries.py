"""The catalogue of the demo city: every entry is complete, in both languages, and found by the words that people type."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from demo.plan import Entry, city
from kaimen.config.demo.bodies import assessments, body_of
from kaimen.core.metadata.entry import Body
from kaimen.core.metadata.rules import check
from kaimen.engines.packs import load

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
SPEC = load("cn_beijing").spec
ENTRIES = list(city().entries.values())


def whole(entry: Entry) -> Body:
    from dataclasses import replace

    plan = city()
    body = body_of(entry, plan, SPEC, providers={code: code for code in plan.bodies}, today=DAY)
    confidentiality, personal = assessments(entry, number=1, today=DAY)
    owner = plan.bodies[entry.body]
    return replace(
        body,
        provider=entry.body,
        provider_code=owner.credit_code,
        confidentiality_assessment=confidentiality,
        pi_assessment=personal,
    )


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.slug)
def test_nothing_blocks_an_entry(entry: Entry) -> None:
    assert [(one.rule, one.path, one.value) for one in check(whole(entry), SPEC, NOW) if one.blocks] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.slug)
def test_an_entry_speaks_both_languages_and_says_that_it_is_synthetic(entry: Entry) -> None:
    body = whole(entry)
    assert body.title.zh
    assert body.title.en.isascii()
    assert all(item.name_zh and item.name_en.isascii() for item in body.items if item.column != "petaflops")
    assert body.synthetic == (not entry.real)
    if body.synthetic:
        assert "合成数据" in body.description.zh
        assert "Synthetic data" in body.description.en
        assert "合成数据" in body.keywords_zh
    else:
        assert "真实数据" in body.description.zh


def test_there_are_enough_bodies_entries_kinds_and_states() -> None:
    plan = city()
    assert len({entry.body for entry in ENTRIES}) >= 14
    assert len(plan.datasets) >= 60
    assert {entry.kind for entry in ENTRIES} == {"dataset", "service", "scenario", "infrastructure"}
    assert {entry.state for entry in ENTRIES} == {
        "draft", "checked", "assessed", "head_approved", "submitted", "returned", "published", "retired",
    }  # fmt: skip
    assert {entry.share for entry in ENTRIES} == {entry.open for entry in ENTRIES} == {1, 2, 3}


@pytest.mark.parametrize(
    "word", ["停车", "养老", "空气", "地铁", "医院", "学位", "parking", "care homes", "air quality"]
)
def test_words_that_people_type_stand_in_titles_or_keywords_of_open_entries(word: str) -> None:
    found = [
        entry.slug
        for entry in ENTRIES
        if entry.open == 1
        and entry.state == "published"
        and word in f"{entry.title.zh} {entry.title.en.lower()} {' '.join(entry.keywords_zh + entry.keywords_en)}"
    ]
    assert found


def test_short_names_are_words_of_sql() -> None:
    import re

    assert all(re.fullmatch(r"[a-z][a-z_]{2,40}", entry.slug) for entry in ENTRIES)


def test_personal_data_are_shared_under_agreements_or_masked_and_never_open_in_clear() -> None:
    for entry in ENTRIES:
        for column in entry.columns:
            if column.pi_class != "none" and entry.open in {1, 2}:
                assert column.mask is not None, (entry.slug, column.name)
    assert {grant.entry for grant in city().grants} >= {"elder_allowances", "contributions"}
    assert {city().entries[grant.entry].open for grant in city().grants} == {3}


def test_grants_name_columns_that_exist_and_bodies_that_the_conditions_name() -> None:
    plan = city()
    for grant in plan.grants:
        entry = plan.entries[grant.entry]
        names = {column.name for column in entry.columns}
        assert set(grant.columns) <= names
        assert set(grant.masks) | set(grant.rows) <= names
        assert grant.body in entry.share_bodies
        assert grant.purpose in entry.share_purposes
