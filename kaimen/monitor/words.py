"""Words of this room, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kaimen.core.lifecycle.rules import Words

FAULTS: Mapping[str, object] = {
    "needed": _("Fill this in."),
    "unknown_field": _("This is not asked here."),
    "not_text": _("This holds signs that cannot be read."),
    "too_long": _("This is too long."),
    "not_a_number": _("Write a number."),
    "too_small": _("This number is too small."),
    "too_large": _("This number is too large."),
    "too_many_places": _("Write fewer places after the point."),
    "not_whole": _("Write a whole number."),
    "not_a_date": _("Write a day, such as 2026-03-31."),
    "not_a_choice": _("Choose one of the options."),
    "not_yes_or_no": _("Write yes or no."),
    "not_a_key": _("Letters, digits, point, dash and underscore only; it begins with a letter or a digit."),
    "not_a_credit_code": _("This is no unified social credit code: its 18 signs or its check sign are wrong."),
    "looks_like_a_formula": _("This begins like a formula. Begin with a letter or a digit."),
    "taken": _("There is a record with this code already."),
    "twice": _("This code stands in the sheet twice."),
    "not_yours": _("This record belongs to another body."),
    "is_retired": _("This record is out of force. Restore it first."),
    "in_future": _("This day is not over. What is built, accepted, running or published has a day that is past."),
    "out_of_order": _("This is less, or earlier, than “%(other)s”, which goes before it."),
    "out_of_proportion": _(
        "This is out of all proportion to “%(other)s”, to which it belongs. Look at the units of both."
    ),
    "not_the_quotient": _("This is not what the two figures it rests on come to. Correct it, or them."),
    "beyond_the_heads": _("There are cells to the right of the last head."),
}
"""What is wrong with a field or a cell. `%(other)s`: what the field is called against which it was held."""

VERBS: Mapping[str, object] = {
    "entered": _("entered"),
    "changed": _("changed"),
    "retired": _("taken out of force"),
    "restored": _("put back in force"),
}
WAYS: Mapping[str, object] = {"form": _("by form"), "sheet": _("by sheet"), "api": _("by API")}
MEASURES: Mapping[str, object] = {"sum": _("a sum"), "ratio": _("a ratio, weighted by its denominator")}
COUNTS: Mapping[str, object] = {
    "core": _("core industries, classes 01 to 04"),
    "efficiency": _("efficiency, class 05: never part of a core figure"),
}
SCORED: Mapping[str, tuple[object, object]] = {
    "languages": (_("Entries in both languages"), _("of all its entries in force")),
    "supplied": (_("Datasets that hold data"), _("of its datasets in force")),
    "fresh": (_("Data as fresh as promised"), _("of its datasets that hold data and promise a frequency")),
    "loads": (_("Loads that passed"), _("of its loads that came to an end in the period")),
    "rows": (_("Rows that were right"), _("of all rows in its loads that passed")),
    "corrections": (_("Objections that led to a correction"), _("of the objections that it decided in the period")),
    "open": (_("Open entries"), _("of all its entries in force, on conditions or without")),
    "shared": (_("Shared entries"), _("of all its entries in force, on conditions or without")),
}
"""What is counted of a body beside its terms: what is above the line, and of what."""
STANDINGS: Mapping[str, object] = {
    "kept": _("in time"),
    "late": _("late"),
    "open_late": _("late and still open"),
    "running": _("running"),
}


def english() -> bool:
    """Does the reader read English?"""
    return (get_language() or "").startswith("en")


def fault(code: str, *, other: str = "") -> str:
    """What is wrong, in the reader's language."""
    return str(FAULTS[code]) % {"other": other}


def said(words: Words | None) -> str:
    """In the reader's language."""
    return words.in_("en" if english() else "zh") if words else ""


def joined(parts: list[str]) -> str:
    """Beside one another, as people write them."""
    return (", " if english() else "、").join(parts)
