"""Django's settings. Processes that serve pages have two roles that own nothing; LONTAR_ROLE=owner is for migrating."""

import os
from typing import Any

from lontar.instance.home import Home, default_home
from lontar.instance.server import access_as

HOME = Home(default_home())
IS_OWNER = os.environ.get("LONTAR_ROLE") == "owner"


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
    }


SECRET_KEY = HOME.secret("django")
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "lontar.journal",
    "lontar.members",
    "lontar.things",
    "lontar.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_USER_MODEL = "members.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if IS_OWNER:
    DATABASES = {"default": _database("owner")}
else:
    DATABASES = {"default": _database("web"), "gate": _database("gate")}
    DATABASE_ROUTERS = ["lontar.web.routing.Router"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "gate_cache"}}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
