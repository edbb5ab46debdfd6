"""What the type checker needs to know of Django's settings: the rooms that have tables. No database, no instance."""

SECRET_KEY = "for the type checker alone"
INSTALLED_APPS = ["lontar.journal", "lontar.members", "lontar.things", "lontar.web"]
AUTH_USER_MODEL = "members.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
KIND = "demo"
IS_REAL = False
SENDS_MAIL = False
IDLE_LIMIT = 60
ABSOLUTE_LIMIT = 60
ENROLMENT_LIMIT = 60
