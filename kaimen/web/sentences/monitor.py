"""What the codes of the monitor mean to a person."""

from kaimen.web.sentences.form import Sentence, Words

SENTENCES: dict[str, Sentence] = {
    "computation_unknown": Sentence(
        en=Words(
            what="There is no such computation.", why="Its number is wrong.", todo="Look at the list of the indicator."
        ),
        zh=Words(what="没有这次计算。", why="编号不对。", todo="请查看该指标的计算记录。"),
    ),
    "district_unknown": Sentence(
        en=Words(what="There is no such district.", why="The city has no such code.", todo="Choose one on the map."),
        zh=Words(what="没有这个区。", why="本市没有这个代码。", todo="请在图上选择。"),
    ),
    "embargo": Sentence(
        en=Words(
            what="The scorecard of {period} is not out yet.",
            why="It is fixed after the end of the period; the bodies see it five working days before the public.",
            todo="Choose another period, or come back later.",
        ),
        zh=Words(
            what="{period} 的评价表还没有公布。",
            why="时间段结束后才定稿；各单位比公众早五个工作日看到。",
            todo="请选别的时间段，或者以后再来。",
        ),
    ),
    "indicator_inputs": Sentence(
        en=Words(
            what="The indicator {indicator} cannot be computed.",
            why="Its dataset {dataset} holds no published version yet.",
            todo="Enter a record, and wait until the open dataset is published.",
        ),
        zh=Words(
            what="指标 {indicator} 现在算不出来。",
            why="它用的数据集 {dataset} 还没有发布过版本。",
            todo="请先登记数据，等开放数据集发布后再算。",
        ),
    ),
    "indicator_not_exact": Sentence(
        en=Words(
            what="The indicator {indicator} gave a number that is not exact.",
            why="Figures are computed in whole numbers and decimals only.",
            todo="The operator mends the definition in the rule pack.",
        ),
        zh=Words(
            what="指标 {indicator} 算出的不是精确数。",
            why="数值只用整数和小数精确计算。",
            todo="请平台运行人员修改规则包里的定义。",
        ),
    ),
    "indicator_unknown": Sentence(
        en=Words(
            what="There is no such indicator.",
            why="The rule pack does not name it.",
            todo="Look at the list of indicators.",
        ),
        zh=Words(what="没有这个指标。", why="规则包里没有它。", todo="请查看指标列表。"),
    ),
    "index_missing": Sentence(
        en=Words(
            what="There is no index here yet.",
            why="The rule pack has none, or it was never computed.",
            todo="Compute the indicators first.",
        ),
        zh=Words(what="还没有评价指数。", why="规则包里没有，或者还没有计算过。", todo="请先计算指标。"),
    ),
    "not_the_authority": Sentence(
        en=Words(
            what="Only the data authority describes registers in the catalogue.",
            why="They are its open datasets, whoever enters the records.",
            todo="Ask the steward of the data authority.",
        ),
        zh=Words(
            what="登记的目录条目只由数据主管部门编制。",
            why="登记由各单位填写，作为主管部门的开放数据发布。",
            todo="请联系数据主管部门的数据专员。",
        ),
    ),
    "period_running": Sentence(
        en=Words(
            what="This period is not over.",
            why="It ends on {until}; a scorecard is fixed after its period.",
            todo="Look at the figures of today, or wait until it is over.",
        ),
        zh=Words(
            what="这个时间段还没有结束。",
            why="到 {until} 才结束；结束后才能定稿。",
            todo="请先看今天的数字，或者等时间段结束。",
        ),
    ),
    "period_unknown": Sentence(
        en=Words(
            what="This is no period.",
            why="A period is a quarter such as 2026Q3, or a year such as 2026.",
            todo="Choose one of the list.",
        ),
        zh=Words(what="没有这个时间段。", why="时间段是季度（如 2026Q3）或年（如 2026）。", todo="请从列表里选。"),
    ),
    "record_fields": Sentence(
        en=Words(
            what="Some fields cannot be used: {fields}.",
            why="What is wrong with each: {faults}.",
            todo="Change them and send again.",
        ),
        zh=Words(what="有些字段不能用：{fields}。", why="各自的问题：{faults}。", todo="请修改后再提交。"),
    ),
    "register_not_competent": Sentence(
        en=Words(
            what="Your body does not write in this register.",
            why="The data authority and bodies that are competent for “{matter}” write in it.",
            todo="Send what you know to the data authority, or ask it to enter your competence.",
        ),
        zh=Words(
            what="贵单位不能在这个登记里填写。",
            why="由数据主管部门和登记了“{matter}”职责的单位填写。",
            todo="请把情况报给数据主管部门，或请其登记贵单位的职责。",
        ),
    ),
    "record_not_yours": Sentence(
        en=Words(
            what="The record {record} belongs to another body.",
            why="A body changes only what it entered itself.",
            todo="Ask that body to change it.",
        ),
        zh=Words(
            what="登记 {record} 属于别的单位。", why="各单位只能修改自己登记的内容。", todo="请联系登记单位修改。"
        ),
    ),
    "record_retired": Sentence(
        en=Words(
            what="The record {record} is out of force.", why="It was retired.", todo="Restore it before you change it."
        ),
        zh=Words(what="登记 {record} 已停用。", why="它已经办理了停用。", todo="请先恢复，再修改。"),
    ),
    "record_stale": Sentence(
        en=Words(
            what="Somebody else has written this record in the meantime.",
            why="You saw version {expected}; now there is version {found}.",
            todo="Look at the record and enter your change again.",
        ),
        zh=Words(
            what="这条登记刚被别人改过。",
            why="您看到的是第 {expected} 版，现在是第 {found} 版。",
            todo="请看最新内容，再改一次。",
        ),
    ),
    "record_unknown": Sentence(
        en=Words(what="There is no such record.", why="The register has no such key.", todo="Look at the register."),
        zh=Words(what="没有这条登记。", why="登记里没有这个编号。", todo="请查看登记列表。"),
    ),
    "register_unknown": Sentence(
        en=Words(
            what="There is no such register.",
            why="The rule pack does not name it.",
            todo="Look at the list of registers.",
        ),
        zh=Words(what="没有这种登记。", why="规则包里没有它。", todo="请查看登记列表。"),
    ),
    "scorecard_authority": Sentence(
        en=Words(
            what="Only the data authority fixes a scorecard.",
            why="No body fixes figures about itself.",
            todo="Ask an officer of the data authority.",
        ),
        zh=Words(
            what="评价表只能由数据主管部门定稿。", why="各单位不能给自己的数字定稿。", todo="请联系数据主管部门。"
        ),
    ),
    "scorecard_unknown": Sentence(
        en=Words(what="There is no such scorecard.", why="Its number is wrong.", todo="Choose a period on the page."),
        zh=Words(what="没有这份评价表。", why="编号不对。", todo="请在页面上选择时间段。"),
    ),
    "sheet_faults": Sentence(
        en=Words(
            what="The sheet was not entered: {count} rows can no longer be used, the first is row {row}.",
            why="Others have written in the register since it was checked.",
            todo="Check the file again.",
        ),
        zh=Words(
            what="表格没有写入：有 {count} 行不能用了，第一处在第 {row} 行。",
            why="检查之后登记有了变化。",
            todo="请重新检查这个文件。",
        ),
    ),
    "sheet_heads": Sentence(
        en=Words(
            what="The heads of the sheet do not fit this register.",
            why="Not known here: {strange}. Twice: {twice}. Missing: {absent}.",
            todo="Take the template and keep its first row.",
        ),
        zh=Words(
            what="表头和这种登记对不上。",
            why="不认识：{strange}。重复：{twice}。缺少：{absent}。",
            todo="请用模板，保留第一行。",
        ),
    ),
    "sheet_too_large": Sentence(
        en=Words(
            what="The sheet is too large.",
            why="At most {mb} MB and {rows} rows go at once.",
            todo="Send it in parts.",
        ),
        zh=Words(what="表格太大。", why="一次最多 {mb} MB、{rows} 行。", todo="请分几次提交。"),
    ),
    "sheet_unknown": Sentence(
        en=Words(
            what="There is no such sheet.",
            why="It was sent by another body, or has gone after a week.",
            todo="Send the file again.",
        ),
        zh=Words(what="没有这个表格。", why="它由别的单位提交，或者过了一周已经清除。", todo="请重新提交文件。"),
    ),
}
