"""One main task of every role, from the sign-in card to the proof: in Chinese with a mouse, in English by keyboard alone, in larger text.

Each is gone in one of these ways, the longest only when asked for: `KAIMEN_TEST_JOURNEYS=each`. With `all` each is gone in all ways, every
form sent wrong once and every page looked at.
`KAIMEN_TEST_PICTURES` names a folder for pictures of the pages on the way.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.traveller import InDays, Now, Said, Traveller, Way, travelling

ASKED = os.environ.get("KAIMEN_TEST_JOURNEYS", "")
THOROUGH = ASKED == "all"
PICTURES = os.environ.get("KAIMEN_TEST_PICTURES")

OPERATOR, AUTHORITY, SECOND_REVIEWER, AUTHORITY_HEAD = "罗浩", "沈明", "叶青", "郑国栋"
SECURITY_ADMIN, GOVERNMENT = "严石", "江山"
CIVIL, CIVIL_OFFICE, CIVIL_HEAD, PROTECTOR = "周岚", "宋平", "马建国", "田雨"
AUTHORITY_STEWARD = "吴静"
TRANSPORT, TRANSPORT_OFFICE, TRANSPORT_HEAD, SECURITY = "王宁", "陈立", "杜海峰", "温亮"
DISTRICT, HELPER, AUDITOR, CDO, CITIZEN = "林晓", "赵秀英", "孙文静", "梁冰", "李想"
SELLER, SELLERS_SECOND, BUYER, BUYERS_SECOND = "汤敏", "薛亮", "倪娜", "严俊"
EXCHANGE, EXCHANGE_SECOND = "尤佳", "于洋"
ZONE_LEAD, ANALYST = "冯涛", "尹丽"

WHY = Said("核对本市养老服务补贴的发放。", "To check the allowances that the city pays.")
FOUND = Said("与登记底册核对过。", "Compared with the filed register.")


def shares(who: Traveller) -> None:
    """Stewards and heads of the sharing offices of two bodies: from the request to its use."""
    who.becomes(CIVIL)
    who.open("/agreements")
    who.hand.follow(who.page.locator("main a[href$='/cases/new/sharing_request']"))
    who.begins(
        "sharing_request",
        {
            "columns": ["record_no", "operator", "district", "lots"],
            "purpose": "duty",
            "use_basis": Said("示范市养老服务条例第十五条", "Demo City Regulation on Care for the Elderly, article 15"),
            "use_scenario": Said("核对养老机构周边的停车场", "To check the car parks around care homes"),
            "use_scope": Said("养老服务处", "The elderly care division"),
            "share_method": "query",
            "use_until": InDays(200),
            "truth_declaration": True,
        },
        first={"dataset": "parking_operators"},
        later=True,
    )
    who.becomes(CIVIL_OFFICE)
    who.takes("consent_demand", {"note": WHY})
    who.becomes(TRANSPORT_OFFICE)
    who.takes("agree")
    who.becomes(CIVIL_OFFICE)
    who.takes(
        "sign_demand",
        dict.fromkeys(("no_onward", "no_reidentify", "no_harm_public", "no_harm_others", "no_harm_ethics"), True),
    )
    who.becomes(TRANSPORT_OFFICE)
    who.takes("sign_provider")
    who.becomes(TRANSPORT)
    who.takes("go_live")
    who.becomes(CIVIL)
    who.takes(
        "report_use",
        {"effect": Said("核对了两个区，改了三处。", "Two districts checked, three mistakes mended.")},
        waits=False,
    )
    who.proves()


def applies(who: Traveller) -> None:
    """An applicant: from the page of the data to the terms of use."""
    who.becomes(CITIZEN)
    who.open("/data/parking_operators")
    who.hand.follow(who.page.locator("main a[href*='/cases/new/open_application']").first)
    who.begins(
        "open_application",
        {
            "columns": ["record_no", "operator", "district", "lots"],
            "purpose": "research",
            "use": Said("写一篇停车难的调查", "For an article on the want of car parks"),
            "capability": Said("只存在我的电脑里，用完删除。", "On my own computer only, deleted after use."),
            "use_until": InDays(120),
        },
        later=True,
    )
    who.becomes(TRANSPORT)
    who.takes("accept")
    who.becomes(TRANSPORT_OFFICE)
    who.takes("grant")
    who.becomes(CITIZEN)
    who.takes("agree", dict.fromkeys(("keep_purpose", "no_reidentify", "no_onward", "acknowledge"), True))
    who.proves()
    who.open(f"/cases/{who.number}")
    who.hand.follow(who.page.locator("main a[href*='/query?']"))
    who.look("data that may be asked now")
    who.hand.follow(who.page.locator("main form:has(#sql) button[type=submit]:not([name])").first)
    assert who.page.locator(".strip__open").count() == 1
    who.look("their answer")


def objects(who: Traveller) -> None:
    """Somebody finds data wrong, contests the answer; the authority decides."""
    who.becomes(CITIZEN)
    who.open("/data/parking_lots")
    who.hand.follow(who.page.locator("main a[href*='/cases/new/objection']").first)
    who.begins(
        "objection",
        {
            "door": "open_data",
            "claim": "wrong",
            "columns": ["spaces"],
            "rows": Said("第一行", "the first row"),
            "detail": Said("车位数比现场看到的多。", "More spaces than there are."),
        },
    )
    who.becomes(TRANSPORT)
    who.takes("accept")
    who.takes("verify")
    who.becomes(TRANSPORT_OFFICE)
    who.takes("uphold", {"ground": "matches_source", "findings": FOUND})
    who.takes(
        "answer", {"answer": Said("已核对底册，车位数无误。", "Compared with the register: the number is right.")}
    )
    who.becomes(CITIZEN)
    who.takes("escalate", {"reason": Said("现场数过，不一样。", "I have counted them; it is not.")})
    who.becomes(AUTHORITY)
    who.takes("decide", {"decision": "answer_stands", "reason": FOUND})
    who.becomes(TRANSPORT_OFFICE)
    who.takes("conclude")
    who.proves()


def demands(who: Traveller) -> None:
    """Anybody asks for data without an account, comes back with number and word, and sees what the authority did."""
    who.open("/demands")
    who.look("demands")
    who.hand.follow(who.page.locator("main a[href$='/cases/new/demand']"))
    who.begins(
        "demand",
        {
            "subject": "社区食堂",
            "what": Said("哪里有、几点开门、多少钱", "Where they are, when they open, what they cost"),
            "use": Said("给家里老人找合适的地方", "To find one for my parents"),
            "body": "civil",
        },
    )
    assert "/receipt" in who.page.url
    word = who.page.locator("dd.mono").nth(1).inner_text()
    who.leaves()
    who.becomes(AUTHORITY)
    who.takes("acknowledge", {"public_title": "社区食堂"})
    who.leaves()
    who.open("/cases/new")
    who.look("filed without an account")
    form = who.page.locator("main form:has(#number)")
    who.fill({"number": who.number, "case_key": word}, form)
    who.hand.follow(form.locator("button"))
    who.look("a demand, as who asked sees it")
    assert who.page.locator(".timeline li").count() == 2
    who.proves()


def helps(who: Traveller) -> None:
    """A helper files at the counter for somebody who cannot."""
    who.becomes(HELPER)
    who.hand.follow(who.page.locator("main a[href$='/desk/behalf']"))
    who.look("for whom")
    who.sends_wrong("for whom")
    who.fill(
        {
            "described_as": "陈奶奶",
            "channel": "counter",
            "ground": "present",
            "identified_by": "identity-card",
            "read_back": True,
            "consent": True,
        },
    )
    who.send()
    assert who.page.locator(".behalf").count() == 1
    who.look("desk while acting for somebody")
    who.open("/apply")
    who.look("what one can ask for, for somebody")
    who.hand.follow(who.page.locator("main a[href$='/cases/new/information_request']").first)
    who.begins(
        "information_request",
        {
            "body": "civil",
            "information": Said("本社区养老服务补贴的发放标准", "By what rule allowances are paid in this community"),
            "form": "paper",
            "contact": Said("当面领取", "To be fetched in person"),
            "channel": "in_person",
        },
    )
    assert "/receipt" in who.page.url
    who.open("/desk")
    who.hand.follow(who.page.locator("main form[action$='/desk/behalf/end'] button"))
    assert who.page.locator(".behalf").count() == 0
    who.becomes(CIVIL)
    who.takes("accept")
    who.proves()


def drills(who: Traveller) -> None:
    """A security officer drills a leak."""
    who.becomes(SECURITY)
    who.open("/cases/new")
    who.look("what a security officer can begin")
    who.hand.follow(who.page.locator("main a[href$='/cases/new/incident']").first)
    who.begins(
        "incident",
        {
            "drill": "drill",
            "kind": "leak",
            "known_at": Now(),
            "system": Said("停车备案系统", "The filing system"),
            "what": Said("演练：一份备份文件被公开访问", "A drill: a backup could be read by anybody"),
            "ciio": "no",
        },
        later=True,
    )
    who.takes("contain", {"measures": Said("已关闭访问", "Access is closed"), "persons": "1200"})
    who.takes("grade", {"persons": "1200", "grade": "general", "crime": "no"})
    who.takes("not_reported", {"reason": Said("演练，一般级别", "A drill, of the lowest grade")})
    who.takes(
        "spare_persons", {"not_told": "averted", "reason": Said("演练，没有人受影响", "A drill; nobody is touched")}
    )
    who.takes("resolve", {"measures": Said("已清除备份，改了权限", "The backup is gone, rights are mended")})
    who.takes(
        "summarise_drill",
        {
            "cause": Said("权限配置错误", "Rights were set wrong"),
            "effect": Said("无扩散", "Nothing spread"),
            "responsibility": Said("运维组", "The team that runs it"),
            "lessons": Said("上线前复核权限", "Check rights before going live"),
        },
    )
    who.takes("end_drill")
    who.proves()


def deletes(who: Traveller) -> None:
    """A person asks for their data to be deleted; the protection officer sees to it."""
    who.becomes(CITIZEN)
    who.open("/processing")
    who.look("what is done with personal data")
    who.hand.follow(who.page.locator("main a[href$='/cases/new/data_subject_request']").first)
    who.begins(
        "data_subject_request",
        {
            "controller": "civil",
            "kind": "access",
            "channel": "online",
            "what": Said("我的养老服务补贴记录", "My allowances"),
            "name": "韩雅宁",
            "contact": "13900000000",
            "identity_proof": Said("示范身份证明（合成）", "A made-up proof of identity"),
        },
    )
    who.becomes(PROTECTOR)
    who.takes("confirm_identity", {"identity_result": "document"})
    who.takes("grant")
    who.takes("execute", {"done": Said("已打印交给本人。", "Printed and given to the person.")})
    who.takes("answer", {"answer": Said("已提供全部记录。", "All records are given."), "remedy_told": True})
    who.becomes(CITIZEN)
    who.takes("accept_answer")
    who.proves()


def appoints(who: Traveller) -> None:
    """The operator nominates an officer, the head of the body approves, the letter is recorded and the name published."""
    body, post, head = {
        Way.POINTER: ("civil", "cdo", CIVIL_HEAD),
        Way.KEYBOARD: ("transport", "cdo", TRANSPORT_HEAD),
        Way.ELDER: ("authority", "security_officer", AUTHORITY_HEAD),
    }[who.way]
    who.becomes(OPERATOR)
    who.open("/cases/new")
    who.look("what an operator can begin")
    who.hand.follow(who.page.locator("main a[href$='/cases/new/officer']").first)
    who.begins(
        "officer",
        {
            "body": body,
            "post": post,
            "way": "regular",
            "name": "江一苇",
            "address": f"cdo-{os.urandom(4).hex()}@demo.example",
        },
        later=True,
    )
    who.becomes(head)
    who.takes("approve")
    who.becomes(OPERATOR)
    who.takes("appoint", {"letter_no": "示任〔2026〕9号", "since": InDays(0)})
    who.takes("publish", {"contact": "010-0000-0000"})
    who.proves()
    who.open(f"/officers/{body}")
    who.look("officers of a body")
    assert "江一苇" in who.page.locator("main").inner_text()


def admits(who: Traveller) -> None:
    """Data come into a zone; its operator opens a project on them."""
    dataset, columns, unit, consents, assesses = {
        Way.ELDER: ("care_homes", ["name", "district", "beds"], ["name"], CIVIL_OFFICE, PROTECTOR),
        Way.POINTER: ("parking_lots", ["code", "district", "spaces"], [], TRANSPORT_OFFICE, SECURITY),
        Way.KEYBOARD: (
            "parking_operators",
            ["record_no", "district", "lots"],
            ["record_no"],
            TRANSPORT_OFFICE,
            SECURITY,
        ),
    }[who.way]
    who.becomes(CIVIL)
    who.open("/zones/elder-care")
    who.hand.follow(who.page.locator("main a[href*='/cases/new/zone_admission']"))
    who.begins(
        "zone_admission",
        {
            "columns": columns,
            "purpose": "service-delivery",
            "scenario": Said("安排上门照护", "To plan care at home"),
            "registration_no": "GZ-DEMO-0002",
            "stays": True,
        },
        first={"dataset": dataset},
    )
    who.becomes(consents)
    who.takes("consent", {"unit": unit} if unit else {})
    who.becomes(assesses)
    who.takes(
        "assess",
        {
            "risk": "low",
            "assessment_no": "示评〔2〕号",
            "measures": Said("只给汇总。", "Totals only."),
        },
    )
    who.becomes(AUTHORITY)
    who.takes("admit")
    who.proves()
    who.becomes(ZONE_LEAD)
    who.open("/zones/elder-care")
    who.look("a zone, as its operator sees it")
    who.hand.press(who.page.locator("main details summary").last)
    form = who.page.locator("main form[action$='/projects']")
    who.fill({"title": "床位够不够", "purpose": "service-delivery", "until": InDays(90)}, form)
    who.hand.follow(form.locator("button"))
    who.look("a new project")


def takes_out(who: Traveller) -> None:
    """An analyst works in a zone and asks to take a table out; two reviewers let it go, its recipient fetches it."""
    who.becomes(ANALYST)
    who.open("/zones/projects")
    who.hand.follow(who.page.locator("main .lines a").filter(has_text="养老服务").first)
    who.look("a project in a zone")
    form = who.page.locator("main form:has(#sql)")
    name = "各区补贴人数"
    who.fill(
        {
            "sql": "SELECT district, count(*) AS persons FROM elder_allowances GROUP BY district HAVING count(*) >= 10",
            "name": name,
        },
        form,
    )
    who.hand.follow(form.locator("button[name=save]"))
    who.look("an analysis that is kept")
    who.hand.press(who.page.locator("main .lines details summary").first)
    who.hand.follow(who.page.locator("main form[action$='/freeze'] button").first)
    who.look("a frozen result")
    who.hand.follow(who.page.locator("main a[href*='/cases/new/zone_egress']"))
    who.begins(
        "zone_egress",
        {"recipient": "haidian-health", "use": Said("安排上门服务", "To plan services at home"), "declared": True},
        later=True,
    )
    who.becomes(CIVIL_OFFICE)
    who.takes("pass_first", {"seen": True})
    who.becomes(AUTHORITY)
    who.takes("approve", {"seen": True})
    who.proves()
    who.becomes(DISTRICT)
    who.open(f"/zones/releases/{who.number}")
    who.look("a result for its recipient")
    with who.page.expect_download() as file:
        who.hand.press(who.page.locator("main form[action$='/file'] button"))
    assert "district" in Path(file.value.path()).read_text("utf-8")


def lists(who: Traveller) -> None:
    """A trader brings a product to the exchange; its staff check it; it is on offer."""
    who.becomes(SELLER)
    who.open("/exchange")
    who.look("exchange")
    asset = _asset(who)
    who.open("/exchange")
    who.hand.follow(who.page.locator("main a[href$='/cases/new/product_listing']"))
    title = "社区用水季报（合成）"
    who.begins(
        "product_listing",
        {
            "title": title,
            "summary": Said("每个社区每季的用水量。只到社区，不到楼。", "Water use of each community, no finer."),
            "asset": asset,
            "columns": ["month", "community", "district", "metered_homes", "cubic_metres"],
            "uses": ["research", "statistics"],
            "source": "collected",
            "source_statement": Said("抄表系统自行采集。", "Read from our own meters."),
            "right_relied_on": Said("登记的持有、加工使用和经营", "The registered rights to hold, process and sell"),
            "restrictions": Said("不得推断个别家庭，不得转售。", "No household may be inferred; not to be sold on."),
            "price": "3000",
            "truthful": True,
        },
        first={"dataset": "water_use"},
        later=True,
    )
    proof = Said("示范材料（合成）", "Papers made up for the demo")
    who.becomes(EXCHANGE)
    who.takes("pass_source", {"source_checks": ["subject", "source", "chain", "onward"], "evidence": proof})
    who.becomes(EXCHANGE_SECOND)
    who.takes(
        "pass_lawful",
        {
            "lawful_checks": ["personal", "important", "graded", "tradable", "limits", "border", "security"],
            "evidence": proof,
        },
    )
    who.becomes(SELLERS_SECOND)
    who.takes("list")
    who.proves()
    who.open("/exchange/products")
    assert title in who.page.locator("main").inner_text()


def _asset(who: Traveller) -> str:
    """The code of the registered asset of the demo's product."""
    who.open("/exchange/products")
    who.hand.follow(who.page.locator("main .lead-row a").last)
    who.look("a product")
    found = re.search(
        r"/exchange/assets/([^/]+)$",
        str(who.page.locator("main a[href*='/exchange/assets/']").first.get_attribute("href")),
    )
    assert found
    return found[1]


