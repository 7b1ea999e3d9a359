"""What the codes of clocks, rules and the calendar mean to a person."""

from kaimen.web.sentences.form import TERMS, Sentence, Words

TERMS |= {
    "working_days": ("working days", "工作日"),
    "calendar_days": ("calendar days", "自然日"),
    "hours": ("hours", "小时"),
    "months": ("months", "月"),
    "years": ("years", "年"),
    "persons": ("persons", "人数"),
    "month_day": ("days of the year", "每年的日期"),
    "count": ("a count", "个数"),
    "pause": ("pause", "中止计算"),
    "restart": ("restart", "重新起算"),
    "not_counted": ("not counted", "不计入期限"),
    "stopped": ("stopped", "已停"),
    "none": ("not running", "没有在走"),
}

SENTENCES: dict[str, Sentence] = {
    "calendar": Sentence(
        en=Words(
            what="The calendar cannot say that.",
            why="A year contradicts itself, lacks its notice or is known already, or a day lies outside of the announced years.",
            todo="Compare the days with the notice; name its number.",
        ),
        zh=Words(
            what="日历上定不了。",
            why="这一年的日子前后矛盾、没有写明通知、已经有了，或者日期超出已公布的年份。",
            todo="对照通知核对日期，写明文号。",
        ),
    ),
    "instant_without_zone": Sentence(
        en=Words(
            what="A time without a zone was sent.",
            why="The day of an event depends on the zone.",
            todo="Send times with their offset, such as 2026-11-22T09:00:00+08:00.",
        ),
        zh=Words(
            what="时间没有写时区。",
            why="事情算哪一天，要看时区。",
            todo="请写明时区，例如 2026-11-22T09:00:00+08:00。",
        ),
    ),
    "term_units": Sentence(
        en=Words(
            what="These two terms cannot be added.",
            why="One counts in {first:term}, the other in {second:term}.",
            todo="Give both in the same unit.",
        ),
        zh=Words(
            what="这两个期限不能相加。",
            why="一个按{first:term}算，一个按{second:term}算。",
            todo="用同一种单位。",
        ),
    ),
    "rule_unknown": Sentence(
        en=Words(
            what="There is no such rule.",
            why="{rule} stands in no part of the pack.",
            todo="Look it up under Law, Rules.",
        ),
        zh=Words(what="没有这条规则。", why="规则包里没有 {rule}。", todo="请在“法规”的“规则”里查。"),
    ),
    "rule_not_in_force": Sentence(
        en=Words(
            what="This rule was not in force then.",
            why="{rule} has no value on {day}.",
            todo="Choose another day, or look at the rule's values.",
        ),
        zh=Words(
            what="这条规则当时没有生效。", why="{rule} 在 {day} 没有数值。", todo="换一个日期，或看这条规则的各期数值。"
        ),
    ),
    "rule_unit": Sentence(
        en=Words(
            what="The rule is counted otherwise.",
            why="{unit:term} does not fit this rule.",
            todo="Use the rule's own unit and as many numbers as it has.",
        ),
        zh=Words(what="这条规则不是这样算的。", why="{unit:term}用不到这条规则上。", todo="用规则自己的单位和数目。"),
    ),
    "rule_value": Sentence(
        en=Words(
            what="This rule cannot hold that value.",
            why="{rule} takes whole numbers above nought, or a day of the year; some rules have no value at all.",
            todo="Correct the number.",
        ),
        zh=Words(
            what="这条规则不能取这个值。",
            why="{rule} 要大于零的整数，或一年里的一天；有的规则没有数值。",
            todo="改正数值。",
        ),
    ),
    "rule_loosened": Sentence(
        en=Words(
            what="A term of the law is not made longer here.",
            why="{rule} was read in the legal text. An installation may hold a tighter value, never a looser one.",
            todo="Choose a tighter value, or leave the law's.",
        ),
        zh=Words(
            what="法定期限不能放宽。",
            why="{rule} 的数值来自法规原文，只能定得更严，不能更松。",
            todo="改成更严的数值，或沿用法定数值。",
        ),
    ),
    "rule_backdated": Sentence(
        en=Words(
            what="A value holds from today on at the earliest.",
            why="{day} is past; what was counted then was counted by what held then.",
            todo="Choose today or later.",
        ),
        zh=Words(what="数值最早从今天起算。", why="{day} 已经过去，当时的按当时的算。", todo="选今天或以后。"),
    ),
    "rule_twice": Sentence(
        en=Words(
            what="There is a value from that day already.",
            why="Two values would hold on {day}.",
            todo="Choose another day.",
        ),
        zh=Words(what="那一天起已经有数值了。", why="{day} 不能有两个数值。", todo="换一天。"),
    ),
    "clock_backdated": Sentence(
        en=Words(
            what="A term cannot begin in the future.",
            why="It begins with the receipt, and this receipt has not happened yet.",
            todo="Correct the time of receipt.",
        ),
        zh=Words(what="期限不能从将来算起。", why="期限从收到之日算，这个收到时间还没到。", todo="改正收到时间。"),
    ),
    "clock_state": Sentence(
        en=Words(
            what="No such clock runs.",
            why="The clock of this step is {state:term}.",
            todo="Load the page again to see where the case stands.",
        ),
        zh=Words(
            what="没有在走的期限。", why="这一步的期限状态是“{state:term}”。", todo="刷新页面，看看现在到哪一步。"
        ),
    ),
    "stop_not_allowed": Sentence(
        en=Words(
            what="This term does not stop for that.",
            why="{rule} allows no stop of the kind “{stop:term}”.",
            todo="Finish within the term, or ask for an extension where the rule grants one.",
        ),
        zh=Words(
            what="这个期限不能这样停。",
            why="{rule} 不允许“{stop:term}”。",
            todo="按期办结；规则允许延长的，可以申请延长。",
        ),
    ),
    "extension_none": Sentence(
        en=Words(
            what="This term cannot be extended.", why="{rule} grants no extension.", todo="Finish within the term."
        ),
        zh=Words(what="这个期限不能延长。", why="{rule} 没有延长的规定。", todo="请按期办结。"),
    ),
    "extension_given": Sentence(
        en=Words(what="It was extended already.", why="{rule} grants one extension.", todo="Finish within the term."),
        zh=Words(what="已经延长过了。", why="{rule} 只能延长一次。", todo="请按期办结。"),
    ),
    "extension_late": Sentence(
        en=Words(
            what="It is too late for an extension.",
            why="{rule} is extended before its due day only.",
            todo="Finish the case; that it was late stays visible.",
        ),
        zh=Words(what="来不及延长了。", why="{rule} 只能在到期前延长。", todo="尽快办结；逾期会留下记录。"),
    ),
    "extension_notice": Sentence(
        en=Words(
            what="The other side must be told first.",
            why="{rule} is extended only after notice to the other side.",
            todo="Send the notice, then extend.",
        ),
        zh=Words(what="要先告知对方。", why="{rule} 延长前要告知对方。", todo="先发告知，再延长。"),
    ),
    "extension_length": Sentence(
        en=Words(
            what="The extension is too long.", why="At most {longest} more are allowed.", todo="Choose fewer days."
        ),
        zh=Words(what="延长得太久。", why="最多再延长 {longest}。", todo="少延长几天。"),
    ),
}
