"""Forms of the law: a term is reckoned, another value of a rule is written down, a word is given for a control."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaimen.compliance.selectors import LONGEST_TERM
from kaimen.compliance.selectors.grading import Column
from kaimen.compliance.words import UNITS, language, word
from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.rules import Value
from kaimen.web.errors import words

FIELDS = {
    "reason_needed": "reason",
    "rule_backdated": "since",
    "rule_twice": "since",
    "rule_not_in_force": "since",
    "rule_loosened": "numbers",
    "rule_value": "numbers",
    "rule_unit": "numbers",
}
"""Which field a refusal of the service belongs to."""
_LONGEST = 9


class Reckon(forms.Form):
    """The calculator: a day, and how many working days after it."""

    start = forms.DateField(
        label=gettext_lazy("Day of the event"),
        help_text=gettext_lazy("It is not counted itself."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day like 2027-01-04.")},
    )
    days = forms.IntegerField(label=gettext_lazy("Working days"), min_value=1, max_value=LONGEST_TERM)

    def refuse(self, error: KaimenError) -> None:
        """What the calendar cannot say."""
        said = words(error.code, error.details)
        self.add_error("start", f"{said.what} {said.why}")


class SetValue(forms.Form):
    """A number (several where the rule has several; month-day for a day of the year), a first day, a reason."""

    numbers = forms.CharField(label=gettext_lazy("New value"), max_length=100)
    since = forms.DateField(
        label=gettext_lazy("Holds from"),
        help_text=gettext_lazy("Today or later, like 2027-01-04. Running clocks keep the value that they began with."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day like 2027-01-04.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        help_text=gettext_lazy("Everybody reads it beside the value."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, value: Value | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, initial={"since": today})
        if value is None:
            return
        self.fields["numbers"].help_text = (
            _("A day of the year like 03-31.") if value.unit == "month_day" else self._counted(value)
        )

    @staticmethod
    def _counted(value: Value) -> str:
        unit = word(UNITS, value.unit).rpartition("|")[2]
        if len(value.numbers) == 1:
            return _("A whole number of: %(unit)s") % {"unit": unit}
        return _("%(n)s whole numbers, parted by commas, of: %(unit)s") % {"n": len(value.numbers), "unit": unit}

    def clean_numbers(self) -> list[int]:
        """`10`; `1,000,000` is one number only where no blank follows; `03-31` is a month and a day."""
        written = self.cleaned_data["numbers"].strip()
        parts = re.split(r"\s*[,，、;；]\s+|\s*[，、;；]\s*|(?<=\d)-(?=\d)|\s+", written)
        plain = [part.replace(",", "") for part in parts if part]
        if not plain or not all(part.isascii() and part.isdecimal() and len(part) <= _LONGEST for part in plain):
            raise forms.ValidationError(_("Write whole numbers, like 10."))
        return [int(part) for part in plain]

    def refuse(self, error: KaimenError) -> None:
        """What the service refused, beside the field that it is about."""
        said = words(error.code, error.details)
        self.add_error(FIELDS.get(error.code), f"{said.what} {said.why}")


class Confirm(forms.Form):
    """A level for each column, and the reason where one is not as suggested. Chosen beforehand is what was confirmed, else what is suggested."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Needed where a level is not the suggested one."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = [column.item.column for column in columns]
        for place, column in enumerate(columns):
            self.fields[f"level_{place}"] = forms.ChoiceField(
                label=column.item.name(language()),
                choices=[("", "—"), *[(str(level), str(level)) for level in (1, 2, 3, 4)]],
                initial=str(column.grade.level if column.grade else column.suggestion.level),
                required=False,
                widget=forms.Select(attrs={"class": "ds-input short"}),
            )

    def levels(self) -> dict[str, int]:
        """The columns for which a level was chosen."""
        return {
            name: int(chosen)
            for place, name in enumerate(self.columns)
            if (chosen := self.cleaned_data.get(f"level_{place}"))
        }

    def refuse(self, error: KaimenError) -> None:
        """What the service refused."""
        said = words(error.code, error.details)
        self.add_error("reason" if error.code == "grade_reason" else None, f"{said.what} {said.why}")


class GiveWord(forms.Form):
    """Whether it is so, what was looked at, until when the word holds."""

    holds = forms.TypedChoiceField(
        label=gettext_lazy("Is it so?"),
        choices=[("yes", gettext_lazy("It is so")), ("no", gettext_lazy("It is not so"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    seen = forms.CharField(
        label=gettext_lazy("What you looked at, and what you saw"),
        max_length=2000,
        help_text=gettext_lazy("Everybody reads it beside the control; write no names of persons."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    until = forms.DateField(
        label=gettext_lazy("Your word holds until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day like 2027-01-04.")},
    )

    def __init__(self, *args: Any, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = _("At the latest %(day)s.") % {"day": last.isoformat()}

    def refuse(self, error: KaimenError) -> None:
        """What the service refused, beside the field that it is about."""
        said = words(error.code, error.details)
        field = {"attestation_text": "seen", "attestation_until": "until"}.get(error.code)
        self.add_error(field, f"{said.what} {said.why}")
