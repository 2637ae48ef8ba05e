"""What a schema cannot see of docker-compose.yml and Dockerfile: what they name exists, and fits together."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from config.settings import Settings
from streams.cli import freshet

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
PROMETHEUS: dict[str, Any] = yaml.safe_load((ROOT / "config/prometheus/prometheus.yml").read_text())

every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES.keys())
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("freshet")}


def listeners(text: str) -> dict[str, tuple[str, int]]:
    """Kafka's way to write listeners: NAME://host:port, with commas between."""
    parts = (re.fullmatch(r"(\w+)://(.*):(\d+)", listener) for listener in text.split(","))
    return {part[1]: (part[2], int(part[3])) for part in parts if part}


def freshet_calls(service: dict[str, Any]) -> Iterator[list[str]]:
    """The words of each `freshet` command line that a service runs."""
    if "entrypoint" not in service:
        yield list(service["command"])
        return
    for line in service["command"][-1].splitlines():
        if line.startswith("freshet "):
            yield line.split()[1:]


@every_service
def test_service_waits_for_what_exists(service: dict[str, Any]) -> None:
    """A wait for health needs a health check, a wait for an end needs a job that ends."""
    for target, how in service.get("depends_on", {}).items():
        other = SERVICES[target]
        if how["condition"] == "service_healthy":
            assert "test" in other["healthcheck"], target
        else:
            assert how["condition"] == "service_completed_successfully"
            assert other["restart"] == "no", target
        assert "profiles" not in other, f"{target} does not start by itself"


@every_service
def test_service_may_do_no_more_than_it_must(service: dict[str, Any]) -> None:
    """Not root, no capabilities, nothing writable but volumes and memory."""
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert str(service["user"]).split(":")[0] not in {"", "0", "root"}


@every_service
def test_ports_are_bound_to_loopback(service: dict[str, Any]) -> None:
    """Nothing here has a password: a port on all addresses would be open to the network."""
    for port in service.get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port), port


@every_service
def test_images_are_pinned(service: dict[str, Any]) -> None:
    """The same file brings up the same software next year."""
    _, tag = service["image"].split(":")
    assert re.fullmatch(r"v?\d+\.\d+\.\d+", tag)


def test_our_image_has_our_version() -> None:
    """One number for the package and its image."""
    assert {service["image"] for service in OURS.values()} == {f"freshet-trends:{VERSION}"}


@every_service
def test_mounts_exist(service: dict[str, Any]) -> None:
    """A path that is missing would be made by the engine, as an empty folder of root's."""
    for volume in service.get("volumes", []):
        source, *_, mode = volume.split(":")
        if source.startswith("."):
            assert (ROOT / source).is_dir()
            assert mode == "ro"
        else:
            assert source in COMPOSE["volumes"]


def test_every_volume_is_used() -> None:
    """A declared volume that nothing mounts holds nothing."""
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert set(COMPOSE["volumes"]) <= mounted


