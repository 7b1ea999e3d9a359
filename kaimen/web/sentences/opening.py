"""What the codes of the public window mean to a person."""

from kaimen.web.sentences.form import Sentence, Words

SENTENCES: dict[str, Sentence] = {
    "open_already": Sentence(
        en=Words(
            what="These data are open to everybody: no application is needed.",
            why="The entry {dataset} is open without conditions.",
            todo="Look at them and download them at {url}.",
        ),
        zh=Words(
            what="这份数据已经向所有人开放，不用申请。", why="条目{dataset}是无条件开放。", todo="请到{url}查看和下载。"
        ),
    ),
    "open_not_at_all": Sentence(
        en=Words(
            what="These data cannot be applied for.",
            why="The entry {dataset} is not open.",
            todo="Ask for the government information in it by an information request, or tell us by a demand what should be opened.",
        ),
        zh=Words(
            what="这份数据不能申请。",
            why="条目{dataset}不开放。",
            todo="可以申请政府信息公开，或者提交数据需求，告诉我们希望开放什么。",
        ),
    ),
    "open_not_yet": Sentence(
        en=Words(
            what="These data are not open to everybody.",
            why="The entry {dataset} is still open on conditions only.",
            todo="Decide on the application, or publish the entry as open first.",
        ),
        zh=Words(
            what="这份数据还没有向所有人开放。",
            why="条目{dataset}目前仍是有条件开放。",
            todo="请对申请作出决定，或者先把条目改为无条件开放。",
        ),
    ),
    "account_needed": Sentence(
        en=Words(
            what="An account is needed for this step.",
            why="The gate opens for a person whom it can recognise, and this case was filed without an account.",
            todo="Register and sign in, open the case with the number and the word on your receipt, and accept the terms there.",
        ),
        zh=Words(
            what="这一步需要账号。",
            why="门只对认得出的人打开，而这个案件提交时没有账号。",
            todo="请先注册并登录，用回执上的编号和口令打开案件，再确认约定。",
        ),
    ),
    "term_running": Sentence(
        en=Words(
            what="It is too early for this step.",
            why="The term runs until the end of {until}.",
            todo="Wait until that day is over.",
        ),
        zh=Words(what="现在走这一步还太早。", why="期限到{until}才满。", todo="请等期满后再办。"),
    ),
    "demand_not_in_plan": Sentence(
        en=Words(
            what="This demand stands in no plan yet.",
            why="Only what a plan holds may be called planned.",
            todo="Put a line with the number {case} into the open plan first.",
        ),
        zh=Words(
            what="这个需求还没有列入计划。",
            why="只有计划里有的，才能答复为已列入计划。",
            todo="请先在年度开放计划里加一项，注明需求编号{case}。",
        ),
    ),
    "plan_exists": Sentence(
        en=Words(
            what="There is a plan for {year} already.", why="Each year has one plan.", todo="Go on with that plan."
        ),
        zh=Words(what="{year}年已经有计划了。", why="每年只有一份计划。", todo="请在那份计划上继续。"),
    ),
    "plan_empty": Sentence(
        en=Words(
            what="The plan has no line yet.", why="There would be nothing to comment on.", todo="Add a line first."
        ),
        zh=Words(what="计划里还没有内容。", why="没有可以征求意见的项目。", todo="请先加一项。"),
    ),
    "plan_unanswered": Sentence(
        en=Words(
            what="Comments wait for an answer: {n}.",
            why="Every comment gets one public answer before the plan is approved.",
            todo="Answer them first.",
        ),
        zh=Words(what="还有{n}条意见没有答复。", why="批准前，每条意见都要公开答复一次。", todo="请先答复。"),
    ),
    "consultation_over": Sentence(
        en=Words(
            what="The draft plan for {year} is not open for comments now.",
            why="Comments are taken while it is put to the public.",
            todo="Submit a demand if something is missing.",
        ),
        zh=Words(
            what="{year}年计划现在不接受意见。", why="只在公开征求意见期间接受。", todo="缺什么数据，可以提交数据需求。"
        ),
    ),
    "comment_text": Sentence(
        en=Words(
            what="This comment cannot be taken.",
            why="It is empty, holds signs that cannot be read, or is longer than {most} characters.",
            todo="Shorten or mend it and send it again.",
        ),
        zh=Words(
            what="这条意见无法提交。",
            why="内容为空、有无法识别的字符，或者超过{most}个字。",
            todo="请改短或者改好后再提交。",
        ),
    ),
    "comments_full": Sentence(
        en=Words(
            what="No more comments are taken at this moment.",
            why="{most} comments wait for their answer.",
            todo="Come back later, or call the data authority.",
        ),
        zh=Words(
            what="现在暂时不再接收意见。",
            why="已有{most}条意见等着答复。",
            todo="请稍后再来，或者打电话给数据主管部门。",
        ),
    ),
    "plan_missing": Sentence(
        en=Words(
            what="There is no such plan to see.",
            why="No plan of that year was put to the public.",
            todo="Look at the plans of other years, or submit a demand.",
        ),
        zh=Words(
            what="没有可以看的计划。", why="那一年的计划还没有公开。", todo="可以看其他年份的计划，或者提交数据需求。"
        ),
    ),
}
