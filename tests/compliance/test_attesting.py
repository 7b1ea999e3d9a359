"""A person's word on a control: who may give it, how long it holds, what takes it back, and what the board makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from kaimen.compliance import selectors, services
from kaimen.compliance.controls import attested
from kaimen.compliance.models import Attestation
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.rules import Words
from kaimen.evidence.models import Entry
from kaimen.web.now import now
from tests.accounts.people import officer
from tests.compliance.conftest import Office

pytestmark = pytest.mark.django_db
SEEN = "首页到查询，键盘和读屏各一遍。"
API = "/api/v1/compliance/controls/BJ-54"


def soon() -> date:
    return selectors.attestable(now())[0] + timedelta(days=90)


def give(by, *, control: str = "BJ-54", holds: bool = True, seen: str = SEEN, until: date | None = None):
    return services.attest(control, holds=holds, seen=seen, until=until or soon(), by=by, now=now())


def outcome(at=None, control: str = "BJ-54", asked=None) -> str:
    (part,) = attested(asked or selectors.control(control), at or now())
    return part.outcome.value


def test_nobody_s_word_fails_and_a_word_passes_until_its_day(office: Office) -> None:
    assert outcome() == "fail"
    before = Entry.objects.count()
    give(office.reviewer.actor)
    assert outcome() == "pass"
    assert Entry.objects.count() == before + 1
    assert outcome(now() + timedelta(days=95)) == "fail"
    assert outcome(control="BJ-47") == "fail", "a word on one control says nothing of another"


def test_a_word_is_taken_back_by_another(office: Office) -> None:
    give(office.reviewer.actor)
    give(office.reviewer.actor, holds=False, seen="读屏走不通查询页。")
    assert outcome() == "fail"
    assert Attestation.objects.count() == 2


def test_a_word_is_of_one_sentence_and_where_asked_of_one_release(office: Office, monkeypatch) -> None:
    give(office.reviewer.actor)
    give(office.reviewer.actor, control="BJ-47")
    asked = selectors.control("BJ-54")
    assert outcome(asked=replace(asked, attests=Words(zh="别的", en="Something else"))) == "fail"
    monkeypatch.setattr(selectors, "__version__", "9.9.9")
    assert outcome() == "fail"
    assert outcome(control="BJ-47") == "pass"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"control": "BJ-16"}, "control_not_attested"),
        ({"control": "BJ-99"}, "control_unknown"),
        ({"seen": "  "}, "attestation_text"),
        ({"seen": "x" * 2001}, "attestation_text"),
        ({"until": date(2020, 1, 1)}, "attestation_until"),
        ({"until": date(2199, 1, 1)}, "attestation_until"),
    ],
)
def test_what_is_no_word_is_refused_and_writes_nothing(office: Office, change, code) -> None:
    before = Entry.objects.count()
    with pytest.raises(KaimenError, match=rf"^{code}\b"):
        give(office.reviewer.actor, **change)
    assert Attestation.objects.count() == 0
    assert Entry.objects.count() == before


def test_only_officers_of_the_authority_give_it(office: Office) -> None:
    elsewhere = officer("operator", office.head.appointment.institution)
    for by in (office.head.actor, elsewhere.actor, replace(office.reviewer.actor, person=None)):
        with pytest.raises(KaimenError, match=r"^not_your_role\b"):
            give(by)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_takes_it_and_shows_it(office: Office, prefix: str) -> None:
    browser = office.browser(office.reviewer)
    page = browser.get(f"{prefix}/law/54").text
    assert f'action="{prefix}/law/54/word"' in page
    assert 'action="/law/54/word"' not in Client().get("/law/54").text
    wrong = browser.post(f"{prefix}/law/54/word", {"holds": "yes", "seen": SEEN, "until": "2199-01-01"})
    assert wrong.status_code == 422
    assert SEEN in wrong.text
    done = browser.post(f"{prefix}/law/54/word", {"holds": "yes", "seen": SEEN, "until": soon().isoformat()})
    assert done.status_code == 302
    public, inside = Client().get(f"{prefix}/law/54").text, browser.get(f"{prefix}/law/54").text
    assert SEEN in public
    assert "林晓" not in public, "names of persons are for officers"
    assert "林晓" in inside


def test_a_head_of_another_body_may_not(office: Office) -> None:
    answer = office.browser(office.head).post(
        "/law/54/word", {"holds": "yes", "seen": SEEN, "until": soon().isoformat()}
    )
    assert answer.status_code == 403
    assert not Attestation.objects.exists()


def test_the_api_takes_it_and_tells_it(office: Office) -> None:
    given = {"holds": True, "seen": SEEN, "until": soon().isoformat()}
    asked = {"content_type": "application/json"}
    assert Client().post(f"{API}/words", given, **asked).status_code in {401, 403}
    told = office.browser(office.reviewer).post(f"{API}/words", given, **asked)
    assert told.status_code == 201
    (word,) = told.json()["words"]
    assert (word["holds"], word["fault"], word["person"]) == (True, "", "林晓")
    assert Client().get(API).json()["words"][0]["person"] is None
    assert Client().get("/api/v1/compliance/controls/BJ-99").status_code == 404
