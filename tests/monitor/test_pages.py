"""A steward enters a centre by form and by sheet, everybody reads it, and officers compute; nobody does what is not theirs."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kaimen.accounts.models import Institution
from kaimen.monitor import services
from kaimen.monitor.models import Evaluation, Record, Sheet
from kaimen.monitor.registers import registers
from tests.accounts.people import officer, signed_in
from tests.monitor.registrars import CENTRE, Registrars, with_pue
from tests.monitor.test_computing import ROWS
from tests.monitor.test_sheets import GOOD, HEADS

pytestmark = pytest.mark.django_db
LIST, NEW = "/en/monitor/registers/computing", "/en/monitor/registers/computing/new"
ONE = "/en/monitor/registers/computing/records/AI-1"


def of(role: str, slug: str) -> Client:
    reads = officer(role, Institution.objects.get(slug=slug))
    return signed_in(reads.account, hat=reads.appointment)


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def sent(client: Client, data: str, name: str = "s.csv"):
    return client.post(f"{LIST}/sheet", {"file": SimpleUploadedFile(name, data.encode())})


def test_a_record_is_entered_changed_and_retired_on_pages(office: Registrars) -> None:
    steward, citizen = of("steward", "transport"), Client()
    assert steward.post(NEW, CENTRE).status_code == 302
    page = text(citizen, ONE)
    assert "120.5 PFLOPS" in page
    assert "张三" not in page
    assert "张三" in text(steward, ONE)
    assert steward.post(f"{ONE}/edit", with_pue("1.2") | {"seen": "1"}).status_code == 302
    assert "PUE" in text(citizen, ONE)
    stale = steward.post(f"{ONE}/edit", with_pue("1.1") | {"seen": "1"})
    assert (stale.status_code, Record.objects.get().facts["pue"]) == (422, "1.2")
    assert steward.post(f"{ONE}/state", {"verb": "retire", "reason": "gone"}).status_code == 302
    assert "out of force" in text(citizen, LIST)


def test_what_is_wrong_stands_beside_its_field_and_in_the_summary(office: Registrars) -> None:
    response = of("steward", "transport").post(NEW, CENTRE | {"pue": "abc", "district": ""})
    page = response.content.decode()
    assert response.status_code == 422
    assert "2 things to change" in page
    assert 'href="#id_pue"' in page
    assert page.count("Write a number.") == 2
    assert not Record.objects.exists()


def test_what_does_not_fit_another_field_names_that_field(office: Registrars) -> None:
    given = CENTRE | {"energy_mwh": "10", "it_energy_mwh": "2000", "pue": ""}
    page = of("steward", "transport").post(NEW, given).content.decode()
    fields = {one.name: one.words for one in registers("cn_beijing")["computing"].fields}
    whole, other = fields["energy_mwh"], fields["it_energy_mwh"]
    assert f"This is less, or earlier, than “{other.en}”, which goes before it." in page
    heads = f"编号,名称,所在区,细类,状态,{whole.zh},{other.zh}\n"
    page = sent(of("steward", "transport"), heads + "AI-1,一号,海淀区,智能算力,运行中,10,2000\n").content.decode()
    assert f"than “{other.zh}”" in page, "as the sheet calls it"


def test_others_see_no_button_and_no_form(office: Registrars) -> None:
    office.put()
    reviewer, other, citizen = of("authority_reviewer", "data-authority"), of("steward", "civil-affairs"), Client()
    assert citizen.get(NEW).status_code == 302
    assert citizen.post(NEW, CENTRE).status_code == 302
    assert reviewer.post(NEW, CENTRE).status_code == 403
    assert other.get(f"{ONE}/edit").status_code == 403
    assert other.post(f"{ONE}/edit", with_pue("1.1") | {"seen": "1"}).status_code == 403
    other.post(f"{ONE}/state", {"verb": "retire", "reason": "x"})
    assert Record.objects.get().retired is False
    assert NEW not in text(citizen, LIST)
    assert NEW in text(other, LIST)
    assert "Change it" not in text(other, ONE)


def test_a_sheet_is_checked_looked_at_and_entered(office: Registrars) -> None:
    steward = of("steward", "transport")
    wrong = sent(steward, HEADS + "AI-1,一号,海淀区,智能算力,运行中,abc\n")
    assert (wrong.status_code, "Write a number." in wrong.content.decode(), Sheet.objects.count()) == (422, True, 0)
    assert sent(steward, "a,b\n").status_code == 422
    assert steward.post(f"{LIST}/sheet").status_code == 422
    right = sent(steward, GOOD)
    assert right.status_code == 302
    assert "2 new, 0 changed, 0 as they are" in text(steward, right.url)
    assert of("steward", "civil-affairs").get(right.url).status_code == 404
    assert Client().get(right.url).status_code == 302
    assert steward.post(right.url).status_code == 302
    assert Record.objects.count() == 2
    assert "This sheet was entered" in text(steward, right.url)


def test_a_template_has_the_heads_that_a_sheet_needs(office: Registrars) -> None:
    response = Client().get(f"{LIST}/template.csv")
    data = response.content.decode("utf-8-sig")
    assert data.startswith("Code,Name,")
    row = ",".join(
        {
            "Code": "AI-7",
            "Name": "七号",
            "District": "Haidian",
            "Kind of facility": "Edge computing",
            "Status": "Operating",
        }.get(head, "")
        for head in data.strip().split(",")
    )
    assert office.sheet(data.strip() + "\n" + row + "\n").new == ("AI-7",)


def test_what_is_missing_is_listed_with_its_figures(office: Registrars) -> None:
    office.put(sub_kind="data-centre", pue="1.5")
    page = text(Client(), LIST)
    assert "Computing facilities: 1 record, 1 incomplete" in page
    assert "The PUE of a data centre is at most 1.3" in page
    assert "Power usage effectiveness (PUE) 1.5" in page


def test_the_authority_compiles_the_entry_of_a_register(office: Registrars) -> None:
    steward = of("steward", "data-authority")
    assert "Compile its entry" in text(steward, LIST)
    done = steward.post(f"{LIST}/entry")
    assert done.status_code == 302
    assert text(steward, done.url)
    assert "Its catalogue entry is on its way" in text(steward, LIST)
    assert of("steward", "transport").post(f"{LIST}/entry").url == LIST


@pytest.mark.parametrize(
    "url",
    [
        "/monitor",
        "/en/monitor",
        "/monitor/index",
        "/monitor/districts/110108",
        "/monitor/indicators/pue",
        "/monitor/registers/park",
    ],
)
def test_pages_stand_before_anything_was_entered(office: Registrars, url: str) -> None:
    assert text(Client(), url)


@pytest.mark.parametrize(
    "url",
    [
        "/monitor/districts/999999",
        "/monitor/indicators/nothing",
        "/monitor/registers/nothing",
        "/monitor/registers/park/records/x",
        "/monitor/registers/park?district=1",
    ],
)
def test_what_is_not_there_is_missing(office: Registrars, url: str) -> None:
    text(Client(), url, 404)


def test_a_stranger_registers_a_centre_and_computes_the_index_again(asked: Registrars) -> None:
    for kind, given in ROWS.items():
        asked.put(kind, **{"district": "110108", **given})
        asked.offer(kind)
        services.publish(kind, now=asked.now)
    steward, citizen = of("steward", "transport"), Client()
    assert citizen.post("/en/monitor/compute").status_code == 302
    assert not Evaluation.objects.exists()
    assert steward.post("/en/monitor/compute").status_code == 302
    before = Evaluation.objects.get()
    assert steward.post(NEW, CENTRE | {"code": "AI-9", "capacity_pflops": "679.5"}).status_code == 302
    assert "Wait a minute for the next version" in text(steward, "/en/monitor/index")
    services.publish("computing", now=asked.now)
    assert steward.post("/en/monitor/compute").status_code == 302
    after = Evaluation.objects.exclude(pk=before.pk).get()
    score = {
        one.pk: next(line["score"] for line in one.lines if line["district"] == "110108") for one in (before, after)
    }
    assert float(score[after.pk]) > float(score[before.pk])
    page = text(citizen, "/en/monitor/index")
    assert score[after.pk] in page
    assert "15 districts have no value" in page
    detail = text(citizen, "/en/monitor/indicators/computing_fp16")
    assert "800 PFLOPS" in detail.replace(".0 ", " ")
    assert "version 2" in detail
    assert 'id="trend"' in detail
    assert "SELECT district" in detail
    assert "PFLOPS public data" not in detail  # the name of the site is not taken by a figure
    check = steward.post(f"/en/monitor/computations/{after.computations['pue']}/check", follow=True)
    assert "every digit is the same" in check.content.decode()
    assert "points, rank 1" in text(citizen, "/en/monitor/districts/110108")
    assert "Fair" not in text(citizen, "/monitor/districts/110101")
