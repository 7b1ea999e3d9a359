"""How bodies of requests are read: JSON in which every text can be written again as UTF-8."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from ninja.parser import Parser
from pydantic import ConfigDict

ESCAPED_HALF = b"\\ud"
"""How half of a surrogate pair is escaped. Alone it is no character, and no store, log or engine takes it."""


class ReadableParser(Parser):
    """The usual one, which refuses halves of characters."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Raises ValueError: the body is no JSON, or holds half of a character."""
        told = json.loads(request.body)
        if ESCAPED_HALF in request.body.lower():
            json.dumps(told, ensure_ascii=False).encode()
        return told


class Asked(Schema):
    """What the body of a request may say: nothing that is not asked, so that nobody believes a condition was heard that was dropped."""

    model_config = ConfigDict(extra="forbid")
