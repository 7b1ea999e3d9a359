"""No identifier of a person is published in a column that the catalogue calls harmless: not by a load, not by a new version."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kaimen.catalogue import services as catalogue
from kaimen.core.errors import Refused
from kaimen.core.metadata.entry import Text, Visibility
from kaimen.core.privacy.identifiers import Kind, kinds_in
from kaimen.core.quality.contract import CREDIT_ALPHABET, CREDIT_WEIGHTS, RESIDENT_SIGNS, RESIDENT_WEIGHTS
from kaimen.lake import selectors, services
from kaimen.lake.models import Load
from tests.catalogue.city import ALLOWANCES, ASSESSED, NO_PI, PARKING, actor, an_item, onwards, published
from tests.lake.bureau import Bureau

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = Text(zh="登记事项", en="Things on record")
HARMLESS = replace(
    PARKING,
    title=TITLE,
    items=(an_item("no", "编号", "Number", is_key=True, nullable=False), an_item("note", "说明", "Note"), an_item("contact", "咨询电话", "Enquiries")),
)  # fmt: skip
MARKED = replace(
    ALLOWANCES,
    title=TITLE,
    items=(
        an_item("no", "编号", "Number", is_key=True, nullable=False, level=2),
        an_item("note", "说明", "Note", level=4, pi_class=ALLOWANCES.items[0].pi_class, identifier_kind="direct"),
        an_item("contact", "咨询电话", "Enquiries"),
    ),
)


def resident(number: int, *, wrong: bool = False) -> str:
    body = f"11010119360506{number:03d}"
    sign = sum(int(one) * weight for one, weight in zip(body, RESIDENT_WEIGHTS, strict=True)) + wrong
    return body + RESIDENT_SIGNS[sign % 11]


def rows(*notes: str, contact: str = "") -> str:
    return "no,note,contact\n" + "".join(f"{number},{note},{contact}\n" for number, note in enumerate(notes))


def digits_of_bodies() -> list[str]:
    """Credit codes without a letter that pass the check sign and the birth day of persons as well."""
    found = list[str]()
    for n in range(400_000):
        body = f"911101{19}40{n % 12 + 1:02d}{n % 28 + 1:02d}{n % 1000:03d}"
        total = sum(CREDIT_ALPHABET.index(one) * weight for one, weight in zip(body, CREDIT_WEIGHTS, strict=True))
        code = body + CREDIT_ALPHABET[-total % 31]
        if Kind.RESIDENT_ID in kinds_in(code):
            found.append(code)
        if len(found) == 3:
            return found
    raise AssertionError("none found")


@pytest.fixture
def harmless(bureau: Bureau) -> Bureau:
    return replace(bureau, entry=published(bureau.city, HARMLESS), feeds={})


@pytest.mark.parametrize(
    "notes",
    [
        [*(f"第{number}号" for number in range(300)), resident(1)],
        [f"户主 {resident(1)[:6]} {resident(1)[6:14]} {resident(1)[14:]} 已登记"],
        ["".join(chr(ord(sign) + 0xFEE0) for sign in resident(7))],
        ["13912345678", "139 1234 5679", "东门"],
        ["王小明，电话13812345600", "东门", "西门"],
        [f"{resident(3)[:6]}/{resident(3)[6:14]}/{resident(3)[14:]}", "东门"],
        ["li.xiang@example.org", "东门", "西门"],
        ["4111111111111111", "6222020000000000", "4012888888881881"],
    ],
    ids=[
        "one in many",
        "inside a text",
        "full width",
        "telephones",
        "inside a sentence",
        "slashes",
        "addresses",
        "cards",
    ],
)
def test_a_load_with_numbers_of_persons_is_held_and_no_reason_releases_it(harmless: Bureau, notes: list[str]) -> None:
    load = harmless.load(rows(*notes))
    assert (load.state, load.findings, load.facts) == ("held", ["personal_undeclared"], {"columns": ["note"]})
    with pytest.raises(Refused, match="load_personal"):
        services.release(load.pk, reason="已核对", by=harmless.steward, now=harmless.now)
    assert Load.objects.get(pk=load.pk).state == "held"


@pytest.mark.parametrize(
    ("notes", "contact"),
    [
        ([resident(1, wrong=True)] * 3, ""),
        (["13912345678", *["东门"] * 9], ""),
        (["东门"] * 3, "fuwu@example.org"),
        (["东门"] * 3, "13912345678"),
        (["4111111111111112", "6222020000000001", "4012888888881882"], ""),
        (["20261101" + "0" * 10, "1" * 18], ""),
        (digits_of_bodies(), ""),
    ],
    ids=["wrong check sign", "one telephone", "addresses of offices", "telephones of offices", "no cards", "long numbers", "credit codes"],
)  # fmt: skip
def test_other_numbers_are_loaded(harmless: Bureau, notes: list[str], contact: str) -> None:
    load = harmless.load(rows(*notes, contact=contact))
    assert load.state == "published", (load.findings, load.facts)


SPACED = ["王 小明", "李　秀英", "张伟 0001", "刘洋2", "陈 静", "赵_磊", "周芳", "吴敏", "孙 丽", "欧阳 修"]
NAMES = [
    "王小明",
    "李秀英",
    "张伟",
    "刘洋",
    "陈静（本人）",
    "欧阳修",
    "赵磊",
    "周芳",
    "吴敏",
    "阿里木·买买提",
    "孙丽老人",
    "何处",
]
HOMES = [f"东城区东四十条{number}号楼{number % 4 + 1}单元{number}01室" for number in range(1, 13)]


@pytest.mark.parametrize("notes", [NAMES, SPACED, HOMES], ids=["names", "names with signs between", "homes"])
def test_what_looks_like_people_is_looked_at_by_a_second_person(harmless: Bureau, notes: list[str]) -> None:
    load = harmless.load(rows(*notes))
    assert (load.state, load.findings, load.facts) == ("held", ["personal_suspected"], {"suspects": ["note"]})
    with pytest.raises(Refused, match="load_second_look"):
        services.release(load.pk, reason="不是人名", by=harmless.steward, now=harmless.now)
    services.release(load.pk, reason="都是店名", by=actor("office_head", harmless.city.transport), now=harmless.now)
    assert services.advance(load.pk, now=harmless.now).state == "published"


def test_who_loaded_it_releases_it_once_the_column_is_marked(harmless: Bureau) -> None:
    load = harmless.load(rows(*NAMES))
    change_to(harmless, MARKED)
    services.release(load.pk, reason="已标注", by=harmless.steward, now=harmless.now)


@pytest.mark.parametrize(
    "notes",
    [
        [
            "东城区",
            "西城区",
            "石景山区",
            "石景山区",
            "高井村",
            "金融街",
            "马甸桥",
            "白云路",
            "方庄",
            "王府井",
            "海淀",
            "通州",
        ],
        [f"周{one}" for one in "一二三四五六日"],
        ["常规", "严重", "一般"] * 12,
        ["金属", "玻璃", "塑料", "木材", "纸", "石材", "布"],
        [f"中关村大街{number}号" for number in range(12)],
        ["首都图书馆", "王府井书店", "张一元茶庄", "石景山游乐园", "高碑店水厂", "马连道茶城", "白塔寺药店"],
        ["一个很长的说明，没有人名", "另一个", "第三个"],
    ],
    ids=["places", "weekdays", "grades", "stuffs", "streets", "shops", "sentences"],
)
def test_other_words_are_loaded(harmless: Bureau, notes: list[str]) -> None:
    load = harmless.load(rows(*notes))
    assert load.state == "published", (load.findings, load.facts)


def test_data_that_are_not_open_wait_too_for_they_may_be_opened_as_they_lie(bureau: Bureau) -> None:
    shut = replace(
        bureau,
        entry=published(bureau.city, replace(HARMLESS, open_type=3, licence="", visibility=Visibility.GOVERNMENT)),
        feeds={},
    )
    assert shut.load(rows(*NAMES)).findings == ["personal_suspected"]


def test_a_dry_run_foretells_it(harmless: Bureau) -> None:
    feed = harmless.feed()
    delivery = services.receive(feed, [rows(resident(1)).encode()], name="f.csv")
    found = services.rehearse(feed, delivery, by=harmless.steward, now=harmless.now)
    assert (found.findings, found.facts) == (("personal_undeclared",), {"columns": ["note"]})


def test_it_is_released_once_the_column_is_marked(harmless: Bureau) -> None:
    load = harmless.load(rows(resident(1)))
    change_to(harmless, MARKED)
    services.release(load.pk, reason="已标注", by=harmless.steward, now=harmless.now)
    assert services.advance(load.pk, now=harmless.now).state == "published"


def change_to(bureau: Bureau, body) -> None:
    catalogue.change(bureau.entry, reason="调整", by=bureau.steward, now=bureau.now)
    catalogue.draft(body, entry_id=bureau.entry, by=bureau.steward, now=bureau.now)
    onwards(bureau.city, bureau.entry, body, steward=bureau.steward, head=bureau.city.head, now=bureau.now)


@pytest.fixture
def marked(bureau: Bureau) -> Bureau:
    mine = replace(bureau, entry=published(bureau.city, MARKED), feeds={})
    assert mine.load(rows(resident(1))).state == "published"
    return mine


def test_a_steward_does_not_assess_weaker_marks_and_neither_does_who_wrote_them(marked: Bureau) -> None:
    with pytest.raises(Refused, match="marks_lowered") as told:
        change_to(marked, HARMLESS)
    assert told.value.details["columns"] == ["no", "note"]
    guard = actor("protection_officer", marked.city.transport)
    same, made = replace(guard, person=marked.steward.person), replace(ASSESSED, valid_until=date(2027, 5, 1))
    with pytest.raises(Refused, match="same_person"):
        catalogue.assess(marked.entry, confidentiality=ASSESSED, pi=NO_PI, anonymisation=made, by=same, now=marked.now)


def test_what_stands_in_the_data_is_not_talked_away_by_marks(marked: Bureau) -> None:
    with pytest.raises(Refused, match="marks_lowered"):
        change_to(marked, HARMLESS)
    guard = actor("protection_officer", marked.city.transport)
    with pytest.raises(Refused, match="marks_stripped") as told:
        catalogue.assess(marked.entry, confidentiality=ASSESSED, pi=NO_PI, by=guard, now=marked.now)
    assert told.value.details["columns"] == ["note"]
    made = replace(ASSESSED, valid_until=date(2027, 5, 1))
    catalogue.assess(marked.entry, confidentiality=ASSESSED, pi=NO_PI, anonymisation=made, by=guard, now=marked.now)
    catalogue.head_approve(marked.entry, by=marked.city.head, now=marked.now)
    catalogue.submit(marked.entry, by=marked.steward, now=marked.now)
    with pytest.raises(Refused, match="marks_against_data") as told:
        catalogue.decide(marked.entry, "approve", by=marked.city.reviewer, now=marked.now)
    assert told.value.details["columns"] == ["note"]
    assert selectors.snapshot(marked.entry).number == 1
    assert marked.load(rows("东门")).state == "published"
    catalogue.decide(marked.entry, "approve", by=marked.city.reviewer, now=marked.now)
