"""A form of a step: one field for each thing it asks, in the reader's language. What is right, the step says; the form only shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kaimen.accounts import selectors as accounts
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Invalid, Missing
from kaimen.core.lifecycle.workflow import LONGEST_LINE, LONGEST_TEXT, Act, Ask, Field, FieldKind
from kaimen.core.policy.party import Actor
from kaimen.web.templatetags.kaimen import moment

FAULTS: Mapping[str, object] = {
    "needed": _("Fill this in."),
    "must_be_ticked": _("Tick this to go on."),
    "not_text": _("This holds signs that cannot be read."),
    "too_long": _("This is too long."),
    "not_a_number": _("Write a number."),
    "too_many_places": _("Write at most two decimals."),
    "too_small": _("This number is too small."),
    "too_large": _("This number is too large."),
    "not_a_date": _("Write a day, such as 2026-03-31."),
    "not_an_instant": _("Write day and time, such as 2026-03-31T09:30+08:00."),
    "in_the_past": _("Choose a day from today on."),
    "in_the_future": _("Choose a day that is not in the future."),
    "after_now": _("Choose a moment that has been: not later than now."),
    "too_far": _("This day lies too far ahead. The last year is 2200."),
    "too_long_ago": _("This day lies too far back. Check the year."),
    "not_higher": _("Choose a higher grade than the one that stands."),
    "not_lower": _("Choose a lower grade than the one that stands, or the same for fewer persons than were known."),
    "not_a_choice": _("Choose one of the options."),
    "entry_unknown": _("There is no such entry in the catalogue for you. Write the short name from its address."),
    "not_a_column": _("Choose columns of this entry."),
    "name_by_number": _(
        "These data hold a number that tells people apart. Name the person by it: others may have the same name."
    ),
    "not_the_exchange": _("Neither the exchange nor the data authority has a share in what it reviews."),
    "before_nomination": _(
        "Who did not hold the post here before is not in it before the day on which they were named."
    ),
    "no_answer_to_it": _("This ground does not answer what was claimed. Choose one that does."),
    "given_to_nobody": _(
        "One of these columns is given to nobody: its mask, or the way it is shared, says so. Leave it out."
    ),
    "institution_unknown": _("There is no such body in the register."),
    "case_unknown": _("There is no such case of yours. Write its whole number."),
    "unknown_field": _("This is not asked here."),
    "not_a_listed_condition": _("This is no condition that the entry lists. Copy one of them."),
    "not_fewer": _("Choose fewer columns than were asked for, and only from those."),
    "only_a_clerk": _("Only a clerk who files for somebody can say this. Choose “internet”."),
    "not_yours_to_set": _("Leave this empty: it is set for you."),
    "no_such_item": _("There is no such line in this plan."),
    "not_open_data": _("This entry is not open, or holds no data yet."),
    "not_that_year": _("Choose a day in the year of the plan."),
    "personal": _("Everybody will read this. Take telephone numbers, identity numbers and e-mail addresses out."),
    "not_a_share_method": _("The entry does not list this way. Its page says which it lists."),
    "after_today": _("Choose a day after today."),
    "not_own_body": _("Name another body than your own."),
    "one_of_two": _("Choose a body of the register, or name one that is not in it: one of the two."),
    "in_the_register": _("This body stands in the register. Choose it there."),
    "not_answered_before": _("Name a request of the same applicant to your body that was answered in substance."),
    "too_short": _("Say it in words: an address, a telephone or a page."),
    "not_urgent": _(
        "An event does not ask for that: it can wait for a sharing request. Choose a duty or a public service."
    ),
    "not_later": _("Choose a day after the one that was planned."),
    "before_known": _("That is before it was known."),
    "not_how_they_came": _("Choose the way by which the person came to you."),
    "not_this_door": _("This is not for you or not for these data. Choose what you are."),
    "no_exchange_staff": _("Nobody of this body is exchange staff. Choose a body in which this office is held."),
    "not_a_digest": _("Write the 64 hexadecimal digits of a SHA-256."),
    "zone_unknown": _("Your body implements no such zone that is in operation. Write its short name."),
    "not_a_short_name": _("Write small letters, digits and single hyphens, 2 to 40 signs."),
    "not_an_operator": _("Choose a company, a utility or a public institution that is not your own body."),
    "artefact_unknown": _(
        "This is no frozen result of yours that can still be asked for. Freeze it on the page of the project."
    ),
    "not_an_address": _("Write an e-mail address."),
    "not_people": _("One person a line: a name, a comma, an e-mail address. At most fifty."),
    "address_taken": _("One of these addresses has an account already. Name new ones."),
    "no_personal_column": _("None of these columns tells of persons, as the catalogue marks them."),
    "before_the_first_day": _("That is before the first day."),
    "one_unit": _("Choose exactly one column: the one that tells one person from another."),
    "not_a_side": _("This body is not the other side of that request."),
    "all_needed": _("Tick every line. Where one does not hold, send it back or refuse."),
    "not_the_registered_code": _("Write the credit code under which your body is registered here."),
    "not_owners": _("One a line: a name, a comma, the number of the document."),
    "not_tradable": _("Leave out columns with personal information or of level 4: they are not for sale."),
    "not_itself": _("Name another body than the seller."),
    "no_such_asset": _("There is no valid registration of yours under this code."),
    "not_a_use_of_it": _("This product is not offered for that purpose. Its page says for which."),
    "not_the_price": _("The amount is not the price of the order."),
    "before_itself": _("That is before what it is about: it was not there on that day."),
    "before_contract": _("That is before the contract was signed."),
    "persons_concerned": _("There are persons concerned, so this is no reason. Choose another, or tell them."),
    "no_such_row": _(
        "No row of these data holds this value, in no version and no delivery. Nothing is there to delete."
    ),
    "not_of_one_person": _(
        "Name a column that tells one person from all others: a direct identifier, or the key of the data."
    ),
    "not_the_number_found": _(
        "Copy the number of rows that was found. Where it does not fit one person, send it back."
    ),
    "nothing_goes_back": _("Where the contract stands nothing goes back. Leave this empty."),
    "not_delivered_no_part": _(
        "Nothing is delivered yet, so there is no part to pay for: the contract stands, or all goes back."
    ),
    "sealed_token": _("This only stands for an answer that is kept sealed. Write the answer itself."),
    "not_a_part": _("Write a part of what was paid: more than nothing, less than all. It takes a delivery."),
}


def english() -> bool:
    """Does the reader read English?"""
    return (get_language() or "").startswith("en")


class StepForm(forms.Form):
    """The fields of a step. Built from what it asks; `known` are the facts of the case, so that columns know their entry.

    `choices`: for fields that name something which the window keeps, what there is to choose from.
    """

    def __init__(
        self,
        act: Act,
        *args: Any,
        by: Actor,
        known: Mapping[str, object],
        at: datetime,
        choices: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.act = act
        given = {**known, **{name: str(value) for name, value in self.initial.items() if value}}
        if self.is_bound:
            given |= {name: self.data.get(name, "") for name in self.data}
        for ask in act.asks:
            listed = (choices or {}).get(ask.field.name)
            self.fields[ask.field.name] = (
                _field(ask, by=by, given=given, at=at) if listed is None else _chosen(ask, listed)
            )

    @property
    def shows(self) -> str:
        """The field that must be told before the columns to choose from are known; empty where none is asked with them."""
        asked = {ask.field.name for ask in self.act.asks}
        return next(
            (ask.field.of for ask in self.act.asks if ask.field.kind is FieldKind.COLUMNS and ask.field.of in asked), ""
        )

    def answers(self) -> dict[str, object]:
        """What was filled in, as the step takes it."""
        found: dict[str, object] = {}
        for ask in self.act.asks:
            name = ask.field.name
            if ask.field.kind in {FieldKind.CHOICES, FieldKind.COLUMNS}:
                found[name] = self.data.getlist(name) if hasattr(self.data, "getlist") else []  # type: ignore[attr-defined]
            elif ask.field.kind is FieldKind.TICK:
                found[name] = name in self.data
            elif ask.field.kind is FieldKind.INSTANT:
                found[name] = _with_zone(str(self.data.get(name, "")))
            else:
                found[name] = self.data.get(name, "")
        return found

    def told(self, fault: Invalid) -> None:
        """Put the faults of the step beside their fields."""
        self.full_clean()
        self._errors.clear()  # type: ignore[union-attr]  # the step is the judge: its words stand, not the browser's
        fields, codes = fault.details.get("fields"), fault.details.get("faults")
        for name, code in zip(
            fields if isinstance(fields, list) else [], codes if isinstance(codes, list) else [], strict=True
        ):
            self.add_error(
                str(name) if name in self.fields else None, str(FAULTS.get(str(code), FAULTS["not_a_choice"]))
            )


def _with_zone(given: str) -> str:
    """Browsers send a moment without its zone: it is the one of the platform."""
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        return given
    return moment.replace(tzinfo=moment.tzinfo or ZoneInfo(str(settings.KAIMEN_TIME_ZONE))).isoformat()


def without_zone(kept: str) -> str:
    """A moment as browsers show it: at the platform's place, to the minute, without its zone."""
    try:
        moment = datetime.fromisoformat(kept)
    except ValueError:
        return kept
    here = moment.astimezone(ZoneInfo(str(settings.KAIMEN_TIME_ZONE))) if moment.tzinfo else moment
    return here.strftime("%Y-%m-%dT%H:%M")


