"""The door for the server that speaks HTTP."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lontar.web.settings")
application = get_wsgi_application()
