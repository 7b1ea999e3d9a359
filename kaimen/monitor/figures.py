"""From computed figures to what templates draw: the map, the tables, the trend, what a value was made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaimen.core.policy.party import Actor
from kaimen.engines.packs import load
from kaimen.monitor import drawing, selectors
from kaimen.monitor.indicators import Definition, Index
from kaimen.monitor.models import Computation, Evaluation
from kaimen.monitor.registers import plain
from kaimen.monitor.services import Checked, Outcome
from kaimen.monitor.words import COUNTS, MEASURES, english, joined, said
from kaimen.web.parts import Column, Figure, Link, Proof, Sign, Table
from kaimen.web.templatetags.kaimen import full_day

NO_VALUE = "—"
LEAST_POINTS = 2


def district_name(code: str) -> str:
    """A district or the whole city, in the reader's language."""
    return load(settings.KAIMEN_PACK).spec.list_of("area").name_of(code, "en" if english() else "zh")


def _grouped(value: str) -> str:
    """`60000.5` as `60,000.5`."""
    return f"{Decimal(value):,f}"


def with_unit(definition: Definition, value: str) -> str:
    """A value with its unit."""
    one = english() and value and Decimal(value) == 1
    unit = (definition.unit_one if one else "") or said(definition.unit)
    return f"{_grouped(value)} {unit}".strip() if value else NO_VALUE


def overview(*, by: Actor) -> dict[str, object]:
    """Context of `/monitor`."""
    measures, newest = selectors.measures(), selectors.newest()
    evaluation = selectors.evaluation()
    return {
        "section": "monitor",
        "shelves": [
            {"kind": one.register.kind, "name": said(one.register.words), "count": one.count, "gaps": one.exceptions}
            for one in selectors.shelves()
        ],
        "indicators": [_indicator_line(one, newest.get(one.code)) for one in measures.indicators.values()],
        "computed": bool(newest),
        "may_compute": selectors.may_compute(by),
        "has_index": measures.index is not None,
        "index_name": said(measures.index.words) if measures.index else "",
        "map": _map_of_index(evaluation) if evaluation else None,
        "finding": _index_finding(evaluation) if evaluation else "",
        "evaluation": evaluation,
    }


def _indicator_line(one: Definition, found: Computation | None) -> dict[str, object]:
    city = _values(found).get(selectors.measures().tiles.city, "") if found else ""
    return {
        "code": one.code,
        "name": said(one.words),
        "value": with_unit(one, city),
        "at": found.at if found else None,
        "apart": str(COUNTS["efficiency"]) if one.counts == "efficiency" else "",
    }


def _values(found: Computation) -> dict[str, str]:
    return {one["district"]: one["value"] for one in found.lines}


def _map(values: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, object]:
    tiles = selectors.measures().tiles
    wide, high = drawing.size(tiles)
    return {
        "tiles": drawing.cartogram(
            tiles,
            values,
            names={code: district_name(code) for code in tiles.places},
            texts={code: texts.get(code, NO_VALUE) for code in tiles.places},
            urls={code: reverse("monitor_district", args=[code]) for code in tiles.places},
        ),
        "classes": [
            {"number": one.number, "low": _short(one.low), "high": _short(one.high)}
            for one in drawing.spans({code: values.get(code, "") for code in tiles.places})
        ],
        "missing": any(not values.get(code) for code in tiles.places),
        "width": wide + 4,
        "height": high + 4,
    }


def _short(bound: Decimal) -> str:
    return f"{Decimal(plain(round(bound, 2))):,f}"


def _map_of_index(found: Evaluation) -> dict[str, object]:
    scores = {one["district"]: one["score"] for one in found.lines}
    return _map(scores, {code: score or NO_VALUE for code, score in scores.items()})


def _ranked(found: Evaluation) -> list[dict[str, object]]:
    """Best first; districts without a value by name at the end."""
    return sorted(found.lines, key=lambda one: (one["rank"] or 999, one["district"]))


def _index_finding(found: Evaluation) -> str:
    rated = [one for one in _ranked(found) if one["rank"]]
    left = len(found.lines) - len(rated)
    parts = []
    if rated:
        first = rated[0]
        parts.append(
            _("%(name)s has the highest score, %(score)s.")
            % {"name": district_name(str(first["district"])), "score": first["score"]}
        )
    if left:
        parts.append(
            ngettext(
                "%(n)s district has no value, since an input is missing.",
                "%(n)s districts have no value, since an input is missing.",
                left,
            )
            % {"n": left}
        )
    return (" " if english() else "").join(parts)


