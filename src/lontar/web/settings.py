"""Django's settings. Processes that serve pages have two roles that own nothing; LONTAR_ROLE=owner is for migrating."""

import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from lontar.instance.home import Home, default_home
from lontar.instance.server import access_as
from lontar.web.surroundings import LOOPBACK, mail, memory, proxies, public_address

HOME = Home(default_home())
KIND = HOME.facts.kind
IS_OWNER = os.environ.get("LONTAR_ROLE") == "owner"
ADDRESS = public_address(KIND, os.environ)
IS_REAL = KIND == "real"


def _database(role: str) -> dict[str, Any]:
    access = access_as(role, HOME)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": access.host,
        "PORT": str(access.port),
        "NAME": access.dbname,
        "USER": access.user,
        "PASSWORD": access.password,
        "ATOMIC_REQUESTS": False,  # who acts opens the transaction (lontar.members.acting), and it ends with the act
        # values are not in the text of a statement, which others may be shown
        "OPTIONS": {"server_side_binding": True, "options": "-c TimeZone=UTC"},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = HOME.secret("django")
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
ROOT_URLCONF = "lontar.web.urls"
WSGI_APPLICATION = "lontar.web.wsgi.application"
INSTALLED_APPS = [
    # Ours first: their templates stand before those of the libraries.
    "lontar.web",
    "lontar.members",
    "lontar.things",
    "lontar.reporting",
    "lontar.warehouse",
    "lontar.journal",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
]
MIDDLEWARE = [
    "lontar.web.health.Health",
    "lontar.web.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lontar.members.signing_in.middleware.SessionLimits",
    "lontar.members.signing_in.middleware.SecondFactor",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "lontar.web.context.about_the_reader",
            ]
        },
    }
]
FORM_RENDERER = "lontar.web.forms_rendering.Rendering"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if IS_OWNER:
    DATABASES = {"default": _database("owner")}
else:
    DATABASES = {"default": _database("web"), "gate": _database("gate")}
    DATABASE_ROUTERS = ["lontar.web.routing.Router"]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "gate_cache",
        # What is past is cleared away by the budgets; nothing that still counts is ever pushed out.
        "OPTIONS": {"MAX_ENTRIES": 10_000_000},
    }
}

# ---------------------------------------------------------------- languages

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("id", _("Indonesian")), ("fa", _("Dari and Persian"))]
LOCALE_PATHS = [
    Path(__file__).parent / "locale"
]  # one catalogue for all rooms, before those of the libraries

# ---------------------------------------------------------------- who signs in, and how

AUTH_USER_MODEL = "members.Person"
AUTHENTICATION_BACKENDS = ["lontar.members.signing_in.accounts.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "lontar.members.signing_in.accounts.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "lontar.members.signing_in.accounts.name_of"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = [
    "email*",
    "password1*",
]  # no address leads there; the field of the password hangs on it
ACCOUNT_SIGNUP_ENABLED = False
ACCOUNT_EMAIL_VERIFICATION = "none"  # whoever was invited has shown that the address is theirs
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_REAL else "http"
# Guessing has budgets of our own (lontar.members.signing_in.budgets), which cannot be used to keep a colleague out.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
MFA_RATE_LIMITS = {"webauthn_login": None}  # there is nothing to guess
ACCOUNT_FORMS = {"change_password": "lontar.members.signing_in.forms.ChangePassword"}
MFA_ADAPTER = "lontar.members.signing_in.factors.Factors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Lontar"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_REAL  # the demonstration is on this machine alone, without TLS
MFA_FORMS = {
    "activate_totp": "lontar.members.signing_in.forms.SetUpApp",
    "authenticate": "lontar.members.signing_in.forms.Authenticate",
    "reauthenticate": "lontar.members.signing_in.forms.Reauthenticate",
    "authenticate_webauthn": "lontar.members.signing_in.forms.AuthenticateByKey",
    "reauthenticate_webauthn": "lontar.members.signing_in.forms.ReauthenticateByKey",
    "add_webauthn": "lontar.members.signing_in.forms.AddKey",
    "login_webauthn": "lontar.members.signing_in.forms.SignInByPasskey",
}
SOCIALACCOUNT_ADAPTER = "lontar.members.signing_in.issuers.Issuers"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "provider_class": "lontar.members.signing_in.openid.IssuerProvider",
    }
}
USERSESSIONS_TRACK_ACTIVITY = True  # by SessionLimits, once a minute
PASSWORD_RESET_TIMEOUT = 60 * 60
"""Seconds that a link to choose a new password holds."""
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12 if IS_REAL else 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "lontar.members.passwords.KnownFromBreaches"},
    {"NAME": "lontar.members.passwords.WordsNearby"},
]

# ---------------------------------------------------------------- sessions

IDLE_LIMIT = 30 * 60
"""Seconds without a request after which a session ends."""
ABSOLUTE_LIMIT = 12 * 60 * 60
"""Seconds after which every session ends."""
ENROLMENT_LIMIT = 15 * 60
"""Seconds that a session may last in which a second factor is due and not there."""
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
"""Files that a form may bring before it is no form at all; the page of sending says itself where it has too many."""
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = ABSOLUTE_LIMIT
SESSION_COOKIE_NAME = "__Host-lontar" if IS_REAL else "lontar"
SESSION_COOKIE_SECURE = IS_REAL
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-lontar-form" if IS_REAL else "lontar-form"
CSRF_COOKIE_SECURE = IS_REAL
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "lontar.web.views.form_out_of_date"
LANGUAGE_COOKIE_NAME = "__Host-lontar-language" if IS_REAL else "lontar-language"
LANGUAGE_COOKIE_SECURE = IS_REAL
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---------------------------------------------------------------- what browsers are told

ALLOWED_HOSTS = [ADDRESS.host] if IS_REAL else LOOPBACK
CSRF_TRUSTED_ORIGINS = [ADDRESS.origin] if IS_REAL else []
SECURE_SSL_REDIRECT = IS_REAL
SECURE_SSL_HOST = ADDRESS.origin.removeprefix("https://") or None
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if IS_REAL else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_REAL
SECURE_HSTS_PRELOAD = IS_REAL
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
FIGURES_CACHE, QUERY_MEMORY = memory(os.environ)
PROXIES = proxies(os.environ)
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "require-trusted-types-for": ["'script'"],
        "upgrade-insecure-requests": IS_REAL,
    }
}

# ---------------------------------------------------------------- files, mail, the log

STATIC_URL = "/static/"
STATIC_ROOT = HOME.folder / "static"
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
WHITENOISE_MAX_AGE = 0
WHITENOISE_ALLOW_ALL_ORIGINS = False
_MAIL = mail(os.environ)
SENDS_MAIL = bool(_MAIL.host)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _MAIL.host else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
    _MAIL.host,
    _MAIL.port,
    _MAIL.user,
    _MAIL.secret,
)
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = _MAIL.starts_tls, _MAIL.is_tls, 10
DEFAULT_FROM_EMAIL = os.environ.get("LONTAR_MAIL_FROM") or f"lontar@{ADDRESS.host}"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = SENDS_MAIL
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"without_people": {"()": "lontar.web.log.WithoutPeople"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "without_people"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # what is absent or refused is nobody's fault
        "lontar": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
