"""What every record of ours is stamped with: instants, and ids that are the same on a replay."""

import hashlib
from datetime import UTC, datetime


def instant(at: float) -> datetime:
    """Epoch seconds as a UTC instant."""
    return datetime.fromtimestamp(at, UTC)


def hashed(*parts: str) -> str:
    """An id made of texts: 32 hexadecimal digits.

    >>> hashed("default", "a") == hashed("default", "a") != hashed("defaulta")
    True
    """
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