def buys(who: Traveller) -> None:
    """A trader buys; the seller delivers; the exchange settles."""
    who.becomes(BUYER)
    who.open("/exchange/products")
    who.hand.follow(who.page.locator("main .lead-row a").last)
    who.hand.follow(who.page.locator("main a[href*='/cases/new/trade_order']"))
    who.begins(
        "trade_order",
        {
            "purpose": "statistics",
            "use_scenario": Said("统计航站楼周边社区的用水。", "To count the water used around the terminals."),
            "use_until": InDays(300),
            "payment_method": "sandbox",
        },
        later=True,
    )
    who.becomes(BUYERS_SECOND)
    who.takes("sign_buyer", {"no_onward": True, "no_reidentify": True}, waits=False)
    who.becomes(SELLERS_SECOND)
    who.takes("sign_seller", waits=False)
    who.becomes(BUYER)
    who.takes("pay_simulated", {"simulated_known": True})
    who.becomes(SELLER)
    who.takes("deliver")
    who.becomes(BUYERS_SECOND)
    who.takes("accept")
    who.becomes(EXCHANGE)
    who.takes("settle")
    who.becomes(EXCHANGE_SECOND)
    who.takes("pay_out", {"payout_reference": Said("示范付款 0002（合成）", "demo payment 0002")})
    who.open(f"/exchange/orders/{who.number}")
    who.look("an order that is paid out")
    who.open(f"/cases/{who.number}")
    who.proves()


