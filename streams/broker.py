"""The embedded Apache Kafka: one broker on loopback, for development, the demo and tests. Not for production."""

import base64
import os
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from streams import admin, jars
from streams.errors import StreamsError

HOST = "127.0.0.1"
READY_S = 60.0
"""A broker that does not answer this long after its start is given up, seconds."""

STOP_S = 20.0
"""A broker that has not stopped this long after it was told to is killed, seconds."""

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs={log_dir}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
min.insync.replicas=1
offsets.topic.num.partitions=8
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
"""

LIVES_WITH_ITS_INPUT = 'exec 3<&0; "$@" 3<&- </dev/null & kafka=$!; { cat <&3 >/dev/null; kill $kafka; } & wait $kafka'
"""Shell: run the command until standard input closes, which it does however our process ends, even by SIGKILL."""


class EmbeddedKafka:
    """An Apache Kafka of our own, as a context manager.

    Args:
        data_dir: where data, configuration and log are; they survive a restart.
        port: port on loopback; 0 takes a free one.
        heap_mb: most heap the Java machine takes, MiB.
    Raises: StreamsError, from `start`: what is in the way, and what to do.
    """

    def __init__(self, data_dir: Path, port: int = 0, heap_mb: int = 512) -> None:
        self.data_dir = data_dir
        self.port = port
        self.heap_mb = heap_mb
        self.log_file = data_dir / "kafka.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap_servers(self) -> str:
        """Where clients connect, host:port."""
        return f"{HOST}:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start the broker and wait until it answers."""
        self.port = _free_port(self.port)
        properties = self._prepare()
        with self.log_file.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                ["/bin/sh", "-c", LIVES_WITH_ITS_INPUT, "kafka", *self._java("kafka.Kafka", str(properties))],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches us alone: the broker stops last
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the broker cleanly; without effect where none runs."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def wait(self) -> None:
        """Wait until the broker ends by itself, which it should not.

        Raises: StreamsError, always, with its last words.
        """
        if self._process is not None:
            self._process.wait()
        raise StreamsError(f"Kafka ended: {self._said()} (log: {self.log_file})")

    def _prepare(self) -> Path:
        """Write the configuration, and format the storage where it is new."""
        properties, version = self.data_dir / "server.properties", self.data_dir / "version"
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            new = not version.exists()
            if not new and version.read_text() != jars.KAFKA_VERSION:
                raise StreamsError(
                    f"{self.data_dir} holds data of Kafka {version.read_text()}, this is {jars.KAFKA_VERSION}: "
                    "name another directory, or delete this one"
                )
            log_dir = (self.data_dir / "log").resolve()
            ports = {"port": self.port, "controller_port": _free_port(0)}
            properties.write_text(PROPERTIES.format(host=HOST, log_dir=log_dir, **ports))
            if new:
                self._format(properties)
                version.write_text(jars.KAFKA_VERSION)
        except OSError as error:
            raise StreamsError(f"{self.data_dir}: {error.strerror}: name a directory that can be written to") from error
        return properties

    def _format(self, properties: Path) -> None:
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        tool = ["format", f"--cluster-id={cluster_id}", "--ignore-formatted", "--config", str(properties)]
        done = subprocess.run(  # noqa: S603 - our own command
            self._java("kafka.tools.StorageTool", *tool), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise StreamsError(f"Kafka could not format {self.data_dir}: {_last_words(done.stderr)}")

    def _java(self, *arguments: str) -> list[str]:
        log_level = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        heap = f"-Xmx{self.heap_mb}m"
        return [str(jars.java()), heap, log_level, "-cp", jars.class_path(), *arguments]

    def _said(self) -> str:
        return _last_words(self.log_file.read_text(errors="replace"))

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise StreamsError(f"Kafka did not start: {self._said()} (log: {self.log_file})")
            if _listens(self.port):
                with admin.connected({"bootstrap_servers": [self.bootstrap_servers]}) as client:
                    client.describe_cluster()
                return
            time.sleep(0.1)
        raise StreamsError(f"Kafka did not answer within {READY_S:.0f} s: see {self.log_file}")


def _last_words(log: str) -> str:
    """The last line that is an error, else the last line."""
    lines = log.splitlines() or ["it said nothing"]
    return next((line for line in reversed(lines) if "ERROR" in line or "Exception" in line), lines[-1]).strip()


def _free_port(wanted: int) -> int:
    """The wanted port if it is free, or any free one for 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise StreamsError(
                f"port {wanted} on {HOST}: {error.strerror}: end what uses it, or name another port"
            ) from error
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
