"""The words for what is wrong with a record."""

import pytest

from streams.codec import decode_post


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (b"{}", "the record: object missing required field `post_id`"),
        (b'{"post_id": 1}', "`post_id`: expected `str`, got `int`"),
        (b'{"post_id": ""}', "`post_id`: expected `str` of length >= 1"),
        (b'{"hashtags": ["a", 1]}', "`hashtags[1]`: expected `str`, got `int`"),
        (b'{"format": "rant"}', "`format`: not one of the allowed values"),
        (b"[1]", "the record: expected `object`, got `array`"),
        (b"{", "the record is not JSON, or ends too early"),
        (b'{"post_id": "\xff"}', "the record is not UTF-8"),
        (b" " * 262_145, "the record has 262145 bytes, at most 262144 are read"),
        (None, "the record has no value"),
    ],
)
def test_the_message_says_which_field_and_which_rule(value: bytes | None, message: str) -> None:
    """A producer can mend the record from the message alone."""
    refused = decode_post(value, 1.8e9)

    assert getattr(refused, "message", None) == message
