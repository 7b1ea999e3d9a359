"""Generated entries in the words of a city, and what a substring scan finds in them: the truth that the index must equal."""

from __future__ import annotations

import random
from collections.abc import Sequence

from kaimen.engines.search import analysis
from kaimen.engines.search.index import Document

THEMES = ("transport", "health", "environment", "education")
SUBJECTS = (
    "公共停车场", "轨道交通客流", "养老机构", "空气质量", "公共汽车站点", "图书馆藏书", "企业登记", "行政处罚", "幼儿园学位", "医院门诊量",
    "共享单车投放", "道路施工", "气象站观测", "河道水质", "社区养老驿站", "博物馆参观", "政府采购", "地铁时刻表", "垃圾分类", "充电桩",
)  # fmt: skip
ASPECTS = (
    "基本信息",
    "实时余位",
    "按月统计",
    "分布情况",
    "服务评价",
    "收费标准",
    "目录",
    "年度汇总",
    "检查结果",
    "变更记录",
)
DISTRICTS = ("海淀区", "朝阳区", "东城区", "西城区", "丰台区", "石景山区", "通州区", "延庆区")
COLUMNS = (
    "编号",
    "名称",
    "所在街道",
    "经度",
    "纬度",
    "更新时间",
    "停车位数",
    "联系电话",
    "负责人",
    "开放时间",
    "车辆类型",
)
SENTENCES = (
    "含无障碍设施和充电车位", "每日凌晨更新一次", "由各区分别报送，按街道汇总", "数据来自12345热线", "PM2.5与臭氧浓度", "不含个人信息", "少于10的不列",
)  # fmt: skip
ENGLISH = ("car parks", "metro riders", "care homes", "air quality", "bus stops", "libraries", "companies", "penalties")


def documents(count: int, *, seed: int = 7, audience: str = "public") -> list[Document]:
    chance = random.Random(seed)
    made = []
    for number in range(count):
        subject, aspect, district = chance.choice(SUBJECTS), chance.choice(ASPECTS), chance.choice(DISTRICTS)
        made.append(
            Document(
                key=f"E{number:025}",
                visible_to=(audience,),
                facets={
                    "theme": (chance.choice(THEMES),),
                    "provider": (f"p{number % 7}",),
                    "open": (str(1 + number % 2),),
                    "format": ("csv",),
                },
                updated=1_700_000_000_000_000 + chance.randrange(1000) * 1_000_000,
                title_zh=f"{district}{subject}{aspect}",
                title_en=f"{chance.choice(ENGLISH).title()} of district {number % 8}",
                keywords_zh=(subject[:2], district),
                keywords_en=(chance.choice(ENGLISH),),
                texts_zh=(
                    f"{subject}的{aspect}，{chance.choice(SENTENCES)}。{chance.choice(SENTENCES)}",
                    *chance.sample(COLUMNS, 3),
                    f"col_{number % 13}",
                ),
                texts_en=(f"The {chance.choice(ENGLISH)} of the city, sample {number}.",),
            )
        )
    return made


def searchable(document: Document) -> list[str]:
    """The texts of a document as a scan sees them."""
    texts = (
        document.title_zh,
        *document.keywords_zh,
        *document.texts_zh,
        document.title_en,
        *document.keywords_en,
        *document.texts_en,
    )
    return [analysis.normalise(text) for text in texts]


def scan(found: Sequence[Document], piece: str) -> set[str]:
    """What LIKE '%piece%' finds."""
    return {document.key for document in found if any(piece in text for text in searchable(document))}


def chinese_cuts(found: Sequence[Document]) -> set[str]:
    """Every piece of two to five Chinese characters that stands anywhere."""
    return {
        run.text[start : start + length]
        for document in found
        for text in searchable(document)
        for run in analysis.runs(text)
        if run.script is analysis.Script.HAN
        for length in range(2, 6)
        for start in range(len(run.text) - length + 1)
    }
