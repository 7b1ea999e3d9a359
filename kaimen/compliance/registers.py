"""From what the registers hold to what their templates draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kaimen.accounts import selectors as accounts
from kaimen.accounts.selectors import role_name
from kaimen.compliance.models import Officer
from kaimen.compliance.selectors.exports import Export
from kaimen.compliance.selectors.officers import POSTS, BodyPosts, Post
from kaimen.compliance.selectors.vendors import Vendor
from kaimen.compliance.words import language

if TYPE_CHECKING:
    from kaimen.accounts.models import Institution

VACANT: Mapping[str, object] = {
    "mandatory": _("vacant: this must be filled"),
    "conditional": _("vacant"),
    "encouraged": _("vacant; encouraged, not a duty"),
}
"""What a vacancy means, by the nature of the post in the pack."""


def officers(found: Sequence[BodyPosts]) -> dict[str, object]:
    """Context of `/officers`."""
    return {
        "section": "law",
        "total": len(found),
        "headless": sum(1 for one in found for post in one.posts if post.nature == "mandatory" and not post.held),
        "cdos": sum(1 for one in found for post in one.posts if post.code == "cdo" and post.held),
        "posts": [role_name(code) for code in POSTS],
        "bodies": [
            {
                "body": one,
                "cells": [_cell(next((post for post in one.posts if post.code == code), None)) for code in POSTS],
            }
            for one in found
        ],
    }


def _cell(post: Post | None) -> dict[str, object]:
    if post is None:
        return {"words": "—"}
    if post.holder is not None:
        return {"holder": post.holder}
    if post.held:
        return {"words": _("filled, not published yet")}
    return {"words": VACANT[post.nature], "missing": post.nature == "mandatory"}


def history(
    body: Institution, rows: Sequence[Officer], present: Mapping[str, bool], *, official: bool
) -> dict[str, object]:
    """Context of `/officers/<body>`."""
    return {
        "section": "law",
        "body": body,
        "official": official,
        "lines": [
            {
                "post": role_name(row.post),
                "row": row,
                "present": present[row.case],
                "name": row.name if present[row.case] or official else "",
            }
            for row in rows
        ],
    }


def exports(found: Sequence[Export]) -> dict[str, object]:
    """Context of `/exports`."""
    return {
        "section": "law",
        "lines": [
            {
                "one": one,
                "state": one.state.in_(language()),
                "route": one.route.in_(language()) if one.route else "",
                "why": one.why.in_(language()) if one.why else "",
            }
            for one in found
        ],
    }


def vendors(found: Sequence[Vendor]) -> dict[str, object]:
    """Context of `/vendors`."""
    return {
        "section": "cases",
        "lines": [{"one": one, "state": one.state.in_(language()), "vendor": _body_name(one.vendor)} for one in found],
    }


def _body_name(slug: str) -> str:
    body = accounts.institution(slug)
    return body.name_en if language() == "en" else body.name_zh
