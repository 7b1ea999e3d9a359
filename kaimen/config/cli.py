"""The command line `kaimen`. `verify` and `witness` need neither Django nor a database; all other commands are rooms' management commands."""

from __future__ import annotations

import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 means done."""
    arguments = sys.argv[1:] if argv is None else argv
    match arguments:
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
