"""Codes of the catalogue and of search."""

from kaimen.web.sentences.form import TERMS, Sentence, Words

RULES: dict[str, tuple[str, str]] = {
    "V01": ("The title is missing or too long", "名称没填，或太长"),
    "V02": ("No column is listed", "没有列信息项"),
    "V03": ("The provider is missing", "没有提供单位"),
    "V04": ("The format is missing", "没填格式"),
    "V05": ("The update frequency is missing", "没填更新周期"),
    "V06": ("Choose how it is shared", "请选共享类型"),
    "V07": ("Choose how it is supplied", "请选共享方式"),
    "V08": ("The conditions of use are missing", "没填使用条件"),
    "V09": ("Say what the data are about", "请选数据说的是什么"),
    "V10": ("The sensitivity level is missing", "没填级别"),
    "V11": ("The secrecy declaration is missing", "没有作涉密声明"),
    "V12": ("The confidentiality assessment is missing", "没有保密风险评估"),
    "V13": (
        "The personal information assessment, or the reason why none is needed, is missing",
        "没有个人信息保护影响评估，也没写为什么不需要",
    ),
    "V15": ("The English text is missing", "缺英文"),
    "V16": ("The description is too short or too long", "说明太短或太长"),
    "V17": ("The classification is missing or unknown", "没填分类，或没有这个分类"),
    "V18": ("Give at least one Chinese keyword", "至少写一个中文关键词"),
    "V19": ("How it is opened, its conditions or its licence are missing", "开放类型、开放条件或使用许可没填"),
    "V20": (
        "Conditions name bodies and purposes; not sharing names a law and its article",
        "有条件共享要写单位和用途，不予共享要写依据和条款",
    ),
    "V21": ("This may not be open to everybody", "这一项不能无条件开放"),
    "V22": ("A level, an identifier or an override does not fit", "级别、标识或从严设置不对"),
    "V23": ("The secrecy declaration is too old, or of a later day", "涉密声明过期，或日期在今天之后"),
    "V24": (
        "Personal information needs its assessment, duty, number of persons and term",
        "有个人信息的，要有评估、依据、人数和保存期限",
    ),
    "V25": (
        "Name the business system, or why it is exempt and who approved",
        "写明业务系统；免予汇聚的，写明原因和批准人",
    ),
    "V27": ("This kind of entry needs one more field", "这种条目还要填一项"),
    "V28": ("An entry that is not open cannot be shown to everybody", "不开放的条目，不能对所有人显示"),
    "V29": ("A column is not named rightly, or its mask is unknown", "信息项的名称或遮盖规则不对"),
    "V30": ("A value is not in its list", "有的值不在代码表里"),
    "V31": (
        "An assessment is of a day that has been, and does not end before it",
        "评估日期不能是以后，也不能过早；有效期不能早于评估日期",
    ),
    "V40": ("This would make it easier to find", "补上这一项，更容易被找到"),
    "V41": (
        "This column sounds like a person's data: mark it so, rename it, or do not open it to everybody",
        "这一列像是个人的数据：请标成个人信息，或者改名，或者不向所有人开放",
    ),
}
"""What the rules of an entry find wanting, by rule: in English and Chinese."""
TERMS |= RULES