def registers(who: Traveller) -> None:
    """A steward of the data authority enters a computing centre."""
    who.becomes(AUTHORITY_STEWARD)
    who.open("/monitor/registers/computing")
    who.hand.follow(who.page.locator("main a[href$='/computing/new']"))
    who.look("a record to enter")
    who.sends_wrong("a record to enter")
    who.fill(
        {
            "code": f"DC-{os.urandom(3).hex()}",
            "name_zh": "示范算力中心（合成）",
            "name_en": Said("Centre (synthetic)", "A made-up computing centre"),
            "district": "110108",
            "sub_kind": "data-centre",
            "status": "operating",
            "owner": Said("市大数据中心", "City data centre"),
            "capacity_pflops": "12.5",
            "pue": "1.21",
            "finance_funded": "true",
            "opened_on": InDays(-400),
        }
    )
    who.send()
    who.look("a record that is entered")
    who.hand.follow(who.page.locator("main a[href*='/log/']").first)
    who.works_out()


def computes(who: Traveller) -> None:
    """A chief data officer has the evaluation index computed again."""
    who.becomes(CDO)
    who.open("/monitor/index")
    who.look("index")
    who.hand.follow(who.page.locator("main form[action$='/monitor/compute'] button"))
    who.look("index, computed again")
    assert who.page.locator("main [role=status]").count() == 1


