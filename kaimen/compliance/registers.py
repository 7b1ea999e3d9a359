"""From what the registers hold to what their templates draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kaimen.accounts import selectors as accounts
from kaimen.accounts.selectors import role_name
from kaimen.cases import selectors as cases
from kaimen.catalogue import selectors as catalogue
from kaimen.compliance.forms import Confirm
from kaimen.compliance.models import Commitment, Officer
from kaimen.compliance.pledge import Pledge
from kaimen.compliance.selectors import inventory
from kaimen.compliance.selectors.exports import Export
from kaimen.compliance.selectors.grading import Desk
from kaimen.compliance.selectors.officers import POSTS, BodyPosts, Post
from kaimen.compliance.selectors.vendors import Vendor
from kaimen.compliance.services import CONFIRM
from kaimen.compliance.words import language
from kaimen.core.lifecycle.workflow import Field
from kaimen.core.metadata.grading import Why
from kaimen.core.policy.party import Actor

if TYPE_CHECKING:
    from kaimen.accounts.models import Institution
    from kaimen.core.metadata.entry import PublishedEntry

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


def _said(asked: Field, value: object) -> str:
    """An answer in words."""
    if asked.code_list:
        listed = catalogue.spec().list_of(asked.code_list).codes
        names = {code: one.name(language()) for code, one in listed.items()}
    else:
        names = {code: one.in_(language()) for code, one in asked.codes.items()}
    match value:
        case None | "" | []:
            return "—"
        case bool():
            return str(_("yes") if value else _("no"))
        case list():
            return (", " if language() == "en" else "、").join(names.get(str(one), str(one)) for one in value)
        case _:
            return names.get(str(value), str(value))


def _body_name(slug: str) -> str:
    body = accounts.institution(slug)
    return body.name_en if language() == "en" else body.name_zh


PUBLIC_PART = (
    "purposes", "basis", "statute", "pi_kinds", "persons_band", "source", "months", "months_basis", "notice", "notice_at", "storage",
    "automated",
)  # fmt: skip
"""Answers of a record that everybody may read, in this order."""


def processing(found: Sequence[inventory.Record]) -> dict[str, object]:
    """Context of `/processing`."""
    fields = cases.workflow(inventory.WORKFLOW).fields
    return {
        "section": "law",
        "records": [
            {
                "one": one,
                "body": _body_name(one.provider),
                "recipients": [_body_name(slug) for slug in sorted(one.recipients)],
                "lines": [
                    (fields[name].words.in_(language()), _said(fields[name], one.facts.get(name)))
                    for name in PUBLIC_PART
                ],
            }
            for one in found
        ],
    }


FOUND: Mapping[str, object] = {
    "record": _("there is no record of processing"),
    "purpose": _("purpose that no record names"),
    "recipient": _("recipient that no record names"),
    "column": _("column that no record names"),
}


def processing_work(undeclared: Sequence[PublishedEntry], found: Sequence[inventory.Finding]) -> dict[str, object]:
    """Context of `/processing/work`."""
    purposes = cases.workflow(inventory.WORKFLOW).fields["purposes"]
    return {
        "section": "cases",
        "undeclared": undeclared,
        "findings": [
            {
                "one": one,
                "words": FOUND[one.kind],
                "what": _said(purposes, [one.what]) if one.kind == "purpose" else one.what,
                "body": _body_name(one.institution),
            }
            for one in found
        ],
    }


WHY: Mapping[Why, object] = {
    Why.SENSITIVE: _("sensitive personal information"),
    Why.IDENTITY_NUMBER: _("the number of a document or an account"),
    Why.IMPORTANT: _("may be important data"),
    Why.DIRECT: _("identifies a person directly"),
    Why.PERSONAL: _("personal information"),
    Why.LOOKS_PERSONAL: _("looks like personal information by its name, and is not marked so"),
    Why.NOT_SHARED: _("the entry is not shared"),
    Why.QUASI: _("could identify a person together with other columns"),
    Why.NOT_OPEN: _("the entry is not open to everybody"),
    Why.OPEN: _("the entry is open to everybody"),
}
"""Reasons of a suggestion, in words."""


def grading(found: Sequence[Desk]) -> dict[str, object]:
    """Context of `/grading`."""
    return {"section": "cases", "desks": found, "waiting": sum(desk.waiting for desk in found)}


def grading_entry(desk: Desk, form: Confirm, *, by: Actor) -> dict[str, object]:
    """Context of `/grading/<entry>`."""
    return {
        "section": "cases",
        "desk": desk,
        "form": form,
        "may_confirm": by.role in CONFIRM and str(by.institution) == str(desk.entry.provider),
        "lines": [
            {
                "column": column,
                "name": column.item.name(language()),
                "field": form[f"level_{place}"],
                "why": [WHY[why] for why in column.suggestion.why],
            }
            for place, column in enumerate(desk.columns)
        ],
    }


def commitments(found: Sequence[Commitment]) -> dict[str, object]:
    """Context of `/commitments`."""
    entries = catalogue.published_many({one.dataset for one in found})
    purposes = cases.workflow(inventory.WORKFLOW).fields["purposes"]
    numbers = cases.known_numbers(one.code for one in found)
    return {
        "section": "cases",
        "lines": [
            {
                "one": one,
                "has_case": one.code in numbers,
                "entry": entries.get(one.dataset),
                "body": _body_name(one.institution),
                "purposes": _said(purposes, one.purposes),
            }
            for one in found
        ],
    }


def commitment_text(text: Pledge) -> dict[str, object]:
    """Context of `/commitments/text`."""
    return {"section": "law", "text": text, "words": text.words.in_(language())}
