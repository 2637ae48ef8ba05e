"""A rule in a file, JSON or TOML by its ending. It knows no topic."""

import sys
import tomllib
from pathlib import Path

import msgspec

from detectors.model.rules import Rule
from detectors.rules.checking import Wrong, checked
from streams.errors import UsageError
from streams.files import STANDARD_INPUT


def rule_in(name: str) -> Rule:
    """The rule that a file holds; `-` is JSON on standard input.

    Raises: UsageError, naming the file and every problem: field, value, what is allowed.
    """
    try:
        value = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
        fields = tomllib.loads(value.decode()) if name.endswith(".toml") else msgspec.json.decode(value)
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError, msgspec.DecodeError) as error:
        form = "TOML" if name.endswith(".toml") else "JSON (a TOML file ends in .toml)"
        raise UsageError(f"{name}: is not {form}: {error}") from error
    found = checked(fields, strict=True)
    if isinstance(found, Wrong):
        raise UsageError(f"{name}: {found}")
    return found
