"""What the gallery at `/design` shows: each part in each state. The words are such as stand on real pages, the data are made up."""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language

from kaimen.web.parts import (
    Clock,
    Column,
    Empty,
    Facet,
    Figure,
    Gate,
    Link,
    Option,
    Pager,
    Proof,
    Reason,
    Result,
    Sign,
    Stage,
    Step,
    Table,
    Verdict,
)

AT = datetime(2026, 11, 23, 2, 24, 2, tzinfo=UTC)
NUMBER = "Qm7xT2dKw0V9aB3c"
TOKENS = (
    "ink", "muted", "link", "act", "wall", "light", "glow", "refuse", "due", "note", "edge", "line", "paper", "hatch", "shade",
)  # fmt: skip
SERIES = range(1, 7)


def say(zh: str, en: str) -> str:
    """Words of an example in the language of the page."""
    return en if get_language() == "en" else zh


class Application(forms.Form):
    """A form with each kind of field."""

    why = forms.CharField(
        label="", min_length=20, widget=forms.Textarea(attrs={"rows": 4}), error_messages={"min_length": "…"}
    )
    how = forms.ChoiceField(label="", choices=(), widget=forms.Select(attrs={"class": "mid"}))
    seen = forms.ChoiceField(label="", choices=(), widget=forms.RadioSelect)
    until = forms.DateField(label="", widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}))
    note = forms.CharField(label="", required=False)
    sure = forms.BooleanField(label="")

    def __init__(self, data: QueryDict | dict[str, str] | None = None, *, prefix: str) -> None:
        super().__init__(data, prefix=prefix, auto_id="%s")
        labels = {
            "why": (say("用来做什么？", "What is it for?"), say("说清楚：解决什么问题，结果给谁看。", "Which problem it solves, and who will see the result.")),
            "how": (say("怎么取", "How you take it"), ""),
            "seen": (say("结果会公开吗？", "Will the result be public?"), say("公开的只能有合计。", "Only totals may be public.")),
            "until": (say("用到哪天？", "Until when?"), say("例如：2027-06-30", "For example 2027-06-30")),
            "note": (say("还想说的", "Anything else"), ""),
            "sure": (say("我不会用这些数据去识别某个人", "I will not use the data to recognise a person"), ""),
        }  # fmt: skip
        errors = {
            "why": say("写清楚用在哪里，至少 20 个字。", "Say where it is used, in 20 characters or more."),
            "seen": say("选一个。", "Choose one."),
            "until": say("写成 2027-06-30 的样子。", "Write it like 2027-06-30."),
            "sure": say("请确认不会用来识别个人。", "Please confirm that it will not be used to recognise people."),
        }
        for name, (label, hint) in labels.items():
            field = self.fields[name]
            field.label, field.help_text = label, hint
            if name in errors:
                field.error_messages.update(
                    dict.fromkeys(("required", "min_length", "invalid", "invalid_choice"), errors[name])
                )
        self._choose("how", [("csv", "CSV"), ("sql", "SQL"), ("api", "API")])
        self._choose(
            "seen",
            [
                ("yes", say("会，论文或报告", "Yes, in a paper or report")),
                ("no", say("不会，内部使用", "No, inside only")),
            ],
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - both are declared above
        field.choices = choices


def _preview(*, reasons: bool = True) -> Table:
    columns = [
        Column(label=say("机构编码", "Code"), technical="code", mono=True),
        Column(label=say("名称", "Name"), technical="name"),
        Column(label=say("床位", "Beds"), technical="beds", numeric=True),
        Column(label=say("在住", "Residents"), technical="residents", numeric=True, reason=1 if reasons else None, suppressed_under=10 if reasons else None),
        Column(label=say("法定代表人", "Legal person"), technical="legal_rep", reason=2 if reasons else None),
    ]  # fmt: skip
    rows = [
        ["110108-0031", "示范海淀万寿路养老照料中心", 186, 171, "王**"],
        ["110105-0112", "示范朝阳麦子店养老驿站", 24, Sign.UNDER_TEN if reasons else 9, "李*"],
        ["110102-0007", "示范西城什刹海养老照料中心", 80, 0, "赵**"],
        ["110119-0004", "示范延庆旧县敬老院", 96, Sign.MISSING, "周*"],
        ["110101-0019", "示范东城安定门养老驿站", 18, Sign.NOT_APPLICABLE, "孙**"],
    ]
    return Table(
        name=say("数据预览", "Preview of the data") if reasons else say("数据原样", "Data as they are"),
        caption=say("养老机构与床位，前 5 行", "Care homes and beds, first 5 rows"),
        columns=columns,
        rows=rows,
    )


def _reasons() -> list[Reason]:
    return [
        Reason(
            number=1,
            what=say("少于 10 人的不写数。", "Fewer than 10 is not given."),
            why=say("一家只住几位老人时，人数会让人认出是谁。", "Where a home has only a few residents, the number would point at people."),
            ground=say("《条例》第四十八条", "Article 48"),
        ),
        Reason(
            number=2,
            what=say("姓名只留姓。", "Only the family name."),
            why=say("知道由谁负责，不暴露个人；星号数目固定。", "You can tell that somebody answers for it, not who; the number of stars is fixed."),
            ground=say("《条例》第四十六条", "Article 46"),
        ),
    ]  # fmt: skip


def _verdicts() -> dict[str, Verdict]:
    proof = Proof(number=NUMBER, at=AT, url="#proof")
    return {
        "brief": Verdict(
            gate=Gate.OPEN, say=say("门是开的，2 列有遮盖", "Open, with 2 columns covered"),
            notes=[say("前 5 行，共 574 行", "First 5 of 574 rows")], link="#verdicts", link_words=say("筛选、排序", "Filter, sort"),
            table=_preview(), behind=_reasons(), proof=proof, brief=True,
        ),
        "conditions": Verdict(
            gate=Gate.AJAR, say=say("放行，带 2 项约束", "Let through, with 2 conditions"),
            notes=[say("100 行　0.18 秒", "100 rows, 0.18 s"), say("数据：第 41 版", "Data: version 41")],
            got=[say("海淀区在领津贴的人，前 100 位", "The first 100 people in Haidian who get the allowance"), say("街道、月津贴，原样", "Street and monthly sum, as they are")],
            got_note=say("筛选和排序也只用遮过的值。", "Filters and order also use the covered values."),
            behind=_reasons(), more_link="#verdicts", more_words=say("不够用？申请放宽", "Not enough? Ask for more"), proof=proof,
        ),
        "refused": Verdict(
            gate=Gate.SHUT, say=say("没有放行：用途不符", "Not let through: wrong purpose"),
            got=[], behind=[Reason(number=1, what=say("协议只允许一个用途：热线办理质量改进。", "The agreement allows one purpose: a better hotline."), why=say("拿它核对补贴，提供单位没有同意过。", "Nobody agreed to checking allowances with it."), ground=say("协议第 3 条", "Agreement, item 3"))],
            proof=proof,
        ),
    }  # fmt: skip


def _figures() -> list[Figure]:
    districts = [
        ("延庆", "Yanqing", 61.2), ("怀柔", "Huairou", 58.4), ("昌平", "Changping", 47.5), ("海淀", "Haidian", 27.8),
        ("朝阳", "Chaoyang", 27.1), ("西城", "Xicheng", 14.9),
    ]  # fmt: skip
    names = [say(zh, en) for zh, en, _value in districts]
    bars = [
        {"value": value, "ink": "c1" if n in {0, len(districts) - 1} else "q3"}
        for n, (_zh, _en, value) in enumerate(districts)
    ]
    hours = ["06", "08", "10", "12", "14", "16", "18", "20"]
    weekday, weekend = [12, 48, 26, 24, 22, 30, 51, 20], [4, 11, 20, 27, 28, 26, 22, 15]
    kinds = [say("工作日", "Working day"), say("周末", "Weekend")]
    source = say("数据第 14 版（合成）", "Data version 14 (synthetic)")
    return [
        Figure(
            id="beds", title=say("每千名老人有多少床位", "Beds for a thousand older people"),
            finding=say("延庆最多，每千名老人 61 张；西城最少，15 张。", "Yanqing has most, 61 for a thousand; Xicheng least, 15."),
            chart={
                "says": say("各区每千名老人床位数", "Beds for a thousand older people by district"), "right": 44,
                "x": {"type": "value", "min": 0}, "y": {"type": "category", "inverse": True, "data": names, "axisLabel": {"interval": 0}},
                "series": [{"type": "bar", "barWidth": "62%", "name": say("床位", "Beds"), "data": bars, "label": {"show": True, "position": "right"},
                            "markLine": {"data": [{"xAxis": 35.4}], "label": {"formatter": say("全市 35", "City 35"), "position": "start"}}}],
            },
            table=Table(name=say("图中数据", "Data of the figure"), caption=say("各区每千名老人床位数", "Beds for a thousand older people"), row_heads=True,
                        columns=[Column(label=say("区", "District")), Column(label=say("床位/千人", "Beds per thousand"), numeric=True)],
                        rows=[[say(zh, en), value] for zh, en, value in districts]),
            source=source, links=[Link(words="CSV", url="#figures")], heading=3,
        ),
        Figure(
            id="riders", title=say("一天里什么时候人多", "When the day is busy"),
            finding=say("工作日有早晚两个高峰，周末只有下午一个。", "Two peaks on working days, one in the afternoon at weekends."),
            chart={
                "says": say("每小时进站人数", "Riders by hour"), "top": 40, "right": 24,
                "x": {"type": "category", "data": hours, "boundaryGap": False}, "y": {"type": "value", "min": 0},
                "series": [{"type": "line", "name": kinds[0], "data": weekday}, {"type": "line", "name": kinds[1], "data": weekend}],
            },
            table=Table(name=say("图中数据", "Data of the figure") + " 2", caption=say("每小时进站人数，万", "Riders by hour, ten thousands"), row_heads=True,
                        columns=[Column(label=say("钟点", "Hour")), *[Column(label=kind, numeric=True) for kind in kinds]],
                        rows=[list(row) for row in zip(hours, weekday, weekend, strict=True)]),
            source=source, heading=3, size="s",
        ),
        Figure(
            id="energy", title=say("各类床位", "Kinds of beds"), finding=say("护理型床位占一半以上。", "More than half are nursing beds."),
            chart={
                "says": say("各类床位数", "Number of beds by kind"), "top": 40,
                "x": {"type": "category", "data": names[:4]}, "y": {"type": "value", "min": 0},
                "series": [{"type": "bar", "stack": "all", "name": kind, "data": data} for kind, data in (
                    (say("护理型", "Nursing"), [31, 30, 28, 15]), (say("自理型", "Independent"), [20, 18, 12, 9]), (say("认知症专区", "Dementia"), [10, 10, 7, 4]))],
            },
            table=Table(name=say("图中数据", "Data of the figure") + " 3", caption=say("各类床位数", "Number of beds by kind"), row_heads=True,
                        columns=[Column(label=say("区", "District")), Column(label=say("护理型", "Nursing"), numeric=True), Column(label=say("自理型", "Independent"), numeric=True), Column(label=say("认知症专区", "Dementia"), numeric=True)],
                        rows=[list(row) for row in zip(names[:4], [31, 30, 28, 15], [20, 18, 12, 9], [10, 10, 7, 4], strict=True)]),
            source=source, heading=3, size="s",
        ),
    ]  # fmt: skip


def _results() -> list[Result]:
    facts = [say("市交通委", "Transport Commission"), say("按周更新，准时", "weekly, on time"), "CSV　Parquet"]
    return [
        Result(url="#results", title="公共停车场基本信息与实时余位", title_lang=say("", "zh-Hans"), purpose=say("停车场的位置、车位数、收费和此刻余位。", "Where the car parks are, what they cost, what is free now."),
               gate="open", open_words=say("无条件开放", "Open to everybody"), facts=facts, hits=["停车", "parks"]),
        Result(url="#results", title=say("停车场备案记录", "Register of car parks"), purpose=say("经办人姓名和电话有遮盖，申请后可用。", "Names and telephones are covered; ask first."),
               gate="ajar", open_words=say("有条件开放，要申请", "Open on conditions, on request"), facts=facts, late=say("晚了 2 天", "2 days late"), hits=["停车", "parks"]),
        Result(url="#results", title=say("停车执法明细", "Parking penalties"), purpose=say("涉及个人，不开放，单位之间可以共享。", "Personal data; shared between public bodies only."),
               gate="shut", open_words=say("不开放", "Not open"), facts=facts[:1]),
    ]  # fmt: skip


def gallery(posted: QueryDict | None) -> dict[str, object]:
    """Everything that `/design` shows; a posted form comes back with its errors."""
    bad = {"bad-why": say("做研究用", "Research"), "bad-how": "csv", "bad-until": "2026-11-31"}
    return {
        "tokens": TOKENS,
        "series": SERIES,
        "levels": [1, 2, 3, 4],
        "open_types": [1, 2, 3],
        "plain_table": _preview(reasons=False),
        "verdicts": _verdicts(),
        "figures_shown": _figures(),
        "steps": [
            Step(stage=Stage.NEXT, when=say("应在 11-29 前", "Due before 29 Nov"), title=say("第 15 版", "Version 15"), text=say("按周更新", "weekly update")),
            Step(stage=Stage.NOW, when="2026-11-22 06:10", title=say("第 14 版，现在用的", "Version 14, in use"), text=say("新增 2 家，改了 31 行", "2 new, 31 rows changed"), links=[Link(words=say("证明", "proof"), url="#proof")]),
            Step(stage=Stage.DONE, when="2026-11-15 06:11", who=say("市民政局", "Civil Affairs Bureau"), title=say("第 13 版", "Version 13"), text=say("更正：两家机构的区写反了", "Correction: two districts were swapped"), links=[Link(words=say("看差别", "what changed"), url="#timeline"), Link(words=say("证明", "proof"), url="#proof")]),
        ],
        "facets": [
            Facet(name="open", legend=say("怎么开放", "How it is open"), options=[Option(value="1", label=say("无条件", "To all"), count=9, chosen=True, gate="open"), Option(value="2", label=say("有条件", "On conditions"), count=3, gate="ajar")]),
            Facet(name="provider", legend=say("谁提供", "Who provides"), options=[Option(value="t", label=say("市交通委", "Transport Commission"), count=1204), Option(value="c", label=say("城市副中心管委会", "Sub-centre committee"), count=1)]),
        ],
        "results": _results(),
        "pager": Pager(page=4, pages=12, parameter="at"),
        "clocks": [
            Clock(words=say("晚 1 个工作日", "Late by 1 working day"), law=say("应在 11-20 答复", "Answer due 20 Nov"), done=10, total=10, state="late"),
            Clock(words=say("今天", "Today"), law=say("10 个工作日的第 10 天", "Day 10 of 10 working days"), done=10, total=10, state="due"),
            Clock(words=say("还有 5 个工作日", "5 working days left"), law=say("11-30 前答复", "Answer before 30 Nov"), done=5, total=10),
            Clock(words=say("停表", "Stopped"), law=say("等申请方补材料", "The asker must add papers"), done=3, total=10, state="stopped"),
        ],
        "form": Application(posted, prefix="plain"),
        "bad_form": Application(bad, prefix="bad"),
        "empty": Empty(title=say("没有叫这个名字的数据", "No data by that name"), text=say("换一个说法，或者看看全部数据。", "Try another word, or look at all data."), links=[Link(words=say("全部数据", "All data"), url="#empty")]),
        "checks": [
            {"holds": True, "what": say("这一条没有被改", "The entry is unchanged"), "how": say("内容的散列与日志里的一样", "Its hash is the one in the log")},
            {"holds": True, "what": say("它在日志里", "It is in the log"), "how": say("用日志给的 26 个散列，一层层算到树根，相符", "26 hashes lead to the root of the tree, and it matches")},
            {"holds": False, "what": say("见证方没有回应", "A witness did not answer"), "how": say("09:12 之后没有签过", "Nothing signed since 09:12")},
        ],
        "proof": Proof(number=NUMBER, at=AT, url="#proof", replay_url="#proof"),
    }  # fmt: skip
