from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from django.db import DatabaseError, transaction

from kaimen.catalogue import selectors, services
from kaimen.catalogue.lifecycle import LIFECYCLE, WHO
from kaimen.catalogue.models import Act, Entry, EntryVersion, IndexFeed, Item
from kaimen.core.errors import Invalid, KaimenError, Missing, Refused
from kaimen.core.metadata.entry import Text, Visibility
from kaimen.core.policy.party import ANYBODY
from kaimen.evidence.models import Entry as Leaf
from kaimen.office.models import DeskItem
from tests.catalogue.city import ALLOWANCES, ASSESSED, NO_PI, NOW, PARKING, City, actor, onwards, published

Fault = services.Fault


def test_an_entry_goes_the_whole_way_and_every_step_is_proved(city: City) -> None:
    entry = published(city)
    found = selectors.published(entry)
    assert (found.version, found.slug, found.code) == (1, "public-car-parks", "213001/000001")
    assert found.provider == city.transport
    assert found.provider_name == Text(zh="示范市交通委员会", en="Transport Commission")
    acts = list(Act.objects.filter(entry_id=entry).order_by("pk").values_list("verb", "before", "after"))
    assert acts == [
        ("save", "", "draft"),
        ("check", "draft", "checked"),
        ("assess", "checked", "assessed"),
        ("head_approve", "assessed", "head_approved"),
        ("submit", "head_approved", "submitted"),
        ("approve", "submitted", "approved"),
        ("publish", "approved", "published"),
    ]
    assert Leaf.objects.count() == len(acts)
    assert IndexFeed.objects.filter(entry_id=entry).count() == 1
    assert not DeskItem.objects.filter(closed_at=None).exists()
    assert list(Item.objects.order_by("position").values_list("column", flat=True)) == ["park_id", "name", "places"]


def test_the_digest_of_a_public_version_stands_in_the_log_and_of_a_closed_one_it_does_not(city: City) -> None:
    opened, closed = published(city), published(city, ALLOWANCES)
    leaves = [bytes(leaf.leaf) for leaf in Leaf.objects.order_by("pk")]
    public = EntryVersion.objects.get(entry_id=opened)
    assert any(public.public_digest.encode() in leaf for leaf in leaves)
    government = EntryVersion.objects.get(entry_id=closed)
    assert government.public_digest == ""
    assert not any(government.digest.encode() in leaf for leaf in leaves)


def test_steps_wait_on_the_desk_of_whoever_takes_the_next_one(city: City) -> None:
    def waiting() -> set[tuple[str, str]]:
        return set(DeskItem.objects.filter(closed_at=None).values_list("role", "institution"))

    entry = services.draft(PARKING, by=city.steward, now=NOW)
    services.check(entry, by=city.steward, now=NOW)
    assert waiting() == set()
    services.assess(entry, confidentiality=ASSESSED, pi=NO_PI, by=city.steward, now=NOW)
    assert waiting() == {("department_head", city.transport)}
    services.head_approve(entry, by=city.head, now=NOW)
    assert waiting() == {("steward", city.transport)}
    services.submit(entry, by=city.steward, now=NOW)
    assert waiting() == {("authority_reviewer", "")}
    services.decide(entry, "return", faults=[Fault(code="level-wrong", path="level")], by=city.reviewer, now=NOW)
    assert waiting() == {("steward", city.transport)}
    services.draft(PARKING, entry_id=entry, by=city.steward, now=NOW)
    assert waiting() == set()


def test_who_drafted_does_not_approve_whatever_hat_they_wear(city: City) -> None:
    entry = services.draft(PARKING, by=city.steward, now=NOW)
    services.check(entry, by=city.steward, now=NOW)
    services.assess(entry, confidentiality=ASSESSED, pi=NO_PI, by=city.steward, now=NOW)
    with pytest.raises(Refused) as refused:
        services.head_approve(entry, by=actor("department_head", city.transport, city.steward.person), now=NOW)
    assert refused.value.code == "same_person"
    services.head_approve(entry, by=city.head, now=NOW)
    services.submit(entry, by=city.steward, now=NOW)
    for person in (city.steward.person, city.head.person):
        with pytest.raises(Refused) as refused:
            services.decide(entry, "approve", by=actor("authority_reviewer", city.authority, person), now=NOW)
        assert refused.value.code == "same_person"
    assert Entry.objects.get(pk=entry).state == "submitted"