def verifies(who: Traveller) -> None:
    """An auditor asks through the gate, then trusts nobody."""
    who.becomes(AUDITOR)
    who.open("/query")
    who.look("a question to ask")
    form = who.page.locator("main form:has(#sql)")
    who.fill(
        {"sql": "SELECT district, count(*) AS n FROM elder_allowances GROUP BY district", "purpose": "audit"}, form
    )
    who.hand.follow(form.locator("button[type=submit]:not([name])").first)
    who.look("an answer to an auditor")
    who.hand.follow(who.page.locator(".receipt a").first)
    who.works_out()


def oversees(who: Traveller) -> None:
    """The government of the level finds what only public bodies see, and reads how a body keeps its terms."""
    search = f"/data?q={who.said(Said('养老服务补贴', 'care allowances'))}"
    who.open(search)
    assert who.page.locator("main a[href$='/data/elder_allowances']").count() == 0
    who.becomes(GOVERNMENT)
    who.open(search)
    who.look("what the government finds")
    who.hand.follow(who.page.locator("main a[href$='/data/elder_allowances']").first)
    who.look("an entry for public bodies")
    who.open("/monitor/institutions")
    who.look("scorecard of bodies")
    who.hand.follow(who.page.locator("main th a[href*='/monitor/institutions/']").first)
    who.look("scorecard of one body")
    assert who.page.locator("main table").count()