def indicator(one: Definition, *, by: Actor) -> dict[str, object]:
    """Context of the page of an indicator."""
    history = selectors.computations(one.code)
    newest = history[0] if history else None
    values = _values(newest) if newest else {}
    used = selectors.measures().index
    return {
        "section": "monitor",
        "one": one,
        "name": said(one.words),
        "method": said(one.method),
        "unit": said(one.unit),
        "measure": str(MEASURES[one.measure]),
        "counts": str(COUNTS.get(one.counts, "")),
        "article": one.clause.rpartition("-")[2],
        "in_index": used is not None and one.code in {each.code for each in used.elements},
        "newest": newest,
        "whole": with_unit(one, values.get(selectors.measures().tiles.city, "")),
        "map": _map(values, {code: _grouped(value) if value else NO_VALUE for code, value in values.items()})
        if newest
        else None,
        "table": _values_table(one, newest) if newest else None,
        "outside": _outside(newest) if newest else [],
        "bounds": _bounds(one),
        "inputs": _inputs(newest) if newest else [],
        "changed": newest is not None and newest.definition != one.digest,
        "proof": Proof(number=newest.receipt, at=newest.at, url=reverse("log-entry", args=[newest.receipt]))
        if newest
        else None,
        "gate_url": reverse("log-entry", args=[newest.question]) if newest else "",
        "ask_url": f"{reverse('query')}?{urlencode({'sql': one.sql})}",
        "trend": _trend(one, history),
        "may_compute": selectors.may_compute(by),
    }


def _outside(found: Computation) -> list[dict[str, str]]:
    """Districts whose value cannot be and was left out."""
    return [
        {"name": district_name(one["district"]), "value": _grouped(one["outside"])}
        for one in found.lines
        if one.get("outside")
    ]


def _bounds(one: Definition) -> str:
    """What a value can be at all, as `1–5`, `≥ 0`."""
    if one.least and one.most:
        return f"{one.least}–{one.most}"
    return f"≥ {one.least}" if one.least else f"≤ {one.most}" if one.most else ""


def _inputs(found: Computation) -> list[dict[str, object]]:
    return [
        {"slug": slug, "url": reverse("entry", args=[slug]), "version": version}
        for slug, _entry, version in found.inputs
    ]


def _values_table(one: Definition, found: Computation) -> Table:
    ratio = one.measure == "ratio"
    columns = [
        Column(label=_("District")),
        *(
            [Column(label=_("Above the line"), numeric=True), Column(label=_("Below the line"), numeric=True)]
            if ratio
            else []
        ),
        Column(label=said(one.unit) or _("Value"), numeric=True),
    ]
    return Table(
        name=said(one.words),
        caption=said(one.words),
        columns=columns,
        rows=[
            [
                district_name(line["district"]),
                *([_cell(line["numerator"]), _cell(line["denominator"])] if ratio else []),
                _cell(line["value"]),
            ]
            for line in found.lines
        ],
        row_heads=True,
    )


def _cell(value: object) -> object:
    return _grouped(str(value)) if value not in {"", None} else Sign.MISSING


def _trend(one: Definition, history: Sequence[Computation]) -> Figure | None:
    """The city over time, and the same as a table; none before there are two points."""
    city = selectors.measures().tiles.city
    points = [(found.at, _values(found).get(city, "")) for found in reversed(history)]
    points = [point for point in points if point[1]]
    if len(points) < LEAST_POINTS:
        return None
    (first_at, first), (last_at, last) = points[0], points[-1]
    finding = _("%(before)s on %(since)s, %(now)s on %(until)s.") % {
        "before": with_unit(one, first),
        "since": full_day(first_at),
        "now": with_unit(one, last),
        "until": full_day(last_at),
    }
    days = [full_day(at) for at, _value in points]
    return Figure(
        id="trend",
        title=_("How it went"),
        finding=finding,
        chart={
            "x": {"type": "category", "data": days},
            "y": {"type": "value"},
            "series": [
                {
                    "type": "line",
                    "name": said(one.words),
                    "data": [float(value) for _at, value in points],
                    "symbol": "circle",
                }
            ],
            "says": finding,
        },
        table=Table(
            name=joined([said(one.words), _("How it went")]),
            caption=_("How it went"),
            columns=[Column(label=_("Computed on")), Column(label=said(one.unit) or _("Value"), numeric=True)],
            rows=[[day, _grouped(value)] for day, (_at, value) in zip(days, points, strict=True)],
            row_heads=True,
        ),
        source=_("The whole city, each point from its own versions of the data."),
    )


def index(*, by: Actor) -> dict[str, object]:
    """Context of `/monitor/index`."""
    measures, history = selectors.measures(), selectors.evaluations()
    newest, one = (history[0] if history else None), measures.index
    return {
        "section": "monitor",
        "index": one,
        "name": said(one.words) if one else "",
        "reason": said(one.reason) if one else "",
        "evaluation": newest,
        "map": _map_of_index(newest) if newest else None,
        "finding": _index_finding(newest) if newest else "",
        "table": _index_table(one, newest) if newest and one else None,
        "weights": _weights_table(one) if one else None,
        "changed": newest is not None and one is not None and newest.definition != one.digest,
        "inputs": _index_inputs(newest) if newest else [],
        "proof": Proof(number=newest.receipt, at=newest.at, url=reverse("log-entry", args=[newest.receipt]))
        if newest
        else None,
        "may_compute": selectors.may_compute(by),
        "behind": [said(found.words) for found in selectors.behind()],
        "history": [{"at": found.at, "finding": _index_finding(found)} for found in history[1:]],
    }


