"""From the decoded YAML of a workflow to a `Workflow`, with nothing passed through that is not understood.

Refused, with the place: an unknown key, kind, state, side, role, rule or outcome; a step that leads nowhere or comes from nowhere; a
state that no step reaches; a state that is no end and has no way on; a word that one of the languages lacks; a rule that is no
timer started, or met though nothing starts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

from kaimen.core.lifecycle.reading import Fault
from kaimen.core.lifecycle.rules import RuleBook, RuleKind, Words
from kaimen.core.lifecycle.terms import StopKind
from kaimen.core.lifecycle.workflow import (
    CLOSED,
    NEW,
    OUTCOMES,
    PUBLIC,
    SYSTEM,
    Act,
    Ask,
    Desk,
    Field,
    FieldKind,
    Side,
    SideKind,
    Start,
    State,
    Way,
    Workflow,
)

Document = Mapping[str, object]
ANY = "any"
"""A step from every state but the ends; or a side that is whoever holds the role."""
RECORDS = "evidence"
"""Duties of this workflow of the pack keep records for good; a retention keeps them for a time."""
_HEAD = {
    "workflow",
    "room",
    "prefix",
    "names",
    "about",
    "sides",
    "states",
    "fields",
    "acts",
    "rules",
    "retention",
    "title",
}
_ACT = {
    "verb", "names", "from", "to", "by", "side", "outcome", "asks", "shows", "apart", "when", "once", "starts", "meets", "stops",
    "resumes", "extends", "rule", "help", "ways",
}  # fmt: skip
_FIELD = {"kind", "zh", "en", "help", "options", "list", "of", "least", "most", "when", "private", "sealed", "leaves"}
E = TypeVar("E", FieldKind, SideKind, StopKind)


def read_workflow(document: Document, *, roles: frozenset[str], book: RuleBook, lists: frozenset[str]) -> Workflow:
    """One workflow. `roles`: codes of the pack; `book`: its rules; `lists`: names of its code lists. Raises `Fault`."""
    where = str(document.get("workflow", "?"))
    _keys(document, where, needed=_HEAD, allowed={"regime"})
    sides = {code: _side(code, row, f"{where}: side {code}") for code, row in _map(document, "sides", where)}
    fields = {name: _field(name, row, f"{where}: field {name}", lists) for name, row in _map(document, "fields", where)}
    states = {
        code: _state(code, row, f"{where}: state {code}", sides, roles) for code, row in _map(document, "states", where)
    }
    reader = _Acts(where, sides=sides, states=states, fields=fields, roles=roles, book=book)
    acts = {act.verb: act for act in map(reader.read, _rows(document, "acts", where))}
    made = Workflow(
        code=where,
        room=_text(document, "room", where),
        prefix=_text(document, "prefix", where),
        words=_words(document["names"], where),
        about=_words(document["about"], where),
        sides=sides,
        states=states,
        fields=fields,
        acts=acts,
        rules=tuple(_strings(document["rules"], where)),
        retention=_text(document, "retention", where),
        title=tuple(_strings(document["title"], where)),
        regime=str(document.get("regime", "")),
    )
    _agree(made, where, book, count=len(_rows(document, "acts", where)))
    return made


def _agree(made: Workflow, where: str, book: RuleBook, *, count: int) -> None:
    if count != len(made.acts):
        raise Fault(where, "a verb stands twice")
    if not made.opening:
        raise Fault(where, "no step comes from `{state}`", state=NEW)
    for name in made.title:
        if name not in made.fields:
            raise Fault(where, "title names {name}, which is no field", name=name)
    for rule in (*made.rules, made.retention):
        if rule not in book.rules:
            raise Fault(where, "{rule} is no rule", rule=rule)
    keeps = book.rules[made.retention]
    if keeps.kind is not RuleKind.RETENTION and not (keeps.kind is RuleKind.DUTY and keeps.workflow == RECORDS):
        raise Fault(where, "{retention} is no retention", retention=made.retention)
    for side in made.sides.values():
        if side.of and side.of not in made.fields:
            raise Fault(where, "side {code} is of {of}, which is no field", code=side.code, of=side.of)
    for code, state in made.states.items():
        ways = [act for act in made.acts.values() if code in act.sources and act.leads_to - {code}]
        if state.end == bool(ways):
            why = "{state} is an end with a way on" if state.end else "{state} is no end and has no way on"
            raise Fault(where, why, state=code)
    reached, before = {NEW}, 0
    while len(reached) != before:
        before = len(reached)
        for act in made.acts.values():
            if reached & act.sources:
                reached |= act.leads_to
    if lost := set(made.states) - reached:
        raise Fault(where, "no step reaches {states}", states=", ".join(sorted(lost)))
    started = {start.rule for act in made.acts.values() for start in act.starts}
    for act in made.acts.values():
        for rule in (*act.meets, *(rule for rule, _ in act.stops), *act.resumes, *act.extends):
            if rule not in started:
                raise Fault(where, "{verb} speaks of {rule}, which nothing starts", verb=act.verb, rule=rule)
        for verb in act.apart:
            if verb not in made.acts:
                raise Fault(where, "{verb} is apart from {other}, which is no step", verb=act.verb, other=verb)
        if act.extends and not {"days", "notified"} <= {ask.field.name for ask in act.asks}:
            raise Fault(where, "{verb} extends a term without asking for days and notified", verb=act.verb)


class _Acts:
    """Steps, read against everything that they may name."""

    def __init__(
        self, where: str, *, sides: Mapping[str, Side], states: Mapping[str, State], fields: Mapping[str, Field],
        roles: frozenset[str], book: RuleBook,
    ) -> None:  # fmt: skip
        self._where, self._sides, self._states, self._fields = where, sides, states, fields
        self._roles, self._book = roles | {PUBLIC, SYSTEM}, book

    def read(self, row: Document) -> Act:
        """One step."""
        verb = str(row.get("verb", "?"))
        where = f"{self._where}: step {verb}"
        _keys(row, where, needed={"verb", "names", "from", "by", "side", "outcome"}, allowed=_ACT)
        to = str(row.get("to", ""))
        if to and to not in self._states:
            raise Fault(where, "leads to {to}, which is no state", to=to)
        sources = self._sources(row["from"], where)
        if NEW in sources and not to:
            raise Fault(where, "begins a case and leads nowhere")
        outcome = _text(row, "outcome", where)
        if outcome not in OUTCOMES:
            raise Fault(where, "{outcome} is no outcome", outcome=outcome)
        rule = str(row.get("rule", ""))
        if rule and rule not in self._book.rules:
            raise Fault(where, "{rule} is no rule", rule=rule)
        return Act(
            verb=verb,
            words=_words(row["names"], where),
            sources=sources,
            to=to,
            roles=frozenset(self._known(_strings(row["by"], where), self._roles, where, "role")),
            sides=self._sides_of(row["side"], where, opens=NEW in sources),
            outcome=outcome,
            asks=tuple(self._ask(name, where) for name in _strings(row.get("asks", []), where)),
            shows=self._shows(row.get("shows", []), where, begins=NEW in sources),
            apart=tuple(_strings(row.get("apart", []), where)),
            when=self._when(row.get("when", {}), where),
            once=bool(row.get("once", False)),
            starts=tuple(self._start(one, where) for one in _rows(row, "starts", where, optional=True)),
            meets=tuple(_strings(row.get("meets", []), where)),
            stops=tuple(
                (_text(one, "rule", where), _enum(StopKind, one.get("kind"), where))
                for one in _rows(row, "stops", where, optional=True)
            ),
            resumes=tuple(_strings(row.get("resumes", []), where)),
            extends=tuple(_strings(row.get("extends", []), where)),
            rule=rule,
            help=_words(row["help"], where) if "help" in row else None,
            ways=tuple(self._way(one, where) for one in _rows(row, "ways", where, optional=True)),
        )

    def _shows(self, raw: object, where: str, *, begins: bool) -> tuple[str, ...]:
        names = tuple(_strings(raw, where))
        if unknown := [name for name in names if name not in self._fields and name not in self._sides]:
            raise Fault(where, "shows {name}, which is no field and no side", name=unknown[0])
        if names and begins:
            raise Fault(where, "begins a case, so there is nothing to show yet")
        return names

    def _way(self, row: Document, where: str) -> Way:
        _keys(row, where, needed={"to", "when"})
        to, when = _text(row, "to", where), self._when(row["when"], where)
        if to not in self._states or not when:
            raise Fault(where, "a way leads to {to}, which is no state, or has no condition", to=to)
        return Way(to=to, when=when)

    def _sources(self, raw: object, where: str) -> frozenset[str]:
        if raw == ANY:
            return frozenset(code for code, state in self._states.items() if not state.end)
        return frozenset(self._known(_strings(raw, where), {*self._states, NEW}, where, "state"))

    def _known(self, names: Iterable[str], among: Iterable[str], where: str, what: str) -> list[str]:
        kept = list(names)
        if unknown := [name for name in kept if name not in set(among)]:
            raise Fault(where, "{name} is no {what}", name=unknown[0], what=what)
        if not kept:
            raise Fault(where, "no {what} is named", what=what)
        return kept

    def _sides_of(self, raw: object, where: str, *, opens: bool) -> frozenset[str]:
        """One side, several, or `any` of them; who begins a case stands on one."""
        found = (
            frozenset(self._sides)
            if raw == ANY
            else frozenset(self._known(_strings(raw, where), self._sides, where, "side"))
        )
        if opens and len(found) != 1:
            raise Fault(where, "begins a case on several sides")
        return found

    def _ask(self, name: str, where: str) -> Ask:
        bare = name.removesuffix("?")
        if bare not in self._fields:
            raise Fault(where, "asks {name}, which is no field", name=bare)
        return Ask(field=self._fields[bare], needed=bare == name)

    def _start(self, row: Document, where: str) -> Start:
        _keys(row, where, needed={"rule", "side", "role"}, allowed={"when", "since", "amount"})
        rule = _text(row, "rule", where)
        if rule not in self._book.rules or self._book.rules[rule].kind is not RuleKind.TIMER:
            raise Fault(where, "starts {rule}, which is no timer", rule=rule)
        since = str(row.get("since", ""))
        if since and (since not in self._fields or self._fields[since].kind not in {FieldKind.DATE, FieldKind.INSTANT}):
            raise Fault(where, "{rule} runs since {since}, which is no date and no instant", rule=rule, since=since)
        amount = str(row.get("amount", ""))
        if amount and (amount not in self._fields or self._fields[amount].kind is not FieldKind.NUMBER):
            raise Fault(where, "{rule} runs for {amount}, which is no number", rule=rule, amount=amount)
        return Start(
            rule=rule,
            desk=_desk(row, where, self._sides, self._roles),
            when=self._when(row.get("when", {}), where),
            since=since,
            amount=amount,
        )

    def _when(self, raw: object, where: str) -> Mapping[str, frozenset[str]]:
        if not isinstance(raw, dict):
            raise Fault(where, "`when` is no mapping")
        found: dict[str, frozenset[str]] = {}
        for name, wanted in cast("dict[str, object]", raw).items():
            asked = self._fields.get(name)
            if asked is None:
                raise Fault(where, "{name} is no field", name=name)
            values = frozenset(
                str(one).lower() if isinstance(one, bool) else str(one)
                for one in (cast("list[object]", wanted) if isinstance(wanted, list) else [wanted])
            )
            if asked.codes and (unknown := values - set(asked.codes)):
                raise Fault(where, "{name} is never {values}", name=name, values=", ".join(sorted(unknown)))
            found[name] = values
        return found


def _side(code: str, row: Document, where: str) -> Side:
    _keys(row, where, needed={"zh", "en", "kind"}, allowed={"of"})
    kind = _enum(SideKind, row["kind"], where)
    of = str(row.get("of", ""))
    if bool(of) != (kind in {SideKind.PROVIDER, SideKind.NAMED}):
        raise Fault(where, "`of` belongs to provider and named, and only to them")
    return Side(code=code, words=_words(row, where), kind=kind, of=of)


def _state(code: str, row: Document, where: str, sides: Mapping[str, Side], roles: frozenset[str]) -> State:
    _keys(row, where, needed={"zh", "en"}, allowed={"waits", "end", "for"})
    only_for = frozenset(_strings(row.get("for", []), where))
    if only_for - sides.keys():
        raise Fault(where, "`for` names sides of the workflow")
    if code == NEW:
        raise Fault(where, "the name is taken")
    return State(
        code=code,
        words=_words(row, where),
        waits=tuple(_desk(one, where, sides, roles | {PUBLIC}) for one in _rows(row, "waits", where, optional=True)),
        end=bool(row.get("end", False)),
        only_for=only_for,
    )


def _desk(row: Document, where: str, sides: Mapping[str, Side], roles: frozenset[str]) -> Desk:
    side, role = _text(row, "side", where), _text(row, "role", where)
    if side not in sides or role not in roles:
        raise Fault(where, "no desk of {role} on side {side}", role=role, side=side)
    return Desk(side=side, role=role)


def _field(name: str, row: Document, where: str, lists: frozenset[str]) -> Field:
    _keys(row, where, needed={"kind", "zh", "en"}, allowed=_FIELD)
    kind = _enum(FieldKind, row["kind"], where)
    code_list, options = str(row.get("list", "")), dict(_map(row, "options", where, optional=True))
    if (kind in CLOSED) != bool(code_list or options) or (code_list and options):
        raise Fault(where, "a choice has either options or a list, nothing else has one")
    if code_list and code_list not in lists:
        raise Fault(where, "{list} is no code list", list=code_list)
    future = row.get("when")
    if future not in {None, "future", "past"} or (future and kind is not FieldKind.DATE):
        raise Fault(where, "`when` of a date is future or past")
    sealed = bool(row.get("sealed", False))
    if sealed and kind not in {FieldKind.LINE, FieldKind.TEXT}:
        raise Fault(where, "only lines and texts are sealed")
    leaves = bool(row.get("leaves", False))
    if leaves and kind is not FieldKind.COLUMNS:
        raise Fault(where, "only columns leave")
    of = str(row.get("of", ""))
    if bool(of) != (kind in {FieldKind.COLUMNS, FieldKind.CASE}):
        raise Fault(where, "`of` belongs to columns and cases, and only to them")
    return Field(
        name=name,
        kind=kind,
        words=_words(row, where),
        help=_words(row["help"], where) if "help" in row else None,
        codes={code: _words(words, where) for code, words in options.items()},
        code_list=code_list,
        of=of,
        least=_int(row.get("least"), where),
        most=_int(row.get("most"), where),
        future=None if future is None else future == "future",
        private=sealed or bool(row.get("private", False)),
        sealed=sealed,
        leaves=leaves,
    )


def _keys(row: Document, where: str, *, needed: set[str], allowed: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    if missing := needed - set(row):
        raise Fault(where, "{keys} is missing", keys=", ".join(sorted(missing)))
    if unknown := set(row) - needed - allowed:
        raise Fault(where, "{keys} is not understood", keys=", ".join(sorted(unknown)))


def _words(raw: object, where: str) -> Words:
    row = cast("Mapping[str, object]", raw if isinstance(raw, dict) else {})
    zh, en = row.get("zh"), row.get("en")
    if not isinstance(zh, str) or not isinstance(en, str) or not zh.strip() or not en.strip():
        raise Fault(where, "words in zh and en are expected")
    return Words(zh=zh.strip(), en=en.strip())


def _text(row: Document, key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise Fault(where, "{key} is no text", key=key)
    return value


def _int(raw: object, where: str) -> int | None:
    if raw is not None and (not isinstance(raw, int) or isinstance(raw, bool)):
        raise Fault(where, "a bound is a whole number")
    return raw


def _enum(kind: type[E], raw: object, where: str) -> E:
    try:
        return kind(str(raw))
    except ValueError:
        raise Fault(
            where, "{value} is none of {choices}", value=raw, choices=", ".join(one.value for one in kind)
        ) from None


def _strings(raw: object, where: str) -> list[str]:
    rows = [raw] if isinstance(raw, str) else raw
    if not isinstance(rows, list) or not all(isinstance(one, str) for one in cast("list[object]", rows)):
        raise Fault(where, "names are expected")
    return cast("list[str]", rows)


def _rows(row: Document, key: str, where: str, *, optional: bool = False) -> list[Document]:
    value = row.get(key, [] if optional else None)
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in cast("list[object]", value)):
        raise Fault(where, "{key} is no list of mappings", key=key)
    return cast("list[Document]", value)


def _map(row: Document, key: str, where: str, *, optional: bool = False) -> list[tuple[str, Document]]:
    value = row.get(key, {} if optional else None)
    if not isinstance(value, dict) or not all(
        isinstance(one, dict) for one in cast("dict[str, object]", value).values()
    ):
        raise Fault(where, "{key} is no mapping of mappings", key=key)
    return [(str(name), one) for name, one in cast("dict[object, Document]", value).items()]
