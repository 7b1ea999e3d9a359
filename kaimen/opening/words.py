"""Codes of entries and columns in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Invalid
from kaimen.core.metadata.entry import Item
from kaimen.core.metadata.masks import Deny, Generalise, Keep, Minimum, Null, Pseudonym, parse_mask
from kaimen.web.names import kept


def language() -> str:
    """`zh` or `en`, as the code lists name them."""
    return "en" if get_language() == "en" else "zh"


def name_of(code_list: str, code: str) -> str:
    """The name of a code in the reader's language."""
    return catalogue.spec().list_of(code_list).name_of(code, language())


def name_of_value(code_list: str, value: str) -> str:
    """The label of a value of the data: `朝阳区` is Chaoyang in English. What the list does not know stays as it is."""
    return catalogue.spec().list_of(code_list).name_of_value(value, language())


def unit(text: str) -> str:
    """The unit of a column. It has one name only: a Chinese one is left out on English pages."""
    return "" if language() == "en" and any("\u4e00" <= sign <= "\u9fff" for sign in text) else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What the public gets of a column: in two or three words, in a sentence, and why."""

    short: str
    what: str
    why: str
    suppressed_under: int | None = None


def covered() -> Treatment:
    """A mask for which there are no better words."""
    return Treatment(
        short=_("covered"), what=_("The values are covered."), why=_("What goes out must not point at a person.")
    )


_GENERALISED = {
    ("date", "month"): lambda: (_("month only"), _("Only the month of the date.")),
    ("date", "year"): lambda: (_("year only"), _("Only the year of the date.")),
    ("division", "district"): lambda: (_("district only"), _("Only the district of the place.")),
}


def treatment(item: Item) -> Treatment | None:
    """How the mask of a column reads to people; None where the column is given as it is."""
    if not item.mask_rule:
        return None
    try:
        mask = parse_mask(item.mask_rule)
    except Invalid:
        return None
    why = _("A column of level %(level)s: what goes out must not point at a person.") % {"level": item.level or 2}
    match mask:
        case Minimum(least=least):
            return Treatment(
                short=_("no numbers under %(n)s") % {"n": least},
                what=_("Numbers under %(n)s are not given.") % {"n": least},
                why=_("Where there are only a few, the number would point at people."),
                suppressed_under=least,
            )
        case Keep(first=first, last=last):
            part = kept(first, last)
            return Treatment(
                short=part,
                what=_("%(kept)s; the number of stars is fixed.") % {"kept": part[:1].upper() + part[1:]},
                why=why,
            )
        case Pseudonym():
            return Treatment(
                short=_("a code"),
                what=_("Replaced by a code."),
                why=_(
                    "The same value has the same code here, and another one elsewhere: nobody can put tables together."
                ),
            )
        case Generalise(hierarchy="number", level=width):
            return Treatment(
                short=_("in steps of %(n)s") % {"n": width},
                what=_("Numbers in steps of %(n)s.") % {"n": width},
                why=why,
            )
        case Generalise(hierarchy=hierarchy, level=level):
            short, what = _GENERALISED[hierarchy, level]()
            return Treatment(short=short, what=what, why=why)
        case Deny():
            return Treatment(short=_("stays inside"), what=_("This column stays inside."), why=why)
        case Null():
            return Treatment(short=_("emptied"), what=_("The values are taken out."), why=why)


def how_late(by: timedelta) -> str:
    """`晚了2天`, `late by 3 hours`."""
    hours = int(by.total_seconds() // 3600)
    if hours < 1:
        return _("late by less than an hour")
    if hours < 48:
        return _("late by %(n)s h") % {"n": hours}
    return _("late by %(n)s days") % {"n": hours // 24}
