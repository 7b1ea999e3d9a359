"""From landed bytes to something the parser reads, by kind of delivery."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from kaimen.core.errors import Invalid
from kaimen.core.quality.contract import Contract, resolve
from kaimen.engines import landing, parsing
from kaimen.lake import places
from kaimen.lake.models import LandedFile, Load


def prepare(load: Load, contract: Contract) -> int:
    """Make what was delivered ready to be parsed, write down how, and return the number of records."""
    landed = list(LandedFile.objects.filter(load=load).order_by("n"))
    return sum(_prepared(one, contract) for one in landed)


def _prepared(file: LandedFile, contract: Contract) -> int:
    path = places.root() / file.path
    match file.kind:
        case "csv":
            text = landing.read_text(
                path, encoding=contract.encoding, multiline=contract.multiline, quote=contract.quote, sha256=file.sha256
            )
            file.parsed = {**asdict(text), "path": places.relative(text.path)}
            records = text.records
        case _:
            raise Invalid("file_format", what="kind")
    file.save(update_fields=["parsed"])
    return records


def reading_of(load: Load, contract: Contract) -> tuple[parsing.Reading, Contract]:
    """How to parse, and the contract in the delivery's own names. Raises `Invalid("header_mismatch")`."""
    file = LandedFile.objects.get(load=load, n=1)
    match file.kind:
        case "csv":
            text = landing.Text(**{**file.parsed, "path": Path(places.root() / file.parsed["path"])})
            header = parsing.header_of(text, delimiter=contract.delimiter, quote=contract.quote)
            reading = parsing.Delimited(
                text=text,
                header=header,
                delimiter=contract.delimiter,
                quote=contract.quote,
                multiline=contract.multiline,
            )
            return reading, resolve(contract, header)
        case _:
            raise Invalid("file_format", what="kind")
