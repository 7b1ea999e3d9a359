"""What masks, row rules and denied columns are called before people: the plain reason first, its ground after it."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaimen.catalogue import selectors as catalogue
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy import mask
from kaimen.core.policy.obligations import WITHHELD, Deny, Filter, Mask
from kaimen.core.policy.rows import All, Compare, Either, Not, Term
from kaimen.web.names import kept
from kaimen.web.parts import Reason


def language() -> str:
    """`zh` or `en`."""
    return "en" if get_language() == "en" else "zh"


def purposes() -> list[tuple[str, str]]:
    """The vocabulary of purposes: code and name."""
    known = catalogue.spec().list_of("purpose")
    return [(code, known.name_of(code, language())) for code in known.codes]


def column_name(entry: PublishedEntry, column: str) -> str:
    """What people call a column."""
    item = entry.item(column)
    return item.name(language()) if item else column


def short(how: mask.Treatment) -> str:
    """A mask in two or three words, for a chip."""
    match how:
        case mask.Null():
            return _("covered")
        case mask.Keep():
            return kept(how.first, how.last)
        case mask.Pseudonym():
            return _("a code")
        case mask.Generalise(hierarchy="date", level="year"):
            return _("year only")
        case mask.Generalise(hierarchy="date"):
            return _("month only")
        case mask.Generalise():
            return _("coarser place")
        case mask.Steps():
            return _("in steps of %(width)s") % {"width": how.width}
        case mask.Minimum():
            return _("nothing under %(least)s") % {"least": how.least}


def reason(number: int, duty: Mask | Deny | Filter, entry: PublishedEntry) -> Reason:
    """One numbered reason."""
    match duty:
        case Mask():
            what = _what_of_mask(duty, column_name(entry, duty.column))
        case Deny():
            what = _("%(column)s is not given.") % {"column": column_name(entry, duty.column)}
        case Filter() if duty.why == WITHHELD:
            what = _("Rows of somebody are withheld.")
        case Filter():
            what = _("Only rows where %(term)s.") % {"term": term(duty.term, entry)}
    return Reason(number=number, what=what, why=_why(duty.why), ground=ground(duty.clause))


def _what_of_mask(duty: Mask, name: str) -> str:
    facts = {"column": name}
    match duty.how:
        case mask.Null():
            return _("%(column)s is covered as a whole.") % facts
        case mask.Keep(first=0, last=0):
            return _("%(column)s shows stars only.") % facts
        case mask.Keep(first=1, last=0):
            return _("Of %(column)s only the first character.") % facts
        case mask.Keep(first=first, last=last):
            return _("Of %(column)s the first %(first)s and the last %(last)s characters.") % (
                facts | {"first": first, "last": last}
            )
        case mask.Pseudonym():
            return (
                _("%(column)s is replaced by a code. The same value has the same code here, and another one elsewhere.")
                % facts
            )
        case mask.Generalise(hierarchy="date", level="year"):
            return _("Of %(column)s only the year.") % facts
        case mask.Generalise(hierarchy="date"):
            return _("Of %(column)s only the month.") % facts
        case mask.Generalise():
            return _("%(column)s is given as a larger area.") % facts
        case mask.Steps(width=width):
            return _("%(column)s in steps of %(width)s, rounded down.") % (facts | {"width": width})
        case mask.Minimum(least=least):
            return _("Numbers of %(column)s under %(least)s are not shown.") % (facts | {"least": least})


def _why(code: str) -> str:
    return {
        "personal": _("It tells about persons; this use does not need more."),
        "level": _("Its level is higher than that of data for everybody."),
        "agreed": _("That is what was agreed."),
        "never_leaves": _("It is given to nobody."),
        "unassessed": _("No impact assessment covers it."),
        "not_open": _("It is not open to everybody."),
        "not_named": _("The agreement does not name it."),
        "withheld": _("Somebody asked for it, or the law does: these rows are stored and nothing else."),
        "own_rows": _("That is what your body is competent for."),
    }.get(code, "")


def ground(clause: str) -> str:
    """The clause in words."""
    if clause.startswith("BJ-"):
        return _("Regulations, article %(number)s") % {"number": clause[3:]}
    if clause == "PI-05":
        return str(_("Personal Information Protection Law, article 55"))
    return _("agreement %(code)s") % {"code": clause} if clause else ""


def value_name(entry: PublishedEntry, column: str, value: object) -> str:
    """What people call a value: `海淀区` is Haidian in English. What its list, or that of divisions, does not know stays as it is."""
    item = entry.item(column)
    if item is None or not isinstance(value, str):
        return str(value)
    return catalogue.spec().list_of(item.code_list or "area").name_of_value(value, language())


def term(found: Term, entry: PublishedEntry) -> str:
    """A row rule in words."""
    match found:
        case Compare():
            values = (", " if language() == "en" else "、").join(
                value_name(entry, found.column, value) for value in found.values
            )
            said = {
                "eq": _("%(column)s is %(values)s"),
                "in": _("%(column)s is %(values)s"),
                "neq": _("%(column)s is not %(values)s"),
                "not_in": _("%(column)s is not %(values)s"),
                "lt": _("%(column)s is below %(values)s"),
                "lteq": _("%(column)s is at most %(values)s"),
                "gt": _("%(column)s is above %(values)s"),
                "gteq": _("%(column)s is at least %(values)s"),
                "is_null": _("%(column)s is empty"),
                "is_not_null": _("%(column)s is not empty"),
            }[found.op]
            return said % {"column": column_name(entry, found.column), "values": values}
        case All():
            return _(" and ").join(term(each, entry) for each in found.terms)
        case Either():
            return _(" or ").join(term(each, entry) for each in found.terms)
        case Not():
            return _("not (%(term)s)") % {"term": term(found.term, entry)}
