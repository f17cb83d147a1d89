"""Tidewatch's settings, all of them: one file, and the environment decides the rest.

With nothing set this describes one machine (SQLite, a local channel layer, a broker made of
files). DATABASE_URL and REDIS_URL turn the same code into many processes on many machines.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from dashboard.database_pool import POOL
from dashboard.environment import env_choice, env_int, env_list, env_text
from dashboard.log_lines import logging_config
from dashboard.state_folder import private_folder, secret_in

# --- Paths ---------------------------------------------------------------------------------
BASE_DIR = Path(__file__).resolve().parent.parent
TIDEWATCH_HOME = Path(env_text("TIDEWATCH_HOME", str(BASE_DIR / "var"))).expanduser().resolve()
EXCHANGE = env_choice("EXCHANGE", "paper", ("paper", "bitfinex"))
# Paper and real money never share a database, a queue or a lease.
STATE_FOLDER = private_folder(TIDEWATCH_HOME / EXCHANGE)
KEY_FILE = Path(
    env_text(
        "TIDEWATCH_KEY_FILE",
        str(Path(env_text("XDG_CONFIG_HOME", "~/.config")) / "tidewatch" / "sealing-keys"),
    )
).expanduser()

# --- Scale ---------------------------------------------------------------------------------
DATABASE_URL = env_text("DATABASE_URL")
REDIS_URL = env_text("REDIS_URL")
if bool(DATABASE_URL) != bool(REDIS_URL):
    raise ImproperlyConfigured("Set both DATABASE_URL and REDIS_URL, or neither of them.")

# --- Web address ---------------------------------------------------------------------------
PORT = env_int("PORT", 8000, minimum=1, maximum=65535)
PUBLIC_URL = env_text("PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")
_address = urlsplit(PUBLIC_URL)
if _address.scheme not in {"http", "https"} or not _address.hostname:
    raise ImproperlyConfigured(f"PUBLIC_URL={PUBLIC_URL}: write http(s)://host[:port].")
IS_HTTPS = _address.scheme == "https"
_IS_LOCAL = _address.hostname in {"localhost", "127.0.0.1", "::1"}
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
if not IS_HTTPS and not _IS_LOCAL:
    raise ImproperlyConfigured(
        f"PUBLIC_URL={PUBLIC_URL}: plain http is for this machine only; use https."
    )
ALLOWED_HOSTS = [*_LOOPBACK, _address.hostname, *env_list("ALLOWED_HOSTS")]
# Browsers may open a socket or post a form only from these, scheme and port included.
ORIGINS = sorted(
    {PUBLIC_URL, *(f"http://{host}:{PORT}" for host in _LOOPBACK if _IS_LOCAL and not IS_HTTPS)}
)
CSRF_TRUSTED_ORIGINS = ORIGINS
# Live sockets that one person may have open in one web process: each page holds one.
PAGES_A_PERSON = env_int("PAGES_A_PERSON", 50, minimum=1)

# --- Security ------------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = env_text("SECRET_KEY") or secret_in(TIDEWATCH_HOME / "secret-key")
_COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
# Cookies ignore ports, so two Tidewatches on one host need names of their own.
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}tidewatch-session-{EXCHANGE}-{PORT}"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}tidewatch-csrf-{EXCHANGE}-{PORT}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env_int("SESSION_HOURS", 12, minimum=1, maximum=720) * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "overview"

# --- Apps ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "dashboard.static_files.StaticFiles",
    "csp",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "dashboard.live",
    "dashboard.accounts",
    "dashboard.markets",
    "dashboard.portfolio",
    "dashboard.orders",
    "dashboard.alerts",
    "dashboard.pages",
    "dashboard.processes",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "dashboard.headers.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dashboard.database_away.DatabaseAwayMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "dashboard.urls"
ASGI_APPLICATION = "dashboard.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            # No page has to load these by name; Django 6 has the first built in.
            "builtins": ["template_partials.templatetags.partials", "dashboard.figures"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.pages.context.every_page",
            ],
        },
    }
]
TIME_ZONE = "UTC"
USE_TZ = True
# Figures on the wire, in attributes and in forms never follow a locale.
USE_I18N = False

# --- Database ------------------------------------------------------------------------------
_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": STATE_FOLDER / "tidewatch.sqlite3",
    # WAL alone still fails at once when a reader turns writer; IMMEDIATE makes it wait its turn.
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    },
}
DATABASES: dict[str, Any] = {
    "default": (
        # Each is tried before it is handed out.
        dict(dj_database_url.parse(DATABASE_URL, conn_max_age=0, conn_health_checks=True))
        if DATABASE_URL
        else _SQLITE
    )
}
if DATABASE_URL:
    DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5
    DATABASES["default"]["OPTIONS"]["pool"] = POOL
    # A machine that vanishes says no goodbye, and its locks would stay for hours: the kill switch
    # waits for one of them. Whoever needs other options names them in DATABASE_URL.
    DATABASES["default"]["OPTIONS"].setdefault(
        "options", "-c idle_in_transaction_session_timeout=15s"
    )
# A transaction never spans a call to the exchange, so a request never opens one by itself.
ATOMIC_REQUESTS = False

# --- Channels ------------------------------------------------------------------------------
# Unix socket paths end at about 107 bytes, so the local layer lives in a short folder.
LOCAL_LAYER_FOLDER = (
    Path(tempfile.gettempdir())
    / f"tidewatch-{os.getuid()}-{hashlib.sha256(str(STATE_FOLDER).encode()).hexdigest()[:12]}"
)
CHANNEL_LAYERS = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": f"tidewatch-{EXCHANGE}"},
        }
        if REDIS_URL
        else {
            "BACKEND": "dashboard.live.local_layer.LocalLayer",
            "CONFIG": {"folder": str(LOCAL_LAYER_FOLDER)},
        }
    )
}

# --- Celery --------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "tidewatch-files://localhost"
_QUEUE_FOLDER = STATE_FOLDER / "queue"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"global_keyprefix": f"tidewatch-{EXCHANGE}-", "socket_timeout": 2, "socket_connect_timeout": 2}
    if REDIS_URL
    else {
        "data_folder_in": str(private_folder(_QUEUE_FOLDER / "messages")),
        "data_folder_out": str(_QUEUE_FOLDER / "messages"),
        "control_folder": str(private_folder(_QUEUE_FOLDER / "control")),
        "processed_folder": str(private_folder(_QUEUE_FOLDER / "processed")),
        "store_processed": False,
        "polling_interval": 0.1,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
# The database says what is due; beat only rings, and keeps no file of its own.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_BEAT_SCHEDULE = {
    "balances": {
        "task": "dashboard.portfolio.tasks.poll_due_balances",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "orders": {
        "task": "dashboard.orders.tasks.sync_due_orders",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "instruments": {
        "task": "dashboard.markets.tasks.refresh_instruments",
        "schedule": 600.0,
        "options": {"expires": 300},
    },
}

# --- Exchange ------------------------------------------------------------------------------
PAPER_PORT = env_int("PAPER_PORT", 8010, minimum=1, maximum=65535)
PAPER_SEED = env_int("PAPER_SEED", 1)
PAPER_SPEED = env_int("PAPER_SPEED", 1, minimum=1, maximum=1000)
PAPER_MIRROR = env_choice("PAPER_MIRROR", "no", ("no", "yes")) == "yes"
PAPER_ADMIN = env_choice("PAPER_ADMIN", "no", ("no", "yes")) == "yes"
# The paper account's key: made at the first start where nothing is set.
PAPER_KEY = env_text("PAPER_KEY")
PAPER_SECRET = env_text("PAPER_SECRET")
_PAPER_HOST = env_text("PAPER_HOST", "127.0.0.1")
if EXCHANGE == "paper":
    EXCHANGE_PUBLIC_URL = EXCHANGE_AUTH_URL = f"http://{_PAPER_HOST}:{PAPER_PORT}"
    EXCHANGE_STREAM_URL = f"ws://{_PAPER_HOST}:{PAPER_PORT}/ws/2"
    EXCHANGE_ACCOUNT_STREAM_URL = EXCHANGE_STREAM_URL
else:
    EXCHANGE_PUBLIC_URL = "https://api-pub.bitfinex.com"
    EXCHANGE_AUTH_URL = "https://api.bitfinex.com"
    EXCHANGE_STREAM_URL = "wss://api-pub.bitfinex.com/ws/2"
    EXCHANGE_ACCOUNT_STREAM_URL = "wss://api.bitfinex.com/ws/2"
# Rehearsals divide the waits around orders, the deadline of a call included. What they prove
# against the real exchange needs its whole time.
TIMERS_DIVISOR = env_int("TIMERS_DIVISOR", 1, minimum=1, maximum=20 if EXCHANGE == "paper" else 1)
EXCHANGE_DEADLINE_SECONDS = 10 / TIMERS_DIVISOR
# Balances and tickers are read over this; accounts/exchange_api.py. Orders always go over v2.
EXCHANGE_API = env_choice("EXCHANGE_API", "v2", ("v2", "v1"))
# v1 tells balances ten times a minute to all processes together, and orders ask out of turn.
_LEAST_BALANCES_SECONDS = 10 if EXCHANGE_API == "v1" else 1
BALANCES_SECONDS = env_int("BALANCES_SECONDS", 15, minimum=_LEAST_BALANCES_SECONDS, maximum=3600)
ORDERS_SECONDS = env_int("ORDERS_SECONDS", 15, minimum=1, maximum=3600)
# While an order rests or its outcome is open, its state is asked for this often.
OPEN_ORDERS_SECONDS = env_int("OPEN_ORDERS_SECONDS", 2, minimum=1, maximum=3600)

# Work for an account that a dead worker had begun is free again after this: twice what one call to
# the exchange takes at most, ten seconds for the key's turn and ten for the answer. Each call has
# the whole time. Less would tell a slow reader on a busy machine from a dead one too early, and
# what it read would be thrown away, again and again. More would leave an account unread for longer,
# though its own stream goes on, and sweeping and searching have shorter leases of their own.
CLAIM_SECONDS = 40 / TIMERS_DIVISOR

# --- Orders --------------------------------------------------------------------------------
# An intent that was not claimed by then will never be sent.
# A rehearsal leaves it five: fifty presses at once on a busy machine need more than a tenth.
ORDER_INTENT_SECONDS = max(15 / TIMERS_DIVISOR, 5)
# Ten seconds for the key's turn and ten for the answer: by then the request that sends has it, has
# died, or was paused. What it still learns may only confirm what was found meanwhile.
ORDER_SENDING_SECONDS = 20 / TIMERS_DIVISOR
# An order is absent only when two passes find it nowhere: the first so long after it was sent,
# the second so long after the first. Exchanges have denied orders that stood for up to a minute.
ORDER_FIRST_ABSENCE_SECONDS = 15 / TIMERS_DIVISOR
ORDER_SECOND_ABSENCE_SECONDS = 10 / TIMERS_DIVISOR
# A look that was begun and never ended, because its process died, is begun again after this.
ORDER_LOOK_SECONDS = 20 / TIMERS_DIVISOR
SWEEP_SECONDS = 2 / TIMERS_DIVISOR
SWEEPER_LEASE_SECONDS = 10 / TIMERS_DIVISOR

# --- Guards --------------------------------------------------------------------------------
# What an order's review asks about: a price so much worse than the market's (a tick, and from the
# second figure on the amount typed again), so much better that it looks mistyped, more than this
# of the balance or of a day's volume, the same order within so many seconds.
GUARD_WORSE_PERCENT = env_int("GUARD_WORSE_PERCENT", 2, minimum=0, maximum=100)
GUARD_HARD_PERCENT = env_int("GUARD_HARD_PERCENT", 10, minimum=0, maximum=1000)
GUARD_FAR_PERCENT = env_int("GUARD_FAR_PERCENT", 60, minimum=0, maximum=10_000)
GUARD_BALANCE_PERCENT = env_int("GUARD_BALANCE_PERCENT", 50, minimum=0, maximum=100)
GUARD_VOLUME_PERCENT = env_int("GUARD_VOLUME_PERCENT", 1, minimum=0, maximum=100)
GUARD_AGAIN_SECONDS = env_int("GUARD_AGAIN_SECONDS", 5, minimum=0, maximum=3600)

# --- Static --------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env_text("STATIC_ROOT", str(TIDEWATCH_HOME / "static")))
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "dashboard.static_files.JoinedFinder",
]
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/idiomorph", BASE_DIR / "node_modules" / "idiomorph" / "dist"),
    (
        "vendor/lightweight-charts",
        BASE_DIR / "node_modules" / "lightweight-charts" / "dist",
    ),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Logging -------------------------------------------------------------------------------
LOG_LEVEL = env_choice("LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = logging_config(LOG_LEVEL)
