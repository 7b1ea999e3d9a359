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
            why="It was asked with a method it does not know, such as opening an address that only takes what a form sends.",
            todo="On pages, go back and use the button; programs find the methods in the API reference.",
        ),
        zh=Words(
            what="这个地址不做这件事。",
            why="请求方法不对，例如直接打开了只接收表单的地址。",
            todo="在网页上请返回后用按钮提交；程序请看接口说明。",
        ),
    ),
    "request_form": Sentence(
        en=Words(
            what="The request could not be read.",
            why="These parts are missing, malformed or not asked for: {fields}.",
            todo="Mend them and send it again.",
        ),
        zh=Words(
            what="看不懂这个请求。", why="这些部分缺少、格式不对或者没有要求填：{fields}。", todo="改好后再发一次。"
        ),
    ),
    "body_not_json": Sentence(
        en=Words(
            what="The body of the request could not be read.",
            why="It is no JSON in UTF-8: perhaps a bracket or a quote is missing, or it was sent in another encoding.",
            todo="Mend it and send it again.",
        ),
        zh=Words(
            what="看不懂请求的正文。",
            why="它不是 UTF-8 编码的 JSON：可能少了括号或引号，也可能用了别的编码。",
            todo="改好后再发一次。",
        ),
    ),
    "body_too_large": Sentence(
        en=Words(
            what="The request is too large.",
            why="A body or a form holds at most {longest_mib} MiB beside its files.",
            todo="Send less at once; large data go as a file.",
        ),
        zh=Words(
            what="这个请求太大。",
            why="除文件外，正文或表单最多 {longest_mib} MiB。",
            todo="分几次发；大数据请用文件上传。",
        ),
    ),
    "request_unreadable": Sentence(
        en=Words(
            what="The request could not be read.",
            why="It breaks a rule of form: a strange address, a part without an end, or too many fields.",
            todo="Open the page again and send it from there.",
        ),
        zh=Words(
            what="看不懂这个请求。",
            why="它的格式不合规：地址不对、有的部分没有结尾，或字段太多。",
            todo="重新打开页面，再提交一次。",
        ),
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
    "demo_off": Sentence(
        en=Words(
            what="This installation is no demo city.",
            why="The demo city is only built where KAIMEN_DEMO=1 is set, so that it never mixes with data of a real city.",
            todo="Set KAIMEN_DEMO=1, and KAIMEN_HOME to an empty folder, then give the command again.",
        ),
        zh=Words(
            what="这里不是示范城市。",
            why="只有设了 KAIMEN_DEMO=1 才会建示范城市，免得和真实城市的数据混在一起。",
            todo="设好 KAIMEN_DEMO=1，把 KAIMEN_HOME 指到一个空目录，再运行一次。",
        ),
    ),
    "demo_small_first": Sentence(
        en=Words(
            what="The tables have nowhere to go yet.",
            why="People, bodies and entries of the demo city are not there.",
            todo="Run `kaimen demo load --small-only` first.",
        ),
        zh=Words(
            what="还没有地方放这些表。",
            why="示范城市的人员、单位和目录条目还没有建。",
            todo="请先运行 `kaimen demo load --small-only`。",
        ),
    ),
    "home_not_set_up": Sentence(
        en=Words(
            what="This home folder was never set up, or an older version set it up.",
            why="Its database lacks tables of this version.",
            todo="Start the program once with `./run`, or run `kaimen migrate`; KAIMEN_HOME says which folder is meant.",
        ),
        zh=Words(
            what="这个数据目录还没有初始化，或是旧版本建的。",
            why="数据库里缺少本版本的表。",
            todo="先用 `./run` 启动一次，或运行 `kaimen migrate`；用哪个目录由 KAIMEN_HOME 决定。",
        ),
    ),
    "database_unreachable": Sentence(
        en=Words(
            what="The database does not answer.",
            why="It is not running, does not let us in, or its file cannot be opened.",
            todo="Check KAIMEN_DATABASE and KAIMEN_HOME, then try again.",
        ),
        zh=Words(
            what="数据库没有回应。",
            why="它没有运行，或不让进，或文件打不开。",
            todo="检查 KAIMEN_DATABASE 和 KAIMEN_HOME，再试一次。",
        ),
    ),
    "file_closed": Sentence(
        en=Words(
            what="“{file}” may not be used.",
            why="This user of the system has no right to read or write it.",
            todo="Change its rights, or give the command as a user who may.",
        ),
        zh=Words(
            what="不能使用“{file}”。",
            why="当前系统用户没有读写它的权限。",
            todo="改一下权限，或换有权限的用户来运行。",
        ),
    ),
    "file_not_text": Sentence(
        en=Words(
            what="“{file}” is no text that can be read.",
            why="It is neither UTF-8 nor GB18030.",
            todo="Save it as CSV in UTF-8 and try again.",
        ),
        zh=Words(
            what="“{file}”不是能读的文本。",
            why="它既不是 UTF-8，也不是 GB18030。",
            todo="另存为 UTF-8 的 CSV，再试一次。",
        ),
    ),
    "columns_missing": Sentence(
        en=Words(
            what="Columns are missing in “{file}”.",
            why="These are: {columns}.",
            todo="Add them to the first line; an empty column will do where nothing is known.",
        ),
        zh=Words(
            what="“{file}”缺少列。",
            why="缺的是：{columns}。",
            todo="在第一行补上；没有内容的列可以空着。",
        ),
    ),
    "row_too_long": Sentence(
        en=Words(
            what="Line {line} of “{file}” has more cells than there are columns.",
            why="Perhaps a cell holds a comma and stands without quotes.",
            todo="Put such cells in double quotes and try again.",
        ),
        zh=Words(
            what="“{file}”第 {line} 行的格子比列多。",
            why="可能有的格子里有逗号，却没加引号。",
            todo="给这样的格子加上双引号，再试一次。",
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
