"""Ways to spoil a record, by family. Each takes the fields of a good one and gives the bytes of a doubtful one."""

import gzip
import zlib
from collections.abc import Callable
from random import Random

from streams.codec import MAX_BYTES
from tests.fuzz import hostile
from tests.fuzz.records import Fields, as_bytes

Mutation = Callable[[Random, Fields, float], bytes | None]
"""(random numbers, fields, event time in epoch seconds) -> the record's value; None is a record without one."""

TIMES = (b'"created_at"', b'"deleted_at"', b'"at"', b'"account_created_at"')
COUNTS = (b'"followers"', b'"count"')
PARTS = (b'"counters"', b'"order"', b'"refund"')


def untouched(rng: Random, fields: Fields, at: float) -> bytes:  # noqa: ARG001
    """A good record: the others must not disturb it."""
    return as_bytes(fields)


def structure(rng: Random, fields: Fields, at: float) -> bytes | None:  # noqa: ARG001
    """Fields that are missing, twice, in another order, unknown; other things than one object."""
    way = rng.randrange(13)
    if way < 3:
        del fields[rng.randrange(len(fields))]
    elif way == 3:
        fields.append(rng.choice(fields))
    elif way == 4:
        fields.insert(0, (rng.choice(fields)[0], rng.choice(hostile.ANYTHING)))
    elif way == 5:
        rng.shuffle(fields)
    elif way == 6:
        fields[:] = [(b'"unknown%d"' % n, rng.choice(hostile.ANYTHING)) for n in range(rng.randint(1, 300))] + fields
    elif way == 7:
        name, value = fields[0]
        fields[0] = (b'"\\u%04x' % name[1] + name[2:], value)
    elif way == 8:
        return rng.choice(
            (None, b"", b" ", b"null", b"[]", b"{}", b"{", b"}", b'"post"', b"0", b"[" + as_bytes(fields) + b"]")
        )
    elif way == 9:
        return as_bytes(fields) + rng.choice((b",", b"}", b"\x00", b" ", b"\n", as_bytes(fields), b"//x"))
    elif way == 10:
        return (
            b"{" + rng.choice((b",", b"/*x*/", b"a:1,", b"'a':1,", b'"a",', b'"a":,', b"1:1,")) + as_bytes(fields)[1:]
        )
    elif way == 11:
        return as_bytes(fields).replace(b":", rng.choice((b" : ", b"=", b"::", b"\t:\r\n")))
    else:
        return as_bytes(fields)[: rng.randrange(300)]
    return as_bytes(fields)


def types(rng: Random, fields: Fields, at: float) -> bytes:  # noqa: ARG001
    """A value of any type in any field, inside a part too."""
    for _ in range(rng.randint(1, 2)):
        _replace_any(rng, fields, rng.choice(hostile.ANYTHING))
    return as_bytes(fields)


def unicode(rng: Random, fields: Fields, at: float) -> bytes:  # noqa: ARG001
    """Strange text where text is allowed, and broken text anywhere."""
    strange = rng.choice(hostile.TEXTS if rng.random() < 0.7 else hostile.BROKEN_TEXTS)
    strings = [i for i, (_, value) in enumerate(fields) if value[:1] in b'"[']
    i = rng.choice(strings)
    name, value = fields[i]
    fields[i] = (name, b"[" + strange + b"]" if value[:1] == b"[" else strange)
    return as_bytes(fields)


def sizes(rng: Random, fields: Fields, at: float) -> bytes:  # noqa: ARG001
    """Lists around their limits; now and then a record around the limit of a record."""
    if rng.random() < 0.9:
        _replace_any(rng, fields, hostile.many(rng))
        return as_bytes(fields)
    fields.append((b'"unknown"', b'""'))
    size = MAX_BYTES + rng.choice((-70, -1, 0, 0, 1, 2, 70_000)) - len(as_bytes(fields))
    fields[-1] = (b'"unknown"', b'"' + b"x" * size + b'"')
    return as_bytes(fields)


