"""The WSGI application that a server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "candour.site.settings")

application = get_wsgi_application()

# What is loaded now stays until the process ends. Looking through all of it for garbage, as every dozenth page of the
# caseload made Python do, stopped that page for a sixth of a second.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
