"""What we use of Faust and aiokafka without being promised it: a version that changes it must fail here."""

import inspect
import tomllib
from pathlib import Path

import aiokafka
import faust
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import OffsetAndMetadata
from faust.transport import consumer as base
from faust.transport.drivers import aiokafka as driver

ROOT = Path(__file__).parent.parent.parent

METHODS = {
    "getmany": ["self", "timeout"],
    "_wait_next_records": ["self", "timeout"],
    "_to_message": ["self", "tp", "record"],
    "_new_offset": ["self", "tp"],
    "_add_gap": ["self", "tp", "offset_from", "offset_to"],
    "verify_event_path": ["self", "now", "tp"],
    "perform_seek": ["self"],
    "on_partitions_revoked": ["self", "revoked"],
    "highwater": ["self", "tp"],
    "highwaters": ["self", "partitions"],
    "position": ["self", "tp"],
    "assignment": ["self"],
}

STATE = ("_acked", "_acked_index", "_read_offset", "_committed_offset", "_buffered_partitions")


def test_both_are_pinned_exactly() -> None:
    """A version that nobody has looked at is never installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = [name for name in project["dependencies"] if name.startswith(("faust-streaming", "aiokafka"))]
    assert len(pinned) == 2
    assert all("==" in name for name in pinned)


@pytest.mark.parametrize(("name", "parameters"), METHODS.items())
def test_the_consumers_methods_are_as_we_override_and_call_them(name: str, parameters: list[str]) -> None:
    """Their names and arguments."""
    assert list(inspect.signature(getattr(driver.Consumer, name)).parameters) == parameters


def test_the_consumers_state_has_the_names_we_use() -> None:
    """What the commit and the delivery look at."""
    source = inspect.getsource(base.Consumer)
    assert [name for name in STATE if f"self.{name} = " not in source and f"    {name}:" not in source] == []
    assert "flow_active" in source
    assert "not_waiting_next_records" in source


def test_commits_are_made_where_we_replace_them() -> None:
    """Faust's writes an empty note; what ours uses beside it is still there."""
    assert list(inspect.signature(driver.AIOKafkaConsumerThread._commit).parameters) == ["self", "offsets"]
    assert 'OffsetAndMetadata(offset, "")' in inspect.getsource(driver.AIOKafkaConsumerThread._commit)
    assert list(inspect.signature(driver.Consumer._new_consumer_thread).parameters) == ["self"]
    assert "AIOKafkaConsumerThread(self, loop=self.loop, beacon=self.beacon)" in inspect.getsource(
        driver.Consumer._new_consumer_thread
    )
    assert callable(driver.AIOKafkaConsumerThread._ensure_consumer)
    assert callable(driver.ensure_aiokafka_TP)
    assert "self.tp_last_committed_at = {}" in inspect.getsource(driver.AIOKafkaConsumerThread)
    assert "self.consumer = consumer" in inspect.getsource(base.ConsumerThread)


def test_the_coordinator_tells_the_note() -> None:
    """And aiokafka reads what Kafka keeps beside an offset."""
    assert OffsetAndMetadata._fields == ("offset", "metadata")
    asked = inspect.signature(AIOKafkaAdminClient.list_consumer_group_offsets).parameters
    assert {"group_id", "partitions"} <= set(asked)


def test_the_app_makes_its_transport_where_we_replace_it() -> None:
    """And Faust asks the transport for its consumer."""
    assert list(inspect.signature(faust.App._new_transport).parameters) == ["self"]
    assert driver.Transport.Consumer is driver.Consumer
    assert hasattr(driver, "ensure_aiokafka_TPset")
    assert hasattr(driver.Consumer, "_new_consumer_thread")


def test_partitions_of_one_number_stay_together() -> None:
    """Faust's own assignor is used while there are standby replicas; round-robin would part posts and engagements."""
    source = inspect.getsource(driver.AIOKafkaConsumerThread._create_worker_consumer)
    assert "self.app.conf.table_standby_replicas > 0" in source
    assert '"table_standby_replicas": 1' in (ROOT / "streams/faust_settings.py").read_text()


def test_the_client_reads_one_partition_at_a_time() -> None:
    """What the look-up of posts relies on."""
    for name in ("assign", "seek", "pause", "resume", "getmany"):
        assert callable(getattr(aiokafka.AIOKafkaConsumer, name))
    assert "partitions" in inspect.signature(aiokafka.AIOKafkaConsumer.getmany).parameters


def test_the_wait_of_a_fetch_is_set_where_we_replace_it() -> None:
    """Faust fixes it; aiokafka reads its own attribute when the consumer starts."""
    assert "fetch_max_wait_ms=1500" in inspect.getsource(driver.AIOKafkaConsumerThread._create_worker_consumer)
    assert "fetch_max_wait_ms=self._fetch_max_wait_ms" in inspect.getsource(aiokafka.AIOKafkaConsumer.start)
