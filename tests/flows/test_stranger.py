"""A stranger opens the page, finds a dataset, looks at it, takes it home and reads it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.flows.conftest import Server

HOMES = 574


@pytest.mark.parametrize(
    ("path", "word", "title"),
    [
        ("/data", "养老", "养老机构与床位"),
        ("/data", "停车", "公共停车场基本信息"),
        ("/data", "空气", "空气质量小时值"),
        ("/en/data", "care homes", "Care homes and their beds"),
        ("/en/data", "parking", "Public car parks"),
        ("/en/data", "air quality", "Air quality by the hour"),
    ],
)
def test_finds_by_a_two_character_word_and_by_an_english_one(server: Server, path: str, word: str, title: str) -> None:
    page = server.get(f"{path}?q={word}")
    assert page.status_code == 200
    text = re.sub(r"<[^>]+>", "", page.text)  # the word that was hit is marked inside the title
    assert title in text


def test_nobody_finds_what_is_not_for_the_public(server: Server) -> None:
    page = server.get("/data?q=补贴")
    assert "养老服务补贴发放名册" not in page.text
    assert server.get("/data/elder_allowances").status_code == 404


def test_sees_in_the_preview_what_stays_behind_and_why(server: Server) -> None:
    page = server.get("/data/care_homes")
    assert page.status_code == 200
    assert re.search(r"[\u4e00-\u9fff]\*\*", page.text)
    assert "合成数据" in page.text
    assert re.search(r"少于\s*10", page.text)


def test_downloads_parquet_and_reads_it_with_duckdb_and_pandas(server: Server, tmp_path: Path) -> None:
    page = server.get("/data/care_homes")
    links = re.findall(r'href="([^"]*care_homes[^"]*parquet[^"]*)"', page.text)
    assert links, "the page offers Parquet"
    answer = server.get(links[0].replace("&amp;", "&"))
    assert answer.status_code == 200
    file = tmp_path / "homes.parquet"
    file.write_bytes(answer.content)

    question = f"SELECT count(*), count(DISTINCT code), min(residents) FROM read_parquet('{file}')"
    rows, codes, fewest = duckdb.sql(question).fetchall()[0]
    assert (rows, codes) == (HOMES, HOMES)
    assert fewest >= 10

    homes = pd.read_parquet(file)
    assert len(homes) == HOMES
    assert homes["legal_rep"].str.fullmatch(r"\S\*+").all()
    assert homes["code"].str.fullmatch(r"1101\d\d-\d{4}").all()
    assert homes["residents"].isna().sum() > 0
    assert set(homes["district"]) >= {"海淀区", "延庆区"}


def test_downloads_csv_with_the_zeros_in_front(server: Server) -> None:
    page = server.get("/data/metro_lines")
    links = re.findall(r'href="([^"]*metro_lines[^"]*csv[^"]*)"', page.text)
    assert links, "the page offers CSV"
    lines = server.get(links[0].replace("&amp;", "&")).content.decode("utf-8-sig").splitlines()
    assert lines[0].split(",")[0].strip('"') == "line"
    assert [line.split(",")[0].strip('"') for line in lines[1:3]] == ["001", "002"]


def test_asks_by_code_and_gets_the_form_that_was_asked_for(server: Server) -> None:
    sql = "SELECT district, sum(beds) AS beds FROM care_homes GROUP BY district ORDER BY beds DESC"
    told = server.ask(sql)
    assert told.status_code == 200, told.text
    answer = told.json()
    assert answer["complete"] is True
    assert answer["row_count"] == 16
    assert {column["treatment"] for column in answer["columns"]} == {"clear"}
    assert told.headers["Kaimen-Receipt"] == answer["receipt"]["entry"]

    plain = server.ask(sql, accept="text/csv").content.decode("utf-8").splitlines()
    assert len(plain) == 17
    parquet = server.ask(sql, accept="application/vnd.apache.parquet").content
    assert parquet[:4] == parquet[-4:] == b"PAR1"


def test_joins_open_tables_and_real_geography(server: Server) -> None:
    answer = server.ask(
        "SELECT d.name, count(*) AS homes FROM care_homes AS h JOIN divisions AS d ON d.name = h.district AND d.kind = 'district' GROUP BY d.name"
    )
    assert answer.status_code == 200, answer.text
    assert sum(row["homes"] for row in answer.json()["rows"]) == HOMES
