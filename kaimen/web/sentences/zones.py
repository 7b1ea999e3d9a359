"""What the codes of zones mean to a person."""

from kaimen.web.sentences.form import Sentence, Words

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
            what="The operator of this zone holds “{grant}” on “{dataset}” already.",
            why="Two views of the same persons could be glued together, so one body holds one at a time (BJ-46).",
            todo="End the other one first, or ask for what is missing under it.",
        ),
        zh=Words(
            what="专区运营方已有“{dataset}”的授权“{grant}”。",
            why="同一批人的两种遮盖结果可能被拼接，同一机构同时只能有一项授权（BJ-46）。",
            todo="请先终止原授权，或者在原授权下申请所缺的内容。",
        ),
    ),
}
