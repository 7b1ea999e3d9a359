"""Records for the registers of the digital economy: made from hashes, the same each time, none of them real.

Every name begins with 示范. Two districts have no public platform and one has no computing centre in operation, so that the index of those
has no value and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256

from demo.identity import credit_code

DISTRICTS: Mapping[str, tuple[str, str, int]] = {
    "110101": ("东城", "Dongcheng", 5), "110102": ("西城", "Xicheng", 6), "110105": ("朝阳", "Chaoyang", 9), "110106": ("丰台", "Fengtai", 6),
    "110107": ("石景山", "Shijingshan", 5), "110108": ("海淀", "Haidian", 10), "110109": ("门头沟", "Mentougou", 2),
    "110111": ("房山", "Fangshan", 3), "110112": ("通州", "Tongzhou", 6), "110113": ("顺义", "Shunyi", 5), "110114": ("昌平", "Changping", 7),
    "110115": ("大兴", "Daxing", 8), "110116": ("怀柔", "Huairou", 4), "110117": ("平谷", "Pinggu", 2), "110118": ("密云", "Miyun", 2),
    "110119": ("延庆", "Yanqing", 3),
}  # fmt: skip
"""Name, name in English, and how much there is of everything."""
WITHOUT_PLATFORM = {"110109", "110117"}
WITHOUT_CENTRE = {"110118"}
BATCHES = (0.6, 0.85, 1.0)
"""Which share of the records is there after each of the three deliveries."""
WRITERS = {"enterprise": "market"}
"""Who enters a register, where it is not the data authority."""

Row = dict[str, str]


def _n(*of: object, below: int) -> int:
    return int.from_bytes(sha256("/".join(map(str, of)).encode()).digest()[:6]) % below


def _pick(options: tuple[str, ...], *of: object) -> str:
    return options[_n(*of, below=len(options))]


def _network(district: str, n: int) -> Row:
    kind = _pick(
        ("fixed-broadband", "mobile", "mobile", "satellite-internet", "quantum", "duct", "sensor-net", "v2x"),
        "net",
        district,
        n,
    )
    operating = _n("net-status", district, n, below=5) > 0
    year = 2019 + _n("net-year", district, n, below=6)
    return {
        "sub_kind": kind,
        "status": "operating" if operating else "building",
        "owner": "示范通信公司",
        "operator": "示范通信公司",
        "capacity_gbps": str(10 * (1 + _n("net-cap", district, n, below=90))),
        "coverage_pct": f"{90 + _n('net-cov', district, n, below=100) / 10:.1f}",
        "access_conditions": "公平接入，按公布的条件办理" if _n("net-acc", district, n, below=6) else "",
        "designed_on": f"{year}-03-01",
        "energy_mwh": f"{20 + _n('net-energy', district, n, below=4000) / 10:.1f}" if operating else "",
        "planning_reference": "示范规划〔2024〕1号" if _n("net-plan", district, n, below=8) else "",
        "built_on": f"{year + 1}-06-01" if operating else "",
        "accepted_on": f"{year + 1}-11-01" if operating and _n("net-date", district, n, below=7) else "",
    }


def _computing(district: str, n: int) -> Row:
    kind = _pick(("intelligent", "intelligent", "general", "edge", "data-centre"), "cpt", district, n)
    running = district not in WITHOUT_CENTRE and (n == 1 or _n("cpt-status", district, n, below=5) > 0)
    equipment = 1500 + _n("cpt-it", district, n, below=9000)
    ratio = 112 + _n("cpt-pue", district, n, below=32)
    scale = DISTRICTS[district][2]
    return {
        "sub_kind": "intelligent" if n == 1 else kind,
        "status": "operating" if running else "building",
        "owner": "示范算力公司",
        "operator": "示范算力公司",
        "capacity_pflops": str(10 + scale * (5 + _n("cpt-cap", district, n, below=25))),
        "precision": "fp16" if n == 1 or _n("cpt-prec", district, n, below=4) else "fp64",
        "utilisation_pct": f"{45 + _n('cpt-use', district, n, below=400) / 10:.1f}" if running else "",
        "energy_mwh": f"{equipment * ratio / 100:.1f}" if running else "",
        "it_energy_mwh": str(equipment) if running else "",
        "pue": f"{ratio / 100:.2f}",
        "finance_funded": "true" if _n("cpt-paid", district, n, below=3) == 0 else "false",
        "planning_reference": "示范规划〔2024〕1号" if _n("cpt-plan", district, n, below=6) else "",
        "opened_on": f"{2020 + _n('cpt-year', district, n, below=6)}-09-01" if running else "",
    }


def _new_technology(district: str, n: int) -> Row:
    paid = district not in WITHOUT_PLATFORM and (n == 1 or _n("tec-paid", district, n, below=2) == 0)
    shared = paid and _n("tec-open", district, n, below=4) > 0
    return {
        "sub_kind": _pick(
            ("ai", "blockchain", "big-data", "privacy-computing", "city-os", "open-source-platform"), "tec", district, n
        ),
        "status": "operating",
        "owner": "示范科技公司",
        "finance_funded": "true" if paid else "false",
        "service_entry": "示范服务目录条目" if shared else "",
        "access_conditions": "登记后免费使用" if shared else "",
        "calls_year": str(1000 * _n("tec-calls", district, n, below=900)),
        "energy_mwh": f"{100 + _n('tec-energy', district, n, below=9000) / 10:.1f}",
        "planning_reference": "示范规划〔2024〕2号" if _n("tec-plan", district, n, below=9) else "",
    }


def _park(district: str, n: int) -> Row:
    firms = 20 + _n("prk-firms", district, n, below=60 * DISTRICTS[district][2])
    return {
        "operator": "示范园区公司",
        "operator_uscc": credit_code(f"7{district[2:]}{n:03}", registered_by="91"),
        "field": _pick(("01", "02", "03", "04"), "prk", district, n),
        "area_km2": f"{0.2 + _n('prk-area', district, n, below=300) / 100:.2f}",
        "firms": str(firms),
        "revenue_mcny": str(firms * (40 + _n("prk-rev", district, n, below=60)))
        if _n("prk-told", district, n, below=8)
        else "",
        "revenue_year": "2025",
    }


def _cluster(district: str, n: int) -> Row:
    members = 10 + _n("cls-mem", district, n, below=30 * DISTRICTS[district][2])
    return {
        "leader": "示范龙头公司" if _n("cls-lead", district, n, below=6) else "",
        "industry": _pick(("01", "02", "03", "04", "05"), "cls", district, n),
        "members": str(members),
        "revenue_mcny": str(members * (30 + _n("cls-rev", district, n, below=90))),
        "revenue_year": "2025",
    }


def _scenario(district: str, n: int) -> Row:
    stage = _pick(("open", "running", "running", "done"), "scn", district, n)
    fields = (
        "agriculture", "manufacturing", "construction", "energy", "finance", "medical", "education", "distribution", "connected-vehicle",
        "smart-bus", "delivery-robot", "smart-parking", "internet-hospital", "platform-employment", "online-office", "data-driven-rd",
        "smart-museum", "smart-sports-venue", "smart-science-hall", "e-cny", "commerce", "time-honoured-brand", "digital-village",
        "smart-factory",
    )  # fmt: skip
    field = _pick(fields, "scn-field", district, n)
    rural = field in {"agriculture", "digital-village"}
    return {
        "field": field,
        "town": f"示范镇{n}村" if rural and _n("scn-town", district, n, below=4) else "",
        "stage": stage,
        "need": "请企业提供方案，在示范区试用一年",
        "data_offered": "停车、客流等开放数据" if _n("scn-data", district, n, below=5) else "",
        "contact_unit": "示范区数据局",
        "result": "已在示范区使用" if stage == "done" else "",
        "published_on": f"2025-{1 + _n('scn-month', district, n, below=12):02}-15",
    }


def _enterprise(district: str, n: int) -> Row:
    tier = _pick(("growing", "growing", "micro", "gazelle", "little-giant", "unicorn", "leading"), "ent", district, n)
    designated = tier not in {"growing", "micro"}
    return {
        "main_class": _pick(("01", "02", "03", "03", "04", "05"), "ent-class", district, n),
        "tier": tier,
        "tier_by": "示范认定部门" if designated else "",
        "tier_until": "2028-12-31" if designated and _n("ent-until", district, n, below=8) else "",
        "state_owned": "true" if _n("ent-state", district, n, below=6) == 0 else "false",
        "small_or_medium": "false" if tier in {"leading", "unicorn"} else "true",
        "employees": str(5 + _n("ent-people", district, n, below=1500)),
        "revenue_mcny": str(1 + _n("ent-rev", district, n, below=2000)),
    }


_MAKERS: Mapping[str, tuple[Callable[[str, int], Row], str, str, float]] = {
    "network": (_network, "网络设施", "network", 1.4),
    "computing": (_computing, "算力中心", "computing centre", 0.5),
    "new_technology": (_new_technology, "新技术平台", "technology platform", 0.5),
    "park": (_park, "数字经济园", "digital park", 0.4),
    "cluster": (_cluster, "产业集群", "cluster", 0.4),
    "scenario": (_scenario, "应用场景", "scenario", 1.2),
    "enterprise": (_enterprise, "数字企业", "digital firm", 4.0),
}
"""Who makes a record, what it is called, and how many of them a district has for each unit of its size."""
KINDS = tuple(_MAKERS)


def rows(kind: str, batch: int) -> list[Row]:
    """The records of a register that are there after a delivery (0, 1, 2), by key."""
    make, zh, en, share = _MAKERS[kind]
    found: list[Row] = []
    for district, (name, name_en, scale) in DISTRICTS.items():
        count = max(1, round(scale * share))
        for n in range(1, max(1, round(count * BATCHES[batch])) + 1):
            key = (
                {"uscc": credit_code(f"6{district[2:]}{n:03}", registered_by="91")}
                if kind == "enterprise"
                else {"code": f"{kind[:3].upper()}-{district}-{n:02}"}
            )
            names = {"name_zh": f"示范{name}{zh}{n}", "name_en": f"Demo {name_en} {en} {n}", "district": district}
            found.append(key | names | make(district, n))
    return found
