"""Reaches the brokers with kafka-python: connection settings, and an admin client whose errors a person can act on.

The only module that knows kafka-python's admin client; what topics should look like is `topics.py`.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from config.settings import Settings
from streams import checksums
from streams.errors import StreamsError, UsageError

CONNECT_S = 3.0
"""How long one server may take to accept a connection, seconds."""

BOOTSTRAP_S = 10.0
"""How long the brokers may take to answer, seconds."""


def client_settings(settings: Settings) -> dict[str, Any]:
    """The keyword arguments that kafka-python's admin client, producer and consumer share.

    Raises: UsageError if no broker is named; StreamsError if the authority's file cannot be used.
    """
    checksums.compiled()
    kafka = settings.kafka
    if not kafka.bootstrap_servers:
        raise UsageError(
            "kafka.bootstrap_servers is empty: name a broker (FRESHET_KAFKA__BOOTSTRAP_SERVERS=host:port); "
            "`freshet broker` starts one"
        )
    found: dict[str, Any] = {
        "bootstrap_servers": kafka.bootstrap_servers.split(","),
        "bootstrap_timeout_ms": int(BOOTSTRAP_S * 1000),
        "security_protocol": kafka.security_protocol,
    }
    if kafka.security_protocol.endswith("SSL"):
        found["ssl_context"] = ssl_context(settings)
    if kafka.security_protocol.startswith("SASL"):
        found["sasl_mechanism"] = kafka.sasl_mechanism
        found["sasl_plain_username"] = kafka.sasl_username
        found["sasl_plain_password"] = kafka.sasl_password.get_secret_value()
    return found


def async_settings(settings: Settings) -> dict[str, Any]:
    """The same for aiokafka, which names what reaches the brokers alike, but for one thing."""
    return {name: value for name, value in client_settings(settings).items() if name != "bootstrap_timeout_ms"}


def ssl_context(settings: Settings) -> ssl.SSLContext:
    """What both Kafka clients verify the brokers with."""
    try:
        return ssl.create_default_context(cafile=settings.kafka.ssl_cafile or None)
    except OSError as error:
        raise StreamsError(
            f"kafka.ssl_cafile: {settings.kafka.ssl_cafile}: {error}: name a readable PEM file of certificates"
        ) from error


def probe(servers: list[str]) -> None:
    """Raise a StreamsError unless one of the servers accepts a connection: kafka-python would try for longer."""
    refusals = []
    for server in servers:
        host, _, port = server.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_S).close()
        except (OSError, OverflowError) as error:
            refusals.append(f"{server} ({error})")
        else:
            return
    raise StreamsError(
        f"no Kafka broker at {', '.join(refusals)}: start it (`freshet broker`), or correct kafka.bootstrap_servers"
    )


@contextmanager
def explained(servers: list[str]) -> Iterator[None]:
    """Turn what Kafka refuses within into a StreamsError of one line."""
    try:
        yield
    except KafkaError as error:
        what = " ".join(str(error).split())
        raise StreamsError(f"Kafka at {','.join(servers)}: {what}: see its log, or `freshet doctor`") from error


@contextmanager
def connected(client: dict[str, Any]) -> Iterator[KafkaAdminClient]:
    """An admin client, closed at the end; what Kafka refuses becomes a StreamsError.

    Args:
        client: as from `client_settings`.
    """
    servers = client["bootstrap_servers"]
    probe(servers)
    with explained(servers), KafkaAdminClient(**client) as admin:
        yield admin
