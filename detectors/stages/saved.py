"""Names of the parts of a snapshot: those of a part of a part stand behind its name and a slash."""

from collections.abc import Mapping


def named(name: str, parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of something that has this name in a larger snapshot.

    >>> named("clock", {"at": b"1"})
    {'clock/at': b'1'}
    """
    return {f"{name}/{part}": data for part, data in parts.items()}


def under(parts: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    """The parts that `named` put into a larger snapshot under this name.

    >>> under({"clock/at": b"1", "state": b"2"}, "clock")
    {'at': b'1'}
    """
    return {part[len(name) + 1 :]: data for part, data in parts.items() if part.startswith(f"{name}/")}
