"""A download that ends too early, over the program as it is served: its readers notice, although the server ends the answer cleanly."""

from __future__ import annotations

import http.client
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
MOST_ROWS = 1_000_000
MAKE = f"""
import django; django.setup()
from kaimen.web.now import now
from tests.opening.town import a_town
a_town(now=now(), parks={MOST_ROWS + 5_000})
"""
READERS: dict[str, Callable[[bytes], object]] = {
    "csv": lambda raw: pa_csv.read_csv(io.BytesIO(raw)),
    "json": json.loads,
    "parquet": lambda raw: pq.read_table(io.BytesIO(raw)),
}
ACCEPTS = {"csv": "text/csv", "json": "application/json", "parquet": "application/vnd.apache.parquet"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the program without a demo; one of its entries holds more rows than anybody gets at once."""
    home = tmp_path_factory.mktemp("served")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("KAIMEN_", "DJANGO_"))},
        "KAIMEN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "kaimen.config.settings",
    }  # fmt: skip
    with (home / "serve.log").open("wb") as log:
        program = subprocess.Popen(
            [sys.executable, "-m", "kaimen.config", "serve", "--no-demo", "--port", str(port)],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(port, program, home)
            made = subprocess.run(
                [sys.executable, "-c", MAKE], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False
            )  # fmt: skip
            assert made.returncode == 0, made.stderr[-2000:]
            yield port
        finally:
            program.send_signal(signal.SIGTERM)
            try:
                program.wait(40)
            except subprocess.TimeoutExpired:
                program.kill()


def _wait(port: int, program: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and program.poll() is None:
        try:
            if fetched(port, "/healthz")[0].status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError((home / "serve.log").read_text("utf-8", "replace")[-2000:])


def fetched(
    port: int, address: str, *, question: dict[str, str] | None = None, accept: str = "*/*"
) -> tuple[http.client.HTTPResponse, bytes]:
    """What arrives, whether the connection breaks or ends."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    head = {"Accept": accept} | ({"Content-Type": "application/json"} if question else {})
    connection.request("POST" if question else "GET", address, json.dumps(question) if question else None, head)
    response = connection.getresponse()
    try:
        return response, response.read()
    except http.client.IncompleteRead as broken:
        return response, broken.partial
    finally:
        connection.close()


@pytest.mark.parametrize("form", READERS)
def test_an_answer_that_was_cut_off_cannot_be_read_as_whole(served: int, form: str) -> None:
    """Nobody can tell before how many rows a filter lets through."""
    question = {"sql": 'SELECT * FROM "public-car-parks" WHERE places >= 0', "purpose": "public-use"}
    response, arrived = fetched(served, "/api/v1/query", question=question, accept=ACCEPTS[form])
    assert response.status == 200
    assert response.headers["Kaimen-Receipt"]
    assert len(arrived) > 1024 * 1024
    with pytest.raises((ValueError, OSError, pa.ArrowException)):
        READERS[form](arrived)


@pytest.mark.parametrize("form", READERS)
def test_a_whole_open_dataset_comes_as_a_file_also_beyond_what_one_question_gives(served: int, form: str) -> None:
    response, arrived = fetched(served, f"/data/public-car-parks/download.{form}")
    assert response.status == 200
    found = READERS[form](arrived)
    count = found["row_count"] if isinstance(found, dict) else found.num_rows  # type: ignore[attr-defined]
    assert count == MOST_ROWS + 5_000


def test_what_is_known_to_be_too_long_is_refused_before_the_first_byte(served: int) -> None:
    question = {"sql": 'SELECT * FROM "public-car-parks"', "purpose": "public-use"}
    response, arrived = fetched(served, "/api/v1/query", question=question, accept="text/csv")
    assert response.status == 403
    assert response.headers["Kaimen-Receipt"]
    told = json.loads(arrived)
    assert (told["code"], told["facts"]["rows"]) == ("too_many_rows", MOST_ROWS + 5_000)


@pytest.mark.parametrize("form", READERS)
def test_a_file_that_came_whole_is_read(served: int, form: str) -> None:
    response, arrived = fetched(served, f"/data/care-homes-and-beds/download.{form}")
    assert response.status == 200
    assert READERS[form](arrived)
