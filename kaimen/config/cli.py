"""The command line `kaimen`. `verify` and `witness` need neither Django nor a database; all other commands are rooms' management commands."""

from __future__ import annotations

import os
import sys

OWN = """Commands that need neither Django nor a database:
    verify    verify a log, a proof or a receipt without trusting the server
    witness   be a witness of somebody's log
The program itself:
    serve     web, worker and query pool, supervised
"""


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 means done."""
    arguments = sys.argv[1:] if argv is None else argv
    match arguments:
        case ["--version"]:
            from kaimen import __version__

            print(f"kaimen {__version__}")
            return 0
        case [] | ["help"] | ["--help"] | ["-h"]:
            print(OWN)
            return _managed(["help"])
        case ["help", "verify" | "witness" | "serve" as command]:
            return main([command, "--help"])
        case ["verify", *rest]:
            from kaimen.engines.verifying import main as verify

            return verify(rest)
        case ["witness", *rest]:
            from kaimen.engines.witnessing import main as witness

            return witness(rest)
        case ["serve", *rest]:
            from kaimen.config.serve import main as serve

            return serve(rest)
        case _:
            return _managed(arguments)


def _managed(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaimen.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kaimen", *arguments])
    return 0
