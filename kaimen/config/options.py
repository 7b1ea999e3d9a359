"""Every setting of Kaimen stands here once. `a.b` is read from the environment as `KAIMEN_A_B`; docs/reference/settings.md lists them.

Rooms read them as `django.conf.settings.KAIMEN_A_B`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from kaimen.config.words import say


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: its name, its default (whose type is the type), its meaning."""

    name: str
    default: str | int | bool
    meaning: str

    @property
    def variable(self) -> str:
        """The name of the environment variable, and of the Django setting."""
        return "KAIMEN_" + self.name.replace(".", "_").upper()

    def read(self) -> str | int | bool:
        """The value in force. Raises SystemExit with the setting's name when the text cannot be read."""
        raw = os.environ.get(self.variable)
        if raw is None:
            return self.default
        if isinstance(self.default, bool):
            if raw.lower() not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
                raise SystemExit(say("yes_or_no", variable=self.variable))
            return raw.lower() in {"1", "true", "yes", "on"}
        if isinstance(self.default, int):
            try:
                return int(raw)
            except ValueError:
                raise SystemExit(say("whole_number", variable=self.variable)) from None
        return raw


SETTINGS: tuple[Setting, ...] = (
    Setting("home", "var", "folder that holds all state; deleting it is the reset"),
    Setting("database", "", "postgresql://user:password@host:port/name; empty means SQLite in the home folder"),
    Setting(
        "host",
        "localhost",
        "the one host name under which people reach this installation, with its port when it is not the usual one",
    ),
    Setting(
        "proxies",
        0,
        "how many reverse proxies stand in front: limits of tries count the address that the outermost one saw",
    ),
    Setting("debug", False, "development only: plain static files and tracebacks on the console"),
    Setting("demo", False, "this is a demo city: synthetic people one may step into, a banner on every page"),
    Setting("demo.size", "full", "how much the demo city holds: full (3 million rows) or tiny (for tests)"),
    Setting("pack", "cn_beijing", "the rule pack: sources, roles, code lists, calendars of a jurisdiction"),
    Setting(
        "review",
        "statutory",
        "statutory: an entry is published by the authority's review; off (no public body: a library, a company): at once, and every page says so",
    ),
    Setting("city.zh", "示范市", "the name of the city or body in Chinese"),
    Setting("city.en", "Demo City", "the name of the city or body in English"),
    Setting("help.phone", "12345", "telephone number of the help line, named first in the footer of every page"),
    Setting(
        "webhook.hosts",
        "",
        "hosts, with commas, that bodies may have told when a case moves; empty means that no request leaves for any",
    ),
    Setting("evidence.entries", "public", "who may read entry bundles of the log: public, or auditors"),
    Setting(
        "evidence.policy",
        "",
        "tlog-policy file with the witnesses to ask, with their addresses, and the quorum; empty means none",
    ),
    Setting(
        "evidence.ml_dsa",
        False,
        "beside its Ed25519 line the log signs each head with ML-DSA-44, which a quantum computer does not break; 3.3 kB more a head",
    ),
    Setting(
        "evidence.tsa",
        "",
        "address of a time-stamp authority (RFC 3161) that is asked once an hour to put its time to the log's head; empty means none",
    ),
    Setting(
        "mail",
        "",
        "mail server, smtp://user:password@host:587 (turns to TLS) or smtps://…:465; empty means .eml files in the folder mail of the home folder",
    ),
    Setting("mail.sender", "", "address that letters come from; empty means kaimen@ and the host"),
    Setting("time_zone", "Asia/Shanghai", "the zone in which the city lives and its laws count days"),
    Setting(
        "gate.sandbox",
        "preferred",
        "required: query workers do not start where the kernel lacks Landlock or seccomp; preferred: they start, and the status says what is missing",
    ),
    Setting("gate.workers", 0, "query workers; 0 means one for each core"),
    Setting("gate.memory_mb", 1024, "memory of one query in MB"),
    Setting(
        "gate.whole_rows",
        100_000_000,
        "rows of an open dataset that its page gives as one file; a longer one is taken in parts",
    ),
    Setting("gate.whole_mb", 20_000, "size in store, in MB, of an open dataset that its page gives as one file"),
    Setting("lake.most_file_gb", 20, "the largest file that a load takes, in GB"),
)


def in_force() -> dict[str, str | int | bool]:
    """Environment variable name -> value."""
    return {setting.variable: setting.read() for setting in SETTINGS}
