"""API operations of this room: ask, see what one would get, look at receipts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router

from kaimen.accounts.selectors import actor
from kaimen.core.errors import KaimenError
from kaimen.evidence.services import Receipt
from kaimen.gate import encoders, selectors, services
from kaimen.gate.schemas import AnswerOut, DatasetSchemaOut, DecidedOut, GivenOut, QueryIn
from kaimen.gate.services import Question, respond, telling
from kaimen.gate.services.answering import tell
from kaimen.web.access import PUBLIC, access
from kaimen.web.errors import of_exception
from kaimen.web.now import now
from kaimen.web.visitor import visitor_of

router = Router()


@router.post("/query", response=AnswerOut)
@access(PUBLIC, scope="gate:query")
def post_query(request: HttpRequest, body: QueryIn) -> HttpResponseBase:
    """Ask a question in SQL; the form of the answer by `Accept`: JSON, CSV, Arrow IPC, Parquet, else 406. The receipt is in `Kaimen-Receipt`."""
    form = encoders.asked_for(request.headers.get("Accept", ""))
    receipts: list[Receipt] = []
    try:
        found = services.answer(
            _question(body, visitor=visitor_of(request)), by=actor(request), now=now(), refused_with=receipts.append
        )
        receipts.append(found.receipt)
        return respond(found, form)
    except KaimenError as refusal:
        response = of_exception(request, refusal)
        if receipts:
            response["Kaimen-Receipt"] = receipts[0].entry
        return response


@router.post("/decide", response=DecidedOut)
@access(PUBLIC, scope="gate:query")
def post_decide(request: HttpRequest, body: QueryIn) -> dict[str, Any]:
    """What would I get, and why: decisions, obligations, where each column comes from. Runs nothing."""
    found = services.decide(_question(body), by=actor(request), now=now())
    return telling.decided(found, tell(found)[0])


@router.get("/gate/datasets/{name}/schema", response=DatasetSchemaOut)
@access(PUBLIC, scope="gate:query")
def get_schema(request: HttpRequest, name: str, purpose: str, agreement: str | None = None) -> dict[str, Any]:
    """The columns of a dataset as you would see them for a purpose; what is denied is absent."""
    quoted = name.replace('"', '""')
    question = Question(sql=f'SELECT * FROM "{quoted}"', purpose=purpose, agreement=agreement)  # noqa: S608 - read as untrusted text
    return telling.schema(services.decide(question, by=actor(request), now=now()))


@router.get("/gate/receipts/{receipt}", response=GivenOut)
@access(PUBLIC, scope="gate:query")
def get_receipt(request: HttpRequest, receipt: str) -> dict[str, Any]:
    """An answer that was given to you: when, under what, how it ended, and where its proof is."""
    told = selectors.receipt(receipt, by=actor(request))
    return {
        "receipt": told.receipt,
        "at": told.at,
        "purpose": told.purpose,
        "datasets": told.datasets,
        "policies": told.policies,
        "policy_hash": told.policy_hash,
        "outcome": told.outcome,
        "rows": told.rows,
        "bytes": told.bytes,
        "proof": telling.proof_address(told.receipt),
    }


def _question(body: QueryIn, *, visitor: str = "") -> Question:
    return Question(
        sql=body.sql,
        purpose=body.purpose,
        agreement=body.agreement or None,
        parameters=body.parameters,
        limit=body.limit,
        visitor=visitor,
    )
