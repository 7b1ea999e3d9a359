"""Matrix test 1: each address has a tag, its roles exist in the pack, and nothing of allauth's is open that we did not name."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from ninja import NinjaAPI

from kaimen.accounts import permissions
from kaimen.accounts.permissions import tag_of, walk
from kaimen.accounts.reference import permissions_page
from kaimen.accounts.roles import roles
from kaimen.accounts.scopes import Scope
from kaimen.web.access import PUBLIC, SIGNED_IN, access

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "permissions.md"


def test_every_address_has_a_tag() -> None:
    found = walk()
    assert len([one for one in found if one.methods]) > 10
    assert len([one for one in found if not one.methods]) > 30
    assert not [f"{one.path} ({one.view})" for one in found if one.tag is None]


def test_the_roles_and_scopes_of_every_tag_exist() -> None:
    known = set(roles()) | {PUBLIC, SIGNED_IN}
    for one in walk():
        assert one.tag is not None
        assert one.tag.roles, one
        assert one.tag.roles <= known, one
        assert one.tag.scope is None or one.tag.scope in set(Scope), one


def test_a_token_is_never_enough_where_a_fresh_person_is_asked_for() -> None:
    assert not [one for one in walk() if one.tag and one.tag.fresh_s is not None and one.tag.scope is not None]


def test_allauths_other_addresses_do_not_exist() -> None:
    for address in (
        "signup/",
        "signup",
        "email/",
        "password/set/",
        "login/code/",
        "3rdparty/",
        "social/login/cancelled/",
    ):
        assert Client().get(f"/accounts/{address}").status_code == 404, address


def test_the_printed_matrix_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == permissions_page(), "write it anew: ./run python -m kaimen.config.reference"


def _untagged(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse("should never be seen")


_api = NinjaAPI(urls_namespace="untagged")


@_api.get("/open")
@access(PUBLIC)
def _open(request: HttpRequest) -> str:
    del request
    return "seen"


@_api.get("/shut")
def _shut(request: HttpRequest) -> str:
    del request
    return "should never be seen"


urlpatterns = [path("untagged", _untagged), path("api/v1/", _api.urls)]


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_an_address_without_a_tag_is_closed() -> None:
    assert permissions.walk()
    assert {one.view.rsplit(".", 1)[-1] for one in permissions.walk() if one.tag is None} >= {"_untagged", "_shut"}
    answers = [Client().get(address) for address in ("/api/v1/open", "/api/v1/shut", "/api/v1/openapi.json")]
    assert [answer.status_code for answer in answers] == [200, 403, 200]
    assert b"should never" not in answers[1].content


def test_a_method_that_an_operation_does_not_know_is_not_found_behind_its_address() -> None:
    view = next(pattern.callback for pattern in _api.urls[0] if str(pattern.pattern) == "open")
    assert tag_of(view, "GET") == access(PUBLIC)(_untagged_copy()).access  # type: ignore[attr-defined]
    assert tag_of(view, "DELETE") == "no_such_method"


def _untagged_copy() -> object:
    def view() -> None: ...

    return view  # type: ignore[return-value]
