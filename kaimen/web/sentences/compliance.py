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
}
