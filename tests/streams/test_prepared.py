"""A file of models that forecast: it is used as it was written, or refused with what to do."""

from pathlib import Path
from typing import Any

import pytest

from config.errors import SettingsError
from config.settings import Settings, detection_digest, load
from detectors import pipeline
from detectors.outlook.outlook import Outlook
from detectors.stages.forecasters import Forecasters
from streams import prepared, wiring
from tests.detectors.making import FIRST
from tests.detectors.outlook.world import Stream, curves
from tests.detectors.performance import growth


@pytest.fixture(scope="module")
def taught() -> Forecasters:
    """Some that saw trends and posts."""
    stream = Stream(curves(15, seed=4))
    stream.run(FIRST, FIRST + 600)
    lived = growth.Stream(growth.posts(60, seed=4), growth.fresh())
    lived.run(growth.FIRST, lived.end)
    return Forecasters(stream.outlook, lived.outlook)


@pytest.fixture
def file(taught: Forecasters, tmp_path: Path) -> Path:
    """What it knows."""
    path = tmp_path / "forecasts.model"
    path.write_bytes(prepared.written(taught, load().detection))
    return path


def naming(path: Path, **detection: Any) -> Settings:
    """The settings that begin with a file."""
    return load(detection={"forecast_model": str(path), **detection})


def test_the_worker_begins_with_what_the_file_holds(taught: Forecasters, file: Path) -> None:
    """Through the settings, and no others than its own."""
    begun = Forecasters.of(pipeline.decider(wiring.detection(naming(file))))
    assert begun.learned() == taught.learned()
    assert all(horizon.reaches.record.n for _, horizon in begun.posts.horizons())
    assert wiring.detection(load()).prepared == {}


def test_the_same_knowledge_gives_the_same_file(taught: Forecasters, file: Path) -> None:
    """Byte for byte."""
    again = Forecasters(Outlook(bucket_s=300.0, window=12, least=30), growth.fresh())
    again.begin_with(taught.learned())
    assert prepared.written(again, load().detection) == file.read_bytes()


def test_the_digest_names_what_it_holds(taught: Forecasters, file: Path) -> None:
    """Alerts that began with other models were judged otherwise; where the file lies says nothing."""
    elsewhere, other = file.with_name("elsewhere"), file.with_name("other")
    elsewhere.write_bytes(file.read_bytes())
    taught.trends.learn(FIRST + 10_000)
    other.write_bytes(prepared.written(taught, load().detection))
    digest = detection_digest(naming(file))
    assert digest == detection_digest(naming(elsewhere))
    assert digest == wiring.detection(naming(file)).decide.config_digest
    assert len({digest, detection_digest(naming(other)), detection_digest(load())}) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _: b"{}", "is no file of models: `freshet backtest FILE... --learn OUT` writes one"),
        (lambda content: content.replace(b"forecasts 2\n", b"forecasts 9\n", 1), "format '9', this version reads 2"),
        (lambda content: content[:-1], "is damaged: copy it anew"),
        (lambda content: content[:100], "is damaged: copy it anew"),
    ],
)
def test_what_it_cannot_read_is_refused(file: Path, change: Any, said: str) -> None:
    """Named, with what to do; never half of it."""
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(SettingsError, match=said) as error:
        wiring.detection(naming(file))
    assert str(error.value).startswith(f"detection.forecast_model: value '{file}': ")


def test_a_file_that_is_not_there() -> None:
    """Wrong settings."""
    for needs in (wiring.detection, detection_digest):
        with pytest.raises(SettingsError, match=r"detection.forecast_model: value 'none.model': No such file"):
            needs(naming(Path("none.model")))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"window_s": 1800}, "was learned with detection.window_s = 3600, now 1800: set back, or learn again"),
        ({"scopes": ("tier",)}, r"detection.scopes = \['community', 'platform', 'tier'\], now \['tier'\]"),
    ],
)
def test_other_questions_need_other_models(file: Path, values: dict[str, Any], said: str) -> None:
    """Models answer what they were asked: with settings that give it another meaning they would guess."""
    with pytest.raises(SettingsError, match=said):
        wiring.detection(naming(file, **values))


def test_what_only_decides_who_is_asked_about_may_differ(file: Path) -> None:
    """And the order in which scopes are named."""
    other = {"false_share": 0.01, "forecast_answers": 50, "scopes": ("tier", "platform", "community")}
    assert wiring.detection(naming(file, **other)).prepared


def test_models_of_another_name_are_refused(taught: Forecasters, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked, known or learned is something else in them."""
    monkeypatch.setattr(prepared, "MODELS", "outlook-0 posts-1")
    file.write_bytes(prepared.written(taught, load().detection))
    monkeypatch.undo()
    said = "models 'outlook-0 posts-1', this version has 'outlook-1 posts-1': learn again"
    with pytest.raises(SettingsError, match=said):
        wiring.detection(naming(file))


@pytest.mark.parametrize("of", ["outlook", "performance"])
def test_models_that_cannot_be_restored_are_refused(
    of: str, taught: Forecasters, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found out at the start, not with the first trend or post."""
    monkeypatch.setattr(f"detectors.{of}.outlook.FORMAT", 99)
    file.write_bytes(prepared.written(taught, load().detection))
    monkeypatch.undo()
    with pytest.raises(SettingsError, match=r"models that this version cannot read .format = 99"):
        wiring.detection(naming(file))
