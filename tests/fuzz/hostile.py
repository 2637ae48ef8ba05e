"""Values that readers stumble over, as JSON text, valid or not. Each list is a family that a mutation draws from."""

from datetime import UTC, datetime, timedelta
from random import Random

LIMIT = 2**53
"""The greatest integer of the contract."""

NUMBERS = (
    *(str(n).encode() for n in (-LIMIT - 1, -LIMIT, -(2**63) - 1, -1, 0, 1, LIMIT - 1, LIMIT, LIMIT, LIMIT + 1)),
    *(str(n).encode() for n in (2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 10**100)),
    *(b"-0", b"-0.0", b"0.0", b"1.0", b"1.5", b"1e0", b"1E+2", b"1e19", b"9007199254740993.0", b"0.1e1"),
    *(b"1e308", b"1e309", b"-1e999", b"1e-400", b"1e99999999999999999999", b"0." + b"0" * 5000 + b"1"),
    *(b"9" * 4301, b"-" + b"9" * 5000, b"9" * 20, b"9" * 500 + b".5e-400"),
    *(b"NaN", b"Infinity", b"-Infinity", b"nan", b"inf", b"01", b"+1", b".5", b"1.", b"1e", b"0x10", b"1_000", b"--1"),
    *(b'"1"', b'"NaN"', "١٢٣".encode(), "１".encode()),
)

TEXTS = (
    *(b'""', b'" "', b'"#"', b'"##"', '"＃"'.encode(), b'"# a #b# c"', b'"@"', b'"\\u0000"', b'"a\\u0000b"'),
    *(b'"\\u001f"', b'"a\\u001fb"', b'"\\n\\t\\r"', b'"\\/\\\\\\""', '"\u2028\u2029\u0085"'.encode()),
    *(b'"\\ud83d\\ude00"', "💄".join('""').encode(), '"👩‍👩‍👧‍👦 🏳️‍🌈 1️⃣"'.encode(), ('"' + "👍🏿" * 500 + '"').encode()),
    *('"İıŞßẞﬁﬀ"'.encode(), '"ﷺ"'.encode(), '"ΑΣ ας"'.encode(), '"ǅ Ǆ"'.encode(), ('"' + "ﷺ" * 9_999 + '"').encode()),
    *(('"a' + "\u0301" * 2_000 + '"').encode(), '"\u202e\u2066abc"'.encode(), '"a\u200d\u200cb\ufeffc"'.encode()),
    *('"각 각"'.encode(), '"ｶﾞ ｱ ａｂｃ"'.encode(), '"١٢٣ ٤"'.encode(), '"\U000e0001\U0010ffff"'.encode()),
    *(
        '"\ufdd0\ufffe\uffff"'.encode(),
        '"\ue000\U000f0000"'.encode(),
        "".join(map(chr, range(0x20, 0x250))).join('""').encode(),
    ),
    *(b'"' + b"x" * n + b'"' for n in (31, 32, 33, 127, 128, 129, 255, 256, 257, 9_999, 10_000, 10_001, 70_000)),
    *(('"' + "é" * n + '"').encode() for n in (32, 33, 128, 129, 10_000, 10_001)),
    *(('"' + "𝔸" * n + '"').encode() for n in (32, 33, 128, 129, 10_000, 10_001)),
    *(b'"' + b"a " * 5_000 + b'"', b'"' + b"#a" * 5_000 + b'"', b'"' + b"#" * 10_000 + b'"'),
    ('"' + " ".join(f"w{n}" for n in range(1_900)) + '"').encode(),
)
"""Strings that are JSON, as the contract's limits are counted in characters: at, below and above each of them."""

BROKEN_TEXTS = (
    *(
        b'"\\ud800"',
        b'"\\udfff"',
        b'"\\ude00\\ud83d"',
        b'"\\ud83d"',
        b'"\\ud83dx"',
        b'"\\ud83d\\n"',
        b'"\\ud800\\u0041"',
    ),
    *(b'"\xed\xa0\x80"', b'"\xed\xbf\xbf"', b'"\xed\xa0\xbd\xed\xb8\x80"', b'"\xc0\x80"', b'"\xc1\xbf"'),
    *(b'"\xe0\x80\xaf"', b'"\xf0\x80\x80\xaf"', b'"\xf4\x90\x80\x80"', b'"\xf8\x88\x80\x80\x80"', b'"\xff"', b'"\xfe"'),
    *(b'"\x80"', b'"\xbf\xbf"', b'"\xc3"', b'"\xe2\x82"', b'"\xf0\x9f\x92"', b'"\xf0\x9f"', b'"caf\xe9"'),
    *(b'"\x00"', b'"\n"', b'"\x1f"', b'"\\x41"', b'"\\u12"', b'"\\uZZZZ"', b'"\\"', b'"a', b"'a'", b'"\\U0001F600"'),
)

