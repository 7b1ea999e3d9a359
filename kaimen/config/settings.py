"""Django's settings, made from `options.SETTINGS`. Nothing here is a rule of the product."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import cast

from csp.constants import NONE, SELF

from kaimen.config.database import database
from kaimen.config.mail import server_of
from kaimen.config.options import in_force
from kaimen.config.words import say

_options = in_force()
globals().update(_options)

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(cast("str", _options["KAIMEN_HOME"])).resolve()
try:
    HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
except OSError:
    raise SystemExit(say("no_home", home=HOME)) from None
KAIMEN_HOME = HOME
_packs = sorted(path.parent.name for path in (ROOT / "kaimen" / "packs").glob("*/pack.yaml"))
if _options["KAIMEN_PACK"] not in _packs:
    raise SystemExit(say("pack", packs=", ".join(_packs)))


def _secret_key(path: Path) -> str:
    """Made once, readable by its owner only."""
    try:
        return path.read_text("ascii")
    except FileNotFoundError:
        part = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(part, path)  # two processes may start at once: the first wins
        except FileExistsError:
            pass
        finally:
            part.unlink()
        return path.read_text("ascii")


SECRET_KEY = _secret_key(HOME / "secret_key")
DEBUG = bool(_options["KAIMEN_DEBUG"])
_plain_http = DEBUG or bool(_options["KAIMEN_DEMO"])  # a demo on this machine; everything else is served over https
ALLOWED_HOSTS = [cast("str", _options["KAIMEN_HOST"]).rsplit(":", 1)[0], "127.0.0.1", "localhost", "[::1]"]

ROOMS = (
    "monitor", "sharing", "opening", "zones", "trading", "compliance", "cases", "gate", "lake", "catalogue", "accounts", "office", "evidence",
)  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "ninja",
    *[f"kaimen.{room}.apps.Config" for room in ROOMS],
    "kaimen.web",
    "kaimen.config",
    "allauth",  # after our rooms: their templates come first
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kaimen.web.errors.ErrorMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kaimen.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kaimen.web.appearance.AppearanceMiddleware",
    "csp.middleware.CSPMiddleware",
    "kaimen.web.errors.MethodMiddleware",
    "kaimen.accounts.middleware.ActorMiddleware",  # innermost: what it refuses passes all others on its way out
]
ROOT_URLCONF = "kaimen.config.urls"
WSGI_APPLICATION = "kaimen.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "kaimen.config.navigation.page",
                "kaimen.web.appearance.appearance",
                "kaimen.accounts.context.signed_in",
            ],
        },
    },
]

DATABASES = {
    "default": database(
        cast("str", _options["KAIMEN_DATABASE"]), HOME, durability=os.environ.get("KAIMEN_SQLITE_SYNCHRONOUS", "FULL")
    )
}
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = cast("str", _options["KAIMEN_TIME_ZONE"])

STATIC_URL = "static/"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "uploads"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 31536000

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["kaimen.accounts.backends.Backend"]
PASSWORD_HASHERS = ["kaimen.accounts.hashing.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "kaimen.accounts.passwords.Length", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "kaimen.accounts.passwords.NamesOfTheDay"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "kaimen.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"demo_token": "30/h/ip"}  # beside those that allauth sets
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ALLAUTH_TRUSTED_PROXY_COUNT = cast("int", _options["KAIMEN_PROXIES"])
ACCOUNT_FORMS = {
    "login": "kaimen.accounts.forms.SignIn",
    "reset_password": "kaimen.accounts.forms.ForgotPassword",
    "reset_password_from_key": "kaimen.accounts.forms.NewPasswordByLink",
    "change_password": "kaimen.accounts.forms.ChangePassword",
    "reauthenticate": "kaimen.accounts.forms.ConfirmPassword",
}
MFA_FORMS = {
    "authenticate": "kaimen.accounts.forms.SecondFactor",
    "reauthenticate": "kaimen.accounts.forms.ConfirmCode",
    "activate_totp": "kaimen.accounts.forms.FirstCode",
}
MFA_ADAPTER = "kaimen.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 0  # with 1 a used code is accepted again after 31 s
MFA_TOTP_ISSUER = "Kaimen"
MFA_RECOVERY_CODES_SHOW_ONCE = True
USERSESSIONS_TRACK_ACTIVITY = False  # it would write on every request
CACHES = {  # shared by all processes: rate limits and used codes live here
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

EMAIL_FILE_PATH = HOME / "mail"
EMAIL_TIMEOUT = 20
if _options["KAIMEN_MAIL"]:
    try:
        _mail = server_of(cast("str", _options["KAIMEN_MAIL"]))
    except ValueError:
        raise SystemExit(say("mail")) from None
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.at_once, _mail.turns
else:
    EMAIL_BACKEND = "kaimen.office.letters.Folder"
DEFAULT_FROM_EMAIL = (
    cast("str", _options["KAIMEN_MAIL_SENDER"]) or f"kaimen@{cast('str', _options['KAIMEN_HOST']).rsplit(':', 1)[0]}"
)

SESSION_COOKIE_NAME = "kaimen" if _plain_http else "__Host-kaimen"
CSRF_COOKIE_NAME = "kaimen-csrf" if _plain_http else "__Host-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not _plain_http
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "kaimen.web.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"kaimen": {"level": "INFO"}, "sqlglot": {"level": "CRITICAL"}},  # sqlglot prints the asker's text
}
