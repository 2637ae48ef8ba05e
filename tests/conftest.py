"""What many tests need: an environment without the developer's settings, and one real Kafka for the whole run."""

import gc
import os
import uuid
import warnings
from collections.abc import Iterator

import hypothesis
import pytest

from config.sections import Topics
from config.settings import Settings, load

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
hypothesis.settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    """Let kafka-python load its protocol in a way that Python 3.11 and 3.12 call deprecated, and 3.13 does not."""
    config.addinivalue_line("filterwarnings", "ignore:(read|open)_text is deprecated:DeprecationWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the embedded Kafka, so that `-m "not kafka"` leaves it out."""
    for item in items:
        if "kafka" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.kafka)


@pytest.fixture(autouse=True)
def _default_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see the declared defaults, whatever the developer's shell has set."""
    for name in [name for name in os.environ if name.startswith("FRESHET_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module", autouse=True)
def _left_over(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect what a file with Kafka leaves: a connection that a client forgot is no fault of a later test."""
    yield
    here = [item for item in request.session.items if item.path == request.node.path]
    if any(item.get_closest_marker("kafka") for item in here):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a real Apache Kafka listens, host:port; one for the whole run."""
    from streams.broker import EmbeddedKafka

    with EmbeddedKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker.bootstrap_servers


@pytest.fixture
def settings_for_kafka(kafka: str) -> Settings:
    """Settings for that Kafka whose topics no other test has; the topics are not made yet."""
    prefix = f"t{uuid.uuid4().hex[:8]}"
    names = {setting: f"{prefix}.{name}" for setting, name in Topics().names().items()}
    return load(kafka={"bootstrap_servers": kafka}, topics=names)
