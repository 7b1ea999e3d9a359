"""`kaimen log status | publish | recover | rebase | rotate | prune`: the operator's side of the log."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from kaimen.core.errors import Invalid
from kaimen.core.policy.party import Actor, Via
from kaimen.core.tlog.encoding import b64
from kaimen.evidence import keys, selectors, services
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand

HERE = Actor(via=Via.CLI)
VERBS = {
    "status": "size, lag, keys, witnesses, the last comparison",
    "publish": "sign and publish what waits",
    "recover": "take entries back from the published files, after the database was restored",
    "rebase": "go on after the database moved to another cluster",
    "rotate": "let a new log key take over; the old one signs beside it for 30 days",
    "prune": "serve no entries below an index any more, under a written policy; nothing is deleted",
}


class Command(TerminalCommand):
    help = (
        "state of the log (status); publish what is signed (publish); take back what was published (recover); "
        "go on after the database moved (rebase); let a new log key take over (rotate); "
        "serve entries from an index on only (prune)"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        parsers = {verb: verbs.add_parser(verb, help=meaning) for verb, meaning in VERBS.items()}
        parsers["prune"].add_argument("--before", required=True, metavar="INDEX|DATE", help="for example 2032-11-23")
        parsers["prune"].add_argument(
            "--policy", required=True, type=Path, metavar="FILE", help="the policy, published as it is"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        match options["verb"]:
            case "status":
                self._status()
            case "publish":
                services.tick(now())
                self.stdout.write(f"published: {services.publish(now=now())} entries")
            case "recover":
                self.stdout.write(f"taken back: {services.recover(now=now())} entries")
            case "rotate":
                self._rotate()
            case "prune":
                self._prune(options["before"], options["policy"])
            case _:
                self.stdout.write(f"put in order: {services.rebase(now=now())} entries")

    def _rotate(self) -> None:
        taken_over = services.rotate(by=HERE, now=now())
        *_, before, present = keys.log_keys()
        self.stdout.write(
            f"new key    {taken_over.verifier.vkey()}\n"
            f"old key    {before.verifier.vkey()}\n"
            f"both sign until {before.until:%Y-%m-%d %H:%M} UTC. Until then give the new key to readers and to every witness\n"
            f"(kaimen witness trust --log {present.verifier.vkey()})."
        )

    def _prune(self, before: str, policy: Path) -> None:
        try:
            text = policy.read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            raise Invalid("pruning", why="policy") from None
        pruning = services.prune(_place(before), policy=text, by=HERE, now=now())
        self.stdout.write(
            f"minimum    {pruning.minimum}: bundles with entries below {pruning.first} are refused\n"
            f"policy     {b64(pruning.digest)} (SHA-256, in the entry log.pruned)\n"
            "A static host must be told the same; here nothing is deleted."
        )

    def _status(self) -> None:
        state = selectors.status(now())
        lines = [
            f"origin     {state.origin}",
            f"entries    {state.size} signed, {state.published} published, {state.pending} waiting",
            f"lag        {state.lag_s} s" + (f", held up by {state.held_up_by}" if state.held_up_by else ""),
            *[
                f"key        {key.verifier.id.hex()}"
                + (f", signs until {key.until:%Y-%m-%d %H:%M} UTC" if key.until else "")
                for key in keys.log_keys()
            ],
            *[f"witness    {one.name}: {one.trouble or one.signed_at or 'not asked yet'}" for one in state.witnesses],
        ]
        if state.pruning:
            lines.append(f"pruned     below {state.pruning.first}, policy {b64(state.pruning.digest)}")
        if state.reconciled:
            lines.append(
                f"compared   {state.reconciled.at:%Y-%m-%d %H:%M}: {'agreed' if state.reconciled.agreed else 'DIFFERENCES'}"
            )
        self.stdout.write("\n".join(lines))


def _place(before: str) -> int | datetime:
    """An index, or the beginning of a day in the city. Raises `Invalid("prune_before")`."""
    if before.isascii() and before.isdecimal():
        return int(before)
    try:
        return datetime.strptime(before, "%Y-%m-%d").replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    except ValueError:
        raise Invalid("prune_before") from None
