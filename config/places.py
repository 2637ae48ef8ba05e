"""Where settings are looked for: the file and the names of variables. It reads none of them."""

import os
from pathlib import Path

PREFIX = "FRESHET_"
FILE_VARIABLE = "FRESHET_CONFIG"
DEFAULT_FILE = Path(__file__).with_name("freshet.toml")


def config_file() -> Path:
    """The file to read: the one that FRESHET_CONFIG names, else `freshet.toml` beside this module."""
    return Path(os.environ.get(FILE_VARIABLE) or DEFAULT_FILE)
