"""What the codes of the law's pages mean to a person."""

from kaimen.web.sentences.form import Sentence, Words

SENTENCES: dict[str, Sentence] = {
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
}
