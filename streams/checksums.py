"""A compiled checksum for kafka-python: its own is Python, and takes 0.36 s for each megabyte that is sent or read.

aiokafka, which Faust needs anyway, has the same function (CRC-32C, RFC 3720) compiled, 500 times as fast.
`tests/streams/test_checksums.py` guards the one private name that is touched.
"""

from aiokafka.record.util import calc_crc32c
from kafka.record import default_records


def compiled() -> None:
    """Have all producers and consumers of kafka-python use it, those that exist already too."""
    default_records.calc_crc32c = calc_crc32c
