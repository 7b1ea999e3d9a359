"""`kaimen log status | publish | recover | rebase | rotate | prune`: the operator's side of the log."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kaimen.core.errors import Invalid
from kaimen.core.policy.party import Actor, Via
from kaimen.core.tlog.encoding import b64
from kaimen.evidence import keys, selectors, services
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand, labelled

HERE = Actor(via=Via.CLI)


class Command(TerminalCommand):
    help = gettext_noop("The public log: how it stands, and what an operator does with it.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("status", help=_("size, lag, keys, witnesses, the last comparison"))
        verbs.add_parser("publish", help=_("sign and publish what waits"))
        verbs.add_parser(
            "recover", help=_("take entries back from the published files, after the database was restored")
        )
        verbs.add_parser("rebase", help=_("go on after the database moved to another cluster"))
        verbs.add_parser("rotate", help=_("let a new log key take over; the old one signs beside it for 30 days"))
        prune = verbs.add_parser(
            "prune",
            help=_("serve no entries below an index any more, under a written policy; nothing is deleted"),
        )
        prune.add_argument("--before", required=True, metavar="INDEX|DATE", help=_("for example 2032-11-23"))
        prune.add_argument(
            "--policy", required=True, type=Path, metavar="FILE", help=_("the policy, published as it is")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        match options["verb"]:
            case "status":
                self._status()
            case "publish":
                services.tick(now())
                self.stdout.write(_("published: %(count)s entries") % {"count": services.publish(now=now())})
            case "recover":
                self.stdout.write(_("taken back: %(count)s entries") % {"count": services.recover(now=now())})
            case "rotate":
                self._rotate()
            case "prune":
                self._prune(options["before"], options["policy"])
            case _:
                self.stdout.write(_("put in order: %(count)s entries") % {"count": services.rebase(now=now())})

    def _rotate(self) -> None:
        taken_over = services.rotate(by=HERE, now=now())
        before, present = keys.log_keys()[-2:]
        self.stdout.write(
            labelled((_("new key"), taken_over.verifier.vkey()), (_("old key"), before.verifier.vkey()))
            + "\n"
            + _(
                "Both sign until %(until)s UTC. Until then give the new key to readers and to every witness "
                "(kaimen witness trust --log %(key)s)."
            )
            % {"until": f"{before.until:%Y-%m-%d %H:%M}", "key": present.verifier.vkey()}
        )

    def _prune(self, before: str, policy: Path) -> None:
        place = _place(before)
        try:
            text = policy.read_text("utf-8")
        except UnicodeDecodeError:
            raise Invalid("file_not_text", file=str(policy)) from None
        pruning = services.prune(place, policy=text, by=HERE, now=now())
        bundles = _("%(minimum)s: bundles with entries below %(first)s are refused")
        digest = _("%(digest)s (SHA-256, in the entry log.pruned)") % {"digest": b64(pruning.digest)}
        self.stdout.write(
            labelled(
                (_("minimum"), bundles % {"minimum": pruning.minimum, "first": pruning.first}),
                (_("policy"), digest),
            )
        )
        self.stdout.write(_("A static host must be told the same; here nothing is deleted."))

    def _status(self) -> None:
        state = selectors.status(now())
        entries = _("%(signed)s signed, %(published)s published, %(pending)s waiting") % {
            "signed": state.size,
            "published": state.published,
            "pending": state.pending,
        }
        lag = _("%(lag)s s") % {"lag": state.lag_s}
        if state.held_up_by:
            lag = _("%(lag)s s, held up by %(session)s") % {"lag": state.lag_s, "session": state.held_up_by}
        lines: list[tuple[str, object]] = [
            (_("origin"), state.origin),
            (_("log entries"), entries),
            (_("lag"), lag),
            *[(_("key"), _key(key)) for key in keys.log_keys()],
            *[(_("witness"), _witness(one)) for one in state.witnesses],
        ]
        if state.pruning:
            told = _("below %(first)s, policy %(digest)s")
            lines.append((_("pruned"), told % {"first": state.pruning.first, "digest": b64(state.pruning.digest)}))
        if state.reconciled:
            agreed = _("agreed") if state.reconciled.agreed else _("DIFFERENCES")
            lines.append((_("compared"), f"{state.reconciled.at:%Y-%m-%d %H:%M}  {agreed}"))
        self.stdout.write(labelled(*lines))


def _key(key: keys.LogKey) -> str:
    if key.until is None:
        return key.verifier.id.hex()
    until = _("signs until %(until)s UTC") % {"until": f"{key.until:%Y-%m-%d %H:%M}"}
    return f"{key.verifier.id.hex()}, {until}"


def _witness(one: selectors.Witnessed) -> str:
    if one.trouble:
        return _("%(name)s: does not answer as it should (%(code)s)") % {"name": one.name, "code": one.trouble}
    if one.signed_at is None:
        return _("%(name)s: not asked yet") % {"name": one.name}
    return f"{one.name}  {one.signed_at:%Y-%m-%d %H:%M}"


def _place(before: str) -> int | datetime:
    """An index, or the beginning of a day in the city. Raises `Invalid("prune_before")`."""
    if before.isascii() and before.isdecimal():
        return int(before)
    try:
        return datetime.strptime(before, "%Y-%m-%d").replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    except ValueError:
        raise Invalid("prune_before", size=selectors.status(now()).published) from None
