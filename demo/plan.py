"""The city in words: bodies, people, entries, deliveries and grants, read from `city/*.yaml` into frozen values.

Three short forms keep the YAML readable: `中文 | English` is a text, `a, b` lists are lists, and a column is
`中文 | English | type flags`, the flags being `key`, `null`, `l2` (level), `unit=…`, `std=…`, `mask=<rule of the entry>`
and `pi=<class>/<identifier kind>[/<kind of sensitive information>]`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from demo.identity import credit_code

FOLDER = Path(__file__).parent
CITY = FOLDER / "city"
DATA = FOLDER / "data"
SYNTHETIC = ("合成数据", "synthetic data")

_TYPE = re.compile(r"([A-Z])(?:\((\d+),(\d+)\))?")
_ROLES: dict[str, str] = {
    "second_reviewer": "authority_reviewer",
    "second_trader": "trader",
    "second_exchange_staff": "exchange_staff",
}
_STATES = ("draft", "checked", "assessed", "head_approved", "submitted", "returned", "published", "retired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an entry."""

    name: str
    words: Words
    type: str
    length: int | None = None
    precision: int | None = None
    key: bool = False
    nullable: bool = False
    level: int = 1
    unit: str = ""
    standard: str = ""
    mask: str | None = None
    pi_class: str = "none"
    identifier: str = ""
    pi_kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the city: the code by which the plan names them, their role in their body."""

    code: str
    name: Words
    role: str
    body: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A public body, with what all its entries share."""

    code: str
    name: Words
    short: Words
    kind: str
    level: str
    region: str
    credit_code: str
    theme: str
    class_path: str
    unit: Words
    duty: str
    people: tuple[Person, ...]

    def holder(self, *roles: str) -> Person:
        """The first of its people in one of these roles, in the order asked. Raises KeyError."""
        for role in roles:
            for person in self.people:
                if person.role == role:
                    return person
        raise KeyError(f"{self.code} has no {' or '.join(roles)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A source system: `files` in a folder, an `sqlite` file, or a `postgresql` schema (an SQLite file where there is no server)."""

    body: str
    name: Words
    kind: str
    path: str
    format: str = ""
    schema: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the source held on one day: some of the rows, perhaps with a planted fault."""

    number: int
    days_ago: int
    where: str = ""
    encoding: str = "utf-8"
    fault: str = ""
    apply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A catalogue entry; `deliveries` is empty where no data are behind it yet."""

    slug: str
    body: str
    kind: str
    state: str
    title: Words
    about: Words
    keywords_zh: tuple[str, ...]
    keywords_en: tuple[str, ...]
    theme: str
    class_path: str
    every: str
    category: str
    share: int
    open: int
    columns: tuple[Column, ...]
    real: str = ""
    big: bool = False
    band: str = ""
    anonymised: str = ""
    open_conditions: Words | None = None
    share_bodies: tuple[str, ...] = ()
    share_purposes: tuple[str, ...] = ()
    share_note: Words | None = None
    not_share: Mapping[str, str] = field(default_factory=dict[str, str])
    methods: tuple[str, ...] = ("file", "query", "api")
    area_level: str = "point"
    non_public: str = ""
    format_class: str = "2"
    formats: tuple[str, ...] = ("csv", "parquet", "json")
    endpoint: str = ""
    scenario_field: str = ""
    infrastructure_kind: str = ""
    finance_funded: bool = False
    fault_note: Words | None = None
    retire_reason: Words | None = None
    mode: str = "replace"
    deliveries: tuple[Delivery, ...] = ()

    @property
    def level(self) -> int:
        """The highest of its columns."""
        return max((column.level for column in self.columns), default=1)

    @property
    def personal(self) -> bool:
        """Some column tells of persons."""
        return any(column.pi_class != "none" for column in self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPlan:
    """A grant of the demo: who may ask which entry for what, with its rows and masks. `days`: until it ends, from now."""

    code: str
    entry: str
    body: str
    purpose: str
    basis: Words
    days: int
    columns: tuple[str, ...]
    masks: Mapping[str, str]
    rows: Mapping[str, tuple[str, ...]]
    state: str = "in_force"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionPlan:
    """A dataset that is in a zone from the start. `unit`: the column by which persons are counted."""

    entry: str
    columns: tuple[str, ...]
    unit: str
    purpose: str
    scenario: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPlan:
    """The project that is ready in a zone, with one saved analysis. `days`: until it ends, from now."""

    title: Words
    product: str
    days: int
    analysis: Words
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePlan:
    """A zone of the demo: its bodies, the text of its agreement, what is admitted, its project."""

    slug: str
    implementing: str
    operator: str
    kind: str
    name: Words
    products: tuple[str, ...]
    agreed: Mapping[str, Words]
    """Plan, scope, duties, security, price and ending of the agreement."""
    admitted: AdmissionPlan
    project: ProjectPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """Everything."""

    bodies: Mapping[str, Body]
    systems: Mapping[str, System]
    entries: Mapping[str, Entry]
    grants: tuple[GrantPlan, ...]
    zones: tuple[ZonePlan, ...]
    residents: tuple[Person, ...]
    featured: tuple[str, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody: those who are shown first, then heads (who approve others), then the rest in the order of the files."""
        everybody = (*(person for body in self.bodies.values() for person in body.people), *self.residents)
        place = {code: number for number, code in enumerate(self.featured)}
        return tuple(
            sorted(everybody, key=lambda person: (place.get(person.code, len(place)), person.role != "department_head"))
        )

    def person(self, code: str) -> Person:
        """One person by the plan's code. Raises KeyError."""
        return next(person for person in self.people if person.code == code)

    @property
    def datasets(self) -> tuple[Entry, ...]:
        """The entries with data behind them."""
        return tuple(entry for entry in self.entries.values() if entry.deliveries)


@cache
def city() -> City:
    """The plan, read once a process."""
    raw: dict[str, Any] = _read("bodies")
    bodies = {code: _body(code, one, raw["region"]) for code, one in raw["bodies"].items()}
    systems: dict[str, System] = {}
    entries: dict[str, Entry] = {}
    for code, body in bodies.items():
        if not (CITY / f"{code}.yaml").exists():
            continue
        told = _read(code)
        system = told["system"]
        systems[code] = System(body=code, **{**system, "name": words(system["name"])})
        for slug, one in told["datasets"].items():
            deliveries = one.pop("deliveries", [{"days_ago": 1}])
            entries[slug] = _entry(slug, one, body, deliveries=deliveries)
    for slug, one in _read("desks")["entries"].items():
        entries[slug] = _entry(slug, one, bodies[one.pop("body")], deliveries=[])
    grants = tuple(_grant(code, one) for code, one in _read("grants")["grants"].items())
    residents = tuple(
        Person(code=code, name=words(name), role="public", body=None) for code, name in raw["residents"].items()
    )
    return City(
        bodies=bodies,
        systems=systems,
        entries=entries,
        grants=grants,
        zones=tuple(_zone(slug, one) for slug, one in _read("zones")["zones"].items()),
        residents=residents,
        featured=tuple(raw["featured"]),
    )


@cache
def endings() -> Mapping[tuple[str, int], tuple[str, str]]:
    """(state, code) in which the load of (entry, delivery) ends, where `expectations.yaml` foretells it; all others are published."""
    told = yaml.safe_load((FOLDER / "expectations.yaml").read_text("utf-8"))["faults"].values()
    return {(one["dataset"], one["delivery"]): (one["state"], one.get("code", "")) for one in told}


def words(text: str) -> Words:
    """`中文 | English` -> both."""
    zh, _, en = text.partition(" | ")
    return Words(zh=zh.strip(), en=en.strip())


def _read(name: str) -> dict[str, Any]:
    return yaml.safe_load((CITY / f"{name}.yaml").read_text("utf-8"))


def _body(code: str, one: dict[str, Any], region: str) -> Body:
    return Body(
        code=code,
        name=words(one["name"]),
        short=words(one["short"]),
        kind=one["kind"],
        level=one.get("level", "city"),
        region=one.get("region", region),
        credit_code=credit_code(
            one["organisation"], registered_by="91" if one["kind"] in {"public_utility", "enterprise"} else "11"
        ),
        theme=one["theme"],
        class_path=one["class_path"],
        unit=words(one["unit"]),
        duty=one["duty"],
        people=tuple(
            Person(code=f"{code}.{role}", name=words(name), role=_ROLES.get(role, role), body=code)
            for role, name in _texts(one["people"]).items()
        ),
    )


def _texts(raw: dict[str, str]) -> dict[str, str]:
    return raw


def _entry(slug: str, one: dict[str, Any], body: Body, *, deliveries: list[dict[str, Any]]) -> Entry:
    zh, _, en = str(one.pop("keywords")).partition(" | ") if isinstance(one.get("keywords"), str) else ("", "", "")
    about = Words(zh=one.pop("about"), en=one.pop("about_en"))
    columns = tuple(_column(name, text) for name, text in one.pop("items", {}).items())
    values: dict[str, Any] = {
        "kind": "dataset",
        "state": "published",
        "theme": body.theme,
        "class_path": body.class_path,
        "category": "place",
        "share": 1,
        "open": 1,
    }
    for key, value in one.items():
        if key in {"title", "open_conditions", "share_note", "fault_note", "retire_reason"}:
            values[key] = words(value)
        elif isinstance(value, list):
            values[key] = tuple(value)
        else:
            values[key] = value
    values["every"] = str(values["every"])
    if values["state"] not in _STATES:
        raise ValueError(f"{slug}: {values['state']}")
    return Entry(
        slug=slug,
        body=body.code,
        about=about,
        keywords_zh=_list(zh),
        keywords_en=_list(en),
        columns=columns,
        deliveries=tuple(
            Delivery(number=number, **{key: value for key, value in told.items() if key != "file"})
            for number, told in enumerate(deliveries, 1)
        ),
        **values,
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.strip("[]").split(",") if word.strip())


def _column(name: str, text: str) -> Column:
    zh, en, flags = (part.strip() for part in text.split(" | "))
    kind, *rest = flags.split()
    match = _TYPE.fullmatch(kind)
    if match is None:
        raise ValueError(f"{name}: type {kind}")
    values: dict[str, Any] = {}
    for flag in rest:
        key, _, value = flag.partition("=")
        match key:
            case "key":
                values["key"] = True
            case "null":
                values["nullable"] = True
            case "unit":
                values["unit"] = value
            case "std":
                values["standard"] = value
            case "mask":
                values["mask"] = value
            case "pi":
                values["pi_class"], values["identifier"], values["pi_kind"] = [*value.split("/"), ""][:3]
            case _ if re.fullmatch(r"l[1-4]", key):
                values["level"] = int(key[1])
            case _:
                raise ValueError(f"{name}: flag {flag}")
    return Column(
        name=name,
        words=Words(zh=zh, en=en),
        type=match[1],
        length=int(match[2]) if match[2] else None,
        precision=int(match[3]) if match[3] else None,
        **values,
    )


def _grant(code: str, one: dict[str, Any]) -> GrantPlan:
    return GrantPlan(
        code=code,
        entry=one["entry"],
        body=one["body"],
        purpose=one["purpose"],
        basis=words(one["basis"]),
        days=one["days"],
        columns=tuple(one.get("columns", ())),
        masks=one.get("masks", {}),
        rows={column: tuple(values) for column, values in one.get("rows", {}).items()},
        state=one.get("state", "in_force"),
        reason=one.get("reason", ""),
    )


def _zone(slug: str, one: dict[str, Any]) -> ZonePlan:
    admitted, project = one["admitted"], one["project"]
    return ZonePlan(
        slug=slug,
        implementing=one["implementing"],
        operator=one["operator"],
        kind=one["kind"],
        name=words(one["name"]),
        products=tuple(one["products"]),
        agreed={name: words(one[name]) for name in ("plan", "scope", "duties", "security", "price", "ending")},
        admitted=AdmissionPlan(
            **{**admitted, "columns": tuple(admitted["columns"]), "scenario": words(admitted["scenario"])}
        ),
        project=ProjectPlan(**{**project, "title": words(project["title"]), "analysis": words(project["analysis"])}),
    )
