"""Leaves hold what their kind allows and nothing else; commitments hide; canonical JSON has one form."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import assume, given
from hypothesis import strategies as st

from kaimen.core.errors import Invalid
from kaimen.core.tlog import commitment, leaf
from kaimen.core.tlog.encoding import b64, b64url, jcs, unb64, unb64url
from kaimen.core.tlog.kinds import KINDS, PUBLIC_DOCUMENT, PUBLIC_FIELDS, WHO, Kind

DIGEST = b64url(b"\7" * 32)
OPAQUE = {"inst": "11110000000000000X", "ds": "01JD0000000000000000000000", "pol": DIGEST, "d": DIGEST}
salts = st.binary(min_size=32, max_size=32)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


def public(kind: Kind) -> dict[str, str]:
    spec = KINDS[kind]
    return {name: OPAQUE[name] for name in spec.public - {"out"}} | {"out": min(spec.out)}


def build(kind: Kind, fields: dict[str, str]) -> bytes:
    return leaf.build(
        kind, entry=b"\1" * 16, node="lane-01", n=1, t=1_795_400_467_500, commitment=b"\2" * 32, public=fields
    )


@given(values)
def test_the_fast_encoder_writes_what_the_reference_writes(value: object) -> None:
    try:
        expected = rfc8785.dumps(value)  # type: ignore[arg-type]
        rfc8785.dumps(json.loads(expected))
    except (ValueError, UnicodeEncodeError):
        with pytest.raises((ValueError, UnicodeEncodeError)):
            jcs(value)  # type: ignore[arg-type]
    else:
        assert jcs(value) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [2**53, -(2**53), float("nan"), float("inf"), [2**60], {"a": 2**53}, 2.0**53, [1e20]])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        jcs(value)  # type: ignore[arg-type]


@given(st.binary(max_size=80))
def test_base64_has_one_form(data: bytes) -> None:
    assert unb64(b64(data)) == data
    assert unb64url(b64url(data)) == data


@pytest.mark.parametrize("text", ["QQ", "QR==", "QQ=", "QQ==\n", "Q Q==", "QQ==QQ==", "_-A="])
def test_other_forms_of_base64_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        unb64(text)


@pytest.mark.parametrize("text", ["QQ==", "QR", "Q", "Q+", "QQ\n"])
def test_other_forms_of_base64url_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        unb64url(text)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_leaf_of_its_own_fields(kind: Kind) -> None:
    fields = leaf.check_public(kind, public(kind))
    data = build(kind, fields)
    said = leaf.parse(data)
    assert (said.kind, said.public, said.n, said.c) == (kind, fields, 1, b"\2" * 32)
    assert len(data) < 512
    assert list(json.loads(data)) == sorted(json.loads(data))


@pytest.mark.parametrize("kind", list(Kind))
def test_no_kind_lets_a_foreign_field_through(kind: Kind) -> None:
    spec = KINDS[kind]
    assert spec.public <= PUBLIC_FIELDS
    for name in {"title", "person", "rows", "query", "v", "c", *(PUBLIC_FIELDS - spec.public)}:
        with pytest.raises(Invalid) as refusal:
            leaf.check_public(kind, {**public(kind), name: "x"})
        assert refusal.value.details == {"kind": kind.value, "field": name}
    for name in spec.public - spec.optional:
        with pytest.raises(Invalid):
            leaf.check_public(kind, {**public(kind), name: None})
    leaf.check_private(kind, dict.fromkeys(spec.private))
    for wrong in ({**dict.fromkeys(spec.private), "more": 1}, dict.fromkeys(sorted(spec.private)[1:])):
        with pytest.raises(Invalid):
            leaf.check_private(kind, wrong)


@given(st.sampled_from(["inst", "ds"]), st.text(max_size=80))
def test_a_reference_is_opaque_and_short(name: str, text: str) -> None:
    """No blank, no Chinese, no sentence: a name or a title does not pass."""
    assume(not text.isascii() or " " in text or len(text) > 64)
    with pytest.raises(Invalid):
        leaf.check_public(Kind.LOAD_REFUSED, {**public(Kind.LOAD_REFUSED), name: text})


@pytest.mark.parametrize("kind", [Kind.ENTRY_PUBLISHED])
def test_only_kinds_of_public_documents_carry_their_digest(kind: Kind) -> None:
    assert kind in PUBLIC_DOCUMENT
    assert Kind.GATE_ANSWERED not in PUBLIC_DOCUMENT
    assert Kind.HEARTBEAT not in PUBLIC_DOCUMENT


def test_no_private_field_is_named_like_a_public_one() -> None:
    assert not WHO & PUBLIC_FIELDS


def test_other_spellings_of_a_leaf_are_refused() -> None:
    data = build(Kind.DEMO_LOADED, {"out": "done"})
    assert leaf.parse(data)
    for other in (data + b" ", data.replace(b'"v":1', b'"v":2'), data.replace(b'"n":1', b'"n":1.0'), data.replace(b'"n":1', b'"n":0'),
                  data.replace(b"done", b"maybe"), data.replace(b"{", b'{"a":1,'), b"{}", b"[]", b"1", b"\xff", b"", b"[" * 5000):  # fmt: skip
        with pytest.raises(Invalid):
            leaf.parse(other)


def test_a_leaf_has_a_greatest_size() -> None:
    with pytest.raises(Invalid) as refusal:
        leaf.build(
            Kind.DEMO_LOADED, entry=b"\1" * 16, node="x" * 2048, n=1, t=1, commitment=b"\2" * 32, public={"out": "done"}
        )
    assert refusal.value.code == "leaf_too_large"


# ---------------------------------------------------------------- commitment
def _has_form(value: object) -> bool:
    try:
        jcs(value)  # type: ignore[arg-type]
    except (ValueError, UnicodeEncodeError):
        return False
    return True


records = st.dictionaries(st.text("abcdef", min_size=1, max_size=6), values.filter(_has_form), min_size=1, max_size=6)


@given(records, salts, st.data())
def test_every_opening_of_some_fields_opens_and_shows_no_other(record: dict, salt: bytes, data: st.DataObject) -> None:
    fields = data.draw(st.sets(st.sampled_from(sorted(record))))
    opening = commitment.open_fields("e", record, salt, fields=fields)
    read = commitment.parse_opening(json.loads(opening.text()))
    assert commitment.opens(read, commitment.commit(record, salt))
    assert set(read.shown) == fields
    assert salt not in opening.text()
    assert b64url(salt).encode() not in opening.text()


@given(records, salts, values.filter(_has_form), st.data())
def test_another_value_salt_or_field_does_not_open(
    record: dict, salt: bytes, other: object, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(record)))
    committed = commitment.commit(record, salt)
    opening = commitment.open_fields("e", record, salt, fields=[name])
    value, field_salt = opening.shown[name]
    assume(jcs(other) != jcs(value))  # type: ignore[arg-type]
    for shown in (
        {name: (other, field_salt)},
        {name: (value, bytes(32))},
        {"other": (value, field_salt)},
        {name: (value, field_salt[:31])},
    ):
        assert not commitment.opens(commitment.Opening(entry="e", digests=opening.digests, shown=shown), committed)
    changed = {**opening.digests, name: b64url(bytes(32))}
    assert not commitment.opens(commitment.Opening(entry="e", digests=changed, shown={}), committed)


@given(records, salts, salts)
def test_another_salt_is_another_commitment(record: dict, one: bytes, other: bytes) -> None:
    assume(one != other)
    assert commitment.commit(record, one) != commitment.commit(record, other)


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_salt_has_32_bytes(size: int) -> None:
    with pytest.raises(Invalid) as refusal:
        commitment.commit({"a": 1}, b"k" * size)
    assert refusal.value.code == "salt_length"


@pytest.mark.parametrize("document", [None, [], {}, {"opening": "x"}, {"opening": commitment.OPENING, "entry": "e", "digests": 1, "shown": {}},
                                      {"opening": commitment.OPENING, "entry": "e", "digests": {}, "shown": {"a": {"value": 1, "salt": "?"}}}])  # fmt: skip
def test_what_is_not_an_opening_is_refused(document: object) -> None:
    with pytest.raises(Invalid):
        commitment.parse_opening(document)
