"""Cases on pages: begin, save and go on, act, look without an account, print; in both languages, by those who may."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from kaimen.accounts.models import Appointment, Institution
from kaimen.cases.models import Begun, Case
from kaimen.web.now import now
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
    done = place["head"].post(f"{prefix}/cases/{number}/do/consent_demand", {"at_step": "1"})
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
    kept = Begun.objects.get()
    page = place["steward"].get(f"/cases/new/sharing_request?begun={kept.pk}").content.decode()
    assert "先写到这里" in page
    assert re.search(r'value="amount"[^>]*checked', page)
    assert place["head"].get("/cases/begun").content.decode().count("起草共享申请") == 0
    assert place["head"].get(f"/cases/new/sharing_request?begun={kept.pk}").status_code in {403, 404}
    made = place["steward"].post(f"/cases/new/sharing_request?begun={kept.pk}", GIVEN | {"dataset": place["slug"]})
    assert made.status_code == 302
    assert not Begun.objects.exists()


def test_several_begun_forms_lie_side_by_side_and_are_thrown_away(place) -> None:
    for basis in ("其一", "其二"):
        place["steward"].post("/cases/new/sharing_request", {"use_basis": basis, "save": "1"})
    first, second = Begun.objects.order_by("pk")
    page = place["steward"].get("/cases/new/sharing_request").content.decode()
    assert 'value="其一"' not in page
    assert "其二</textarea>" not in page
    for one in (first, second):
        assert f"/cases/new/sharing_request?begun={one.pk}" in page, "a new form says that others are begun"
    place["steward"].post(f"/cases/new/sharing_request?begun={first.pk}", {"use_basis": "改过", "save": "1"})
    assert [one.given["use_basis"] for one in Begun.objects.order_by("pk")] == ["改过", "其二"]
    assert place["head"].post(f"/cases/begun/{first.pk}/forget").status_code == 404
    assert Begun.objects.count() == 2, "not somebody else's"
    place["steward"].post(f"/cases/begun/{first.pk}/forget")
    assert Begun.objects.get() == second
    assert place["steward"].get(f"/cases/new/sharing_request?begun={first.pk}").status_code == 404


def test_a_begun_step_vanishes_when_its_case_moves_on_or_ends(place) -> None:
    number = begun(place)
    place["steward"].post(f"/cases/{number}/do/drop", {"at_step": "1", "reason": "再想想", "save": "1"})
    place["head"].post(f"/cases/{number}/do/consent_demand", {"at_step": "1", "save": "1"})
    listed = f"/cases/{number}/do/drop"
    assert listed in place["steward"].get("/cases/begun").content.decode()
    place["steward"].post(f"/cases/{number}/do/drop", {"at_step": "1", "reason": "不办了"})
    assert listed not in place["steward"].get("/cases/begun").content.decode()
    assert "consent_demand" not in place["head"].get("/cases/begun").content.decode()
    assert not Begun.objects.exists()


def _mark(page: str) -> str:
    found = re.search(r'name="form_mark" value="([^"]+)"', page)
    assert found
    return found[1]


def test_one_sheet_makes_one_case_in_two_tabs_and_after_the_back_button(place) -> None:
    tabs = [place["steward"].get("/cases/new/sharing_request").content.decode() for _ in range(2)]
    sent = GIVEN | {"dataset": place["slug"]}
    answers = [place["steward"].post("/cases/new/sharing_request", sent | {"form_mark": _mark(tab)}) for tab in tabs]
    answers.append(place["steward"].post("/cases/new/sharing_request", sent | {"form_mark": _mark(tabs[0])}))
    assert {answer["Location"] for answer in answers} == {f"/cases/{Case.objects.get().number}"}
    other = sent | {"use_scenario": "别的", "form_mark": _mark(tabs[0])}
    told = place["steward"].post("/cases/new/sharing_request", other)
    page = told.content.decode()
    assert told.status_code == 409
    assert f'href="/cases/{Case.objects.get().number}"' in page
    again = place["steward"].post("/cases/new/sharing_request", other | {"form_mark": _mark(page)})
    assert again.status_code == 302, "it is said, and never blocked"
    assert Case.objects.count() == 2


def test_a_case_says_that_another_open_one_is_equal(place) -> None:
    first, second = begun(place), begun(place)
    page = place["steward"].get(f"/cases/{second}").content.decode()
    assert f'href="/cases/{first}"' in page
    place["steward"].post(f"/cases/{first}/do/drop", {"at_step": "1", "reason": "重复"})
    assert f'href="/cases/{first}"' not in place["steward"].get(f"/cases/{second}").content.decode()


def test_columns_are_offered_once_the_entry_is_known(place) -> None:
    page = place["steward"].get(f"/cases/new/sharing_request?dataset={place['slug']}").content.decode()
    assert page.count('name="columns"') == 3
    assert "checked" not in page.split('name="columns"')[1][:200], "nothing is ticked beforehand"


def test_what_a_link_names_goes_before_a_form_begun_about_something_else(place) -> None:
    address = f"/cases/new/sharing_request?dataset={place['slug']}"
    told = {"use_basis": "先写到这里", "dataset": "something-else", "save": "1"}
    place["steward"].post("/cases/new/sharing_request", told)
    page = place["steward"].get(address).content.decode()
    assert f'value="{place["slug"]}"' in page
    assert "先写到这里" not in page
    place["steward"].post(address, told | {"dataset": place["slug"]})
    kept = re.findall(r'href="(/cases/new/[^"]+)"', place["steward"].get("/cases/begun").content.decode())
    assert [one for one in kept if f'value="{place["slug"]}"' in place["steward"].get(one).content.decode()]


def test_a_stale_form_is_refused_and_nothing_moves(place) -> None:
    number = begun(place)
    place["head"].post(f"/cases/{number}/do/consent_demand", {"at_step": "1"})
    answer = place["steward"].post(f"/cases/{number}/do/withdraw", {"at_step": "1", "reason": "晚了"})
    assert answer.status_code == 409
    assert f'href="/cases/{number}"' in answer.content.decode()
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
    answer = place["steward"].post(f"/cases/{number}/do/consent_demand", {"at_step": "1"})
    assert answer.status_code == 403
    assert place["steward"].get(f"/cases/{number}/do/consent_demand").status_code == 302
    assert place["steward"].get(f"/cases/{number}/do/nonsense").status_code == 409


def test_the_receipt_prints_number_terms_and_proofs(place) -> None:
    number = begun(place)
    page = place["steward"].get(f"/en/cases/{number}/receipt").content.decode()
    assert number in page
    assert "Proofs in the public log" in page
    assert "/en/log/" in page
    assert "and give the number." in page and "number and word" not in page, "account holders have no word"
    assert "Begun" in page and "Received" not in page, "a draft has not come to anybody"
    place["head"].post(f"/cases/{number}/do/consent_demand", {"at_step": "1"})
    place["head"].post(f"/cases/{number}/do/withdraw", {"at_step": "2", "reason": "We found another way"})
    page = place["steward"].get(f"/en/cases/{number}/receipt").content.decode()
    filed = page.partition('id="filed"')[2].partition("</section>")[0]
    assert "We found another way" not in filed
    assert "We found another way" in page.partition('id="proofs"')[2]
    assert "Received" in page
    assert re.search(r"(Fell away|Kept)</b>", page)


def test_a_post_that_nobody_holds_is_said_before_and_after(place) -> None:
    said = "Nobody holds this post there now"
    assert said not in place["steward"].get("/en/cases/new/sharing_request").content.decode()
    number = begun(place)
    Appointment.objects.filter(role="office_head").update(until=now() - timedelta(days=1))
    assert said in place["steward"].get("/en/cases/new/sharing_request").content.decode()
    assert said in place["steward"].get(f"/en/cases/{number}").content.decode()


def test_number_and_word_are_taken_as_they_are_read_out(place) -> None:
    browser = Client()
    made = browser.post("/cases/new/demand", {"subject": "停车", "what": "空余车位", "use": "找车位"})
    number = made["Location"].split("/")[2]
    word = browser.session["case_keys"][number]["key"]
    spoken = f" {number.lower().replace('-', ' ').replace('000', '')} "
    for typed in (word, word.lower().replace("-", ""), word.replace("-", " ").lower(), f" {word}"):
        answer = Client().post("/cases/new", {"number": spoken, "case_key": typed})
        assert answer["Location"] == f"/cases/{number}", typed
    assert Client().post("/cases/new", {"number": spoken, "case_key": word[:-1]}).status_code == 404


def test_what_may_be_begun_is_called_by_its_procedure(place) -> None:
    page = place["steward"].get("/en/cases/new").content.decode()
    assert ">Sharing request</a>" in page


def test_the_term_stands_still_on_the_page(place) -> None:
    number = begun(place)
    place["head"].post(f"/cases/{number}/do/consent_demand", {"at_step": "1"})
    place["gives"].post(f"/cases/{number}/do/ask_supplement", {"at_step": "2", "missing": "期限"})
    page = place["steward"].get(f"/en/cases/{number}").content.decode()
    assert "Stands still" in page
    assert "Add what was missing" in page


def test_the_columns_come_when_they_are_asked_for_and_nothing_is_judged_yet(place) -> None:
    page = place["steward"].get("/en/cases/new/sharing_request").content.decode()
    assert "They are shown here once it is known of which data." in page
    assert 'formaction="#id_dataset"' in page
    answer = place["steward"].post(
        "/en/cases/new/sharing_request", {"dataset": place["slug"], "use_basis": "Article 9", "show": "1"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('name="columns"') == 3
    assert "Article 9" in page
    assert "Fill this in." not in page
    assert not Case.objects.exists()
    assert not Begun.objects.exists()


def test_a_moment_of_a_begun_form_comes_back_as_browsers_show_it() -> None:
    duty = officer("security_officer", body("transport"))
    browser = signed_in(duty.account, hat=duty.appointment)
    browser.post("/cases/new/incident", {"known_at": "2026-11-22T09:15", "system": "停车", "save": "1"})
    assert (
        'value="2026-11-22T09:15"'
        in browser.get(f"/cases/new/incident?begun={Begun.objects.get().pk}").content.decode()
    )


def test_each_line_of_the_summary_leads_to_a_field_that_is_there(place) -> None:
    for given in ({}, {"dataset": place["slug"]}):
        page = place["steward"].post("/en/cases/new/sharing_request", given).content.decode()
        summary = page[page.index("ds-error-summary") : page.index("</ul>", page.index("ds-error-summary"))]
        places = re.findall(r'href="#([^"]+)"', summary)
        assert summary.count("<li>") == len(places) > 5
        assert not [one for one in places if f'id="{one}"' not in page]


def test_what_a_step_refuses_is_told_in_its_form_and_what_was_written_stays(place) -> None:
    own = officer("steward", Institution.objects.get(slug="civil-affairs"))
    browser = signed_in(own.account, hat=own.appointment)
    answer = browser.post("/en/cases/new/sharing_request", GIVEN | {"dataset": place["slug"], "use_basis": "Article 9"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "ds-error-summary" in page
    assert "Article 9" in page


def test_a_case_calls_data_columns_and_bodies_by_their_names(place) -> None:
    number = begun(place)
    shown = place["steward"].get(f"/en/cases/{number}").content.decode()
    facts = shown[shown.index('id="facts"') :]
    assert f">{place['slug']}<" not in facts
    assert "id_number" not in facts
    made = Client().post(
        "/en/cases/new/information_request",
        {"body": "civil-affairs", "information": "x", "form": "paper", "contact": "y", "channel": "internet"},
    )
    assert made.status_code == 302, made.content.decode()
    case = Case.objects.get(workflow="information_request")
    bureau = Institution.objects.get(slug="civil-affairs")
    assert bureau.name_zh in case.title_zh
    assert "civil-affairs" not in case.title_en


def test_the_form_says_what_comes_after_the_step(place) -> None:
    number = begun(place)
    page = place["head"].get(f"/en/cases/{number}/do/consent_demand").content.decode()
    assert "Filed, for the provider&#x27;s answer" in page
    assert "Answer whether the data are shared" in page
    assert "Head of the sharing office" in page


def test_what_people_vouch_for_and_why_is_not_filled_in_by_those_before_them(place) -> None:
    number = begun(place)
    place["head"].post(f"/en/cases/{number}/do/return_demand", {"at_step": "1", "reason": "too wide"})
    form = place["steward"].get(f"/en/cases/{number}/do/amend").content.decode()
    assert "条例第九条" in form, "what was written is mended, not written again"
    assert not re.search(r'name="truth_declaration"[^>]*checked', form)
    assert "too wide" not in place["steward"].get(f"/en/cases/{number}/do/withdraw").content.decode()


def test_what_a_later_step_wrote_over_stays_with_the_step_that_said_it_and_a_draft_with_its_side(place) -> None:
    number = begun(place)
    place["head"].post(f"/cases/{number}/do/return_demand", {"at_step": "1", "reason": "too wide"})
    mended = GIVEN | {"dataset": place["slug"], "columns": ["amount"], "use_scope": "一人"}
    assert place["steward"].post(f"/cases/{number}/do/amend", mended | {"at_step": "2"}).status_code == 302
    place["head"].post(f"/cases/{number}/do/consent_demand", {"at_step": "3"})

    def story(reader: str) -> str:
        return place[reader].get(f"/en/cases/{number}").content.decode().partition("<aside")[2]

    first = story("steward").partition("</ol>")[0].rpartition("<li>")[2]
    assert "科室" in first and "一人" not in first
    assert "id_number" not in first, "columns by their names"
    assert "核对" not in first, "what still stands is not said twice"
    assert "<dl" not in story("gives").partition("</ol>")[0], "the draft was never theirs to read"
