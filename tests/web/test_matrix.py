"""Matrix test 2: every address by every role, at one's own objects and at others'. What is expected is the tag and permissions.yaml.

Where many would be told the same, some are asked, others from address to address; `KAIMEN_TEST_MATRIX=whole` asks everybody everywhere.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml
from django.db import transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from kaimen.accounts.permissions import Address, walk
from kaimen.accounts.roles import roles
from kaimen.accounts.selectors import ALWAYS_IN_SCOPE
from kaimen.engines import pool
from kaimen.evidence.models import Entry
from kaimen.web.access import PUBLIC, SIGNED_IN, Access
from tests.web.world import NEVER, Visitor, World, a_world, stale, token

WHOLE = os.environ.get("KAIMEN_TEST_MATRIX") == "whole"
API = "/api/"
DOOR = {
    "role_missing",
    "sign_in_needed",
    "insufficient_scope",
    "fresh_sign_in_needed",
    "person_needed",
    "token_invalid",
}
"""Codes of the door; a service behind it may say the first, too."""
NOBODY = "00000000-0000-4000-8000-000000000000"
SPARED = {
    "/accounts/logout",
    "/api/v1/monitor/compute",
    "/api/v1/zones/analyses/<code>/run",
    "/zones/analyses/<str:code>/run",
}
"""Asked by few: they end the session or put a long question to the engine."""


@dataclass(frozen=True)
class Rule:
    """One paragraph of permissions.yaml."""

    object: str
    oversee: frozenset[str]
    others: int
    public: bool


@dataclass(frozen=True)
class Told:
    """An answer as far as it matters here: its status, its code, what was written by it."""

    status: int
    code: str
    written: int = 0

    @property
    def seen(self) -> bool:
        return self.status < 300

    def __str__(self) -> str:
        return f"{self.status} {self.code}" + (f", {self.written} entries in the log" if self.written else "")


@cache
def rules() -> dict[str, Rule]:
    """Of each address with an object in it."""
    read = yaml.safe_load((Path(__file__).parent / "permissions.yaml").read_text("utf-8"))
    found: dict[str, Rule] = {}
    for one in read:
        rule = Rule(
            object=one["object"], oversee=frozenset(one.get("oversee", ())), others=one.get("others", 404),
            public=one.get("public", False),
        )  # fmt: skip
        for address in one["addresses"]:
            assert address not in found, f"stands twice: {address}"
            found[address] = rule
    return found


def name(one: Address) -> str:
    return "/" + one.path.lstrip("/")


def rule_of(one: Address) -> Rule | None:
    """The paragraph of this address and method; None where nobody wrote one."""
    return rules().get(name(one)) or rules().get(f"{''.join(one.methods)} {name(one)}")


def addresses() -> list[Address]:
    return [one for one in walk() if one.tag is not None]


def with_objects() -> list[Address]:
    return [one for one in addresses() if "<" in one.path]


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Made once; each question is rolled back, all of it after the last."""
    del django_db_setup
    home = tmp_path_factory.mktemp("matrix")
    with (
        override_settings(KAIMEN_HOME=home, KAIMEN_WEBHOOK_HOSTS="127.0.0.1"),
        pool.serving(home, readable=[home], workers=1, time_zone="Asia/Shanghai"),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield a_world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def open_database(db: None) -> None:
    del db


def filled(one: Address, values: dict[str, str]) -> str:
    """The address with something in each place."""
    return re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", lambda place: values[place[1] or place[2]], name(one))


def never(one: Address, values: dict[str, str]) -> str:
    """The same address with an object that does not exist: the last place that says which one."""
    places = re.findall(r"<(?:\w+:)?(\w+)>", one.path)
    which = next(place for place in places if place not in {"verb", "section", "kind", "form"})
    other = {"pk": "999999", "appointment_id": NOBODY, "mandate_id": NOBODY}.get(which, NEVER)
    return filled(one, values | {which: other.lower() if which == "slug" else other})


def ask(who: Client, method: str, address: str, **headers: str) -> Told:
    """Ask, and undo what was done by it. An answer that breaks off is a failure, too."""
    before = Entry.objects.count()
    with transaction.atomic():
        more: dict[str, object] = {}
        if method != "GET":
            more = {"data": "{}", "content_type": "application/json"} if address.startswith(API) else {"data": {}}
        got = getattr(who, method.lower())(address, **more, **headers)
        if got.streaming:
            b"".join(got.streaming_content)
        written = Entry.objects.count() - before
        transaction.set_rollback(True)
    code = ""
    if got.status_code >= 400:
        if "json" in got.headers.get("Content-Type", ""):
            code = str(got.json().get("code", ""))
        elif got.context is not None and "code" in got.context:
            code = str(got.context["code"])
    elif got.status_code == 302 and got.headers["Location"].startswith("/accounts/"):
        code = "sign_in_needed" if "/login" in got.headers["Location"] else "confirm"
    return Told(got.status_code, code, written)


def admitted(tag: Access, who: Visitor) -> bool:
    return bool({PUBLIC, who.role} & tag.roles) or (SIGNED_IN in tag.roles and who.signed_in)


def refused_at_the_door(one: Address, who: Visitor, told: Told) -> bool:
    """Exactly as the tag says it."""
    if not who.signed_in:
        return (told.status, told.code) == (401 if name(one).startswith(API) else 302, "sign_in_needed")
    return (told.status, told.code) == (403, "role_missing")


def methods(one: Address) -> tuple[str, ...]:
    return one.methods or ("GET",)


def values_of(world: World, one: Address) -> dict[str, str]:
    rule = rule_of(one)
    return world.objects[rule.object] if rule else {}


def one_of_each_role(world: World) -> list[Visitor]:
    return list({(one.role, one.helped): one for one in reversed(world.visitors)}.values())


def some(visitors: list[Visitor], one: Address, most: int) -> list[Visitor]:
    """So many of them, others from address to address; all of them in the whole matrix."""
    if WHOLE or len(visitors) <= most:
        return visitors
    start = sum(map(ord, one.path))
    return [visitors[(start + step * len(visitors) // most) % len(visitors)] for step in range(most)]


def test_every_address_with_an_object_in_it_says_whose_it_is() -> None:
    known = {f"{method} {name(one)}" for one in with_objects() for method in one.methods} | set(
        map(name, with_objects())
    )
    assert not [f"{one.methods} {name(one)}" for one in with_objects() if rule_of(one) is None], (
        "not in permissions.yaml"
    )
    assert not set(rules()) - known, "in permissions.yaml and nowhere else"


def test_every_role_of_the_pack_comes(world: World) -> None:
    assert {one.role for one in world.visitors} == set(roles())


def test_the_door_is_as_the_tag_says_for_every_role(world: World) -> None:
    wrong = []
    everybody = one_of_each_role(world)
    anybody = [one for one in everybody if not one.signed_in]
    for one in addresses():
        assert one.tag is not None
        inside = [who for who in everybody if admitted(one.tag, who)]
        outside = [who for who in everybody if not admitted(one.tag, who)]
        same_for_all = bool({PUBLIC, SIGNED_IN} & one.tag.roles) or name(one) in SPARED
        for method in methods(one):
            address = filled(one, values_of(world, one))
            for who in [*(some(inside, one, 3) if same_for_all else inside), *some(outside, one, 5), *anybody]:
                told = ask(who.browser, method, address)
                if not admitted(one.tag, who):
                    right = refused_at_the_door(one, who, told)
                elif one.tag.open_to_all:
                    right = True
                else:  # a service may say it of this object, the door may not
                    right = told.code not in DOOR or (told.code == "role_missing" and "<" in one.path)
                if not right or (told.status >= 500 and told.status != 503):
                    wrong.append(f"{method} {name(one)} by {who.name}: {told}")
    assert not wrong, "\n".join(wrong)


def test_others_learn_nothing_of_an_object_and_change_nothing(world: World) -> None:
    """What they are told is what they are told of an object that does not exist; whoever it belongs to is told something else."""
    wrong = []
    for one in with_objects():
        rule = rule_of(one)
        assert rule is not None and one.tag is not None
        if rule.public:
            continue
        values = world.objects[rule.object]
        unknown: dict[tuple[str, str, bool], Told] = {}
        visitors = [who for who in world.visitors if admitted(one.tag, who)]
        mine = [who for who in visitors if world.owns(who, rule.object) or who.role in rule.oversee]
        others = list({(who.role, who.helped): who for who in visitors if who not in mine}.values())
        seen = False
        for method in one.methods or ("GET", "POST"):
            for who in [*some(others, one, 6), *some(mine, one, 8)]:
                told = ask(who.browser, method, filled(one, values))
                key = (method, who.role, who.helped)
                if key not in unknown:
                    unknown[key] = ask(who.browser, method, never(one, values))
                if who in mine:
                    seen = seen or told.status != 404 or told != unknown[key]
                    right = told.status < 500
                else:
                    nothing = told == unknown[key] or (told.status == 403 and (rule.others == 403 or who.helped))
                    right = nothing and not told.seen and not told.written
                if not right:
                    wrong.append(f"{method} {name(one)} by {who.name}: {told}; of what does not exist: {unknown[key]}")
        if not seen:
            wrong.append(f"{name(one)}: nobody was told of an object of their own")
    assert not wrong, "\n".join(wrong)


def test_a_token_needs_the_scope_of_the_tag_and_no_more(world: World) -> None:
    wrong = []
    holders: dict[str, tuple[str, str]] = {}
    for one in addresses():
        assert one.tag is not None
        if one.tag.scope is None and one.tag.open_to_all:
            continue
        role = next(iter(sorted(one.tag.roles - {PUBLIC, SIGNED_IN, "applicant"})), "steward")
        who = world.someone(role)
        if role not in holders:
            holders[role] = (token(who, now=world.now), token(who, "log:read", now=world.now))
        values = values_of(world, one)
        for method in methods(one):
            if name(one) in SPARED:
                continue
            whole, bare = (
                ask(Client(), method, filled(one, values), HTTP_AUTHORIZATION=f"Bearer {text}")
                for text in holders[role]
            )
            needs = one.tag.scope not in ALWAYS_IN_SCOPE and (one.tag.scope is not None or not one.tag.open_to_all)
            if (bare.code == "insufficient_scope") != needs:
                wrong.append(f"{method} {name(one)} with a token of another scope: {bare}")
            shut = one.tag.scope is None
            if (
                (whole.code == "insufficient_scope") != shut
                or whole.status == 401
                or (whole.status >= 500 and whole.status != 503)
            ):
                wrong.append(f"{method} {name(one)} with a token of every scope: {whole}")
    assert not wrong, "\n".join(wrong)


def test_where_a_fresh_sign_in_is_asked_for_an_old_one_does_not_do(world: World) -> None:
    wrong = []
    for one in addresses():
        assert one.tag is not None
        if one.tag.fresh_s is None:
            continue
        role = next(iter(sorted(one.tag.roles - {SIGNED_IN})), "steward")
        values = values_of(world, one)
        for method in methods(one):
            told = ask(stale(world.someone(role)), method, filled(one, values))
            if told.code not in {"fresh_sign_in_needed", "confirm"} or told.written:
                wrong.append(f"{method} {name(one)}: {told}")
    assert not wrong, "\n".join(wrong)
