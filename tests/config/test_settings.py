"""Where settings come from, which wins, and what is said when they are wrong."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.errors import SettingsError
from config.places import DEFAULT_FILE
from config.settings import Settings, detection_digest, load, state_digest


@pytest.fixture
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text("")
    monkeypatch.setenv("FRESHET_CONFIG", str(path))
    return path


def test_file_shows_the_defaults(config_file: Path) -> None:
    """Every commented line of freshet.toml is a declared default, in its section."""
    config_file.write_text(re.sub(r"^# (?=\w+ = )", "", DEFAULT_FILE.read_text(), flags=re.MULTILINE))

    assert "\nbucket_s = 300 " in config_file.read_text()
    assert load() == Settings()


def test_later_sources_win(config_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment beats the file, an argument beats both, and neighbours keep their source."""
    config_file.write_text("[detection]\nbucket_s = 60\nmin_voices = 5\nr_max = 7.0\n")
    monkeypatch.setenv("FRESHET_DETECTION__BUCKET_S", "120")
    monkeypatch.setenv("FRESHET_DETECTION__MIN_VOICES", "6")

    detection = load(detection={"min_voices": 7}).detection

    assert (detection.bucket_s, detection.min_voices, detection.r_max) == (120, 7, 7.0)


def test_every_problem_is_told_at_once(config_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line names each wrong setting with its value and what is allowed."""
    config_file.write_text("[detection]\nbucket_z = 1\n[nonsense]\nx = 1\n")
    monkeypatch.setenv("FRESHET_DETECTION__BUCKET_S", "7")
    monkeypatch.setenv("FRESHET_KAFFKA__X", "1")

    with pytest.raises(SettingsError) as caught:
        load(logs={"format": "xml"}, topics={"partitions": 0})

    said = str(caught.value)
    assert "\n" not in said
    assert "detection.bucket_s: value '7': must be an integer, at least 60, at most 3600 (Width of a bucket" in said
    assert "detection.bucket_z: unknown setting" in said
    assert "nonsense: unknown setting" in said
    assert "FRESHET_KAFFKA__X: unknown section: must be one of kafka, topics" in said
    assert "logs.format: value 'xml': must be one of auto, json, text" in said
    assert "topics.partitions: value 0: must be an integer, at least 1, at most 512" in said


@pytest.mark.parametrize(
    ("section", "values", "said"),
    [
        ("detection", {"bucket_s": 420}, r"detection\.bucket_s is 420: must divide an hour"),
        ("detection", {"window_s": 1000}, r"detection\.window_s is 1000: must be a multiple of bucket_s, 300"),
        ("topics", {"runs_retention_h": 1}, r"topics\.runs_retention_h is 1: must outlast .* 21630 s"),
        ("topics", {"alerts": "social.posts.v1"}, r"topics\.alerts is 'social\.posts\.v1', as posts is"),
        ("topics", {"posts": "no spaces"}, r"topics\.posts: value 'no spaces': must be a string"),
        ("kafka", {"security_protocol": "SASL_SSL"}, r"kafka\.sasl_username is empty: set it"),
        ("kafka", {"bootstrap_servers": "broker"}, r"kafka\.bootstrap_servers: value 'broker'.*host:port"),
        ("detection", {"r_max": float("nan")}, r"detection\.r_max: value nan: must be a number, more than 0"),
        ("page", {"post_url": "javascript:x('{post_id}')"}, r"page\.post_url: value .* must be a string"),
        ("page", {"post_url": "https://example.org/"}, r"page\.post_url: value"),
        ("page", {"workers": "worker:6066"}, r"page\.workers: value"),
        ("detection", 5, r"detection: value 5: must be a section"),
    ],
)
def test_impossible_settings_are_refused(section: str, values: dict[str, object], said: str) -> None:
    """What no range can state is checked too, and named the same way."""
    with pytest.raises(SettingsError, match=f"^{said}"):
        load(**{section: values})


def test_secrets_are_never_shown() -> None:
    """A password appears neither in a dump nor in what is said about a wrong one."""
    shown = load(kafka={"sasl_password": "hunter2"})
    assert "hunter2" not in repr(shown) + shown.model_dump_json()

    with pytest.raises(SettingsError) as caught:
        load(kafka={"sasl_password": ["hunter2"]})
    assert "kafka.sasl_password: value *****" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no file .*absent.toml: name an existing TOML file"),
        (b"[kafka", "not readable as TOML"),
        (b"\xff", "TOML"),
    ],
)
def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, said: str) -> None:
    """A named file that is absent or broken is an error, never an empty one."""
    path = tmp_path / "absent.toml"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("FRESHET_CONFIG", str(path))

    with pytest.raises(SettingsError, match=said):
        load()


def test_section_variable_must_hold_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole section given as plain text is refused with the right way to write it."""
    monkeypatch.setenv("FRESHET_KAFKA", "broker:9092")

    with pytest.raises(SettingsError, match="use FRESHET_<SECTION>__<NAME>=value"):
        load()


def test_settings_do_not_change() -> None:
    """Sections are frozen: who holds settings may trust them."""
    with pytest.raises(ValidationError):
        load().detection.bucket_s = 60


@pytest.mark.parametrize(
    ("section", "values", "changes"),
    [
        ("detection", {"false_share": 0.01}, True),
        ("series", {"silence_buckets": 3}, True),
        ("topics", {"partitions": 8}, True),
        ("topics", {"alerts_retention_h": 24}, False),
        ("worker", {"web_port": 7000}, False),
        ("kafka", {"bootstrap_servers": "broker:9092"}, False),
    ],
)
def test_digest_names_what_is_detected(section: str, values: dict[str, object], changes: bool) -> None:
    """The digest changes with what changes the alerts, and with nothing else."""
    digest = detection_digest(load(**{section: values}))

    assert re.fullmatch(r"[0-9a-f]{16}", digest)
    assert (digest != detection_digest(load())) is changes


@pytest.mark.parametrize(
    ("section", "values", "changes"),
    [
        ("detection", {"bucket_s": 60}, True),
        ("detection", {"words": False}, True),
        ("detection", {"cell_bits": 18}, True),
        ("topics", {"partitions": 8}, True),
        ("detection", {"false_share": 0.01}, False),
        ("detection", {"cooldown_s": 60}, False),
        ("series", {"silence_buckets": 3}, False),
        ("worker", {"web_port": 7000}, False),
    ],
)
def test_state_digest_names_what_state_depends_on(section: str, values: dict[str, object], changes: bool) -> None:
    """A setting that only decides what is told leaves the state good."""
    assert (state_digest(load(**{section: values}), "keys 1") != state_digest(load(), "keys 1")) is changes


def test_state_digest_names_formats() -> None:
    """Keys of another version are other keys."""
    assert state_digest(load(), "keys 1") != state_digest(load(), "keys 2")
