"""An answer as an HTTP response, whatever door it came through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from kaimen.core.errors import KaimenError
from kaimen.gate import encoders
from kaimen.gate.services import telling
from kaimen.gate.services.answering import Answer

Response = TypeVar("Response", bound=HttpResponseBase)
HELD_BYTES = 1024 * 1024


def respond(found: Answer, form: encoders.Form) -> HttpResponseBase:
    """What is small is sent whole, so that every failure has its status; the rest is streamed. Raises the failure of a small one."""
    pieces = form.write(found.schema, found.batches, telling.answer(found))
    held: list[bytes] = []
    try:
        for piece in pieces:
            held.append(piece)
            if sum(map(len, held)) > HELD_BYTES:
                break
        else:
            return _headed(HttpResponse(b"".join(held), content_type=form.media_type), found, form)
    except BaseException:
        found.batches.close()
        raise
    return _headed(StreamingHttpResponse(_rest(held, pieces, found, form), content_type=form.media_type), found, form)


def _rest(held: list[bytes], pieces: Iterator[bytes], found: Answer, form: encoders.Form) -> Iterator[bytes]:
    """A reader who leaves frees the engine; a failure leaves its mark and breaks the connection."""
    try:
        yield b"".join(held)
        held.clear()
        yield from pieces
    except KaimenError as failure:
        yield form.broken(failure.code)
        raise
    finally:
        found.batches.close()


def _headed(response: Response, found: Answer, form: encoders.Form) -> Response:
    response["Kaimen-Receipt"] = found.receipt.entry
    response["Cache-Control"] = "no-store"
    response["Content-Disposition"] = f'attachment; filename="kaimen-{found.receipt.entry[:8]}.{form.extension}"'
    return response
