from __future__ import annotations

from datetime import UTC, datetime

from exchange.models.notifications import Notification
from tests.exchange.models.samples import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)

SAMPLES = [
    Sample(
        Notification.from_wire,
        '[1700000000,"on-req",null,null,[],null,"SUCCESS","Submitting 1 orders."]',
    ),
]


def test_a_notification_says_what_became_of_a_write():
    assert SAMPLES[0].model() == Notification(
        type="on-req", content=[], code=None, status="SUCCESS", text="Submitting 1 orders."
    )
