"""What `kaimen witness` says, in English and in Chinese."""

from __future__ import annotations

from kaimen.engines.terminal import Sentences, speaker

SENTENCES: Sentences = {
    "about": ("Cosign the heads of logs that you trust.", "给信得过的日志联署日志头，做它的见证方。"),
    "help_init": ("make a key and print its vkey", "生成密钥，并显示公开的那一半（vkey）"),
    "help_name": ("for example audit.example/w1", "见证方的名称，例如 audit.example/w1"),
    "help_trust": ("sign heads of this log from now on", "从现在起给这个日志联署"),
    "help_log": (
        "its Ed25519 key, or the ML-DSA-44 key beside it",
        "日志的 Ed25519 密钥，或与它并用的 ML-DSA-44 密钥",
    ),
    "help_serve": ("answer the logs", "等候日志来请求联署"),
    "help_bind": ("port 0: the system picks one", "监听的地址和端口；端口写 0 由系统选"),
    "help_status": ("what was signed last, and which lines were checked", "最近签了什么，核对过哪些签名"),
    "help_dir": ("folder with the key and with what was signed", "存放密钥和签署记录的目录"),
    "trusted": ("trusted: {name}, {key}", "已信任：{name}，{key}"),
    "ed25519_first": (
        "nothing is signed until the log's Ed25519 key is trusted too",
        "还要信任这个日志的 Ed25519 密钥，才会开始联署",
    ),
    "signed_up_to": ("{origin}  signed up to {size}", "{origin}  已签到第 {size} 条"),
    "caught": ("CAUGHT {times} times", "发现改写 {times} 次"),
    "will_check": ("will be checked: {keys}", "将核对：{keys}"),
    "checked": ("checked: {keys}", "已核对：{keys}"),
    "absent": ("trusted, but has no line: {keys}", "已信任，但没有签名：{keys}"),
    "unknown": ("not checked: {count} of keys that are not trusted here", "没有核对：{count} 个未信任密钥的签名"),
    "witness_exists": (
        "{place} holds a witness already; its key is not made anew.",
        "{place} 里已经有见证方，密钥不会重新生成。",
    ),
    "witness_missing": (
        "There is no witness in {place}: make one with kaimen witness init.",
        "{place} 里没有见证方：请先用 kaimen witness init 建一个。",
    ),
    "note": (
        "This is no key of a log, or a name that cannot be used ({why}).",
        "这不是日志的密钥，或名称不能用（{why}）。",
    ),
    "ml_dsa_missing": (
        "The cryptography here (OpenSSL before 3.5) does not know ML-DSA-44, so such a line could not be checked.",
        "本机的密码库（OpenSSL 3.5 以前）不认识 ML-DSA-44，这样的签名无法核对。",
    ),
    "other": ("It cannot be done: {code}", "做不了：{code}"),
    "file": ("{place} cannot be read or written.", "{place} 不能读写。"),
    "bind": ("HOST:PORT is expected, with a port from 0 to 65535", "请写成 主机:端口，端口是 0 到 65535 的数字"),
    "port_taken": (
        "{bind} cannot be listened on: it is taken, or not of this machine.",
        "{bind} 不能监听：已被占用，或不是本机地址。",
    ),
}
say = speaker(SENTENCES)