def _index_inputs(found: Evaluation) -> list[Link]:
    known = selectors.measures().indicators
    return [
        Link(words=said(known[code].words) if code in known else code, url=reverse("monitor_indicator", args=[code]))
        for code in found.computations
        if code in known
    ]


def _index_table(one: Index, found: Evaluation) -> Table:
    return Table(
        name=said(one.words),
        caption=said(one.words),
        columns=[
            Column(label=_("District")),
            Column(label=_("Rank"), numeric=True),
            Column(label=_("Between"), numeric=True),
            Column(label=_("Score"), numeric=True),
            *(Column(label=said(each.words), numeric=True) for each in one.dimensions),
            Column(label=_("What is missing")),
        ],
        rows=[
            [
                district_name(str(line["district"])),
                line["rank"] or Sign.MISSING,
                _band(line["band"]) or Sign.MISSING,
                line["score"] or Sign.MISSING,
                *(line["dimensions"].get(each.code) or Sign.MISSING for each in one.dimensions),  # type: ignore[attr-defined]  # as `evaluate` made it
                _missing(line["missing"]),  # type: ignore[arg-type]
            ]
            for line in _ranked(found)
        ],
        row_heads=True,
    )


def _band(band: object) -> str:
    low, high = (band[0], band[1]) if isinstance(band, list) and band else ("", "")
    return f"{low}–{high}" if low != high else str(low)


def _missing(codes: Sequence[str]) -> object:
    known = selectors.measures().indicators
    return joined([said(known[code].words) if code in known else code for code in codes]) or Sign.NOT_APPLICABLE


def _weights_table(one: Index) -> Table:
    known = selectors.measures().indicators
    return Table(
        name=_("Weights and goalposts"),
        caption=_("Weights and goalposts"),
        columns=[
            Column(label=_("Indicator")),
            Column(label=_("Part of")),
            Column(label=_("Weight"), numeric=True),
            Column(label=_("Score 0 at"), numeric=True),
            Column(label=_("Score 100 at"), numeric=True),
        ],
        rows=[
            [
                said(known[each.code].words),
                said(dimension.words),
                f"{float(dimension.weight * each.weight * 100):.2f} %",
                *_posts(known[each.code], each.low, each.high),
            ]
            for dimension in one.dimensions
            for each in dimension.elements
        ],
        row_heads=True,
    )


def _posts(definition: Definition, low: object, high: object) -> tuple[str, str]:
    posts = (plain(Decimal(str(float(low)))), plain(Decimal(str(float(high)))))  # type: ignore[arg-type]  # both are fractions
    return posts if definition.direction == "up" else (posts[1], posts[0])


def district(code: str) -> dict[str, object]:
    """Context of the scorecard of a district."""
    measures, newest, evaluation = selectors.measures(), selectors.newest(), selectors.evaluation()
    line = next((one for one in evaluation.lines if one["district"] == code), None) if evaluation else None
    scores: Mapping[str, str] = line["indicators"] if line else {}
    return {
        "section": "monitor",
        "code": code,
        "name": district_name(code),
        "line": line,
        "band": _band(line["band"]) if line else "",
        "missing": _missing(line["missing"]) if line and line["missing"] else "",
        "index_name": said(measures.index.words) if measures.index else "",
        "dimensions": [
            {"name": said(one.words), "score": line["dimensions"].get(one.code, "")}
            for one in (measures.index.dimensions if measures.index else ())
        ]
        if line
        else [],
        "table": Table(
            name=_("Scorecard"),
            caption=_("Scorecard"),
            columns=[
                Column(label=_("Indicator")),
                Column(label=_("Here"), numeric=True),
                Column(label=_("Whole city"), numeric=True),
                Column(label=_("Score"), numeric=True),
            ],
            rows=[
                [
                    said(one.words),
                    with_unit(one, _values(newest[one.code]).get(code, "")),
                    with_unit(one, _values(newest[one.code]).get(measures.tiles.city, "")),
                    scores.get(one.code) or Sign.NOT_APPLICABLE,
                ]
                for one in measures.indicators.values()
                if one.code in newest
            ],
            row_heads=True,
        )
        if newest
        else None,
        "shelves": [
            {
                "kind": one.register.kind,
                "name": said(one.register.words),
                "count": one.districts.get(code, 0),
                "gaps": one.gaps_in.get(code, 0),
            }
            for one in selectors.shelves()
        ],
    }


def computed(outcome: Outcome) -> str:
    """What came of computing, in a sentence or two."""
    told = [
        ngettext("%(n)s indicator computed anew.", "%(n)s indicators computed anew.", outcome.new) % {"n": outcome.new}
        if outcome.new
        else _("Nothing has changed since the last computation; the figures stand as they are.")
    ]
    if outcome.waiting:
        names = joined([said(selectors.indicator(code).words) for code in outcome.waiting])
        told.append(_("Without data yet: %(names)s.") % {"names": names})
    return (" " if english() else "").join(told)


def differs(checked: Checked) -> str:
    """That a figure did not come out as it was kept."""
    return _("The figure came out otherwise in: %(names)s. Tell the operator.") % {
        "names": joined([district_name(one) for one in checked.different])
    }
