"""Readers that outlive the brokers."""

from typing import Any, cast

import aiokafka
import pytest
from aiokafka.errors import KafkaConnectionError, NodeNotReadyError

from streams import connected


class Consumer:
    """Stands for one connection; the real ones are in the tests of the page and of delivery."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    async def start(self) -> None:
        """Noted."""
        self.steps.append("start")

    async def stop(self) -> None:
        """Noted."""
        self.steps.append("stop")


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connected, "AGAIN_S", 0.0)


async def test_each_loss_is_said_and_each_consumer_stopped() -> None:
    """Whether the error comes alone or from a group of tasks."""
    made: list[Consumer] = []
    losses: list[str] = []
    errors: list[Exception | None] = [
        ExceptionGroup("tasks", [KafkaConnectionError()]),
        NodeNotReadyError(),
        TimeoutError(),
        None,
    ]

    def make() -> Any:
        made.append(Consumer())
        return cast("aiokafka.AIOKafkaConsumer", made[-1])

    async def read(_: aiokafka.AIOKafkaConsumer) -> None:
        error = errors.pop(0)
        if error is not None:
            raise error

    await connected.keep_connected(make, read, losses.append, lambda: not errors)

    assert losses == ["KafkaConnectionError", "NodeNotReadyError", "TimeoutError"]
    assert [consumer.steps for consumer in made] == [["start", "stop"]] * 4


async def test_other_errors_are_not_lost_brokers() -> None:
    """They end the reader, whose consumer is stopped."""
    consumer = Consumer()

    async def read(_: aiokafka.AIOKafkaConsumer) -> None:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        await connected.keep_connected(lambda: cast("aiokafka.AIOKafkaConsumer", consumer), read, print)

    assert consumer.steps == ["start", "stop"]
