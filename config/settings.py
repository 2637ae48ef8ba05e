"""The settings of the application, from all their sources. Each knob is declared in `sections.py`.

Sources, the later wins: `freshet.toml` beside this file (or the file that FRESHET_CONFIG names), the environment
(FRESHET_<SECTION>__<NAME>), arguments of `load`.
"""

import hashlib
import json
from typing import Any, Self

from pydantic import ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from config import places, sources
from config.channels import Notify
from config.errors import SettingsError
from config.problems import problems
from config.sections import Detection, Kafka, Logs, Page, Series, Topics, Worker


class Settings(BaseSettings):
    """All sections. Build it by `load`, which explains what is wrong."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=places.PREFIX, env_nested_delimiter="__")

    kafka: Kafka = Kafka()
    topics: Topics = Topics()
    detection: Detection = Detection()
    series: Series = Series()
    worker: Worker = Worker()
    page: Page = Page()
    notify: Notify = Notify()
    logs: Logs = Logs()

    @model_validator(mode="after")
    def _retention_outlives_the_window(self) -> Self:
        needed_s = self.detection.long_window_s + self.detection.lateness_s
        for name in ("posts_retention_h", "engagements_retention_h", "runs_retention_h", "ticks_retention_h"):
            kept_s = getattr(self.topics, name) * 3600
            if kept_s <= needed_s:
                raise ValueError(
                    f"topics.{name} is {kept_s // 3600}: must outlast detection.long_window_s + lateness_s,"
                    f" {needed_s:g} s"
                )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The order of the module docstring, the strongest first."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, places.config_file())


def load(**overrides: dict[str, Any]) -> Settings:
    """Read the settings from all sources.

    Args:
        overrides: values by section, stronger than file and environment.
    Raises: SettingsError, one line with every problem.

    >>> load(detection={"bucket_s": 60}).detection.bucket_s
    60
    """
    found = sources.unknown_variables(Settings.model_fields)
    try:
        settings = sources.read(Settings, overrides)
    except ValidationError as error:
        raise SettingsError("; ".join(found + problems(error, Settings))) from None
    if found:
        raise SettingsError("; ".join(found))
    return settings


def detection_digest(settings: Settings) -> str:
    """16 hex digits that change with every setting that changes what is detected: the `config_digest` of alerts.

    Of a prepared model its content counts, wherever it lies. Raises: SettingsError if it cannot be read.
    """
    decisive = {
        "detection": settings.detection.model_dump(exclude={"forecast_model"}),
        "series": settings.series.model_dump(),
        "partitions": settings.topics.partitions,
    }
    if settings.detection.forecast_model:
        decisive["forecast_model"] = hashlib.sha256(sources.model_file(settings.detection.forecast_model)).hexdigest()
    return _digest(decisive)


def state_digest(settings: Settings, *formats: str) -> str:
    """16 hex digits that change with every setting that saved state depends on: with another one it is of no use.

    Args:
        formats: what else the state depends on, such as the version of the subjects' keys.
    """
    d = settings.detection
    shaping = {
        "bucket_s": d.bucket_s,
        "window_s": d.window_s,
        "long_window_s": d.long_window_s,
        "half_life_s": d.half_life_s,
        "words": d.words,
        "scopes": sorted(d.scopes),
        "cell_bits": d.cell_bits,
        "memory_s": d.memory_s,
        "partitions": settings.topics.partitions,
        "formats": formats,
    }
    return _digest(shaping)


def _digest(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
