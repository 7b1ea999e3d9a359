"""The WSGI application that the server runs."""

import os

from django.core.wsgi import get_wsgi_application

from kaimen.config.serve import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaimen.config.settings")
die_with_parent()  # the server's own worker process: without this a killed server leaves it behind, with the port
application = get_wsgi_application()
