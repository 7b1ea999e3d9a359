"""Somebody is helped at a counter or by telephone: the same record as if they had filed, on a recorded authority that ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from kaimen.accounts import channels as channels_module
from kaimen.accounts import selectors as accounts
from kaimen.accounts import services as accounts_services
from kaimen.accounts.models import Appointment, Counter, Institution, Mandate
from kaimen.cases import controls, pages, selectors, services, ways
from kaimen.cases.models import Act, Case, Party
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.controls import Outcome
from kaimen.core.lifecycle.workflow import NEW, PUBLIC, SideKind
from kaimen.core.metadata.entry import Declaration
from kaimen.core.policy.party import ANYBODY, Actor, InstitutionId, Role
from kaimen.core.tlog import leaf
from kaimen.evidence.models import Entry
from kaimen.office.models import Clock
from tests.accounts.people import NOW, Officer, body, officer, person, signed_in
from tests.catalogue.city import PARKING, City, a_city, actor, published
from tests.opening.town import load

pytestmark = pytest.mark.django_db
PUBLIC_FLOWS = ["data_subject_request", "demand", "information_request", "objection", "open_application"]
TELEPHONE = {
    "channel": "telephone", "ground": "oral", "identified_by": "call-back", "call_back": "010-65550199", "described_as": "王奶奶",
    "read_back": True, "consent": True,
}  # fmt: skip
COUNTER = TELEPHONE | {"channel": "counter", "ground": "present", "identified_by": "identity-card", "call_back": ""}


@dataclass
class Hall:
    """A dataset open on conditions, a service centre with two helpers, and what is filed in each workflow."""

    city: City
    slug: str
    centre: Institution
    helper: Officer
    other: Officer

    def acting(self, who: Officer | None = None, **form: object) -> Actor:
        who = who or self.helper
        given = accounts_services.open_mandate(**(TELEPHONE | form), by=who.actor, now=NOW)  # type: ignore[arg-type]
        return accounts.with_mandate(who.actor, str(given.pk), at=NOW)

    def facts(self, flow: str, channel: str = "") -> dict[str, object]:
        """What somebody files; `channel`: how a helper says that it came."""
        return {
            "data_subject_request": {
                "controller": "civil-affairs", "kind": "access", "channel": channel or "online", "what": "看看记了我什么",
                "name": "王某", "contact": "010-65550199", "identity_proof": "身份证，已核对",
            },
            "demand": {"subject": "停车", "what": "空余车位", "use": "找车位"},
            "information_request": {
                "body": "transport", "information": "停车场收费批复", "form": "electronic", "contact": "王某",
                "channel": {"": "internet", "telephone": "telephone", "counter": "in_person"}[channel],
            },
            "objection": {"dataset": self.slug, "door": "open_data", "claim": "wrong", "detail": "车位数不对"},
            "open_application": {
                "dataset": self.slug, "columns": ["park_id"], "purpose": "research", "use": "研究", "capability": "本机加密",
                "use_until": (NOW + timedelta(days=200)).date().isoformat(),
            },
        }[flow]  # fmt: skip

    def file(self, flow: str, by: Actor, channel: str = "") -> services.Done:
        return services.begin(flow, self.facts(flow, channel), by=by, now=NOW)


@pytest.fixture
def hall(db: None, home: object) -> Hall:
    del db, home
    city = a_city()
    on_conditions = replace(
        PARKING, open_type=2, open_conditions=replace(PARKING.title, zh="说明用途", en="Say what for"),
        licence="km-agreement", secrecy_declaration=Declaration(declared=True, on=date(2026, 6, 1)),
    )  # fmt: skip
    from kaimen.catalogue import selectors as catalogue

    entry = published(city, on_conditions)
    load(entry, "park_id,name,places\nP1,示范停车场,30\n", by=city.steward, now=NOW)
    slug = catalogue.published(entry).slug
    centre = body("service-centre", body_kind="public_institution")
    Counter.objects.create(
        code="city", region="110000", name_zh="市窗口", name_en="City counter", address_zh="示范街 1 号", address_en="1 Model Street",
        hours_zh="周一至周五", hours_en="Monday to Friday", telephone="010", synthetic=True,
    )  # fmt: skip
    return Hall(
        city=city,
        slug=slug,
        centre=centre,
        helper=officer("helper", centre),
        other=officer("helper", body("other-centre")),
    )


@pytest.fixture
def refused() -> Iterator[object]:
    def look(code: str, act: object) -> None:
        before = (Entry.objects.count(), Act.objects.count())
        with pytest.raises(KaimenError) as told:
            act()  # type: ignore[operator]
        assert told.value.code == code
        assert (Entry.objects.count(), Act.objects.count()) == before

    return look


def leaves(case: Case) -> list[tuple[str, dict[str, object]]]:
    wanted = list(Act.objects.filter(case=case).order_by("n").values_list("receipt", flat=True))
    parsed = [leaf.parse(bytes(one.leaf)) for one in Entry.objects.order_by("id")]
    mine = [one for one in parsed if one.kind == f"case.{case.workflow}"]
    return [(one.kind, dict(one.public)) for one in mine[-len(wanted) :]]


def record(done: services.Done) -> dict[str, object]:
    """Of a case all that does not say who, how, when or which."""
    case = done.case
    step = Act.objects.get(case=case)
    return {
        "state": case.state,
        "n": case.n,
        "regime": case.regime,
        "titles": (case.title_zh, case.title_en),
        "facts": {name: "…" if str(value).startswith(selectors.SEALED) else value for name, value in case.facts.items() if name != "channel"},
        "terms": sorted(Clock.objects.filter(case=case.pk).values_list("rule", "institution", "role", "due_at", "state")),
        "step": (step.verb, step.before, step.after),
        "leaf": leaves(case),
        "sides": sorted(case.parties.values_list("side", "institution")),
    }  # fmt: skip


def test_the_workflows_that_the_public_begins_are_these_and_each_has_ways_in_the_pack() -> None:
    found = sorted(one.flow.code for one in ways.services(NOW))
    assert found == PUBLIC_FLOWS == sorted(accounts.service_ways())


@pytest.mark.parametrize("flow", PUBLIC_FLOWS)
@pytest.mark.parametrize("channel", ["telephone", "counter"])
def test_the_record_is_the_same_as_if_they_had_filed_themselves(hall: Hall, flow: str, channel: str) -> None:
    by = hall.acting(**(COUNTER if channel == "counter" else TELEPHONE))
    helped = hall.file(flow, by, channel)
    alone = services.begin(flow, hall.facts(flow), by=ANYBODY, now=NOW)
    if flow == "information_request" and channel == "counter":  # GIO 31: over the counter the term runs from that day
        assert (helped.case.state, alone.case.state) == ("received", "received_unconfirmed")
    else:
        assert record(helped) == record(alone)
    assert len(helped.key) == len(alone.key) == 23
    step = Act.objects.get(case=helped.case)
    assert (step.channel, step.authority, step.on_behalf) == (channel, by.on_behalf.authority, "王奶奶")
    assert (step.person, step.institution) == (str(hall.helper.person), str(hall.centre.pk))
    plain = Act.objects.get(case=alone.case)
    assert (plain.channel, plain.authority, plain.on_behalf) == ("", "", "")
    who = pages.case_page(helped.case, by, key=None, at=NOW)["steps"][0].who
    assert {"telephone": "电话口头委托，已回拨核实", "counter": "本人在场，已核验身份"}[channel] in who


@pytest.mark.parametrize("flow", PUBLIC_FLOWS)
def test_a_helper_can_go_on_with_everything_that_the_person_could(hall: Hall, flow: str) -> None:
    """In every state, with the word: supplement, withdraw, contest, take the result; also the helper of another centre, later."""
    done = hall.file(flow, hall.acting(), "telephone")
    later = hall.acting(hall.other, **(COUNTER | {"described_as": "老王"}))
    known = selectors.workflow(flow)
    opener = selectors.openers(known)
    seen = set[str]()
    for state in known.states:
        done.case.state = state
        alone = {act.verb for act in selectors.acts_for(done.case, ANYBODY, key=done.key)}
        helped = {act.verb for act in selectors.acts_for(done.case, later, key=done.key)}
        assert helped == alone, state
        seen |= helped
    mine = {
        act.verb for act in known.acts.values() if PUBLIC in act.roles and act.sides & opener and NEW not in act.sources
    }
    assert {"withdraw"} <= seen
    assert mine - seen <= {act.verb for act in known.acts.values() if act.when}, "only what hangs on earlier answers"
    ended = services.act(
        done.case.number, "withdraw", {"reason": "不办了"} if any(a.field.name == "reason" for a in known.acts["withdraw"].asks) else {},
        by=later, now=NOW, key=done.key,
    )  # fmt: skip
    assert ended.case.state == "withdrawn"
    last = Act.objects.filter(case=ended.case).latest("n")
    assert (last.channel, last.authority, last.on_behalf) == ("counter", "present", "老王")


def test_with_the_call_or_the_visit_the_authority_ends(hall: Hall, refused) -> None:
    by = hall.acting()
    done = hall.file("demand", by)
    number, key = done.case.number, done.key
    own = hall.helper.actor
    accounts_services.close_mandate(by.on_behalf.mandate, by=own, now=NOW)
    refused("mandate", lambda: accounts.with_mandate(own, by.on_behalf.mandate, at=NOW))
    refused("case_unknown", lambda: selectors.case_for(own, number, key=key))
    refused("case_unknown", lambda: services.act(number, "withdraw", {"reason": "x"}, by=own, now=NOW, key=key))
    expired = hall.acting()
    refused("mandate", lambda: accounts.with_mandate(own, expired.on_behalf.mandate, at=NOW + timedelta(hours=13)))
    steward = replace(own, role=Role("steward"))
    refused("mandate", lambda: accounts.with_mandate(steward, expired.on_behalf.mandate, at=NOW))
    assert selectors.case_for(ANYBODY, number, key=key).pk == done.case.pk


def test_whoever_is_called_the_same_sees_nothing_of_it(hall: Hall, refused) -> None:
    done = hall.file("demand", hall.acting())
    namesake = hall.acting()
    refused("case_unknown", lambda: selectors.case_for(namesake, done.case.number))
    assert not selectors.cases(namesake).total
    assert not selectors.sides_of(done.case, namesake)


def test_a_helper_takes_no_step_in_their_own_matters_while_they_help(hall: Hall, refused) -> None:
    own = replace(hall.helper.actor, role=Role("applicant"), institution=None)
    mine = services.begin("demand", hall.facts("demand"), by=own, now=NOW)
    helping = hall.acting()
    refused("case_unknown", lambda: selectors.case_for(helping, mine.case.number))
    refused("case_unknown", lambda: services.act(mine.case.number, "withdraw", {"reason": "x"}, by=helping, now=NOW))
    assert selectors.case_for(own, mine.case.number).pk == mine.case.pk


def test_a_form_begun_for_somebody_lies_with_their_authority_and_not_with_the_helper(hall: Hall, refused) -> None:
    own, one, other = replace(hall.helper.actor, role=Role("applicant"), institution=None), hall.acting(), hall.acting()
    kept = services.save("demand", "submit", {"subject": "停车"}, by=one, now=NOW)
    assert selectors.begun_by_number(one, kept, flow="demand", verb="submit").given == {"subject": "停车"}
    for by in (other, own):
        refused("begun_unknown", lambda by=by: selectors.begun_by_number(by, kept, flow="demand", verb="submit"))
    assert [len(selectors.all_begun(by)) for by in (one, other, own)] == [1, 0, 0]
    refused("begun_unknown", lambda: services.forget(kept, by=other))
    assert len(selectors.all_begun(one)) == 1
    services.forget(kept, by=one)
    assert not selectors.all_begun(one)


@pytest.mark.parametrize("flow", PUBLIC_FLOWS)
def test_a_helper_decides_nothing_of_what_they_filed_in_any_role(hall: Hall, flow: str, refused) -> None:
    done = hall.file(flow, hall.acting(), "telephone")
    known = selectors.workflow(flow)
    tried = 0
    for party in done.case.parties.exclude(institution=""):
        for role in sorted(
            {role for act in known.acts.values() if party.side in act.sides for role in act.roles} - {PUBLIC, "system"}
        ):
            same = replace(hall.helper.actor, institution=InstitutionId(party.institution), role=Role(role))
            fresh = actor(role, InstitutionId(party.institution))
            verbs = [
                act
                for act in known.acts.values()
                if role in act.roles and party.side in act.sides and NEW not in act.sources
            ]
            for state in known.states:
                done.case.state = state
                assert not [
                    one.verb for one in selectors.acts_for(done.case, same) if not one.sides & selectors.openers(known)
                ]
                tried += len(selectors.acts_for(done.case, fresh))
            verb = next(act.verb for act in verbs if not act.sides & selectors.openers(known))
            refused(
                "same_person", lambda verb=verb, same=same: services.act(done.case.number, verb, {}, by=same, now=NOW)
            )
    assert tried, "somebody else may decide"  # fmt: skip


def test_the_person_takes_the_authority_back_and_the_case_goes_on(hall: Hall, refused) -> None:
    by = hall.acting()
    done = hall.file("demand", by)
    number, key = done.case.number, done.key
    refused("case_unknown", lambda: services.take_back(number, by=ANYBODY, now=NOW, key="AAAAA-AAAAA-AAAAA-AAAAA"))
    refused("case_side", lambda: services.take_back(number, by=by, now=NOW, key=key))
    services.take_back(number, by=ANYBODY, now=NOW, key=key)
    refused("mandate", lambda: accounts.with_mandate(hall.helper.actor, by.on_behalf.mandate, at=NOW))
    refused("mandate", lambda: services.take_back(number, by=ANYBODY, now=NOW, key=key))
    services.act(number, "withdraw", {"reason": "x"}, by=ANYBODY, now=NOW, key=key)
    alone = services.begin("demand", hall.facts("demand"), by=ANYBODY, now=NOW)
    refused("mandate", lambda: services.take_back(alone.case.number, by=ANYBODY, now=NOW, key=alone.key))


def test_a_step_that_was_taken_with_help_is_as_frozen_as_any(hall: Hall) -> None:
    done = hall.file("demand", hall.acting())
    for tried in ({"authority": "present"}, {"channel": ""}, {"verb": "-"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Act.objects.filter(case=done.case).update(**tried)
    with pytest.raises(DatabaseError), transaction.atomic():
        Act.objects.filter(case=done.case).delete()


def test_what_a_helper_says_of_the_way_fits_the_way_on_which_they_help(hall: Hall, refused) -> None:
    by = hall.acting()
    for flow, wrong in (("information_request", "in_person"), ("data_subject_request", "counter")):
        facts = hall.facts(flow, "telephone") | {"channel": wrong}
        refused("case_facts", lambda flow=flow, facts=facts: services.begin(flow, facts, by=by, now=NOW))
    facts = hall.facts("information_request", "telephone")
    refused("case_facts", lambda: services.begin("information_request", facts, by=ANYBODY, now=NOW))


def test_with_an_account_the_word_gives_the_seat(hall: Hall) -> None:
    """Who was helped and gets an account later takes their seat by the word, where the gate must know them."""
    done = hall.file("open_application", hall.acting())
    (party,) = Party.objects.filter(case=done.case, side="applicant")
    assert (party.person, party.described_as, party.mandate != "") == ("", "王奶奶", True)
    somebody = Actor(person=person().person_id, role=Role("applicant"))  # type: ignore[arg-type]
    step = services.Step(
        case=done.case, flow=selectors.workflow("open_application"), act=selectors.workflow("open_application").acts["agree"],
        facts={}, before={}, entry=None, by=somebody, now=NOW,
    )  # fmt: skip
    services.take_seat(step, "applicant", str(somebody.person))
    party.refresh_from_db()
    assert (party.person, party.described_as, party.mandate) == (str(somebody.person), "", "")


# ---- the control and the page ------------------------------------------------------------------------------------------------
def looked() -> list[tuple[Outcome, list[str]]]:
    return [(part.outcome, [ref.name for ref in part.failing]) for part in controls.offline_ways(NOW)]


def test_no_service_is_online_only(hall: Hall) -> None:
    assert looked() == [(Outcome.PASS, []), (Outcome.PASS, [])]
    page = Client().get("/en/service/channels").content.decode()
    assert "Everything that you can do online" in page
    assert "1 Model Street" in page
    assert "These counters are made up" in page
    assert "不上网也能办" in Client().get("/service/channels").content.decode()


def test_a_service_that_is_online_only_is_found_on_the_board_and_said_on_the_page(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = channels_module.channels()
    planted = replace(told, services={**told.services, "demand": frozenset({"online"})})
    monkeypatch.setattr(accounts, "channels", lambda: planted)
    assert looked() == [(Outcome.FAIL, ["公共数据需求"]), (Outcome.FAIL, ["公共数据需求"])]
    assert "Can be had online only" in Client().get("/en/service/channels").content.decode()
    demand = next(
        one for one in Client().get("/api/v1/service/channels").json()["services"] if one["workflow"] == "demand"
    )
    assert (demand["ways"], demand["online_only"]) == (["online"], True)
    forgotten = replace(told, services={code: way for code, way in told.services.items() if code != "objection"})
    monkeypatch.setattr(accounts, "channels", lambda: forgotten)
    assert looked()[0] == (Outcome.FAIL, ["数据异议"])


def test_without_helpers_or_counters_those_ways_are_not_there(hall: Hall) -> None:
    Counter.objects.all().delete()
    assert {one.ways for one in ways.services(NOW)} >= {("online", "telephone", "letter")}
    assert not any("counter" in one.ways for one in ways.services(NOW))
    assert looked() == [(Outcome.PASS, []), (Outcome.PASS, [])]
    Appointment.objects.filter(role="helper").update(state="ended")
    first, second = looked()
    assert (first[0], len(first[1])) == (Outcome.FAIL, 1), "what is not taken by letter"
    assert (len(second[1]), second[0]) == (len(PUBLIC_FLOWS), Outcome.FAIL)


def test_the_same_list_by_program(hall: Hall) -> None:
    got = Client().get("/api/v1/service/channels").json()
    assert got["telephone"] == "12345"
    assert [one["code"] for one in got["counters"]] == ["city"]
    assert {one["workflow"]: one["ways"] for one in got["services"]}["open_application"] == [
        "online",
        "counter",
        "telephone",
    ]


# ---- pages -------------------------------------------------------------------------------------------------------------------
FORM = {
    "channel": "telephone", "described_as": "王奶奶", "ground": "oral", "identified_by": "call-back", "call_back": "010-65550199",
    "language": "en", "read_back": "on", "consent": "on",
}  # fmt: skip


def at_work(hall: Hall, **form: str) -> Client:
    browser = signed_in(hall.helper.account, hat=hall.helper.appointment)
    made = browser.post("/desk/behalf", FORM | form)
    assert made.status_code == 302, made.content.decode()[:3000]
    return browser


def test_the_form_says_what_does_not_go_together(hall: Hall) -> None:
    browser = signed_in(hall.helper.account, hat=hall.helper.appointment)
    for wrong, told in (
        ({"channel": "counter"}, "This authority does not go with the way they came."),
        ({"identified_by": "passport"}, "Who is on the telephone is rung back."),
        ({"call_back": ""}, "Write the number that you rang back."),
        ({"ground": "written"}, "Choose what they showed."),
    ):
        answer = browser.post("/en/desk/behalf", FORM | wrong)
        assert answer.status_code == 422
        assert told in answer.content.decode()
    assert not Mandate.objects.exists()


def test_the_receipt_is_in_their_language_with_all_that_they_need(hall: Hall) -> None:
    browser = at_work(hall)
    made = browser.post("/cases/new/demand", hall.facts("demand"))
    assert made["Location"].startswith("/en/cases/")
    assert made["Location"].endswith("/receipt")
    page = browser.get(made["Location"]).content.decode()
    case = Case.objects.get()
    for part in (
        case.number, "With number and word", "What was filed", "空余车位", "What happens, and by when", "due ", "12345",
        "Withdraw", "Proofs in the public log", "/log/", "by telephone", "Spoken by telephone, called back",
    ):  # fmt: skip
        assert part in page, part
    word = browser.session["case_keys"][case.number]["key"]
    assert word in page


def test_a_remembered_word_ends_with_the_visit(hall: Hall) -> None:
    browser = at_work(hall)
    made = browser.post("/cases/new/demand", hall.facts("demand"))
    number = Case.objects.get().number
    assert browser.get(f"/cases/{number}").status_code == 200
    word = browser.session["case_keys"][number]["key"]
    browser.post("/desk/behalf/end")
    assert browser.get(made["Location"]).status_code == 404
    assert browser.get(f"/cases/{number}").status_code == 404
    assert browser.post("/cases/new", {"number": number, "case_key": word}).status_code == 404
    assert browser.post(f"/cases/{number}/do/withdraw", {"reason": "x", "case_key": word}).status_code == 404
    again = at_work(hall, described_as="别人")
    assert again.get(f"/cases/{number}").status_code == 404
    assert Case.objects.get().state == "submitted"


def test_the_person_follows_by_number_and_word_and_by_another_helper(hall: Hall) -> None:
    done = hall.file("demand", hall.acting())
    number = done.case.number
    alone = Client()
    assert alone.get(f"/en/cases/{number}").status_code == 404
    assert alone.post("/en/cases/new", {"number": number.lower(), "case_key": done.key.lower()}).status_code == 302
    page = alone.get(f"/en/cases/{number}").content.decode()
    assert "Take the authority back" in page
    other = signed_in(hall.other.account, hat=hall.other.appointment)
    other.post("/desk/behalf", FORM)
    assert other.post("/en/cases/new", {"number": number, "case_key": done.key}).status_code == 302
    page = other.get(f"/en/cases/{number}").content.decode()
    assert "Withdraw" in page
    assert "Take the authority back" not in page
    assert alone.post(f"/en/cases/{number}/take-back", follow=True).status_code == 200
    assert Mandate.objects.get(helper_id=hall.helper.person).closed_at is not None
    assert Client().post(f"/en/cases/{number}/take-back").status_code == 404
    assert alone.get(f"/en/cases/{number}/take-back").status_code == 405


def test_an_authority_in_writing_is_gone_on_with_and_ended_by_its_helper_alone(hall: Hall) -> None:
    browser = at_work(hall, ground="written", identified_by="identity-card", call_back="")
    given = Mandate.objects.get()
    assert given.until - given.since == timedelta(days=30)
    browser.post("/desk/hat", {"put_on": str(hall.helper.appointment.pk)})
    assert "王奶奶" in browser.get("/desk/behalf").content.decode()
    other = signed_in(hall.other.account, hat=hall.other.appointment)
    assert "王奶奶" not in other.get("/desk/behalf").content.decode()
    for verb in ("go-on", "end"):
        assert other.post(f"/desk/behalf/{given.pk}/{verb}").status_code == 404
    assert browser.post(f"/desk/behalf/{given.pk}/go-on").status_code == 302
    assert browser.get("/api/v1/me").json()["on_behalf"] == "王奶奶"
    assert browser.post(f"/desk/behalf/{given.pk}/end").status_code == 302
    assert browser.get("/api/v1/me").json()["on_behalf"] is None
    assert browser.post(f"/desk/behalf/{given.pk}/go-on").status_code == 404


def test_sides_of_whoever_opens_are_known() -> None:
    for code in PUBLIC_FLOWS:
        flow = selectors.workflow(code)
        assert [flow.sides[side].kind for side in selectors.openers(flow)] == [SideKind.OPENER]
