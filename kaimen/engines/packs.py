"""Rule packs from disk: YAML read, checked, frozen. A pack is a folder under `kaimen/packs`; another city swaps the folder, not the code."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import cast

import yaml

from kaimen.core.lifecycle.calendar import Year
from kaimen.core.lifecycle.drafting import read_workflow
from kaimen.core.lifecycle.reading import Fault, read_book, read_year
from kaimen.core.lifecycle.rules import RuleBook
from kaimen.core.lifecycle.workflow import Workflow
from kaimen.core.metadata.codes import Attribute, Code, CodeList, Spec

PACKS = Path(__file__).parents[1] / "packs"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times faster, where it was built
_HEAD = {"list", "version", "since", "names", "source", "verified", "codes"}
_VERIFIED = {"text_read", "quoted", "memory", "policy"}


class PackError(Fault):
    """A pack that cannot be used: the file and what is wrong with it. Told at start, to the operator."""

    @classmethod
    def of(cls, place: str, fault: Fault) -> PackError:
        """A fault of a document, with the place of the document before it."""
        return cls(f"{place}{fault.where}", fault.why, **fault.facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A rule pack: its identity, its digest over all files, the specification in force."""

    id: str
    version: str
    languages: tuple[str, ...]
    zh: str
    en: str
    digest: str
    spec: Spec
    folder: Path

    def document(self, name: str) -> dict[str, object]:
        """Another file of the pack (`roles`), as plain YAML; its room checks it."""
        return _mapping(self.folder / f"{name}.yaml")

    def documents(self, folder: str) -> dict[str, dict[str, object]]:
        """Every file of a folder of the pack by its name, in their order; none where the pack has no such folder."""
        return {path.stem: _mapping(path) for path in sorted((self.folder / folder).glob("*.yaml"))}


@lru_cache(maxsize=4)
def load(name: str) -> Pack:
    """The pack of that name. Raises `PackError`."""
    return load_folder(PACKS / name)


def load_folder(folder: Path) -> Pack:
    """A pack from any folder (tests ship a tiny one)."""
    head = _mapping(folder / "pack.yaml")
    try:
        names = cast("Mapping[str, str]", head["names"])
        spec = Spec(
            version=f"{head['id']}/{head['version']}",
            since=cast("date", head["since"]),
            lists=MappingProxyType(
                {found.name: found for found in map(_code_list, sorted((folder / "codes").glob("*.yaml")))}
            ),
            parameters=MappingProxyType(dict(cast("Mapping[str, int]", head["parameters"]))),
        )
        return Pack(
            id=str(head["id"]),
            version=str(head["version"]),
            languages=tuple(cast("list[str]", head["languages"])),
            zh=names["zh"],
            en=names["en"],
            digest=_digest(folder),
            spec=spec,
            folder=folder,
        )
    except (KeyError, TypeError) as fault:
        raise PackError(_shown(folder / "pack.yaml"), "cannot be read: {fault}", fault=fault) from None


@lru_cache(maxsize=4)
def book(name: str, zone: str) -> RuleBook:
    """What the pack of that name says of the law, its calendar read in an IANA time zone. Raises `PackError`."""
    return book_of(load(name), zone)


def book_of(pack: Pack, zone: str) -> RuleBook:
    """The rules, articles, controls and days of a pack that was read. Raises `PackError`: the file, the key and what is wrong."""

    def several(pattern: str) -> dict[str, dict[str, object]]:
        return {path.stem: _mapping(path) for path in sorted(pack.folder.glob(pattern))}

    try:
        return read_book(
            id=pack.id,
            version=pack.version,
            digest=pack.digest,
            zone=zone,
            counting=pack.document("clocks"),
            years=several("calendar/[0-9]*.yaml"),
            sources=pack.document("sources"),
            rules=several("rules/*.yaml"),
            clauses=pack.document("clauses"),
            controls=pack.document("controls"),
            roles=_roles(pack),
        )
    except Fault as fault:
        raise PackError.of(f"{pack.id}: ", fault) from None


@lru_cache(maxsize=4)
def workflows(name: str, zone: str) -> Mapping[str, Workflow]:
    """The workflows of the pack of that name, by code, in the order of their files. Raises `PackError`."""
    return workflows_of(load(name), book(name, zone))


