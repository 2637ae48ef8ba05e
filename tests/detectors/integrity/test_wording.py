"""The integrity alert's sentences: every number is a field, in both languages."""

import re

from detectors.integrity.wording import Told, integrity_explanation
from detectors.model.alerts import IntegritySign

SIGNS = (
    IntegritySign("repeats", 0.96, 0.3, 480, 500, 6.1),
    IntegritySign("deleted", 0.125, 0.02, 10, 80, 4.2),
    IntegritySign("mix", 0.99, 0.001, 0, 0, 0.0),
)
TOLD = Told("#Push", 46.0, 0.5, 2.0, SIGNS, held=True)


def test_numbers_are_fields() -> None:
    """Shares in per cent."""
    said = integrity_explanation(TOLD)
    fields = {46.0, 0.5, 2.0, 96.0, 30.0, 480.0, 500.0, 12.5, 10.0, 80.0}
    for text in (said.en, said.fr.replace(",", ".")):
        numbers = {float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)}
        assert numbers == fields


def test_it_says_what_it_does() -> None:
    """Held back, or told with a doubt; never a verdict."""
    held, told = integrity_explanation(TOLD), integrity_explanation(TOLD._replace(held=False))
    assert "held back" in held.en
    assert "retenue" in held.fr
    assert "held back" not in told.en
    for said in (held, told):
        assert "not a verdict" in said.en
        assert "pas un verdict" in said.fr
        assert "together" in said.en
