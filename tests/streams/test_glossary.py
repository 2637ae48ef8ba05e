"""`docs/metrics.md` is what the dictionary says."""

from pathlib import Path

from streams import glossary

PAGE = Path(__file__).parent.parent.parent / "docs" / "metrics.md"


def test_the_committed_page_is_current() -> None:
    """Run `python -m streams.glossary docs/metrics.md` after the dictionary was changed."""
    assert PAGE.read_text() == glossary.document()
