"""The app as `faust -A streams.app` loads it."""

import os
import subprocess
import sys
from pathlib import Path


def test_a_bad_setting_is_one_line(tmp_path: Path) -> None:
    """Where, which value, what is allowed; exit code 2, no traceback."""
    faust = Path(sys.executable).with_name("faust")
    variables = os.environ | {"FRESHET_DETECTION__BUCKET_S": "7"}
    ended = subprocess.run(
        [faust, "-A", "streams.app", "worker"], cwd=tmp_path, env=variables, capture_output=True, check=False
    )
    said = ended.stderr.decode().strip()
    assert (ended.returncode, said.count("\n")) == (2, 0)
    assert said.startswith("Error: detection.bucket_s: value '7'")
