from __future__ import annotations

import pytest
from django.db import IntegrityError

from tests.dashboard.markets.samples import list_market


@pytest.mark.django_db
def test_the_exchange_has_one_market_of_a_symbol() -> None:
    list_market("tBTCUSD")

    with pytest.raises(IntegrityError):
        list_market("tBTCUSD")
