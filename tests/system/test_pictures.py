"""The pictures of docs/images can be made: from a few records here, which is no minute of detection and no demo."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.pictures import page, terminal
from tests.pictures.stream import MOMENT, Told
from tests.streams.page.told import kpi, named, slow, value

IMAGES = Path(__file__).parents[2] / "docs/images"


def test_every_picture_of_the_page_is_made(browser: Browser, tmp_path: Path) -> None:
    """And there is none in docs/images that is not."""
    late = slow("s1", detected_at=f"{MOMENT}:00Z")
    told = Told(
        alerts=[value(late)],
        trends=[("t1", value(named("t1", "#FlanPistache"))), ("t2", value(named("t2", "#Gone"))), ("t2", None)],
        figures=[value(kpi(scope="all", views=1000, hours=n)) for n in range(3)],
    )

    page.take(browser, told, tmp_path)

    made = {path.name for path in tmp_path.iterdir()}
    assert made == {f"{shot.name}.png" for shot in page.SHOTS}
    assert made | {"terminal.png"} == {path.name for path in IMAGES.glob("*.png")}


def test_the_liveliest_moment_of_a_terminal_is_kept() -> None:
    """As rich redraws a table: up a line, and cleared; what people wrote is no markup."""
    calm, lively, over = ("  #Big  declining  9  -3\r\n", "  #<b>  rising  5  +2\r\n", "  #Big  declining  2  -1\r\n")
    again = "\r\x1b[2K\x1b[1A\x1b[2K"
    written = f"started\r\n{calm}{again}\x1b[33m{lively}\x1b[0m{again}{over}"

    said = terminal.markup(terminal.liveliest(written))

    assert "started" in said
    assert "#&lt;b&gt;  rising" in said
    assert 'style="color:#ecbd66"' in said
    assert "declining" not in said