SENTENCES: dict[str, Sentence] = {
    "entry_unknown": Sentence(
        en=Words(what="There is no such entry.", why="It does not exist, or it is not for you: both look alike.", todo="Search for it by a word of its title."),
        zh=Words(what="没有这个条目。", why="它不存在，或不对您开放，两种情况看上去一样。", todo="用名称里的词搜一搜。"),
    ),
    "entry_field": Sentence(
        en=Words(what="A field of the entry cannot be read.", why="“{field}” is unknown, or its value has the wrong form.", todo="Mend this field and send it again."),
        zh=Words(what="条目里有一项看不懂。", why="“{field}”没有这个字段，或值的形式不对。", todo="改好这一项再提交。"),
    ),
    "catalogue.findings": Sentence(
        en=Words(what="The entry is not complete yet: {count} points.", why="{rules:term} ({rules}; at {fields}).", todo="Mend these fields, then have it checked again. What you saved is kept."),
        zh=Words(what="条目还差 {count} 处。", why="{rules:term}（规则 {rules}，位置：{fields}）。", todo="改好这些地方再检查。已保存的内容都在。"),
    ),
    "catalogue.title_taken": Sentence(
        en=Words(what="Your body already has an entry called “{title}”.", why="A title stands once for each provider.", todo="Open that entry, or choose a title that tells the difference."),
        zh=Words(what="本单位已经有叫“{title}”的条目。", why="同一单位的条目不能同名。", todo="打开已有的条目，或换一个能区分开的名称。"),
    ),
    "catalogue.slug": Sentence(
        en=Words(what="The short name “{slug}” cannot be used.", why="A short name has 2 to 100 small letters, digits, - or _, and stands once in the catalogue.", todo="Choose another, or leave it out: then it is made of the title."),
        zh=Words(what="短名“{slug}”不能用。", why="短名是 2 到 100 个小写字母、数字、- 或 _，全目录不重复。", todo="换一个，或者不填，发布时按标题生成。"),
    ),
    "catalogue.id_taken": Sentence(
        en=Words(what="The identifier {id} cannot be used.", why="It is not one of a catalogue entry, or an entry has it already.", todo="Leave it out, or change the entry that has it."),
        zh=Words(what="标识 {id} 不能用。", why="它不是目录条目的标识，或已经有条目在用。", todo="不填这个标识，或者去修改已有的条目。"),
    ),
    "catalogue.stale_draft": Sentence(
        en=Words(what="Somebody saved this entry after you opened it.", why="You saw revision {expected}; it is now at {found}.", todo="Load the page again, compare, and save once more."),
        zh=Words(what="您打开之后，有人改过这个条目。", why="您看到的是第 {expected} 稿，现在是第 {found} 稿。", todo="重新打开，对照后再保存。"),
    ),
    "catalogue.held": Sentence(
        en=Words(what="The entry cannot end yet.", why="{holds} agreements or products rely on it.", todo="Settle each of them first; the entry's page lists them."),
        zh=Words(what="这个条目现在不能停用。", why="还有 {holds} 份协议或产品在用它。", todo="先逐一办结，条目页面上列着。"),
    ),
    "not_your_role": Sentence(
        en=Words(what="This step belongs to another role.", why="It is for: {needed:term}.", todo="Change to that role if you hold it, or ask the colleague who does."),
        zh=Words(what="这一步由别的角色来办。", why="需要的角色：{needed:term}。", todo="您有这个角色就切换过去，没有就请相应的同事办。"),
    ),
    "reason_needed": Sentence(
        en=Words(what="A reason is needed.", why="Those who come later must be able to read why.", todo="Write one sentence."),
        zh=Words(what="请写明原因。", why="以后的人要看得到为什么。", todo="写一句话就行。"),
    ),
    "faults_needed": Sentence(
        en=Words(what="A return names what is wrong.", why="The steward must learn everything at once.", todo="Choose at least one fault from the list."),
        zh=Words(what="退回要写明问题。", why="要让报送单位一次看到全部问题。", todo="至少选一条退回原因。"),
    ),
    "verdict": Sentence(
        en=Words(what="“{verdict}” is no decision.", why="A review ends with approve or return.", todo="Choose one of the two."),
        zh=Words(what="没有“{verdict}”这种结论。", why="审核只有通过和退回两种结论。", todo="选其中一种。"),
    ),
    "code_unknown": Sentence(
        en=Words(what="“{value}” is not in the list.", why="The code list “{list}” does not know it.", todo="Choose a value from the list."),
        zh=Words(what="列表里没有“{value}”。", why="代码表“{list}”里没有这个值。", todo="请从列表里选。"),
    ),
    "mask_rule": Sentence(
        en=Words(what="“{value}” is no mask.", why="Known are: null, deny, keep:1,0, pseudonym:…, generalise:…, minimum:10.", todo="Choose one of these."),
        zh=Words(what="“{value}”不是遮盖规则。", why="可用的有 null、deny、keep:1,0、pseudonym:…、generalise:…、minimum:10。", todo="从中选一种。"),
    ),
    "question_too_long": Sentence(
        en=Words(what="The question is too long.", why="At most {most} characters and 32 words can be searched at once.", todo="Keep the words that matter most."),
        zh=Words(what="问题太长。", why="一次最多搜 {most} 个字、32 个词。", todo="只留最要紧的几个词。"),
    ),
    "filter_unknown": Sentence(
        en=Words(what="There is no filter “{filter}”.", why="Only the listed ones can narrow a search.", todo="See the API reference for their names."),
        zh=Words(what="没有“{filter}”这个筛选项。", why="只能按列出的几项缩小范围。", todo="名称见接口说明。"),
    ),
    "sort_unknown": Sentence(
        en=Words(what="There is no order “{sort}”.", why="Results are ordered by relevance, updated or title.", todo="Choose one of the three."),
        zh=Words(what="没有“{sort}”这种排序。", why="可以按最相关、最新、名称排序。", todo="三种里选一种。"),
    ),
    "page_too_deep": Sentence(
        en=Words(what="That page cannot be shown.", why="Search shows the first {most} results, at most 100 on a page.", todo="Narrow the search, or harvest the catalogue by its export."),
        zh=Words(what="翻不到那一页。", why="搜索只列前 {most} 条，每页最多 100 条。", todo="缩小范围再搜，或用目录导出接口取全部。"),
    ),
    "search_building": Sentence(
        en=Words(what="The search index is being built.", why="It was just installed or replaced.", todo="Try again in a few seconds; the newest entries are listed meanwhile."),
        zh=Words(what="搜索索引正在建。", why="刚安装或刚更换。", todo="过几秒再试，先看最新的条目。"),
    ),
    "catalogue.file_head": Sentence(
        en=Words(what="The columns could not be read from this file.", why="Its first line must name each column once; UTF-8 and GB18030 are read.", todo="Save it as CSV with a head line, or type the columns in."),
        zh=Words(what="没能从这个文件里读出信息项。", why="第一行要写每一列的名称，不能重名；认 UTF-8 和 GB18030。", todo="另存为带表头的 CSV，或直接填信息项。"),
    ),
    "marks_lowered": Sentence(
        en=Words(what="A steward does not assess weaker marks.", why="In this version these columns are marked weaker than in the one in force: {columns}.", todo="Ask {needed:term} of your body, somebody who did not write it, to assess it."),
        zh=Words(what="标记变弱，不能由数据专员评估。", why="和现行版本比，这些列的个人信息标记、级别或脱敏变弱了：{columns}。", todo="请本机构的{needed:term}评估，不能是编写的人。"),
    ),
    "marks_stripped": Sentence(
        en=Words(what="These columns tell of persons, and the data are loaded.", why="Calling them harmless does not make them so: {columns}. They are anonymous only when they were made so, and that was assessed (PIPL 73, 55).", todo="Put in the anonymisation assessment with its last day; or leave the marks, or leave the columns out."),
        zh=Words(what="这些列有个人信息，而且数据已经入湖。", why="改个说法不等于匿名：{columns}。经过匿名化处理并且评估过的，才不再是个人信息（个保法第七十三条、第五十五条）。", todo="填写匿名化评估和有效期；或者保留标记，或者去掉这些列。"),
    ),
    "marks_against_data": Sentence(
        en=Words(what="The data say otherwise.", why="Identity, card or telephone numbers stand in columns that this version does not mark as personal information: {columns}. Nothing of it goes out (PIPL 4, 28).", todo="Mark the columns, or load data without these numbers first."),
        zh=Words(what="数据和标记对不上。", why="这些列没有标成个人信息，数据里却有身份证号、银行卡号或者手机号：{columns}。这样的版本不能发布（个保法第四条、第二十八条）。", todo="把这些列标成个人信息，或者先入湖不含这些号码的数据。"),
    ),
}  # fmt: skip
