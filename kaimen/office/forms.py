"""Forms of schedules: which job, in which rhythm."""

from __future__ import annotations

from datetime import time
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy

from kaimen.core.errors import KaimenError
from kaimen.core.lifecycle.rhythm import LAST, Every, Rhythm
from kaimen.office.models import Schedule
from kaimen.office.offers import offers
from kaimen.office.services import Wanted
from kaimen.office.words import EVERY, MONTHS, WEEKDAYS, day_in_words
from kaimen.web.errors import words

FIELDS = {
    "rhythm_zone": "zone",
    "rhythm_time": "at",
    "rhythm_day": "day",
    "rhythm_moves": "moves",
    "schedule_begins": "begins_on",
    "schedule_job": "task",
    "schedule_arguments": "task",
}
"""Which field a refusal of the service belongs to."""


class ARhythm(forms.Form):
    """When it runs. Of weekday, day and month only what the chosen rhythm needs is read."""

    every = forms.ChoiceField(
        label=gettext_lazy("How often?"), choices=[(one.value, said) for one, said in EVERY.items()]
    )
    at = forms.TimeField(
        label=gettext_lazy("At what time?"),
        help_text=gettext_lazy("Like 02:30, by the clock of the zone below."),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write the time like 02:30.")},
    )
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("On which weekday?"),
        help_text=gettext_lazy("For every week."),
        choices=[("", "—"), *WEEKDAYS.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
    day = forms.TypedChoiceField(
        label=gettext_lazy("On which day?"),
        help_text=gettext_lazy("For every month and every year. Every month has days 1 to 28 and a last one."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    month = forms.TypedChoiceField(
        label=gettext_lazy("In which month?"),
        help_text=gettext_lazy("For every year."),
        choices=[("", "—"), *MONTHS.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
    moves = forms.BooleanField(
        label=gettext_lazy("On a day of rest, run on the next working day"),
        help_text=gettext_lazy("For every week, month and year; by the calendar of the rule pack."),
        required=False,
    )
    zone = forms.CharField(
        label=gettext_lazy("Time zone"), max_length=64, widget=forms.TextInput(attrs={"class": "mid"})
    )
    begins_on = forms.DateField(
        label=gettext_lazy("Not before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day like 2027-01-04.")},
    )

    def __init__(self, *args: Any, row: Schedule | None = None, **kwargs: Any) -> None:
        names = ("every", "at", "weekday", "day", "month", "moves", "zone", "begins_on")
        initial = {"zone": settings.KAIMEN_TIME_ZONE, "every": Every.DAY.value, "at": time(3)}
        if row is not None:
            initial = {name: getattr(row, name) for name in names}
        super().__init__(*args, **kwargs, initial=initial)
        cast("forms.ChoiceField", self.fields["day"]).choices = [
            ("", "—"), *[(number, day_in_words(number)) for number in (*range(1, 32), LAST)],
        ]  # fmt: skip

    def wanted(self) -> Wanted:
        """What was filled in. Fields that the rhythm does not need are left aside: without scripts they all stand there."""
        given = self.cleaned_data
        every = Every(given["every"])
        return Wanted(
            rhythm=Rhythm(
                every=every,
                at=given["at"],
                zone=given["zone"],
                weekday=given["weekday"] if every is Every.WEEK else None,
                day=given["day"] if every in {Every.MONTH, Every.YEAR} else None,
                month=given["month"] if every is Every.YEAR else None,
                moves=given["moves"],
            ),
            begins_on=given["begins_on"],
        )

    def refuse(self, error: KaimenError) -> None:
        """What the service refused, beside the field that it is about."""
        said = words(error.code, error.details)
        field = FIELDS.get(error.code)
        if error.code == "rhythm_parts":
            field = {"week": "weekday", "month": "day", "year": "day"}.get(str(error.details["every"]))
        self.add_error(field if field in self.fields else None, f"{said.what} {said.why}")


class NewSchedule(ARhythm):
    """The job first; one that needs an argument stands there once for each value."""

    task = forms.ChoiceField(label=gettext_lazy("What is to run?"))
    field_order = ("task",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or ""
        cast("forms.ChoiceField", self.fields["task"]).choices = [
            (f"{one.job}|{value}", f"{one.name.in_(language)}{' · ' if value else ''}{called}")
            for one in offers().values()
            for value, called in (
                [(value, called.in_(language)) for value, called in one.choices()] if one.choices else [("", "")]
            )
        ]

    def job(self) -> tuple[str, dict[str, str]]:
        """Job and arguments."""
        job, _bar, value = self.cleaned_data["task"].partition("|")
        return job, {offers()[job].argument: value} if value else {}
