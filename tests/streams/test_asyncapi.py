"""The AsyncAPI document says what the code does. `tests/system/test_asyncapi.py` gives it to the official parser."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from config.sections import Topics
from config.settings import Settings
from streams import asyncapi, codec, schemas
from streams.dead_letters import dead_letter
from streams.follow import Received
from streams.refusals import Reason
from streams.topics import declared
from tests.streams.examples import ALERT, KAFKA_AT

CONTRACT = Path(__file__).parent.parent.parent / "docs/contract"
DOCUMENT = asyncapi.document()


def test_the_committed_document_is_current() -> None:
    """Run `python -m streams.asyncapi docs/contract` after a topic was changed."""
    assert (CONTRACT / asyncapi.FILE).read_bytes() == asyncapi.text()


def test_every_public_topic_is_in_it() -> None:
    """All that are made, but our internal ones and those whose records have no types yet."""
    without = {topic for setting, topic in Topics().names().items() if setting in asyncapi.WITHOUT_RECORDS}
    public = {spec.name for spec in declared(Settings()) if not spec.name.startswith("freshet.internal.")}

    assert {channel["address"] for channel in DOCUMENT["channels"].values()} == public - without


def test_every_record_has_a_message() -> None:
    """It refers to the schema that lies beside the document."""
    for name in schemas.RECORDS:
        reference = DOCUMENT["components"]["messages"][name]["payload"]["schema"]["$ref"]
        assert (CONTRACT / reference).read_bytes() == schemas.documents()[schemas.file_name(name)]


@pytest.mark.parametrize("operation", DOCUMENT["operations"].values(), ids=DOCUMENT["operations"].keys())
def test_operations_fit_their_channels(operation: dict[str, Any]) -> None:
    """Input is received and output sent; each message is one of the channel's."""
    name = operation["channel"]["$ref"].removeprefix("#/channels/")
    channel = DOCUMENT["channels"][name]

    assert operation["action"] == ("receive" if name in {"posts", "engagements", "rules"} else "send")
    assert [each["$ref"] for each in operation["messages"]] == [
        f"#/channels/{name}/messages/{message}" for message in channel["messages"]
    ]


def test_headers_of_alerts_are_as_described() -> None:
    """All that an alert carries, and nothing else."""
    headers = {name: value.decode() for name, value in codec.cloud_event_headers(ALERT)}

    Draft202012Validator(asyncapi.headers_of_alerts()).validate(headers)
    assert list(headers) == asyncapi.headers_of_alerts()["required"]


def test_headers_of_dead_letters_are_as_described() -> None:
    """All that is added, beside what the record had."""
    received = Received("social.posts.v1", 0, 7, KAFKA_AT, None, b"no json", [("mine", b"1")])
    letter = dead_letter(received, Reason.NOT_JSON, "the record: no json", "read")
    headers = {name: (value or b"").decode() for name, value in letter.headers}

    Draft202012Validator(asyncapi.headers_of_dead_letters()).validate(headers)
    assert sorted(headers) == [*asyncapi.headers_of_dead_letters()["required"], "mine"]
