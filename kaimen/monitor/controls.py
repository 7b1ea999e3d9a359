"""What the control board asks of the monitor. What cannot be measured from a register (a map layer, a sector page) is not claimed here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from kaimen.core.lifecycle.controls import Part, Ref, part_of
from kaimen.core.lifecycle.rules import Words
from kaimen.monitor import selectors
from kaimen.monitor.indicators import digest_of, evaluate
from kaimen.monitor.models import Computation


def figures(now: datetime) -> Iterator[Part]:
    """BJ-07: every figure says what it came from; the index comes out equal again; the last one is within the promised period."""
    measures, newest = selectors.measures(), selectors.newest()
    yield part_of(
        Words(
            zh="指标都算过，并写明定义和数据版本",
            en="Indicators are computed and say definition and versions of their data",
        ),
        [
            (_whole(newest.get(code)), Ref(name=code, url=f"/monitor/indicators/{code}"))
            for code in (measures.indicators if newest else ())
        ],
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
    """BJ-10: networks in operation have the three dates."""
    del now
    yield _met(
        "network",
        {"dates"},
        Words(zh="运行中的网络设施有设计、施工、验收三个日期", en="Networks in operation have the three dates"),
    )


def computing(now: datetime) -> Iterator[Part]:
    """BJ-12: computing facilities state capacity, use and efficiency."""
    del now
    yield _met(
        "computing",
        {"capacity", "use", "pue_known"},
        Words(zh="算力设施写明算力、利用率和能效", en="Computing facilities state capacity, use and efficiency"),
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
