"""What happened, per article of the regulations, for people to read: Markdown, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from kaimen.config.day.player import City, Happened
from kaimen.config.day.proving import Proved
from kaimen.config.day.story import Thread

LANGUAGES = ("zh", "en")
WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("示范日报告", "Report of the demo day"),
    "about": (
        "{days} 个工作日（{first} 至 {last}），{steps} 步由示范城市的人经公开接口和网页办理，{runs} 步由运维在机器上执行。人、单位、事件和时间都是模拟的。",
        "{days} working days ({first} to {last}), {steps} steps by the demo city's people through the public API and pages, {runs} by the operator on the machine. People, bodies, events and time are simulated.",
    ),
    "proved": (
        "{receipts} 份存证全部通过验证；公开日志 {entries} 条全部读过。",
        "All {receipts} receipts verify; the public log was read whole, {entries} entries.",
    ),
    "article": ("第 {n} 条 {topic}", "Article {n}: {topic}"),
    "head": ("天 | 日期 | 谁 | 做了什么 | 结果 | 案件 | 存证", "Day | Date | Who | What | Came to | Case | Proof"),
    "machine": ("运维", "the operator"),
    "anybody": ("任何人", "anybody"),
    "refused": ("拒绝：{code}", "refused: {code}"),
    "done": ("成", "done"),
    "again_title": ("自己再查一遍", "Check it yourself"),
    "again": (
        "再开这座城市（用同一个端口，上面的链接才打得开）：",
        "Bring this city up again, at the same port, so that the links above open:",
    ),
    "verify": ("验证任何一份存证（编号见“存证”一栏）：", "Verify any receipt (its id stands under “Proof”):"),
}


@dataclass(frozen=True, kw_only=True)
class Account:
    """All that the report tells: what happened, what was proved, and the names that the city gives to things."""

    city: City
    happened: Sequence[Happened]
    proved: Proved
    topics: Mapping[int, Mapping[str, str]]
    flows: Mapping[str, Mapping[str, Any]]


def account(city: City, happened: Sequence[Happened], proved: Proved) -> Account:
    """Ask the city how articles, workflows, steps and states are called."""
    articles = sorted({article for one in happened for article in one.step.thread.articles})
    with httpx.Client(base_url=city.address, timeout=60) as http:

        def got(path: str) -> dict[str, Any]:
            return http.get(path).raise_for_status().json()

        return Account(
            city=city,
            happened=happened,
            proved=proved,
            topics={number: got(f"/api/v1/compliance/clauses/{number}")["topic"] for number in articles},
            flows={
                code: got(f"/api/v1/workflows/{code}") for code in sorted({one.workflow for one in happened} - {""})
            },
        )


def markdown(told: Account, language: str) -> str:
    """The whole report in one language."""

    def say(word: str, **facts: object) -> str:
        return WORDS[word][LANGUAGES.index(language)].format(**facts)

    lines = [f"# {say('title')}", "", summary(told, language), ""]
    for number, topic in told.topics.items():
        lines += [f"## {say('article', n=number, topic=topic[language])}", ""]
        for thread in _threads(told.happened, number):
            lines += [thread.zh if language == "zh" else thread.en, "", f"| {say('head')} |", "|" + "---|" * 7]
            lines += [_row(one, told, language) for one in told.happened if one.step.thread is thread]
            lines += [""]
    home, port = told.city.home, told.city.address.rpartition(":")[2]
    lines += [
        f"## {say('again_title')}",
        "",
        *(say("again"), "", f"    KAIMEN_DEMO_SIZE=tiny ./run --port {port} --home {home}", ""),
        *(say("verify"), "", f"    ./run kaimen verify {told.city.address}/log/proof/…"),
    ]
    return "\n".join(lines) + "\n"


def summary(told: Account, language: str) -> str:
    """Two sentences: what was played, what was proved."""
    first, last = told.happened[0].on, told.happened[-1].on
    place = LANGUAGES.index(language)
    runs = sum(one.step.kind == "run" for one in told.happened)
    played = WORDS["about"][place].format(
        days=told.happened[-1].step.day, first=first, last=last, steps=len(told.happened) - runs, runs=runs
    )
    proved = WORDS["proved"][place].format(receipts=told.proved.receipts, entries=told.proved.entries)
    return f"{played}{'' if language == 'zh' else ' '}{proved}"


def _threads(happened: Sequence[Happened], article: int) -> list[Thread]:
    """In the order in which they begin, each once."""
    found = {one.step.thread.code: one.step.thread for one in happened if article in one.step.thread.articles}
    return list(found.values())


def _row(one: Happened, told: Account, language: str) -> str:
    step, flow = one.step, told.flows.get(one.workflow, {})
    act = next((row for row in flow.get("acts", ()) if row["verb"] == one.verb), None)
    own = step.zh if language == "zh" else step.en
    what = f"{flow['name'][language]}: {act['name'][language]}" if act else own
    place = LANGUAGES.index(language)
    if one.code:
        came = WORDS["refused"][place].format(code=one.code)
    else:
        came = flow["states"][one.state]["name"][language] if act and one.state else WORDS["done"][place]
    proof = f"[{one.receipt}]({told.city.address}/log/proof/{one.receipt})" if one.receipt else ""
    cells = (str(step.day), one.on.isoformat(), _who(one, told, language), what, came, one.number, proof)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _who(one: Happened, told: Account, language: str) -> str:
    if not one.step.who:
        return WORDS["machine" if one.step.kind == "run" else "anybody"][LANGUAGES.index(language)]
    person = told.city.people[one.step.who]
    body = person[f"institution_{language}"]
    joined = f"（{body}）" if language == "zh" else f" ({body})"
    return f"{person[f'name_{language}']}{joined if body else ''}"
