"""Kinds of events and their results in words, in both languages: the one place, which the pages of the log and docs/reference/events.md agree with."""

from __future__ import annotations

from collections.abc import Mapping

from kaimen.core.tlog.kinds import Kind

WORDS: Mapping[Kind, tuple[str, str]] = {
    Kind.HEARTBEAT: ("still running", "仍在运行"),
    Kind.KEY_ROTATED: ("log key replaced", "日志换了密钥"),
    Kind.LOG_SUCCEEDS: ("log takes the place of a lost one", "新日志接替丢失的日志"),
    Kind.LOG_PRUNED: ("oldest entries no longer served", "不再提供最早的记录"),
    Kind.RECONCILE_REPORT: ("deliveries compared with the log", "核对了交付和记录"),
    Kind.SUBJECT_ERASED: ("records of a person made unreadable", "当事人的记录已无法读取"),
    Kind.SUBJECT_RESTRICTED: ("records of a person closed", "当事人的记录已封存"),
    Kind.DEMO_LOADED: ("demo city loaded", "装入演示城市"),
    Kind.CLOCK_ESCALATED: ("term came nearer, one more desk told", "期限临近，多通知一级"),
    Kind.RULE_SET: ("value of a rule set", "设定规则的取值"),
    Kind.CALENDAR_ANNOUNCED: ("days off announced", "公布放假安排"),
    Kind.CONTROLS_RUN: ("control board run", "运行控制板"),
    Kind.ACCOUNTS_FOUNDED: ("first account made", "设立第一个账号"),
    Kind.PERSON_REGISTERED: ("person registered", "登记人员"),
    Kind.INSTITUTION_REGISTERED: ("institution registered", "登记机构"),
    Kind.INSTITUTION_CHANGED: ("facts about an institution changed", "机构信息变更"),
    Kind.APPOINTMENT_NOMINATED: ("appointment proposed", "提名任命"),
    Kind.APPOINTMENT_APPROVED: ("appointment approved", "批准任命"),
    Kind.APPOINTMENT_SUSPENDED: ("appointment suspended", "暂停任命"),
    Kind.APPOINTMENT_ENDED: ("appointment ended", "任命结束"),
    Kind.TOKEN_MINTED: ("token made", "生成令牌"),
    Kind.TOKEN_ROTATED: ("token replaced", "更换令牌"),
    Kind.TOKEN_REVOKED: ("token made void", "作废令牌"),
    Kind.DESK_FEED_OPENED: ("calendar address of a desk made", "生成工作台日历地址"),
    Kind.DESK_FEED_ENDED: ("calendar address of a desk ended", "停用工作台日历地址"),
    Kind.WEBHOOK_OPENED: ("a system is told of cases", "开通案件通知"),
    Kind.WEBHOOK_ENDED: ("a system is told no more", "停止案件通知"),
    Kind.MANDATE_OPENED: ("acting for somebody begun", "开始代办"),
    Kind.ACCOUNT_SUSPENDED: ("account suspended", "停用账号"),
    Kind.ACCOUNT_RESTORED: ("account opened again", "恢复账号"),
    Kind.ACCOUNT_OPENED: ("account opened", "开通账号"),
    Kind.PERSON_MERGED: ("two records of one person joined", "合并同一人的登记"),
    Kind.APPOINTMENT_RESUMED: ("appointment holds again", "恢复任命"),
    Kind.DELEGATION_OPENED: ("matters delegated", "授权代行"),
    Kind.ENTRY_DRAFTED: ("entry drafted", "起草条目"),
    Kind.ENTRY_CHECKED: ("entry checked by the rules", "按规则检查条目"),
    Kind.ENTRY_ASSESSED: ("data graded and assessed", "数据定级评估"),
    Kind.ENTRY_HEAD_APPROVED: ("entry approved by the department's head", "单位负责人同意条目"),
    Kind.ENTRY_SUBMITTED: ("entry handed to the authority", "条目报送主管部门"),
    Kind.ENTRY_RETURNED: ("entry sent back", "退回条目"),
    Kind.ENTRY_APPROVED: ("entry approved by the authority", "主管部门通过条目"),
    Kind.ENTRY_PUBLISHED: ("entry published", "发布条目"),
    Kind.ENTRY_REOPENED: ("entry being worked on again", "重新编制条目"),
    Kind.ENTRY_KEPT: ("entry stays in service", "条目继续保留"),
    Kind.ENTRY_CHANGE_EXTENDED: ("more time given to update an entry", "延长更新条目的期限"),
    Kind.ENTRY_RETIRING: ("entry about to leave service", "条目将要下线"),
    Kind.ENTRY_RETIRED: ("entry out of service", "条目已下线"),
    Kind.FEED_CREATED: ("source connected", "接入数据来源"),
    Kind.LOAD_PUBLISHED: ("new version of data published", "发布数据新版本"),
    Kind.LOAD_HELD: ("load waits for a person", "装载待人处理"),
    Kind.LOAD_RELEASED: ("held load released", "放行装载"),
    Kind.LOAD_REFUSED: ("load refused", "拒绝装载"),
    Kind.QUARANTINE_OPENED: ("rows set apart were looked at", "查看隔离的行"),
    Kind.ROWS_ERASED: ("rows of somebody were deleted everywhere", "个人的行已各处删除"),
    Kind.GRANT_OPENED: ("access granted", "授予使用权"),
    Kind.GRANT_SUSPENDED: ("access suspended", "暂停使用权"),
    Kind.GRANT_RESUMED: ("access given again", "恢复使用权"),
    Kind.GRANT_REVOKED: ("access revoked", "收回使用权"),
    Kind.GATE_ANSWERED: ("answer let through", "放行回答"),
    Kind.GATE_REFUSED: ("question refused", "拒绝提问"),
    Kind.GATE_DELIVERED: ("delivery of an answer ended", "回答交付结束"),
    Kind.EXCHANGE_SET: ("operator of the exchange set", "设定交易所运营者"),
    Kind.CASE_SHARING_REQUEST: ("a step of a sharing request", "共享申请的一步"),
    Kind.CASE_SHARING_DISPUTE: ("a step of a dispute about sharing", "共享争议的一步"),
    Kind.CASE_OPEN_APPLICATION: ("a step of an application for open data", "开放数据申请的一步"),
    Kind.CASE_INFORMATION_REQUEST: ("a step of a request for government information", "政府信息公开申请的一步"),
    Kind.CASE_DEMAND: ("a step of a demand for data", "数据需求的一步"),
    Kind.CASE_OPEN_PLAN: ("a step of the open plan", "开放计划的一步"),
    Kind.CASE_OBJECTION: ("a step of an objection to data", "数据异议的一步"),
    Kind.CASE_ZONE_AUTHORISATION: ("a step of a zone's authorisation", "专区授权的一步"),
    Kind.CASE_ZONE_ADMISSION: ("a step of data being admitted to a zone", "数据进专区的一步"),
    Kind.CASE_ZONE_EGRESS: ("a step of results leaving a zone", "成果出专区的一步"),
    Kind.CASE_ASSET_REGISTRATION: ("a step of an asset's registration", "资产登记的一步"),
    Kind.CASE_TRADE_PARTY: ("a step of a party's admission to trade", "交易主体认证的一步"),
    Kind.CASE_PRODUCT_LISTING: ("a step of a product's listing", "产品上架的一步"),
    Kind.CASE_TRADE_ORDER: ("a step of an order", "交易订单的一步"),
    Kind.CASE_TRADE_ALERT: ("a step of a trade alert", "交易预警的一步"),
    Kind.CASE_INCIDENT: ("a step of an incident", "安全事件的一步"),
    Kind.CASE_DATA_SUBJECT_REQUEST: ("a step of a person's request", "个人请求的一步"),
    Kind.CASE_IMPACT_ASSESSMENT: ("a step of an assessment", "评估的一步"),
    Kind.CASE_EXPORT_ASSESSMENT: ("a step of an export assessment", "出境评估的一步"),
    Kind.CASE_OFFICER: ("a step of an officer's appointment", "任命的一步"),
    Kind.CASE_VENDOR: ("a step of a vendor's contract", "服务商合同的一步"),
    Kind.CASE_EMERGENCY_ACCESS: ("a step of emergency access", "应急调用的一步"),
}

