"""What the codes of the law's pages mean to a person."""

from kaimen.web.sentences.form import TERMS, Sentence, Words

TERMS |= {
    "general": ("general", "一般"),
    "larger": ("larger", "较大"),
    "major": ("major", "重大"),
    "especially_major": ("especially major", "特别重大"),
}

SENTENCES: dict[str, Sentence] = {
    "control_unknown": Sentence(
        en=Words(
            what="There is no such control.",
            why="The pack of this city knows no control “{control}”.",
            todo="Choose one from the board.",
        ),
        zh=Words(what="没有这个控制项。", why="本市规则包里没有控制项“{control}”。", todo="请从控制板上选。"),
    ),
    "oscal_unknown": Sentence(
        en=Words(
            what="There is no such document.", why="In OSCAL there are: {documents}.", todo="Ask for one of these."
        ),
        zh=Words(what="没有这份文件。", why="OSCAL 文件有：{documents}。", todo="请取其中一份。"),
    ),
    "board_not_run": Sentence(
        en=Words(
            what="There is no result yet.",
            why="The control board has not run on this platform.",
            todo="It runs every night; an operator can run it at any time.",
        ),
        zh=Words(
            what="还没有结果。", why="本平台的控制板还没有运行过。", todo="每天夜里运行；运行人员也可以随时运行。"
        ),
    ),
    "control_not_attested": Sentence(
        en=Words(
            what="Nobody's word is asked for here.",
            why="{control} is measured on the running system alone.",
            todo="Look at its result on the board.",
        ),
        zh=Words(what="这一项不用人确认。", why="{control} 只看运行中的系统。", todo="请到控制板上看它的结果。"),
    ),
    "attestation_text": Sentence(
        en=Words(
            what="It does not say what you looked at.",
            why="A word without what it rests on cannot be checked. At most {most} characters.",
            todo="Write what you looked at, and what you saw.",
        ),
        zh=Words(
            what="没有写看了什么。",
            why="不写依据，别人没法核对。最多 {most} 个字符。",
            todo="写明看了什么，看到什么。",
        ),
    ),
    "attestation_until": Sentence(
        en=Words(
            what="Your word cannot hold until that day.",
            why="It holds from {first} until {last} at the latest.",
            todo="Choose a day in between.",
        ),
        zh=Words(what="有效期不能定到这一天。", why="最早到 {first}，最晚到 {last}。", todo="请选这中间的一天。"),
    ),
    "article_unknown": Sentence(
        en=Words(
            what="The law has no such article.",
            why="There is no article {article} in the pack of this city.",
            todo="Choose one from the list of articles.",
        ),
        zh=Words(what="没有这一条。", why="本市规则包里没有第 {article} 条。", todo="请从条文列表里选。"),
    ),
    "year_unknown": Sentence(
        en=Words(
            what="The calendar does not know that year.",
            why="It reaches from the first announced year to a few years after the last: {first} to {last}; “{year}” lies outside.",
            todo="Choose a year of the list.",
        ),
        zh=Words(
            what="日历里没有这一年。",
            why="从最早公布的一年到最后公布的之后几年：{first} 到 {last}，“{year}”不在里面。",
            todo="请从列出的年份里选。",
        ),
    ),
    "term_length": Sentence(
        en=Words(
            what="That many days are not counted here.",
            why="A term has from 1 to {longest} days.",
            todo="Write a whole number in that range.",
        ),
        zh=Words(what="算不了这么多天。", why="期限从 1 天到 {longest} 天。", todo="写这个范围里的整数。"),
    ),
    "day_form": Sentence(
        en=Words(
            what="“{value}” is no day.",
            why="A term begins on a day, or at an instant with its zone.",
            todo="Write it like 2027-01-04 or 2027-01-04T09:00:00+08:00; in an address a plus sign is %2B.",
        ),
        zh=Words(
            what="“{value}”不是日期。",
            why="期限从某一天或带时区的某一刻算起。",
            todo="写成 2027-01-04 或 2027-01-04T09:00:00+08:00；写在网址里时，加号写成 %2B。",
        ),
    ),
    "instant_needed": Sentence(
        en=Words(
            what="This term is counted in hours.",
            why="Hours run from an instant through nights and holidays; a day alone does not say when.",
            todo="Send the instant with its offset, such as 2027-01-04T09:00:00+08:00.",
        ),
        zh=Words(
            what="这个期限按小时算。",
            why="小时从某一刻起连续走，夜里和放假也算；只写哪一天不够。",
            todo="写明带时区的时刻，例如 2027-01-04T09:00:00+08:00。",
        ),
    ),
    "due_of_what": Sentence(
        en=Words(
            what="Say which term to count.",
            why="A due day is asked for a rule, or for a number of working days; for one of the two.",
            todo="Send rule=SHR-03 or days=10.",
        ),
        zh=Words(
            what="请说明算哪个期限。",
            why="可以按规则算，也可以按工作日数算，两样里选一样。",
            todo="写 rule=SHR-03 或 days=10。",
        ),
    ),
    "objection_not_newer": Sentence(
        en=Words(
            what="That is not a corrected version.",
            why="The objection is to version {version}; readers see version {current}. A correction is a newer version that readers see.",
            todo="Load the corrected data first, then give the number of the new version.",
        ),
        zh=Words(
            what="这不是更正后的版本。",
            why="异议针对第 {version} 版，现在对外的是第 {current} 版；更正后的版本要更新，并且已经对外。",
            todo="先把更正后的数据入湖，再填新版本号。",
        ),
    ),
    "objection_decided": Sentence(
        en=Words(
            what="This objection can no longer be withdrawn.",
            why="The data authority has decided on it, and ordered that the data are checked again.",
            todo="Wait for the new answer; you may accept it.",
        ),
        zh=Words(
            what="这件异议不能再撤回。",
            why="数据主管部门已经作出决定，要求重新核实。",
            todo="请等新的答复；满意的可以认可。",
        ),
    ),
    "objection_unchanged": Sentence(
        en=Words(
            what="Nothing is corrected in that version.",
            why="Version {current} holds the very same rows as version {version}, to which the objection is.",
            todo="Correct the data at their source and load them again; where they are right as they are, say so and on what ground.",
        ),
        zh=Words(
            what="这一版什么都没有更正。",
            why="第 {current} 版和异议所针对的第 {version} 版，数据完全一样。",
            todo="在来源改正后重新入湖；数据本来就对的，选“核实无误”并写明依据。",
        ),
    ),
    "contest_running": Sentence(
        en=Words(
            what="The answer can still be contested.",
            why="Until {until} whoever it was given to may contest it.",
            todo="Close it after that day, or when they accept the answer.",
        ),
        zh=Words(
            what="答复还在可以提出不服的期间。",
            why="对方到 {until} 为止可以提出不服。",
            todo="过了这一天，或者对方认可答复以后，再办结。",
        ),
    ),
    "request_not_restricted": Sentence(
        en=Words(
            what="Nothing is withheld in this case.",
            why="A restriction counts only where the gate really leaves the rows of the person out.",
            todo="Withhold the rows first, dataset by dataset.",
        ),
        zh=Words(
            what="本案还没有停止提供任何数据。",
            why="只有门真的不再给出本人的行，才算限制处理。",
            todo="先逐份停止提供，再办这一步。",
        ),
    ),
    "request_not_deleted": Sentence(
        en=Words(
            what="It is not deleted everywhere yet.",
            why="Nothing was ordered to be deleted, or the lake is still at it: a load of the table may be open.",
            todo="Look again in a minute; finish or refuse loads that are held.",
        ),
        zh=Words(
            what="还没有全部删完。",
            why="还没有下达删除，或者数据湖仍在处理：表上可能有没办完的入湖。",
            todo="过一分钟再看；有待处理的入湖，先办完或者退回。",
        ),
    ),
    "request_version": Sentence(
        en=Words(
            what="That is no version that corrects it.",
            why="Readers see version {current}; a correction is that version, and published after the request came.",
            todo="Load the corrected data, then give the number of the new version.",
        ),
        zh=Words(
            what="这个版本算不上更正。",
            why="现在对外的是第 {current} 版；更正后的版本要已经对外，并且在请求之后发布。",
            todo="先把更正后的数据入湖，再填新版本号。",
        ),
    ),
    "request_hard_stop": Sentence(
        en=Words(
            what="The last day has passed.",
            why="Thirty days after receipt, on {until}, the answer was due; no extension moves that day.",
            todo="Decide and answer now.",
        ),
        zh=Words(
            what="最后期限已经过了。",
            why="收到后三十天，即 {until}，就应当答复；延长不能越过这一天。",
            todo="请立即作出决定并答复。",
        ),
    ),
    "incident_grade": Sentence(
        en=Words(
            what="The grade is too low.",
            why="{rule}: {persons} persons ask for at least: {least:term}.",
            todo="Choose that grade or a higher one; a wrong number of persons is mended here too.",
        ),
        zh=Words(
            what="级别定低了。",
            why="按 {rule}，涉及 {persons} 人，至少定为“{least:term}”。",
            todo="请选这一级或者更高；人数不对的，一并改正。",
        ),
    ),
    "incident_to_be_raised": Sentence(
        en=Words(
            what="The grade must be raised first.",
            why="By the new number of persons the incident is of a higher grade.",
            todo="Raise the grade, then report anew.",
        ),
        zh=Words(what="要先提高级别。", why="按新的人数，事件应当定更高一级。", todo="先提高级别，再重新报告。"),
    ),
    "incident_fewer": Sentence(
        en=Words(
            what="Fewer persons are not for you alone to say.",
            why="So far {persons} persons were known to be concerned.",
            todo="Leave the number, or have a second person lower the grade or the number, with the reason.",
        ),
        zh=Words(
            what="减少人数不能由一个人说了算。",
            why="此前已知涉及 {persons} 人。",
            todo="保留原来的人数；确实少了的，请另一位办理人用“降低级别或者人数”写明理由。",
        ),
    ),
    "incident_notice_ordered": Sentence(
        en=Words(
            what="The persons must be told.",
            why="The authority has ordered it; sparing them is no longer open.",
            todo="Tell them, then record how.",
        ),
        zh=Words(
            what="必须告知个人。", why="主管部门已经责令告知，不能再选择不告知。", todo="请告知后登记方式和内容。"
        ),
    ),
    "officer_on_record": Sentence(
        en=Words(
            what="This appointment is on record already.",
            why="Another case has entered the same person in the same post.",
            todo="Go on in that case, or withdraw this one.",
        ),
        zh=Words(
            what="这项任命已经登记过。",
            why="同一个人、同一个岗位已有任命案。",
            todo="请在那件案里继续办，或者撤回本案。",
        ),
    ),
    "vendor_warranty": Sentence(
        en=Words(
            what="The warranty is too short.",
            why="Counted from the acceptance it lasts at least until {least}.",
            todo="Write that day or a later one.",
        ),
        zh=Words(what="保修期太短。", why="从验收算起，至少要到 {least}。", todo="请填这一天或者更晚。"),
    ),
    "vendor_past_warranty": Sentence(
        en=Words(
            what="The accounts would last longer than the warranty.",
            why="The warranty ends on {until}; then everything is handed over (POL-VND-WARRANTY).",
            todo="Choose a day up to {until}. For more work enter a new contract.",
        ),
        zh=Words(
            what="账号会比保修期还长。",
            why="保修到 {until} 为止，之后就要移交（POL-VND-WARRANTY）。",
            todo="请选不晚于 {until} 的日期；还有新的工作，请另外登记合同。",
        ),
    ),
    "vendor_in_warranty": Sentence(
        en=Words(
            what="The warranty still runs.",
            why="It was agreed until {until}; the hand-over comes after that.",
            todo="Wait for that day, or end the contract early.",
        ),
        zh=Words(what="还在保修期内。", why="约定保修到 {until}，期满才移交。", todo="请等到期满，或者提前终止合同。"),
    ),
    "grade_column": Sentence(
        en=Words(
            what="Name columns of this entry.",
            why="Levels are confirmed column by column, of the version that is published now.",
            todo="Choose at least one, by its name in the data.",
        ),
        zh=Words(
            what="请选这个条目的数据项。", why="级别按现在公布的版本逐项确认。", todo="至少选一项，用数据里的名称。"
        ),
    ),
    "grade_level": Sentence(
        en=Words(what="That is no level.", why="Levels go from 1 to 4.", todo="Choose one of the four."),
        zh=Words(what="没有这个级别。", why="级别从 1 级到 4 级。", todo="请选四级中的一级。"),
    ),
    "grade_reason": Sentence(
        en=Words(
            what="Give a reason.",
            why="For these columns another level was chosen than the one suggested: {columns}.",
            todo="Say in a sentence why it is another.",
        ),
        zh=Words(what="请写明理由。", why="这些数据项没有按建议的级别确认：{columns}。", todo="用一句话说明为什么。"),
    ),
    "commitment_missing": Sentence(
        en=Words(
            what="There is no data-use commitment for this.",
            why="Before the gate opens, the side that gets the data commits itself for these columns, this purpose and this term (case {case}).",
            todo="Let its head sign again; an older signature did not make the commitment.",
        ),
        zh=Words(
            what="还没有数据使用承诺。",
            why="开门之前，使用方要就这些数据项、用途和期限作出承诺（{case}）。",
            todo="请使用方负责人重新签署；早先的签署没有作出承诺。",
        ),
    ),
    "commitment_text": Sentence(
        en=Words(
            what="There is no text to commit to.",
            why="The pack of this city has no version of the commitment that is in force.",
            todo="Ask the operator to add one to the pack.",
        ),
        zh=Words(what="没有承诺文本。", why="本市规则包里没有生效的承诺文本。", todo="请平台运行人员补上。"),
    ),
}
