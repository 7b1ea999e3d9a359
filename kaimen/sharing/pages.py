"""From agreements to what templates draw."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kaimen.accounts import selectors as accounts
from kaimen.accounts.services import OPENERS, Activation
from kaimen.cases import selectors as cases
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Missing
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy import odrl
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.gate import selectors as gate
from kaimen.sharing import selectors
from kaimen.sharing.models import Agreement
from kaimen.sharing.services import HEADS

STATES = {
    "waiting": gettext_lazy("sent, not used yet"),
    "used": gettext_lazy("token made"),
    "over": gettext_lazy("ran out unused"),
    "ended": gettext_lazy("withdrawn"),
}
"""How a link stands."""
DEFAULT_SCOPES = ("catalogue:read", "gate:query")
"""What a token for an agreement needs: find the data, and ask through the gate."""

if TYPE_CHECKING:
    from kaimen.cases.models import Case


def papers(case: Case) -> Iterable[tuple[str, str]]:
    """The agreement of a request, once it is signed; where its data are asked, while they may be."""
    if Agreement.objects.filter(case=case.pk).exists():
        yield _("The agreement"), reverse("agreement", args=[case.number])
    if case.workflow == "sharing_request" and case.state == "in_use" and case.facts.get("share_method") == "query":
        columns = ", ".join('"' + str(column).replace('"', '""') + '"' for column in case.facts["columns"][:5])
        sql = f'SELECT {columns} FROM "{case.facts["dataset"]}" LIMIT 20'  # noqa: S608 - shown in a form, parsed by the gate
        told = urlencode({"sql": sql, "purpose": case.facts["purpose"]})
        yield _("Ask these data, for the demand side"), f"{reverse('query')}?{told}"


def agreement(kept: Agreement) -> dict[str, Any]:
    """Context of `/agreements/<code>`: the same document that machines read, in words."""
    english = (get_language() or "").startswith("en")
    terms = odrl.read(selectors.document(kept))
    names = accounts.institution_names([InstitutionId(kept.provider), InstitutionId(kept.demand)])
    entry = _entry(kept.dataset)
    purposes = catalogue.spec().list_of("purpose").codes
    methods = catalogue.spec().list_of("share_method").codes
    state = selectors.states_of([kept])[kept.code]
    called = (
        {item.column: (item.name_en if english else item.name_zh) or item.column for item in entry.items}
        if entry
        else {}
    )
    return {
        "section": "cases",
        "agreement": kept,
        "state": _state(state),
        "over": state not in selectors.LIVE,
        "method": methods[terms.method].name("en" if english else "zh") if terms.method in methods else "",
        "signers": _signers(kept),
        "terms": terms,
        "provider": str(names.get(InstitutionId(kept.provider), "—")),
        "demand": str(names.get(InstitutionId(kept.demand), "—")),
        "entry": entry,
        "title": ((entry.title_en or entry.title_zh) if english else entry.title_zh) if entry else kept.dataset,
        "columns": [(called.get(column, column), column) for column in terms.columns],
        "rows": [(called.get(column, column), ", ".join(values)) for column, values in terms.rows],
        "purposes": [
            purposes[code].name("en" if english else "zh") if code in purposes else code for code in terms.purposes
        ],
    }


def _signers(kept: Agreement) -> list[dict[str, Any]]:
    """Who signed for each side: the office, never the person; when, and the proof."""
    names = accounts.institution_names([InstitutionId(kept.provider), InstitutionId(kept.demand)])
    return [
        {
            "body": str(names.get(InstitutionId(one.institution), "—")),
            "role": accounts.role_name(one.role),
            "at": one.at,
            "proof": reverse("log-entry", args=[one.receipt]),
        }
        for one in cases.steps_of(kept.case)
        if one.verb in {"sign_demand", "sign_provider"}
    ]


def way_to_token(kept: Agreement, *, by: Actor, now: datetime) -> dict[str, Any]:
    """What the demand side finds on the page: links that were sent, and whom one may be sent to; nothing for everybody else."""
    if str(by.institution or "") != kept.demand or by.on_behalf is not None:
        return {}
    until = selectors.ends_at(kept)
    live = until is not None and until > now
    return {
        "asks": True,
        "live": live,
        "ends_at": until,
        "may_send": live and by.role in OPENERS,
        "scopes": DEFAULT_SCOPES,
        "links": [_link(one, now=now) for one in accounts.activations_of(kept.code)],
    }


def contacts(kept: Agreement, *, by: Actor, now: datetime) -> list[tuple[str, str]]:
    """Officers of the demand side who may make the token: everybody but the one who sends."""
    held = accounts.contacts_of(InstitutionId(kept.demand), at=now)
    return [
        (str(one.pk), f"{accounts.person_name(one.person)} · {accounts.role_name(one.role)}")
        for one in held
        if str(one.person_id) != str(by.person)
    ]


def _link(one: Activation, *, now: datetime) -> dict[str, object]:
    if one.used_at is not None:
        state = "used"
    elif one.ended_at is not None:
        state = "ended"
    else:
        state = "waiting" if one.expires_at > now else "over"
    return {
        "id": one.pk,
        "name": one.name,
        "contact": accounts.person_name(one.appointment.person),
        "state": state,
        "words": STATES[state],
        "expires_at": one.expires_at,
        "used_at": one.used_at,
        "token": one.token,
        "void": one.token is not None and (one.token.revoked_at is not None or one.token.expires_at <= now),
    }


def lines(found: Iterable[Agreement]) -> list[dict[str, Any]]:
    """Agreements in a list."""
    kept = list(found)
    english = (get_language() or "").startswith("en")
    ids = {InstitutionId(one) for row in kept for one in (row.provider, row.demand)}
    names = accounts.institution_names(ids)
    entries = catalogue.published_many({row.dataset for row in kept})
    states = selectors.states_of(kept)
    return [
        {
            "url": reverse("agreement", args=[row.code]),
            "code": row.code,
            "title": _title(entries.get(row.dataset), english=english) or row.dataset,
            "provider": str(names.get(InstitutionId(row.provider), "—")),
            "demand": str(names.get(InstitutionId(row.demand), "—")),
            "signed_at": row.signed_at,
            "state": _state(states[row.code]),
        }
        for row in kept
    ]


def _state(code: str) -> str:
    """How the case of an agreement stands, in words."""
    states = cases.workflow("sharing_request").states
    return states[code].words.in_("en" if (get_language() or "").startswith("en") else "zh") if code in states else "—"


def others(found: Iterable[selectors.OtherGrant], *, by: Actor) -> list[dict[str, Any]]:
    """Grants without an agreement, in a list; `may_end` for the head of the body whose data they are."""
    kept = list(found)
    english = (get_language() or "").startswith("en")
    purposes = catalogue.spec().list_of("purpose").codes
    names = accounts.institution_names(
        {InstitutionId(one) for row in kept for one in (row.grant.assigner, row.grant.institution)}
    )
    entries = catalogue.published_many({row.grant.dataset for row in kept})
    return [
        {
            "code": row.grant.code,
            "case_url": reverse("case", args=[row.grant.code]) if row.by_case else "",
            "title": _title(entries.get(row.grant.dataset), english=english) or row.grant.dataset,
            "provider": str(names.get(InstitutionId(row.grant.assigner), "—")),
            "demand": str(names.get(InstitutionId(row.grant.institution), "—")),
            "purposes": [
                purposes[code].name("en" if english else "zh") if code in purposes else code
                for code in row.grant.purposes
            ],
            "until": gate.last_day(row.grant.not_after),
            "suspended": row.grant.suspended_at is not None,
            "may_end": not row.by_case and row.grant.assigner == str(by.institution) and by.role in HEADS,
        }
        for row in kept
    ]


def _title(entry: PublishedEntry | None, *, english: bool) -> str:
    return "" if entry is None else (entry.title_en or entry.title_zh) if english else entry.title_zh


def _entry(dataset: str) -> PublishedEntry | None:
    try:
        return catalogue.published(dataset)
    except Missing:
        return None
