"""`freshet notify` as a deployer meets it: what it checks and tries, what its pages say, what its guide promises."""

import asyncio
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from click.testing import CliRunner, Result
from prometheus_client import CollectorRegistry

from config.errors import SettingsError
from config.settings import Settings, load
from streams import topics
from streams.cli.notify import command
from streams.errors import StreamsError, UsageError
from streams.notify.metrics import NotifyMetrics
from streams.notify.running import _listen
from streams.notify.sender import Later, Sent
from streams.notify.server import ready
from streams.notify.watch import SILENT_S, Watch
from streams.notify.webhook import Webhook
from tests.streams.notify.alerts import message
from tests.streams.notify.services import Web, web_service
from tests.streams.notify.test_webhook import SECRET, SECRETS

GUIDE = (Path(__file__).parents[3] / "docs/alerts-in-chat.md").read_text()


def called(*arguments: str, **channels: dict[str, Any]) -> Result:
    """The command, with these channels."""
    return CliRunner(env={"FRESHET_NOTIFY__CHANNELS": json.dumps(channels)}).invoke(command, arguments)


def hook(service: Web, **more: Any) -> dict[str, Any]:
    return {"webhook": f"{service.address}/s3cret", "secret": SECRET, **more}


def test_without_a_channel_it_says_how_to_name_one() -> None:
    """Wrong settings are exit code 2."""
    error = called().exception

    assert isinstance(error, UsageError)
    assert "notify.channels is empty: name a channel" in str(error)


def test_an_unknown_channel_is_said_with_those_that_there_are() -> None:
    """A typing error is no reason to send to all."""
    error = called("--trial", "--channel", "teem", team={"webhook": "http://x", "secret": SECRET}).exception

    assert isinstance(error, UsageError)
    assert str(error) == "--channel teem: no such channel in notify.channels: must be one of team"


async def test_a_trial_says_what_became_of_it() -> None:
    """Each channel that is asked for gets one message; one that does not take it makes exit code 1."""
    async with web_service() as good, web_service() as bad, web_service() as other:
        bad.answers = [404]
        channels = {"good": hook(good, language="fr"), "bad": hook(bad), "other": hook(other)}
        asked = ["--trial", "--channel", "good", "--channel", "bad"]
        done = await asyncio.to_thread(called, *asked, **channels)

    assert done.output == "bad: not sent: HTTP 404\ngood: sent\n"
    assert isinstance(done.exception, StreamsError)
    assert json.loads(good.requests[0].body)["type"] == "trial"
    assert (len(bad.requests), other.requests) == (1, [])


