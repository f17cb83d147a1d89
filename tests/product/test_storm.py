from __future__ import annotations

from pathlib import Path

import pytest

from tests.product.running import running
from tests.product.storm import weather

PAGES = 200


@pytest.mark.timeout(240)
def test_f82_all_pages_come_back_after_the_web_process_died_and_none_is_refused(
    tmp_path: Path,
) -> None:
    with running(tmp_path, PAGES_A_PERSON="1000") as tidewatch:
        tidewatch.welcome_url()

        storm = weather(tidewatch, PAGES)

        assert storm.failed == []
        assert len(storm.handshakes) == PAGES  # nobody was let in and lost again
        assert "Traceback" not in tidewatch.output
