"""What the program says about itself before a room can speak: its start, its settings, its list of commands. English and Chinese."""

from __future__ import annotations

from kaimen.engines.terminal import Sentences, speaker

SENTENCES: Sentences = {
    # --- kaimen serve
    "serve": (
        "Serve this installation: web, worker and query pool, supervised. What is missing is set up first.",
        "启动本系统：网页、后台和查询三类进程，有人看管。缺的会先建好。",
    ),
    "serve_port": (
        "port to listen on, 8000 where none is named; 0 lets the system pick one",
        "监听的端口，不写就是 8000；写 0 由系统选",
    ),
    "serve_home": (
        "folder of all state; without it KAIMEN_HOME, else var/",
        "存放全部数据的目录；不写就用 KAIMEN_HOME，再没有就用 var/",
    ),
    "serve_demo": ("with the demo city, or without", "要不要示范城市"),
    "serve_bind": ("address to listen on, 127.0.0.1 where none is named", "监听的地址，不写就是 127.0.0.1"),
    "port_number": ("a port is a number from 0 to 65535", "端口是 0 到 65535 的数字"),
    "port_taken": (
        "port {port} of {bind} is taken, or may not be used; choose another with --port",
        "{bind} 的端口 {port} 已被占用或不能使用；请用 --port 换一个",
    ),
    "bind_unknown": (
        "{bind} is no address of this machine; choose another with --bind",
        "{bind} 不是本机的地址；请用 --bind 换一个",
    ),
    "no_home": (
        "{home} cannot be the home folder: it is no folder, or may not be written",
        "{home} 不能用作数据目录：它不是目录，或不能写入",
    ),
    "served_already": ("another program already serves {home}", "已有另一个程序在使用 {home}"),
    "preparing": ("preparing the database…", "正在准备数据库……"),
    "child_ended": ("{part} ended, starting it again", "{part}停了，正在重新启动"),
    "part_fails": ("a part fails again and again; ending", "有一部分一再出错，程序退出"),
    "web": ("the web process", "网页进程"),
    "worker": ("the worker", "后台进程"),
    "queries": ("the query pool", "查询进程"),
    "greeting": ("Kaimen: {address}   (English: {address}/en/)", "Kaimen: {address}   （英文界面：{address}/en/）"),
    "how_to_end": ("Ctrl-C ends it.", "按 Ctrl-C 结束。"),
    # --- the demo city
    "demo_city": ("demo city", "示范城市"),
    "demo_size": ("KAIMEN_DEMO_SIZE: one of {sizes}", "KAIMEN_DEMO_SIZE：只能是 {sizes} 之一"),
    "step_in": ("Step in as (no password, on the sign-in page):", "在登录页可以直接以这些人的身份进入，不用密码："),
    "demo_tokens": ("API tokens of all {count} people: {file}", "全部 {count} 人的接口令牌：{file}"),
    # --- kaimen demo day
    "demo day": (
        "Play thirty working days of a demo city of its own through the public API, prove every receipt and report for each article.",
        "另起一座示范城市，经公开接口演完三十个工作日，验证每份存证，逐条报告。",
    ),
    "day_home": (
        "folder for the city and the report; a new one where none is named",
        "存放城市和报告的目录；不写就新建一个",
    ),
    "day_coming": ("The demo city is coming up: {home}", "示范城市正在启动：{home}"),
    "day_of": ("day {day}/{days} {date}", "第 {day}/{days} 天 {date}"),
    "day_waits": ("waiting for data: {table}", "等数据入湖：{table}"),
    "day_stopped": ("The story stopped here: {why}", "故事停在这里：{why}"),
    "day_log": ("What the server said: {log}", "服务器的输出：{log}"),
    "day_again": (
        "It was played in this folder already; take another: {home}",
        "这个文件夹里已经演过了，请换一个：{home}",
    ),
    "day_report": ("Report: {file}", "报告：{file}"),
    # --- settings
    "yes_or_no": ("{variable}: yes or no is expected", "{variable}：只能写 yes 或 no"),
    "whole_number": ("{variable}: a whole number is expected", "{variable}：应当是整数"),
    "database": ("KAIMEN_DATABASE: only postgresql:// is known", "KAIMEN_DATABASE：只支持 postgresql:// 开头的地址"),
    "pack": ("KAIMEN_PACK: one of {packs}", "KAIMEN_PACK：只能是 {packs} 之一"),
    "mail": (
        "KAIMEN_MAIL: smtp://user:password@host:587 or smtps://user:password@host:465 is expected",
        "KAIMEN_MAIL：应当写成 smtp://用户:密码@主机:587 或 smtps://用户:密码@主机:465",
    ),
    # --- the list of commands
    "usage": (
        "Usage: kaimen COMMAND …; kaimen COMMAND --help tells its options.",
        "用法：kaimen 命令 …；各命令的选项见 kaimen 命令 --help。",
    ),
    "run": ("Install and run", "安装和运行"),
    "law": ("The law", "法规"),
    "data": ("Data", "数据"),
    "people": ("People and bodies", "人员和单位"),
    "evidence": ("Evidence", "存证"),
    "more": (
        "Commands of the framework (migrate, shell …) can be used too: kaimen help --all lists them.",
        "框架自带的命令（migrate、shell 等）也可以用：kaimen help --all 列出全部。",
    ),
    "unknown": (
        "There is no command “{command}”. kaimen help lists them.",
        "没有“{command}”这个命令。kaimen help 列出全部命令。",
    ),
    "unknown_near": (
        "There is no command “{command}”. Did you mean “{near}”? kaimen help lists them.",
        "没有“{command}”这个命令，是不是“{near}”？kaimen help 列出全部命令。",
    ),
    "verify": (
        "Verify a log, a proof, a receipt or a saved answer, without trust in the server.",
        "核对日志、证明、回执或存下的回答，不必信任服务器。",
    ),
    "witness": (
        "Be a witness of somebody's log: init, trust, serve, status.",
        "给别处的日志做见证方：建密钥、信任、联署、看状态。",
    ),
}
say = speaker(SENTENCES)
