"""The files of the page, read once: under a name with their digest they may be kept for ever by a browser."""

import gzip
import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
PLACE = "%ASSETS%"
"""In the HTML: where the other files are."""


class Asset(NamedTuple):
    """One file, ready to be sent."""

    body: bytes
    content_type: str
    packed: bytes | None
    """gzip, where that is shorter."""
    etag: str


class Assets(NamedTuple):
    """All files: the page itself, and the others by their path below `place`."""

    page: Asset
    files: dict[str, Asset]
    place: str


def load() -> Assets:
    """Read the package's own files."""
    found = {path: source.read_bytes() for path, source in _below(files("streams.page") / "assets", "")}
    digest = hashlib.sha256(b"".join(f"{path}\0".encode() + found[path] for path in sorted(found))).hexdigest()[:16]
    place = f"assets/{digest}"
    index = found.pop("index.html").decode().replace(PLACE, place).encode()
    return Assets(_asset("index.html", index), {path: _asset(path, body) for path, body in found.items()}, place)


def _asset(path: str, body: bytes) -> Asset:
    packed = gzip.compress(body, mtime=0)
    return Asset(
        body,
        TYPES["." + path.rpartition(".")[2]],
        packed if len(packed) < len(body) else None,
        hashlib.sha256(body).hexdigest()[:32],
    )


def _below(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    out: list[tuple[str, Traversable]] = []
    for each in folder.iterdir():
        out += _below(each, f"{prefix}{each.name}/") if each.is_dir() else [(prefix + each.name, each)]
    return out
