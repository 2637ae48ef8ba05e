"""A file of models that forecast: what was learned from files of posts, for a worker or a replay to begin with.

A line that names kind and format, 16 bytes that tell a damaged file, then packed numbers and text: no code.
"""

from typing import Any

import msgspec

from config.errors import SettingsError
from config.sections import Detection
from config.sources import model_file
from detectors.errors import DetectorError
from detectors.outlook.outlook import Outlook
from detectors.outlook.told import MODEL
from detectors.performance.outlook import MODEL as POSTS_MODEL
from detectors.performance.outlook import PostOutlook
from detectors.stages.forecasters import Forecasters
from streams.state.parts import digest, pack, unpack

KIND = b"freshet forecasts "
FORMAT = 2
MODELS = f"{MODEL} {POSTS_MODEL}"
SHAPING = (
    "bucket_s",
    "window_s",
    "long_window_s",
    "half_life_s",
    "trend_memory_s",
    "min_voices",
    "evidence_posts",
    "words",
    "scopes",
)
"""Settings of detection that say what a question, its features and its answer mean: with others it is another one."""
SETTING = "detection.forecast_model"
AGAIN = "learn again: `freshet backtest FILE... --learn OUT`"


class Prepared(msgspec.Struct, frozen=True):
    """What the file holds.

    Attributes:
        models: their names in alerts.
        settings: those it was learned with, by name.
        parts: see `Forecasters.learned`.
    """

    models: str
    settings: dict[str, Any]
    parts: dict[str, bytes]


_read = msgspec.msgpack.Decoder(Prepared).decode


def written(forecasters: Forecasters, settings: Detection) -> bytes:
    """The file; the same knowledge gives the same bytes."""
    packed = msgspec.msgpack.encode(Prepared(MODELS, _shaping(settings), forecasters.learned()))
    return b"%s%d\n" % (KIND, FORMAT) + digest(packed) + b"".join(pack(packed))


def prepared(settings: Detection) -> dict[str, bytes]:
    """What the models know that the settings name; empty: they name none.

    Raises: SettingsError, naming the setting, if there is no such file, or one of another kind, version or settings.
    """
    if not settings.forecast_model:
        return {}
    where = f"{SETTING}: value {settings.forecast_model!r}"
    found = _unpacked(model_file(settings.forecast_model), where)
    mine = _shaping(settings)
    theirs = {name: found.settings.get(name) for name in SHAPING}
    if differing := [f"detection.{n} = {theirs[n]}, now {mine[n]}" for n in SHAPING if theirs[n] != mine[n]]:
        raise SettingsError(f"{where}: was learned with {'; '.join(differing)}: set back, or {AGAIN}")
    try:
        _fresh(settings).begin_with(found.parts)
    except (DetectorError, msgspec.DecodeError, KeyError) as error:
        raise SettingsError(f"{where}: models that this version cannot read ({error}): {AGAIN}") from None
    return found.parts


def _unpacked(content: bytes, where: str) -> Prepared:
    head, _, body = content.partition(b"\n")
    if not head.startswith(KIND):
        raise SettingsError(f"{where}: is no file of models: `freshet backtest FILE... --learn OUT` writes one")
    if (version := head.removeprefix(KIND)) != b"%d" % FORMAT:
        said = version[:8].decode("ascii", "replace")
        raise SettingsError(f"{where}: format {said!r}, this version reads {FORMAT}: {AGAIN}")
    packed = unpack([body[16:]])
    if packed is None or digest(packed) != body[:16]:
        raise SettingsError(f"{where}: is damaged: copy it anew, or {AGAIN}")
    found = _read(packed)
    if found.models != MODELS:
        raise SettingsError(f"{where}: models {found.models!r}, this version has {MODELS!r}: {AGAIN}")
    return found


def _fresh(settings: Detection) -> Forecasters:
    """Some that know nothing."""
    bucket_s, least = settings.bucket_s, settings.forecast_answers
    trends = Outlook(bucket_s=bucket_s, window=settings.window_s // bucket_s, least=least)
    return Forecasters(trends, PostOutlook(bucket_s=bucket_s, least=least))


def _shaping(settings: Detection) -> dict[str, Any]:
    known = {name: getattr(settings, name) for name in SHAPING}
    return known | {"scopes": sorted(settings.scopes)}