OUTCOMES: Mapping[str, tuple[str, str]] = {
    "done": ("done", "已完成"),
    "passed": ("passed", "通过"),
    "failed": ("failed", "未成功"),
    "agreed": ("they agree", "一致"),
    "consented": ("agreed to", "同意"),
    "returned": ("sent back", "退回"),
    "suspended": ("suspended", "暂停"),
    "ended": ("ended", "终止"),
    "differences": ("there are differences", "有差异"),
    "permit": ("let through", "放行"),
    "permit.masked": ("let through, parts covered", "放行，部分遮盖"),
    "refused": ("refused", "拒绝"),
    "refused.assurance": ("refused: a stronger sign-in is needed", "拒绝：登录强度不够"),
    "refused.column": ("refused: no such column for the asker", "拒绝：没有可用的这一列"),
    "refused.expired": ("refused: the agreement has ended", "拒绝：授权已到期"),
    "refused.grant": ("refused: no ground for it", "拒绝：没有授权"),
    "refused.limit": ("refused: too much at once", "拒绝：一次要得太多"),
    "refused.other": ("refused for another reason", "拒绝：其他原因"),
    "refused.prohibited": ("refused: this use is forbidden", "拒绝：禁止这种用途"),
    "refused.purpose": ("refused: not for this purpose", "拒绝：用途不符"),
    "refused.query": ("refused: the question cannot be answered", "拒绝：问题无法执行"),
    "refused.quota": ("refused: the quota is spent", "拒绝：配额已用完"),
    "refused.suspended": ("refused: the agreement is suspended", "拒绝：授权已暂停"),
    "complete": ("delivered whole", "完整交付"),
    "cut_off": ("cut off at a limit", "达到上限后截断"),
    "stopped": ("stopped on its way", "中途停止"),
    "on": ("switched on", "已开启"),
    "off": ("switched off", "已关闭"),
    "published": ("published", "已发布"),
    "published.with_quarantine": ("published, some rows set apart", "已发布，部分行隔离"),
    "held": ("held for a person", "待人处理"),
    "released": ("released", "已放行"),
    "half": ("half of the term", "期限过半"),
    "four_fifths": ("four fifths of the term", "期限过八成"),
    "due_morning": ("the morning of the due day", "到期日早晨"),
    "overdue": ("overdue", "已逾期"),
}
"""The field `out`: one vocabulary for all kinds."""
NOBODY = "natural-person"
"""The field `inst` of who acts for no institution."""


def words(kind: Kind | str, *, english: bool) -> str:
    """The kind in the reader's language; its code where a later version wrote a kind that this one does not know."""
    try:
        return WORDS[Kind(kind)][0 if english else 1]
    except (KeyError, ValueError):
        return str(kind)


def outcome(code: str, *, english: bool) -> str:
    """A result in the reader's language; its code where a later version wrote one that this one does not know."""
    return OUTCOMES.get(code, (code, code))[0 if english else 1]
