"""What a WSGI server loads. The settings choose the SQLite before Django opens anything."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallystick.site.settings")

application = get_wsgi_application()
