"""Welcome links: how a person gets in where there are no passwords."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from dashboard.accounts.models import User, WelcomeLink

LIFETIME = timedelta(hours=1)
OWNER = "owner"


def ensure_owner() -> User:
    """Return the person this Tidewatch belongs to, made at the first call without a password."""
    owner, is_new = User.objects.get_or_create(username=OWNER)
    if is_new:
        owner.set_unusable_password()
        owner.save(update_fields=["password"])
    return owner


def new_welcome_url() -> str:
    """Return a fresh link that signs the owner in, once and within the hour."""
    now = timezone.now()
    WelcomeLink.objects.filter(expires_at__lte=now).delete()
    token = secrets.token_urlsafe(32)
    WelcomeLink.objects.create(
        user=ensure_owner(), token_hash=token_hash(token), expires_at=now + LIFETIME
    )
    return f"{settings.PUBLIC_URL}{reverse('welcome', args=[token])}"


def use_welcome_link(token: str) -> User | None:
    """Return whom the link lets in, and make it useless; None where it is dead or unknown."""
    now = timezone.now()
    link = WelcomeLink.objects.filter(token_hash=token_hash(token))
    # One conditional UPDATE: of two browsers that open the link at once, one gets in.
    if not link.filter(used_at=None, expires_at__gt=now).update(used_at=now):
        return None
    return link.select_related("user").get().user


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