def numbers(rng: Random, fields: Fields, at: float) -> bytes:  # noqa: ARG001
    """Huge, broken and borderline numbers, mostly where a number belongs."""
    number = rng.choice(hostile.NUMBERS)
    if rng.random() < 0.2:
        _replace_any(rng, fields, number)
        return as_bytes(fields)
    fields.extend((name, number) for name in COUNTS)
    return as_bytes([(name, _inside(rng, value, number) if name in PARTS else value) for name, value in fields])


def at_the_limit(rng: Random, fields: Fields, at: float) -> bytes:  # noqa: ARG001
    """The greatest numbers that are allowed, of one kind more often than not: their sum must fit somewhere."""
    count = -hostile.LIMIT if rng.random() < 0.02 else hostile.LIMIT
    kept = [(name, value) for name, value in fields if name not in COUNTS]
    if rng.random() < 0.7:
        kept = [(name, b'"like"' if name == b'"kind"' else value) for name, value in kept]
    return as_bytes([*kept, (b'"count"', str(count).encode()), (b'"followers"', str(hostile.LIMIT).encode())])


def dates(rng: Random, fields: Fields, at: float) -> bytes:
    """Times that are none, or that lie at the edge of what is believed."""
    for i, (name, value) in enumerate(fields):
        if name in TIMES:
            strange = f'"{rng.choice(hostile.DATES)}"'.encode() if rng.random() < 0.4 else hostile.near(rng, at)
            fields[i] = (name, strange if rng.random() < 0.95 else value[1:-1])
    return as_bytes(fields)


def nesting(rng: Random, fields: Fields, at: float) -> bytes:  # noqa: ARG001
    """Deep nesting in an unknown field, in a known one, or around everything."""
    deep, way = hostile.nested(rng), rng.randrange(3)
    if way == 0:
        return deep
    if way == 1:
        fields.insert(0, (b'"unknown"', deep))
    else:
        _replace_any(rng, fields, deep)
    return as_bytes(fields)


def raw(rng: Random, fields: Fields, at: float) -> bytes:  # noqa: ARG001
    """Bytes that changed on their way, another encoding, or no text at all."""
    good, way = as_bytes(fields), rng.randrange(8)
    if way < 4:
        changed = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            i = rng.randrange(len(changed))
            changed[i : i + rng.choice((0, 1, 1, 1, 2, 20))] = rng.randbytes(rng.choice((0, 1, 1, 1, 3)))
            changed = changed or bytearray(b"{")
        return bytes(changed)
    if way == 4:
        return b"\xef\xbb\xbf" + good
    if way == 5:
        return good.decode().encode(rng.choice(("utf-16", "utf-16-be", "utf-32", "utf-7")))
    if way == 6:
        return rng.choice((gzip.compress, zlib.compress))(good, 1)
    return rng.randbytes(rng.choice((1, 10, 300, 3_000)))


MUTATIONS: dict[str, Mutation] = {
    "untouched": untouched,
    "structure": structure,
    "types": types,
    "unicode": unicode,
    "sizes": sizes,
    "numbers": numbers,
    "at the limit": at_the_limit,
    "dates": dates,
    "nesting": nesting,
    "raw": raw,
}


def _replace_any(rng: Random, fields: Fields, value: bytes) -> None:
    i = rng.randrange(len(fields))
    name, old = fields[i]
    fields[i] = (name, _inside(rng, old, value) if name in PARTS and rng.random() < 0.7 else value)


def _inside(rng: Random, part: bytes, value: bytes) -> bytes:
    """A part with one of its values replaced. Parts are flat, and their strings hold no comma."""
    entries = part[1:-1].split(b", ")
    i = rng.randrange(len(entries))
    entries[i] = entries[i].partition(b":")[0] + b":" + value
    return b"{" + b",".join(entries) + b"}"
