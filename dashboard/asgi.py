"""The web process: pages over HTTP, and one live socket per page."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
pages = get_asgi_application()  # loads the apps, which the imports below need

from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from dashboard.live.consumer import live  # noqa: E402
from dashboard.live.hub import with_hub  # noqa: E402
from dashboard.live.origin import only_from  # noqa: E402

sockets = only_from(settings.ORIGINS, live, path="/live/")
application = with_hub(ProtocolTypeRouter({"http": pages, "websocket": sockets}))
