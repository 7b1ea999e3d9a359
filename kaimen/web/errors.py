"""The one place where a code becomes a sentence: a page for people, RFC 9457 problem JSON for programs.

No engine text, path, value or trace leaves: what is not a `KaimenError` is a bare 500 with a number to quote.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from kaimen.core.errors import KaimenError, Unavailable
from kaimen.engines.storage import is_full
from kaimen.web.language import of_request
from kaimen.web.sentences import of_code
from kaimen.web.sentences.form import Words

if TYPE_CHECKING:
    from ninja import NinjaAPI

log = logging.getLogger("kaimen.errors")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
FORMATLESS = ("/api/", "/log/tile/", "/log/checkpoint", "/log/proof/")


def quotable() -> str:
    """A short number that a person can read out and that stands in our own log, for example `7F3K`."""
    return "".join(secrets.choice(ALPHABET) for _ in range(6))


def words(code: str, facts: Mapping[str, object]) -> Words:
    """The sentence of a code in the reader's language; an unknown code says that it is our fault."""
    language = get_language() or "zh-hans"
    found = of_code(code, language=language) or of_code("broken", language=language)
    assert found is not None  # noqa: S101 - "broken" stands in this package
    return found.filled(facts)


def problem(status: int, code: str, facts: Mapping[str, object]) -> dict[str, object]:
    """The RFC 9457 body: `type` leads to the reference, `code` is stable, `title` and `detail` are for people."""
    said = words(code, facts)
    return {
        "type": f"/problems/{code}",
        "title": said.what,
        "status": status,
        "detail": " ".join(part for part in (said.why, said.todo) if part),
        "code": code,
        "facts": dict(facts),
    }


def answer(request: HttpRequest, status: int, code: str, facts: Mapping[str, object]) -> HttpResponse:
    """The answer to a refusal or a failure: problem JSON under the API, a page elsewhere."""
    if request.path_info.startswith(FORMATLESS):
        response = HttpResponse(
            json.dumps(problem(status, code, facts), ensure_ascii=False),
            status=status,
            content_type="application/problem+json",
        )
        patch_vary_headers(response, ["Accept-Language"])
    else:
        response = render(
            request,
            "web/error.html",
            {"status": status, "code": code, "said": words(code, facts), "facts": dict(facts)},
            status=status,
        )
    retry = facts.get("retry_after_s")
    if status in {429, 503} and isinstance(retry, int):
        response["Retry-After"] = str(retry)
    return response


def of_exception(request: HttpRequest, error: Exception) -> HttpResponse:
    """Whatever was raised, as an answer."""
    match error:
        case KaimenError():
            return answer(request, error.status, error.code, error.details)
        case Http404():
            return answer(request, 404, "page_missing", {})
        case OSError() | DatabaseError() if is_full(error):
            return answer(request, Unavailable.status, "storage_full", {})
        case PermissionDenied():
            return answer(request, 403, "csrf", {})
        case RequestDataTooBig():
            return answer(request, 413, "body_too_large", {"longest_mib": settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20})
        case SuspiciousOperation():
            return answer(request, 400, "request_unreadable", {})
        case _:
            number = quotable()
            log.error("request %s failed", number, exc_info=error)
            return answer(request, 500, "broken", {"request": number})


class ErrorMiddleware:
    """Outermost of ours: turns every exception of a view into an answer, and addresses that do not exist too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.path_info.startswith("/api/"):
            with translation.override(
                of_request(request)
            ):  # this stands outside of the middleware that switches languages
                told = answer(request, 405, "method", {})
            told["Allow"] = response.headers.get("Allow", "")
            return told
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """Django calls this for errors raised by views."""
        return of_exception(request, error)


class MethodMiddleware:
    """Where a page takes only what a form sends and somebody opens it, a page says so instead of nothing.

    It stands inside of what chooses the language, so that the page is in it; below the API the outer one answers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.path_info.startswith(FORMATLESS):
            return response
        told = answer(request, 405, "method", {})
        told["Allow"] = response.headers.get("Allow", "")
        return told


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404 handler (no such address)."""
    if isinstance(exception, KaimenError):
        return of_exception(request, exception)
    return of_exception(request, Http404())


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500 handler: what went wrong outside of a view."""
    return of_exception(request, RuntimeError("outside of a view"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400 handler."""
    return of_exception(
        request, exception if isinstance(exception, SuspiciousOperation) else SuspiciousOperation(str(exception))
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF view; the reason is for developers and is not shown."""
    del reason
    return answer(request, 403, "csrf", {})


def _place(loc: Sequence[object]) -> str:
    """Where in the request a fault stands, in its sender's words: `parameters.0`. The validator's own words for shapes are left out."""
    parts = loc[2:] if loc[:1] == ("body",) else loc[1:]
    told = takewhile(lambda part: isinstance(part, int) or str(part).replace("-", "_").isidentifier(), parts)
    return ".".join(str(part) for part in told)


def add_handlers(api: NinjaAPI) -> None:
    """Teach ninja the same answers."""
    from ninja.errors import HttpError, ValidationError

    @api.exception_handler(KaimenError)
    def _refusal(request: HttpRequest, error: KaimenError) -> HttpResponse:
        return of_exception(request, error)

    @api.exception_handler(ValidationError)
    def _form(request: HttpRequest, error: ValidationError) -> HttpResponse:
        places = sorted({_place(item.get("loc", ())) for item in error.errors} - {""})
        return answer(request, 422, "request_form", {"fields": ", ".join(places)})

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        del error  # ninja raises it for a body that its parser cannot read
        return answer(request, 400, "body_not_json", {})

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return of_exception(request, error)

    @api.exception_handler(Exception)
    def _bug(request: HttpRequest, error: Exception) -> HttpResponse:
        return of_exception(request, error)


__all__ = ["ErrorMiddleware", "MethodMiddleware", "add_handlers", "answer", "of_exception", "problem", "words"]
