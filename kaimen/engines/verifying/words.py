"""What `kaimen verify` says, in English and in Chinese."""

from __future__ import annotations

from kaimen.engines.terminal import Sentences, speaker

SENTENCES: Sentences = {
    # --- the verdict
    "verified": ("verified", "验证通过"),
    "receipt_only": (
        "RECEIPT VERIFIED, ROWS NOT CHECKED",
        "回执验证通过，数据行没有核对",
    ),
    "does_not_verify": ("DOES NOT VERIFY", "验证不通过"),
    "not_checked": ("not checked", "没能核对"),
    "rows_not_checked": (
        "The receipt proves that this answer was given, not what stands in its rows: the log holds no rows. "
        "Whoever needs them for certain asks again, or has the body open the entry of the delivery.",
        "回执证明给过这次回答，不证明下面各行的内容：日志里不存数据行。要确认内容，请重新查询，或请有关单位公开交付记录。",
    ),
    # --- what was found
    "entry_of": ("entry {index} of {size}", "第 {index} 条，共 {size} 条"),
    "entries": ("{size} entries", "共 {size} 条"),
    "tree_of": ("tree of {size} entries", "{size} 条的树"),
    "compared": ("every tile and {read} entries compared", "核对了全部散列文件和 {read} 条记录"),
    "compared_from": (
        "every tile and {read} entries from {first} on compared",
        "核对了全部散列文件和第 {first} 条起的 {read} 条记录",
    ),
    "stamped": ("{size} entries were there at {at} by the authority", "时间戳机构证明 {at} 已有 {size} 条"),
    "progress": ("{done} of {total} entries", "{done}/{total} 条"),
    # --- remarks
    "first_use": ("first use: keys not confirmed elsewhere", "首次使用：密钥没有从别处确认过"),
    "whole_log": ("the whole log was read: {read} entries", "读了整个日志：{read} 条"),
    "witnesses_ok": ("log key ok, witnesses {found} of {all}", "日志密钥相符，见证方 {found}/{all}"),
    "ml_dsa_ok": ("ML-DSA-44 line ok", "ML-DSA-44 签名相符"),
    "pruned_hashes": (
        "entries below {first} are pruned, under the policy with digest {digest}: of them the hashes were checked",
        "第 {first} 条以前的记录不再提供，依据摘要为 {digest} 的规定：对它们只核对了散列",
    ),
    "pruned_entry": (
        "entries below {first} are pruned, under the policy with digest {digest}: the published entry was not read",
        "第 {first} 条以前的记录不再提供，依据摘要为 {digest} 的规定：没有读到公布的这条记录",
    ),
    "use_full": ("entries not read, use --full", "没有读各条记录，要读请加 --full"),
    "not_public": ("entries of this log are not public: not read", "这个日志的记录不公开：没有读"),
    "entry_not_public": (
        "entries of this log are not public: the published entry was not read",
        "这个日志的记录不公开：没有读到公布的这条记录",
    ),
    "entry_compared": ("published entry and tiles compared", "核对了公布的记录和散列文件"),
    # --- it does not verify
    "another_entry": ("the proof is of another entry, {entry}", "这份证明是另一条记录 {entry} 的"),
    "no_quorum": (
        "witnesses {found} of {all}: not the quorum that the policy asks for",
        "见证方 {found}/{all}：没有达到规则要求的数目",
    ),
    "root": ("the tiles do not give the signed root", "散列文件算不出签署的根"),
    "pruned_beyond": (
        "the log says to be pruned below {minimum}, and has {size} entries",
        "日志自称第 {minimum} 条以前不再提供，却只有 {size} 条",
    ),
    "tiles_disagree": (
        "the published tiles of level {below} and {level} do not agree",
        "公布的第 {below} 层和第 {level} 层散列文件不一致",
    ),
    "not_served": ("the log does not serve {path}", "日志没有提供 {path}"),
    "tile_short": ("a tile is too short", "有一个散列文件太短"),
    "bundle_with": ("the bundle with entry {entry} is damaged", "第 {entry} 条所在的记录文件损坏了"),
    "bundle_length": (
        "the bundle with entry {entry} is too short or too long",
        "第 {entry} 条所在的记录文件太短或太长",
    ),
    "entries_root": ("the entries do not give the signed root", "各条记录算不出签署的根"),
    "bundle": ("bundle {n} is damaged", "第 {n} 个记录文件损坏了"),
    "not_the_beginning": (
        "{path} is not the beginning of what is published now",
        "{path} 与现在公布的内容开头不符",
    ),
    "tile_differs": (
        "tile {n} of level {level} is not what the entries give",
        "第 {level} 层第 {n} 个散列文件与各条记录不符",
    ),
    "no_leaf": (
        "among entries {first} to {last} is one that is not a leaf",
        "第 {first} 条到第 {last} 条里，有一条格式不对",
    ),
    "number_twice": (
        "number {number} of {node} came twice (entry {entry})",
        "{node} 的第 {number} 号出现两次（第 {entry} 条）",
    ),
    "number_missing": ("number {number} of {node} is missing", "{node} 缺第 {number} 号"),
    "rewritten": (
        "the log was rewritten: both notes are kept as {stem}-*.note",
        "日志被改写过：前后两份签名都存为 {stem}-*.note",
    ),
    "stamp_signature": (
        "the time-stamp is not by that authority, or not over this head",
        "时间戳不是这家机构签的，或不是给这份签名的",
    ),
    "stamp_unreadable": ("the time-stamp cannot be read ({why})", "时间戳读不懂（{why}）"),
    "stamp_of_another": ("the time-stamp is of {origin}, this log is {log}", "时间戳是 {origin} 的，这个日志是 {log}"),
    "stamp_rewritten": (
        "the log does not continue the head that was time-stamped: it was rewritten",
        "日志没有接着加盖时间戳时的内容往下记：它被改写过",
    ),
    "path": ("the path does not lead from the entry to the signed root", "从这条记录推不到签署的根"),
    "proof_of_another": ("the proof is of {origin}, this log is {log}", "证明是 {origin} 的，这个日志是 {log}"),
    "proof_rewritten": (
        "the log does not continue what the proof was made of: it was rewritten",
        "日志没有接着出证明时的内容往下记：它被改写过",
    ),
    "receipt_key": ("the receipt is not signed by a receipt key of its log", "回执不是用这个日志的回执密钥签的"),
    "receipt_of_another": ("the receipt is for {origin}, this log is {log}", "回执是 {origin} 的，这个日志是 {log}"),
    "omitted": (
        "promised by {by} and not in the log: keep this receipt, it proves an omission",
        "答应 {by} 前记入，日志里却没有：请保存这份回执，它能证明漏记",
    ),
    "another_under_number": (
        "the log has another entry under this number than was promised",
        "日志在这个编号下的记录与答应的不同",
    ),
    "served_proof": ("the proof that the log serves cannot be read", "日志给出的证明读不懂"),
    "not_in_tiles": (
        "the entry is not in the published tiles, and these do not give the signed root",
        "公布的散列文件里没有这条记录，也算不出签署的根",
    ),
    "another_hash": (
        "the published tile {n} of level 0 has another hash for entry {entry}",
        "公布的第 0 层第 {n} 个散列文件里，第 {entry} 条的散列不同",
    ),
    "tiles_path": (
        "the published tiles do not lead from the entry to the signed root",
        "用公布的散列文件从这条记录推不到签署的根",
    ),
    "entry_changed": (
        "the published entry {entry} is not what was hashed: its bundle was changed",
        "公布的第 {entry} 条与当初的散列不符：记录文件被改过",
    ),
    "bundle_damaged": ("the published bundle {n} of entries is damaged", "公布的第 {n} 个记录文件损坏了"),
    "opening_differs": (
        "the fields shown are not those that were committed to",
        "出示的字段与当初承诺的不同",
    ),
    "rows_counted": (
        "the answer says that it has {said} rows and holds {found}: it was changed or cut off",
        "回答自称有 {said} 行，实有 {found} 行：被改过或不完整",
    ),
    "receipt_exchanged": (
        "the answer names the entry {said}, its receipt is of {entry}: one of them was exchanged",
        "回答写的记录是 {said}，回执却是 {entry} 的：其中一个被换过",
    ),
    # --- it could not be checked
    "anything": (
        "what can be checked: the address or folder of a log, the address of a proof (…/log/proof/ID), and as a file a .tlog-proof, "
        "a receipt, an answer of POST /api/v1/query in JSON, a time-stamp",
        "可以核对的有：日志的网址或目录，证明的网址（…/log/proof/编号），以及文件：.tlog-proof 证明、回执、POST /api/v1/query 的 JSON 回答、时间戳",
    ),
    "no_log": (
        "{what} is no log, there is no checkpoint; {anything}",
        "{what} 不是日志，没有 checkpoint 文件；{anything}",
    ),
    "none_of": ("{what} is none of {anything}", "认不出 {what}；{anything}"),
    "no_proof": (
        "{log} has no proof of {entry}: no such entry, or it is not in the log yet",
        "{log} 没有 {entry} 的证明：没有这条记录，或还没有记入日志",
    ),
    "not_a_proof": ("what {what} serves is not a proof", "{what} 给出的不是证明"),
    "receipt_needs_log": (
        "a receipt is checked against its log: give --log URL|DIR",
        "核对回执要有它的日志：请加 --log，给出网址或目录",
    ),
    "stamp_needs_certificate": (
        "a time-stamp is checked by its authority's certificate: give --tsa-certificate FILE",
        "核对时间戳要有机构的证书：请加 --tsa-certificate，给出文件",
    ),
    "no_json": (
        "{place} begins like JSON and cannot be read as JSON: was it saved whole?",
        "{place} 开头像 JSON，却读不成 JSON：是不是没有存完整？",
    ),
    "no_receipt": (
        "{place} is JSON without a receipt: an answer of POST /api/v1/query has it in receipt.note",
        "{place} 是 JSON，但没有回执：POST /api/v1/query 的回答把它放在 receipt.note",
    ),
    "file": ("{place} cannot be read", "读不了 {place}"),
    "scheme": (
        "{place} cannot be asked: only addresses that begin with http:// or https:// can",
        "访问不了 {place}：只支持 http:// 或 https:// 开头的网址",
    ),
    "file_expected": ("a file is expected here, not the address {place}", "这里要的是文件，不是网址 {place}"),
    "whose_key": (
        "whose signature counts? give --policy FILE, or --log URL|DIR for a first look",
        "认谁的签名？请加 --policy 给出规则文件；只是先看看，可以加 --log 给出日志的网址或目录",
    ),
    "older": (
        "the log shows {now} entries, less than the {before} seen before: an old copy?",
        "日志有 {now} 条，比上次看到的 {before} 条少：是不是旧的副本？",
    ),
    "older_than_stamp": (
        "the log shows {now} entries, less than the {before} of the time-stamp: an old copy?",
        "日志有 {now} 条，比时间戳里的 {before} 条少：是不是旧的副本？",
    ),
    "older_than_proof": (
        "the log shows {now} entries, less than the {before} of the proof: an old copy?",
        "日志有 {now} 条，比证明里的 {before} 条少：是不是旧的副本？",
    ),
    "certificate": (
        "{place} is not the PEM of an authority with its root certificate",
        "{place} 不是含有根证书的机构证书（PEM）",
    ),
    "needs_leaf": ("the proof does not carry its entry: give --leaf FILE", "证明里没有带上记录：请加 --leaf，给出文件"),
    "not_yet": ("not in the log yet; promised by {by}", "还没有记入日志；答应 {by} 前记入"),
    "no_opening": ("{place} is not an opening", "{place} 不是公开字段的文件"),
    # --- what is behind it
    "ml_dsa_missing": (
        "a line is of type ML-DSA-44, and the cryptography here (OpenSSL before 3.5) does not know it",
        "有一行是 ML-DSA-44 签名，而本机的密码库（OpenSSL 3.5 以前）不认识",
    ),
    "unreachable": ("{place} cannot be reached", "连不上 {place}"),
    "nothing_there": ("there is no {path}", "没有 {path}"),
    "signature": ("the signature of {name} does not fit", "{name} 的签名不符"),
    "log_key": (
        "no log key that counts has signed the checkpoint",
        "没有一把认可的日志密钥签过这个日志头",
    ),
    "policy": ("the policy file is wrong at line {line}", "规则文件第 {line} 行有误"),
    "form": ("it is not of the right form ({code})", "格式不对（{code}）"),
    # --- help
    "about": (
        "Check a log, a proof or a receipt, without trust in its server.",
        "核对日志、证明或回执，不必信任它的服务器。",
    ),
    "ends": (
        "It ends with 0 when all is well, 1 when something does not verify, 2 when it could not be checked.",
        "退出码：0 一切相符，1 有一处验证不通过，2 没能核对。",
    ),
    "help_what": (
        "address or folder of a log, address of a proof, or a file: a .tlog-proof, a receipt, a JSON answer, a time-stamp",
        "日志的网址或目录，证明的网址，或一个文件：.tlog-proof 证明、回执、JSON 回答、时间戳",
    ),
    "help_full": (
        "read every entry also of a log with more than {most}",
        "日志超过 {most} 条时，也逐条读完",
    ),
    "help_state": (
        "remember the checkpoint; next time check that it was continued",
        "记住这次的日志头，下次核对是否接着往下记",
    ),
    "help_policy": ("tlog-policy file: whose signatures count", "tlog-policy 规则文件：认谁的签名"),
    "help_log": ("where the log of a proof or receipt is", "证明或回执所属日志的网址或目录"),
    "help_leaf": ("the entry itself, where the proof does not carry it", "记录本身，证明里没有带上时用"),
    "help_opening": ("private fields that were shown to you", "向您出示的不公开字段"),
    "help_certificate": (
        "PEM of the time-stamp authority, its root among them: check the time that it put to the log",
        "时间戳机构的证书（PEM，含根证书）：核对它给日志加盖的时间",
    ),
    "help_json": ("for machines", "输出 JSON，供程序读取"),
}
say = speaker(SENTENCES)