def test_no_arrow_can_be_taken_by_a_wrong_role(city: City) -> None:
    """Every verb by every role that the table does not name, and by the right role of another body."""
    roles = ["steward", "department_head", "authority_reviewer", "security_officer", "auditor", "applicant", "operator"]
    entry = services.draft(PARKING, by=city.steward, now=NOW)
    calls = {
        "save": lambda by: services.draft(PARKING, entry_id=entry, by=by, now=NOW),
        "check": lambda by: services.check(entry, by=by, now=NOW),
        "assess": lambda by: services.assess(entry, confidentiality=ASSESSED, pi=NO_PI, by=by, now=NOW),
        "head_approve": lambda by: services.head_approve(entry, by=by, now=NOW),
        "head_decline": lambda by: services.head_decline(entry, reason="x", by=by, now=NOW),
        "submit": lambda by: services.submit(entry, by=by, now=NOW),
        "approve": lambda by: services.decide(entry, "approve", by=by, now=NOW),
        "return": lambda by: services.decide(entry, "return", faults=[Fault(code="duplicate")], by=by, now=NOW),
        "publish": lambda by: services.publish(entry, by=by, now=NOW),
        "change": lambda by: services.change(entry, reason="x", by=by, now=NOW),
        "retire": lambda by: services.retire(entry, reason="x", by=by, now=NOW),
        "keep": lambda by: services.keep(entry, by=by, now=NOW),
        "end": lambda by: services.end(entry, by=by, now=NOW),
    }
    assert set(calls) == set(WHO) == {verb for _, verb in LIFECYCLE}
    for (verb, call), role in product(calls.items(), roles):
        if role not in WHO[verb]:
            with pytest.raises(KaimenError) as refused:
                call(actor(role, city.transport))
            assert refused.value.code in {"not_your_role", "entry_unknown"}, (verb, role)
        if role != "authority_reviewer":
            with pytest.raises(KaimenError) as refused:
                call(actor(role, city.civil))
            assert refused.value.code in {"not_your_role", "entry_unknown"}, (verb, role)
        assert Entry.objects.get(pk=entry).state == "draft"


def test_the_authority_cannot_edit(city: City) -> None:
    entry = services.draft(PARKING, by=city.steward, now=NOW)
    for asked in (entry, None):
        with pytest.raises(Refused) as refused:
            services.draft(PARKING, entry_id=asked, by=city.reviewer, now=NOW)
        assert refused.value.code == "not_your_role"


def test_anothers_draft_is_as_unknown_as_none(city: City) -> None:
    entry = services.draft(PARKING, by=city.steward, now=NOW)
    answers = []
    for asked in (entry, "01JD000000000000000000000X"):
        with pytest.raises(Missing) as missing:
            selectors.working(city.civil_steward, asked, now=NOW)
        answers.append((missing.value.code, missing.value.details))
    assert answers[0] == answers[1]


def test_findings_stop_the_check_and_nothing_is_written(city: City) -> None:
    entry = services.draft(replace(PARKING, share_type=None, level=None), by=city.steward, now=NOW)
    with pytest.raises(Invalid) as invalid:
        services.check(entry, by=city.steward, now=NOW)
    assert invalid.value.code == "catalogue.findings"
    assert invalid.value.details["rules"] == ["V06", "V10"]
    assert Entry.objects.get(pk=entry).state == "draft"
    assert Act.objects.filter(entry_id=entry).count() == 1


def test_a_return_lists_coded_faults_or_none_is_possible(city: City) -> None:
    entry = services.draft(PARKING, by=city.steward, now=NOW)
    services.check(entry, by=city.steward, now=NOW)
    services.assess(entry, confidentiality=ASSESSED, pi=NO_PI, by=city.steward, now=NOW)
    services.head_approve(entry, by=city.head, now=NOW)
    services.submit(entry, by=city.steward, now=NOW)
    for faults, code in (([], "faults_needed"), ([Fault(code="i-dislike-it")], "code_unknown")):
        with pytest.raises(Invalid) as invalid:
            services.decide(entry, "return", faults=faults, by=city.reviewer, now=NOW)
        assert invalid.value.code == code
    services.decide(
        entry,
        "return",
        faults=[Fault(code="level-wrong", path="level"), Fault(code="duplicate")],
        by=city.reviewer,
        now=NOW,
    )
    seen = selectors.working(city.steward, entry, now=NOW)
    assert [fault["code"] for fault in seen.faults] == ["level-wrong", "duplicate"]


def test_readers_keep_the_present_version_while_the_next_one_is_made(city: City) -> None:
    entry = published(city)
    services.change(entry, reason="收费标准变了", by=city.steward, now=NOW)
    renamed = replace(PARKING, title=Text(zh="公共停车场", en="Car parks"))
    services.draft(renamed, entry_id=entry, by=city.steward, now=NOW)
    assert selectors.published(entry).title_zh == "公共停车场基本信息"
    onwards(city, entry, renamed, steward=city.steward, head=city.head)
    second = selectors.published(entry)
    assert (second.version, second.title_zh, second.slug, second.code) == (
        2,
        "公共停车场",
        "public-car-parks",
        "213001/000001",
    )
    assert [change.path for change in selectors.version_diff(ANYBODY, entry, 1, 2)] == ["title"]
    assert [line.n for line in selectors.versions(ANYBODY, entry)] == [2, 1]
    services.change(entry, reason="改回", by=city.steward, now=NOW)
    services.revert(entry, to=1, by=city.steward, now=NOW)
    assert selectors.working(city.steward, entry, now=NOW).body.title == PARKING.title


