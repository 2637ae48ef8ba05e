"""What people wrote, made harmless for services that make links, mentions and styles of plain text."""

import re

from streams.page.legible import legible

ZERO_WIDTH = "\u200b"
"""A space without width: what it stands in is no address, mention or link any more, and looks the same."""

_BROKEN = re.compile(
    r"(?<=@)(?=\w)"  # @everyone
    r"|(?<=:)(?=//)"  # https://
    r"|(?<=\w\.)(?=[^\W\d_]{2})"  # evil.example
    r"|(?<=\])(?=[(\[])"  # [text](address)
    r"|(?<=<)(?=[!@#:/\w])"  # <!channel>, <@U1>, <script>
)

_MARKS = re.compile(r"([\\`*_~|\[\]()<>#])")


def harmless(text: str, longest: int) -> str:
    """Text that moves nothing, links nowhere, calls nobody, on one line.

    >>> harmless("@everyone see https://evil.example <b>", 80).replace(ZERO_WIDTH, "^")
    '@^everyone see https:^//evil.^example <^b>'
    >>> harmless("0.007 of #glow, 38 %", 80)
    '0.007 of #glow, 38 %'
    """
    return _BROKEN.sub(ZERO_WIDTH, legible(text, longest))


def escaped(text: str) -> str:
    r"""Text for a service that takes plain text for Markdown: every mark stands for itself.

    >>> print(escaped("*a* [b] #c"))
    \*a\* \[b\] \#c
    """
    return _MARKS.sub(r"\\\1", text)
