"""Tidewatch's Django project: one app per area, and what all of them share."""

from dashboard.celery import app as celery_app

__all__ = ["celery_app"]