DATES = (
    *("0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "-001-01-01T00:00:00Z"),
    *("1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2004-12-31T23:59:59.999999Z", "2005-01-01T00:00:00Z"),
    *("2004-12-31T23:59:59-01:00", "2005-01-01T00:59:59+01:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"),
    *("9999-12-31T00:05:00Z", "9999-12-31T00:05:01Z", "10000-01-01T00:00:00Z", "99999999999999999999-01-01T00:00:00Z"),
    *(
        "2016-12-31T23:59:60Z",
        "2016-12-31T23:59:61Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T23:60:00Z",
        "2026-13-01T00:00:00Z",
    ),
    *(
        "2026-00-10T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2024-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
    ),
    *(
        "2026-01-01T00:00:00",
        "2026-01-01",
        "2026-01-01T00:00Z",
        "2026-01-01T00Z",
        "20260101T000000Z",
        "2026-W01-1T00:00:00Z",
    ),
    *(
        "2025-06-01t00:00:00z",
        "2025-06-01 00:00:00Z",
        "2025-06-01_00:00:00Z",
        "2025-06-01T00:00:00,5Z",
        " 2025-06-01T00:00:00Z",
    ),
    *(
        "2025-06-01T00:00:00Z ",
        "2025-06-01T00:00:00.Z",
        "2025-06-01T00:00:00.1Z",
        "2025-06-01T00:00:00.123456789012345Z",
    ),
    *(
        "2025-06-01T00:00:00." + "9" * 300 + "Z",
        "2025-06-01T00:00:00+23:59",
        "2025-06-01T00:00:00-23:59",
        "2025-06-01T00:00:00-00:00",
    ),
    *("2025-06-01T00:00:00+24:00", "2025-06-01T00:00:00+99:99", "2025-06-01T00:00:00+0100", "2025-06-01T00:00:00+01"),
    *(
        "2025-06-01T00:00:00+01:60",
        "2025-06-01T00:00:00+01:00:30",
        "2025-06-01T00:00:00UTC",
        "2025-06-01T00:00:00 Europe/Paris",
    ),
    *("٢٠٢٥-06-01T00:00:00Z", "2025-06-01T00:00:00Z\\u0000", "now", "yesterday", "", "0", "NaT", "1767225600"),
)

ANYTHING = (
    b"null",
    b"true",
    b"false",
    b"{}",
    b"[]",
    b'""',
    b'"x"',
    b"0",
    b"-1",
    b"1.5",
    b"[null]",
    b"[[]]",
    b'[""]',
    b'{"a":1}',
)
"""One value of each type: wrong for every field but one."""


def near(rng: Random, at: float) -> bytes:
    """An instant around another one, epoch seconds: edges of the rules, far past, any zone, any number of digits."""
    shift_s = rng.choice((0, 299, 300, 300.001, 301, 3600, -30, -300, -3600, -4000, -86_400, -(10**8), -(2**30)))
    zone = timedelta(minutes=rng.randint(-1439, 1439))
    moment = datetime.fromtimestamp(max(0.0, min(at + shift_s, 2.5e11)), UTC) + zone
    digits = rng.choice(("", ".5", ".000001", ".999999", ".9999999", ".123456789"))
    minutes = abs(int(zone.total_seconds())) // 60
    sign = "-" if zone < timedelta(0) else "+"
    return f'"{moment:%Y-%m-%dT%H:%M:%S}{digits}{sign}{minutes // 60:02}:{minutes % 60:02}"'.encode()


def nested(rng: Random) -> bytes:
    """Lists or objects in each other, closed or not, from a few to more than any stack carries."""
    depth = rng.choice((2, 50, 500, 999, 1_000, 1_001, 5_000, 40_000))
    opening, closing = rng.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")))
    depth = min(depth, 250_000 // len(opening + closing))
    return opening * depth + b"1" + closing * rng.choice((depth, depth, depth - 1, 0))


def many(rng: Random) -> bytes:
    """A list at, below or above the limits of 10 and 50, or far above; of strings, mostly."""
    size = rng.choice((9, 10, 11, 49, 50, 51, 1_000, 20_000))
    value = rng.choice((b'"a"', b'"#a"', b'" "', b'"\xe2\x9c\xa8"', rng.choice(ANYTHING)))
    return b"[" + b",".join([value] * size) + b"]"