def _words(asked: Field) -> str:
    return asked.words.in_("en" if english() else "zh")


def _help(asked: Field) -> str:
    return asked.help.in_("en" if english() else "zh") if asked.help else ""


def _field(ask: Ask, *, by: Actor, given: Mapping[str, object], at: datetime) -> forms.Field:
    asked = ask.field
    common: dict[str, Any] = {
        "label": _words(asked),
        "required": ask.needed,
        "help_text": _help(asked),
    }
    match asked.kind:
        case FieldKind.LINE:
            return forms.CharField(max_length=asked.most or LONGEST_LINE, **common)
        case FieldKind.TEXT:
            return forms.CharField(
                max_length=asked.most or LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}), **common
            )
        case FieldKind.NUMBER:
            return forms.IntegerField(min_value=asked.least, max_value=asked.most, **common)
        case FieldKind.MONEY:
            return forms.DecimalField(
                max_digits=17, decimal_places=2, min_value=asked.least, max_value=asked.most, **common
            )
        case FieldKind.DATE:
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
        case FieldKind.INSTANT:
            return forms.CharField(max_length=40, widget=forms.TextInput(attrs={"type": "datetime-local"}), **common)
        case FieldKind.CHOICE:
            return forms.ChoiceField(choices=[("", "—"), *_choices(asked)], widget=forms.Select, **common)
        case FieldKind.CHOICES:
            return forms.MultipleChoiceField(choices=_choices(asked), widget=forms.CheckboxSelectMultiple, **common)
        case FieldKind.YES_NO:
            return forms.ChoiceField(choices=[("yes", _("yes")), ("no", _("no"))], widget=forms.RadioSelect, **common)
        case FieldKind.TICK:
            return forms.BooleanField(**common)
        case FieldKind.ENTRY:
            common["help_text"] = common["help_text"] or _("The short name at the end of its address.")
            return forms.CharField(max_length=200, **common)
        case FieldKind.CASE:
            common["help_text"] = common["help_text"] or _("Its whole number, as it stands on its page.")
            return forms.CharField(max_length=200, **common)
        case FieldKind.INSTITUTION:
            bodies = [(one.slug, one.name_en if english() else one.name_zh) for one in accounts.institutions(at=at)]
            return forms.ChoiceField(choices=[("", "—"), *bodies], widget=forms.Select, **common)
        case FieldKind.COLUMNS:
            return _columns(asked, common, by=by, given=given)


