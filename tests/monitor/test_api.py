"""The monitor for programs: read by everybody, written under the right scope, a sheet whole or not at all."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from kaimen.accounts import services as accounts
from kaimen.accounts.models import Institution
from kaimen.monitor import services
from kaimen.monitor.models import Computation, Record
from kaimen.web.now import now
from tests.accounts.people import officer
from tests.monitor.registrars import CENTRE, Registrars, with_pue
from tests.monitor.test_computing import ROWS
from tests.monitor.test_sheets import GOOD, HEADS

pytestmark = pytest.mark.django_db
API = "/api/v1/monitor"
ONE = f"{API}/registers/computing/records/AI-1"


def token(role: str, slug: str, *scopes: str) -> dict[str, str]:
    of = officer(role, Institution.objects.get(slug=slug))
    _, text = accounts.mint_token(
        name="t", scopes=scopes, by=of.actor, now=now(), appointment_id=str(of.appointment.pk)
    )
    return {"authorization": f"Bearer {text}"}


def put(facts: dict[str, str], headers: dict[str, str], **more: object):
    return Client().put(ONE, json.dumps({"facts": facts, **more}), content_type="application/json", headers=headers)


def test_a_record_is_put_read_and_kept_from_others(office: Registrars) -> None:
    mine, theirs = (
        token("steward", "transport", "monitor:write", "catalogue:read"),
        token("steward", "civil-affairs", "monitor:write"),
    )
    made = put(CENTRE, mine, expected=0)
    assert (made.status_code, made.json()["version"], made.json()["facts"]["pue"]) == (200, 1, "1.3")
    assert put(CENTRE, mine).json()["version"] == 1
    assert put(with_pue("1.2"), mine, expected=1).json()["version"] == 2
    stale = put(with_pue("1.1"), mine, expected=1)
    assert (stale.status_code, stale.json()["code"]) == (422, "record_stale")
    wrong = put(CENTRE | {"pue": "x"}, mine).json()
    assert (wrong["code"], wrong["facts"]) == ("record_fields", {"fields": ["pue"], "faults": ["not_a_number"]})
    refused = put(with_pue("1.1"), theirs)
    assert (refused.status_code, refused.json()["code"]) == (403, "record_not_yours")
    assert put(CENTRE, {}).status_code == 401
    assert put(CENTRE, token("steward", "transport", "catalogue:read")).status_code == 403
    seen = Client().get(ONE).json()
    assert "contact" not in seen["facts"]
    assert [one["fields"] for one in seen["changes"]] == [
        ["energy_mwh", "pue"],
        [name for name in sorted(CENTRE) if name != "contact"],
    ]
    assert "contact" in Client().get(ONE, headers=mine).json()["facts"]


def test_yes_and_no_may_be_those_of_json_and_stand_in_the_description(office: Registrars) -> None:
    mine = token("steward", "transport", "monitor:write", "catalogue:read")
    for sent, kept in ((True, "true"), (False, "false"), ("是", "true")):
        assert put(CENTRE | {"finance_funded": sent}, mine).json()["facts"]["finance_funded"] == kept
    assert put(CENTRE | {"pue": True}, mine).json()["facts"]["faults"] == ["not_a_number"]
    fields = {one["name"]: one for one in Client().get(f"{API}/registers/computing").json()["fields"]}
    assert fields["finance_funded"]["codes"]["true"] == {"zh": "是", "en": "yes"}


def test_a_record_is_retired_with_a_reason(office: Registrars) -> None:
    office.put()
    headers = token("steward", "transport", "monitor:write")
    for sent, status in (({"retired": True, "reason": ""}, 422), ({"retired": True, "reason": "gone"}, 200)):
        answer = Client().post(f"{ONE}/state", json.dumps(sent), content_type="application/json", headers=headers)
        assert answer.status_code == status
    assert Record.objects.get().retired


def test_a_sheet_goes_in_whole_or_not_at_all(office: Registrars) -> None:
    headers, url = token("steward", "transport", "monitor:write"), f"{API}/registers/computing/import"

    def send(text: str, query: str = ""):
        return Client().post(url + query, {"file": SimpleUploadedFile("s.csv", text.encode())}, headers=headers)

    dry = send(GOOD, "?dry_run=true").json()
    assert (dry["entered"], dry["new"], Record.objects.count()) == (False, ["AI-1", "AI-2"], 0)
    wrong = send(HEADS + "AI-1,一号,海淀区,智能算力,运行中,1.2\nAI-2,,海淀区,智能算力,运行中,1.2\n")
    assert (wrong.status_code, wrong.json()["faults"], Record.objects.count()) == (
        422,
        [{"row": 3, "column": "名称", "value": "", "code": "needed", "other": ""}],
        0,
    )
    assert send(GOOD).json()["entered"]
    assert Record.objects.count() == 2
    again = send(GOOD).json()
    assert (again["unchanged"], again["new"], Record.objects.filter(n=1).count()) == (2, [], 2)


def test_registers_tell_their_fields_and_their_gaps(office: Registrars) -> None:
    office.put(pue="")
    found = {one["kind"]: one for one in Client().get(f"{API}/registers").json()}
    assert (found["computing"]["records"], found["computing"]["exceptions"], found["computing"]["dataset"]) == (
        1,
        1,
        "",
    )
    one = Client().get(f"{API}/registers/computing").json()
    assert {field["name"]: field["public"] for field in one["fields"]}["contact"] is False
    assert {asked["code"]: asked["lacking"] for asked in one["requires"]}["pue_known"] == 1
    assert Client().get(f"{API}/registers/computing/records?district=110101").json() == []
    assert Client().get(f"{API}/registers/computing/records").json()[0]["lacks"] == {"pue_known": ["pue"]}
    assert Client().get(f"{API}/registers/computing/records?limit=9999").status_code == 422
    assert Client().get(f"{API}/registers/nothing").status_code == 404


def test_figures_are_computed_read_and_checked(asked: Registrars) -> None:
    assert Client().get(f"{API}/index").json()["code"] == "index_missing"
    for kind, given in ROWS.items():
        asked.put(kind, **{"district": "110108", **given})
        asked.offer(kind)
        services.publish(kind, now=asked.now)
    headers = token("steward", "transport", "monitor:write")
    assert Client().post(f"{API}/compute").status_code == 401
    assert Client().post(f"{API}/compute", headers=headers).json()["waiting"] == []
    one = Client().get(f"{API}/indicators/pue").json()
    assert one["newest"]["inputs"] == [{"dataset": "register_computing", "version": 1}]
    assert {line["district"]: line["value"] for line in one["newest"]["lines"]}["110108"] == "1.300"
    assert len(Client().get(f"{API}/indicators").json()) == Computation.objects.count()
    index = Client().get(f"{API}/index").json()
    card = Client().get(f"{API}/districts/110108").json()
    assert card["index"] == next(line for line in index["lines"] if line["district"] == "110108")
    assert (card["values"]["pue"], card["records"]["computing"]) == ("1.300", 1)
    checked = Client().post(f"{API}/computations/{one['newest']['id']}/check", headers=headers).json()
    assert checked["same"]
    out = StringIO()
    call_command("monitor", "check", "pue", stdout=out)
    call_command("monitor", "compute", stdout=out)
    call_command("monitor", "publish", "computing", stdout=out)
    assert "pue: every digit is the same" in out.getvalue()
    assert "0 new; waiting for data: none" in out.getvalue()
    lines = [line | {"value": "9"} for line in Computation.objects.get(pk=one["newest"]["id"]).lines]
    Computation.objects.filter(pk=one["newest"]["id"]).update(lines=lines)
    with pytest.raises(CommandError, match="pue differs"):
        call_command("monitor", "check", "pue")


def test_the_command_says_what_it_cannot_do(office: Registrars) -> None:
    with pytest.raises(CommandError, match="no such register"):
        call_command("monitor", "template", "nothing")
    with pytest.raises(CommandError, match="never computed"):
        call_command("monitor", "check", "pue")
    out = StringIO()
    call_command("monitor", "template", "enterprise", stdout=out)
    assert out.getvalue().startswith("uscc,name_zh,")
