"""What the codes of a pack mean to a person, in both languages. A test holds the tables against every shipped pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import get_language

from kaimen.core.lifecycle.rules import Words


def _table(**words: tuple[str, str]) -> Mapping[str, Words]:
    return {code: Words(zh=zh, en=en) for code, (zh, en) in words.items()}


FORCES = _table(
    must=("必须做", "must"),
    ban=("不得做", "must not"),
    support=("鼓励做", "encouraged"),
    info=("说明性", "says what is what"),
)
FORCE_ICONS = {"must": "scale", "ban": "ban", "support": "lightbulb", "info": "info"}
KINDS = _table(
    timer=("期限", "term"),
    threshold=("门槛", "threshold"),
    retention=("保存年限", "retention"),
    validity=("有效期", "validity"),
    periodic=("定期", "recurring date"),
    block=("不满足就不放行", "condition that stops the step"),
    duty=("义务", "duty"),
)
SURE = _table(
    text_read=("条文原文核对过", "read in the text itself"),
    quoted=("来自转引", "taken from a quotation"),
    memory=("凭一般了解，先确认", "from general knowledge, confirm first"),
    policy=("本系统自己的选择", "a choice of the product, not law"),
)
LOOKS = _table(
    query=("查数", "a count over the live system"),
    probe=("试着违规，必须被拒绝", "a try at what is forbidden, which must be refused"),
    attestation=("具名确认，有有效期", "a named person's word, with an expiry"),
)
WORD_FAULTS = _table(
    denied=("说的是“不是这样”", "it says that it is not so"),
    expired=("已过有效期", "it has run out"),
    other_sentence=("确认的内容后来改过", "the sentence has changed since"),
    other_release=("是对另一个版本说的", "it was given for another release"),
)
STOPS = _table(
    pause=("等补正时暂停", "pauses while papers are completed"),
    not_counted=("征求第三方意见的时间不计", "days of consulting a third party do not count"),
    restart=("更正后重新起算", "begins anew after a correction"),
)
PARTS = _table(
    none=("不靠软件", "no part of the software"),
    monitor=("监测", "monitor"),
    compliance=("合规", "compliance"),
    catalogue=("目录", "catalogue"),
    sharing=("共享", "sharing"),
    evidence=("存证", "evidence"),
    trading=("交易", "trading"),
    opening=("开放", "opening"),
    convergence=("汇聚", "convergence"),
    gate=("闸门", "gate"),
    inclusive=("无障碍与双语", "accessibility and languages"),
    zones=("专区", "zones"),
    lake=("数据湖", "lake"),
    accounts=("人员与机构", "people and institutions"),
    web=("页面", "pages"),
)
PARTIES = _table(
    muni_gov=("市政府", "city government"),
    district_gov=("区政府", "district governments"),
    data_authority=("数据主管部门", "data authority"),
    sector_authority=("行业主管部门", "sector authorities"),
    public_body=("公共机构", "public bodies"),
    platform_enterprise=("平台企业", "platform enterprises"),
    processor=("数据处理者", "whoever processes data"),
    public=("公众", "the public"),
    zone_operator=("专区运营单位", "zone operators"),
    trading_institution=("数据交易机构", "trading institution"),
    gov_services=("政务服务部门", "government services body"),
    cac=("网信部门", "cyberspace office"),
    stats_dept=("统计部门", "statistics body"),
    big_data_centre=("大数据中心", "big-data centre"),
    sci_dept=("科技部门", "science body"),
    vendor=("承建单位", "vendor"),
    unit_head=("单位负责人", "head of the unit"),
    police=("公安机关", "police"),
    ip_dept=("知识产权部门", "intellectual-property body"),
    operator=("运行单位", "operator of the platform"),
    provider_body=("提供方", "providing body"),
    demand_body=("需求方", "demanding body"),
    implementing_body=("实施机构", "implementing body"),
    implementing_body_and_zone_operator=("实施机构和运营单位", "implementing body and zone operator"),
    system=("本系统", "this system"),
    registrant=("登记主体", "registrant"),
    registration_institution=("登记机构", "registration institution"),
    applicant=("申请人", "applicant"),
    third_party=("第三方", "third party"),
    upper_level_body=("上级机构", "body of the upper level"),
    lead_body=("牵头数源部门", "lead source body"),
    parties=("双方", "both parties"),
)
WORKFLOWS = _table(
    catalogue_entry=("编目", "Catalogue entries"),
    convergence_task=("数据汇聚", "Convergence"),
    classification=("分类分级", "Classification"),
    demand=("数据需求", "Demands for data"),
    sharing_request=("共享申请", "Requests to share"),
    sharing_agreement=("共享协议", "Agreements to share"),
    verification_objection=("核验异议", "Objections to quality"),
    open_entry=("开放目录", "Open entries"),
    open_application=("依申请开放", "Applications for data and information"),
    zone=("数据专区", "Zones"),
    zone_authorisation=("授权运营", "Authorised operation"),
    product_trade=("数据交易", "Trading"),
    asset_registration=("登记", "Registration"),
    data_ip=("数据知识产权", "Data intellectual property"),
    agreement=("协议", "Agreements"),
    dispute=("争议", "Disputes"),
    objection=("异议", "Objections"),
    correction_request=("更正申请", "Requests for correction"),
    gate=("放行", "The gate"),
    emergency_access=("应急调用", "Emergency access"),
    personal_data=("个人信息", "Personal information"),
    data_subject_request=("个人行使权利", "Requests of persons"),
    impact_assessment=("影响评估", "Impact assessments"),
    important_data=("重要数据", "Important data"),
    export_assessment=("出境评估", "Export assessments"),
    export=("数据出境", "Exports"),
    incident=("安全事件", "Incidents"),
    vulnerability=("漏洞", "Vulnerabilities"),
    complaint=("投诉举报", "Complaints"),
    compliance_audit=("合规审计", "Compliance audits"),
    compliance=("合规", "Compliance"),
    roles=("岗位", "Officers"),
    vendor=("承建与运维", "Vendors"),
    platform=("平台", "Platform"),
    inclusive=("无障碍与双语", "Accessibility and languages"),
    report=("报告", "Reports"),
    monitor=("监测", "Monitor"),
    evidence=("留痕与保存", "Records and retention"),
    clock=("计时", "Counting of time"),
)
DAYS = _table(
    working=("工作日", "working day"),
    rest=("休息日", "rest day"),
    holiday=("放假", "holiday"),
    makeup=("调休上班", "make-up day, worked"),
    closure=("本地停工", "closed here"),
)
WEEKDAYS = tuple(
    Words(zh=zh, en=en) for zh, en in zip("一二三四五六日", ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), strict=True)
)
UNITS = _table(
    working_days=("个工作日", "working day|working days"),
    calendar_days=("天", "calendar day|calendar days"),
    hours=("小时", "hour|hours"),
    months=("个月", "month|months"),
    years=("年", "year|years"),
    persons=("人", "person|persons"),
    count=("次", "time|times"),
)
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WAN = 10_000


def language() -> str:
    """`zh` or `en`, the language of the page."""
    return "en" if get_language() == "en" else "zh"


def word(table: Mapping[str, Words], code: str) -> str:
    """A code in the reader's language; one that no table knows (a pack of one's own) stays as it is."""
    return table[code].in_(language()) if code in table else code


def several(table: Mapping[str, Words], codes: Sequence[str]) -> str:
    """Codes beside one another, as people write lists."""
    return (", " if language() == "en" else "、").join(word(table, code) for code in codes)


def value_in_words(unit: str, numbers: Sequence[int]) -> str:
    """`10 working days`, `31 March`, `1,000,000 or 10,000 persons`; 10 个工作日、3 月 31 日、100 万人."""
    english = language() == "en"
    if unit == "month_day":
        month, day = numbers
        return f"{day} {MONTHS_EN[month - 1]}" if english else f"{month} 月 {day} 日"
    if not english:
        return "、".join(_number_zh(number) for number in numbers) + word(UNITS, unit)
    one, _, more = word(UNITS, unit).partition("|")
    written = " or ".join(f"{number:,}" for number in numbers)
    return f"{written} {one if tuple(numbers) == (1,) else more or one}"


def _number_zh(number: int) -> str:
    """Large round numbers as they are said: 100 万. A blank stands between a number and the word it counts with."""
    return f"{number // _WAN} 万" if number >= _WAN and number % _WAN == 0 else f"{number} "


def said(found: Words | None) -> str:
    """Words in the reader's language; nothing for none."""
    return found.in_(language()) if found else ""
