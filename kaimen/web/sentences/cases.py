"""What the codes of cases mean to a person."""

from kaimen.web.sentences.form import Sentence, Words

SENTENCES: dict[str, Sentence] = {
    "workflow_unknown": Sentence(
        en=Words(
            what="There is no such procedure.",
            why="The rules of this place know none of that name.",
            todo="Choose one under “Get something done”.",
        ),
        zh=Words(what="没有这种事项。", why="本地规则里没有这个名称。", todo="请到“我要办理”里选择。"),
    ),
    "case_unknown": Sentence(
        en=Words(
            what="There is no such case, or it is not yours to see.",
            why="Only those who take part see a case.",
            todo="Check the number. Without an account you also need the word on your receipt.",
        ),
        zh=Words(
            what="没有这个案件，或者您无权查看。",
            why="案件只有当事各方能看。",
            todo="请核对编号；没有账号的，还要填回执上的口令。",
        ),
    ),
    "case_facts": Sentence(
        en=Words(
            what="Some answers are missing or cannot be used: {fields}.",
            why="Each is told with its reason: {faults:term}.",
            todo="Mend these answers and send the form again. Nothing was changed.",
        ),
        zh=Words(
            what="有的内容没填或者不能用：{fields}。",
            why="原因分别是：{faults:term}。",
            todo="改好后再提交。什么都没有变。",
        ),
    ),
    "case_step": Sentence(
        en=Words(
            what="This step cannot be taken now.",
            why="The case stands elsewhere, or does not fulfil what the step asks.",
            todo="Look at the case: it lists what can be done.",
        ),
        zh=Words(
            what="现在不能走这一步。",
            why="案件不在这个环节，或者不具备这一步的条件。",
            todo="打开案件，看看现在能做什么。",
        ),
    ),
    "case_moved": Sentence(
        en=Words(
            what="Somebody was faster: the case has moved on.",
            why="Since you opened the form another step was taken.",
            todo="Open the case again and look at it first. Nothing of yours was recorded.",
        ),
        zh=Words(
            what="有人先办了：案件已经往前走了。",
            why="您打开表单之后，别人走了一步。",
            todo="请重新打开案件看一看。您这次没有记录。",
        ),
    ),
    "case_sent": Sentence(
        en=Words(
            what="This form was sent already, with other answers.",
            why="It began the case {case}.",
            todo="Look at that case first. To file another one beside it, send the form once more.",
        ),
        zh=Words(
            what="这张表已经提交过，内容不同。",
            why="它已经成为案件 {case}。",
            todo="请先看看那个案件；确实要另办一件的，再提交一次。",
        ),
    ),
    "case_mark": Sentence(
        en=Words(
            what="The mark of this form cannot be used.",
            why="It has 16 to 100 plain letters, digits and signs.",
            todo="Send the form again. By program, make a new Idempotency-Key for each case, such as a UUID.",
        ),
        zh=Words(
            what="这张表的标记不能用。",
            why="标记要有 16 到 100 个普通字母、数字或者符号。",
            todo="请再提交一次。用程序提交的，每个案件用一个新的 Idempotency-Key，例如 UUID。",
        ),
    ),
    "begun_unknown": Sentence(
        en=Words(
            what="There is no such begun form of yours.",
            why="It was filed or thrown away, or it is somebody else's.",
            todo="Look under “Begun forms”, or begin a new one.",
        ),
        zh=Words(
            what="您没有这张填了一半的表。",
            why="它已经提交或者丢弃，或者是别人的。",
            todo="请看“没填完的表单”，或者重新填一张。",
        ),
    ),
    "begun_full": Sentence(
        en=Words(
            what="You have begun {most} forms; no more are kept.",
            why="Each lies there until it is filed or thrown away.",
            todo="Throw one away under “Begun forms”, in another window, then save again.",
        ),
        zh=Words(
            what="您已有 {most} 张没填完的表，不能再存了。",
            why="每一张都会留到提交或者丢弃为止。",
            todo="请另开窗口，到“没填完的表单”里丢弃一张，再来保存。",
        ),
    ),
    "case_once": Sentence(
        en=Words(
            what="This step can be taken once only, and it was.",
            why="The law allows one notice, which must list everything.",
            todo="Decide on what you have.",
        ),
        zh=Words(
            what="这一步只能走一次，已经走过了。", why="法规只允许一次性告知，要一次说全。", todo="请就现有材料办理。"
        ),
    ),
    "case_side": Sentence(
        en=Words(
            what="This step belongs to another side of the case.",
            why="Your body does not stand on that side.",
            todo="Leave it to them; what is yours stands on the case.",
        ),
        zh=Words(
            what="这一步该另一方来走。", why="您所在的机构不是这一方。", todo="等对方办理；您能做的，案件页上有。"
        ),
    ),
    "case_own_body": Sentence(
        en=Words(
            what="Both sides would be the same body.",
            why="A body does not ask itself.",
            todo="Use the data directly, or name data of another body.",
        ),
        zh=Words(what="双方是同一个机构。", why="不用向自己申请。", todo="直接使用，或者选择别的机构的数据。"),
    ),
    "share_type_three": Sentence(
        en=Words(
            what="These data are not shared.",
            why="Their entry in the catalogue says so, with the law or decision that forbids it.",
            todo="If you think that the ground does not hold, tell the data authority: object to the entry.",
        ),
        zh=Words(
            what="这份数据不予共享。",
            why="目录中已列明，并写了不予共享的依据。",
            todo="如果认为依据不成立，可以向数据主管部门提出异议。",
        ),
    ),
    "agreement_unknown": Sentence(
        en=Words(
            what="There is no such agreement, or it is not yours to see.",
            why="Only the two sides and those who oversee them see it.",
            todo="Check the number.",
        ),
        zh=Words(what="没有这份协议，或者您无权查看。", why="协议只有双方和监督部门能看。", todo="请核对编号。"),
    ),
    "agreement_not_yours": Sentence(
        en=Words(
            what="This agreement gives nothing to your body.",
            why="Only the demand side gets a token by it.",
            todo="Act for the body that asked for the data.",
        ),
        zh=Words(
            what="这份协议不是贵单位领用数据的。",
            why="只有需求方能按协议领取令牌。",
            todo="请以申请数据的单位的身份办理。",
        ),
    ),
    "agreement_term_over": Sentence(
        en=Words(
            what="The agreement would end before it begins.",
            why="Use was asked for until {until}, and that day has come.",
            todo="Withdraw the request and ask anew with a later day.",
        ),
        zh=Words(
            what="协议还没开始就到期了。",
            why="申请的使用期限到 {until}，已经到了。",
            todo="请撤回，重新申请更晚的日期。",
        ),
    ),
    "notice_running": Sentence(
        en=Words(
            what="The notice is still running.",
            why="The other side was told of the end and has until {until}.",
            todo="End it after that day.",
        ),
        zh=Words(what="通知期还没过。", why="已通知对方，期限到 {until}。", todo="过了这一天再终止。"),
    ),
    "webhook_address": Sentence(
        en=Words(
            what="This address cannot be told.",
            why="It must be https, hold no name or password, and its host must be one that the operator listed: {reason}.",
            todo="Correct the address, or ask the operator to list the host (KAIMEN_WEBHOOK_HOSTS).",
        ),
        zh=Words(
            what="不能往这个地址发通知。",
            why="地址要用 https，不带用户名口令，主机要在运行人员列出的名单里：{reason}。",
            todo="请改地址，或者请运行人员把主机加进名单（KAIMEN_WEBHOOK_HOSTS）。",
        ),
    ),
    "webhook_failed": Sentence(
        en=Words(
            what="The other system did not take the message.",
            why="It did not answer, or not with a success.",
            todo="It is tried again by itself, later and later.",
        ),
        zh=Words(
            what="对方系统没有收下通知。", why="没有回应，或者回应不成功。", todo="系统会自动重试，间隔逐渐拉长。"
        ),
    ),
    "webhook_unknown": Sentence(
        en=Words(
            what="There is no such subscription of your body.",
            why="It was ended, or is not yours.",
            todo="Look at the list.",
        ),
        zh=Words(what="本机构没有这个通知地址。", why="已经停止，或者不是本机构的。", todo="请看列表。"),
    ),
    "webhooks_most": Sentence(
        en=Words(
            what="Your body has {most} addresses already.",
            why="More cannot be told.",
            todo="End one that is not needed.",
        ),
        zh=Words(what="本机构已经有 {most} 个通知地址。", why="不能再多。", todo="请先停掉不用的。"),
    ),
    "odrl_operand": Sentence(
        en=Words(
            what="The agreement says something that the gate cannot hold: {operand}.",
            why="An agreement opens the gate only when every part of it is understood.",
            todo="Write it with the terms of the form.",
        ),
        zh=Words(
            what="协议里有门执行不了的内容：{operand}。",
            why="每一条都看得懂，门才会开。",
            todo="请用表单里的条款来写。",
        ),
    ),
}
