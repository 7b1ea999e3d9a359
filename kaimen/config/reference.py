"""Writes the parts of docs/reference that are printed from the code: errors, settings, API operations, commands.

`./run python -m kaimen.config.reference` writes them; a test holds the headings against the code.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


def errors() -> str:
    """docs/reference/errors.md: every code with its two sentences."""
    from kaimen.web import sentences

    parts = [
        "# Error codes",
        "",
        "What Kaimen refuses on purpose has a stable code. Pages show the sentence; the API answers `application/problem+json` "
        "(RFC 9457) with `type`, `title`, `status`, `detail`, `code` and `facts`. `…` stands where a fact is put in.",
        "",
    ]
    for code in sorted(sentences.codes()):
        parts += [f"## `{code}`", ""]
        for language in ("en", "zh-hans"):
            words = sentences.of_code(code, language=language)
            assert words is not None  # noqa: S101 - the code came from the list
            said = words.filled({})
            parts += [" ".join(part for part in (said.what, said.why, said.todo) if part), ""]
    return "\n".join(parts).rstrip() + "\n"


def settings() -> str:
    """docs/reference/settings.md."""
    from kaimen.config.options import SETTINGS

    parts = ["# Settings", "", "Environment variables, read at the start of each process.", ""]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if str(setting.default) else "empty"
        parts += [f"## `{setting.name}`", "", f"`{setting.variable}`, default {default}: {setting.meaning}.", ""]
    return "\n".join(parts).rstrip() + "\n"


def operations() -> str:
    """docs/reference/api.md: every operation, its summary, who may call it."""
    from kaimen.config.api import api

    parts = [
        "# API",
        "",
        "OpenAPI 3.1 at `/api/v1/openapi.json`. Tokens go in `Authorization: Bearer`; errors are problem JSON. A body that\n"
        "says more than is asked is refused (`request_form`, with the names), so that nothing seems heard that was dropped.",
        "",
    ]
    for path, item in sorted(api.get_openapi_schema()["paths"].items()):
        for method, operation in item.items():
            if method == "parameters":
                continue
            about = operation.get("description") or operation.get("summary", "")
            parts += [f"## `{method.upper()} {path}`", "", about.strip(), ""]
    return "\n".join(parts).rstrip() + "\n"


def commands() -> str:
    """docs/reference/commands.md: every command of ours in its group, in both languages."""
    from kaimen.config.cli import GROUPS, own_commands
    from kaimen.config.words import SENTENCES

    told: dict[str, dict[str, str]] = {}
    for language in ("en", "zh"):
        os.environ["LANGUAGE"] = language
        told[language] = own_commands()
    parts = [
        "# Commands",
        "",
        "`./run kaimen COMMAND --help` tells the options. Commands speak Chinese or English, by `LANGUAGE`, `LC_ALL`, `LC_MESSAGES` or `LANG`, "
        "whichever is set first. They end with 0 when done, 1 when it could not be done, 2 when the command was not understood.",
        "",
    ]
    for group, names in GROUPS.items():
        english, chinese = SENTENCES[group]
        parts += [f"## {english}, {chinese}", ""]
        for name in names:
            parts += [f"### `{name}`", "", told["en"][name], "", told["zh"][name], ""]
    return "\n".join(parts).rstrip() + "\n"


def permissions() -> str:
    """docs/reference/permissions.md: every address, and who may use it."""
    from kaimen.accounts.reference import permissions_page

    return permissions_page()


PAGES = {
    "permissions.md": permissions,
    "errors.md": errors,
    "settings.md": settings,
    "api.md": operations,
    "commands.md": commands,
}


def main() -> int:
    """Write all pages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaimen.config.settings")
    import django

    django.setup()
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, write in PAGES.items():
        (REFERENCE / name).write_text(write(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