def test_kafka_tells_clients_where_it_is() -> None:
    """Inside by its service's name, from this machine by the published port; each on a listener that it opens."""
    kafka = SERVICES["kafka"]["environment"]
    opened, told = listeners(kafka["KAFKA_LISTENERS"]), listeners(kafka["KAFKA_ADVERTISED_LISTENERS"])

    assert {name: port for name, (_, port) in told.items()}.items() <= {
        n: port for n, (_, port) in opened.items()
    }.items()
    assert told["INSIDE"][0] == "kafka"
    assert f"{told['HOST'][0]}:{told['HOST'][1]}:{opened['HOST'][1]}" in SERVICES["kafka"]["ports"]
    assert set(opened) - set(told) == {kafka["KAFKA_CONTROLLER_LISTENER_NAMES"]}
    assert set(opened) == {pair.split(":")[0] for pair in kafka["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(",")}
    assert kafka["KAFKA_INTER_BROKER_LISTENER_NAME"] == "INSIDE"
    assert kafka["KAFKA_CONTROLLER_QUORUM_VOTERS"] == f"{kafka['KAFKA_NODE_ID']}@kafka:{opened['CONTROLLER'][1]}"


@pytest.mark.parametrize("service", OURS.values(), ids=OURS.keys())
def test_our_commands_exist(service: dict[str, Any]) -> None:
    """Every `freshet ...` of a container is a command, and takes the options it is given."""
    calls = list(freshet_calls(service))
    assert calls
    for words in calls:
        command: click.Command | None = freshet
        context = click.Context(freshet)
        while isinstance(command, click.Group):
            command = command.get_command(context, words.pop(0))
        assert command is not None
        command.make_parser(context).parse_args(words)


@pytest.mark.parametrize("service", OURS.values(), ids=OURS.keys())
def test_our_settings_exist(service: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of a container load, and name the broker's inner listener."""
    for name, value in service["environment"].items():
        monkeypatch.setenv(name, str(value))
        _, section, field = re.split(r"^FRESHET_|__", name)
        assert field.lower() in type(getattr(Settings(), section.lower())).model_fields

    host, port = listeners(SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"])["INSIDE"]
    assert Settings().kafka.bootstrap_servers == f"{host}:{port}"


def test_prometheus_scrapes_the_worker() -> None:
    """Its target is the worker's service and the port on which the worker serves metrics."""
    targets = [target for job in PROMETHEUS["scrape_configs"] for s in job["static_configs"] for target in s["targets"]]
    environment = SERVICES["worker"]["environment"]

    notify = SERVICES["notify"]["environment"]["FRESHET_NOTIFY__WEB_PORT"]
    assert targets == [f"worker:{environment['FRESHET_WORKER__WEB_PORT']}", f"notify:{notify}", "127.0.0.1:9090"]
    assert environment["FRESHET_WORKER__WEB_HOST"] == "0.0.0.0"


def test_the_page_is_reached_and_knows_the_worker() -> None:
    """It serves on the port that is published, and asks the worker's service for its health."""
    page, worker = SERVICES["page"], SERVICES["worker"]["environment"]
    port = page["environment"]["FRESHET_PAGE__PORT"]

    assert page["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert page["environment"]["FRESHET_PAGE__HOST"] == "0.0.0.0"
    assert page["environment"]["FRESHET_PAGE__WORKERS"] == f"http://worker:{worker['FRESHET_WORKER__WEB_PORT']}"
    assert f"127.0.0.1:{port}/healthz" in page["healthcheck"]["test"][-1]


def test_delivery_is_asked_for_and_keeps_its_secrets_out() -> None:
    """It starts with its profile only; addresses come from a file that is in no image and no repository."""
    notify = SERVICES["notify"]
    port = notify["environment"]["FRESHET_NOTIFY__WEB_PORT"]
    (file,) = notify["env_file"]

    assert notify["profiles"] == ["notify"]
    assert notify["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert f"127.0.0.1:{port}/readyz" in notify["healthcheck"]["test"][-1]
    assert file["path"] in (ROOT / ".gitignore").read_text().split()
    assert f"!{file['path']}" not in (ROOT / ".dockerignore").read_text()
    assert DOCKERFILE.count("--extra notify") == 2


def test_prometheus_finds_its_files() -> None:
    """The folder that is mounted holds the configuration and the rules it names."""
    mount, inside, _ = SERVICES["prometheus"]["volumes"][0].split(":")
    assert f"--config.file={inside}/prometheus.yml" in SERVICES["prometheus"]["command"]
    for pattern in PROMETHEUS["rule_files"]:
        assert list((ROOT / mount).glob(pattern))


def test_grafana_finds_its_files() -> None:
    """The data source is the Prometheus service; the dashboards are where the provider looks."""
    provisioning = ROOT / "config/grafana/provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())["datasources"]
    (provider,) = yaml.safe_load((provisioning / "dashboards/freshet.yml").read_text())["providers"]
    mounts = dict(volume.split(":")[1::-1] for volume in SERVICES["grafana"]["volumes"])

    assert source["url"] == "http://prometheus:9090"
    assert "127.0.0.1:9090:9090" in SERVICES["prometheus"]["ports"]
    dashboards = ROOT / mounts[provider["options"]["path"]]
    home = Path(SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert (dashboards / home.name).is_file()
    assert str(home.parent) == provider["options"]["path"]


def test_dockerfile_and_compose_speak_of_the_same_user_and_port() -> None:
    """Else the worker cannot write where it starts, or its health check asks the wrong port."""
    user = re.search(r"^USER (\d+)$", DOCKERFILE, flags=re.MULTILINE)
    workdir = re.findall(r"^WORKDIR (\S+)$", DOCKERFILE, flags=re.MULTILINE)[-1]
    assert user
    for service in OURS.values():
        assert service["user"].split(":")[0] == user[1]
        assert workdir in service["tmpfs"]
    assert f"EXPOSE {Settings().worker.web_port}\n" in DOCKERFILE
    assert f"127.0.0.1:{Settings().worker.web_port}/healthz" in DOCKERFILE


def test_dockerfile_copies_what_the_context_holds() -> None:
    """.dockerignore lets in exactly what is copied, and all of it exists."""
    ignored = (ROOT / ".dockerignore").read_text()
    let_in = set(re.findall(r"^!(\S+)$", ignored, flags=re.MULTILINE))
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE)

    assert {name for line in copies for name in line.split()} == let_in
    for name in let_in:
        assert (ROOT / name).exists(), name


def test_one_uv_everywhere() -> None:
    """The lock is read by the version that wrote it, in the image as on a developer's machine."""
    in_image = re.search(r"uv==(\S+)", DOCKERFILE)
    in_makefile = re.search(r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert in_image
    assert in_makefile
    assert in_image[1] == in_makefile[1]
