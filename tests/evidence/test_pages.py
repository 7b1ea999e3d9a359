"""Pages of the log in both languages."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kaimen.evidence import services as evidence
from kaimen.evidence.drawing import picture
from kaimen.web.events import NOBODY
from tests.accounts.people import body
from tests.evidence.conftest import NOW, record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_log_and_an_entry_have_pages(client: Client, prefix: str) -> None:
    assert client.get(f"{prefix}/log").status_code == 200  # empty
    given = [record() for _ in range(11)][4]
    waiting = client.get(f"{prefix}/log/{given.entry}")
    assert waiting.status_code == 200
    assert "data-proof" not in waiting.text
    evidence.tick(NOW)
    assert given.entry[:8] in client.get(f"{prefix}/log").text
    page = client.get(f"{prefix}/log/{given.entry}").text
    assert "data-proof" in page
    assert re.search(r'data-index="4"', page)
    assert 'class="me"' in page
    assert "style=" not in page
    assert f"/log/proof/{given.entry}" in page


def test_pages_speak_both_languages(client: Client) -> None:
    given = record()
    evidence.tick(NOW)
    for path in ("log", f"log/{given.entry}"):
        chinese, english = client.get(f"/{path}").text, client.get(f"/en/{path}").text
        assert "怎么" in chinese
        assert "How " in english
        assert not re.search(
            r"[一-鿿]",
            re.sub(
                r'lang="zh[^<]*<|hreflang[^>]*>|<div class="demo.*?</div></div>|<span lang="zh-Hans">.*?</span>|<a[^>]*lang="zh.*?</a>|title>.*?</title',
                "",
                english.split("<main", 1)[1].split("</main", 1)[0],
            ),
        )


@pytest.mark.parametrize(("prefix", "words"), [("", "拒绝入湖"), ("/en", "load refused")])
def test_kinds_of_events_stand_in_words_with_their_code_beside_them(client: Client, prefix: str, words: str) -> None:
    receipt = record()
    evidence.tick(NOW)
    for address in ("/log", f"/log/{receipt.entry}"):
        page = client.get(prefix + address).content.decode()
        assert words in page
        assert "load.refused" in page


@pytest.mark.parametrize(("prefix", "result", "nobody"), [("", "拒绝", "个人"), ("/en", "refused", "a private person")])
def test_the_list_says_result_and_institution_in_words(client: Client, prefix: str, result: str, nobody: str) -> None:
    given = record(inst=NOBODY)
    evidence.tick(NOW)
    page = client.get(f"{prefix}/log").text
    assert f"<td>{result}</td><td>{nobody}</td>" in page
    assert NOBODY not in page
    page = client.get(f"{prefix}/log/{given.entry}").text
    assert f'<dd>{result} <span class="mono break">refused</span></dd>' in page
    assert f'<dd>{nobody} <span class="mono break">{NOBODY}</span></dd>' in page


@pytest.mark.parametrize(("index", "steps"), [(0, 0), (0, 1), (5, 3), (8_000_000, 23)])
def test_no_line_of_the_drawing_crosses_its_words(index: int, steps: int) -> None:
    drawn = picture(index, steps)
    tops, bottoms = [min(y1, y2) for _, y1, _, y2, _ in drawn.lines], [max(y1, y2) for _, y1, _, y2, _ in drawn.lines]
    assert 0 < drawn.over < min([drawn.root.top, *tops])
    assert max([drawn.me.top + 26, *bottoms]) < drawn.under < 300 - 27


def test_an_unknown_entry_is_missing_and_the_form_leads_on(client: Client) -> None:
    assert client.get("/log/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404
    assert client.get("/log/%20").status_code == 404
    found = client.get("/log?entry=AAAAAAAAAAAAAAAAAAAAAA")
    assert (found.status_code, found.headers["location"]) == (302, "/log/AAAAAAAAAAAAAAAAAAAAAA")
    pasted = client.get("/log", {"entry": "https://kaimen.example/log/proof/AAAAAAAAAAAAAAAAAAAAAA/"})
    assert pasted.headers["location"] == "/log/AAAAAAAAAAAAAAAAAAAAAA"


@pytest.mark.parametrize("text", ["a/b", "/", "<script>alert(1)</script>/…", "‹/", "\x00", "%", "?x=1", "a" * 5000])
def test_whatever_is_typed_as_a_number_is_answered(client: Client, text: str) -> None:
    assert client.get("/log", {"entry": text}, follow=True).status_code in {200, 400, 404}


def test_the_api_tells_state_and_entries(client: Client) -> None:
    given = record()
    waiting = client.get(f"/api/v1/log/entries/{given.entry}").json()
    assert (waiting["index"], waiting["proof_url"]) == (None, None)
    evidence.tick(NOW)
    told = client.get(f"/api/v1/log/entries/{given.entry}").json()
    assert (told["kind"], told["index"], told["proof_url"]) == ("load.refused", 0, f"/log/proof/{given.entry}")
    status = client.get("/api/v1/log/status").json()
    assert (status["size"], status["published"], status["pending"], status["stalled"]) == (1, 1, 0, False)
    assert client.get("/api/v1/log/entries/nothing").status_code == 404


def test_institutions_are_called_by_name_unless_the_name_is_a_persons(client: Client) -> None:
    bureau = body("water", name_en="Water Authority", name_zh="水务局")
    trader = body("zhang-shop", name_en="Shop of Zhang San", name_zh="张三小店", uscc="92110105MA01ABCD5C")
    shown = [record(inst=str(one.pk)) for one in (bureau, trader)]
    evidence.tick(NOW)
    for address in ("/log", *(f"/log/{one.entry}" for one in shown)):
        english, chinese = client.get(f"/en{address}").text, client.get(address).text
        assert "Zhang San" not in english
        assert "张三" not in chinese
        assert ("Water Authority" in english) == ("水务局" in chinese) == (not address.endswith(shown[1].entry))
