"""kafka-python's batches carry the same checksum, whoever computes it."""

from hypothesis import given
from hypothesis import strategies as st
from kafka.record import default_records
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from kafka.record.util import calc_crc32c as of_kafka_python

from config.settings import load
from streams.admin import client_settings


@given(st.binary(max_size=300))
def test_both_checksums_agree(data: bytes) -> None:
    """The name that is replaced is there, and what stands in its place says the same."""
    client_settings(load(kafka={"bootstrap_servers": "broker:9092"}))
    assert default_records.calc_crc32c is not of_kafka_python
    assert default_records.calc_crc32c(memoryview(data)) == of_kafka_python(data)


def test_a_spoiled_batch_is_still_seen() -> None:
    """A batch that is sent passes; with one bit turned it does not."""
    client_settings(load(kafka={"bootstrap_servers": "broker:9092"}))
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1000)
    builder.append(0, 0, b"key", b"value", [])
    batch = builder.build()
    assert DefaultRecordBatch(batch).validate_crc()
    batch[-1] ^= 1
    assert not DefaultRecordBatch(batch).validate_crc()
