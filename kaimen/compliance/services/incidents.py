"""What happens at the steps of an incident: the least grade by persons, moments that fit, the draft of the report.

The machine of cases (`kaimen.cases`) has checked hat, side, state, answers and four eyes before any of these runs. Nothing is sent from
here: a person grades, sends and records the receipt.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.cases.services import Hook, Step
from kaimen.core.errors import Invalid, Refused
from kaimen.office import selectors as office

WORKFLOW = "incident"
GRADES = ("general", "larger", "major", "especially_major")
PERSONS = "INC-07"
"""The thresholds by which leaked persons grade: one number for each grade above the first."""
DRAFTED = ("kind", "grade", "what", "effect", "persons", "measures", "criteria", "supplement")
"""What the draft of the report says, in its order. Whatever step tells one of these writes the draft anew."""
UNKNOWN = ("待查明", "not known yet")


def least_grade(persons: int, at: datetime) -> str:
    """The grade that the number of persons alone asks for."""
    book = office.rules()
    bounds = book.value(PERSONS, book.calendar.day(at)).numbers
    return GRADES[sum(persons >= bound for bound in bounds)]


def _detect(step: Step) -> None:
    if step.text("kind") == "defect" and step.facts.get("endangers") is None:
        raise Invalid("case_facts", fields=["endangers"], faults=["needed"])
    _draft(step)


def _grade(step: Step) -> None:
    """A person may grade higher than the number of persons says, not lower; and name no fewer than were known."""
    _not_fewer(step)
    _high_enough(step)
    _draft(step)


def _high_enough(step: Step) -> None:
    persons = int(step.text("persons"))
    least = least_grade(persons, step.now)
    if _rank(step.text("grade")) < _rank(least):
        raise Refused("incident_grade", least=least, persons=persons, rule=PERSONS)
    step.facts["least_grade"] = least


def _raise(step: Step) -> None:
    """The grade rises; fewer persons than were known are for a second person to say."""
    _high_enough(step)  # first: which grade the number asks for says more than that this one is no higher
    if _rank(step.text("grade")) <= _rank(str(step.before.get("grade"))):
        raise Invalid("case_facts", fields=["grade"], faults=["not_higher"])
    _grade(step)


def _downgrade(step: Step) -> None:
    """A lower grade, or the same for fewer persons than were known: by another than graded."""
    _high_enough(step)
    change = _rank(step.text("grade")) - _rank(str(step.before.get("grade")))
    if change > 0 or (not change and int(step.text("persons")) >= _known(step)):
        raise Invalid("case_facts", fields=["grade"], faults=["not_lower"])
    _draft(step)


def _not_fewer(step: Step) -> None:
    told = step.facts.get("persons")
    if told is not None and int(str(told)) < _known(step):
        raise Refused("incident_fewer", persons=_known(step))


def _known(step: Step) -> int:
    """How many persons were said to be concerned before this step."""
    return int(str(step.before.get("persons") or 0))


def _report(step: Step) -> None:
    """Recorded after it was sent. A suspected crime, and an incident of critical infrastructure, go to the police too (INC-01, INC-08)."""
    _sent(step)
    _police(step, "crime", "ciio")


def _not_reported(step: Step) -> None:
    """A general incident goes to no authority; a suspected crime goes to the police all the same (INC-08)."""
    _police(step, "crime")


def _police(step: Step, *grounds: str) -> None:
    asked = step.text("drill") == "real" and any(step.fact(one) is True for one in grounds)
    if asked and not step.text("police_receipt"):
        raise Invalid("case_facts", fields=["police_receipt"], faults=["needed"])


def _sent(step: Step) -> None:
    if datetime.fromisoformat(step.text("sent_at")) < datetime.fromisoformat(step.text("known_at")):
        raise Invalid("case_facts", fields=["sent_at"], faults=["before_known"])


def _supplement(step: Step) -> None:
    _sent(step)
    _not_fewer(step)
    persons = step.facts.get("persons")
    if persons is not None and _rank(least_grade(int(str(persons)), step.now)) > _rank(step.text("grade")):
        raise Refused("incident_to_be_raised")
    _draft(step)


def _summarise(step: Step) -> None:
    _sent(step)
    _draft(step)


def _spare(step: Step) -> None:
    """Not where the authority has ordered it, and not for want of persons where there are some."""
    if any(one.verb == "order_notice" for one in cases.taken(step.case)):
        raise Refused("incident_notice_ordered")
    if step.text("not_told") == "none" and int(step.text("persons")) > 0:
        raise Invalid("case_facts", fields=["not_told"], faults=["persons_concerned"])


def _rank(grade: str) -> int:
    return GRADES.index(grade)


def _draft(step: Step) -> None:
    """What is known, in both languages, for a person to look through and to send. What is not known yet says so."""
    for number, language in enumerate(("zh", "en")):
        step.facts[f"report_{language}"] = _text(step, number, language)


def _text(step: Step, number: int, language: str) -> str:
    body = accounts.institution(step.party("unit"))
    zh = language == "zh"

    def said(name: str) -> str:
        value = step.fact(name)
        if value is None or value in ("", []):
            return UNKNOWN[number]
        asked = step.flow.fields[name]
        if isinstance(value, list):
            return ("、" if zh else ", ").join(asked.codes[one].in_(language) for one in value)
        return asked.codes[str(value)].in_(language) if asked.codes else str(value)

    known = datetime.fromisoformat(step.text("known_at")).astimezone(office.rules().calendar.zone)
    lines = [
        ("演练：不对外报送" if zh else "DRILL: nothing leaves the house") if step.text("drill") == "drill" else "",
        f"{'编号' if zh else 'Number'}: {step.case.number}",
        f"{'一、单位' if zh else '1. Unit'}: {body.name_zh if zh else body.name_en or body.name_zh}; {said('system')}",
        f"{'二、得知时刻' if zh else '2. Known at'}: {known:%Y-%m-%d %H:%M %z}",
        *(
            f"{'   ' if name != 'kind' else ''}{step.flow.fields[name].words.in_(language)}: {said(name)}"
            for name in DRAFTED
        ),
    ]
    return "\n".join(line for line in lines if line)


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    WORKFLOW: {
        "detect": _detect,
        "contain": _draft,
        "grade": _grade,
        "raise": _raise,
        "downgrade": _downgrade,
        "report": _report,
        "not_reported": _not_reported,
        "report_defect": _sent,
        "supplement": _supplement,
        "spare_persons": _spare,
        "resolve": _draft,
        "summarise": _summarise,
        "summarise_drill": _draft,
    }
}