def _chosen(ask: Ask, listed: Sequence[tuple[str, str]]) -> forms.Field:
    """One of the things that the window keeps, chosen by its words and not by a number that nobody knows."""
    return forms.ChoiceField(
        choices=[("", "—"), *listed],
        label=_words(ask.field),
        required=ask.needed,
        help_text=(_help(ask.field) if listed else _("There is none now.")),
    )


def _choices(asked: Field) -> list[tuple[str, str]]:
    language = "en" if english() else "zh"
    if asked.codes:
        return [(code, words.in_(language)) for code, words in asked.codes.items()]
    return [(code.code, code.name(language)) for code in catalogue.spec().list_of(asked.code_list).codes.values()]


def _columns(asked: Field, common: dict[str, Any], *, by: Actor, given: Mapping[str, object]) -> forms.Field:
    """The columns of the entry, to be ticked one by one; none where the entry is not known yet."""
    name = str(given.get(asked.of) or "")
    items: Iterable[Any] = ()
    if name:
        try:
            entry = catalogue.entry_for(by, name)
        except Missing:
            items = ()
        else:
            kept = entry.never_given if asked.leaves else ()
            items = [item for item in entry.items if item.column not in kept]
    found = [
        (item.column, f"{(item.name_en if english() else item.name_zh) or item.column} ({item.column})")
        for item in items
    ]
    if not found:
        common["help_text"] = _("They are shown here once it is known of which data.")
    return forms.MultipleChoiceField(choices=found, widget=forms.CheckboxSelectMultiple, **common)


def said(asked: Field, value: object) -> str:
    """An answer in words."""
    if value is None or (isinstance(value, str | list) and not value):
        return "—"
    if asked.kind is FieldKind.INSTANT:
        return moment(datetime.fromisoformat(str(value)))
    if asked.kind is FieldKind.INSTITUTION:
        body = accounts.institution(str(value))
        return (body.name_en if english() else "") or body.name_zh
    language = "en" if english() else "zh"
    listed = dict(_choices(asked)) if asked.codes or asked.code_list else {}
    match value:
        case bool():
            return str(_("yes") if value else _("no"))
        case list():
            return (", " if language == "en" else "、").join(listed.get(str(one), str(one)) for one in value)
        case _:
            return listed.get(str(value), str(value))


__all__ = ["FAULTS", "StepForm", "english", "said", "without_zone"]
