"""What the control board asks of the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from kaimen.catalogue import selectors
from kaimen.catalogue.models import Act, Entry, EntryQuerySet, EntryVersion, Item
from kaimen.core.lifecycle.controls import Part, Ref, part_of, unseen
from kaimen.core.lifecycle.rules import Words
from kaimen.core.metadata.rules import Due, blocking, check

_HIGHEST = 4
_LEVELS = frozenset({"V21"})
"""Rules by which the level caps what goes out."""


def _published() -> EntryQuerySet:
    return EntryQuerySet(Entry).published().select_related("current")


def _ref(entry: Entry) -> Ref:
    return Ref(name=entry.working_title or entry.slug or entry.pk, url=f"/data/{entry.slug}" if entry.slug else "")


def specification(now: datetime) -> Iterable[Part]:
    """BJ-06: each version names its specification and carries the report of its check."""
    del now
    checked: dict[str, set[int]] = defaultdict(set)
    for entry, round_, spec in Act.objects.filter(verb="check").values_list("entry_id", "round", "spec_version"):
        if spec:
            checked[entry].add(round_)
    versions = EntryVersion.objects.select_related("entry").only("n", "spec_version", "pack_digest", "entry")
    yield part_of(
        Words(
            zh="每个版本都写明所依据的规范，并附有校验记录",
            en="Each version names its specification and has the record of its check",
        ),
        [
            (bool(one.spec_version and one.pack_digest and one.n in checked[one.entry.pk]), _ref(one.entry))
            for one in versions
        ],
    )


def reviewed(now: datetime) -> Iterable[Part]:
    """BJ-16: what is in force was consented to by a head and approved by the authority, by other people than who wrote it."""
    del now
    acts: dict[tuple[str, int], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for entry_id, round_, verb, behind in Act.objects.filter(verb__in=["save", "head_approve", "approve"]).values_list(
        "entry_id", "round", "verb", "behind"
    ):
        acts[entry_id, round_][verb] |= set(behind)

    def well(entry: Entry) -> bool:
        assert entry.current is not None  # noqa: S101 - published entries have one
        done = acts[entry.pk, entry.current.n]
        return bool(done["head_approve"] and done["approve"]) and not done["save"] & (
            done["head_approve"] | done["approve"]
        )

    yield part_of(
        Words(
            zh="发布的版本都经部门负责人同意、主管部门审核，编写和审核不是同一人",
            en="Each version in force was consented to and approved, by other people than who wrote it",
        ),
        [(well(entry), _ref(entry)) for entry in _published()],
    )


def levels(now: datetime) -> Iterator[Part]:
    """BJ-46: no published column without a level; the level caps what is open."""
    items = Item.objects.filter(version__in=_published().values("current")).select_related("version__entry")
    yield part_of(
        Words(zh="发布的字段都定了级", en="Each published column has its level"),
        [
            (
                1 <= one.level <= _HIGHEST,
                Ref(name=f"{one.version.entry.slug}.{one.column}", url=f"/data/{one.version.entry.slug}"),
            )
            for one in items
        ],
    )
    spec = selectors.spec()

    def well(entry: Entry) -> bool:
        assert entry.current is not None  # noqa: S101 - published entries have one
        body = selectors.parsed(entry.current.digest, entry.current.body)
        found = blocking(check(body, spec, now), Due.ASSESS)
        return not any(finding.rule in _LEVELS for finding in found)

    yield part_of(
        Words(zh="级别限制了开放的范围", en="The level caps what is open"),
        [(well(entry), _ref(entry)) for entry in _published()],
    )


def languages(now: datetime) -> Iterable[Part]:
    """BJ-55: what the public sees of an entry stands in both languages."""
    del now

    def well(entry: Entry) -> bool:
        assert entry.current is not None  # noqa: S101 - published entries have one
        body = selectors.parsed(entry.current.digest, entry.current.body)
        return bool(body.title.en and body.description.en and all(item.name_en for item in body.items))

    yield part_of(
        Words(
            zh="公开条目的标题、说明和字段都有英文",
            en="Titles, descriptions and columns of public entries stand in English too",
        ),
        [(well(entry), _ref(entry)) for entry in EntryQuerySet(Entry).with_public_face().select_related("current")],
    )


def identifiers(now: datetime) -> Iterable[Part]:
    """BJ-32: an entry has no room for an industrial identifier yet, so nothing is looked at."""
    del now
    yield unseen(
        Words(
            zh="条目上的工业标识（目录还没有这一栏，没有检查）",
            en="Industrial identifiers of entries (the catalogue has no place for them yet, not looked at)",
        )
    )
