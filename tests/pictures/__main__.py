"""`python -m tests.pictures`: the pictures of docs/images, made anew. Look at each before you keep it.

page      the live page, of a made-up stream up to a moment; a minute of detection, then Chromium
terminal  `freshet demo` as a terminal shows it; needs the embedded Kafka
"""

import argparse
import tempfile
from pathlib import Path

from tests.pictures import page, stream, terminal
from tests.system.browser import chromium

IMAGES = Path(__file__).parent.parent.parent / "docs/images"
PARTS = ("page", "terminal")


def main() -> None:
    """Make what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all of them without any")
    parser.add_argument("--out", type=Path, default=IMAGES, help="folder for the pictures")
    options = parser.parse_args()
    parts = options.parts or PARTS
    options.out.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        if "page" in parts:
            page.take(browser, stream.told(Path(folder)), options.out)
        if "terminal" in parts:
            terminal.take(browser, options.out)


if __name__ == "__main__":
    main()