def takes_back(who: Traveller) -> None:
    """A security administrator names somebody, sees that it waits for other eyes, and takes it back before it opens anything."""
    who.becomes(SECURITY_ADMIN)
    who.hand.follow(who.page.locator("main a[href$='/desk/people']").first)
    who.look("people")
    form = who.page.locator("main form:has([name='email'])")
    who.sends_wrong("people", form.locator("button[type=submit]"))
    name = f"江{os.urandom(2).hex()}"
    who.fill(
        {
            "name": name,
            "email": f"head-{os.urandom(4).hex()}@demo.example",
            "role": "department_head",
            "since": InDays(0),
        },
        who.page.locator("main form:has([name='email'])"),
    )
    who.send(who.page.locator("main form:has([name='email']) button[type=submit]"))
    assert who.page.locator("main [role=status]").count() == 1
    row = who.page.locator("main section li").filter(has_text=name)
    assert row.locator("form[action$='/approve']").count() == 0
    who.look("people, one to be approved")
    who.hand.follow(row.locator("form[action$='/end'] button"))
    assert who.page.locator("main section li").filter(has_text=name).count() == 0


def compiles(who: Traveller) -> None:
    """A steward compiles an entry, the head of the department puts the body's name to it, the authority publishes it."""
    who.becomes(CIVIL)
    who.hand.follow(who.page.locator("main a[href$='/catalogue/new']").first)
    who.look("a new entry")
    who.sends_wrong("a new entry")
    number = os.urandom(2).hex()
    title = Said(f"社区食堂 {number}", f"Community canteens {number}")
    who.fill(
        {
            "kind": "dataset",
            "title_zh": f"社区食堂 {number}",
            "title_en": f"Community canteens {number}",
            "description_zh": "各区社区食堂的位置、餐位和开放时间，每季更新一次。",
            "description_en": "Where community canteens are, how many seats they have and when they open.",
            "keywords_zh": "食堂，助餐",
            "keywords_en": "canteens",
            "themes": ["welfare"],
        }
    )
    who.send()
    who.look("columns of an entry")
    who.fill(
        {"items-0-column": "code", "items-0-name_zh": "编号", "items-0-name_en": "Code", "items-0-data_type": "C", "items-0-level": "1", "items-0-pi_class": "none"},
        who.page.locator("main form:has([name='items-0-column'])"),
    )  # fmt: skip
    who.send(who.page.locator("main form:has([name='items-0-column']) button[type=submit]:not([name])"))
    who.look("facts of an entry")
    who.fill(
        {
            "item_class": "303",
            "sub_item": "002",
            "category": "place",
            "format_class": "2",
            "formats": ["csv"],
            "update_frequency": "4",
            "spatial": ["110000"],
        }
    )
    who.send()
    who.look("terms of an entry")
    who.fill(
        {
            "share_type": "1",
            "share_methods": ["api"],
            "open_type": "1",
            "licence": "km-open-1",
            "visibility": "public",
            "level": "1",
        }
    )
    who.send()
    who.look("duties of an entry")
    who.fill({"secrecy": True, "secrecy_on": InDays(-1)})
    who.send()
    who.look("an entry that is written")
    place = who.page.url.partition("#")[0]
    who.hand.follow(who.page.locator("main form[action$='/do/check'] button"))
    who.look("an entry that is checked")
    form = who.page.locator("main form[action$='/do/assess']")
    who.sends_wrong("assessments", form.locator("button"))
    form = who.page.locator("main form[action$='/do/assess']")
    passed = Said("通过", "passed")
    who.fill(
        {
            "document": "BP-1",
            "on": InDays(-1),
            "result": passed,
            "no_pi_zh": "没有个人信息",
            "no_pi_en": "no personal information",
        },
        form,
    )
    who.hand.follow(form.locator("button"))
    who.look("an entry that is assessed")
    who.becomes(CIVIL_HEAD)
    _works_on(who, who.said(title))
    who.look("an entry before its head")
    who.hand.follow(who.page.locator("main form[action$='/do/head_approve'] button"))
    who.becomes(CIVIL)
    _works_on(who, who.said(title))
    who.hand.follow(who.page.locator("main form[action$='/do/submit'] button"))
    who.look("an entry that is submitted")
    who.becomes(AUTHORITY)
    _works_on(who, who.said(title))
    who.look("an entry before the authority")
    form = who.page.locator("main form[action$='/do/decide']")
    who.fill({"verdict": "approve"}, form)
    who.hand.follow(form.locator("button"))
    assert who.page.url.partition("#")[0] == place
    who.look("an entry that is published")
    who.proves()


