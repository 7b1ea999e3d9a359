# pyright: basic
# the engine has no types; what leaves this module is annotated.
"""Which columns of data files look like names of persons or like homes: no number proves it, so a person decides.

A name: a common family name and one or two signs more, in most of the filled cells and not the same few again and again. A home: an address
down to the door, in every fifth cell. A sample of large tables is looked at. Names in other scripts are not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kaimen.core.quality.expressions import literal, name
from kaimen.engines.parsing import connect, room_told

MOST, MANY = 0.5, 0.2
LEAST = 3
"""So many cells at least: two words that begin like names are no list of people."""
VARIED = 0.2
"""Of the cells that look like names so many are told apart: the days of the week are not people."""
SAMPLED = 50_000
_FAMILY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍覃霍翁隋甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁"
    "瞿戚丘古米池滕晋苑邬臧畅宫苟褚廉简娄盖符奚穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻窦迟宇敖糜鄢卓仇艾蓝巩稽井练仲乐虞卞封竺冼楚佟栗匡宗巫鞠桑荆谌沙"
)
"""The family names of some nineteen in twenty people."""
_NAME = (
    f"((欧阳|司马|上官|诸葛|司徒|东方|夏侯|皇甫|尉迟|公孙|慕容|令狐|[{_FAMILY}])[一-龥]{{1,2}}|[一-龥]{{1,6}}[·•][一-龥]{{1,8}})"
    "([（(].{1,8}[）)]|先生|女士|同志|老人|奶奶|爷爷)?"
)
_BESIDE = "[ \u3000\\t0-9#*._-]"
"""What may stand between or beside the signs of a name."""
_NO_NAME = "(周[一二三四五六日末]|.*[区县市省镇乡村路街巷站园馆院局处科所]|江[苏西]|安徽)"
_NUMBER = "[0-9０-９一二三四五六七八九十]"
_HOME = f"{_NUMBER}+ *(号?楼|号?院|幢|栋|座|单元|门|层) *({_NUMBER}+ *(号?楼|幢|栋|座|单元|门|层) *)*[0-9０-９]{{2,5}} *(室|号|户)?( |，|。|$)"


def suspects_in(files: Sequence[Path], columns: Sequence[str], scratch: Path) -> list[str]:
    """Of the text columns those that look like names of persons or homes. Raises `Unavailable("storage_full")`."""
    if not files or not columns:
        return []
    schema = pq.read_schema(files[0])
    texts = [
        one for one in columns if pa.types.is_string(kind := schema.field(one).type) or pa.types.is_large_string(kind)
    ]
    if not texts:
        return []
    listed = ", ".join(literal(str(path)) for path in files)
    rows = sum(pq.read_metadata(path).num_rows for path in files)
    share = "" if rows <= SAMPLED else f" TABLESAMPLE system({100 * SAMPLED / rows:.4f} PERCENT) REPEATABLE (7)"
    asked = ", ".join(_asked(name(one)) for one in texts)
    connection = connect(scratch, zone="UTC")
    try:
        with room_told():
            row = connection.execute(f"SELECT {asked} FROM read_parquet([{listed}], hive_partitioning = false){share}").fetchone() or ()  # noqa: S608 - every name and literal is quoted by core.quality.expressions  # fmt: skip
    finally:
        connection.close()
    found = list[str]()
    for place, column in enumerate(texts):
        filled, names, different, homes = (int(one) for one in row[place * 4 : place * 4 + 4])
        if (names >= LEAST and names > filled * MOST and different > names * VARIED) or (
            homes >= LEAST and homes > filled * MANY
        ):
            found.append(column)
    return found


def _asked(cell: str) -> str:
    """Filled cells, those like names, how many of these differ, those like homes."""
    told = f"regexp_replace({cell}, {literal(_BESIDE)}, '', 'g')"
    named = (
        f"length({cell}) BETWEEN 2 AND 20 AND regexp_full_match({told}, {literal(_NAME)}) "
        f"AND NOT regexp_full_match({told}, {literal(_NO_NAME)})"
    )
    home = f"length({cell}) >= 6 AND regexp_matches({cell}, {literal(_HOME)})"
    return (
        f"count({cell}), count(*) FILTER (WHERE {named}), count(DISTINCT {cell}) FILTER (WHERE {named}), "
        f"count(*) FILTER (WHERE {home})"
    )
