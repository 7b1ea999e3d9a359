"""The command line `kaimen`. `verify`, `witness` and `demo day` need neither Django nor a database; all other commands are rooms' management commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kaimen.config.words import say

if TYPE_CHECKING:
    from kaimen.web.terminal import TerminalCommand

GROUPS: Mapping[str, Sequence[str]] = {
    "run": ("serve", "demo", "schedules"),
    "law": ("rules", "calendar", "controls"),
    "data": ("load", "gate", "search", "monitor"),
    "people": ("people", "institutions", "counters", "tokens"),
    "evidence": ("log", "verify", "witness"),
}
"""Our commands by what people do; a test holds them against those that there are."""
WITHOUT_DJANGO = ("serve", "verify", "witness")
NOT_UNDERSTOOD = 2


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 means done, 2 that it was not understood."""
    arguments = sys.argv[1:] if argv is None else argv
    match arguments:
        case ["--version"]:
            from kaimen import __version__

            print(f"kaimen {__version__}")
            return 0
        case [] | ["help"] | ["--help"] | ["-h"]:
            print(overview())
            return 0
        case ["help", "--all"]:
            return _managed(["help"])
        case ["help", str(command)]:
            return main([command, "--help"])
        case ["verify", *rest]:
            from kaimen.engines.verifying import main as verify

            return verify(rest)
        case ["witness", *rest]:
            from kaimen.engines.witnessing import main as witness

            return witness(rest)
        case ["demo", "day", *rest]:
            from kaimen.config.day.program import main as day

            return day(rest)
        case ["serve", *rest]:
            from kaimen.config.serve import main as serve

            return serve(rest)
        case _:
            if (rest := _at_home(arguments)) != arguments:
                return main(rest)
            command = arguments[0]
            known = {*_set_up(), *WITHOUT_DJANGO}
            return _managed(arguments) if command in known else _unknown(command, known)


def _at_home(arguments: list[str]) -> list[str]:
    """The arguments without `--home FOLDER`, which every command of ours takes as `serve` does: settings are read before a command is."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    for place, word in enumerate(options):
        name, _equals, folder = word.partition("=")
        taken = 1 if folder else 2
        folder = folder or "".join(options[place + 1 : place + 2])
        if name == "--home" and folder and not folder.startswith("-"):
            os.environ["KAIMEN_HOME"] = str(Path(folder).resolve())
            return arguments[:place] + arguments[place + taken :]
    return arguments


def overview() -> str:
    """Our commands in their groups, each with a line, in the language of the terminal."""
    abouts = own_commands()
    lines = [say("usage")]
    for group, names in GROUPS.items():
        lines += ["", say(group), *[f"    {name:14}{abouts[name]}" for name in names]]
    return "\n".join([*lines, "", say("more")])


def own_commands() -> dict[str, str]:
    """Every command of ours and what it is for, in the language of the terminal."""
    apps = _set_up()
    from django.core.management import load_command_class
    from django.utils import translation

    from kaimen.engines.terminal import of_terminal

    found = {name: say(name) for name in WITHOUT_DJANGO}
    with translation.override(of_terminal(os.environ)):
        for name, app in apps.items():
            if app.startswith("kaimen."):
                found[name] = cast("TerminalCommand", load_command_class(app, name)).about()
    return found


def _unknown(command: str, known: set[str]) -> int:
    near = get_close_matches(command, sorted(known), n=1)
    told = say("unknown_near", command=command, near=near[0]) if near else say("unknown", command=command)
    print(f"kaimen: {told}", file=sys.stderr)
    return NOT_UNDERSTOOD


def _set_up() -> dict[str, str]:
    """Name -> app of every command that Django finds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaimen.config.settings")
    import django
    from django.core.management import get_commands

    django.setup()
    return get_commands()


def _managed(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaimen.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kaimen", *arguments])
    return 0
