"""Our settings as Faust's."""

from pathlib import Path

import pytest

from config.settings import load
from streams.faust_settings import faust_settings


@pytest.mark.parametrize("session_s", [6, 30, 300])
def test_a_session_of_any_allowed_length_is_one_for_faust(tmp_path: Path, session_s: float) -> None:
    """Faust ends at start where a session is longer than it waits for an answer."""
    options = faust_settings(load(worker={"session_s": session_s, "data_dir": str(tmp_path)}))
    assert options["broker_session_timeout"] == session_s
    assert options["broker_request_timeout"] > session_s
    assert options["broker_heartbeat_interval"] < session_s / 3
