"""The form of a record: one field for each of the register's, in the reader's language. What is right, the service says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaimen.core.errors import KaimenError
from kaimen.monitor.registers import Field, FieldType, Register
from kaimen.monitor.words import fault, said
from kaimen.web.errors import words


class RecordForm(forms.Form):
    """The fields of a register; `fixed` leaves the key as it is."""

    def __init__(self, register: Register, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register = register
        for one in register.fields:
            if not (one.key and fixed):
                self.fields[one.name] = _field(one)

    def answers(self) -> dict[str, str]:
        """What was typed in, by field."""
        return {name: str(self.data.get(name, "")) for name in self.fields}

    def told(self, error: KaimenError) -> None:
        """Put what the service refused beside its fields; the service is the judge, not the browser."""
        self.full_clean()
        self._errors.clear()  # type: ignore[union-attr]  # full_clean has made it
        fields, codes = error.details.get("fields"), error.details.get("faults")
        if not (isinstance(fields, list) and isinstance(codes, list)):
            sentence = words(error.code, error.details)
            self.add_error(None, f"{sentence.what} {sentence.why} {sentence.todo}")
            return
        others = error.details.get("others")
        for name, code, other in zip(
            fields, codes, others if isinstance(others, list) else [""] * len(fields), strict=True
        ):
            called = said(self.register.field(str(other)).words) if other else ""
            self.add_error(str(name) if name in self.fields else None, fault(str(code), other=called))


def _field(field: Field) -> forms.Field:
    unit = said(field.unit)
    common: dict[str, Any] = {
        "label": f"{said(field.words)}{f' ({unit})' if unit else ''}",
        "required": field.key or field.needed,
        "help_text": "" if field.public else _("Not published."),
    }
    match field.type:
        case FieldType.CODE:
            choices = [("", "—"), *((code, said(name)) for code, name in field.codes.items())]
            return forms.ChoiceField(choices=choices, **common)
        case FieldType.YES_NO:
            return forms.ChoiceField(choices=[("", "—"), ("true", _("yes")), ("false", _("no"))], **common)
        case FieldType.DAY:
            return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **common)
        case FieldType.NUMBER | FieldType.INTEGER:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **common)
        case FieldType.TEXT if field.most is not None and field.most >= LONG:
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "maxlength": int(field.most)}), **common)
        case _:
            return forms.CharField(**common)


LONG = 300
"""A text that may be this long has room for several lines."""


class SheetForm(forms.Form):
    """A file to be checked."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV or Excel, at most 5 MB and 5,000 rows. Nothing is entered before you have seen what it does."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def told(self, error: KaimenError) -> None:
        """What is wrong with the file as a whole."""
        sentence = words(error.code, error.details)
        self.add_error("file", f"{sentence.what} {sentence.why} {sentence.todo}")
