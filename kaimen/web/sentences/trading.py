"""What the codes of trading mean to a person."""

from kaimen.web.sentences.form import Sentence, Words

SENTENCES: dict[str, Sentence] = {
    "operator_incomplete": Sentence(
        en=Words(
            what="The operator is not named completely.",
            why="Trading is off until institution, licence and version of the rules are known.",
            todo="Fill in all three.",
        ),
        zh=Words(what="运营者信息不全。", why="机构、许可、规则版本齐全后才能开启交易。", todo="请把三项都填上。"),
    ),
    "notice_unknown": Sentence(
        en=Words(
            what="There is no such registration in public notice.",
            why="Its notice has ended, or the number is wrong.",
            todo="Look at the list of notices.",
        ),
        zh=Words(what="没有这条公示。", why="公示已结束，或者编号不对。", todo="请查看公示列表。"),
    ),
    "asset_unknown": Sentence(
        en=Words(what="There is no such registration.", why="The register has no such code.", todo="Check the code."),
        zh=Words(what="没有这项登记。", why="登记簿里没有这个编码。", todo="请核对编码。"),
    ),
    "asset_code_taken": Sentence(
        en=Words(
            what="This code is given already.",
            why="A registration code stands for one asset.",
            todo="Check the code that the platform above gave.",
        ),
        zh=Words(what="这个编码已经用过。", why="一个登记编码只对应一项资产。", todo="请核对上级平台给的编码。"),
    ),
    "public_notice_running": Sentence(
        en=Words(
            what="The public notice is still running.",
            why="Everybody may object until {until}.",
            todo="Give the code after that day.",
        ),
        zh=Words(what="公示期还没满。", why="公示到 {until}，期间任何人都可以提出异议。", todo="期满后再赋码。"),
    ),
    "renewal_window": Sentence(
        en=Words(
            what="A renewal cannot be applied for now.",
            why="It is applied for from {since} to {until}.",
            todo="Come back in those days.",
        ),
        zh=Words(what="现在不能申请续期。", why="续期从 {since} 到 {until} 之间提出。", todo="请在期间内提出。"),
    ),
    "asset_still_valid": Sentence(
        en=Words(
            what="The registration has not expired.",
            why="It is valid until {until}.",
            todo="To end it earlier, cancel it.",
        ),
        zh=Words(what="登记还没到期。", why="有效至 {until}。", todo="要提前结束，请办理注销。"),
    ),
}
