"""Django's settings. The process that serves pages has a role that owns nothing; LONTAR_ROLE=owner is for migrating."""

import os

from lontar.instance.home import Home, default_home
from lontar.instance.server import access_as

HOME = Home(default_home())
ROLE = "owner" if os.environ.get("LONTAR_ROLE") == "owner" else "web"
_access = access_as(ROLE, HOME)

SECRET_KEY = HOME.secret("django")
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
INSTALLED_APPS = ["lontar.journal", "lontar.members", "lontar.things", "lontar.web"]
AUTH_USER_MODEL = "members.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _access.host,
        "PORT": str(_access.port),
        "NAME": _access.dbname,
        "USER": _access.user,
        "PASSWORD": _access.password,
        "ATOMIC_REQUESTS": False,  # who acts opens the transaction (lontar.members.acting), and it ends with the act
        "OPTIONS": {
            "server_side_binding": True,
            "options": "-c TimeZone=UTC",
        },  # values are not in the text of a statement, which others may be shown
        "CONN_MAX_AGE": 600,
    }
}
