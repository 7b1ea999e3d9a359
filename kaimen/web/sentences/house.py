"""Codes that every room may raise, and what to say of an error of ours."""

from kaimen.web.sentences.form import Sentence, Words

SENTENCES: dict[str, Sentence] = {
    "broken": Sentence(
        en=Words(
            what="This page failed; our fault.",
            why="Something went wrong that we did not foresee. Nothing you sent was lost or half done.",
            todo="Note {request}, try again in ten minutes, or call the help line.",
        ),
        zh=Words(
            what="这一页没有打开，是我们的问题。",
            why="出了一个没料到的错。您提交的内容没有丢，也没有只做一半。",
            todo="记下 {request}，10 分钟后再试，或拨打服务电话。",
        ),
    ),
    "page_missing": Sentence(
        en=Words(
            what="There is no such page here.",
            why="The address may be mistyped, or the page is not for you.",
            todo="Go to the home page, or search for what you need.",
        ),
        zh=Words(
            what="这里没有这一页。",
            why="地址可能写错了，也可能这一页不对您开放。",
            todo="回到首页，或搜索您要找的内容。",
        ),
    ),
    "method": Sentence(
        en=Words(
            what="This address does not do that.",
            why="It was asked with a method it does not know.",
            todo="See the API reference.",
        ),
        zh=Words(what="这个地址不做这件事。", why="请求方法不对。", todo="请看接口说明。"),
    ),
    "request_form": Sentence(
        en=Words(
            what="The request could not be read.",
            why="These parts are missing or malformed: {fields}.",
            todo="Mend them and send it again.",
        ),
        zh=Words(what="看不懂这个请求。", why="这些部分缺少或格式不对：{fields}。", todo="改好后再发一次。"),
    ),
    "csrf": Sentence(
        en=Words(
            what="The form was not accepted.",
            why="It was not sent from this site, or it was open for too long.",
            todo="Open the page again and send the form from there.",
        ),
        zh=Words(
            what="这张表没有收下。", why="它不是从本站发出的，或者打开得太久。", todo="重新打开页面，再提交一次。"
        ),
    ),
    "lifecycle": Sentence(
        en=Words(
            what="This step is not possible now.",
            why="In the state “{state}” there is no step “{verb}”. Perhaps somebody was quicker.",
            todo="Load the page again to see where the case stands.",
        ),
        zh=Words(
            what="现在不能做这一步。",
            why="在“{state}”状态下没有“{verb}”这一步，也可能别人已经先办了。",
            todo="刷新页面，看看现在到哪一步。",
        ),
    ),
    "same_person": Sentence(
        en=Words(
            what="Nobody checks their own work.",
            why="You, or somebody acting for you, did an earlier step of this case.",
            todo="Ask a colleague with the right role to do this step.",
        ),
        zh=Words(
            what="自己办的事，不能自己审。",
            why="这件事前面的步骤是您或代您办的人做的。",
            todo="请有相应职责的同事来办这一步。",
        ),
    ),
    "run_missing": Sentence(
        en=Words(
            what="No such run.",
            why="It does not exist, or it is not for you.",
            todo="Look at the list of runs of your institution.",
        ),
        zh=Words(what="没有这次运行。", why="它不存在，或者不对您开放。", todo="请到本单位的运行列表里查。"),
    ),
    "busy": Sentence(
        en=Words(
            what="The house is full for a moment.",
            why="Many people are being answered right now.",
            todo="Try again in {retry_after_s} seconds.",
        ),
        zh=Words(what="现在人多，稍等一下。", why="正在回答的问题太多。", todo="{retry_after_s} 秒后再试。"),
    ),
    "demo_loads": Sentence(
        en=Words(
            what="The demo city is not whole.",
            why="{odd} of its {all} loads did not end as foretold; the log names each.",
            todo="Mend what the log says, then load it again into an empty home folder.",
        ),
        zh=Words(
            what="示范城市没有建全。",
            why="{all} 次入湖里有 {odd} 次的结果和预告的不一样，日志里逐一写明。",
            todo="按日志改好，再在空目录里重新装入。",
        ),
    ),
    "form_unknown": Sentence(
        en=Words(
            what="None of the forms asked for is one that we write.",
            why="Asked: {asked}.",
            todo="We write {known}.",
        ),
        zh=Words(
            what="您要的格式，我们都不会写。",
            why="您要的是 {asked}。",
            todo="可以选 {known}。",
        ),
    ),
}
