"""What the codes of clocks, rules, the calendar and schedules mean to a person."""

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
    "weekday": ("weekday", "星期几"),
    "day": ("day", "日"),
    "month": ("month", "月份"),
    "feed": ("feed", "数据源"),
}

SENTENCES: dict[str, Sentence] = {
    "calendar": Sentence(
        en=Words(
            what="The calendar cannot say that.",
            why="A year contradicts itself, lacks its notice or is known already.",
            todo="Compare the days with the notice; name its number.",
        ),
        zh=Words(
            what="日历上定不了。",
            why="这一年的日子前后矛盾、没有写明通知，或者已经有了。",
            todo="对照通知核对日期，写明文号。",
        ),
    ),
    "calendar_reach": Sentence(
        en=Words(
            what="No term can be counted so far from today.",
            why="Working days are known for the years on the calendar page and a few beyond.",
            todo="Check the year that you wrote.",
        ),
        zh=Words(
            what="离今天太远，算不出期限。",
            why="只知道日历页上各年和之后几年的工作日。",
            todo="请核对填写的年份。",
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
    "rule_far_off": Sentence(
        en=Words(
            what="This value is far from what the pack holds.",
            why="For {rule} at most ten times the value of the pack is taken: {most}.",
            todo="Correct the number. Where the law has changed, the pack is to be changed.",
        ),
        zh=Words(
            what="这个值和规则包相差太远。",
            why="{rule} 最多取规则包数值的十倍：{most}。",
            todo="改正数值；法规变了的，应当改规则包。",
        ),
    ),
    "rule_far_ahead": Sentence(
        en=Words(
            what="That day is too far ahead.",
            why="{day} is more than two years away; a value can be set until {until}.",
            todo="Choose an earlier day.",
        ),
        zh=Words(what="日期太远。", why="{day} 在两年以后，最远可以设到 {until}。", todo="选早一些的日期。"),
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
    "rhythm_zone": Sentence(
        en=Words(
            what="There is no such time zone.",
            why="“{zone}” stands in no list of zones.",
            todo="Write a name like Asia/Shanghai.",
        ),
        zh=Words(what="没有这个时区。", why="时区表里没有“{zone}”。", todo="请写 Asia/Shanghai 这样的名称。"),
    ),
    "rhythm_time": Sentence(
        en=Words(
            what="This is no time of the day.",
            why="A schedule knows hours and minutes, by the clock of its zone.",
            todo="Write it like 02:30.",
        ),
        zh=Words(what="这不是一天里的时刻。", why="定时任务按所选时区的时和分。", todo="请写成 02:30 这样。"),
    ),
    "rhythm_parts": Sentence(
        en=Words(
            what="The rhythm does not say which day.",
            why="A week needs its weekday, a month its day, a year month and day; nothing else may be given. Not right: {parts:term}.",
            todo="Give just what the rhythm needs.",
        ),
        zh=Words(
            what="没有说清是哪一天。",
            why="每周要写星期几，每月要写几号，每年要写几月几号，不能多写也不能少写。不对的是：{parts:term}。",
            todo="只填这种周期需要的内容。",
        ),
    ),
    "rhythm_day": Sentence(
        en=Words(
            what="Not every time has this day.",
            why="{day} does not exist in every month or year, so runs would silently fall out.",
            todo="Take a day that is always there, or the last day of the month.",
        ),
        zh=Words(
            what="这一天不是每次都有。",
            why="不是每个月或每一年都有 {day}，到时候会漏掉。",
            todo="换一个每次都有的日期，或选当月最后一天。",
        ),
    ),
    "rhythm_moves": Sentence(
        en=Words(
            what="A daily rhythm cannot move to the next working day.",
            why="That would be the same as each working day.",
            todo="Choose “each working day”.",
        ),
        zh=Words(what="每天的任务不能顺延。", why="顺延以后就是每个工作日。", todo="请选“每个工作日”。"),
    ),
    "schedule_job": Sentence(
        en=Words(
            what="This cannot be put on a schedule.",
            why="{job} is no job that is offered for schedules here.",
            todo="Choose one of the list.",
        ),
        zh=Words(what="这件事不能定时。", why="{job} 不在可以定时的任务里。", todo="请从列表里选一项。"),
    ),
    "schedule_arguments": Sentence(
        en=Words(
            what="It is not said what the job is about.",
            why="The job takes just this: {wanted:term}, with a value of the list.",
            todo="Choose one of the list.",
        ),
        zh=Words(
            what="没有说清任务的对象。", why="这个任务只要：{wanted:term}，值要在列表里。", todo="请从列表里选一项。"
        ),
    ),
    "schedule_begins": Sentence(
        en=Words(
            what="A schedule cannot begin on this day.",
            why="{day} is over, or lies more than ten years ahead.",
            todo="Take today or a later day.",
        ),
        zh=Words(what="不能从这一天开始。", why="{day} 已经过去，或者在十年以后。", todo="请选今天或以后的日期。"),
    ),
    "schedule_twice": Sentence(
        en=Words(
            what="There is the same schedule already.",
            why="{schedule} runs the same job at the same times.",
            todo="Change that one, or choose other times.",
        ),
        zh=Words(
            what="已有同样的定时任务。", why="{schedule} 在同样的时间做同样的事。", todo="请修改那一项，或换个时间。"
        ),
    ),
    "schedule_missing": Sentence(
        en=Words(what="There is no such schedule.", why="", todo="See the list of schedules."),
        zh=Words(what="没有这个定时任务。", why="", todo="请看定时任务列表。"),
    ),
    "schedule_paused": Sentence(
        en=Words(
            what="The schedule is paused already.",
            why="Somebody paused it before you.",
            todo="Read their reason on its page.",
        ),
        zh=Words(what="这项任务已经暂停。", why="在您之前有人暂停了它。", todo="原因见任务页面。"),
    ),
    "schedule_not_paused": Sentence(
        en=Words(
            what="The schedule is not paused.",
            why="Only what is paused can be resumed.",
            todo="Its next time stands on its page.",
        ),
        zh=Words(what="这项任务没有暂停。", why="暂停的任务才能恢复。", todo="下次运行时间见任务页面。"),
    ),
    "schedule_running": Sentence(
        en=Words(
            what="It is running already, or about to.",
            why="A second run beside the first would do the same work twice.",
            todo="Wait until it has ended.",
        ),
        zh=Words(what="任务正在运行，或马上就要运行。", why="同时再跑一次，是重复做同一件事。", todo="请等它结束。"),
    ),
}
