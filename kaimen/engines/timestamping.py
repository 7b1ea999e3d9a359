"""RFC 3161: ask a time-stamp authority to put its signed time to a text, and check such a token by the authority's certificates.

The signature of a token is checked by readers, who know whom they trust; who asks checks only that it is an answer to the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.tsp import PKIStatus

from kaimen.core.errors import Invalid, Unavailable

TIMEOUT_S = 20.0
LARGEST_TOKEN = 64 * 1024
_GRANTED = {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}


def ask(url: str, message: bytes) -> tuple[bytes, datetime]:
    """A token over the message, and the time in it. SHA-256, since not every authority allows the library's SHA-512.

    Raises `Unavailable("timestamp_unreachable")`, `Invalid("timestamp")` for an answer to something else or a refusal.
    """
    question = (
        TimestampRequestBuilder()
        .data(message)
        .hash_algorithm(HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .build()
    )
    try:
        answer = httpx.post(
            url,
            content=question.as_bytes(),
            headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
            timeout=TIMEOUT_S,
        )
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Unavailable("timestamp_unreachable") from None
    if answer.status_code != 200:
        raise Unavailable("timestamp_unreachable", status=answer.status_code)
    if len(answer.content) > LARGEST_TOKEN:
        raise Invalid("timestamp", why="size")
    read = _read(answer.content)
    if PKIStatus(read.status) not in _GRANTED:
        raise Invalid("timestamp", why="refused")
    imprint, asked = read.tst_info.message_imprint, question.message_imprint
    if (imprint.message, imprint.hash_algorithm, read.tst_info.nonce) != (
        asked.message,
        asked.hash_algorithm,
        question.nonce,
    ):
        raise Invalid("timestamp", why="other")
    return answer.content, read.tst_info.gen_time.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The certificates of a time-stamp authority that a reader trusts: roots, what stands between, its own where that is given."""

    roots: list[x509.Certificate]
    between: list[x509.Certificate]
    own: x509.Certificate | None


def authority(pem: bytes) -> Authority:
    """From a PEM file. Raises `Invalid("timestamp")` when there is no certificate that others hang on."""
    try:
        held = x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise Invalid("timestamp", why="certificate") from None
    roots = [one for one in held if one.issuer == one.subject]
    own = [one for one in held if not _issues(one)]
    if not roots or len(own) > 1:
        raise Invalid("timestamp", why="certificate")
    between = [one for one in held if one not in roots and one not in own]
    return Authority(roots=roots, between=between, own=own[0] if own else None)


def _issues(certificate: x509.Certificate) -> bool:
    """Whether it may stand above other certificates."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def stamped_at(token: bytes, message: bytes, *, by: Authority) -> datetime:
    """The time that the authority has put to this message. Raises `Invalid("timestamp")` for anything else."""
    read = _read(token)
    builder = VerifierBuilder(roots=[*by.roots], intermediates=[*by.between], tsa_certificate=by.own)
    try:
        builder.build().verify_message(read, message)
    except (VerificationError, ValueError):
        raise Invalid("timestamp", why="signature") from None
    return read.tst_info.gen_time.astimezone(UTC)


def _read(token: bytes) -> TimeStampResponse:
    try:
        read = decode_timestamp_response(token)
        read.tst_info  # noqa: B018 - read when asked for: an answer that refuses has none
    except ValueError:
        raise Invalid("timestamp", why="form") from None
    return read
