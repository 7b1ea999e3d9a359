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
}
