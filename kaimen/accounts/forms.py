"""Forms: allauth's in our words, and our own. What a form cannot know the services check."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.core.validators import MaxValueValidator
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kaimen.accounts import services
from kaimen.accounts.channels import channels
from kaimen.accounts.roles import roles
from kaimen.accounts.scopes import Scope
from kaimen.accounts.services import CALLED_BACK
from kaimen.web.now import now

SCOPE_WORDS = {
    Scope.ACCOUNT_READ: _("See who I am here"),
    Scope.CATALOGUE_READ: _("Read the catalogue, also what only public bodies see"),
    Scope.ENTRIES_WRITE: _("Draft and submit catalogue entries"),
    Scope.LAKE_READ: _("See loads, their checks and versions"),
    Scope.LAKE_LOAD: _("Load data"),
    Scope.GATE_QUERY: _("Ask questions through the gate"),
    Scope.GATE_GRANT: _("See grants"),
    Scope.LOG_READ: _("Read the log"),
    Scope.CASES_READ: _("See cases, their steps and agreements"),
    Scope.CASES_ACT: _("Begin cases and take steps"),
    Scope.OPENING_WRITE: _("Apply for data and report wrong data"),
    Scope.MONITOR_WRITE: _("Write in registers and have figures computed"),
    Scope.RULES_WRITE: _("Set values of rules for this installation"),
    Scope.SCHEDULES_READ: _("See schedules and runs"),
    Scope.SCHEDULES_WRITE: _("Set up, pause and run schedules"),
}


def _plain(form: forms.BaseForm, **labels: object) -> None:
    """Our labels, no placeholders: the label is always visible."""
    for name, label in labels.items():
        form.fields[name].label = label  # type: ignore[assignment]  # lazy text
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignIn(account_forms.LoginForm):
    """Address and password; a passkey may fill in by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login=_("E-mail address"), password=_("Your password"))
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"
        self.fields["password"].help_text = ""


class ForgotPassword(forms.Form):
    """The address only. Whether it is known is looked up later, by the worker: both take the same time."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Post the wish."""
        del request, kwargs
        services.ask_for_reset(self.cleaned_data["email"], now=now())
        return self.cleaned_data["email"]


class NewPasswordByLink(account_forms.ResetPasswordKeyForm):
    """Twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password1=_("New password"), password2=_("New password, again"))
        self.fields["password1"].help_text = _("At least 12 characters. Several words are easiest to remember.")


class ChangePassword(account_forms.ChangePasswordForm):
    """The present one and twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self,
            oldpassword=_("Present password"),
            password1=_("New password"),
            password2=_("New password, again"),
        )
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = _("At least 12 characters. Several words are easiest to remember.")


class ConfirmPassword(account_forms.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password=_("Your password"))
        self.fields["password"].help_text = ""


class SecondFactor(factor_forms.AuthenticateForm):
    """Six digits of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=_("Your code"))
        self.fields["code"].help_text = _("Six digits from your authenticator app, or one of your recovery codes.")
        self.fields["code"].widget.attrs |= {"inputmode": "text", "class": "short"}


class ConfirmCode(factor_forms.ReauthenticateForm):
    """The same, while signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=_("Your code"))
        self.fields["code"].help_text = _("Six digits from your authenticator app, or one of your recovery codes.")


class FirstCode(totp_forms.ActivateTOTPForm):
    """The first six digits show that the app knows the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=_("Six digits that the app shows"))
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "class": "short"}


class AcceptInvitation(forms.Form):
    """Choose a password."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 12 characters. Several words are easiest to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


USUAL_DAYS = 90


class MintToken(forms.Form):
    """What a token is for, what it may do, how long."""

    name = forms.CharField(
        label=_("What is it for?"), help_text=_("For example: nightly load of the timetable"), max_length=80
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        help_text=_(
            "It never may do more than you in the role you hold now, and never appoint anybody, end an appointment or make tokens. What it signs or decides in a case counts as yours."
        ),
        choices=[(scope.value, words) for scope, words in SCOPE_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(label=_("For how many days?"), min_value=1)
    ip_ranges = forms.CharField(
        label=_("Only from these addresses"),
        help_text=_("Separated by blanks, for example 10.1.0.0/16. Empty: from anywhere."),
        required=False,
    )

    def __init__(self, *args: Any, most_days: int = services.TOKEN_DAYS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = self.fields["days"]
        days.help_text = _("At most %(n)s.") % {"n": most_days}
        days.initial = min(USUAL_DAYS, most_days)
        days.validators.append(MaxValueValidator(most_days))
        days.widget.attrs["max"] = most_days

    def clean_ip_ranges(self) -> list[str]:
        """Blanks or commas between."""
        return self.cleaned_data["ip_ranges"].replace(",", " ").split()


class Nominate(forms.Form):
    """Name a person for a role in a body."""

    name = forms.CharField(label=_("Name"), max_length=80)
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("If the address is known here, the person keeps that account.")
    )
    role = forms.ChoiceField(label=_("Role"))
    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date", "class": "short"}))
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "short"})
    )
    acting = forms.BooleanField(label=_("Acting, until somebody is appointed"), required=False)

    def __init__(self, *args: Any, giver: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or ""
        self.fields["role"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (rule.code, rule.name(language)) for rule in roles().values() if giver in rule.nominate
        ]


class OpenMandate(forms.Form):
    """A helper files for somebody who is at the counter or on the telephone."""

    channel = forms.ChoiceField(label=_("How did they come?"), widget=forms.RadioSelect)
    described_as = forms.CharField(label=_("For whom?"), help_text=_("Name as the person gives it."), max_length=120)
    ground = forms.ChoiceField(label=_("On what authority?"), widget=forms.RadioSelect)
    identified_by = forms.ChoiceField(
        label=_("How did they show who they are?"),
        help_text=_("Only the kind is kept, no number and no copy."),
        choices=[
            ("identity-card", _("Identity card")),
            ("passport", _("Passport")),
            ("social-card", _("Social security card")),
            ("known", _("Known in person")),
            (CALLED_BACK, _("I rang their number back and they answered")),
        ],
        widget=forms.RadioSelect,
    )
    call_back = forms.CharField(
        label=_("The number that I rang back"),
        help_text=_("Only on the telephone. It is kept sealed, for questions about this filing."),
        required=False,
        max_length=32,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "class": "mid"}),
    )
    language = forms.ChoiceField(
        label=_("In which language shall the receipt be?"),
        choices=[("zh-hans", "中文"), ("en", "English")],
        widget=forms.RadioSelect,
        initial="zh-hans",
    )
    read_back = forms.BooleanField(label=_("I read back what I write down"))
    consent = forms.BooleanField(label=_("The person agrees that I file it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told, language = channels(), "en" if (get_language() or "").startswith("en") else "zh"
        self.fields["channel"].choices = [(code, one.in_(language)) for code, one in told.channels.items()]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["ground"].choices = [(one.code, one.words.in_(language)) for one in told.authorities.values()]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """What the verb would refuse is said beside its field."""
        given = super().clean() or {}
        authority = channels().authorities.get(given.get("ground", ""))
        if authority is None or "channel" not in given:
            return given
        if given["channel"] not in authority.channels:
            self.add_error("ground", _("This authority does not go with the way they came."))
        called = given.get("identified_by") == CALLED_BACK
        if "identified_by" in given and called != authority.call_back:
            self.add_error(
                "identified_by",
                _("Who is on the telephone is rung back.") if authority.call_back else _("Choose what they showed."),
            )
        if authority.call_back and not given.get("call_back"):
            self.add_error("call_back", _("Write the number that you rang back."))
        return given
