"""Sentences of the log."""

from kaimen.web.sentences.form import Sentence, Words

SENTENCES: dict[str, Sentence] = {
    "entry": Sentence(
        en=Words(
            what="The log has no entry by this number.",
            why="A digit may be wrong, or it was never written.",
            todo="Check the number on your receipt. If the receipt is ours and older than a minute, show it to the audit office.",
        ),
        zh=Words(
            what="日志里没有这个编号的记录。",
            why="编号可能抄错了，也可能从来没有记过。",
            todo="请核对回执上的编号。回执是我们签的、又过了一分钟还查不到，请把回执交给审计局。",
        ),
    ),
    "entry_pending": Sentence(
        en=Words(
            what="The entry is written and not yet in the signed log.",
            why="Entries are gathered and signed together, about once a second.",
            todo="Try again in {retry_after_s} seconds.",
        ),
        zh=Words(
            what="这一条已经写下，还没有进入有签名的日志。",
            why="记录攒在一起签名，大约一秒一次。",
            todo="请 {retry_after_s} 秒后再试。",
        ),
    ),
    "log_rolled_back": Sentence(
        en=Words(
            what="The log has stopped: the world has seen {seen} entries, the database holds {held}.",
            why="A backup was restored, or a server that was behind took over. Going on would give the log two histories.",
            todo="An operator runs kaimen log recover. Nothing is signed until then.",
        ),
        zh=Words(
            what="日志停了：外面看到过 {seen} 条，数据库里只有 {held} 条。",
            why="恢复了旧备份，或者换上了没跟上的服务器。再写下去，就会有两本不同的账。",
            todo="请运维人员运行 kaimen log recover。在那之前什么都不签。",
        ),
    ),
    "log_moved": Sentence(
        en=Words(
            what="The log has stopped: the database has moved to another cluster.",
            why="The order of commits is told by numbers that do not travel with a copy.",
            todo="Stop all writers and run kaimen log rebase.",
        ),
        zh=Words(
            what="日志停了：数据库换了集群。",
            why="提交的先后靠一种编号，它不会跟着副本走。",
            todo="请停下所有写入，再运行 kaimen log rebase。",
        ),
    ),
    "log_stalled": Sentence(
        en=Words(
            what="The log is {lag_s} seconds behind.",
            why="A transaction that was begun and not ended holds everybody up.",
            todo="An operator ends that session; /log names it.",
        ),
        zh=Words(
            what="日志落后了 {lag_s} 秒。",
            why="有一个事务开了没有结束，后面的都在等它。",
            todo="请运维人员结束那个会话，/log 上写着是哪一个。",
        ),
    ),
    "log_unrecoverable": Sentence(
        en=Words(
            what="The published log cannot bring back what the database lacks.",
            why="From entry {index} on, the published files are missing or do not fit.",
            todo="Start a new log under a new name; its first entry names the last checkpoint of this one.",
        ),
        zh=Words(
            what="已公布的日志补不回数据库里缺的记录。",
            why="从第 {index} 条起，公布的文件缺了，或者对不上。",
            todo="请用新名字另开一本日志，它的第一条写明旧日志最后的校验点。",
        ),
    ),
    "leaf_field": Sentence(
        en=Words(
            what="An entry of kind {kind} cannot be written: field {field}.",
            why="Each kind of entry has a closed list of fields, so that no personal data slips into the log.",
            todo="This is our fault; please report it.",
        ),
        zh=Words(
            what="写不下 {kind} 这类记录：字段 {field} 不对。",
            why="每类记录能写哪些字段是定死的，这样个人信息进不了日志。",
            todo="是我们的问题，请告诉我们。",
        ),
    ),
    "leaf_too_large": Sentence(
        en=Words(
            what="An entry of kind {kind} is longer than 2,048 bytes.",
            why="Entries of the log are short by design.",
            todo="This is our fault; please report it.",
        ),
        zh=Words(
            what="{kind} 这条记录超过了 2,048 字节。",
            why="日志里的记录规定要短。",
            todo="是我们的问题，请告诉我们。",
        ),
    ),
    "salt_length": Sentence(
        en=Words(
            what="The salt has the wrong length.",
            why="Only 32 bytes are safe.",
            todo="This is our fault; please report it.",
        ),
        zh=Words(what="盐的长度不对。", why="只有 32 字节才安全。", todo="是我们的问题，请告诉我们。"),
    ),
    "proof": Sentence(
        en=Words(
            what="The proof cannot be read.",
            why="Something in it is not as the format says: {why}.",
            todo="Download it again from the page of the entry.",
        ),
        zh=Words(what="这份证明读不了。", why="里面有一处不合格式：{why}。", todo="请到那条记录的页面重新下载。"),
    ),
    "note": Sentence(
        en=Words(
            what="The signed note cannot be accepted.",
            why="Something in it is not as the format says, or a signature does not fit: {why}.",
            todo="Get it again from the log; if it stays so, tell the audit office.",
        ),
        zh=Words(
            what="这份签名文本不能接受。",
            why="有一处不合格式，或者签名对不上：{why}。",
            todo="请从日志重新取一份；还是这样，请告诉审计局。",
        ),
    ),
    "policy": Sentence(
        en=Words(
            what="The policy file cannot be read.",
            why="Line {line} is not as the format says.",
            todo="Correct the line; an example is in the guide.",
        ),
        zh=Words(what="规则文件读不了。", why="第 {line} 行不合格式。", todo="请改正这一行，指南里有例子。"),
    ),
    "entries_restricted": Sentence(
        en=Words(
            what="The entries of this log are for auditors.",
            why="Who asks for what can itself be a secret between institutions. Hashes, proofs and checkpoints are public.",
            todo="Check your own receipt: that needs no entries. An auditor signs in first.",
        ),
        zh=Words(
            what="这本日志的条目只给审计人员看。",
            why="谁在查什么，对单位之间来说也可能是秘密。散列、证明和校验点是公开的。",
            todo="核对您自己的回执不需要条目。审计人员请先登录。",
        ),
    ),
    "record_restricted": Sentence(
        en=Words(
            what="This may be opened by one named officer only.",
            why="The person asked for erasure while the law still demands keeping.",
            todo="Ask the officer who is named in the decision.",
        ),
        zh=Words(
            what="这份内容只有一位指定的人能打开。",
            why="当事人要求删除，而法律规定的保存期还没有到。",
            todo="请找决定书上写的那位负责人。",
        ),
    ),
    "record_erased": Sentence(
        en=Words(
            what="What stood behind this entry has been erased.",
            why="The key of the person it was about is deleted. The entry and its proof stay.",
            todo="Nothing can bring it back. The entry still shows that, when and by which institution something was done.",
        ),
        zh=Words(
            what="这条记录背后的内容已经删除。",
            why="当事人的密钥已经销毁。记录和证明还在。",
            todo="内容找不回来了。记录仍能说明哪个单位在什么时候做过事。",
        ),
    ),
    "retention_floor": Sentence(
        en=Words(
            what="This cannot be removed before {until}.",
            why="The law demands that it is kept until then. What a person asked to erase is closed to all but one officer meanwhile.",
            todo="Ask again after that day; nothing else is needed from you.",
        ),
        zh=Words(
            what="{until} 之前还不能删。",
            why="法律规定要保存到那一天。当事人要求删除的，从现在起除一位指定的人外谁也打不开。",
            todo="到那天之后再提一次就行，您不用做别的。",
        ),
    ),
    "entries_pruned": Sentence(
        en=Words(
            what="Entries of the log below {minimum} are not served any more.",
            why="The time for which they must be readable is over; /log/pruning has the policy. Their hashes and proofs stay.",
            todo="If you kept the entry, its proof still verifies: give it to kaimen verify with --leaf.",
        ),
        zh=Words(
            what="日志第 {minimum} 条以前的记录不再提供。",
            why="规定的保存期已满，依据见 /log/pruning。散列和证明都还在。",
            todo="您手里若留有那条记录，证明仍然有效：用 kaimen verify --leaf 核对。",
        ),
    ),
    "prune_before": Sentence(
        en=Words(
            what="The log cannot be pruned up to there.",
            why="An index from 0 to the {size} published entries, or a day as 2032-11-23, is expected.",
            todo="See kaimen log status for the number of entries.",
        ),
        zh=Words(
            what="日志不能截到那里。",
            why="要写 0 到 {size}（已公布的条数）之间的序号，或者像 2032-11-23 这样的日期。",
            todo="条数请看 kaimen log status。",
        ),
    ),
    "pruning": Sentence(
        en=Words(
            what="The pruning of the log cannot be read.",
            why="The file is not as it must be, or the policy is missing: {why}.",
            todo="Give the written policy as a text file.",
        ),
        zh=Words(
            what="日志的截短说明读不了。",
            why="文件不合格式，或者没有写依据：{why}。",
            todo="请给出写明依据的文本文件。",
        ),
    ),
    "log_file": Sentence(
        en=Words(
            what="The log has no such file.",
            why="It may not be there yet, or a narrower tile has given way to the full one.",
            todo="Ask for the full tile, or read the checkpoint again.",
        ),
        zh=Words(
            what="日志里没有这个文件。",
            why="可能还没有生成，也可能窄的分块已经换成了完整的。",
            todo="请取完整的分块，或重新读校验点。",
        ),
    ),
    "log_unreachable": Sentence(
        en=Words(
            what="The log at {place} cannot be reached.",
            why="The network or the server does not answer.",
            todo="Try again later.",
        ),
        zh=Words(what="连不上 {place} 的日志。", why="网络或服务器没有回应。", todo="请稍后再试。"),
    ),
    "witness_exists": Sentence(
        en=Words(
            what="There is a witness in {place} already.",
            why="Its key must not be replaced.",
            todo="Choose another folder.",
        ),
        zh=Words(what="{place} 里已经有一个见证方。", why="它的密钥不能换掉。", todo="请换一个文件夹。"),
    ),
    "witness_missing": Sentence(
        en=Words(
            what="There is no witness in {place}.", why="It has not been set up.", todo="Run kaimen witness init first."
        ),
        zh=Words(what="{place} 里没有见证方。", why="还没有设置。", todo="请先运行 kaimen witness init。"),
    ),
    "timestamp": Sentence(
        en=Words(
            what="The time-stamp cannot be accepted.",
            why="It is not as the format says, is about another text, or is not signed by that authority: {why}.",
            todo="Get it again from the log, and the certificates from the authority.",
        ),
        zh=Words(
            what="这个时间戳不能接受。",
            why="格式不对，说的是别的内容，或者不是那家机构签的：{why}。",
            todo="请从日志重新取一份，证书请向时间戳机构要。",
        ),
    ),
    "timestamp_unreachable": Sentence(
        en=Words(
            what="The time-stamp authority does not answer.",
            why="The network or its server fails.",
            todo="The log goes on without; it is asked again in a few minutes.",
        ),
        zh=Words(what="时间戳机构没有回应。", why="网络不通，或者对方出了故障。", todo="日志照常记，过几分钟会再问。"),
    ),
    "ml_dsa_missing": Sentence(
        en=Words(
            what="A signature of type ML-DSA-44 can be neither made nor checked here.",
            why="The cryptography of this machine is built on an OpenSSL before 3.5.",
            todo="Install the package that the locks name, or switch evidence.ml_dsa off.",
        ),
        zh=Words(
            what="这台机器签不了、也验不了 ML-DSA-44 签名。",
            why="这里的密码库用的是 3.5 之前的 OpenSSL。",
            todo="请装锁定文件里的那个版本，或者关掉 evidence.ml_dsa。",
        ),
    ),
    "key_not_written": Sentence(
        en=Words(
            what="A key could not be stored.",
            why="The folder for keys cannot be written.",
            todo="An operator makes room or corrects the rights of the keys folder.",
        ),
        zh=Words(
            what="密钥存不下来。", why="放密钥的文件夹写不进去。", todo="请运维人员腾出空间，或改正文件夹的权限。"
        ),
    ),
}