def workflows_of(pack: Pack, law: RuleBook) -> Mapping[str, Workflow]:
    """The workflows of a pack that was read. Raises `PackError`: the file's workflow, the step or field, and what is wrong."""
    roles, found = _roles(pack), dict[str, Workflow]()
    for path in sorted((pack.folder / "workflows").glob("*.yaml")):
        try:
            read = read_workflow(_mapping(path), roles=roles, book=law, lists=frozenset(pack.spec.lists))
        except Fault as fault:
            raise PackError.of(f"{pack.id}: workflows/", fault) from None
        if read.code != path.stem or read.prefix in {one.prefix for one in found.values()}:
            raise PackError(f"{pack.id}: workflows/{path.name}", "its code is its file's name, its prefix its own")
        found[read.code] = read
    return MappingProxyType(found)


def _roles(pack: Pack) -> frozenset[str]:
    return frozenset(str(role["code"]) for role in cast("list[dict[str, object]]", pack.document("roles")["roles"]))


def load_year(path: Path) -> Year:
    """A year's notice from a file in the form of a pack's calendar. Raises `PackError`."""
    try:
        return read_year(_mapping(path), where=str(path))
    except PackError:
        raise
    except Fault as fault:
        raise PackError.of("", fault) from None


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def _mapping(path: Path) -> dict[str, object]:
    try:
        found: object = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - both are safe loaders
    except (FileNotFoundError, NotADirectoryError):
        raise PackError(_shown(path), "there is no such file") from None
    except OSError:
        raise PackError(_shown(path), "the file cannot be opened") from None
    except UnicodeDecodeError:
        raise PackError(_shown(path), "it is not written in UTF-8") from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise PackError(_shown(path), "it is no YAML (line {line})", line=mark.line + 1 if mark else 1) from None
    if not isinstance(found, dict):
        raise PackError(_shown(path), "a mapping is expected")
    return cast("dict[str, object]", found)


def _shown(path: Path) -> str:
    """A file of a shipped pack by its place among them, any other as it was named."""
    return path.relative_to(PACKS).as_posix() if path.is_relative_to(PACKS) else str(path)


def _code_list(path: Path) -> CodeList:
    found = _mapping(path)
    if set(found) != _HEAD or found["list"] != path.stem or found["verified"] not in _VERIFIED:
        raise PackError(
            f"codes/{path.name}", "its head is not {keys}, or another list's", keys=", ".join(sorted(_HEAD))
        )
    codes: dict[str, Code] = {}
    for row in cast("list[dict[str, object]]", found["codes"]):
        code = _code(row, path)
        if code.code in codes:
            raise PackError(f"codes/{path.name}", "{code} stands twice", code=code.code)
        if code.parent is not None and code.parent not in codes:
            raise PackError(
                f"codes/{path.name}",
                "{code} hangs on {parent}, which does not stand before it",
                code=code.code,
                parent=code.parent,
            )
        codes[code.code] = code
    names = cast("Mapping[str, str]", found["names"])
    return CodeList(
        name=path.stem,
        version=cast("int", found["version"]),
        since=cast("date", found["since"]),
        zh=names["zh"],
        en=names["en"],
        source=str(found["source"]),
        verified=str(found["verified"]),
        codes=MappingProxyType(codes),
    )


def _code(row: dict[str, object], path: Path) -> Code:
    code, zh, en = row.get("code"), row.get("zh"), row.get("en")
    if not (isinstance(code, str) and isinstance(zh, str) and isinstance(en, str) and code and zh and en):
        raise PackError(f"codes/{path.name}", "a code, a zh and an en text are expected in {row}", row=row)
    attributes: dict[str, Attribute] = {}
    for key, value in row.items():
        if key in {"code", "zh", "en", "parent", "until"}:
            continue
        if isinstance(value, list):
            attributes[key] = tuple(str(one) for one in cast("list[object]", value))
        elif isinstance(value, str | int | bool):
            attributes[key] = value
        else:
            raise PackError(f"codes/{path.name}", "{code}.{key} is no text, number, yes/no or list", code=code, key=key)
    return Code(
        code=code,
        zh=zh,
        en=en,
        parent=cast("str | None", row.get("parent")),
        until=cast("date | None", row.get("until")),
        attributes=MappingProxyType(attributes),
    )
