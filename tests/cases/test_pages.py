"""Cases on pages: begin, save and go on, act, look without an account, print; in both languages, by those who may."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kaimen.accounts.models import Institution
from kaimen.cases.models import Begun, Case
from tests.accounts.people import body, officer, signed_in
from tests.catalogue.city import ALLOWANCES, City, a_city, published

pytestmark = pytest.mark.django_db
GIVEN = {
    "columns": ["id_number", "amount"],
    "purpose": "duty",
    "use_basis": "条例第九条",
    "use_scenario": "核对",
    "use_scope": "科室",
    "share_method": "query",
    "use_until": "2199-06-30",
    "truth_declaration": "on",
}


@pytest.fixture
def place(db: None, home: object):
    """A dataset of civil affairs, and officers of another bureau with browsers."""
    del db, home
    from kaimen.catalogue import selectors

    city: City = a_city()
    entry = published(city, ALLOWANCES, steward=city.civil_steward, head=city.civil_head)
    health = body("health")
    steward, head = officer("steward", health), officer("office_head", health)
    gives = officer("office_head", Institution.objects.get(slug="civil-affairs"))
    return {
        "slug": selectors.published(entry).slug,
        "steward": signed_in(steward.account, hat=steward.appointment),
        "head": signed_in(head.account, hat=head.appointment),
        "gives": signed_in(gives.account, hat=gives.appointment),
    }


def begun(place) -> str:
    made = place["steward"].post("/cases/new/sharing_request", GIVEN | {"dataset": place["slug"]})
    assert made.status_code == 302, made.content.decode()[:3000]
    return made["Location"].rsplit("/", 1)[1]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_request_is_drafted_and_consented_to_on_pages(place, prefix) -> None:
    number = begun(place)
    page = place["head"].get(f"{prefix}/cases/{number}").content.decode()
    assert ("Consent and file" if prefix else "同意并提交") in page
    assert place["slug"] in page
    done = place["head"].post(f"{prefix}/cases/{number}/do/consent_demand", {"seen": "1"})
    assert done.status_code == 302
    page = place["head"].get(f"{prefix}/cases/{number}").content.decode()
    assert ("Answer whether the data are shared" if prefix else "答复是否同意共享") in page
    assert page.count(f'href="{prefix}/log/') == 2
    assert number in place["steward"].get(f"{prefix}/cases").content.decode()


def test_faults_stand_beside_their_fields_and_what_was_written_stays(place) -> None:
    answer = place["steward"].post(
        "/en/cases/new/sharing_request",
        GIVEN | {"dataset": "nothing-there", "use_until": "2001-01-01", "use_basis": "<b>law</b>"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose a day from today on." in page
    assert "&lt;b&gt;law&lt;/b&gt;" in page
    assert not Case.objects.exists()
    answer = place["steward"].post("/en/cases/new/sharing_request", GIVEN | {"dataset": "nothing-there"})
    assert "There is no such entry in the catalogue for you" in answer.content.decode()


def test_a_begun_form_is_kept_and_gone_on_with(place) -> None:
    kept = place["steward"].post(
        "/cases/new/sharing_request",
        {"use_basis": "先写到这里", "dataset": place["slug"], "columns": ["amount"], "save": "1"},
    )
    assert kept.status_code == 302
    assert not Case.objects.exists()
    assert "起草共享申请" in place["steward"].get("/cases/begun").content.decode()
    page = place["steward"].get("/cases/new/sharing_request").content.decode()
    assert "先写到这里" in page
    assert re.search(r'value="amount"[^>]*checked', page)
    assert place["head"].get("/cases/begun").content.decode().count("起草共享申请") == 0
    begun(place)
    assert not Begun.objects.exists()


def test_columns_are_offered_once_the_entry_is_known(place) -> None:
    page = place["steward"].get(f"/cases/new/sharing_request?dataset={place['slug']}").content.decode()
    assert page.count('name="columns"') == 3
    assert "checked" not in page.split('name="columns"')[1][:200], "nothing is ticked beforehand"


def test_a_stale_form_is_refused_and_nothing_moves(place) -> None:
    number = begun(place)
    place["head"].post(f"/cases/{number}/do/consent_demand", {"seen": "1"})
    answer = place["steward"].post(f"/cases/{number}/do/withdraw", {"seen": "1", "reason": "晚了"})
    assert answer.status_code == 403
    assert "有人先办了" in answer.content.decode()
    assert Case.objects.get(number=number).state == "filed"


def test_strangers_and_visitors_see_nothing(place) -> None:
    number = begun(place)
    other = officer("steward", body("education"))
    for client in (signed_in(other.account, hat=other.appointment), Client()):
        for path in (
            f"/cases/{number}",
            f"/cases/{number}/receipt",
            f"/cases/{number}/do/withdraw",
            "/cases/GX-2026-999999",
        ):
            assert client.get(path).status_code == 404, path
    assert Client().get("/cases").status_code == 302
    assert Client().get("/cases/new").status_code == 200
    assert Client().get("/cases/new/sharing_request").status_code in {302, 403}
    assert place["steward"].get("/cases/new/no_such_flow").status_code == 404


def test_who_may_not_act_is_told_so(place) -> None:
    number = begun(place)
    answer = place["steward"].post(f"/cases/{number}/do/consent_demand", {"seen": "1"})
    assert answer.status_code == 403
    assert place["steward"].get(f"/cases/{number}/do/consent_demand").status_code == 302
    assert place["steward"].get(f"/cases/{number}/do/nonsense").status_code == 403


def test_the_receipt_prints_number_terms_and_proofs(place) -> None:
    number = begun(place)
    page = place["steward"].get(f"/en/cases/{number}/receipt").content.decode()
    assert number in page
    assert "Proofs in the public log" in page
    assert "/en/log/" in page


def test_the_term_stands_still_on_the_page(place) -> None:
    number = begun(place)
    place["head"].post(f"/cases/{number}/do/consent_demand", {"seen": "1"})
    place["gives"].post(f"/cases/{number}/do/ask_supplement", {"seen": "2", "missing": "期限"})
    page = place["steward"].get(f"/en/cases/{number}").content.decode()
    assert "Stands still" in page
    assert "Add what was missing" in page
