"""The dashboard's settings with PostgreSQL alone, for tests that `test_postgres.py` runs on it."""

import os

import dj_database_url

from dashboard.settings import *  # noqa: F403

DATABASES = {"default": dict(dj_database_url.parse(os.environ["TEST_DATABASE_URL"]))}
