"""What the codes of zones mean to a person."""

from kaimen.web.sentences.form import TERMS, Sentence, Words

TERMS |= {
    "title": ("name", "名称"),
    "product": ("product", "产品"),
    "purpose": ("purpose", "用途"),
    "until": ("last day", "截止日期"),
}

SENTENCES: dict[str, Sentence] = {
    "zone_not_graded": Sentence(
        en=Words(
            what="These data are not graded to the end.",
            why="Every column needs a level before it comes into a zone.",
            todo="Ask the provider to grade the entry and publish it anew.",
        ),
        zh=Words(
            what="这份数据还没有分级完。", why="每个数据项都要先定级，才能入区。", todo="请提供方定级后重新发布。"
        ),
    ),
    "zone_important_data": Sentence(
        en=Words(
            what="Important or core data cannot be admitted in this way.",
            why="The entry is graded so, or the question is still open.",
            todo="Settle the grade of the entry first.",
        ),
        zh=Words(
            what="重要数据、核心数据不能这样入区。", why="目录里已标明，或者还没有认定清楚。", todo="请先认定清楚级别。"
        ),
    ),
    "zone_unit_missing": Sentence(
        en=Words(
            what="No column says how persons are counted.",
            why="Of data about persons a zone sees only totals over enough of them.",
            todo="Do not admit this; a new request asks the provider for that column.",
        ),
        zh=Words(
            what="没有指明按哪一列计人数。",
            why="含个人信息的数据，专区里只能得到人数够多的汇总。",
            todo="请不予入区，重新申请时由提供方指明。",
        ),
    ),
    "zone_admitted_already": Sentence(
        en=Words(
            what="This zone has these data already.",
            why="A dataset is admitted to a zone once at a time.",
            todo="Withdraw the earlier admission first if it should be another.",
        ),
        zh=Words(what="这个专区已经有这份数据。", why="一份数据同时只能入区一次。", todo="要改的话，请先退出原来的。"),
    ),
    "zone_second_grant": Sentence(
        en=Words(
            what="This body holds “{grant}” on “{dataset}” already, and one of the two is for a zone.",
            why="Two views of the same persons could be glued together, so one body holds one at a time (BJ-46).",
            todo="End the other one first, or ask for what is missing under it.",
        ),
        zh=Words(
            what="这个机构已有“{dataset}”的授权“{grant}”，其中一项用于专区。",
            why="同一批人的两种遮盖结果可能被拼接，同一机构同时只能有一项授权（BJ-46）。",
            todo="请先终止原授权，或者在原授权下申请所缺的内容。",
        ),
    ),
    "zone_unknown": Sentence(
        en=Words(
            what="There is no such zone.",
            why="None of that short name was ever authorised.",
            todo="Look at the list of zones.",
        ),
        zh=Words(what="没有这个专区。", why="没有授权过这个短名的专区。", todo="请查看专区列表。"),
    ),
    "zone_name_taken": Sentence(
        en=Words(
            what="There is a zone “{zone}” already.",
            why="The short name is the address of a zone.",
            todo="Choose another one.",
        ),
        zh=Words(what="已有短名为“{zone}”的专区。", why="短名用作专区的地址，不能重复。", todo="请换一个短名。"),
    ),
    "zone_notice_running": Sentence(
        en=Words(
            what="The choice of the operator is still in public notice.",
            why="The notice runs until {until} (ZON-01).",
            todo="Sign after that day.",
        ),
        zh=Words(what="运营方的选择结果还在公示。", why="公示到 {until}（ZON-01）。", todo="请在期满后签协议。"),
    ),
    "zone_term_too_long": Sentence(
        en=Words(
            what="The term is too long.",
            why="An agreement runs {years} years at most (ZON-02).",
            todo="Choose an earlier last day.",
        ),
        zh=Words(what="授权期限过长。", why="协议最长 {years} 年（ZON-02）。", todo="请选更早的截止日期。"),
    ),
    "zone_not_its_time": Sentence(
        en=Words(
            what="Today is not within the term of this zone.",
            why="It is authorised from {since} to {until}.",
            todo="Come back in those days, or make a new agreement.",
        ),
        zh=Words(
            what="今天不在专区的授权期内。",
            why="授权期从 {since} 到 {until}。",
            todo="请在授权期内办理，或者重新签协议。",
        ),
    ),
    "zone_still_in_force": Sentence(
        en=Words(
            what="The authorisation has not ended.",
            why="It runs until the end of {until}.",
            todo="Give notice to end it earlier.",
        ),
        zh=Words(what="授权还没有到期。", why="授权到 {until} 止。", todo="要提前结束，请通知退出。"),
    ),
    "zone_not_in_force": Sentence(
        en=Words(
            what="This zone is not in operation now.",
            why="It is suspended, has ended, or its day has not come (BJ-19, ZON-02).",
            todo="Ask the body that implements it; its page says how it stands.",
        ),
        zh=Words(
            what="这个专区现在没有运营。",
            why="专区已暂停、已到期，或者还没有开始（BJ-19、ZON-02）。",
            todo="请向实施机构了解，状态见专区页面。",
        ),
    ),
    "zone_ended_meanwhile": Sentence(
        en=Words(
            what="What this result stands on does not hold any more.",
            why="The zone, the project, the membership or the admission of its data has ended or been suspended since it was asked for (BJ-19).",
            todo="Refuse it with that reason; it can be asked for again when all of it holds.",
        ),
        zh=Words(
            what="这份成果的依据已经不成立。",
            why="申请之后，专区、项目、成员资格或者数据准入有一项已终止或者暂停（BJ-19）。",
            todo="请以此理由不予出区；依据恢复后可以重新申请。",
        ),
    ),
    "zone_project_unknown": Sentence(
        en=Words(
            what="There is no such project for you.",
            why="Projects of a zone are seen by its operator, the implementing body and the authority.",
            todo="Look at the page of the zone.",
        ),
        zh=Words(
            what="没有您可以看的这个项目。",
            why="专区项目只有运营方、实施机构和数据主管部门能看。",
            todo="请查看专区页面。",
        ),
    ),
    "zone_project_over": Sentence(
        en=Words(
            what="This project has ended.",
            why="It ran until {until}, or it was closed.",
            todo="Open a new project for what is still to be done.",
        ),
        zh=Words(what="这个项目已经结束。", why="项目期限到 {until}，或者已经关闭。", todo="还要继续的，请新设项目。"),
    ),
    "zone_project_form": Sentence(
        en=Words(
            what="The project cannot be opened like this.",
            why="It needs a name, a product of the agreement, a listed purpose, and a last day between today and {until}.",
            todo="Correct “{field:term}”.",
        ),
        zh=Words(
            what="项目信息有误。",
            why="需要名称、协议清单里的产品、清单里的用途，以及今天到 {until} 之间的截止日期。",
            todo="请改正“{field:term}”。",
        ),
    ),
    "zone_not_a_member": Sentence(
        en=Words(
            what="You are not in the team of this project.",
            why="Only members of the team work on its data.",
            todo="Ask a zone operator to add you.",
        ),
        zh=Words(what="您不是这个项目的成员。", why="只有项目成员能使用其中的数据。", todo="请让专区运营人员加入您。"),
    ),
    "zone_member_already": Sentence(
        en=Words(
            what="This person is in the team already.",
            why="Nobody is in a team twice.",
            todo="Nothing needs to be done.",
        ),
        zh=Words(what="此人已经是项目成员。", why="同一人不能重复加入。", todo="不需要再办。"),
    ),
    "zone_member_unknown": Sentence(
        en=Words(
            what="This person is not in the team.",
            why="They have left, or never were.",
            todo="Look at the list of members.",
        ),
        zh=Words(what="此人不是项目成员。", why="已经退出，或者从未加入。", todo="请查看成员名单。"),
    ),
    "zone_not_an_analyst": Sentence(
        en=Words(
            what="This person cannot be added.",
            why="Members hold a role of the operator of the zone today.",
            todo="Have them appointed first.",
        ),
        zh=Words(what="不能加入此人。", why="成员须在专区运营方担任专区职务。", todo="请先办理任命。"),
    ),
    "zone_commitment_missing": Sentence(
        en=Words(
            what="You have not signed the commitment yet.",
            why="Before the first question each member promises that data stay inside and nobody is re-identified.",
            todo="Sign it on the page of the project.",
        ),
        zh=Words(
            what="您还没有签保密承诺。",
            why="首次使用前，每个成员须承诺数据不出区、不识别个人。",
            todo="请在项目页面签署。",
        ),
    ),
    "zone_screen_spent": Sentence(
        en=Words(
            what="You have seen as many rows today as one may.",
            why="A person sees at most {most} rows of zones a day ({rule}).",
            todo="Go on tomorrow, or ask for totals; for a whole result, ask to take it out.",
        ),
        zh=Words(
            what="您今天看的行数已到上限。",
            why="每人每天最多看 {most} 行（{rule}）。",
            todo="请明天继续，或者改为汇总；需要完整结果的，请申请出区。",
        ),
    ),
    "zone_analysis_unknown": Sentence(
        en=Words(
            what="There is no such analysis for you.",
            why="It belongs to another project, or never was.",
            todo="Look at the page of your project.",
        ),
        zh=Words(what="没有您可以看的这个分析。", why="它属于别的项目，或者不存在。", todo="请查看您的项目页面。"),
    ),
    "zone_analysis_form": Sentence(
        en=Words(
            what="The analysis cannot be saved like this.",
            why="It needs a name of at most 120 signs and a query.",
            todo="Fill in both.",
        ),
        zh=Words(what="分析没有保存。", why="需要 120 字以内的名称和查询语句。", todo="请补全。"),
    ),
    "zone_artefact_unknown": Sentence(
        en=Words(
            what="There is no such result for you.",
            why="It belongs to another zone, or never was.",
            todo="Look at the page of your project.",
        ),
        zh=Words(what="没有您可以看的这份成果。", why="它属于别的专区，或者不存在。", todo="请查看您的项目页面。"),
    ),
    "zone_artefact_form": Sentence(
        en=Words(
            what="The result cannot be frozen like this.",
            why="It needs a name and one of the two forms: table or figure.",
            todo="Fill in both.",
        ),
        zh=Words(what="成果没有冻结。", why="需要名称，并选择表或者图。", todo="请补全。"),
    ),
    "zone_not_a_figure": Sentence(
        en=Words(
            what="No figure can be made of this result.",
            why="A figure needs exactly one column that is no number, and at least one of numbers.",
            todo="Change the query, or take a table.",
        ),
        zh=Words(
            what="这个结果不能画成图。", why="图需要恰好一个非数字列和至少一个数字列。", todo="请修改查询，或者改为表。"
        ),
    ),
    "zone_check": Sentence(
        en=Words(
            what="The result could not be checked.",
            why="A check that did not run never counts as passed.",
            todo="Freeze it again in a while.",
        ),
        zh=Words(what="检查没有完成。", why="没有运行的检查不算通过。", todo="请稍后重新冻结。"),
    ),
    "zone_release_running": Sentence(
        en=Words(
            what="The days for fetching it are not over.",
            why="A release ends by itself when its term is over.",
            todo="Recall it to end it earlier.",
        ),
        zh=Words(what="下载期限还没有过。", why="期满后自动停止交付。", todo="要提前停止，请召回。"),
    ),
    "release_unknown": Sentence(
        en=Words(
            what="There is no such release for you.",
            why="A result that left a zone is given to its one recipient only.",
            todo="Act for the body that was named as the recipient.",
        ),
        zh=Words(what="没有交给您的这份成果。", why="出区成果只交给指定的接收方。", todo="请以接收方的身份办理。"),
    ),
    "release_not_yours": Sentence(
        en=Words(
            what="You cannot release this.",
            why="Results leave a zone by a reviewer of the data authority.",
            todo="Hand it to the data authority.",
        ),
        zh=Words(what="您不能准予出区。", why="成果出区由数据主管部门审核员批准。", todo="请提交数据主管部门。"),
    ),
    "release_changed": Sentence(
        en=Words(
            what="These are not the bytes that were reviewed.",
            why="Their digest differs from the one that was frozen.",
            todo="Do not use them; freeze the result again and tell the operator of the platform.",
        ),
        zh=Words(
            what="内容和审核时不一致。", why="现在的摘要和冻结时的不同。", todo="请勿使用；请重新冻结，并告知平台运维。"
        ),
    ),
}
