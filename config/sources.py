"""Reads settings from the file and the environment. What they mean is `settings.py`'s business."""

import os
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, TypeVar

from pydantic_settings import BaseSettings
from pydantic_settings import SettingsError as SourceError

from config.errors import SettingsError
from config.places import FILE_VARIABLE, PREFIX, config_file

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def unknown_variables(sections: Collection[str]) -> list[str]:
    """One sentence for each FRESHET_<SECTION>__<NAME> of the environment whose section does not exist.

    pydantic-settings passes over them in silence; a wrong name inside a section it reports itself.
    """
    return [
        f"{name}: unknown section: must be one of {', '.join(sections)}"
        for name in sorted(os.environ)
        if name.upper().startswith(PREFIX)
        and "__" in name
        and name.upper().removeprefix(PREFIX).split("__")[0].lower() not in sections
    ]


def read(model: type[SettingsT], overrides: dict[str, Any]) -> SettingsT:
    """Build the model from its sources; a source that cannot be read is a SettingsError."""
    path = config_file()
    if not path.is_file():
        raise SettingsError(f"{FILE_VARIABLE}: no file {path}: name an existing TOML file, or unset it")
    try:
        return model(**overrides)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: not readable as TOML: {error}") from None
    except SourceError as error:
        raise SettingsError(f"environment: {error}: use {PREFIX}<SECTION>__<NAME>=value") from None


def model_file(path: str) -> bytes:
    """The file that `detection.forecast_model` names. Raises: SettingsError if it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise SettingsError(f"detection.forecast_model: value {path!r}: {error.strerror or error}") from None