def _works_on(who: Traveller, title: str) -> None:
    """The entry, by the list of the catalogue's work."""
    who.hand.follow(who.page.locator("main a[href$='/catalogue']"))
    who.look("catalogue work")
    who.hand.follow(who.page.locator("main th a").filter(has_text=title))


JOURNEYS: dict[str, tuple[Callable[[Traveller], None], Way]] = {
    "steward and office head share": (shares, Way.KEYBOARD),
    "applicant applies": (applies, Way.ELDER),
    "citizen objects and authority decides": (objects, Way.POINTER),
    "anybody demands": (demands, Way.KEYBOARD),
    "steward compiles and head and authority publish": (compiles, Way.POINTER),
    "helper files for somebody": (helps, Way.ELDER),
    "security officer drills": (drills, Way.KEYBOARD),
    "protection officer answers a person": (deletes, Way.ELDER),
    "operator and head appoint": (appoints, Way.POINTER),
    "zone operator admits": (admits, Way.ELDER),
    "analyst takes a table out": (takes_out, Way.POINTER),
    "trader lists": (lists, Way.POINTER),
    "trader buys and exchange settles": (buys, Way.KEYBOARD),
    "steward registers a centre": (registers, Way.ELDER),
    "chief data officer computes": (computes, Way.KEYBOARD),
    "auditor verifies": (verifies, Way.KEYBOARD),
    "government oversees": (oversees, Way.ELDER),
    "security administrator takes back": (takes_back, Way.KEYBOARD),
}
LONG = {compiles, admits, takes_out, lists, buys}
"""A third of the time of all. The tests of their rooms take the same steps over HTTP."""
ROUTES = [
    (name, way)
    for name, (go, usual) in JOURNEYS.items()
    for way in Way
    if THOROUGH or (way is usual and (ASKED or go not in LONG))
]


@pytest.mark.parametrize(("name", "way"), ROUTES, ids=[f"{name}, {way}" for name, way in ROUTES])
def test_a_role_does_its_main_task(browser: Browser, site: str, name: str, way: Way) -> None:
    go, _ = JOURNEYS[name]
    pictures = None
    if PICTURES:
        pictures = Path(PICTURES) / f"{name} {way}"
        pictures.mkdir(parents=True, exist_ok=True)
    with travelling(browser, site, way, thorough=THOROUGH, pictures=pictures) as who:
        go(who)
