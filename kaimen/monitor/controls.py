"""What the control board asks of the monitor. What cannot be measured from a register (a map layer, a sector page) is not claimed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from kaimen.catalogue import selectors as catalogue
from kaimen.core.lifecycle.controls import Part, Ref, part_of, unseen
from kaimen.core.lifecycle.rules import Words
from kaimen.core.metadata.entry import Kind as EntryKind
from kaimen.lake import selectors as lake
from kaimen.monitor import selectors
from kaimen.monitor.indicators import digest_of, evaluate
from kaimen.monitor.models import Computation, Record
from kaimen.office import selectors as office


def figures(now: datetime) -> Iterator[Part]:
    """BJ-07: every figure says what it came from; the index comes out equal again; the last one is within the promised period."""
    measures, newest = selectors.measures(), selectors.newest()
    yield part_of(
        Words(
            zh="指标都算过，并写明定义和数据版本",
            en="Indicators are computed and say definition and versions of their data",
        ),
        [(_whole(newest.get(code)), _figure(code)) for code in (measures.indicators if newest else ())],
    )
    found, index = selectors.evaluation(), measures.index
    if found is None or index is None:
        return
    used = {code: selectors.computation(key) for code, key in found.computations.items()}
    same = found.definition != index.digest or found.lines == evaluate(
        index,
        {code: {line["district"]: line["value"] for line in one.lines} for code, one in used.items()},
        directions={code: one.direction for code, one in measures.indicators.items()},
        districts=sorted(measures.tiles.places),
    )
    here = Ref(name=index.edition, url="/monitor/index")
    yield part_of(
        Words(zh="综合指数按保存的数值重算结果一致", en="The index comes out equal from the figures that were kept"),
        [(same and found.digest == digest_of(found.lines), here)],
    )
    yield part_of(
        Words(zh="最近一次指数没有超过承诺的周期", en="The last index is within the promised period"),
        [(now - found.at <= timedelta(days=index.period_days), here)],
    )


def _whole(found: Computation | None) -> bool:
    return found is not None and bool(found.inputs and found.receipt) and found.digest == digest_of(found.lines)


def networks(now: datetime) -> Iterator[Part]:
    """BJ-10: networks in operation have the three dates, one after another."""
    del now
    yield _met(
        "network",
        {"dates"},
        Words(zh="运行中的网络设施有设计、施工、验收三个日期", en="Networks in operation have the three dates"),
    )
    yield _sound("network", Words(zh="网络设施的日期前后对得上", en="The dates of networks follow one another"))


def computing(now: datetime) -> Iterator[Part]:
    """BJ-12: computing facilities state capacity, use and efficiency; what they state can be, and is as efficient as the city asks."""
    del now
    yield _met(
        "computing",
        {"capacity", "use", "pue_known"},
        Words(zh="算力设施写明算力、利用率和能效", en="Computing facilities state capacity, use and efficiency"),
    )
    yield _met(
        "computing",
        {"pue_limit"},
        Words(zh="数据中心的 PUE 不高于上限", en="The PUE of data centres is within the limit"),
    )
    yield _sound("computing", Words(zh="算力设施的各项数值互相对得上", en="What computing facilities state can be so"))
    yield unseen(
        Words(
            zh="区域层级（登记表没有这一栏，没有检查）",
            en="The tier of a facility's region (the register has no such field, not looked at)",
        )
    )


def shared(now: datetime) -> Iterator[Part]:
    """BJ-13: what was built with public money has a service entry with its conditions."""
    del now
    yield _met(
        "new_technology",
        {"open_for_use"},
        Words(
            zh="财政出资的新技术设施有服务条目和使用条件",
            en="Publicly paid facilities have a service entry and its conditions",
        ),
    )


def parks(now: datetime) -> Iterator[Part]:
    """BJ-28: parks and clusters have their operator and the figures of a year. Outlines and members are not in the register."""
    del now
    yield _met(
        "park",
        {"operator", "yearly"},
        Words(zh="园区有运营单位和年度数据", en="Parks have their operator and yearly figures"),
    )
    yield _met(
        "cluster",
        {"leader", "yearly"},
        Words(zh="集群有牵头单位和年度数据", en="Clusters have their leader and yearly figures"),
    )


def _met(kind: str, codes: set[str], words: Words) -> Part:
    """Records in force of which one of these requirements is asked, and whether they meet them all."""
    register = selectors.all_registers().get(kind)
    if register is None:
        return part_of(words, [])
    asked = [one for one in register.requires if one.code in codes]
    return part_of(
        words,
        [
            (
                not any(one.lacks(record.facts) for one in asked),
                Ref(name=record.code, url=f"/monitor/registers/{kind}/records/{record.code}"),
            )
            for record in selectors.records(register)
            if not record.retired and any(one.concerns(record.facts) for one in asked)
        ],
    )


def _sound(kind: str, words: Words) -> Part:
    """Records in force, and whether nothing in them contradicts itself."""
    register = selectors.all_registers().get(kind)
    checks = register.checks if register else ()
    return part_of(
        words,
        [(not any(one.lacks(record.facts) for one in checks), _ref(record)) for record in _alive(kind)]
        if checks
        else [],
    )


def facilities(now: datetime) -> Iterator[Part]:
    """BJ-09: facilities are of the three kinds, and each states the six facts. Converted older facilities have no register yet."""
    del now
    found = [(kind, record) for kind in _FACTS for record in _alive(kind)]
    tops = catalogue.spec().list_of("infrastructure_kind").codes
    yield part_of(
        Words(
            zh="登记的设施都属于信息网络（含感知）、算力、新技术三类",
            en="Registered facilities are networks (sensors among them), computing or new technology",
        ),
        [
            (
                record.facts.get("sub_kind", "") in tops and tops[record.facts["sub_kind"]].parent in _TOPS[kind],
                _ref(record),
            )
            for kind, record in found
        ],
        evidence=_shelves(*_FACTS),
    )
    yield part_of(
        Words(zh="设施写明位置、权属和状态", en="Facilities state place, owner and status"),
        [({"district", "owner", "status"} <= set(record.facts), _ref(record)) for _, record in found],
    )
    yield part_of(
        Words(
            zh="设施写明规划依据，运行后还写明容量和能耗",
            en="Facilities state their planning reference and, once in operation, capacity and energy",
        ),
        [(_planned(kind, record), _ref(record)) for kind, record in found],
    )
    yield unseen(
        Words(
            zh="改造的传统设施（还没有登记表，没有检查）",
            en="Converted older facilities (no register yet, not looked at)",
        )
    )


_TOPS = {"network": {"network", "sensing"}, "computing": {"computing"}, "new_technology": {"new-tech"}}
_FACTS = {"network": "capacity_gbps", "computing": "capacity_pflops", "new_technology": "calls_year"}
"""The registers of facilities, and the field in which each states what it can do."""


def _planned(kind: str, record: Record) -> bool:
    running = {_FACTS[kind], "energy_mwh"} if record.facts.get("status") == "operating" else set[str]()
    return running | {"planning_reference"} <= set(record.facts)


def sensing(now: datetime) -> Iterator[Part]:
    """BJ-11: sensors and road-side units are on record with place and owner."""
    del now
    tops = catalogue.spec().list_of("infrastructure_kind").codes
    kinds = {code for code, one in tops.items() if one.parent == "sensing"}
    yield part_of(
        Words(zh="感知和路侧设施写明位置和权属", en="Sensors and road-side units state place and owner"),
        [
            ({"district", "owner"} <= set(one.facts), _ref(one))
            for one in _alive("network")
            if one.facts.get("sub_kind") in kinds
        ],
    )


def covered(control: str) -> Callable[[datetime], Iterator[Part]]:
    """BJ-27, 30, 32 to 36: each field that the article names has a scenario, in the register or as an entry of the catalogue."""

    def look(now: datetime) -> Iterator[Part]:
        del now
        known, used = catalogue.spec().list_of("scenario_field").codes, _fields_used()
        named = office.rules().controls[control].covers if used else ()
        yield part_of(
            Words(zh="条文点名的每个领域都有应用场景", en="Each field that the article names has a scenario"),
            [
                (
                    code in used,
                    Ref(
                        name=known[code].zh if code in known else code,
                        en=known[code].en if code in known else "",
                        url="/monitor/registers/scenario",
                    ),
                )
                for code in named
            ],
            evidence=_shelves("scenario"),
        )

    return look


def _fields_used() -> set[str]:
    entries = {one.body.scenario_field for one in catalogue.published_of(EntryKind.SCENARIO)}
    return (entries | {one.facts.get("field", "") for one in _alive("scenario")}) - {""}


def classed(now: datetime) -> Iterator[Part]:
    """BJ-27: each scenario is put into a field that the code list knows."""
    del now
    known = catalogue.spec().list_of("scenario_field").codes
    things = [(one.facts.get("field", ""), _ref(one)) for one in _alive("scenario")]
    things += [
        (one.body.scenario_field, Ref(name=one.title_zh, en=one.title_en, url=f"/data/{one.slug}"))
        for one in catalogue.published_of(EntryKind.SCENARIO)
    ]
    yield part_of(
        Words(zh="每个应用场景都归入一个领域", en="Each scenario is put into a field"),
        [(field in known, ref) for field, ref in things],
    )
    yield unseen(
        Words(zh="按领域分列的指标（还没有，没有检查）", en="Indicators by field (there are none yet, not looked at)")
    )


def villages(now: datetime) -> Iterator[Part]:
    """BJ-35: scenarios of farming and villages name their town or village."""
    del now
    yield _met(
        "scenario",
        {"place"},
        Words(zh="农业和乡村场景写明乡镇或村", en="Scenarios of farming and villages name their town or village"),
    )


def series(now: datetime) -> Iterator[Part]:
    """BJ-31: state-owned and small enterprises are series of their own, each computed."""
    del now
    newest = selectors.newest()
    yield part_of(
        Words(
            zh="国有企业和中小企业指标各成一列，并已算出",
            en="State-owned and small enterprises are series of their own, and computed",
        ),
        [
            (_whole(newest.get(code)), _figure(code))
            for code in (("state_owned", "small_enterprises") if newest else ())
        ],
    )


def editions(now: datetime) -> Iterator[Part]:
    """BJ-42: the list of scenarios is published in dated versions, whole, and the last one is as young as was promised.

    One edition is one version of the register's open dataset.
    """
    register = selectors.all_registers().get("scenario")
    alive = _alive("scenario")
    if register is None:
        return
    entry = selectors.published_entry(register)
    whole = [one for one in register.requires if one.code in {"need", "data", "result"}]
    lines = lake.snapshots(entry.id, limit=1) if entry else []
    here = Ref(
        name=register.words.zh,
        en=register.words.en,
        url=f"/data/{register.slug}" if entry else "/monitor/registers/scenario",
    )
    yield part_of(
        Words(zh="场景清单已分期发布并带日期", en="The list of scenarios is published in dated editions"),
        [(bool(lines), here)] if alive else [],
    )
    yield part_of(
        Words(
            zh="各项写明需求、对接单位、数据和结果，并有发布日期",
            en="Items state need, whom to ask, data and result, and their day of publication",
        ),
        [
            ("published_on" in one.facts and not any(asked.lacks(one.facts) for asked in whole), _ref(one))
            for one in alive
        ],
    )
    allowed = catalogue.spec().list_of("update_frequency").codes.get(entry.update_frequency) if entry else None
    seconds = allowed.number("timely_s") if allowed else None
    if lines and seconds:
        yield part_of(
            Words(zh="最近一期没有超过承诺的周期", en="The last edition is within the promised period"),
            [(now - lines[0].published_at <= timedelta(seconds=seconds), here)],
        )


def _figure(code: str) -> Ref:
    words = selectors.indicator(code).words
    return Ref(name=words.zh, en=words.en, url=f"/monitor/indicators/{code}")


def _alive(kind: str) -> list[Record]:
    """Records in force of a register; none where the pack has no such register."""
    register = selectors.all_registers().get(kind)
    return [one for one in selectors.records(register) if not one.retired] if register else []


def _ref(record: Record) -> Ref:
    return Ref(name=record.code, url=f"/monitor/registers/{record.register}/records/{record.code}")


def _shelves(*kinds: str) -> list[Ref]:
    known = selectors.all_registers()
    return [
        Ref(name=known[kind].words.zh, en=known[kind].words.en, url=f"/monitor/registers/{kind}")
        for kind in kinds
        if kind in known
    ]