def test_a_published_version_cannot_be_changed_even_by_sql(city: City) -> None:
    entry = published(city)
    attempts = (
        lambda: EntryVersion.objects.filter(entry_id=entry).update(body="{}"),
        lambda: Item.objects.filter(column="name").update(level=1),
        lambda: Item.objects.all().delete(),
        lambda: Act.objects.filter(entry_id=entry).update(person=""),
        lambda: Act.objects.filter(entry_id=entry)._raw_delete("default"),
        lambda: EntryVersion.objects.filter(entry_id=entry)._raw_delete("default"),
    )
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            attempt()
    assert selectors.published(entry).title_zh == PARKING.title.zh


def test_the_second_writer_is_told(city: City) -> None:
    entry = services.draft(PARKING, by=city.steward, now=NOW)
    services.draft(PARKING, entry_id=entry, expected=1, by=city.steward, now=NOW)
    with pytest.raises(Invalid) as invalid:
        services.draft(PARKING, entry_id=entry, expected=1, by=city.steward, now=NOW)
    assert invalid.value.code == "catalogue.stale_draft"


def test_a_title_stands_once_per_provider(city: City) -> None:
    services.draft(PARKING, by=city.steward, now=NOW)
    with pytest.raises(Invalid) as invalid:
        services.draft(PARKING, by=city.steward, now=NOW)
    assert invalid.value.code == "catalogue.title_taken"
    services.draft(PARKING, by=city.civil_steward, now=NOW)


def test_an_entry_that_is_held_does_not_retire(city: City) -> None:
    entry = published(city)
    services.place_hold(entry, kind="agreement", ref="A1", now=NOW)
    services.place_hold(entry, kind="agreement", ref="A1", now=NOW)
    with pytest.raises(Refused) as refused:
        services.retire(entry, reason="停办", by=city.steward, now=NOW)
    assert (refused.value.code, refused.value.details) == ("catalogue.held", {"holds": 1})
    services.release_hold(entry, kind="agreement", ref="A1", now=NOW)
    services.retire(entry, reason="停办", by=city.steward, now=NOW)
    assert selectors.published(entry).version == 1
    services.end(entry, by=city.reviewer, now=NOW)
    with pytest.raises(Missing):
        selectors.published(entry)
    assert IndexFeed.objects.filter(entry_id=entry).count() == 2


def test_publishing_twice_gives_one_version(city: City) -> None:
    entry = published(city)
    assert services.publish(entry, by=city.reviewer, now=NOW) == 1
    assert EntryVersion.objects.filter(entry_id=entry).count() == 1


def test_the_public_sees_public_entries_and_of_them_only_what_is_open(city: City) -> None:
    items = (*PARKING.items[:2], replace(PARKING.items[2], open_type_override=3, level=2))
    opened = published(city, replace(PARKING, items=items, level=2))
    closed = published(city, ALLOWANCES)
    hidden = published(
        city, replace(PARKING, title=Text(zh="内部停车场", en="Staff parking"), visibility=Visibility.GOVERNMENT)
    )
    for reader in (ANYBODY, city.citizen):
        assert {entry.pk for entry in selectors.visible(reader)} == {opened}
        assert [item.column for item in selectors.entry_for(reader, opened).items] == ["park_id", "name"]
        for other in (closed, hidden):
            with pytest.raises(Missing):
                selectors.entry_for(reader, other)
    assert {entry.pk for entry in selectors.visible(city.civil_steward)} == {opened, closed, hidden}
    assert [item.column for item in selectors.entry_for(city.civil_steward, opened).items] == [
        "park_id",
        "name",
        "places",
    ]


def test_an_enterprise_reads_what_the_public_reads(city: City) -> None:
    from tests.catalogue.city import an_institution

    closed = published(city, ALLOWANCES)
    company = an_institution("metro", "地铁公司", "Metro company", kind="enterprise")
    with pytest.raises(Missing):
        selectors.entry_for(actor("steward", company), closed)


def test_codes_count_up_in_their_class_and_slugs_differ(city: City) -> None:
    first = published(city)
    second = published(city, PARKING, steward=city.civil_steward, head=city.civil_head)
    assert [selectors.published(one).code for one in (first, second)] == ["213001/000001", "213001/000002"]
    assert [selectors.published(one).slug for one in (first, second)] == ["public-car-parks", "public-car-parks-2"]


def test_lists_cost_the_same_number_of_questions_whatever_their_length(
    city: City, django_assert_num_queries: object
) -> None:
    for number in range(3):
        published(city, replace(PARKING, title=Text(zh=f"停车场 {number}", en=f"Car parks {number}")))
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(selectors.newest(ANYBODY, limit=10)) == 3
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(selectors.work_lines(city.steward)) == 3


def test_a_wished_short_name_is_kept_once_and_only_in_its_form(city: City) -> None:
    entry = services.draft(PARKING, by=city.steward, now=NOW, slug="parking_lots")
    onwards(city, entry, PARKING, steward=city.steward, head=city.head)
    assert selectors.published("parking_lots").id == entry
    other = replace(PARKING, title=Text(zh="路侧停车位", en="Roadside parking"))
    for wish in ("parking_lots", "Parking", "a", "停车"):
        with pytest.raises(Invalid) as refused:
            services.draft(other, by=city.steward, now=NOW, slug=wish)
        assert refused.value.code == "catalogue.slug"
