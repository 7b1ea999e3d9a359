from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kaimen.accounts import selectors, services, tokens
from kaimen.accounts.models import Account, ApiToken, Appointment, Institution
from kaimen.core.policy.party import InstitutionId
from tests.accounts.people import NOW, PASSWORD, body, officer, person

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def test_the_first_operator_is_made_with_a_password_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    authority = body("data", is_authority=True)
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    run("people", "first", "--name", "甲", "--email", "first@example.org", "--institution", "data")
    account = Account.objects.get(email="first@example.org")
    assert account.check_password(PASSWORD)
    assert (
        selectors.holders("operator", InstitutionId(str(authority.pk)), at=NOW)
        or Appointment.objects.get().role == "operator"
    )


HEAD = "person,email,institution,role,from,until\n"


def test_people_come_by_a_list_that_shows_its_difference_first(tmp_path: Path) -> None:
    bureau = body("transport")
    gone = officer("steward", bureau)
    file = tmp_path / "people.csv"
    file.write_text(
        HEAD
        + "王宁,wang@example.org,transport,cdo,2026-01-01,\n李明,li@example.org,transport,helper,2026-01-01,2030-01-01\n",
        "utf-8-sig",
    )
    told = run("people", "import", str(file), "--as-of", "2026-11-22", "--dry-run")
    assert "+ wang@example.org transport cdo" in told
    assert not Account.objects.filter(email="wang@example.org").exists()
    assert "2 added, 0 ended" in run("people", "import", str(file), "--as-of", "2026-11-22")
    assert "0 added, 0 ended" in run("people", "import", str(file), "--as-of", "2026-11-22")
    assert Appointment.objects.get(pk=gone.appointment.pk).state == "approved"
    assert "0 added, 1 ended" in run("people", "import", str(file), "--as-of", "2026-11-22", "--complete")
    assert Appointment.objects.get(pk=gone.appointment.pk).state == "ended"
    assert "cdo" in run("people", "list")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("王宁,wang@example.org,nowhere,cdo,2026-01-01,\n", "单位|body"),
        ("王宁,wang@example.org,transport,king,2026-01-01,\n", "king"),
        ("王宁,wang@example.org,transport,cdo,soon,\n", "Not a day"),
    ],
)
def test_a_list_with_one_bad_line_changes_nothing(tmp_path: Path, lines: str, why: str) -> None:
    body("transport")
    file = tmp_path / "people.csv"
    file.write_text(HEAD + "李明,li@example.org,transport,helper,2026-01-01,\n" + lines, "utf-8")
    with pytest.raises(CommandError, match=why):
        run("people", "import", str(file), "--as-of", "2026-11-22")
    assert not Account.objects.exists()


def test_access_ends_and_people_merge_from_the_command_line() -> None:
    one, two = person(), person()
    run("people", "suspend", one.email, "--reason", "lost")
    assert Account.objects.get(pk=one.pk).suspended_at
    run("people", "merge", str(one.person_id), str(two.person_id), "--reason", "same")
    assert Account.objects.get(pk=one.pk).person_id == two.person_id
    with pytest.raises(CommandError):
        run("people", "suspend", "nobody@example.org", "--reason", "x")


ROWS = "slug,uscc,name_zh,name_en,body_kind,level,region,region_year,parent,authority\n"


def test_bodies_come_all_or_none(tmp_path: Path) -> None:
    file = tmp_path / "bodies.csv"
    good = "data,91110000600037341L,数据局,Data Office,government_department,city,110000,2024,,yes\nwater,,水务局,Water,government_department,city,110000,2024,data,\n"
    file.write_text(ROWS + good + "bad,123,坏,Bad,government_department,city,110000,2024,,\n", "utf-8")
    with pytest.raises(CommandError, match="line 4"):
        run("institutions", "import", str(file))
    assert not Institution.objects.exists()
    file.write_text(ROWS + good, "utf-8")
    assert "2 would be added" in run("institutions", "import", str(file), "--dry-run")
    assert not Institution.objects.exists()
    assert "2 added, 0 known" in run("institutions", "import", str(file))
    assert Institution.objects.get(slug="water").parent == Institution.objects.get(is_authority=True)
    assert "0 added, 2 known" in run("institutions", "import", str(file))


def test_a_body_is_said_to_be_competent(tmp_path: Path) -> None:
    file = tmp_path / "bodies.csv"
    file.write_text(ROWS + "water,,水务局,Water,government_department,city,110000,2024,,\n", "utf-8")
    run("institutions", "import", str(file))
    told = run("institutions", "competence", "water", "digital-infrastructure", "示范规定")
    assert "water is competent for digital-infrastructure in 110000." in told
    found = Institution.objects.get(slug="water").competences.get()
    assert (found.matter, found.region, found.basis) == ("digital-infrastructure", "110000", "示范规定")
    with pytest.raises(CommandError):
        run("institutions", "competence", "nobody", "x", "y")


def test_tokens_are_found_in_files_and_made_void(tmp_path: Path) -> None:
    holder = officer("steward", body())
    kept, text = services.mint_token(name="x", scopes=["log:read"], by=holder.actor, now=NOW)
    stranger = tokens.fresh(tokens.API).text
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "script.sh").write_text(f"curl -H 'Authorization: Bearer {text}'\n# {stranger}\n")
    told = run("tokens", "scan", str(tmp_path))
    assert "2 found" in told
    assert text not in told
    assert ApiToken.objects.get(pk=kept.pk).revoked_at is None
    assert told.count("made void") == 0
    assert run("tokens", "scan", str(tmp_path), "--revoke").count("made void") == 1
    assert ApiToken.objects.get(pk=kept.pk).revoked_why == "leaked"


def test_tokens_are_listed_without_their_texts_and_revoked_by_name() -> None:
    holder = officer("steward", body())
    kept, text = services.mint_token(name="nightly", scopes=["log:read"], by=holder.actor, now=NOW)
    told = run("tokens", "list")
    assert "nightly" in told
    assert text not in told
    run("tokens", "revoke", f"kmt_{kept.pk}")
    assert "nightly" not in run("tokens", "list")
    with pytest.raises(CommandError):
        run("tokens", "revoke", "nothing0")
