"""From what was delivered to something the parser reads, by kind of source."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from kaimen.core.errors import Invalid, Unavailable
from kaimen.core.quality.contract import Contract, Type, resolve
from kaimen.engines import landing, parsing
from kaimen.engines.sources import excel, parquet, parts, postgresql, sqlite
from kaimen.lake import places
from kaimen.lake.models import LandedFile, Load, Source


def prepare(load: Load, file: LandedFile | None, contract: Contract) -> LandedFile:
    """Land what a database gives, make a delivery ready to be parsed, and say how in `parsed`; the row is not saved here."""
    if file is None:
        file = LandedFile(load=load, n=1, name=str(load.feed.settings.get("table", "")), kind="rows", size=0)
        landed = _pulled(load)
        file.sha256, file.size, file.path = landed.sha256, landed.size, places.relative(landed.paths[0])
        file.parsed = _parts(landed)
    elif file.kind == "csv":
        text = landing.read_text(
            places.root() / file.path,
            encoding=contract.encoding,
            multiline=contract.multiline,
            quote=contract.quote,
            sha256=file.sha256,
        )
        file.parsed = {**asdict(text), "path": places.relative(text.path)}
    elif file.kind == "excel":
        file.parsed = _parts(_unfolded(load, file, contract), position=parts.POSITION)
    else:
        names, records = parquet.read(places.root() / file.path)
        file.parsed = {"paths": [file.path], "names": names, "records": records, "position": None}
    return file


def _parts(landed: parts.Landing, *, position: str | None = None) -> dict[str, object]:
    paths = [places.relative(path) for path in landed.paths]
    return {"paths": paths, "names": landed.names, "records": landed.records, "position": position}


def _unfolded(load: Load, file: LandedFile, contract: Contract) -> parts.Landing:
    timed = [column for column in contract.columns if column.type is Type.TIMESTAMP]
    instants = {name for column in timed for name in (*column.aliases, column.name, column.delivered_as)}
    sheet = load.feed.settings.get("sheet")
    folder = places.landing(load.feed_id)
    return excel.land(places.root() / file.path, folder, sheet=str(sheet) if sheet else None, instants=instants)


def _pulled(load: Load) -> parts.Landing:
    """Ask the database of the source. Raises `Unavailable("source_unreachable")`, `Invalid("source_changed")`."""
    source, folder = load.feed.source, places.landing(load.feed_id)
    table = str(load.feed.settings.get("table", ""))
    if source.kind == Source.Kind.SQLITE:
        return sqlite.land(Path(str(source.settings.get("path", ""))), table, folder)
    conninfo = _secret(source.secret) or str(source.settings.get("conninfo", ""))
    return postgresql.land(conninfo, table, folder, schema=str(source.settings.get("schema", "public")))


def _secret(name: str) -> str:
    """A secret by its name: the file `KAIMEN_HOME/secrets/<name>`, else the environment variable `KAIMEN_SECRET_<NAME>`."""
    if not name:
        return ""
    file = Path(settings.KAIMEN_HOME) / "secrets" / Path(name).name
    if file.is_file():
        return file.read_text("utf-8").strip()
    found = os.environ.get(f"KAIMEN_SECRET_{name.upper()}")
    if found is None:
        raise Unavailable("source_unreachable")
    return found


def reading_of(file: LandedFile, contract: Contract) -> tuple[parsing.Reading, Contract]:
    """How to parse, and the contract in the delivery's own names. Raises `Invalid("header_mismatch")`."""
    root = places.root()
    if file.kind == "csv":
        text = landing.Text(**{**file.parsed, "path": root / file.parsed["path"], "index": tuple(file.parsed["index"])})
        header = parsing.header_of(text, delimiter=contract.delimiter, quote=contract.quote)
        reading = parsing.Delimited(
            text=text,
            header=header,
            delimiter=contract.delimiter,
            quote=contract.quote,
            multiline=contract.multiline,
        )
        return reading, resolve(contract, header)
    if file.kind not in {"rows", "excel", "parquet"}:
        raise Invalid("file_format", what="kind")
    kept = file.parsed
    return (
        parsing.Parts(
            paths=tuple(root / path for path in kept["paths"]),
            names=tuple(kept["names"]),
            records=kept["records"],
            positions=kept["position"],
        ),
        resolve(contract, kept["names"]),
    )
