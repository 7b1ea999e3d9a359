"""Which language: pages by their address, everything else by Accept-Language."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

WITHOUT_PREFIX = ("/api/", "/log/tile/", "/log/checkpoint", "/log/proof/")


def of_request(request: HttpRequest) -> str:
    """`zh-hans` or `en`; zh-Hans where nothing is said."""
    path = request.path_info
    if path == "/en" or path.startswith("/en/"):
        return "en"
    if path.startswith(WITHOUT_PREFIX):
        for code, _ in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
            if code.startswith("en"):
                return "en"
            if code.startswith("zh"):
                return "zh-hans"
    return "zh-hans"


class LanguageMiddleware:
    """Switches the language on for one request and says so in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = of_request(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", "zh-Hans" if language == "zh-hans" else "en")
        return response
