"""How the brokers are reached, and what is said when they are not."""

import ssl
from pathlib import Path

import pytest

from config.settings import load
from streams.admin import client_settings, connected
from streams.errors import StreamsError, UsageError

PORT_OF_NOBODY = 19_199


def test_no_broker_named() -> None:
    """Without a broker the settings are incomplete: wrong usage, with both ways out."""
    with pytest.raises(UsageError, match=r"kafka.bootstrap_servers is empty.*FRESHET_KAFKA__.*freshet broker"):
        client_settings(load())


def test_login_and_encryption_are_passed_on() -> None:
    """SASL over TLS gives kafka-python a login and one context for both clients."""
    login = {"sasl_username": "ada", "sasl_password": "hunter2", "sasl_mechanism": "PLAIN"}
    client = client_settings(load(kafka={"bootstrap_servers": "a:1,b:2", "security_protocol": "SASL_SSL", **login}))

    assert client["bootstrap_servers"] == ["a:1", "b:2"]
    assert (client["sasl_mechanism"], client["sasl_plain_username"]) == ("PLAIN", "ada")
    assert client["sasl_plain_password"] == "hunter2"
    assert client["ssl_context"].verify_mode == ssl.CERT_REQUIRED


def test_unusable_authority_file(tmp_path: Path) -> None:
    """A file that holds no certificates is named, with its setting."""
    path = tmp_path / "ca.pem"
    path.write_text("not a certificate")

    with pytest.raises(StreamsError, match=r"kafka.ssl_cafile: .*ca.pem.*name a readable PEM file"):
        client_settings(load(kafka={"bootstrap_servers": "a:1", "security_protocol": "SSL", "ssl_cafile": str(path)}))


@pytest.mark.parametrize("server", [f"127.0.0.1:{PORT_OF_NOBODY}", f"[::1]:{PORT_OF_NOBODY}", "127.0.0.1:99999"])
def test_nobody_answers(server: str) -> None:
    """An unreachable broker is one line that names it and what to do."""
    client = client_settings(load(kafka={"bootstrap_servers": server}))

    said = r"no Kafka broker at .*start it.*or correct kafka\.bootstrap_servers"
    with pytest.raises(StreamsError, match=said) as caught, connected(client):
        pass

    assert server in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_kafka_refuses_is_explained(kafka: str) -> None:
    """An error of the client library becomes one of ours, on one line."""
    client = client_settings(load(kafka={"bootstrap_servers": kafka}))

    with pytest.raises(StreamsError, match=f"Kafka at {kafka}: .*InvalidTopic"), connected(client) as admin:
        admin.create_topics(["not a topic name"])
