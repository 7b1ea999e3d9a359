"""Answers and refusals with the real catalogue, lake, log and engine."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from django.utils import translation

from kaimen.catalogue.selectors import published
from kaimen.core.errors import Invalid, KaimenError, Missing, Refused, Unavailable
from kaimen.core.policy.obligations import Aggregate, Caps, Combine, Deny, Filter, Quota
from kaimen.core.policy.party import ANYBODY
from kaimen.core.policy.rows import Compare
from kaimen.evidence import selectors as log
from kaimen.gate import encoders, selectors, services
from kaimen.gate.models import Decision, Grant, Use
from kaimen.gate.services import GrantForm, Question, answering, respond
from kaimen.lake import services as lake
from kaimen.lake.models import Feed
from kaimen.web.errors import words
from tests.opening.town import care_homes

from .conftest import CANARIES


def code_of(work) -> str:
    with pytest.raises(KaimenError) as refused:
        work()
    return refused.value.code


def test_three_people_ask_and_get_three_answers(gate) -> None:
    question = f'SELECT person_id, name, born, district, amount FROM "{gate.slug}" ORDER BY amount'
    district = gate.rows(question, by=gate.district, purpose="service-delivery")
    audit = gate.rows(question, by=gate.audit, purpose="audit")
    assert [row["district"] for row in district] == ["110108", "110108"]
    assert [row["name"] for row in district] == ["赵**", "王**"]
    assert [row["born"] for row in district] == [1950, 1990]
    assert len(audit) == 4
    assert not {row["person_id"] for row in district} & {row["person_id"] for row in audit}, (
        "pseudonyms meet only inside one agreement"
    )
    assert code_of(lambda: gate.ask(question, by=gate.stranger, purpose="duty")) == "dataset_unknown"
    assert code_of(lambda: gate.ask(question)) == "dataset_unknown"


def test_open_data_are_answered_to_anybody_for_every_purpose_of_the_list(gate) -> None:
    slug = published(gate.town.care_homes).slug
    rows = gate.rows(f'SELECT * FROM "{slug}"')
    assert len(rows) == 40
    assert all(row["residents"] is None or row["residents"] >= 10 for row in rows)
    assert {row["legal_rep"][1:] for row in rows} == {"**"}
    assert gate.rows(f'SELECT count(*) AS n FROM "{gate.town.care_homes}"') == [{"n": 40}]
    assert gate.rows(f'SELECT count(*) AS n FROM "{slug.upper()}"') == [{"n": 40}]
    assert len(gate.rows(f'SELECT * FROM "{slug}"', purpose="research")) == 40
    assert code_of(lambda: gate.ask(f'SELECT * FROM "{slug}"', purpose="advertising")) == "not_permitted"
    assert code_of(lambda: gate.ask(f'SELECT * FROM "{slug}"', purpose="")) == "purpose_missing"


def test_a_question_without_a_dataset_needs_a_purpose_of_the_list_too(gate) -> None:
    assert gate.rows("SELECT 1 AS one", purpose="research") == [{"one": 1}]
    assert code_of(lambda: gate.ask("SELECT 1 AS one", purpose="")) == "purpose_missing"
    with pytest.raises(Refused) as refused:
        gate.ask("SELECT 1 AS one", purpose="xyz")
    assert (refused.value.code, refused.value.details["reason"]) == ("not_permitted", "purpose_not_agreed")
    assert "“open data” does not cover “xyz”" in said_in_english(refused.value)


def said_in_english(error: KaimenError) -> str:
    with translation.override("en"):
        said = words(error.code, error.details)
    return f"{said.what} {said.why} {said.todo}"


def test_a_denied_column_and_one_that_never_was_differ_in_the_askers_word_only(gate) -> None:
    def told(column: str) -> tuple[str, dict]:
        with pytest.raises(KaimenError) as refused:
            gate.ask(f'SELECT {column} FROM "{gate.slug}"', by=gate.district, purpose="service-delivery")
        return refused.value.code, dict(refused.value.details)

    assert told("phone") == ("column_unknown", {"name": "phone"})
    assert told("never_was") == ("column_unknown", {"name": "never_was"})


def test_open_data_stand_beside_data_that_were_agreed_on(gate) -> None:
    slug = published(gate.town.care_homes).slug
    joined = f'SELECT count(*) AS n FROM "{gate.slug}" AS a CROSS JOIN "{slug}" AS b'
    own = gate.rows(f'SELECT count(*) AS n FROM "{gate.slug}"', by=gate.district, purpose="service-delivery")[0]["n"]
    assert own > 0
    assert gate.rows(joined, by=gate.district, purpose="service-delivery") == [{"n": own * 40}]
    assert code_of(lambda: gate.ask(joined, by=gate.district, purpose="research")) == "not_permitted"


def test_the_provider_is_told_that_it_needs_a_grant_too_and_others_learn_nothing(gate) -> None:
    question = f'SELECT * FROM "{gate.slug}"'
    assert code_of(lambda: gate.ask(question, by=gate.steward, purpose="duty")) == "grant_needed"
    assert code_of(lambda: gate.ask(question, by=gate.stranger, purpose="duty")) == "dataset_unknown"
    gate.grant("AG-OWN", institution=str(gate.steward.institution), purposes=("duty",), by=gate.steward)
    assert gate.rows(question, by=gate.steward, purpose="duty")


def test_what_never_leaves_does_not_exist(gate) -> None:
    for by, purpose in ((gate.district, "service-delivery"), (gate.audit, "audit")):
        assert (
            code_of(lambda by=by, purpose=purpose: gate.ask(f'SELECT phone FROM "{gate.slug}"', by=by, purpose=purpose))
            == "column_unknown"
        )
    assert "note" in gate.rows(f'SELECT * FROM "{gate.slug}" LIMIT 1', by=gate.audit, purpose="audit")[0]


def test_another_purpose_is_refused_and_says_so(gate) -> None:
    with pytest.raises(Refused) as refused:
        gate.ask(f'SELECT * FROM "{gate.slug}"', by=gate.district, purpose="research")
    assert refused.value.code == "not_permitted"
    assert refused.value.details["agreement"] == "AG-2026-0113"
    assert refused.value.details["reason"] == "purpose_not_agreed"


@pytest.mark.parametrize("named", ["AG-OTHER-DATA", "AG-OF-ANOTHER-BODY", "AG-NEVER-WAS"])
@pytest.mark.parametrize("purpose", ["service-delivery", "research"])
def test_an_agreement_that_opens_nothing_here_is_told_alike_whether_it_is_there_or_not(gate, named, purpose) -> None:
    gate.grant("AG-OF-ANOTHER-BODY", institution=gate.audit.institution)
    gate.grant("AG-OTHER-DATA", institution=gate.district.institution, dataset=gate.town.care_homes)
    with pytest.raises(Refused) as refused:
        gate.ask(f'SELECT name FROM "{gate.slug}"', by=gate.district, purpose=purpose, agreement=named)
    told = refused.value
    assert (told.code, told.details) == (
        "agreement_opens_nothing",
        {"agreement": named, "reason": "other_agreement"},
    )
    with pytest.raises(KaimenError) as refused:
        gate.ask(f'SELECT name FROM "{gate.slug}"', by=gate.stranger, purpose=purpose, agreement=named)
    assert refused.value.code == "dataset_unknown", "whom nothing lets in learns of no data"


def test_a_column_that_the_agreement_does_not_name_is_told_like_one_that_it_denies(gate) -> None:
    gate.grant(
        "AG-2026-0200",
        institution=gate.audit.institution,
        purposes=("statistics",),
        duties=services.GrantForm.duties_of(columns=["person_id", "district"]),
    )
    answer = gate.ask(f'SELECT * FROM "{gate.slug}"', by=gate.audit, purpose="statistics")
    list(answer.batches)
    told = {duty.column: duty.why for _, duty in answer.reasons if isinstance(duty, Deny)}
    assert told["amount"] == "not_named"
    assert told["phone"] == "never_leaves"
    assert not {"person_id", "district"} & set(told)


def test_a_grant_ends_begins_is_suspended_resumed_and_revoked(gate) -> None:
    def ask():
        return gate.rows(f'SELECT count(*) AS n FROM "{gate.slug}"', by=gate.audit, purpose="audit")

    assert ask() == [{"n": 4}]
    services.suspend("AG-2026-0127", reason="objection", by=gate.steward, now=gate.now)
    assert code_of(ask) == "grant_suspended"
    services.resume("AG-2026-0127", reason="settled", by=gate.steward, now=gate.now)
    assert ask() == [{"n": 4}]
    begun, gate.now = gate.now, gate.now + timedelta(days=100)
    assert code_of(ask) == "grant_expired"
    gate.now = begun - timedelta(days=2)
    assert code_of(ask) == "grant_expired"
    gate.now = begun
    services.revoke("AG-2026-0127", reason="ended", by=gate.steward, now=gate.now)
    assert code_of(ask) == "dataset_unknown"
    assert Grant.objects.get(pk="AG-2026-0127").secret is None
    for verb in (services.suspend, services.resume, services.revoke):
        assert code_of(lambda verb=verb: verb("AG-2026-0127", reason="x", by=gate.steward, now=gate.now)) == "lifecycle"


def test_a_closed_dataset_is_closed_for_everybody(gate) -> None:
    slug = published(gate.town.care_homes).slug
    services.close(gate.town.care_homes, reason="incident", by=gate.steward, now=gate.now)
    with pytest.raises(Refused) as refused:
        gate.ask(f'SELECT 1 FROM "{slug}"')
    assert refused.value.code == "dataset_closed"
    assert refused.value.details["because"] == "closed"
    assert refused.value.details["since"] == gate.now.astimezone(selectors.zone()).date().isoformat()
    services.reopen(gate.town.care_homes, reason="solved", by=gate.steward, now=gate.now)
    assert gate.rows(f'SELECT count(*) AS n FROM "{slug}"') == [{"n": 40}]


def test_only_its_body_the_authority_or_the_machine_opens_the_gate(gate) -> None:
    assert code_of(lambda: gate.grant("X-1", by=gate.audit, institution=gate.audit.institution)) == "grant_not_yours"
    gate.grant("X-2", by=gate.town.city.reviewer, institution=gate.audit.institution)
    assert code_of(lambda: gate.grant("X-2", institution=gate.audit.institution)) == "grant_exists"
    assert code_of(lambda: gate.grant("X-3")) == "grant_form"
    assert code_of(lambda: gate.grant("X-4", institution=gate.audit.institution, purposes=())) == "grant_form"


def test_a_running_stream_ends_when_its_grant_does(gate, monkeypatch) -> None:
    monkeypatch.setattr(answering, "LOOK_EVERY_S", 0.0)
    answer = gate.ask(
        f'SELECT a.name FROM "{gate.slug}" AS a, generate_series(1, 100000) AS g', by=gate.audit, purpose="audit"
    )
    next(answer.batches)
    services.suspend("AG-2026-0127", reason="incident", by=gate.steward, now=gate.now)
    with pytest.raises(Refused) as stopped:
        for _ in answer.batches:
            pass
    assert stopped.value.code == "grant_suspended"
    assert Decision.objects.get(pk=answer.receipt.entry).outcome == "stopped"


def test_evidence_stands_before_the_first_byte_and_the_delivery_after_the_last(gate) -> None:
    answer = gate.ask(f'SELECT name FROM "{gate.slug}"', by=gate.audit, purpose="audit")
    row = Decision.objects.get(pk=answer.receipt.entry)
    assert row.outcome is None
    leaf = log.entry(answer.receipt.entry).leaf
    assert leaf.kind == "gate.answered"
    text = log.entry(answer.receipt.entry).data.decode()
    assert gate.register in text
    assert "permit.masked" in text
    assert str(gate.audit.person) not in text
    assert "SELECT" not in text
    list(answer.batches)
    row.refresh_from_db()
    assert (row.outcome, row.rows) == ("complete", 4)


def test_a_reader_who_stops_early_is_recorded_as_such(gate) -> None:
    answer = gate.ask(
        f'SELECT a.name FROM "{gate.slug}" AS a, generate_series(1, 50000) AS g', by=gate.audit, purpose="audit"
    )
    next(answer.batches)
    answer.batches.close()
    row = Decision.objects.get(pk=answer.receipt.entry)
    assert row.outcome == "stopped"
    assert row.rows > 0


def test_refusals_are_recorded_and_tell_nothing_of_what_exists(gate) -> None:
    receipts = []
    for name in (gate.slug, "no-such-dataset"):
        with pytest.raises(Missing):
            services.answer(
                Question(sql=f'SELECT * FROM "{name}"', purpose="duty"),
                by=gate.stranger,
                now=gate.now,
                refused_with=receipts.append,
            )
    forbidden, unknown = (json.loads(log.entry(receipt.entry).data) for receipt in receipts)
    assert forbidden.keys() == unknown.keys()
    assert forbidden["out"] == unknown["out"] == "refused.grant"
    assert "ds" not in forbidden
    assert "pol" not in forbidden


def test_a_forbidden_dataset_answers_like_an_unknown_one(gate) -> None:
    """The same name, once with the dataset behind it and once without: the same exception, field for field."""
    found = []
    for question in (
        f'SELECT phone FROM "{gate.slug}"',
        f'SELECT nonsense FROM "{gate.slug}"',
        f'SELECT 1/0 FROM "{gate.slug}" LIMIT 0',
    ):
        with pytest.raises(Missing) as refused:
            gate.ask(question, by=gate.stranger, purpose="duty")
        found.append((type(refused.value), refused.value.code, refused.value.details))
    with pytest.raises(Missing) as unknown:
        gate.ask('SELECT 1 FROM "no-such-dataset"', by=gate.stranger, purpose="duty")
    assert all(each == (Missing, "dataset_unknown", {"name": gate.slug}) for each in found)
    assert (type(unknown.value), unknown.value.code, unknown.value.details) == (
        Missing,
        "dataset_unknown",
        {"name": "no-such-dataset"},
    )


def test_quotas_are_reserved_and_settled(gate) -> None:
    gate.grant(
        "Q-1", institution=gate.stranger.institution, purposes=("statistics",),
        duties=(Quota("calls", "day", 3), Quota("rows", "month", 10)),
    )  # fmt: skip

    def ask(limit=None):
        return gate.rows(f'SELECT amount FROM "{gate.slug}"', by=gate.stranger, purpose="statistics", limit=limit)

    assert len(ask()) == 4
    assert {use.what: use.used for use in Use.objects.all()} == {"calls": 1, "rows": 4}
    assert len(ask(limit=2)) == 2
    assert {use.what: use.used for use in Use.objects.all()} == {"calls": 2, "rows": 6}
    assert len(ask()) == 4
    assert code_of(ask) == "quota_spent"
    begun, gate.now = gate.now, gate.now + timedelta(days=1)
    month_ended = begun.astimezone(selectors.zone()).month != gate.now.astimezone(selectors.zone()).month
    assert (len(ask()) == 4) if month_ended else code_of(ask) == "quota_spent"


def test_a_quota_of_rows_cuts_an_answer_badly_and_counts_what_left(gate) -> None:
    gate.grant(
        "Q-2", institution=gate.stranger.institution, purposes=("statistics",), duties=(Quota("rows", "month", 3),)
    )
    assert (
        code_of(lambda: gate.rows(f'SELECT amount FROM "{gate.slug}"', by=gate.stranger, purpose="statistics"))
        == "budget_rows"
    )
    assert Decision.objects.latest("at").outcome == "cut_off"


def test_caps_are_enforced_in_the_stream(gate) -> None:
    gate.grant("C-1", institution=gate.stranger.institution, purposes=("statistics",), duties=(Caps(2, 10_000_000),))
    assert (
        code_of(
            lambda: gate.rows(
                f'SELECT amount FROM "{gate.slug}" WHERE amount > 0', by=gate.stranger, purpose="statistics"
            )
        )
        == "budget_rows"
    )
    assert (
        len(gate.rows(f'SELECT amount FROM "{gate.slug}" ORDER BY 1 LIMIT 2', by=gate.stranger, purpose="statistics"))
        == 2
    )


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("SELECT amount FROM {}", True),
        ("SELECT *, name AS n FROM {} ORDER BY amount", True),
        ("SELECT amount FROM {} LIMIT 3", True),
        ("SELECT amount FROM {} LIMIT 2", False),
        ("SELECT count(amount) FROM {}", False),
        ("SELECT DISTINCT district FROM {} LIMIT 2", False),
        ("SELECT amount FROM {} WHERE amount > 500", False),
        ("SELECT amount FROM {} OFFSET 2", False),
        ("SELECT amount FROM (SELECT amount FROM {} LIMIT 1) AS x", False),
        ("SELECT district, count(*) FROM {} GROUP BY 1 LIMIT 1", False),
    ],
)
def test_what_is_known_to_pass_the_caps_is_refused_before_it_is_run(gate, asked: str, *, known: bool) -> None:
    gate.grant("C-1", institution=gate.stranger.institution, purposes=("statistics",), duties=(Caps(2, 10_000_000),))
    before = Decision.objects.count()
    sql = asked.format(f'"{gate.slug}"')
    if known:
        assert code_of(lambda: gate.rows(sql, by=gate.stranger, purpose="statistics")) == "too_many_rows"
        assert Decision.objects.count() == before
    else:
        assert len(gate.rows(sql, by=gate.stranger, purpose="statistics")) <= 2


def test_a_row_filter_makes_the_number_unknown(gate) -> None:
    duties = (Caps(2, 10_000_000), Filter(Compare("district", "in", ("110108",))))
    gate.grant("C-2", institution=gate.stranger.institution, purposes=("statistics",), duties=duties)
    assert len(gate.rows(f'SELECT amount FROM "{gate.slug}"', by=gate.stranger, purpose="statistics")) == 2


def test_totals_only(gate) -> None:
    gate.grant(
        "T-1", institution=gate.stranger.institution, purposes=("statistics",), duties=(Aggregate(2, "person_id"),)
    )

    def ask(sql: str):
        return gate.rows(sql.format(t=f'"{gate.slug}"'), by=gate.stranger, purpose="statistics")

    assert ask("SELECT district, count(*) AS n FROM {t} GROUP BY district") == [{"district": "110108", "n": 2}]
    assert code_of(lambda: ask("SELECT amount FROM {t}")) == "sql_not_totals"


def test_joining_needs_both_to_allow_it(gate) -> None:
    gate.grant("J-1", institution=gate.stranger.institution, purposes=("public-use",), duties=(Combine(False),))
    homes = published(gate.town.care_homes).slug
    joined = f'SELECT count(*) AS n FROM "{gate.slug}" AS a JOIN "{homes}" AS b USING (district)'
    assert code_of(lambda: gate.ask(joined, by=gate.stranger)) == "combine_not_granted"
    services.revoke("J-1", reason="x", by=gate.steward, now=gate.now)
    gate.grant("J-2", institution=gate.stranger.institution, purposes=("public-use",))
    assert gate.rows(joined, by=gate.stranger)[0]["n"] > 0


def test_the_answer_tells_how_each_column_was_treated(gate) -> None:
    answer = gate.ask(
        f'SELECT person_id, upper(name) AS u, amount, count(*) OVER () AS n FROM "{gate.slug}"',
        by=gate.district,
        purpose="service-delivery",
    )
    list(answer.batches)
    assert [(seen.name, seen.treatment, seen.mark) for seen in answer.columns] == [
        ("person_id", "masked", 1), ("u", "computed", 2), ("amount", "clear", None), ("n", "clear", None),
    ]  # fmt: skip
    kinds = [type(duty).__name__ for _, duty in answer.reasons]
    assert kinds[:2] == ["Mask", "Mask"]
    assert "Filter" in kinds


def test_decide_runs_nothing_and_writes_nothing(gate, django_assert_max_num_queries) -> None:
    before = Decision.objects.count()
    with django_assert_max_num_queries(12):
        decided = services.decide(
            Question(sql=f'SELECT name FROM "{gate.slug}"', purpose="audit"), by=gate.audit, now=gate.now
        )
    assert Decision.objects.count() == before
    assert decided.governed.datasets == (gate.register,)
    assert decided.decisions[0].policy == "AG-2026-0127"


def test_parameters(gate) -> None:
    slug = published(gate.town.care_homes).slug
    wanted = gate.rows(f"SELECT * FROM \"{slug}\" WHERE district = '110101'")
    assert wanted
    assert gate.rows(f'SELECT * FROM "{slug}" WHERE district = ?', parameters=["110101"]) == wanted
    assert gate.rows(f'SELECT * FROM "{slug}" WHERE district = $d', parameters={"d": "110101"}) == wanted
    assert gate.rows(f'SELECT * FROM "{slug}" WHERE district = ?', parameters=["' OR true --"]) == []
    for parameters in ([], ["a", "b"], {"d": "x"}):
        assert (
            code_of(
                lambda parameters=parameters: gate.ask(
                    f'SELECT * FROM "{slug}" WHERE district = ?', parameters=parameters
                )
            )
            == "parameter_count"
        )


def test_the_sweep_closes_what_nobody_closed(gate) -> None:
    answer = gate.ask(f'SELECT name FROM "{gate.slug}"', by=gate.audit, purpose="audit")
    assert services.sweep(now=gate.now + timedelta(minutes=5)) == 0
    assert services.sweep(now=gate.now + timedelta(minutes=16)) == 1
    assert services.sweep(now=gate.now + timedelta(minutes=16)) == 0
    row = Decision.objects.get(pk=answer.receipt.entry)
    assert (row.outcome, row.rows) == ("failed", None)
    answer.batches.close()


def test_streams_have_a_greatest_number(gate, monkeypatch) -> None:
    import threading

    monkeypatch.setattr(answering, "STREAMS", threading.BoundedSemaphore(1))
    slug = published(gate.town.care_homes).slug
    first = gate.ask(f'SELECT * FROM "{slug}"')
    with pytest.raises(Unavailable) as busy:
        gate.ask(f'SELECT * FROM "{slug}"')
    assert busy.value.code == "busy"
    list(first.batches)
    assert len(gate.rows(f'SELECT * FROM "{slug}"')) == 40
    assert code_of(lambda: gate.rows(f'SELECT nothing FROM "{slug}"')) == "column_unknown"
    assert len(gate.rows(f'SELECT * FROM "{slug}"')) == 40, "a failure gives its place back"


CANARY_QUESTIONS = (
    'SELECT * FROM "{t}"',
    'SELECT CAST(name AS INT) FROM "{t}"',
    'SELECT CAST(note AS INT), CAST(person_id AS INT) FROM "{t}"',
    'SELECT phone FROM "{t}"',
    'SELECT error(note) FROM "{t}"',
    'SELECT min(name), max(name), string_agg(person_id, name) FROM "{t}"',
    "SELECT * FROM \"{t}\" WHERE name LIKE '王小%'",
    'SELECT t FROM "{t}" AS t',
    'SELECT strptime(name, person_id) FROM "{t}"',
    'SELECT * FROM "{t}" ORDER BY note LIMIT 1',
    'SELECT (SELECT name FROM "{t}") AS one',
)


def test_a_planted_value_occurs_nowhere(gate, client, caplog) -> None:
    """In no byte of an answer, an error, a log line, a header or a file of ours; wherever it might have slipped out."""
    from kaimen.gate import encoders
    from kaimen.gate.services import telling

    caplog.set_level(logging.DEBUG)
    seen: list[bytes] = []
    for question in CANARY_QUESTIONS:
        sql = question.format(t=gate.slug)
        for by, purpose in ((gate.district, "service-delivery"), (gate.audit, "audit")):
            for form in encoders.FORMS.values():
                try:
                    answer = gate.ask(sql, by=by, purpose=purpose)
                    seen.append(b"".join(form.write(answer.schema, answer.batches, telling.answer(answer))))
                    seen.append(answer.decided.governed.shown().encode())
                except KaimenError as refused:
                    seen.append(f"{refused} {refused.details} {refused.__context__!r} {refused.__cause__!r}".encode())
    seen.append(caplog.text.encode())
    seen += [log.entry(row.receipt).data for row in Decision.objects.all()]
    seen += [json.dumps([row.columns, row.datasets, row.policies]).encode() for row in Decision.objects.all()]
    assert any("赵**".encode() in piece for piece in seen)
    for canary in CANARIES:
        asked = canary.encode()
        assert not [piece[:200] for piece in seen if asked in piece], canary


def test_the_public_is_answered_by_the_public_offer_only(gate) -> None:
    assert selectors.grants_of(ANYBODY, now=gate.now) == []
    assert [line.code for line in selectors.grants_of(gate.audit, now=gate.now)] == ["AG-2026-0127"]
    policies = selectors.policies_for(ANYBODY, [gate.register, gate.town.care_homes], gate.now)
    assert [policy.kind for policy in policies[gate.town.care_homes]] == ["offer"]
    assert [policy.kind for policy in policies[gate.register]] == ["set"]


def test_a_person_of_the_body_but_another_body_is_another_asker(gate) -> None:
    other = replace(gate.audit, institution=gate.stranger.institution)
    assert code_of(lambda: gate.ask(f'SELECT 1 FROM "{gate.slug}"', by=other, purpose="audit")) == "dataset_unknown"


def test_bad_masks_are_not_granted(gate) -> None:
    with pytest.raises(Invalid):
        GrantForm.duties_of(masks={"name": "rot13"})


@pytest.mark.parametrize("name", encoders.FORMS)
def test_an_answer_that_passes_its_cap_ends_with_the_code_and_cannot_be_read_as_whole(gate, name) -> None:
    slug = published(gate.town.care_homes).slug
    found = gate.ask(f'SELECT a.name, b.x FROM "{slug}" AS a CROSS JOIN unnest(generate_series(1, 100000)) AS b(x)')
    sent = bytearray()

    def take() -> None:
        for piece in respond(found, encoders.FORMS[name]):
            sent.extend(piece)

    assert code_of(take) == "budget_rows"
    if name == "parquet" and not sent:  # packed so small that nothing was sent before the refusal
        return
    assert b"budget_rows" in sent[-100:]
    with pytest.raises((ValueError, OSError, pa.ArrowException)):
        READERS[name](bytes(sent))


READERS = {
    "json": json.loads,
    "csv": lambda data: pa_csv.read_csv(io.BytesIO(data)),
    "arrow": lambda data: pa.ipc.open_stream(data).read_all(),
    "parquet": lambda data: pq.read_table(io.BytesIO(data)),
}


def test_an_older_version_is_answered_when_it_is_named_under_todays_rules(gate) -> None:
    """A figure is computed again from what it came from; the register's covered columns stay covered in every version."""
    entry, slug = gate.town.care_homes, published(gate.town.care_homes).slug
    before = gate.rows(f'SELECT count(*) AS n FROM "{slug}"')
    feed = Feed.objects.get(table__entry=entry)
    delivery = lake.receive(feed, [care_homes(7).encode()], name="f.csv")
    planned = lake.plan_load(feed.pk, delivery=delivery, by=gate.steward, now=gate.now)
    assert lake.advance(planned.pk, now=gate.now).state == "published"
    assert gate.rows(f'SELECT count(*) AS n FROM "{slug}"') == [{"n": 7}]
    assert gate.rows(f'SELECT count(*) AS n FROM "{slug}"', versions={entry: 1}) == before == [{"n": 40}]
    names = gate.rows(f'SELECT legal_rep FROM "{slug}"', versions={entry: 1})
    assert all(row["legal_rep"].endswith("*") for row in names)
    with pytest.raises(Missing, match="snapshot_missing"):
        gate.rows(f'SELECT count(*) AS n FROM "{slug}"', versions={entry: 9})
    with pytest.raises(Missing, match="dataset_unknown"):
        gate.rows(f'SELECT count(*) AS n FROM "{gate.slug}"', versions={gate.register: 1})
