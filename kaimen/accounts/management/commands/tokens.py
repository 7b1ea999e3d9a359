"""`kaimen tokens list | revoke ID | scan DIR`: tokens from the command line; never their texts."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kaimen.accounts import services, tokens
from kaimen.accounts.models import ApiToken
from kaimen.accounts.services import MACHINE
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand

LARGEST = 20 * 1024 * 1024


class Command(TerminalCommand):
    on_home = False  # files are scanned anywhere
    help = gettext_noop("API tokens: list them, make one void, look for tokens in files.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help=_("every token that is not void, without its text"))
        revoke = verbs.add_parser("revoke", help=_("make one void"))
        revoke.add_argument("id", help=_("the token's number, as the list has it"))
        scan = verbs.add_parser("scan", help=_("look for tokens in the files of a folder"))
        scan.add_argument("folder", type=Path, help=_("where to look, with all folders in it"))
        scan.add_argument("--revoke", action="store_true", help=_("make those that are ours void"))

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        getattr(self, f"_{options['verb']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        del options
        for one in ApiToken.objects.filter(revoked_at=None).select_related("account").order_by("expires_at"):
            used = one.last_used_day or _("never used")
            until = _("until %(day)s") % {"day": f"{one.expires_at:%Y-%m-%d}"}
            self.stdout.write(f"kmt_{one.pk}_…  {one.account.email:32} {until}  {used}  {one.name}")

    def _revoke(self, options: dict[str, Any]) -> None:
        services.revoke_token(options["id"].removeprefix("kmt_")[:8], by=MACHINE, now=now(), reason="by_operator")
        self.stdout.write(_("Void."))

    def _scan(self, options: dict[str, Any]) -> None:
        found, void = 0, "  " + _("made void")
        options["folder"].stat()  # one that is not there is told as such
        for path in sorted(options["folder"].rglob("*")):
            if not path.is_file() or path.is_symlink() or path.stat().st_size > LARGEST:
                continue
            for token in tokens.find(path.read_bytes().decode("utf-8", "replace")):
                ours = options["revoke"] and services.revoke_leaked_token(token, now=now())
                self.stdout.write(f"{path}: {token.kind}_{token.id}_…{void if ours else ''}")
                found += 1
        self.stdout.write(_("%(count)s found.") % {"count": found})
