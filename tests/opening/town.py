"""A town with something behind each door: data open to all with covered columns, data on conditions, data that stay inside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kaimen.catalogue import services as catalogue
from kaimen.core.metadata.entry import Contact, Text, Visibility
from kaimen.core.policy.party import Actor
from kaimen.lake import services as lake
from tests.catalogue.city import ALLOWANCES, NOW, PARKING, City, a_city, an_item, published

DISTRICTS = ("110101", "110102", "110105", "110108", "110119")
SURNAMES = "王李张刘陈杨黄赵周吴"

CARE_HOMES = replace(
    PARKING,
    title=Text(zh="养老机构与床位", en="Care homes and beds"),
    description=Text(
        zh="全市养老机构在哪里、有多少床位、住了多少老人、谁负责。",
        en="Where the care homes are, how many beds they have, how many people live there, and who is in charge.",
    ),
    contact=Contact(unit=Text(zh="养老服务处", en="Care services"), telephone="010-0000-0000", email="care@example.org"),
    class_path="203001",
    items=(
        an_item("code", "机构编码", "Code", is_key=True, nullable=False),
        an_item("name", "名称", "Name"),
        an_item("district", "区", "District", code_list="area"),
        an_item("beds", "床位", "Beds", data_type="I", unit="张"),
        an_item("residents", "在住", "Residents", data_type="I", level=2, mask_rule="minimum:10"),
        an_item("legal_rep", "法定代表人", "Legal person", level=2, mask_rule="keep:1,0"),
    ),
    level=2,
    update_frequency="3",
    themes=("welfare",),
    keywords_zh=("养老", "床位"),
    keywords_en=("care home",),
    synthetic=True,
)  # fmt: skip

REGISTER = replace(
    PARKING,
    title=Text(zh="停车场备案记录", en="Register of car parks"),
    description=Text(
        zh="经营性停车场的备案单位、地址、期限，经办人姓名有遮盖，申请后可用。",
        en="Who registered which car park, where, and until when; names of clerks are covered.",
    ),
    open_type=2,
    open_conditions=Text(zh="说明用途，不用于商业推广。", en="Say what for; not for advertising."),
    licence="km-agreement",
    keywords_zh=("备案",),
    keywords_en=("register",),
)


def care_homes(rows: int = 40) -> str:
    """The file that the bureau delivers."""
    lines = ["code,name,district,beds,residents,legal_rep"]
    for n in range(1, rows + 1):
        district = DISTRICTS[n * n % len(DISTRICTS)]
        residents = "" if n % 11 == 0 else str((n * 7) % 180)
        lines.append(
            f"{district}-{n:04d},示范第{n}养老院,{district},{18 + n % 200},{residents},{SURNAMES[n % len(SURNAMES)]}某某"
        )
    return "\n".join(lines) + "\n"


def car_parks(rows: int) -> str:
    """A long file of short rows."""
    return "park_id,name,places\n" + "".join(f"{n:07},示范停车场,{n % 300}\n" for n in range(1, rows + 1))


@dataclass
class Town:
    city: City
    care_homes: str
    parking: str
    register: str
    allowances: str

    @property
    def officer(self) -> Actor:
        return self.city.civil_steward


def load(entry: str, content: str, *, by: Actor, now: datetime) -> None:
    feed = lake.create_feed(lake.FeedForm(entry=entry, name=f"feed-{entry.lower()}", mode="replace"), by=by, now=now)
    planned = lake.plan_load(feed.pk, delivery=lake.receive(feed, [content.encode()], name="f.csv"), by=by, now=now)
    done = lake.advance(planned.pk, now=now)
    assert done.state == "published", (done.state, done.code, done.facts)


def a_town(*, now: datetime = NOW, rows: int = 40, parks: int = 2, indexed: bool = True) -> Town:
    city = a_city()
    civil = {"steward": city.civil_steward, "head": city.civil_head}
    town = Town(
        city=city,
        care_homes=published(city, CARE_HOMES, **civil, now=now),
        parking=published(city, PARKING, now=now),
        register=published(city, REGISTER, now=now),
        allowances=published(city, replace(ALLOWANCES, visibility=Visibility.GOVERNMENT), **civil, now=now),
    )
    load(town.care_homes, care_homes(rows), by=city.civil_steward, now=now)
    load(town.parking, car_parks(parks), by=city.steward, now=now)
    if indexed:
        catalogue.index_tick()
    return town
