"""Our settings as Faust's. Values that are not knobs of ours were measured, see docs/decisions/."""

from pathlib import Path
from typing import Any

import faust

from config.settings import Settings
from streams import logs
from streams.admin import ssl_context
from streams.topics import LARGEST, MIB

BEATS = 4
"""Heartbeats within a session: one or two that are late cost nothing."""

DEFAULT_BROKER = "127.0.0.1:9092"
"""Where `freshet broker` listens: what `faust -A streams.app` uses where no broker is named."""


def faust_settings(settings: Settings) -> dict[str, Any]:
    """Keyword arguments of the Faust app. Makes its data folder: Faust makes one only where the parent exists."""
    data_dir = Path(settings.worker.data_dir).expanduser()
    data_dir.mkdir(parents=True, exist_ok=True)
    servers = (settings.kafka.bootstrap_servers or DEFAULT_BROKER).split(",")
    return {
        "id": settings.worker.group,
        "broker": ";".join(f"kafka://{server}" for server in servers),
        "broker_credentials": _credentials(settings),
        "datadir": str(data_dir),
        "store": "memory://",
        "value_serializer": "raw",
        "key_serializer": "raw",
        "consumer_auto_offset_reset": "earliest",
        "topic_partitions": settings.topics.partitions,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "table_standby_replicas": 1,  # at 0, and without tables, Faust would part posts-n from engagements-n
        "web_bind": settings.worker.web_host,
        "web_host": settings.worker.web_host,
        "web_port": settings.worker.web_port,
        "web_tables_enabled": False,
        "web_router_enabled": False,
        "logging_config": logs.logging_config(settings.logs.level, settings.logs.format),
        "broker_max_poll_records": 4 * settings.worker.chunk_records,
        "consumer_max_fetch_size": 4 << 20,
        "stream_buffer_maxsize": 32,  # counts chunks; 4 stalls
        "stream_wait_empty": False,
        "stream_recovery_delay": 0.0,
        "broker_commit_interval": 1.0,
        "broker_session_timeout": settings.worker.session_s,
        "broker_heartbeat_interval": settings.worker.session_s / BEATS,
        "broker_request_timeout": max(30.0, 2 * settings.worker.session_s),  # Faust refuses a longer session
        "producer_acks": -1,
        "producer_linger": 0.005,
        "producer_compression_type": "lz4",
        "producer_max_request_size": LARGEST - MIB // 16,  # less what Kafka adds; each topic has its own bound
        "producer_max_batch_size": 262_144,
    }


def aiokafka_client(settings: Settings) -> dict[str, Any]:
    """Keyword arguments of an aiokafka client of our own."""
    kafka = settings.kafka
    client: dict[str, Any] = {
        "bootstrap_servers": (kafka.bootstrap_servers or DEFAULT_BROKER).split(","),
        "security_protocol": kafka.security_protocol,
    }
    if kafka.security_protocol.endswith("SSL"):
        client["ssl_context"] = ssl_context(settings)
    if kafka.security_protocol.startswith("SASL"):
        client["sasl_mechanism"] = kafka.sasl_mechanism
        client["sasl_plain_username"] = kafka.sasl_username
        client["sasl_plain_password"] = kafka.sasl_password.get_secret_value()
    return client


def _credentials(settings: Settings) -> faust.SASLCredentials | faust.SSLCredentials | None:
    kafka = settings.kafka
    context = ssl_context(settings) if kafka.security_protocol.endswith("SSL") else None
    if kafka.security_protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=kafka.sasl_username,
            password=kafka.sasl_password.get_secret_value(),
            mechanism=kafka.sasl_mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context=context) if context else None
