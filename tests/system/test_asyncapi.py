"""The official AsyncAPI parser reads the document of the contract, and what it refers to."""

import copy
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from config.settings import Settings
from streams import asyncapi, schemas
from streams.topics import declared

ROOT = Path(__file__).parent.parent.parent
CONTRACT = ROOT / "docs/contract"


def parsed(document: Path) -> dict[str, Any]:
    """What the parser makes of a document; it ends in some seconds."""
    command = ["node", str(ROOT / "tests/system/asyncapi/check.mjs"), str(document)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_the_parser_reads_the_document() -> None:
    """No error; the topics and, through the references to the schemas, every field of every record."""
    found = parsed(CONTRACT / asyncapi.FILE)

    assert found["errors"] == []
    assert set(found["topics"]) <= {spec.name for spec in declared(Settings())}
    for name in schemas.RECORDS:
        assert found["fields"][name] == list(schemas.schema(name)["$defs"][name.capitalize()]["properties"])


def test_the_parser_finds_what_is_wrong(tmp_path: Path) -> None:
    """The check above is no formality: a misspelt reference and an action that does not exist are two errors."""
    document = copy.deepcopy(asyncapi.document())
    document["operations"]["sendAlerts"]["action"] = "publish"
    document["channels"]["trends"]["messages"]["trend"]["$ref"] = "#/components/messages/trends"
    shutil.copytree(CONTRACT, tmp_path / "contract")
    spoiled = tmp_path / "contract" / asyncapi.FILE
    spoiled.write_text(json.dumps(document))

    errors = parsed(spoiled)["errors"]

    assert any(error.startswith("operations.sendAlerts.action") for error in errors), errors
    assert any(error.endswith("'#/components/messages/trends' does not exist") for error in errors), errors