def test_a_check_describes_channels_and_topics(settings_for_kafka: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line a channel, without its address; a missing topic is said."""
    for setting, name in settings_for_kafka.topics.names().items():
        monkeypatch.setenv(f"FRESHET_TOPICS__{setting.upper()}", name)
    monkeypatch.setenv("FRESHET_KAFKA__BOOTSTRAP_SERVERS", settings_for_kafka.kafka.bootstrap_servers)
    crm = {"webhook": "https://example.org/s3cret", "secret": SECRET, "kinds": ["trend"], "min_severity": "warning"}
    assert isinstance(called("--check", crm=crm).exception, StreamsError)

    topics.apply(settings_for_kafka)
    done = called("--check", crm=crm)

    assert done.exit_code == 0
    assert done.output == (
        "crm: webhook, en, trend, every scope, from warning on, all news, 20 a minute at most\n"
        "settings and topics are good\n"
    )


def test_ready_says_what_is_wrong_and_what_fails() -> None:
    """Without partitions or brokers it does not do its work; a service that fails is another's trouble."""
    metrics = NotifyMetrics(registry := CollectorRegistry(), ["team", "crm"], "0")
    team, crm = Watch("team", metrics), Watch("crm", metrics)
    assert ready([team, crm], 0.0) == (False, "team: no partitions yet; crm: no partitions yet")

    for watch in (team, crm):
        watch.settled, watch.seen_at = True, 0.0
    assert ready([team, crm], 1.0) == (True, "ready")

    team.heard(Later("HTTP 503"), 2.0)
    team.heard(Later("HTTP 503"), 9.0)
    assert ready([team, crm], 12.0) == (True, "ready; team fails for 10 s")
    assert registry.get_sample_value("freshet_notify_failing_seconds", {"channel": "team"}) == 7.0
    team.heard(Sent(), 13.0)
    assert ready([team, crm], 13.0) == (True, "ready")
    assert ready([team, crm], 1.0 + SILENT_S)[0] is False


async def test_a_port_that_is_taken_is_said() -> None:
    """With the settings that name another."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    runner = web.AppRunner(web.Application())
    await runner.setup()
    with pytest.raises(StreamsError, match=rf"^127\.0\.0\.1:{port}: .*FRESHET_NOTIFY__WEB_PORT"):
        await _listen(runner, load(notify={"web_port": port}))
    await runner.cleanup()
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ({}, r"notify\.channels\.team\.url is empty, and so is webhook"),
        ({"url": "json://h", "webhook": "https://h"}, r"notify\.channels\.team\.url both are set"),
        ({"webhook": "ftp://s3cret"}, r"notify\.channels\.team\.webhook is \*+: must begin with https://"),
        ({"webhook": "https://h"}, r"notify\.channels\.team\.secret is empty"),
        ({"webhook": "https://h", "secret": "s3cret"}, r"notify\.channels\.team\.secret is \*+: must be whsec_"),
        ({"url": "json://h", "secret": SECRET}, r"notify\.channels\.team\.secret is set"),
        ({"url": ["s3cret"]}, r"notify\.channels\.team\.url: value \*+: must be a string"),
        ("slack://s3cret", r"notify\.channels\.team: value \*+: must be a section"),
        ({"url": "json://h", "per_minute": 0}, r"notify\.channels\.team\.per_minute: value 0: must be .* at least 1"),
        ({"url": "json://h", "kinds": ["x"]}, r"notify\.channels\.team\.kinds\.0: value 'x': must be one of trend"),
        ({"url": "json://h", "langage": "fr"}, r"notify\.channels\.team\.langage: unknown setting"),
    ],
)
def test_a_wrong_channel_is_named_without_its_secrets(channel: Any, said: str) -> None:
    """Field, value and what is allowed; of an address and a secret, only that they are wrong."""
    with pytest.raises(SettingsError, match=f"^{said}") as caught:
        load(notify={"channels": {"team": channel}})
    assert "s3cret" not in str(caught.value)


def test_a_channels_name_is_a_name() -> None:
    """It is part of a variable, a group and a label."""
    with pytest.raises(SettingsError, match=r"^notify\.channels: name 'Our Team': must be a string, of the form"):
        load(notify={"channels": {"Our Team": {"url": "json://h"}}})


def test_memory_outlasts_what_may_be_sent() -> None:
    """Else an alert that comes again would be sent again."""
    with pytest.raises(SettingsError, match=r"^notify\.remember_s is 3600: must be at least max_age_s, 7200"):
        load(notify={"max_age_s": 7200, "remember_s": 3600})


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, flags=re.DOTALL)


def test_the_guides_settings_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file and its variables make one channel together."""
    (shown,) = blocks("toml")
    for name, value in re.findall(r"^ *export (\w+)='?([^'\n]+)'?$", GUIDE, flags=re.MULTILINE):
        monkeypatch.setenv(name, SECRET if "$(" in value else value)
    found = load().notify
    team = load(notify=tomllib.loads(shown)["notify"]).notify.channels["team"]

    assert found.channels["team"].language == "fr"
    assert found.channels["crm"].secret.get_secret_value() == SECRET
    assert (team.url.get_secret_value(), team.min_severity) == ("slack://xoxb-your-bots-token/#trends", "warning")


async def test_the_guides_receiver_knows_what_is_genuine() -> None:
    """Its function accepts what we send, under either secret, and nothing that was changed."""
    names: dict[str, Any] = {}
    (source,) = blocks("python")
    exec(source, names)  # the guide's own words
    async with web_service() as service:
        webhook = Webhook(service.address, SECRETS, attempt_s=5)
        await webhook.send(message())
        await webhook.close()
    (request,) = service.requests

    for secret in SECRETS.split():
        assert names["genuine"](request.headers, request.body, secret)
        assert not names["genuine"](request.headers, request.body + b" ", secret)
    assert not names["genuine"](request.headers, request.body, f"{SECRET[:-2]}A=")
