"""The law and the last run of the board in OSCAL 1.2.1, the exchange format of auditors: catalog, plan, results.

A chapter is a group and an article a control; one with a question has its legal id (`BJ-16`), the others `art-15`. A part of a control is
an observation with its counts, a control that was measured a finding. *Nothing to look at* and *not measured* are excluded from what was
reviewed, so that they are neither satisfied nor not. Which things fail is not in these documents: the board tells it to officers.
Identifiers are made of names (UUID version 5) and times are those of the run, so two exports of one run are equal bytes.

Source: pages.nist.gov/OSCAL, models catalog, assessment-plan and assessment-results.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from kaimen.compliance.models import ControlResult, ControlRun
from kaimen.core.lifecycle.controls import Outcome
from kaimen.core.lifecycle.rules import Clause, Control, RuleBook, Words

VERSION = "1.2.1"
SPACE = "urn:kaimen:oscal"
DOCUMENTS = ("catalog", "assessment-plan", "assessment-results")
_METHODS = {"query": "EXAMINE", "probe": "TEST", "attestation": "INTERVIEW"}
_JUDGED = frozenset({Outcome.PASS.value, Outcome.FAIL.value, Outcome.ADVICE.value})
Json = dict[str, object]


def document(name: str, book: RuleBook, run: ControlRun, results: Mapping[str, ControlResult]) -> Json:
    """One of `DOCUMENTS`, wrapped in its name. Raises KeyError for another name."""
    at = run.at.astimezone(UTC)
    match name:
        case "catalog":
            return {name: _catalog(book, at)}
        case "assessment-plan":
            return {name: _plan(book, run, results, at)}
        case "assessment-results":
            return {name: _results(book, run, results, at)}
        case _:
            raise KeyError(name)


def written(told: Json) -> bytes:
    """The same document, the same bytes."""
    return (json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _id(*names: object) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join((SPACE, *map(str, names)))))


def _metadata(title: str, version: str, at: datetime) -> Json:
    return {"title": title, "last-modified": at.isoformat(), "version": version, "oscal-version": VERSION}


def _prop(name: str, value: object) -> Json:
    return {"name": name, "ns": SPACE, "value": str(value)}


# ---- the law -----------------------------------------------------------------------------------------------------------------
def _catalog(book: RuleBook, at: datetime) -> Json:
    name = book.sources[book.law].names
    return {
        "uuid": _id("catalog", book.digest),
        "metadata": _metadata(f"{name.zh} / {name.en}", f"{book.id}/{book.version}", at),
        "groups": [
            {
                "id": f"chapter-{number}",
                "class": "chapter",
                "title": f"{words.zh} / {words.en}",
                "controls": [
                    _article(clause, book.controls.get(clause.control or "")) for clause in found
                ],
            }
            for number, words in book.chapters.items()
            if (found := [clause for clause in book.clauses.values() if clause.chapter == number])
        ],
    }  # fmt: skip


def _article(clause: Clause, control: Control | None) -> Json:
    own = control.id if control else f"art-{clause.article}"
    parts = [_part(own, "statement", clause.text)]
    if control:
        parts.append(_part(own, "assessment-objective", control.passes))
        parts += [
            {
                "id": f"{own}_{method.lower()}",
                "name": "assessment-method",
                "props": [{"name": "method", "value": method}],
                "prose": control.evidence.en,
            }
            for method in dict.fromkeys(_METHODS[kind] for kind in control.kinds)
        ]
    return {
        "id": own,
        "class": "article",
        "title": f"{clause.topic.zh} / {clause.topic.en}",
        "props": [_prop("article", clause.article), _prop("force", clause.force)],
        "parts": parts,
    }


def _part(own: str, name: str, words: Words) -> Json:
    key = _objective(own) if name == "assessment-objective" else f"{own}_smt"
    return {
        "id": key,
        "name": name,
        "prose": words.en,
        "parts": [{"id": f"{key}.zh", "name": "item", "class": "zh", "prose": words.zh}],
    }


def _objective(control: str) -> str:
    return f"{control}_obj"


# ---- the run -----------------------------------------------------------------------------------------------------------------
def _plan(book: RuleBook, run: ControlRun, results: Mapping[str, ControlResult], at: datetime) -> Json:
    """The thin plan to which results must point: every control, by the functions of the board."""
    system = _id("system")
    return {
        "uuid": _id("plan", run.receipt),
        "metadata": _metadata("Plan of the control board / 控制板计划", f"{book.id}/{book.version}", at),
        "import-ssp": {"href": f"#{system}"},
        "reviewed-controls": _reviewed(results),
        "back-matter": {
            "resources": [
                {
                    "uuid": system,
                    "title": "This installation / 本平台",
                    "description": "The running system itself; no system security plan is kept in OSCAL.",
                }
            ]
        },
    }


def _reviewed(results: Mapping[str, ControlResult]) -> Json:
    left_out = [{"control-id": control} for control, one in sorted(results.items()) if one.outcome not in _JUDGED]
    selection: Json = {"include-all": {}}
    if left_out:
        selection["exclude-controls"] = left_out
    return {"control-selections": [selection]}


def _results(book: RuleBook, run: ControlRun, results: Mapping[str, ControlResult], at: datetime) -> Json:
    told = {control: results[control] for control in book.controls if control in results}
    observations = [
        _observation(book.controls[control], n, part, run, at)
        for control, one in told.items()
        for n, part in enumerate(one.parts)
    ]
    findings = [_finding(book.controls[control], one, run) for control, one in told.items() if one.outcome in _JUDGED]
    result: Json = {
        "uuid": _id("result", run.receipt),
        "title": "Run of the control board / 控制板运行",
        "description": f"Rules {run.pack}; digest of all that was found {run.digest}; entry of the log {run.receipt}.",
        "start": at.isoformat(),
        "end": at.isoformat(),
        "props": [
            _prop("duration-ms", run.duration_ms),
            *[_prop(state.replace("_", "-"), count) for state, count in sorted(run.counts.items())],
        ],
        "reviewed-controls": _reviewed(results),
    }
    for name, several in (("observations", observations), ("findings", findings)):
        if several:
            result[name] = several
    return {
        "uuid": _id("results", run.receipt),
        "metadata": _metadata("Results of the control board / 控制板结果", f"{book.id}/{book.version}", at),
        "import-ap": {"href": "assessment-plan.json"},
        "results": [result],
    }


def _observation(control: Control, n: int, part: Mapping[str, object], run: ControlRun, at: datetime) -> Json:
    evidence = part.get("evidence")
    told: Json = {
        "uuid": _id("observation", run.receipt, control.id, n),
        "title": f"{control.id} {n + 1}",
        "description": f"{part['en']} / {part['zh']}",
        "props": [
            _prop("counted", part["counted"]),
            _prop("failed", part["failed"]),
            _prop("outcome", str(part["outcome"]).replace("_", "-")),
            *([_prop("could-not-be-worked-out", part["broken"])] if part["broken"] else []),
        ],
        "methods": list(dict.fromkeys(_METHODS[kind] for kind in control.kinds)),
        "collected": at.isoformat(),
    }
    if isinstance(evidence, Sequence) and evidence:
        told["relevant-evidence"] = [
            {"href": str(one["url"]), "description": str(one["name"])} for one in evidence if one["url"]
        ]
    return told


def _finding(control: Control, found: ControlResult, run: ControlRun) -> Json:
    well = found.outcome == Outcome.PASS.value
    told: Json = {
        "uuid": _id("finding", run.receipt, control.id),
        "title": control.id,
        "description": f"{control.passes.en} / {control.passes.zh}",
        "props": [_prop("outcome", found.outcome), _prop("since", found.since.astimezone(UTC).isoformat())],
        "target": {
            "type": "objective-id",
            "target-id": _objective(control.id),
            "status": {"state": "satisfied" if well else "not-satisfied"},
        },
    }
    if found.parts:
        told["related-observations"] = [
            {"observation-uuid": _id("observation", run.receipt, control.id, n)} for n in range(len(found.parts))
        ]
    return told
